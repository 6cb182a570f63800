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

/// How far a log reaches, or what is made from it: the last moment, and the number of events up to it. Only the log knows
/// that number, because its positions may have gaps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    pub moment: Moment,
    /// Number of events up to it.
    pub n_events: u64,
}
