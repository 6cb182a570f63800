//! CloudEvents: batches among the lines of a log, and data in base64.

use serde_json::{Value, json};

use crate::desk::Desk;

fn cloud_event(id: &str, subject: &str, kind: &str, data: &Value) -> Value {
    let mut event = json!({"specversion": "1.0", "id": id, "source": "/shop", "subject": subject, "type": kind,
        "time": "2024-03-14T10:22:07Z"});
    event.as_object_mut().unwrap().extend(data.as_object().unwrap().clone());
    event
}

fn events(desk: &Desk, log: &str) -> Vec<String> {
    let left = desk.run(&["events", log, "--json"]);
    assert_eq!(left.code, 0, "{left:?}");
    let shown = |line: &str| {
        let event: Value = serde_json::from_str(line).unwrap();
        format!("{} {} {}", event["stream"], event["type"], event["data"])
    };
    left.out.lines().map(shown).collect()
}

#[test]
fn the_events_of_a_batch_are_read_in_their_order_and_a_bad_one_is_a_bad_line() {
    let desk = Desk::new();
    let one = |id: &str, kind: &str| cloud_event(id, "cart-1", kind, &json!({"data": {"by": id}}));
    let no_type = json!({"specversion": "1.0", "id": "e-4", "source": "/shop", "subject": "cart-1"});
    let lines = [
        one("e-1", "CartCreated").to_string(),
        json!([one("e-2", "ItemAdded"), one("e-3", "ItemAdded"), no_type]).to_string(),
        "[]".to_owned(),
        "[1, 2]".to_owned(),
        one("e-5", "CheckedOut").to_string(),
    ];
    std::fs::write(desk.0.path().join("shop.jsonl"), lines.join("\n") + "\n").unwrap();
    let made = desk.run(&["new", "shop.db", "--from", "shop.jsonl"]);
    assert!(made.out.contains("4 events of 1 stream added, 0 already there, 3 bad lines"), "{made:?}");
    let bad: Vec<&str> = made.err.lines().skip(1).collect();
    assert_eq!(
        bad,
        [
            "shop.jsonl, line 2: it has no type",
            "shop.jsonl, line 3: it is not a JSON object",
            "shop.jsonl, line 4: it is not a JSON object",
        ]
    );
    assert_eq!(
        events(&desk, "shop.db"),
        [
            r#""cart-1" "CartCreated" {"by":"e-1"}"#,
            r#""cart-1" "ItemAdded" {"by":"e-2"}"#,
            r#""cart-1" "ItemAdded" {"by":"e-3"}"#,
            r#""cart-1" "CheckedOut" {"by":"e-5"}"#,
        ]
    );
    let again = desk.run(&["import", "shop.db", "shop.jsonl"]);
    assert!(again.out.contains("0 events of 0 streams added, 4 already there"), "{again:?}");
}

#[test]
fn a_batch_of_our_own_events_on_a_line_is_read_too() {
    let desk = Desk::new();
    let log = r#"{"stream":"a","type":"T","data":1}
[{"stream":"a","type":"T","data":2},{"stream":"b","type":"T","data":3}]
"#;
    std::fs::write(desk.0.path().join("log.jsonl"), log).unwrap();
    assert_eq!(events(&desk, "log.jsonl"), [r#""a" "T" 1"#, r#""a" "T" 2"#, r#""b" "T" 3"#]);
}

#[test]
fn data_in_base64_is_the_json_in_it() {
    let desk = Desk::new();
    let lines = [
        cloud_event("e-1", "cart-1", "ItemAdded", &json!({"data_base64": "eyJxdHkiOiAyLjUwfQ=="})),
        cloud_event("e-2", "cart-1", "ItemAdded", &json!({"data": {"qty": 3}})),
        cloud_event("e-3", "cart-1", "Scanned", &json!({"data_base64": "AAEC"})),
        cloud_event("e-4", "cart-1", "Scanned", &json!({"data_base64": "no base64"})),
        cloud_event("e-5", "cart-1", "Closed", &json!({})),
    ];
    let log: String = lines.iter().map(|line| format!("{line}\n")).collect();
    std::fs::write(desk.0.path().join("shop.jsonl"), log).unwrap();
    let left = desk.run(&["events", "shop.jsonl", "--json"]);
    let said = "shop.jsonl read as: stream ← subject, type ← type, data_base64 ← data_base64, time ← time; \
        from CloudEvents\nshop.jsonl, line 4: its data_base64 is not base64\n";
    assert!(left.err.starts_with(said), "{left:?}");
    assert_eq!(
        events(&desk, "shop.jsonl"),
        [
            r#""cart-1" "ItemAdded" {"qty":2.5}"#,
            r#""cart-1" "ItemAdded" {"qty":3}"#,
            r#""cart-1" "Scanned" {"$bytes":"AAEC"}"#,
            r#""cart-1" "Closed" null"#,
        ]
    );
    assert!(left.out.contains(r#"{"qty": 2.50}"#), "the digits are kept: {left:?}");
}
