//! The verb `events`: the form of its lines, and which events it lists.

use foldback::domain::aggregates::Aggregates;
use foldback::domain::event::GlobalPosition;
use foldback::store::sqlite::SqliteStore;
use foldback::store::{Direction, EventReader};
use serde_json::json;

use crate::desk::{Desk, Left};

#[test]
fn events_are_printed_one_object_per_line() {
    let desk = Desk::new();
    let log = concat!(
        r#"{"stream":"a","type":"deposit","data":{"amount": 1.0e0, "amount":2}}"#,
        "\n",
        r#"{"stream":"b","type":"LoanGranted","time":"2024-03-14T10:22:07Z","data":[],"id":"x","metadata":{ }}"#,
        "\n",
    );
    let left = desk.run_with(&["new", "bank.db", "--from", "-", "--json"], log);
    assert_eq!(left.json(), json!({"events": 2, "streams": 2, "duplicates": 0, "bad": 0, "head": 2}));
    let left = desk.run(&["events", "bank.db", "--json"]);
    let store = SqliteStore::open_read_only(&desk.0.path().join("bank.db"), &Aggregates::bank()).unwrap();
    let events = store.read_all(GlobalPosition::START, Direction::Forward, 9).unwrap();
    let hashes: Vec<String> = events.iter().map(|event| event.hash.to_string()).collect();
    let expected = format!(
        concat!(
            r#"{{"position":1,"stream":"a","version":1,"id":null,"type":"deposit","time":null,"#,
            r#""data":{{"amount": 1.0e0, "amount":2}},"metadata":null,"hash":"{}"}}"#,
            "\n",
            r#"{{"position":2,"stream":"b","version":1,"id":"x","type":"LoanGranted","time":"2024-03-14T10:22:07Z","#,
            r#""data":[],"metadata":{{ }},"hash":"{}"}}"#,
            "\n",
        ),
        hashes[0], hashes[1]
    );
    assert_eq!(left, Left { code: 0, out: expected, err: String::new() });
    assert_eq!(
        desk.state(&["b"]),
        json!({"stream": "b", "position": 2, "version": 1, "n_not_understood": 0, "n_partly_understood": 0, "fold": "merged", "state": {"data": []}, "n_late_left_out": 0, "n_lines_left_out": 0})
    );
}

#[test]
fn events_are_picked_by_stream_type_and_place() {
    let desk = Desk::with_bank();
    let positions = |words: &[&str]| -> Vec<u64> {
        let left = desk.run(&[&["events", "bank.db", "--json"], words].concat());
        left.json_lines().iter().map(|event| event["position"].as_u64().unwrap()).collect()
    };
    let all = positions(&[]);
    assert_eq!(all, (1..=407).collect::<Vec<_>>());
    assert_eq!(positions(&["--from", "405"]), [405, 406, 407]);
    assert_eq!(positions(&["--to", "2"]), [1, 2]);
    assert_eq!(positions(&["--from", "5", "--to", "4"]), [0; 0]);
    assert_eq!(positions(&["--from", "408"]), [0; 0]);
    assert_eq!(positions(&["--from", "2024-03-14", "--to", "2024-03-14"]), [151, 152, 153]);
    assert_eq!(positions(&["--from", "2024-03-14T10:22:07Z", "--to", "2024-03-14T10:22:07Z"]), [151]);
    let of_ten = positions(&["--stream", "acc-10"]);
    assert_eq!(of_ten.len() as u64, desk.state(&["acc-10"])["version"].as_u64().unwrap());
    let since: Vec<u64> = of_ten.iter().copied().filter(|p| (100..=300).contains(p)).collect();
    assert_eq!(positions(&["--stream", "acc-10", "--from", "100", "--to", "300"]), since);
    let frozen = desk.run(&["events", "bank.db", "--type", "AccountFrozen", "--json"]).json_lines();
    assert_eq!(
        frozen.iter().map(|e| e["stream"].as_str().unwrap()).collect::<Vec<_>>(),
        ["acc-10", "acc-11"]
    );
}

#[test]
fn events_are_found_by_all_texts_any_type_one_stream_and_a_stretch_of_time() {
    let desk = Desk::with_bank();
    let positions = |words: &[&str]| -> Vec<u64> {
        let lines = desk.run(&[&["events", "bank.db", "--json"], words].concat()).json_lines();
        lines.iter().map(|line| line["position"].as_u64().unwrap()).collect()
    };
    assert_eq!(positions(&["--text", "RENT", "--text", "acc-01", "--to", "2024-03-14"]), [54, 55, 119, 120]);
    assert_eq!(positions(&["--text", "rent", "--stream", "acc-01", "--to", "2024-03-14"]), [54, 119]);
    let frozen = positions(&["--type", "accountfrozen", "--type", "AccountUnfrozen", "--stream", "acc-11"]);
    assert_eq!(frozen, positions(&["--stream", "acc-11", "--text", "frozen"]));
    assert_eq!(positions(&["--from", "400", "--to", "402"]), [400, 401, 402]);
    assert_eq!(positions(&["--text", "zebra crossing"]), [] as [u64; 0]);
}
