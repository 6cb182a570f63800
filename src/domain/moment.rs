//! Moments: a position with its clock.

use jiff::Timestamp;

use crate::domain::event::GlobalPosition;

/// A position with its clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// 0 is before the first event.
    pub position: GlobalPosition,
    /// The latest time of any event up to there; `None` if there is none, or while it is being looked up.
    pub clock: Option<Timestamp>,
}
