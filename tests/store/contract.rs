//! The promises of every event store: one function per promise, each on a new store.

use foldback::domain::event::{
    EVENT_ID_BYTES_MAX, EVENT_TYPE_BYTES_MAX, GlobalPosition, NewEvent, RecordedEvent, StreamPosition,
};
use foldback::store::jsonl::DEPTH_MAX;
use foldback::store::sqlite::EVENT_TEXT_BYTES_MAX;
use foldback::store::{
    ANSWER_BYTES_MAX, AppendError, Appended, Conflict, Direction, EventReader, EventStore,
};

use crate::support::{at, deposit, event, stream, with_id, with_time, write, write_expecting};

pub fn all(store: &dyn EventStore) -> Vec<RecordedEvent> {
    store.read_all(GlobalPosition::START, Direction::Forward, usize::MAX).unwrap()
}

fn position(n: u64) -> GlobalPosition {
    GlobalPosition::new(n)
}

pub fn an_empty_log_answers_nothing(store: &mut dyn EventStore) {
    assert_eq!(store.head().unwrap(), GlobalPosition::START);
    for direction in [Direction::Forward, Direction::Backward] {
        assert_eq!(store.read_all(position(1), direction, 10).unwrap(), []);
    }
    assert_eq!(store.read_stream(&stream("a"), StreamPosition::START, 10).unwrap(), []);
    assert_eq!(store.version_at(&stream("a"), position(9)).unwrap(), StreamPosition::START);
    assert_eq!(store.position_at(at(0)).unwrap(), GlobalPosition::START);
    assert_eq!(store.clock_at(position(9)).unwrap(), None);
    assert_eq!(store.streams("", 10).unwrap(), []);
    assert_eq!(store.event_by_id("x").unwrap(), None);
}

