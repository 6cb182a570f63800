//! The number of late events that the place of a time leaves out.

use crate::domain::event::{GlobalPosition, Timestamp};
use crate::tui::questions::timing::{Basis, PaneQuestion, Timing};

/// A question: how many events after the position of a time have times of their own that are no later?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateQuestion {
    pub time: Timestamp,
    /// Its position.
    pub after: GlobalPosition,
    /// The head: newer events may be late, too.
    pub head: GlobalPosition,
}

impl PaneQuestion for LateQuestion {
    const BASIS: Basis = Basis::Events;

    fn timing(&self, before: &Self) -> Timing {
        Timing::of_same((self.time, self.after) == (before.time, before.after))
    }
}

/// A count that may be in progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountOfLate {
    /// The log is still being read.
    NotKnownYet,
    Known(u64),
}
