//! Events that are not understood: every answer about an account says how many it leaves out.

use serde_json::{Value, json};

use crate::desk::{Desk, Left};

/// Two of the five events have an unknown type, or do not fit the account.
const LOG: &str = r#"{"stream":"a","type":"AccountOpened","data":{"owner":"Ada","currency":"EUR"}}
{"stream":"a","type":"Deposited","data":{"amount":500}}
{"stream":"a","type":"InterestPaid","data":{"amount":7}}
{"stream":"b","type":"AccountOpened","data":{"owner":"Bob","currency":"EUR"}}
{"stream":"a","type":"FeeTaken","data":{"amount":1}}
"#;

const TWO: &str = "2 events are not understood, and left out; SELECT * FROM not_understood lists them\n";

fn desk() -> Desk {
    let desk = Desk::new();
    std::fs::write(desk.0.path().join("log.jsonl"), LOG).unwrap();
    assert_eq!(desk.run(&["new", "bank.db", "--from", "log.jsonl"]).code, 0);
    desk
}

fn done(out: &str, err: &str) -> Left {
    Left { code: 0, out: out.to_owned(), err: err.to_owned() }
}

#[test]
fn a_state_says_how_many_events_it_leaves_out_at_its_position() {
    let desk = desk();
    for (at, version, n) in [("2", 2, 0), ("3", 3, 1), ("4", 3, 1), ("head", 4, 2)] {
        let state = desk.state(&["a", "--at", at]);
        assert_eq!((&state["version"], &state["n_not_understood"]), (&json!(version), &json!(n)), "{at}");
        let all = desk.run(&["state", "bank.db", "--json", "--at", at]).json_lines();
        assert_eq!(all[0], state, "{at}");
    }
    let text = "\
a v4 at 5
owner            Ada  @1
status           open  @1
currency         EUR  @1
balance          5.00 EUR  @2
overdraft        0.00 EUR
not understood   2 of 4 events, left out of this state
its newest event is not understood: an account knows no such event
";
    assert_eq!(desk.run(&["state", "bank.db", "a"]), done(text, ""));
    let text = "\
a  v4        open    5.00 EUR  Ada  (2 not understood)
b  v1        open    0.00 EUR  Bob
";
    assert_eq!(desk.run(&["state", "bank.db"]), done(text, ""));
}

#[test]
fn a_question_says_it_once_beside_an_answer_in_any_form() {
    let desk = desk();
    let sql = "SELECT account, n_not_understood FROM accounts ORDER BY account";
    assert_eq!(
        desk.run(&["query", "bank.db", sql]),
        done("account  n_not_understood\na                       2\nb                       0\n", TWO)
    );
    assert_eq!(
        desk.run(&["query", "bank.db", "--csv", sql]),
        done("account,n_not_understood\r\na,2\r\nb,0\r\n", TWO)
    );
    let lines = "{\"account\":\"a\",\"n_not_understood\":2}\n{\"account\":\"b\",\"n_not_understood\":0}\n";
    assert_eq!(desk.run(&["query", "bank.db", "--json", sql]), done(lines, TWO));
    let as_of = |at| desk.run(&["query", "bank.db", "--at", at, "SELECT sum(balance) AS s FROM accounts"]);
    assert_eq!(as_of("2"), done("  s\n500\n", ""));
    let one = "1 event is not understood, and left out; SELECT * FROM not_understood lists them\n";
    assert_eq!(as_of("3"), done("  s\n500\n", one));
}

#[test]
fn a_command_says_that_it_was_decided_without_them_whatever_came_of_it() {
    let desk = desk();
    let without = "decided without 2 events of a, not understood\n";
    let dry = desk.run(&["do", "bank.db", "--dry-run", "withdraw a 5"]);
    assert_eq!((dry.code, dry.err), (0, without.to_owned()));
    let refused = desk.run(&["do", "bank.db", "withdraw a 6"]);
    assert_eq!(refused.code, 4);
    assert!(refused.err.ends_with(without), "{refused:?}");
    let json = |words: &[&str]| -> (i32, Value) {
        let left = desk.run(&[&["do", "bank.db", "--json"], words].concat());
        (left.code, serde_json::from_str(&left.out).unwrap())
    };
    let (code, refused) = json(&["withdraw a 6"]);
    assert_eq!((code, &refused["n_not_understood"]), (4, &json!(2)));
    let (code, appended) = json(&["transfer b a 0.01"]);
    assert_eq!((code, &appended["n_not_understood"]), (4, &json!(2)), "{appended}");
    let (code, appended) = json(&["deposit b 1"]);
    assert_eq!((code, &appended["n_not_understood"]), (0, &json!(0)), "{appended}");
    let done = desk.run(&["do", "bank.db", "deposit a 1"]);
    assert_eq!((done.code, done.err), (0, without.to_owned()));
}

#[test]
fn verifying_counts_them_and_finds_no_fault_in_them() {
    let desk = desk();
    let text = desk.run(&["verify", "bank.db"]);
    assert_eq!(text.code, 0, "{text:?}");
    let last = text.out.lines().last();
    assert_eq!(last, Some("2 events are not understood: states and rows leave them out"), "{text:?}");
    let report = desk.run(&["verify", "bank.db", "--json"]).json();
    assert_eq!((&report["whole"], &report["n_not_understood"]), (&json!(true), &json!(2)));
    let links = desk.run(&["verify", "bank.db", "--json", "--links"]).json();
    assert_eq!(links["n_not_understood"], Value::Null);
}
