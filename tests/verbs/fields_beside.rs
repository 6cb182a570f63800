//! Arrays of events with other fields beside them.

use crate::desk::Desk;

#[test]
fn events_without_a_stream_get_the_fields_beside_their_array() {
    let desk = Desk::new();
    let log = r#"{"account":"a","rank":1.50,"events":[{"type":"Opened","at":"2024-03-01"},{"type":"Paid","at":"2024-03-02","sum":2.50}]}
{"account":"b","rank":2,"events":[{"type":"Opened","at":"2024-03-03"}]}
{"account":"c","rank":3,"events":[]}
"#;
    std::fs::write(desk.0.path().join("pages.jsonl"), log).unwrap();
    let left = desk.run(&["events", "pages.jsonl", "--json"]);
    let said = "pages.jsonl read as: stream ← account (guessed), type ← events.type, data ← events, \
        time ← events.at (likely, without a zone: UTC is assumed); events in events, with the fields beside it; \
        to correct it: foldback guide events\n";
    assert_eq!((left.code, left.err.as_str()), (0, said), "{left:?}");
    let facts: Vec<String> = left
        .out
        .lines()
        .map(|line| {
            let event: serde_json::Value = serde_json::from_str(line).unwrap();
            format!("{} {} {}", event["stream"], event["time"], event["metadata"])
        })
        .collect();
    assert_eq!(
        facts,
        [
            r#""a" "2024-03-01T00:00:00Z" {"envelope":{"rank":1.5}}"#,
            r#""a" "2024-03-02T00:00:00Z" {"envelope":{"rank":1.5}}"#,
            r#""b" "2024-03-03T00:00:00Z" {"envelope":{"rank":2}}"#,
        ]
    );
    assert!(left.out.contains(r#""sum":2.50"#), "{left:?}");
    // The mapping that was found reads the same from a store.
    assert_eq!(desk.run(&["new", "pages.db", "--from", "pages.jsonl"]).code, 0);
    let again = desk.run(&["import", "pages.db", "pages.jsonl"]);
    assert!(again.out.contains("0 events of 0 streams added, 3 already there"), "{again:?}");
}

#[test]
fn where_several_fields_beside_an_array_may_be_the_stream_none_is_taken() {
    let desk = Desk::new();
    let log = r#"{"account":"a","owner":"Jana","events":[{"type":"Opened"}]}
{"account":"b","owner":"Petr","events":[{"type":"Opened"}]}
"#;
    std::fs::write(desk.0.path().join("pages.jsonl"), log).unwrap();
    let left = desk.run(&["events", "pages.jsonl"]);
    assert!(left.code == 1 && left.err.contains("no field looks like the name of a stream"), "{left:?}");
    let envelope = "[envelope]\nstream = \"account\"\ntype = \"events.type\"\ndata = \"events\"\n\
        records = \"events\"\nfields_beside = true\n";
    std::fs::write(desk.0.path().join("map.toml"), envelope).unwrap();
    let left = desk.run(&["events", "pages.jsonl", "--map", "map.toml"]);
    assert!(
        left.code == 0 && left.out.contains("  a v1  Opened") && left.out.contains("  b v1  Opened"),
        "{left:?}"
    );
}

#[test]
fn fields_beside_an_array_that_are_left_out_are_named() {
    let desk = Desk::new();
    let log = r#"{"exported":"2024-05-01","from":{"host":"h","events":[{"streamId":"a","type":"T","data":{"n":1}}]}}"#;
    std::fs::write(desk.0.path().join("export.json"), log).unwrap();
    let left = desk.run(&["new", "export.db", "--from", "export.json"]);
    let said = "export.json read as: stream ← streamId, type ← type, data ← data; events in from.events, \
        without the fields beside it: exported, from.host\n";
    assert_eq!((left.code, left.err.as_str()), (0, said), "{left:?}");
}
