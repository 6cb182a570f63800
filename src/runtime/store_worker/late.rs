//! Counting the late events that the place of a time leaves out, beside the screen, and remembering which there are.

use anyhow::Result;

use crate::domain::event::Timestamp;
use crate::store::EventReader;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::late::LateEvent;
use crate::tui::effect::LateQuestion;

/// How many events are looked at between two looks at whether somebody waits: a millisecond or two.
const PIECE_EVENTS: u64 = 8_192;

/// How many late events are remembered, 16 MB of them: past that the rest of the log is counted for each question.
const LATE_KEPT_MAX: usize = 1 << 20;

/// The late events of a log, as far as somebody has asked for them: from the second question on the log is not read again.
#[derive(Debug)]
pub(super) struct LateEvents {
    /// How many are remembered at most.
    kept_max: usize,
    /// Rising.
    known: Vec<LateEvent>,
    /// All of them are known up to there.
    known_to: u64,
    /// The question asked last, as far as it was counted beyond that.
    counted: Option<Counted>,
}

#[derive(Debug)]
struct Counted {
    time: Timestamp,
    /// The events after this position are counted, up to the other one.
    after: u64,
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
        Self { kept_max, known: Vec::new(), known_to: 0, counted: None }
    }

    /// How many events after a position have a time that is no later than the one that it stands for; `None` where
    /// `goes_on` said no before that was known. Asked again, it goes on from there.
    ///
    /// # Errors
    /// The store's own.
    pub(super) fn count(
        &mut self,
        store: &SqliteStore,
        question: &LateQuestion,
        goes_on: &mut dyn FnMut() -> bool,
    ) -> Result<Option<u64>> {
        let head = store.head()?.number();
        while self.known_to < head && self.known.len() < self.kept_max {
            if !goes_on() {
                return Ok(None);
            }
            let last = head.min(self.known_to + PIECE_EVENTS);
            self.known.extend(store.late_events(&(self.known_to + 1..=last))?);
            self.known_to = last;
        }
        let Some(n_beyond) = self.count_beyond(store, question, head, goes_on)? else { return Ok(None) };
        let first = self.known.partition_point(|late| late.position <= question.after);
        let known = self.known.get(first..).unwrap_or(&[]).iter();
        Ok(Some(n_beyond + known.filter(|late| late.time <= question.time).count() as u64))
    }

    /// Those among the events that are not remembered.
    fn count_beyond(
        &mut self,
        store: &SqliteStore,
        question: &LateQuestion,
        head: u64,
        goes_on: &mut dyn FnMut() -> bool,
    ) -> Result<Option<u64>> {
        let (time, after) = (question.time, self.known_to.max(question.after.number()));
        let before = self.counted.take().filter(|counted| (counted.time, counted.after) == (time, after));
        let counted = self.counted.insert(before.unwrap_or(Counted { time, after, up_to: after, n: 0 }));
        while counted.up_to < head {
            if !goes_on() {
                return Ok(None);
            }
            let last = head.min(counted.up_to + PIECE_EVENTS);
            counted.n += store.n_no_later(&(counted.up_to + 1..=last), time)?;
            counted.up_to = last;
        }
        Ok(Some(counted.n))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::{GlobalPosition, NewEvent, StreamName};
    use crate::store::{EventStore, StreamWrite};
    use proptest::prelude::*;

    fn append(store: &mut SqliteStore, time: Option<i64>) {
        let time = time.map(|second| Timestamp::from_second(second).unwrap());
        let (event_type, data) = ("Deposited".to_owned(), "{}".to_owned());
        let event = NewEvent { id: None, event_type, time, data, metadata: None };
        let stream = StreamName::new("a").unwrap();
        store.append(&[StreamWrite { stream, expected: None, events: vec![event] }]).unwrap();
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn every_question_is_answered_as_by_a_look_at_every_event(
            log in prop::collection::vec((prop::option::weighted(0.8, 0_i64..20), prop::option::of(0_i64..20)), 1..30),
            kept_max in 0_usize..6,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut store = SqliteStore::create(&folder.path().join("s.db")).unwrap();
            let mut late = LateEvents::that_keeps(kept_max);
            let mut times = Vec::new();
            for (time, asked) in log {
                append(&mut store, time);
                times.push(time);
                let Some(second) = asked else { continue };
                let time = Timestamp::from_second(second).unwrap();
                let after = store.position_at(time).unwrap();
                let question = LateQuestion { time, after, head: store.head().unwrap() };
                // It may be put off at any time, and goes on.
                let mut n_looks = 0;
                let mut every_other = || { n_looks += 1; n_looks % 2 == 0 };
                let n_late = loop {
                    if let Some(n_late) = late.count(&store, &question, &mut every_other).unwrap() {
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
