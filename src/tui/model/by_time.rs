//! The time that placed the playhead, and how many late events that leaves out.

use crate::domain::event::{GlobalPosition, Timestamp};
use crate::tui::model::slot::Slot;
use crate::tui::questions::late::{CountOfLate, LateQuestion};
use crate::tui::questions::timing::Ticket;

/// Whether the playhead was placed by a time, which is forgotten when the playhead moves on.
#[derive(Clone, Debug, Default)]
pub struct ByTime {
    time: Option<Timestamp>,
    late: Slot<LateQuestion, u64>,
}

impl ByTime {
    /// Records that the playhead was placed by this time.
    pub fn place(&mut self, time: Timestamp) {
        self.time = Some(time);
    }

    /// Records that the playhead has moved by positions.
    pub fn leave(&mut self) {
        self.time = None;
        self.late.clear();
    }

    /// The question how many late events the answer by time leaves out, unless it was asked already.
    pub fn ask(&mut self, after: GlobalPosition, head: GlobalPosition) -> Option<(Ticket, LateQuestion)> {
        let time = self.time?;
        self.late.ask(LateQuestion { time, after, head })
    }

    /// Takes the answer.
    pub fn receive(&mut self, ticket: Ticket, n_late: u64) {
        self.late.receive(ticket, n_late);
    }

    /// The slot of the number of late events.
    pub fn late_mut(&mut self) -> &mut Slot<LateQuestion, u64> {
        &mut self.late
    }

    /// How many late events are left out; `None` if the playhead was not placed by time.
    pub fn n_late(&self) -> Option<CountOfLate> {
        self.time?;
        Some(self.late.answer().map_or(CountOfLate::NotKnownYet, |n| CountOfLate::Known(*n)))
    }
}
