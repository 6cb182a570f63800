//! The events that a command appends, or why it appends none.

use foldback::domain::aggregates::account::refusal::{AccountRefusal, Rule};
use foldback::domain::aggregates::account::state::{BALANCE, Status};
use foldback::domain::event::{GlobalPosition, RecordedEvent, StreamPosition};
use foldback::domain::provenance;
use foldback::domain::state::State;
use foldback::store::{Appended, Conflict};
use proptest::prelude::*;
use uuid::Uuid;

use crate::given::{command, conflict, context, expecting, given, log, look, refusal, run, state};
use crate::support;
use crate::support::{TempStore, at, stream};

#[test]
fn a_command_becomes_an_event_that_says_where_it_came_from() {
    let mut temp = TempStore::new();
    given(&mut temp.store, &["open a --currency EUR"]);
    let wish = command("deposit a 50.00 --note tea");
    let handled = run(&mut temp.store, &wish, &context(7)).unwrap();

    let id = "00000000-0000-0000-0000-000000000007";
    let expected = RecordedEvent {
        position: GlobalPosition::new(2),
        stream: stream("a"),
        version: StreamPosition::new(2),
        id: Some(id.to_owned()),
        event_type: "Deposited".to_owned(),
        time: Some(at(1_700_000_000)),
        clock: Some(at(1_700_000_000)),
        data: r#"{"amount":5000,"note":"tea"}"#.to_owned(),
        metadata: Some(format!(
            r#"{{"correlation":"{id}","causation":"{id}","command":"deposit a 50.00 --note tea"}}"#
        )),
        source: None,
        hash: handled.events[0].hash,
    };
    assert_eq!(handled, Appended { events: vec![expected], head: GlobalPosition::new(2), was_there: false });
    assert_eq!(log(&temp.store).last(), handled.events.last());
}

