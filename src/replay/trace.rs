//! The state of a stream at a version, and how it came to be: what a snapshot keeps and a fold continues.

use std::borrow::Cow;

use crate::domain::aggregates::account::fields::ReadEvent;
use crate::domain::aggregates::account::fold::AccountFold;
use crate::domain::aggregates::account::state::AccountState;
use crate::domain::event::{GlobalPosition, RecordedEvent, SourceId, StreamName, StreamPosition};
use crate::domain::fold::Meaning;
use crate::replay::diff::{self, Change, Field};

/// An account's state that remembers how it came: what a snapshot keeps and a seek continues.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// What the events so far add up to.
    pub state: AccountState,
    /// How many events that are, those not understood included.
    pub version: StreamPosition,
    /// The position of the stream's newest event so far.
    pub position: GlobalPosition,
    /// How many of the events were not understood, and are left out of the state.
    pub n_not_understood: u64,
    /// How many of the others were understood in part: a text of theirs is left out.
    pub n_partly_understood: u64,
    /// The newest of the sources that the events came from. Sources are numbered as they come, so the mappings up to
    /// this one are all that the state can depend on.
    pub newest_source: Option<SourceId>,
    /// The position of the event that last changed each field, in the order of [`Field::ALL`]; 0 if none has.
    pub last_set: [GlobalPosition; Field::ALL.len()],
}

impl Trace {
    /// Takes the stream's next event in; answers what it meant and which fields it changed.
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

    /// [`Trace::step`], for who wants to know what the event means: gives what happened to the account. `before` is the
    /// state as it is.
    ///
    /// # Errors
    /// Why the event is not understood; it is counted, and the state is as it was.
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

/// An account's state at a position, in the shape that scripts rely on.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct StateAt<'a> {
    /// Whose it is.
    pub stream: &'a StreamName,
    /// The position that was asked for, no later than the head.
    pub position: GlobalPosition,
    /// How many events of the stream there are up to it.
    pub version: StreamPosition,
    /// How many of those are not understood: the state leaves them out.
    pub n_not_understood: u64,
    /// How many of the others are understood in part: the state leaves a text of theirs out.
    pub n_partly_understood: u64,
    /// What they add up to.
    pub state: &'a AccountState,
}

/// An account's state at a place that may have been given as a time, in the shape that scripts rely on.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct StateByTime<'a> {
    /// The state at the position of the place.
    #[serde(flatten)]
    pub state_at: StateAt<'a>,
    /// How many late events the place leaves out; `None` while they are being counted.
    pub n_late_left_out: Option<u64>,
    /// How many lines of imported logs are not in the log.
    pub n_lines_left_out: u64,
}
