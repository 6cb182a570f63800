//! Searches in a store, on the screen and by the verb, find what a scan of all events finds.

mod support;

use foldback::cancel::{Cancel, Cancelled};
use foldback::domain::event::{GlobalPosition, RecordedEvent};
use foldback::replay::at::{At, of_share};
use foldback::replay::matcher::Matcher;
use foldback::replay::search::Search;
use foldback::runtime::finder::{find, find_next};
use foldback::store::sqlite::SqliteStore;
use foldback::store::{Direction, EventReader, EventStore};
use foldback::tui::model::hits::{Hits, NextHit};
use foldback::tui::questions::find::{FindQuestion, NextHitQuestion};
use proptest::prelude::*;
use support::{TempStore, cases, event, with_time, write};

const NAMES: [&str; 4] = ["acc-1", "acc-2", "Rent Ltd", "é"];
const TYPES: [&str; 3] = ["Deposited", "Withdrawn", "deposited"];
const NOTES: [&str; 4] = ["rent", "RENT for Ä", "nothing", "ä"];

/// An append of one event: stream, type, note, second.
type Happened = (usize, usize, usize, Option<i64>);

fn log() -> impl Strategy<Value = Vec<Happened>> {
    let second = prop_oneof![1 => Just(None), 4 => (0..40_i64).prop_map(Some)];
    prop::collection::vec((0..NAMES.len(), 0..TYPES.len(), 0..NOTES.len(), second), 0..60)
}

