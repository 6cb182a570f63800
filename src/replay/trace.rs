//! The state of a stream at a version, and how it came to be: what a snapshot keeps and a fold continues.

use std::borrow::Cow;

use crate::domain::aggregates::account::fields::ReadEvent;
use crate::domain::aggregates::account::fold::AccountFold;
use crate::domain::aggregates::account::state::AccountState;
use crate::domain::event::{GlobalPosition, RecordedEvent, SourceId, StreamName, StreamPosition};
use crate::domain::fold::Meaning;
use crate::replay::diff::{self, Change, Field};

/// An account's state with its origin: what a snapshot keeps and a seek continues from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// The state.
    pub state: AccountState,
    /// Number of events so far, including those not understood.
    pub version: StreamPosition,
    /// The position of the stream's newest event so far.
    pub position: GlobalPosition,
    /// Number of events not understood; the state leaves them out.
    pub n_not_understood: u64,
    /// Number of events understood in part; the state leaves a text of each out.
    pub n_partly_understood: u64,
    /// The newest source of the events. Sources are numbered in order, so the state depends only on the mappings up to
    /// this one.
    pub newest_source: Option<SourceId>,
    /// The position of the event that last changed each field, in the order of [`Field::ALL`]; 0 if none has.
    pub last_set: [GlobalPosition; Field::ALL.len()],
}

impl Trace {
    /// Folds the stream's next event. Returns whether it was understood, and which fields it changed.
    pub fn step(&mut self, fold: &AccountFold, event: &RecordedEvent) -> (Meaning, Vec<Change>) {
        let before = self.state.clone();
        match self.take(fold, event, &before) {
            Ok(read) => {
                let meaning = read.left_out.map_or(Meaning::Understood, |why| Meaning::Partly(why.into()));
                (meaning, diff::changes(&before, &self.state))
            }
            Err(why) => (Meaning::NotUnderstood(why), Vec::new()),
        }
    }

    /// Like [`Trace::step`], but returns the event that was read. `before` is the present state.
    ///
    /// # Errors
    /// Why the event is not understood; it is counted, and the state is unchanged.
    pub fn take(
        &mut self,
        fold: &AccountFold,
        event: &RecordedEvent,
        before: &AccountState,
    ) -> Result<ReadEvent, Cow<'static, str>> {
        let happened = fold.understand(&mut self.state, event);
        self.version = event.version;
        self.position = event.position;
        self.newest_source = self.newest_source.max(event.source);
        match &happened {
            Ok(read) => {
                self.n_partly_understood += u64::from(read.left_out.is_some());
                for (field, last) in Field::ALL.into_iter().zip(&mut self.last_set) {
                    if field.differs(before, &self.state) {
                        *last = event.position;
                    }
                }
            }
            Err(_) => self.n_not_understood += 1,
        }
        happened
    }

    /// The position of the event that last changed the field; 0 if none has.
    pub fn last_set(&self, field: Field) -> GlobalPosition {
        self.last_set.get(field as usize).copied().unwrap_or_default()
    }
}

/// An account's state at a position, in the JSON form that scripts rely on.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct StateAt<'a> {
    /// The account's stream.
    pub stream: &'a StreamName,
    /// The position of the question, at most the head.
    pub position: GlobalPosition,
    /// Number of the stream's events up to there.
    pub version: StreamPosition,
    /// Number of events not understood; the state leaves them out.
    pub n_not_understood: u64,
    /// Number of events understood in part; the state leaves a text of each out.
    pub n_partly_understood: u64,
    /// The state.
    pub state: &'a AccountState,
}

/// An account's state at a place that may be a time, in the JSON form that scripts rely on.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct StateByTime<'a> {
    /// The state at the position of the place.
    #[serde(flatten)]
    pub state_at: StateAt<'a>,
    /// Number of late events that the place leaves out; `None` while they are being counted.
    pub n_late_left_out: Option<u64>,
    /// Number of lines of imported logs that are not in the log.
    pub n_lines_left_out: u64,
}
