//! The states of all streams at once, by one pass over the log.

use std::collections::HashMap;

use crate::domain::aggregates::Aggregates;
use crate::domain::event::{RecordedEvent, StreamName, StreamPosition};
use crate::domain::fold::Meaning;
use crate::domain::state::State;

/// The states of all streams that the log has mentioned so far. Memory grows with their number, whatever the length of
/// the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllStates {
    streams: HashMap<StreamName, Folded>,
}

/// The fold of a stream's events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folded {
    /// Number of its events, including those not understood.
    pub version: StreamPosition,
    /// Number of events not understood; the state leaves them out.
    pub n_not_understood: u64,
    /// Number of events understood in part; the state leaves a text of each out.
    pub n_partly_understood: u64,
    /// The state.
    pub state: State,
}

impl AllStates {
    /// Folds the log's next event.
    pub fn take(&mut self, aggregates: &Aggregates, event: &RecordedEvent) {
        // Most streams are known already. A name is copied only for a new one.
        let folded = match self.streams.get_mut(&event.stream) {
            Some(folded) => folded,
            None => {
                let state = aggregates.fold_of(&event.stream).initial();
                let (version, n_not_understood, n_partly_understood) = (StreamPosition::START, 0, 0);
                let begun = Folded { version, n_not_understood, n_partly_understood, state };
                self.streams.entry(event.stream.clone()).or_insert(begun)
            }
        };
        match aggregates.fold_of(&event.stream).evolve(&mut folded.state, event).meaning {
            Meaning::Understood => {}
            Meaning::Partly(_) => folded.n_partly_understood += 1,
            Meaning::NotUnderstood(_) => folded.n_not_understood += 1,
        }
        folded.version = event.version;
    }

    /// Number of streams.
    pub fn n_streams(&self) -> usize {
        self.streams.len()
    }

    /// The stream of that name.
    pub fn stream(&self, name: &StreamName) -> Option<&Folded> {
        self.streams.get(name)
    }

    /// All of them, in the byte order of their names.
    pub fn by_name(&self) -> Vec<(&StreamName, &Folded)> {
        let mut all: Vec<_> = self.streams.iter().collect();
        all.sort_unstable_by_key(|(name, _)| *name);
        all
    }
}