#[test]
fn both_legs_of_a_transfer_stand_in_the_log_with_one_transfer_id() {
    let mut temp = TempStore::new();
    given(&mut temp.store, &["open a --currency EUR", "open b --currency EUR", "deposit a 50"]);
    let handled = run(&mut temp.store, &command("transfer a b 20"), &context(9)).unwrap();
    let id = Uuid::from_u128(9);
    let legs: Vec<_> = handled
        .events
        .iter()
        .map(|e| (e.position.number(), e.stream.as_str(), e.id.clone().unwrap(), e.data.as_str()))
        .collect();
    assert_eq!(
        legs,
        [
            (4, "a", id.to_string(), format!(r#"{{"to":"b","amount":2000,"transfer":"{id}"}}"#).as_str()),
            (
                5,
                "b",
                provenance::event_id(id, 1).to_string(),
                format!(r#"{{"from":"a","amount":2000,"transfer":"{id}"}}"#).as_str()
            ),
        ]
    );
    assert_eq!([state(&temp.store, "a").balance, state(&temp.store, "b").balance], [3000, 2000]);
}

#[test]
fn a_refused_command_leaves_the_log_as_it_was() {
    let mut temp = TempStore::new();
    given(&mut temp.store, &["open a --currency EUR", "open b --currency EUR", "deposit a 50"]);
    let before = log(&temp.store);
    let refused = refusal(run(&mut temp.store, &command("transfer a b 50.01"), &context(1)));
    let currency = state(&temp.store, "a").currency;
    let rule = Rule::NotCovered { amount: 5001, balance: 5000, limit: 0, currency };
    assert_eq!(refused, AccountRefusal { account: stream("a"), rule }.into());
    let refused = refusal(run(&mut temp.store, &command("transfer a c 1"), &context(2)));
    assert_eq!(refused, AccountRefusal { account: stream("c"), rule: Rule::NoSuchAccount }.into());
    let refused = refusal(run(&mut temp.store, &command("transfer a a 1"), &context(3)));
    assert_eq!(refused, AccountRefusal { account: stream("a"), rule: Rule::SameAccount }.into());
    assert_eq!(log(&temp.store), before);
}

#[test]
fn a_version_that_is_not_the_expected_one_is_a_conflict_and_nothing_is_appended() {
    let mut temp = TempStore::new();
    given(&mut temp.store, &["open a", "open b", "deposit a 50", "deposit b 50"]);
    let before = log(&temp.store);
    let (expected, actual) = (StreamPosition::new(1), StreamPosition::new(2));
    for text in ["deposit a 1", "transfer a b 1", "withdraw a 1000"] {
        let conflict = conflict(run(&mut temp.store, &command(text), &expecting(1, 1)));
        assert_eq!(conflict, Conflict { stream: stream("a"), expected, actual }, "{text}");
    }
    assert_eq!(log(&temp.store), before);
    let handled = run(&mut temp.store, &command("transfer a b 1"), &expecting(1, 2)).unwrap();
    assert_eq!(handled.head, GlobalPosition::new(6), "the receiver may have any version");
}

#[test]
fn a_preview_reports_the_effect_and_writes_nothing() {
    let mut temp = TempStore::new();
    given(&mut temp.store, &["open a --currency EUR", "open b --currency EUR", "deposit a 50"]);
    let before = log(&temp.store);
    let would = look(&temp.store, "transfer a b 20").unwrap();
    let refused = look(&temp.store, "withdraw a 50.01").unwrap_err();
    assert_eq!(log(&temp.store), before);

    assert_eq!(
        refused.to_string(),
        "a has 50.00 EUR and an overdraft limit of 0.00 EUR: 50.01 EUR is more than that"
    );
    let balance = |state: &State| state.field(BALANCE).as_integer().unwrap();
    let told: Vec<_> = would
        .iter()
        .map(|w| (w.event.stream.as_str(), w.version.number(), balance(&w.before), balance(&w.after)))
        .collect();
    assert_eq!(told, [("a", 3, 5000, 3000), ("b", 2, 0, 2000)]);
    let types: Vec<_> = would.iter().map(|w| w.event.event_type.as_ref()).collect();
    assert_eq!(types, ["TransferSent", "TransferReceived"]);
}

/// Commands on a few accounts, most of which are refused.
fn any_command() -> impl Strategy<Value = String> {
    let account = || prop::sample::select(vec!["a", "b", "c"]);
    let amount = || -1_i64..200;
    prop_oneof![
        2 => (account(), prop::sample::select(vec!["", " --currency EUR", " --currency JPY"]))
            .prop_map(|(a, c)| format!("open {a}{c}")),
        4 => (account(), amount()).prop_map(|(a, n)| format!("deposit {a} {n}")),
        3 => (account(), amount()).prop_map(|(a, n)| format!("withdraw {a} {n}")),
        4 => (account(), account(), amount()).prop_map(|(a, b, n)| format!("transfer {a} {b} {n}")),
        1 => (account(), amount()).prop_map(|(a, n)| format!("overdraft {a} {n}")),
        1 => account().prop_map(|a| format!("freeze {a}")),
        1 => account().prop_map(|a| format!("unfreeze {a}")),
        1 => account().prop_map(|a| format!("close {a}")),
    ]
}

proptest! {
    #![proptest_config(support::cases(16))]

    #[test]
    fn a_preview_equals_the_real_effect(commands in prop::collection::vec(any_command(), 1..30)) {
        let mut temp = TempStore::new();
        for (n, text) in commands.iter().enumerate() {
            let (wish, context) = (command(text), context(n as u128 + 1));
            let previewed = look(&temp.store, text);
            let (nil, id) = (Uuid::nil().to_string(), context.id.to_string());
            let before = log(&temp.store);
            match run(&mut temp.store, &wish, &context) {
                Ok(handled) => {
                    let previewed = previewed.unwrap();
                    let told = previewed.iter().map(|w| (&w.event.stream, w.version, w.event.data.replace(&nil, &id)));
                    let done = handled.events.iter().map(|e| (&e.stream, e.version, e.data.clone()));
                    prop_assert_eq!(told.collect::<Vec<_>>(), done.collect::<Vec<_>>());
                    for would in &previewed {
                        let after = state(&temp.store, would.event.stream.as_str());
                        prop_assert_eq!(&would.after, &State::Account(after));
                    }
                    prop_assert_eq!(log(&temp.store).len(), before.len() + handled.events.len());
                }
                Err(error) => {
                    prop_assert_eq!(previewed.unwrap_err().to_string(), error.to_string());
                    prop_assert_eq!(log(&temp.store), before);
                }
            }
        }
        for name in ["a", "b", "c"] {
            let state = state(&temp.store, name);
            prop_assert!(state.balance >= -state.overdraft_limit || state.status == Status::None);
        }    }
}
