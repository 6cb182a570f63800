//! A late event of a log.

use crate::domain::event::{GlobalPosition, Timestamp};

/// An event whose own time is earlier than the clock at its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LateEvent {
    pub position: GlobalPosition,
    /// Its own time.
    pub time: Timestamp,
}
