//! Tests of finding the parts of an event, over records in the shapes of real systems.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::domain::mapping::finding::found::Sureness;

/// The records as lines.
fn lines(records: &[Value]) -> Vec<String> {
    records.iter().map(Value::to_string).collect()
}

fn found_in(records: &[Value]) -> FoundEnvelope {
    let lines = lines(records);
    match find(lines.iter().map(String::as_str)) {
        EnvelopeFinding::Found(found) => *found,
        other => panic!("{other:?} in {records:?}"),
    }
}

#[track_caller]
fn check(records: &[Value], words: &str) -> FoundEnvelope {
    let found = found_in(records);
    assert_eq!(found.in_words(), words);
    let text = found.mapping_text();
    let mapping = crate::domain::aggregates::Aggregates::bank().parse_mapping(&text).unwrap();
    assert_eq!(mapping.envelope(), &found.envelope().unwrap(), "{text}");
    found
}

/// The stream, type, data and time of the first record.
fn first_event(records: &[Value]) -> (String, String, String, Option<String>) {
    let line = records[0].to_string();
    let envelope = found_in(records).envelope().unwrap();
    let event = envelope.read(&line, |_| false).unwrap();
    let time = event.time.map(|time| time.to_string());
    (event.stream.into_owned(), event.event_type.into_owned(), event.data.into_owned(), time)
}

fn text(text: &str) -> String {
    text.to_owned()
}

/// Records of several streams with a few events each.
fn each_of(streams: &[&str], record: impl Fn(&str, usize, &str) -> Value) -> Vec<Value> {
    let types = ["Opened", "ItemAdded", "Closed"];
    let of_version = |version: usize| {
        let event_type = types[version % types.len()];
        streams.iter().map(|stream| record(stream, version + 1, event_type)).collect::<Vec<_>>()
    };
    (0..3).flat_map(of_version).collect()
}

const CARTS: [&str; 3] = ["cart-1", "cart-2", "cart-3"];

#[test]
fn a_flat_record_has_its_parts_under_names_that_mean_them() {
    let records = each_of(&CARTS, |stream, version, event_type| {
        json!({"streamId": stream, "type": event_type, "data": {"n": version}, "created": "2024-03-14T10:22:07Z",
               "version": version})
    });
    let found =
        check(&records, "stream ← streamId, type ← type, data ← data, time ← created, version ← version");
    assert_eq!((found.sureness(), found.n_records, found.system), (Sureness::Sure, 9, None));
    assert!(
        found.parts.iter().all(|part| (part.sureness, part.n_agreeing) == (Sureness::Sure, 9)),
        "{found:?}"
    );
}

