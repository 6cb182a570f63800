//! In the sample bank time continues from its last event; in every other store a command has the machine's time.

use foldback::domain::event::Timestamp;
use jiff::SignedDuration;

use crate::desk::Desk;

/// The times of a command's events.
fn times(desk: &Desk, store: &str, command: &str) -> Vec<Timestamp> {
    let done = desk.run(&["do", store, command, "--json"]).json();
    let events = done["events"].as_array().unwrap();
    events.iter().map(|event| event["time"].as_str().unwrap().parse().unwrap()).collect()
}

fn last_time(desk: &Desk, store: &str) -> Timestamp {
    let events = desk.run(&["events", store, "--json"]).json_lines();
    events.last().unwrap()["time"].as_str().unwrap().parse().unwrap()
}

#[test]
fn each_command_in_the_sample_bank_comes_a_minute_after_the_last_event() {
    let desk = Desk::with_bank();
    let last = last_time(&desk, "bank.db");
    let after = |n_minutes| last + SignedDuration::from_mins(n_minutes);
    assert_eq!(times(&desk, "bank.db", "open new --currency EUR"), [after(1)]);
    assert_eq!(times(&desk, "bank.db", "open other --currency EUR"), [after(2)]);
    assert_eq!(times(&desk, "bank.db", "deposit new 5"), [after(3)]);
    assert_eq!(times(&desk, "bank.db", "transfer new other 5"), [after(4), after(4)]);
}

#[test]
fn a_log_of_ones_own_has_the_machines_time_whatever_it_is_called_and_whatever_is_in_it() {
    let desk = Desk::new();
    let log = desk.run(&["sample", "bank"]).out;
    // The events of the sample under another name, and another log under the name of the sample.
    std::fs::write(desk.0.path().join("mine.jsonl"), &log).unwrap();
    let longer = log + "{\"stream\":\"w\",\"type\":\"AccountOpened\",\"data\":{}}\n";
    std::fs::write(desk.0.path().join("sample bank"), longer).unwrap();
    std::fs::write(
        desk.0.path().join("more.jsonl"),
        "{\"stream\":\"w\",\"type\":\"AccountOpened\",\"data\":{}}\n",
    )
    .unwrap();
    assert_eq!(desk.run(&["new", "mine.db", "--from", "mine.jsonl"]).code, 0);
    assert_eq!(desk.run(&["new", "named.db", "--from", "sample bank"]).code, 0);
    assert_eq!(desk.run(&["new", "more.db", "--sample", "bank"]).code, 0);
    assert_eq!(desk.run(&["import", "more.db", "more.jsonl"]).code, 0);
    assert_eq!(desk.run(&["new", "empty.db"]).code, 0);
    let before = Timestamp::now() - SignedDuration::from_secs(1);
    for (store, command) in [
        ("mine.db", "deposit acc-01 5"),
        ("named.db", "deposit acc-01 5"),
        ("more.db", "deposit acc-01 5"),
        ("empty.db", "open acc-01"),
    ] {
        let [time] = times(&desk, store, command)[..] else { panic!("{store}") };
        assert!(time >= before && time <= Timestamp::now(), "{store}: {time}");
    }
}
