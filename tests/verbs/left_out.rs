//! Lines of a log that are not in the store: reported each time, by every verb.

use serde_json::Value;

use crate::desk::{Desk, Left};

const VERBS: [&[&str]; 8] = [
    &["state"],
    &["events"],
    &["export"],
    &["query", "SELECT 1"],
    &["verify"],
    &["receipt"],
    &["rebuild"],
    &["print"],
];

fn run(desk: &Desk, verb: &[&str], log: &str) -> Left {
    let (verb, rest) = verb.split_first().unwrap();
    desk.run(&[&[*verb, log], rest].concat())
}

#[test]
fn a_log_of_which_nothing_can_be_read_is_an_error_of_every_verb() {
    let desk = Desk::new();
    let lines = "{\"x\":\"w-3\",\"y\":\"In\",\"z\":\"1.00\"}\n".repeat(5_000);
    std::fs::write(desk.0.path().join("w.jsonl"), lines).unwrap();
    let why = "none of its lines can be read (5,000 of 5,000): 5,000 lines: it has no stream; no field looks like the name \
               of a stream: such as streamId, aggregate_id, originator_id, subject or key, or an id that repeats; no field looks \
               like the type of an event: such as type, eventType, event_name, kind or topic; the first line has the fields \
               x, y, z; `--map FILE` says where an event's stream, type and data are in a line (`foldback guide logs`)";
    for verb in VERBS {
        let left = run(&desk, verb, "w.jsonl");
        assert_eq!((left.code, left.out.as_str()), (1, ""), "{left:?}");
        assert_eq!(left.err, format!("foldback: w.jsonl: {why}\n"));
    }
    let imported = desk.run(&["new", "w.db", "--from", "w.jsonl"]);
    assert_eq!(imported.code, 1);
    let said: Vec<&str> = imported.err.lines().collect();
    assert_eq!(said.len(), 21, "{imported:?}");
    assert_eq!(said[0], "w.jsonl, line 1: it has no stream");
    assert_eq!(said[20], "w.jsonl: 4,980 more bad lines; of all of them, 5,000 lines: it has no stream");
}

#[test]
fn events_that_were_refused_and_lines_that_are_bad_are_said_each_time() {
    let desk = Desk::new();
    let event =
        |amount| format!(r#"{{"stream":"a","type":"Deposited","data":{{"amount":{amount}}},"id":"x"}}"#);
    let log = [&event(1), &event(2), "{\"stream\":\"a\",\"type\":\"T\"}", "bad", "{\"stream\""].join("\n");
    std::fs::write(desk.0.path().join("r.jsonl"), &log).unwrap();
    let reasons = [
        "line 2: its id x belongs to another event, at position 1",
        "line 4: it is not JSON: expected value (byte 1)",
        "line 5: the log ends in the middle of it",
    ];
    let of_log = reasons.map(|why| format!("r.jsonl, {why}\n")).concat();
    for _again in 0..2 {
        for verb in VERBS {
            let left = run(&desk, verb, "r.jsonl");
            assert!(left.code == 0 && left.err.contains(&of_log), "{verb:?}: {left:?}");
        }
    }
    assert_eq!(desk.run(&["new", "r.db", "--from", "r.jsonl"]).err, of_log);
    for opened in ["r.jsonl", "r.db"] {
        assert!(desk.run(&["print", opened]).out.lines().next().unwrap().contains("3 bad lines"));
    }
    assert_eq!(desk.run(&["import", "r.db", "r.jsonl"]).err, of_log, "again");
    let of_store = format!("r.db: 3 lines of r.jsonl left out: {}\n", reasons.join("; "));
    for verb in VERBS {
        let left = run(&desk, verb, "r.db");
        assert!(left.code == 0 && left.err.contains(&of_store), "{verb:?}: {left:?}");
    }
    assert!(desk.run(&["do", "r.db", "deposit a 1"]).err.contains(&of_store));
    for opened in ["r.jsonl", "r.db"] {
        for verb in [
            &["state", opened, "--json"][..],
            &["state", opened, "a", "--json"],
            &["verify", opened, "--json"],
        ] {
            let said: Value = serde_json::from_str(&desk.run(verb).out).unwrap();
            assert_eq!(said["n_lines_left_out"], 3, "{verb:?}");
        }
    }
    // The line that the log's end had cut off is complete now.
    std::fs::write(desk.0.path().join("r.jsonl"), log + ":\"a\",\"type\":\"T\"}\n").unwrap();
    let of_log = reasons[..2].iter().map(|why| format!("r.jsonl, {why}\n")).collect::<String>();
    assert_eq!(desk.run(&["import", "r.db", "r.jsonl"]).err, of_log);
    let of_store = format!("r.db: 2 lines of r.jsonl left out: {}\n", reasons[..2].join("; "));
    assert_eq!(desk.run(&["state", "r.db"]).err, of_store);
}
