//! Events of which a text is left out are counted, listed and reported, wherever they are in the log.

use serde_json::{Value, json};

use crate::desk::Desk;
use crate::figures::ours;

const SAID: &str =
    "2 events are understood in part: a part is left out; SELECT * FROM not_understood lists them\n";

/// The first event and the second of four are understood in part, and the third not at all.
fn desk() -> Desk {
    ours(&[
        ("AccountOpened", r#"{"owner":{"first":"Ada"},"currency":"EUR"}"#),
        ("Deposited", r#"{"amount":100,"note":5}"#),
        ("LoanGranted", "{}"),
        ("Deposited", r#"{"amount":100}"#),
    ])
}

fn json_of(desk: &Desk, words: &[&str]) -> Value {
    serde_json::from_str(&desk.run(words).out).unwrap()
}

#[test]
fn states_count_them_apart_in_text_and_json() {
    let desk = desk();
    for words in [&["state", "log.jsonl", "a", "--json"][..], &["state", "log.jsonl", "--json"]] {
        let read = json_of(&desk, words);
        let counts = (&read["n_not_understood"], &read["n_partly_understood"], &read["state"]["balance"]);
        assert_eq!(counts, (&json!(1), &json!(2), &json!(200)), "{words:?}");
    }
    let first = json_of(&desk, &["state", "log.jsonl", "a", "--json", "--at", "1"]);
    assert_eq!(first["n_partly_understood"], 1);
    let one = desk.run(&["state", "log.jsonl", "a"]).out;
    assert!(
        one.contains("\nin part          2 of 4 events; a part of each is left out of this state\n"),
        "{one}"
    );
    let all = desk.run(&["state", "log.jsonl"]).out;
    assert!(all.ends_with("  -  (1 not understood, 2 in part)\n"), "{all}");
}

#[test]
fn query_lists_them_with_the_text_that_is_left_out_and_says_how_many_they_are() {
    let desk = desk();
    let ask = |sql: &str| desk.run(&["query", "log.jsonl", "--csv", sql]);
    let listed = ask("SELECT position, reason FROM not_understood ORDER BY position");
    let rows = "position,reason\r\n\
                1,\"in part: its owner {\"\"first\"\":\"\"Ada\"\"} cannot be read and is left out\"\r\n\
                2,in part: its note 5 cannot be read and is left out\r\n\
                3,an account knows no such event\r\n";
    assert_eq!(listed.out, rows);
    assert!(listed.err.ends_with(SAID), "{listed:?}");
    assert_eq!(ask("SELECT n_not_understood FROM accounts").out, "n_not_understood\r\n1\r\n");
}

#[test]
fn verify_says_how_many_they_are() {
    let desk = desk();
    let said = desk.run(&["verify", "log.jsonl"]).out;
    assert!(said.ends_with("2 events are understood in part: a part is left out\n"), "{said}");
    let counts = |report: Value| (report["n_not_understood"].clone(), report["n_partly_understood"].clone());
    assert_eq!(counts(json_of(&desk, &["verify", "log.jsonl", "--json"])), (json!(1), json!(2)));
    let links = json_of(&desk, &["verify", "log.jsonl", "--json", "--links"]);
    assert_eq!(counts(links), (Value::Null, Value::Null));
}
