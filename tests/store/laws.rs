//! The store answers like a plain list of the same events.

use std::collections::BTreeSet;

use foldback::domain::event::{GlobalPosition, RecordedEvent, StreamName, StreamPosition, Timestamp};
use foldback::store::{Direction, EventReader, EventStore};
use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};
use proptest::test_runner::TestCaseResult;
use proptest::{prop_assert, prop_assert_eq};

use crate::support::{TempStore, cases, deposit, stream, with_time, write};

/// Appends: to which streams, and at which seconds.
type Appends = Vec<Vec<(u8, Option<i64>)>>;

const NAMES: [&str; 5] = ["a", "aa", "b", "é", "\u{10ffff}"];

fn appends() -> impl Strategy<Value = Appends> {
    let second = prop_oneof![1 => Just(None), 4 => (-5..30_i64).prop_map(Some)];
    prop::collection::vec(prop::collection::vec((0..5_u8, second), 1..6), 0..12)
}

fn filled(appends: &Appends) -> (TempStore, Vec<RecordedEvent>) {
    let mut temp = TempStore::new();
    for append in appends {
        let writes: Vec<_> = append
            .iter()
            .map(|(name, second)| {
                let event = second.map_or_else(|| deposit(1), |second| with_time(second, deposit(1)));
                write(NAMES[usize::from(*name)], vec![event])
            })
            .collect();
        temp.store.append(&writes).unwrap();
    }
    let events = temp.store.read_all(GlobalPosition::START, Direction::Forward, usize::MAX).unwrap();
    assert_eq!(events.len(), appends.iter().map(Vec::len).sum::<usize>());
    (temp, events)
}

fn up_to(events: &[RecordedEvent], at: u64) -> impl DoubleEndedIterator<Item = &RecordedEvent> {
    events.iter().filter(move |event| event.position.number() <= at)
}

fn windows(store: &dyn EventReader, events: &[RecordedEvent], from: u64, limit: usize) -> TestCaseResult {
    let forward = store.read_all(GlobalPosition::new(from), Direction::Forward, limit).unwrap();
    let expected = events.iter().filter(|event| event.position.number() >= from).take(limit).cloned();
    prop_assert_eq!(forward, expected.collect::<Vec<_>>());
    let backward = store.read_all(GlobalPosition::new(from), Direction::Backward, limit).unwrap();
    prop_assert_eq!(backward, up_to(events, from).rev().take(limit).cloned().collect::<Vec<_>>());
    for name in NAMES.map(stream) {
        let window = store.read_stream(&name, StreamPosition::new(from), limit).unwrap();
        let of_stream = events.iter().filter(|event| event.stream == name && event.version.number() >= from);
        prop_assert_eq!(window, of_stream.take(limit).cloned().collect::<Vec<_>>());
    }
    Ok(())
}

/// A stream's name with characters at the edges of UTF-8's lengths and of SQL patterns.
fn weird_text(n_chars: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let edges = "aA%_*\u{0}\u{1}\u{7f}\u{80}\u{7ff}\u{800}\u{d7ff}\u{e000}\u{ffff}\u{10000}\u{10ffff}";
    let chars = prop::sample::select(edges.chars().collect::<Vec<_>>());
    prop::collection::vec(chars, n_chars).prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn windows_are_those_of_a_list(appends in appends(), from in 0..70_u64, limit in 0..20_usize) {
        let (temp, events) = filled(&appends);
        windows(&temp.store, &events, from, limit)?;
    }

    #[test]
    fn a_version_at_a_position_counts_the_events_up_to_it(appends in appends()) {
        let (temp, events) = filled(&appends);
        for at in 0..=temp.store.head().unwrap().number() + 1 {
            for name in NAMES.map(stream) {
                let version = temp.store.version_at(&name, GlobalPosition::new(at)).unwrap();
                let n = up_to(&events, at).filter(|event| event.stream == name).count();
                prop_assert_eq!(version.number(), u64::try_from(n).unwrap());
            }
        }
    }

    #[test]
    fn the_clock_is_the_latest_time_so_far(appends in appends()) {
        let (temp, events) = filled(&appends);
        for at in 0..=temp.store.head().unwrap().number() + 1 {
            let clock = temp.store.clock_at(GlobalPosition::new(at)).unwrap();
            prop_assert_eq!(clock, up_to(&events, at).filter_map(|event| event.time).max());
        }
    }

    #[test]
    fn the_position_at_a_time_is_the_last_whose_clock_is_no_later(
        appends in appends(), nanosecond in any::<i64>()
    ) {
        let (temp, events) = filled(&appends);
        let nanosecond = i128::from(nanosecond).rem_euclid(40_000_000_000) - 8_000_000_000;
        let between = Timestamp::from_nanosecond(nanosecond).unwrap();
        for time in (-7..32).map(crate::support::at).chain([between]) {
            let position = temp.store.position_at(time).unwrap();
            let last = events.iter().rev().find(|event| event.clock.is_none_or(|clock| clock <= time));
            prop_assert_eq!(position, last.map_or(GlobalPosition::START, |event| event.position));
        }
    }

    #[test]
    fn streams_with_a_prefix_are_those_that_begin_with_it(
        names in prop::collection::btree_set(weird_text(1..5), 0..40),
        prefix in weird_text(0..3),
        limit in 0..40_usize,
    ) {
        let mut temp = TempStore::new();
        let writes: Vec<_> = names.iter().rev().map(|name| write(name, vec![deposit(1)])).collect();
        temp.store.append(&writes).unwrap();
        prop_assert_eq!(temp.store.n_streams().unwrap(), u64::try_from(names.len()).unwrap());
        // Rust's strings sort by their bytes.
        let names: BTreeSet<StreamName> = names.iter().map(|name| stream(name)).collect();
        let expected = names.into_iter().filter(|name| name.as_str().starts_with(&prefix)).take(limit);
        prop_assert_eq!(temp.store.streams(&prefix, limit).unwrap(), expected.collect::<Vec<_>>());
    }

    #[test]
    fn a_time_between_microseconds_belongs_to_the_one_before(nanosecond in any::<i64>()) {
        let mut temp = TempStore::new();
        let mut event = deposit(1);
        event.time = Some(Timestamp::from_nanosecond(nanosecond.into()).unwrap());
        let appended = temp.store.append(&[write("a", vec![event])]).unwrap();
        let kept = appended.events[0].time.unwrap().as_nanosecond();
        prop_assert_eq!(kept, i128::from(nanosecond).div_euclid(1000) * 1000);
        prop_assert!(temp.store.position_at(Timestamp::from_nanosecond(kept).unwrap()).unwrap().number() == 1);
        prop_assert!(temp.store.position_at(Timestamp::from_nanosecond(kept - 1).unwrap()).unwrap().number() == 0);
    }
}
