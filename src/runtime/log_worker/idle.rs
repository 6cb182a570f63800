//! The longest periods without an event, found by bisection, never by reading the log.

use std::collections::BinaryHeap;

use anyhow::Result;

use crate::cancel::Cancel;
use crate::domain::event::{GlobalPosition, Timestamp};
use crate::store::EventReader;
use crate::tui::model::active_time::{ActiveTime, IdleStretch, N_IDLE_MAX, SHARE_MIN};

/// A range of positions with the time between their clocks; ordered by that time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Range {
    micros: i128,
    first: u64,
    last: u64,
    from: i128,
}

/// A position with its clock in microseconds.
#[derive(Clone, Copy)]
struct Clocked {
    position: u64,
    micros: i128,
}

impl Range {
    fn between(first: Clocked, last: Clocked) -> Self {
        let micros = last.micros - first.micros;
        Self { micros, first: first.position, last: last.position, from: first.micros }
    }
}

/// The log's time without its idle stretches.
///
/// # Errors
/// The store's own, and [`Cancelled`](crate::cancel::Cancelled).
pub(super) fn active_time(store: &dyn EventReader, cancel: &Cancel) -> Result<ActiveTime> {
    let clock_of = |position: u64| -> Result<Option<i128>> {
        let clock = store.clock_at(GlobalPosition::new(position))?;
        Ok(clock.map(|clock| i128::from(clock.as_microsecond())))
    };
    // No event before it has a time.
    let first = store.nth(store.position_at(Timestamp::MIN)?, 1)?.number();
    let last = store.head()?.number();
    let (Some(begin), Some(end)) = (clock_of(first)?, clock_of(last)?) else {
        return Ok(ActiveTime::default());
    };
    let whole = end - begin;
    let mut ranges = BinaryHeap::from([Range::between(
        Clocked { position: first, micros: begin },
        Clocked { position: last, micros: end },
    )]);
    let (mut longest, mut left) = (Vec::new(), whole);
    while let Some(range) = ranges.pop() {
        // A shorter one is too short, even if the others were as long as possible and left out.
        let n_more = i128::try_from(N_IDLE_MAX - longest.len())?;
        if n_more == 0 || range.micros <= 0 || range.micros * (SHARE_MIN + n_more) < left {
            break;
        }
        if range.last - range.first <= 1 {
            longest.push(IdleStretch { from: range.from, to: range.from + range.micros });
            left -= range.micros;
            continue;
        }
        cancel.check()?;
        let position = range.first.midpoint(range.last);
        let Some(micros) = clock_of(position)? else { continue };
        let middle = Clocked { position, micros };
        ranges.push(Range::between(Clocked { position: range.first, micros: range.from }, middle));
        let last = Clocked { position: range.last, micros: range.from + range.micros };
        ranges.push(Range::between(middle, last));
    }
    let n_events = store.count(GlobalPosition::new(first), GlobalPosition::new(last))?;
    Ok(ActiveTime::without(longest, whole, n_events))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::aggregates::Aggregates;
    use crate::domain::event::{NewEvent, StreamName};
    use crate::store::sqlite::SqliteStore;
    use crate::store::{EventStore, StreamWrite};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn halving_finds_the_same_stretches_as_a_scan_of_all_events(
            gaps in prop::collection::vec((prop_oneof![9 => 0_i64..50, 1 => 0_i64..1_000_000], any::<bool>()), 0..120),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut store = SqliteStore::create(&folder.path().join("s.db"), &Aggregates::bank()).unwrap();
            let (mut second, mut clocks) = (0, Vec::new());
            let mut events = Vec::new();
            for (gap, is_late) in gaps {
                second += gap;
                let time = Timestamp::from_second(second).unwrap();
                clocks.push(i128::from(time.as_microsecond()));
                let mut event = |time| {
                    let (event_type, data) = ("Deposited".to_owned(), "{}".to_owned());
                    events.push(NewEvent { id: None, event_type, time: Some(time), data, metadata: None });
                };
                event(time);
                if is_late {
                    event(Timestamp::from_second(second / 2).unwrap());
                    clocks.push(i128::from(time.as_microsecond()));
                }
            }
            if !events.is_empty() {
                let stream = StreamName::new("a").unwrap();
                store.append(&[StreamWrite { stream, expected: None, events }]).unwrap();
            }
            let found = active_time(&store, &Cancel::never()).unwrap();
            // Of equal stretches either may be left out.
            let all = ActiveTime::between(&clocks);
            prop_assert_eq!(found.skipped(), all.skipped());
            prop_assert_eq!(found.middles().count(), all.middles().count());
        }
    }
}
