//! The past, at any position; pure planning.
//!
//! Its files:
//!
//! - `at.rs`: a place in history as a person writes it
//! - `diff.rs`: what one event changed
//! - `everyone.rs`: the states of all accounts at once, by one pass over the log
//! - `legs.rs`: the legs of transfers: each that a command made belongs to another one
//! - `matcher.rs`: whether an event is one that is looked for
//! - `not_understood.rs`: the events that states leave out because they are not understood, by account and in words
//! - `playback.rs`: the playhead's own movement: whether it plays, and its speed
//! - `search.rs`: what is looked for in a log, as a person writes it
//! - `snapshots.rs`: states worth keeping, so that every seek is short

pub mod at;
pub mod diff;
pub mod everyone;
pub mod legs;
pub mod matcher;
pub mod not_understood;
pub mod playback;
pub mod search;
pub mod snapshots;

use std::borrow::Cow;

use crate::domain::aggregates::account::fields::ReadEvent;
use crate::domain::aggregates::account::{AccountFold, AccountState};
use crate::domain::event::{GlobalPosition, RecordedEvent, SourceId, StreamName, StreamPosition};
use crate::domain::fold::Meaning;
use crate::replay::diff::{Change, Field};
use crate::replay::snapshots::Snapshots;

/// How many events of a stream are read at a time while folding: enough that the question costs less than the
/// answer, few enough that a newer seek is noticed within a few milliseconds (2 µs an event).
pub const FOLD_CHUNK_EVENTS: usize = 1_000;

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

/// Where a fold begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FoldFrom {
    /// At the nearest snapshot.
    #[default]
    Snapshot,
    /// At the stream's first event, as if there were no snapshots.
    FirstEvent,
}

impl FoldFrom {
    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Snapshot => Self::FirstEvent,
            Self::FirstEvent => Self::Snapshot,
        }
    }
}

/// An account at a version, and what the last event up to there did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reconstruction {
    /// Whose it is.
    pub stream: StreamName,
    /// The state and how it came.
    pub trace: Trace,
    /// What the newest event of the stream changed.
    pub changes: Vec<Change>,
    /// What the newest event meant; `None` where there was no event yet.
    pub meaning: Option<Meaning>,
    /// The version of the snapshot that the fold started from; 0 = from the first event.
    pub from_snapshot: StreamPosition,
    /// How many events were folded on top of it.
    pub n_folded: u64,
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

/// Folds a stream up to a version, from the nearest snapshot on, and keeps snapshots on the way. `read` answers the
/// stream's events from a version on, rising, at most as many as it is asked for; `goes_on` is asked between reads
/// and stops the fold by `false`.
///
/// # Errors
/// What `read` fails with. `Ok(None)` when it was stopped.
pub fn reconstruct<E>(
    fold: &AccountFold,
    snapshots: &mut Snapshots,
    stream: &StreamName,
    version: StreamPosition,
    mut read: impl FnMut(StreamPosition, usize) -> Result<Vec<RecordedEvent>, E>,
    mut goes_on: impl FnMut() -> bool,
) -> Result<Option<Reconstruction>, E> {
    // The newest event is always folded, never taken from a snapshot: what it changed is part of the answer.
    let mut trace = snapshots.nearest(stream, version.minus(1)).unwrap_or_default();
    let from_snapshot = trace.version;
    let (mut meaning, mut changes) = (None, Vec::new());
    while trace.version < version {
        let left = usize::try_from(version.since(trace.version)).unwrap_or(usize::MAX);
        let events = read(trace.version.plus(1), left.min(FOLD_CHUNK_EVENTS))?;
        if events.is_empty() {
            break;
        }
        for event in &events {
            let (what, changed) = trace.step(fold, event);
            (meaning, changes) = (Some(what), changed);
            snapshots.offer(stream, &trace);
        }
        if trace.version < version && !goes_on() {
            return Ok(None);
        }
    }
    let n_folded = trace.version.since(from_snapshot);
    Ok(Some(Reconstruction { stream: stream.clone(), trace, changes, meaning, from_snapshot, n_folded }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::chain::ChainHash;
    use proptest::prelude::*;

    fn event(version: u64, amount: i64) -> RecordedEvent {
        RecordedEvent {
            position: GlobalPosition::new(version * 3),
            stream: StreamName::new("a").unwrap(),
            version: StreamPosition::new(version),
            id: None,
            event_type: if amount == 0 { "LoanGranted" } else { "Deposited" }.to_owned(),
            time: None,
            clock: None,
            data: format!(r#"{{"amount":{amount}}}"#),
            metadata: None,
            source: None,
            hash: ChainHash::default(),
        }
    }

    fn seek(log: &[RecordedEvent], snapshots: &mut Snapshots, version: u64) -> Reconstruction {
        let fold = AccountFold::default();
        let read = |from: StreamPosition, limit: usize| {
            let all = log.iter().filter(|e| e.version >= from);
            Ok::<_, std::convert::Infallible>(all.take(limit).cloned().collect())
        };
        let name = StreamName::new("a").unwrap();
        let version = StreamPosition::new(version);
        reconstruct(&fold, snapshots, &name, version, read, || true).unwrap().unwrap()
    }

    proptest! {
        #[test]
        fn a_seek_gives_the_plain_fold_whatever_was_looked_at_before(
            amounts in prop::collection::vec(-3_i64..4, 1..3_000),
            seeks in prop::collection::vec(any::<prop::sample::Index>(), 1..12),
        ) {
            let log: Vec<_> = (1..).zip(&amounts).map(|(v, a)| event(v, *a)).collect();
            let mut snapshots = Snapshots::default();
            for to in seeks.iter().map(|i| i.index(amounts.len() + 1)) {
                let there = seek(&log, &mut snapshots, to as u64);
                let plain = seek(&log, &mut Snapshots::default(), to as u64);
                let sum: i64 = amounts[..to].iter().sum();
                prop_assert_eq!(there.trace.state.balance, sum);
                prop_assert_eq!((there.trace, there.changes, there.meaning), (plain.trace, plain.changes, plain.meaning));
            }
        }
    }

    #[test]
    fn a_field_remembers_the_event_that_last_changed_it_and_the_newest_event_says_what_it_did() {
        let log = [event(1, 5), event(2, 0), event(3, -2)];
        let at_two = seek(&log, &mut Snapshots::default(), 2);
        assert_eq!(at_two.trace.last_set(Field::Balance), GlobalPosition::new(3));
        assert_eq!(at_two.changes, []);
        assert_eq!((at_two.trace.version.number(), at_two.trace.n_not_understood), (2, 1));
        let at_three = seek(&log, &mut Snapshots::default(), 3);
        assert_eq!(at_three.changes, [Change::Balance { before: 5, after: 3 }]);
        assert_eq!(at_three.trace.last_set(Field::Status), GlobalPosition::new(3));
        assert_eq!(at_three.trace.last_set(Field::Balance), GlobalPosition::new(9));
    }
}
