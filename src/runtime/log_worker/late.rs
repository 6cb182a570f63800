//! The count of late events for the screen, made in the background and remembered.

use std::collections::VecDeque;

use anyhow::Result;

use crate::cancel::Cancel;
use crate::domain::event::{GlobalPosition, Timestamp};
use crate::store::log::LogReader;
use crate::store::log::late::LateEvent;
use crate::tui::questions::late::LateQuestion;

/// Events scanned between two checks for a waiting question: a millisecond or two.
const PIECE_EVENTS: i64 = 8_192;

/// The most late events that are remembered, 16 MB. Beyond that, the rest of the log is counted for each question.
const LATE_KEPT_MAX: usize = 1 << 20;

/// The late events of a log, remembered so that the second question does not read the log again.
#[derive(Debug)]
pub(super) struct LateEvents {
    /// The most that are remembered.
    kept_max: usize,
    /// Rising.
    known: VecDeque<LateEvent>,
    /// The positions whose late events are all known: after the first number, up to the second. `None` before the first
    /// question, whose position is the beginning: earlier late events matter only to an earlier question.
    known_span: Option<(u64, u64)>,
    /// The last question, and the count so far beyond the span.
    counted: Option<CountSoFar>,
}

#[derive(Debug)]
struct CountSoFar {
    time: Timestamp,
    /// The range that is counted: after this position, up to the other one, without the span.
    after: u64,
    span: (u64, u64),
    up_to: u64,
    n: u64,
}

impl Default for LateEvents {
    fn default() -> Self {
        Self::that_keeps(LATE_KEPT_MAX)
    }
}

impl LateEvents {
    fn that_keeps(kept_max: usize) -> Self {
        Self { kept_max, known: VecDeque::new(), known_span: None, counted: None }
    }

    /// Number of events after a position whose time is no later than the given one. After a cancel another call
    /// continues.
    ///
    /// # Errors
    /// The store's own, and [`Cancelled`](crate::cancel::Cancelled).
    pub(super) fn count(
        &mut self,
        store: &dyn LogReader,
        question: &LateQuestion,
        cancel: &Cancel,
    ) -> Result<u64> {
        let head = store.head()?.number();
        let after = question.after.number();
        let (mut from, mut to) = *self.known_span.get_or_insert((after, after));
        while (after < from || to < head) && self.known.len() < self.kept_max {
            cancel.check()?;
            if after < from {
                let first = after.max(store.nth(GlobalPosition::new(from), -PIECE_EVENTS)?.number());
                let earlier = store.late_events(&(first + 1..=from))?;
                earlier.into_iter().rev().for_each(|late| self.known.push_front(late));
                from = first;
            } else {
                let last = head.min(store.nth(GlobalPosition::new(to), PIECE_EVENTS)?.number());
                self.known.extend(store.late_events(&(to + 1..=last))?);
                to = last;
            }
            self.known_span = Some((from, to));
        }
        let n_beyond = self.count_beyond(store, question, head, cancel)?;
        let first = self.known.partition_point(|late| late.position <= question.after);
        let known = self.known.iter().skip(first);
        Ok(n_beyond + known.filter(|late| late.time <= question.time).count() as u64)
    }

    /// The late events among those that are not remembered.
    fn count_beyond(
        &mut self,
        store: &dyn LogReader,
        question: &LateQuestion,
        head: u64,
        cancel: &Cancel,
    ) -> Result<u64> {
        let (time, after) = (question.time, question.after.number());
        let span = self.known_span.unwrap_or((after, after));
        let is_same =
            |counted: &CountSoFar| (counted.time, counted.after, counted.span) == (time, after, span);
        let before = self.counted.take().filter(is_same);
        let counted =
            self.counted.insert(before.unwrap_or(CountSoFar { time, after, span, up_to: after, n: 0 }));
        loop {
            if (span.0..span.1).contains(&counted.up_to) {
                counted.up_to = span.1;
            }
            if counted.up_to >= head {
                break;
            }
            cancel.check()?;
            let end = if counted.up_to < span.0 { head.min(span.0) } else { head };
            let last = end.min(store.nth(GlobalPosition::new(counted.up_to), PIECE_EVENTS)?.number());
            counted.n += store.n_no_later(&(counted.up_to + 1..=last), time)?;
            counted.up_to = last;
        }
        Ok(counted.n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::aggregates::Aggregates;
    use std::sync::atomic::{AtomicU64, Ordering};

    use crate::domain::event::{NewEvent, StreamName};
    use crate::store::sqlite::SqliteStore;
    use crate::store::{EventReader, EventStore, StreamWrite};
    use proptest::prelude::*;

    fn append(store: &mut SqliteStore, time: Option<i64>) {
        let time = time.map(|second| Timestamp::from_second(second).unwrap());
        let (event_type, data) = ("Deposited".to_owned(), "{}".to_owned());
        let event = NewEvent { id: None, event_type, time, data, metadata: None };
        let stream = StreamName::new("a").unwrap();
        store.append(&[StreamWrite { stream, expected: None, events: vec![event] }]).unwrap();
    }

    #[test]
    fn nothing_before_the_place_of_the_first_question_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = SqliteStore::create(&folder.path().join("s.db"), &Aggregates::bank()).unwrap();
        [10, 1, 2, 20, 3, 15].into_iter().for_each(|second| append(&mut store, Some(second)));
        let mut late = LateEvents::default();
        let mut ask = |second| {
            let time = Timestamp::from_second(second).unwrap();
            let after = store.position_at(time).unwrap();
            let question = LateQuestion { time, after, head: store.head().unwrap() };
            let n_late = late.count(&store, &question, &Cancel::never()).unwrap();
            (n_late, late.known.iter().map(|late| late.position.number()).collect::<Vec<_>>())
        };
        assert_eq!(ask(12), (1, vec![5, 6]));
        assert_eq!(ask(2), (2, vec![2, 3, 5, 6]));
        assert_eq!(ask(12), (1, vec![2, 3, 5, 6]));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn every_question_is_answered_as_by_a_look_at_every_event(
            log in prop::collection::vec((prop::option::weighted(0.8, 0_i64..20), prop::option::of(0_i64..20)), 1..30),
            kept_max in 0_usize..6,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut store = SqliteStore::create(&folder.path().join("s.db"), &Aggregates::bank()).unwrap();
            let mut late = LateEvents::that_keeps(kept_max);
            let mut times = Vec::new();
            for (time, asked) in log {
                append(&mut store, time);
                times.push(time);
                let Some(second) = asked else { continue };
                let time = Timestamp::from_second(second).unwrap();
                let after = store.position_at(time).unwrap();
                let question = LateQuestion { time, after, head: store.head().unwrap() };
                // It can be interrupted at any time, and continues.
                let n_looks = AtomicU64::new(0);
                let every_other = Cancel::new().or_when(move || n_looks.fetch_add(1, Ordering::Relaxed).is_multiple_of(2));
                let n_late = loop {
                    if let Ok(n_late) = late.count(&store, &question, &every_other) {
                        break n_late;
                    }
                };
                let rest = times.iter().skip(usize::try_from(after.number()).unwrap());
                prop_assert_eq!(n_late, rest.filter(|own| own.is_some_and(|own| own <= second)).count() as u64);
                prop_assert!(after <= GlobalPosition::new(times.len() as u64));
            }
        }
    }
}
