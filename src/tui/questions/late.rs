//! How many late events the place of a time leaves out.

use crate::domain::event::GlobalPosition;
use crate::domain::event::Timestamp;
/// How many events after the place of a time have times of their own that are no later?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateQuestion {
    /// The time.
    pub time: Timestamp,
    /// The position that stands for it.
    pub after: GlobalPosition,
    /// The head: newer events may be late too.
    pub head: GlobalPosition,
}

/// A count that may still be under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountOfLate {
    /// The log is still being read.
    NotKnownYet,
    /// So many.
    Known(u64),
}
