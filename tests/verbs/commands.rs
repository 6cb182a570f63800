//! The verb `do`: its answers, dry runs, and many processes at once.

use serde_json::{Value, json};

use crate::desk::{Desk, Left};
use crate::support;

#[test]
fn a_command_answers_its_events_a_refusal_or_a_conflict() {
    let desk = Desk::with_bank();
    let id = "018e3c7b-c132-7e28-b30f-ceccf8452900";
    let done = desk.run(&["do", "bank.db", "transfer acc-01 acc-03 10", "--json", "--id", id]);
    assert_eq!(done.code, 0);
    let answer = done.json();
    assert_eq!(answer["position"], 409);
    assert_eq!(answer["events"].as_array().unwrap().len(), 2);
    assert_eq!(answer["events"][0]["data"], json!({"to": "acc-03", "amount": 1000, "transfer": id}));
    assert_eq!(answer["events"][1]["data"], json!({"from": "acc-01", "amount": 1000, "transfer": id}));
    let stored = desk.run(&["events", "bank.db", "--from", "408", "--json"]).json_lines();
    assert_eq!(answer["events"], Value::Array(stored));

    let again = desk.run(&["do", "bank.db", "transfer acc-01 acc-03 10", "--json", "--id", id]);
    assert_eq!((again.code, again.json()), (0, answer));

    let refused = desk.run(&["do", "bank.db", "withdraw acc-11 1", "--json"]);
    assert_eq!(refused.code, 4);
    assert_eq!(
        refused.json(),
        json!({"refused": "acc-11 is frozen: only unfreeze is allowed", "n_not_understood": 0})
    );
    let conflict = desk.run(&["do", "bank.db", "deposit acc-08 1", "--expect", "3", "--json"]);
    let actual = desk.state(&["acc-08"])["version"].clone();
    assert_eq!(conflict.code, 5);
    assert_eq!(conflict.json(), json!({"conflict": {"stream": "acc-08", "expected": 3, "actual": actual}}));

    let in_words = desk.run(&["do", "bank.db", "withdraw acc-11 1"]);
    let err = "refused: acc-11 is frozen: only unfreeze is allowed\n".to_owned();
    assert_eq!(in_words, Left { code: 4, out: String::new(), err });
    assert_eq!(desk.state(&["acc-01"])["position"], 409);
}

#[test]
fn a_dry_run_shows_the_effect_of_a_command_and_does_nothing() {
    let desk = Desk::with_bank();
    let version = desk.state(&["acc-03"])["version"].as_u64().unwrap();
    let would = desk.run(&["do", "bank.db", "deposit acc-03 1.50", "--dry-run", "--json"]);
    let event =
        json!({"stream": "acc-03", "version": version + 1, "type": "Deposited", "data": {"amount": 150}});
    assert_eq!(would.json(), json!({"events": [event], "position": 407, "n_not_understood": 0}));
    assert_eq!(desk.run(&["do", "bank.db", "close acc-03", "--dry-run"]).code, 4);
    assert_eq!(desk.run(&["do", "bank.db", "deposit acc-03 1", "--dry-run", "--expect", "1"]).code, 5);
    assert_eq!(desk.state(&["acc-03"])["position"], 407);
}

#[test]
fn four_processes_on_one_account_lose_nothing() {
    let n_each = support::rounds(250);
    let desk = Desk::new();
    assert_eq!(desk.run(&["new", "bank.db"]).code, 0);
    assert_eq!(desk.run(&["do", "bank.db", "open acc-1 --currency EUR"]).code, 0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..n_each {
                    let left = desk.run(&["do", "bank.db", "deposit acc-1 0.07", "--json"]);
                    assert_eq!((left.code, left.err.as_str()), (0, ""), "{left:?}");
                }
            });
        }
    });
    let state = desk.state(&["acc-1"]);
    assert_eq!(state["version"], 4 * n_each + 1);
    assert_eq!(state["state"]["balance"], 4 * n_each * 7);
}
