//! The states of all streams at once, by one pass over the log.

use std::collections::HashMap;

use crate::domain::aggregates::Aggregates;
use crate::domain::event::{RecordedEvent, StreamName};
use crate::domain::fold::Fold;
use crate::replay::fold_loop::{FoldStep, FoldedStreams, fold_events};
use crate::replay::trace::Trace;

/// The states of all streams that the log has mentioned so far. Memory grows with their number, whatever the length of
/// the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllStates {
    streams: HashMap<StreamName, Trace>,
}

/// All streams while they are folded.
struct AllStreams<'a> {
    streams: &'a mut HashMap<StreamName, Trace>,
    aggregates: &'a Aggregates,
}

impl FoldedStreams for AllStreams<'_> {
    fn with(&mut self, stream: &StreamName, work: impl FnOnce(&dyn Fold, &mut Trace)) {
        let fold = self.aggregates.fold_of(stream);
        // Most streams are known already. A name is copied only for a new one.
        let trace = match self.streams.get_mut(stream) {
            Some(trace) => trace,
            None => self.streams.entry(stream.clone()).or_insert_with(|| Trace::before_the_first_event(fold)),
        };
        work(fold, trace);
    }
}

impl AllStates {
    /// Folds the log's next events. `each` is called with every step.
    pub fn fold<'e>(
        &mut self,
        aggregates: &Aggregates,
        events: impl IntoIterator<Item = &'e RecordedEvent>,
        each: impl FnMut(FoldStep<'_>),
    ) {
        let mut events = events.into_iter().peekable();
        let Some(first) = events.peek() else { return };
        let mut before = aggregates.fold_of(&first.stream).initial();
        let mut all = AllStreams { streams: &mut self.streams, aggregates };
        fold_events(events, &mut all, &mut before, each);
    }

    pub fn n_streams(&self) -> usize {
        self.streams.len()
    }

    /// Number of events of all streams that were not understood.
    pub fn n_not_understood(&self) -> u64 {
        self.streams.values().map(|trace| trace.n_not_understood).sum()
    }

    /// Number of events of all streams that were understood in part.
    pub fn n_partly_understood(&self) -> u64 {
        self.streams.values().map(|trace| trace.n_partly_understood).sum()
    }

    /// The stream of that name.
    pub fn stream(&self, name: &StreamName) -> Option<&Trace> {
        self.streams.get(name)
    }

    /// All of them, in the byte order of their names.
    pub fn by_name(&self) -> Vec<(&StreamName, &Trace)> {
        let mut all: Vec<_> = self.streams.iter().collect();
        all.sort_unstable_by_key(|(name, _)| *name);
        all
    }
}