#[test]
fn columns_of_a_table_are_parts_however_they_are_written() {
    for (stream, event_type, data, time) in [
        ("stream_id", "event_type", "payload", "created_at"),
        ("aggregate_id", "eventName", "body", "occurredOn"),
        ("entityId", "kind", "value", "@timestamp"),
        ("StreamName", "Type", "JsonData", "CreatedUtc"),
        ("persistence_id", "event_ser_manifest", "event_payload", "write_timestamp"),
        ("aggregate_uuid", "event_class", "event_properties", "created_at"),
    ] {
        let records = each_of(
            &CARTS,
            |name, version, kind| json!({stream: name, event_type: kind, data: {"n": version}, time: 1_710_411_727_000_i64}),
        );
        let expected =
            (text("cart-1"), text("Opened"), text(r#"{"n":1}"#), Some(text("2024-03-14T10:22:07Z")));
        assert_eq!(first_event(&records), expected, "{stream}");
    }
}

#[test]
fn an_envelope_within_the_record_is_found() {
    let records = each_of(&CARTS, |stream, version, kind| {
        json!({"metadata": {"aggregate": {"id": stream, "version": version}, "eventType": kind,
               "occurredAt": "2024-03-14T10:22:07Z"}, "payload": {"n": version}})
    });
    let (stream, event_type, data, _) = first_event(&records);
    assert_eq!((stream, event_type, data), (text("cart-1"), text("Opened"), text(r#"{"n":1}"#)));
    let resolved = each_of(&CARTS, |stream, version, kind| {
        json!({"event": {"streamId": stream, "type": kind, "revision": version - 1, "data": {"n": version},
               "id": format!("00000000-0000-4000-8000-00000000{version:02}{}", &stream[5..]),
               "created": "2024-03-14T10:22:07Z", "metadata": {}}, "commitPosition": "17"})
    });
    check(
        &resolved,
        "stream ← event.streamId, type ← event.type, data ← event.data, time ← event.created, id ← event.id, \
         version ← event.revision, metadata ← event.metadata; from KurrentDB",
    );
}

#[test]
fn an_id_within_the_data_that_repeats_is_a_guess() {
    let records = each_of(&CARTS, |stream, version, kind| {
        json!({"event": kind, "at": "2024-03-14T10:22:07Z",
               "data": {"orderId": stream, "customerId": "c-1", "lineId": format!("{stream}-{version}")}})
    });
    let found = check(
        &records,
        "stream ← data.orderId (guessed), type ← event (likely), data ← data, time ← at (likely)\
         ; to correct it: foldback guide events",
    );
    assert_eq!(found.sureness(), Sureness::Guessed);
}

#[test]
fn the_record_is_its_own_data_only_where_stream_and_type_are_sure() {
    let records = each_of(
        &CARTS,
        |stream, version, kind| json!({"streamId": stream, "eventType": kind, "sku": "a", "qty": version}),
    );
    check(&records, "stream ← streamId, type ← eventType, data ← the whole record");
    let unsure =
        each_of(&CARTS, |stream, version, kind| json!({"key": stream, "name": kind, "qty": version}));
    let lines = lines(&unsure);
    let nothing = NothingFound { lacks_data: true, ..NothingFound::default() };
    assert_eq!(find(lines.iter().map(String::as_str)), EnvelopeFinding::NotFound(nothing));
}

#[test]
fn lines_of_an_ordinary_program_are_no_events() {
    let logs = [json!({"level": "info", "msg": "started", "time": "2024-03-14T10:22:07Z", "pid": 1})];
    let tables = [json!({"x": "w-3", "y": "In", "z": "1.00"}), json!({"x": "w-4", "y": "In", "z": "1.00"})];
    for records in [&logs[..], &tables[..]] {
        let lines = lines(records);
        let EnvelopeFinding::NotFound(nothing) = find(lines.iter().map(String::as_str)) else {
            panic!("{records:?}")
        };
        assert!(nothing.lacks_stream && nothing.in_words()[0].contains("streamId"), "{nothing:?}");
    }
    let empty: [&str; 0] = [];
    assert!(matches!(find(empty), EnvelopeFinding::NotFound(_)));
    assert!(matches!(find(["null", "7", "[1]", "oops"]), EnvelopeFinding::NotFound(_)));
}

#[test]
fn lines_of_our_own_are_never_taken_for_another_systems() {
    let ours = r#"{"stream":"a","type":"T","data":{},"streamId":"b","eventType":"U","payload":{}}"#;
    assert_eq!(find([ours]), EnvelopeFinding::Ours);
    let foreign = r#"{"streamId":"b","eventType":"U","payload":{}}"#;
    assert_eq!(find([foreign, foreign, ours]), EnvelopeFinding::Ours);
    assert!(matches!(find([foreign]), EnvelopeFinding::Found(_)));
}

#[test]
fn our_own_lines_with_other_times_are_read_with_these_times_if_most_have_them() {
    let line = |time: &str| format!(r#"{{"stream":"a","type":"T","time":"{time}","data":{{}}}}"#);
    let (ours, other) = (line("2024-03-14T10:22:07Z"), line("2024-03-14 10:22:07"));
    let is_ours = |lines: &[&String]| find(lines.iter().map(|line| line.as_str())) == EnvelopeFinding::Ours;
    assert!(is_ours(&[&ours]) && is_ours(&[&ours, &other]));
    let lines = [&other, &ours, &other];
    let EnvelopeFinding::Found(found) = find(lines.iter().map(|line| line.as_str())) else {
        panic!("{lines:?}")
    };
    let words = "stream ← stream, type ← type, data ← data, time ← time (without a zone: UTC is assumed)";
    assert_eq!(found.in_words(), words);
}

proptest! {
    #[test]
    fn a_log_of_ours_is_never_taken_for_another_systems(
        extra in prop::collection::btree_map("(streamId|eventType|payload|key|subject|aggregate_id)", "[a-z]{1,3}", 0..5),
        n in 1..6_usize,
    ) {
        let mut event = json!({"stream": "a", "type": "T", "data": {"n": 1}, "time": "2024-03-14T10:22:07Z"});
        for (key, value) in extra {
            event[key] = value.into();
        }
        let lines = lines(&vec![event; n]);
        prop_assert_eq!(find(lines.iter().map(String::as_str)), EnvelopeFinding::Ours);
    }

    #[test]
    fn the_order_of_fields_does_not_matter(order in Just([0_usize, 1, 2, 3, 4, 5]).prop_shuffle()) {
        let record = |stream: &str, version: usize| {
            let fields = [
                format!(r#""stream_id":"{stream}""#),
                format!(r#""event":{{"name":"T","time":"2024-03-14","id":"{stream}-{version}-event"}}"#),
                r#""topic":"shop""#.to_owned(),
                format!(r#""version":{version}"#),
                r#""payload":{"type":"x","key":"y"}"#.to_owned(),
                r#""body":{"n":1}"#.to_owned(),
            ];
            let fields: Vec<&str> = order.iter().map(|at| fields[*at].as_str()).collect();
            format!("{{{}}}", fields.join(","))
        };
        let lines: Vec<String> = (1..4).flat_map(|version| CARTS.map(|stream| record(stream, version))).collect();
        let EnvelopeFinding::Found(found) = find(lines.iter().map(String::as_str)) else { panic!("{lines:?}") };
        prop_assert_eq!(
            found.in_words(),
            "stream ← stream_id, type ← event.name, data ← payload, time ← event.time (without a zone: UTC is assumed), \
             id ← event.id, version ← version"
        );
    }
}