fn filled(log: &[Happened]) -> (TempStore, Vec<RecordedEvent>) {
    let mut temp = TempStore::new();
    for (name, event_type, note, second) in log {
        let event = event(TYPES[*event_type], &format!(r#"{{"note":"{}"}}"#, NOTES[*note]));
        let event = second.map_or_else(|| event.clone(), |second| with_time(second, event.clone()));
        temp.store.append(&[write(NAMES[*name], vec![event])]).unwrap();
    }
    let events = temp.store.read_all(GlobalPosition::START, Direction::Forward, usize::MAX).unwrap();
    (temp, events)
}

/// Words of a search, with or without matches.
fn line() -> impl Strategy<Value = String> {
    let words = [
        "rent",
        "ä",
        "acc",
        "deposit",
        "type:deposited",
        "type:Withdrawn",
        "stream:acc-1",
        r#"stream:"Rent Ltd""#,
        "stream:nobody",
        "from:5",
        "from:50%",
        "from:1970-01-01T00:00:10Z",
        "to:20",
        "to:90%",
        "to:1970-01-01T00:00:30Z",
    ];
    prop::sample::subsequence(words.to_vec(), 1..4).prop_map(|words| words.join(" "))
}

/// The positions of the matching events, by a scan.
fn expected(events: &[RecordedEvent], search: &Search) -> Vec<GlobalPosition> {
    let head = events.last().map_or(GlobalPosition::START, |event| event.position);
    let is_in = |event: &RecordedEvent| {
        let from = match search.from {
            None | Some(At::Head) => true,
            Some(At::Position(from)) => event.position >= from,
            Some(At::Share(share)) => event.position.number() >= of_share(share, head.number()),
            Some(At::Time(time)) => event.time.or(event.clock).is_some_and(|own| own >= time),
        };
        let to = match search.to {
            None | Some(At::Head) => true,
            Some(At::Position(to)) => event.position <= to,
            Some(At::Share(share)) => event.position.number() <= of_share(share, head.number()),
            Some(At::Time(time)) => event.time.or(event.clock).is_none_or(|own| own <= time),
        };
        from && to && search.stream.as_ref().is_none_or(|stream| *stream == event.stream)
    };
    let matcher = Matcher::new(search).unwrap();
    events.iter().filter(|event| is_in(event) && matcher.takes(event)).map(|event| event.position).collect()
}

fn found(store: &SqliteStore, search: &Search, around: u64) -> Hits {
    let (around, head) = (GlobalPosition::new(around), store.head().unwrap());
    let mut hits = Hits::begun(around, head);
    let question = FindQuestion { search: search.clone(), around, after: GlobalPosition::START, head };
    find(&store.log(), &question, &Cancel::never(), &mut |came| hits.take(came)).unwrap();
    hits
}

/// Whether it names a position after the head; it may begin right after the head.
fn is_beyond(search: &Search, head: u64) -> bool {
    let is_past = |at: Option<At>, last| matches!(at, Some(At::Position(at)) if at.number() > last);
    is_past(search.from, head + 1) || is_past(search.to, head)
}

/// The positions that one visits by going on from a place until the first one repeats.
fn round(hits: &Hits, from: GlobalPosition, is_forward: bool) -> Vec<GlobalPosition> {
    let mut at = from;
    let mut way = Vec::new();
    while let NextHit::At(hit) = hits.next(at, is_forward) {
        if way.first() == Some(&hit.position) {
            break;
        }
        at = hit.position;
        way.push(at);
    }
    way
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn a_search_finds_the_same_as_a_scan_of_all_events(log in log(), line in line(), around in 0..70_u64) {
        let (temp, events) = filled(&log);
        let Ok(search) = Search::parse(&line) else { return Ok(()) };
        if is_beyond(&search, events.len() as u64) {
            let question = NextHitQuestion { search, from: GlobalPosition::START, is_forward: true };
            let why = find_next(&temp.store, &question, &Cancel::never()).unwrap_err().to_string();
            prop_assert!(why.starts_with("there is no position "), "{}: {}", line, why);
            return Ok(());
        }
        let expected = expected(&events, &search);
        let hits = found(&temp.store, &search, around.min(events.len() as u64));
        prop_assert_eq!(hits.n_hits, expected.len() as u64, "{}", line);
        let from = GlobalPosition::new(around);
        let (mut after, before): (Vec<_>, Vec<_>) = expected.iter().copied().partition(|at| *at > from);
        after.extend(before);
        prop_assert_eq!(round(&hits, from, true), after, "{}", line);
        let (mut before, after): (Vec<_>, Vec<_>) = expected.iter().rev().copied().partition(|at| *at < from);
        before.extend(after);
        prop_assert_eq!(round(&hits, from, false), before, "{}", line);
        for is_forward in [true, false] {
            let question = NextHitQuestion { search: search.clone(), from, is_forward };
            let next = find_next(&temp.store, &question, &Cancel::never()).unwrap().unwrap();
            let first = round(&hits, from, is_forward).first().copied();
            prop_assert_eq!(next, first, "{} {}", line, is_forward);
        }
    }
}

#[test]
fn a_search_that_is_cancelled_before_it_begins_reports_nothing() {
    let log: Vec<Happened> = (0..40).map(|n| (n % 4, 0, 0, None)).collect();
    let (temp, _) = filled(&log);
    let question = FindQuestion {
        search: Search::parse("rent").unwrap(),
        around: GlobalPosition::new(20),
        after: GlobalPosition::START,
        head: temp.store.head().unwrap(),
    };
    let cancel = Cancel::new();
    cancel.cancel();
    let mut n_reports = 0;
    find(&temp.store.log(), &question, &cancel, &mut |_| n_reports += 1).unwrap();
    assert_eq!(n_reports, 0);
    let FindQuestion { search, around: from, .. } = question;
    let question = NextHitQuestion { search, from, is_forward: true };
    assert_eq!(find_next(&temp.store, &question, &cancel).unwrap(), Err(Cancelled));
}

#[test]
fn a_search_that_is_cancelled_on_its_way_reports_nothing_more() {
    let mut temp = TempStore::new();
    let events = (0..40_000).map(|_| event("Deposited", "{}")).collect();
    temp.store.append(&[write("a", events)]).unwrap();
    let (head, search) = (temp.store.head().unwrap(), Search::parse("type:deposited").unwrap());
    let around = GlobalPosition::new(20_000);
    let question = FindQuestion { search, around, after: GlobalPosition::START, head };
    let (cancel, mut reports) = (Cancel::new(), Vec::new());
    find(&temp.store.log(), &question, &cancel, &mut |came| {
        reports.push(came);
        cancel.cancel();
    })
    .unwrap();
    assert_eq!(reports.len(), 1);
    assert!(reports[0].unsearched.is_some(), "{reports:?}");
}

#[test]
fn more_hits_than_are_reported_are_counted_and_marked_wherever_there_are_some() {
    let mut temp = TempStore::new();
    let n = 120_000_u64;
    let events = |n: u64| (0..n).map(|_| event("Deposited", "{}")).collect();
    for _ in 0..n / 10_000 {
        temp.store.append(&[write("a", events(10_000))]).unwrap();
    }
    let search = Search::parse("type:deposited").unwrap();
    let hits = found(&temp.store, &search, n / 2);
    assert_eq!((hits.n_hits, hits.nth(GlobalPosition::new(n / 2))), (n, None));
    let middle = GlobalPosition::new(n / 2);
    let NextHit::At(next) = hits.next(middle, true) else { panic!() };
    assert_eq!(next.position, middle.plus(1));
    assert_eq!(hits.next(GlobalPosition::new(5), true), NextHit::NotKept);
    let question = NextHitQuestion { search, from: GlobalPosition::new(5), is_forward: true };
    assert_eq!(
        find_next(&temp.store, &question, &Cancel::never()).unwrap(),
        Ok(Some(GlobalPosition::new(6)))
    );
    let place = |position| foldback::tui::model::ruler::RulerPlace::Position(GlobalPosition::new(position));
    for column in 0..1_000 {
        let (before, last) = (column * n / 1_000, (column + 1) * n / 1_000);
        assert!(hits.is_between(place(before), place(last)), "column {column}");
    }
}

#[test]
fn new_events_count_as_searched_only_when_they_were_wherever_the_playhead_is() {
    let mut temp = TempStore::new();
    let kind = |n: u64| if n.is_multiple_of(1_000) { "Withdrawn" } else { "Deposited" };
    let events = |from: u64| (from..from + 10_000).map(|n| event(kind(n), "{}")).collect();
    temp.store.append(&[write("a", events(1))]).unwrap();
    let search = Search::parse("type:withdrawn").unwrap();
    let mut hits = found(&temp.store, &search, 500);
    temp.store.append(&[write("a", events(10_001))]).unwrap();
    let (after, head) = (hits.head, temp.store.head().unwrap());
    hits.go_on(head);
    let playhead = GlobalPosition::new(15_500);
    let question = FindQuestion { search, around: playhead, after, head };
    let mut told = Vec::new();
    find(&temp.store.log(), &question, &Cancel::never(), &mut |came| {
        hits.take(came);
        told.push([true, false].map(|is_forward| hits.next(playhead, is_forward)));
    })
    .unwrap();
    let right = [16_000, 15_000].map(GlobalPosition::new);
    for both in &told {
        for (next, right) in both.iter().zip(right) {
            match next {
                NextHit::At(hit) => assert_eq!(hit.position, right),
                other => assert_eq!(*other, NextHit::NotSearched),
            }
        }
    }
    assert!(matches!(told.last(), Some([NextHit::At(_), NextHit::At(_)])), "{told:?}");
    assert_eq!((hits.n_hits, hits.nth(head)), (20, Some(20)));
}
