//! Moments: a position with its clock.

use jiff::Timestamp;

use crate::domain::event::GlobalPosition;

/// A position with its clock: a place in the log, and the time that it had become by then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// 0 is before the first event.
    pub position: GlobalPosition,
    /// The latest time of an event up to there; `None` where none of them has one, or while it is being looked up.
    pub clock: Option<Timestamp>,
}
