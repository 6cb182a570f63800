//! The time that placed the playhead, and how many late events that leaves out.

use crate::domain::event::{GlobalPosition, Timestamp};
use crate::tui::model::slot::Slot;
use crate::tui::questions::late::{CountOfLate, LateQuestion};

/// Whether the playhead is where a time has put it. It is forgotten as soon as the playhead moves on.
#[derive(Clone, Debug, Default)]
pub struct ByTime {
    time: Option<Timestamp>,
    late: Slot<LateQuestion, u64>,
}

impl ByTime {
    /// The playhead was put at the place of this time.
    pub fn place(&mut self, time: Timestamp) {
        self.time = Some(time);
    }

    /// The playhead has moved by positions.
    pub fn leave(&mut self) {
        self.time = None;
        self.late.clear();
    }

    /// Asks how many late events the place of the time leaves out, unless it was asked already.
    pub fn want(&mut self, after: GlobalPosition, head: GlobalPosition) -> Option<(u64, LateQuestion)> {
        let time = self.time?;
        let is_same = |asked: &LateQuestion| (asked.time, asked.after) == (time, after);
        self.late.want_if_other(LateQuestion { time, after, head }, is_same)
    }

    /// Takes the answer.
    pub fn receive(&mut self, ticket: u64, n_late: u64) {
        self.late.receive(ticket, n_late);
    }

    /// Asks again after a failure.
    pub fn ask_again(&mut self) {
        self.late.ask_again();
    }

    /// How many late events are left out; `None` where the playhead was not placed by time.
    pub fn n_late(&self) -> Option<CountOfLate> {
        self.time?;
        Some(self.late.answer().map_or(CountOfLate::NotKnownYet, |n| CountOfLate::Known(*n)))
    }
}
