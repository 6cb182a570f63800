//! The verb `state`: for one account, and for all.

use serde_json::json;

use crate::desk::{Desk, Left};

#[test]
fn a_state_is_printed_in_the_form_that_scripts_rely_on() {
    let desk = Desk::with_bank();
    let state = |balance| json!({"status": "open", "owner": "Alan Turing", "currency": "EUR", "balance": balance, "overdraft_limit": 0});
    let before = desk.state(&["acc-03", "--at", "150"]);
    let after = desk.state(&["acc-03", "--at", "2024-03-14T10:22:07Z"]);
    let balance = before["state"]["balance"].as_i64().unwrap();
    assert_eq!(
        before,
        json!({"stream": "acc-03", "position": 150, "version": 15, "n_not_understood": 0, "n_partly_understood": 0, "fold": "typed", "state": state(balance), "n_late_left_out": 0, "n_lines_left_out": 0})
    );
    assert_eq!(
        after,
        json!({"stream": "acc-03", "position": 151, "version": 16, "n_not_understood": 0, "n_partly_understood": 0, "fold": "typed", "state": state(balance + 500_000), "n_late_left_out": 0, "n_lines_left_out": 0})
    );
    assert_eq!(desk.state(&["acc-03"])["position"], 407);
    assert_eq!(desk.state(&["acc-03", "--at", "0%"])["version"], 0);
}

#[test]
fn the_states_of_all_accounts_equal_the_state_of_each() {
    let desk = Desk::with_bank();
    for (at, n_accounts) in [("0%", 0), ("5", 3), ("204", 12), ("head", 12)] {
        let all = desk.run(&["state", "bank.db", "--json", "--at", at]).json_lines();
        assert_eq!(all.len(), n_accounts, "{at}");
        for state in &all {
            assert_eq!(*state, desk.state(&[state["stream"].as_str().unwrap(), "--at", at]));
        }
    }
    let early = concat!(
        "acc-01  v2        open    1,200.00 EUR  Ada Lovelace\n",
        "acc-02  v2        open    1,500.00 USD  Grace Hopper\n",
        "acc-03  v1        open        0.00 EUR  Alan Turing\n",
    );
    assert_eq!(
        desk.run(&["state", "bank.db", "--at", "5"]),
        Left { code: 0, out: early.to_owned(), err: String::new() }
    );
}

#[test]
fn a_stream_before_its_first_event_is_empty_and_one_without_events_is_missing() {
    let desk = Desk::with_bank();
    let early = desk.run(&["state", "bank.db", "acc-11", "--at", "5", "--json"]);
    let none = json!({"status": "none", "owner": null, "currency": null, "balance": 0, "overdraft_limit": 0});
    assert_eq!(early.code, 0);
    assert_eq!(
        early.json(),
        json!({"stream": "acc-11", "position": 5, "version": 0, "n_not_understood": 0, "n_partly_understood": 0, "fold": "typed", "state": none, "n_late_left_out": 0, "n_lines_left_out": 0})
    );
    for words in [
        &["state", "bank.db", "acc-99"][..],
        &["events", "bank.db", "--stream", "acc-99"],
        &["export", "bank.db", "--stream", "acc-99"],
    ] {
        let left = desk.run(words);
        assert_eq!((left.code, left.out.as_str()), (6, ""), "{words:?}");
        assert!(left.err.contains("there is no stream 'acc-99'"), "{left:?}");
    }
}
