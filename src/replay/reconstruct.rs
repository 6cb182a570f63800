//! The fold of a stream up to a version, from the nearest snapshot on.

use crate::cancel::{Cancel, OrCancelled};
use crate::domain::event::{RecordedEvent, StreamName, StreamPosition};
use crate::domain::fold::{Fold, Meaning};
use crate::replay::diff::{self, Change};
use crate::replay::fold_loop::{FoldStep, fold_stream};
use crate::replay::snapshots::Snapshots;
use crate::replay::trace::Trace;

/// The beginning of a fold.
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

/// A stream at a version, and the effect of its last event up to there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reconstruction {
    /// The stream's name.
    pub stream: StreamName,
    /// The state, and which event last set each field.
    pub trace: Trace,
    /// The changes by the stream's newest event.
    pub changes: Vec<Change>,
    /// Whether the newest event was understood; `None` if there was no event yet.
    pub meaning: Option<Meaning>,
    /// The version of the snapshot at which the fold started; 0 = at the first event.
    pub from_snapshot: StreamPosition,
    /// Number of events folded after that.
    pub n_folded: u64,
}

/// Folds a stream up to a version, from the nearest snapshot, and keeps snapshots on the way. `read` and `cancel` are
/// as for [`fold_stream`].
///
/// # Errors
/// Those of `read`.
pub fn reconstruct<E>(
    fold: &dyn Fold,
    snapshots: &mut Snapshots,
    stream: &StreamName,
    version: StreamPosition,
    read: impl FnMut(StreamPosition, usize) -> Result<Vec<RecordedEvent>, E>,
    cancel: &Cancel,
) -> Result<OrCancelled<Reconstruction>, E> {
    // The newest event is always folded and never taken from a snapshot: what it changed is part of the answer.
    let nearest = snapshots.nearest(stream, version.minus(1));
    let mut trace = nearest.unwrap_or_else(|| Trace::before_the_first_event(fold));
    let from_snapshot = trace.version;
    let (mut meaning, mut changes) = (None, Vec::new());
    let each = |step: FoldStep<'_>| {
        if step.trace.version >= version {
            changes = diff::changes(step.before, &step.trace.state);
        }
        snapshots.offer(stream, step.trace);
        meaning = Some(step.evolved.meaning);
    };
    if let Err(cancelled) = fold_stream(fold, &mut trace, version, read, cancel, each)? {
        return Ok(Err(cancelled));
    }
    let n_folded = trace.version.since(from_snapshot);
    Ok(Ok(Reconstruction { stream: stream.clone(), trace, changes, meaning, from_snapshot, n_folded }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::aggregates::account::fold::AccountFold;
    use crate::domain::aggregates::account::state::{BALANCE, STATUS};
    use crate::domain::event::GlobalPosition;
    use crate::domain::hash::ChainHash;
    use crate::domain::value::FieldValue;
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
        reconstruct(&fold, snapshots, &name, version, read, &Cancel::never()).unwrap().unwrap()
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
                prop_assert_eq!(there.trace.state.field(BALANCE), FieldValue::Integer(sum));
                prop_assert_eq!((there.trace, there.changes, there.meaning), (plain.trace, plain.changes, plain.meaning));
            }
        }
    }

    #[test]
    fn a_field_remembers_the_event_that_last_changed_it_and_the_newest_event_says_what_it_did() {
        let log = [event(1, 5), event(2, 0), event(3, -2)];
        let at_two = seek(&log, &mut Snapshots::default(), 2);
        assert_eq!(at_two.trace.last_set(BALANCE), GlobalPosition::new(3));
        assert_eq!(at_two.changes, []);
        assert_eq!((at_two.trace.version.number(), at_two.trace.n_not_understood), (2, 1));
        let at_three = seek(&log, &mut Snapshots::default(), 3);
        let (before, after) = (FieldValue::Integer(5), FieldValue::Integer(3));
        assert_eq!(at_three.changes, [Change { field: BALANCE, before, after }]);
        assert_eq!(at_three.trace.last_set(STATUS), GlobalPosition::new(3));
        assert_eq!(at_three.trace.last_set(BALANCE), GlobalPosition::new(9));
    }
}
