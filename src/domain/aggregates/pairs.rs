//! Pairs of events in two streams that belong together: the two legs of a transfer.

use crate::domain::aggregates::account::legs::{TransferPairs, UnmatchedLeg};
use crate::domain::event::RecordedEvent;
use crate::domain::fold::Evolved;
use crate::domain::state::State;

/// The pairs in the part of a log scanned so far.
#[derive(Clone, Debug, Default)]
pub struct EventPairs {
    legs: TransferPairs,
}

impl EventPairs {
    /// Adds an event, with the outcome of folding it and the state of its stream after it.
    pub fn take(&mut self, event: &RecordedEvent, evolved: &Evolved, after: &State) {
        if let Some(happened) = evolved.event.account() {
            self.legs.take(event, happened, after.unit());
        }
    }

    /// The first event of a command without its counterpart, once the log has been scanned.
    pub fn odd(&self) -> Option<UnmatchedLeg> {
        self.legs.odd()
    }

    /// The pairs in words: how many are whole, and what imported logs lack.
    pub fn words(&self) -> String {
        let imported = [
            (self.legs.n_odd_imported, "transfers of imported logs with legs that do not fit"),
            (self.legs.n_unnamed_imported, "legs of imported logs without a transfer name"),
            (self.legs.n_single_imported(), "legs of imported logs without the other leg"),
            (self.legs.n_not_compared, "further legs of imported logs, not compared"),
        ];
        let mut words = match self.legs.n_whole {
            1 => "1 transfer has both its legs".to_owned(),
            n => format!("{n} transfers have both their legs"),
        };
        for (n, what) in imported.into_iter().filter(|(n, _)| *n > 0) {
            words.push_str(&format!("; {what}: {n}"));
        }
        words
    }
}