pub fn an_append_answers_the_events_as_they_are_read(store: &mut dyn EventStore) {
    let metadata = Some(r#"{"correlation":"c"}"#.to_owned());
    let first = NewEvent { metadata, ..with_id("1", with_time(10, deposit(1))) };
    let appended = store.append(&[write("a", vec![first]), write("b", vec![deposit(2)])]).unwrap();
    let expected = vec![
        RecordedEvent {
            position: position(1),
            stream: stream("a"),
            version: StreamPosition::new(1),
            id: Some("1".to_owned()),
            event_type: "Deposited".to_owned(),
            time: Some(at(10)),
            clock: Some(at(10)),
            data: r#"{"amount":1}"#.to_owned(),
            metadata: Some(r#"{"correlation":"c"}"#.to_owned()),
            source: None,
            hash: appended.events[0].hash,
        },
        RecordedEvent {
            position: position(2),
            stream: stream("b"),
            version: StreamPosition::new(1),
            id: None,
            event_type: "Deposited".to_owned(),
            time: None,
            clock: Some(at(10)),
            data: r#"{"amount":2}"#.to_owned(),
            metadata: None,
            source: None,
            hash: appended.events[1].hash,
        },
    ];
    assert_eq!(appended, Appended { events: expected.clone(), head: position(2), was_there: false });
    assert_eq!(all(store), expected);
    assert_eq!(store.event_by_id("1").unwrap(), Some(expected[0].clone()));
}

pub fn versions_and_positions_have_no_gap(store: &mut dyn EventStore) {
    for name in ["a", "b", "a", "a", "b"] {
        store.append(&[write(name, vec![deposit(1), deposit(2)])]).unwrap();
    }
    let places: Vec<_> = all(store)
        .iter()
        .map(|event| (event.position.number(), event.stream.to_string(), event.version.number()))
        .collect();
    let expected = [
        (1, "a", 1),
        (2, "a", 2),
        (3, "b", 1),
        (4, "b", 2),
        (5, "a", 3),
        (6, "a", 4),
        (7, "a", 5),
        (8, "a", 6),
        (9, "b", 3),
        (10, "b", 4),
    ]
    .map(|(position, name, version)| (position, name.to_owned(), version));
    assert_eq!(places, expected);
}

pub fn an_append_to_several_streams_is_all_or_nothing(store: &mut dyn EventStore) {
    store.append(&[write("b", vec![deposit(1)])]).unwrap();
    let before = all(store);
    let failed = store.append(&[
        write_expecting("a", 0, vec![deposit(2)]),
        write_expecting("b", 0, vec![deposit(3)]),
        write_expecting("c", 0, vec![deposit(4)]),
    ]);
    assert!(matches!(failed, Err(AppendError::Conflict(_))), "{failed:?}");
    assert_eq!(all(store), before);
    assert_eq!(store.streams("", 10).unwrap(), [stream("b")]);

    let appended =
        store.append(&[write_expecting("a", 0, vec![deposit(2)]), write_expecting("b", 1, vec![deposit(3)])]);
    assert_eq!(appended.unwrap().head, position(3));
}

pub fn a_conflict_says_stream_expected_and_actual_and_writes_nothing(store: &mut dyn EventStore) {
    store.append(&[write("a", vec![deposit(1), deposit(2)])]).unwrap();
    let before = all(store);
    for expected in [0, 1, 3] {
        let Err(AppendError::Conflict(conflict)) =
            store.append(&[write_expecting("a", expected, vec![deposit(3)])])
        else {
            panic!("appended at version 2 what expected {expected}");
        };
        let expected = StreamPosition::new(expected);
        assert_eq!(conflict, Conflict { stream: stream("a"), expected, actual: StreamPosition::new(2) });
    }
    assert_eq!(all(store), before);
}

pub fn a_version_is_expected_as_it_was_before_the_append(store: &mut dyn EventStore) {
    let appended =
        store.append(&[write_expecting("a", 0, vec![deposit(1)]), write_expecting("a", 0, vec![deposit(2)])]);
    let versions: Vec<_> = appended.unwrap().events.iter().map(|event| event.version.number()).collect();
    assert_eq!(versions, [1, 2]);
}

pub fn the_same_append_again_writes_nothing_and_answers_the_same(store: &mut dyn EventStore) {
    let transfer = |second| {
        [
            write_expecting("a", 0, vec![with_id("1", with_time(second, deposit(1)))]),
            write_expecting("b", 0, vec![with_id("2", with_time(second, deposit(2)))]),
        ]
    };
    let first = store.append(&transfer(10)).unwrap();
    store.append(&[write("a", vec![deposit(3)])]).unwrap();
    let before = all(store);
    let again = store.append(&transfer(20)).unwrap();
    assert_eq!(again, Appended { events: first.events, head: position(3), was_there: true });
    assert_eq!(all(store), before);
}

pub fn an_id_belongs_to_one_event(store: &mut dyn EventStore) {
    store.append(&[write("a", vec![deposit(1), with_id("x", deposit(2))])]).unwrap();
    let before = all(store);
    for other in [
        write("b", vec![with_id("x", deposit(2))]),
        write("a", vec![with_id("x", deposit(3))]),
        write("a", vec![with_id("x", event("Withdrawn", r#"{"amount":2}"#))]),
    ] {
        let failed = store.append(&[other]);
        let Err(AppendError::IdReused { id, position: at }) = failed else { panic!("{failed:?}") };
        assert_eq!((id.as_str(), at), ("x", position(2)));
    }
    let twice = store.append(&[write("a", vec![with_id("y", deposit(1)), with_id("y", deposit(1))])]);
    assert!(matches!(twice, Err(AppendError::Store(_))), "{twice:?}");
    assert_eq!(all(store), before);
}

pub fn a_part_of_an_append_is_another_append(store: &mut dyn EventStore) {
    store.append(&[write("a", vec![with_id("1", deposit(1))])]).unwrap();
    let before = all(store);
    for more in [deposit(2), with_id("2", deposit(2))] {
        let failed = store.append(&[write("a", vec![more, with_id("1", deposit(1))])]);
        assert!(matches!(failed, Err(AppendError::IdReused { .. })), "{failed:?}");
    }
    assert_eq!(all(store), before);
}

pub fn an_append_of_nothing_writes_nothing(store: &mut dyn EventStore) {
    let nothing = Appended { events: vec![], head: GlobalPosition::START, was_there: false };
    assert_eq!(store.append(&[]).unwrap(), nothing);
    assert_eq!(store.append(&[write("a", vec![])]).unwrap(), nothing);
    assert_eq!(store.streams("", 10).unwrap(), []);
    assert!(matches!(store.append(&[write_expecting("a", 1, vec![])]), Err(AppendError::Conflict(_))));
}

pub fn an_invalid_event_is_refused(store: &mut dyn EventStore) {
    let metadata = |text: &str| NewEvent { metadata: Some(text.to_owned()), ..deposit(1) };
    let long = format!("\"{}\"", "x".repeat(EVENT_TEXT_BYTES_MAX - 1));
    let deep = format!("{}{}", "[".repeat(DEPTH_MAX + 1), "]".repeat(DEPTH_MAX + 1));
    for (refused, why) in [
        (event("T", &long), "data has 16777217 bytes, and 16777216"),
        (metadata(&long), "metadata has 16777217 bytes"),
        (event(&"x".repeat(EVENT_TYPE_BYTES_MAX + 1), "{}"), "type has 513 bytes"),
        (with_id(&"x".repeat(EVENT_ID_BYTES_MAX + 1), deposit(1)), "id has 513 bytes"),
        (event("T", &deep), "data is nested deeper than 128"),
        (metadata(&deep), "metadata is nested deeper than 128"),
        (event("T", "{"), "data is not JSON"),
        (metadata("{} {}"), "metadata is not JSON"),
    ] {
        let error = store.append(&[write("a", vec![deposit(1), refused])]).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
    assert_eq!(store.head().unwrap(), GlobalPosition::START);
}

pub fn the_longest_data_is_taken(store: &mut dyn EventStore) {
    let long = event("T", &format!("\"{}\"", "x".repeat(EVENT_TEXT_BYTES_MAX - 2)));
    let appended = store.append(&[write("a", vec![long.clone()])]).unwrap();
    assert_eq!(appended.events[0].data, long.data);
    assert_eq!(all(store), appended.events);
}

pub fn an_answer_of_long_events_ends_early_and_reading_on_gives_all(store: &mut dyn EventStore) {
    let long = || event("T", &format!("\"{}\"", "x".repeat(ANSWER_BYTES_MAX / 2)));
    for _ in 0..5 {
        store.append(&[write("a", vec![long()])]).unwrap();
    }
    let numbers = |events: Vec<RecordedEvent>| events.iter().map(|e| e.position.number()).collect::<Vec<_>>();
    let read = |from, direction| numbers(store.read_all(position(from), direction, 9).unwrap());
    assert_eq!(
        [1, 3, 5, 6].map(|from| read(from, Direction::Forward)),
        [vec![1, 2], vec![3, 4], vec![5], vec![]]
    );
    assert_eq!([5, 1].map(|from| read(from, Direction::Backward)), [vec![5, 4], vec![1]]);
    let of_stream = |from| store.read_stream(&stream("a"), StreamPosition::new(from), 9).unwrap();
    assert_eq!([1, 4].map(|from| numbers(of_stream(from))), [vec![1, 2], vec![4, 5]]);
    let mut kept = of_stream(5);
    store.read_on(position(1), 9, &mut kept, 1).unwrap();
    assert_eq!(numbers(kept), [5, 1, 2]);
}

pub fn the_clock_never_goes_back(store: &mut dyn EventStore) {
    let events = vec![
        deposit(1),
        with_time(10, deposit(2)),
        with_time(5, deposit(3)),
        deposit(4),
        with_time(10, deposit(5)),
        with_time(11, deposit(6)),
    ];
    store.append(&[write("a", events)]).unwrap();
    store.append(&[write("b", vec![with_time(1, deposit(7))])]).unwrap();
    let clocks: Vec<_> = all(store).iter().map(|event| event.clock.map(|time| time.as_second())).collect();
    assert_eq!(clocks, [None, Some(10), Some(10), Some(10), Some(10), Some(11), Some(11)]);
    let late: Vec<_> = all(store).iter().map(RecordedEvent::is_late).collect();
    assert_eq!(late, [false, false, true, false, false, false, true]);
}

pub fn windows_stop_at_both_ends(store: &mut dyn EventStore) {
    store.append(&[write("a", (1..=5).map(deposit).collect())]).unwrap();
    let window = |from: u64, direction, limit| -> Vec<u64> {
        let events = store.read_all(position(from), direction, limit).unwrap();
        events.iter().map(|event| event.position.number()).collect()
    };
    assert_eq!(window(0, Direction::Forward, 2), [1, 2]);
    assert_eq!(window(4, Direction::Forward, 9), [4, 5]);
    assert_eq!(window(6, Direction::Forward, 9), [0_u64; 0]);
    assert_eq!(window(3, Direction::Forward, 0), [0_u64; 0]);
    assert_eq!(window(u64::MAX, Direction::Backward, 2), [5, 4]);
    assert_eq!(window(2, Direction::Backward, 9), [2, 1]);
    assert_eq!(window(0, Direction::Backward, 9), [0_u64; 0]);
    assert_eq!(window(3, Direction::Backward, 0), [0_u64; 0]);
}

/// Whatever the positions are: a reader that has gaps between them is held to it as well.
pub fn counts_as_a_list_of_all_events(reader: &dyn EventReader) {
    let events = reader.read_all(GlobalPosition::START, Direction::Forward, usize::MAX).unwrap();
    let positions: Vec<_> = events.iter().map(|event| event.position).collect();
    let head = positions.last().copied().unwrap_or_default();
    assert_eq!(reader.head().unwrap(), head);
    let n_up_to = |at: GlobalPosition| positions.partition_point(|position| *position <= at);
    let nth = |n: usize| n.checked_sub(1).map_or(GlobalPosition::START, |n| positions[n]);
    let mut places: Vec<_> = positions.iter().flat_map(|at| [at.minus(1), *at, at.plus(1)]).collect();
    places.extend([GlobalPosition::START, GlobalPosition::new(u64::MAX)]);
    for from in &places {
        for to in &places {
            let n = n_up_to(*to).saturating_sub(n_up_to(*from)) as u64;
            assert_eq!(reader.count(*from, *to).unwrap(), n, "from {from} to {to}");
        }
        for by in [i64::MIN, -3, -1, 0, 1, 2, i64::MAX] {
            let wanted = i64::try_from(n_up_to(*from)).unwrap().saturating_add(by);
            let wanted = usize::try_from(wanted).unwrap_or(0).min(positions.len());
            assert_eq!(reader.nth(*from, by).unwrap(), nth(wanted), "from {from} by {by}");
        }
    }
}

pub fn steps_and_counts_are_those_of_a_list_of_all_events(store: &mut dyn EventStore) {
    counts_as_a_list_of_all_events(store);
    for n in 1..=4 {
        store.append(&[write("a", vec![deposit(n)]), write("b", vec![deposit(n)])]).unwrap();
        counts_as_a_list_of_all_events(store);
    }
}

pub fn texts_come_back_to_the_byte(store: &mut dyn EventStore) {
    let data = "{ \"a\" : 1,\n\"a\":2, \"big\":123456789012345678901234567890, \"n\":1.0, \"s\":\"\\u0000\\ud800\u{202e}é\" }";
    let names = ["\u{0}", "a\u{0}b", "\u{1b}]52;c;\u{7}", "\u{10ffff}", " ", "'; DROP TABLE events; --"];
    for name in names {
        store.append(&[write(name, vec![with_id(name, event(name, data))])]).unwrap();
    }
    for (name, event) in names.iter().zip(all(store)) {
        let texts =
            (event.stream.as_str(), event.id.as_deref(), event.event_type.as_str(), event.data.as_str());
        assert_eq!(texts, (*name, Some(*name), *name, data));
        assert_eq!(store.event_by_id(name).unwrap().as_ref(), Some(&event));
        assert_eq!(store.read_stream(&event.stream, StreamPosition::START, 9).unwrap(), [event]);
    }
}
