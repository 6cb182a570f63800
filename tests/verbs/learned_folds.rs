//! The file of the verb `domain`, used: it loads, and its fold gives the figures that the log proves.

use std::path::PathBuf;

use serde_json::Value;

use crate::desk::Desk;
use crate::domain::{shared, wallets};

/// The states of all streams by the domain file that a log gives.
fn states_by_learned_file(desk: &Desk, log: &str) -> Vec<Value> {
    let file = desk.run(&["domain", log]);
    assert_eq!(file.code, 0, "{}", file.err);
    std::fs::write(desk.0.path().join("learned.toml"), file.out).unwrap();
    let left = desk.run(&["state", log, "--domain", "learned.toml", "--json"]);
    assert_eq!(left.code, 0, "{}", left.err);
    left.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_fold_of_the_learned_file_gives_the_totals_that_the_log_records() {
    let desk = Desk::new();
    std::fs::write(desk.0.path().join("log.jsonl"), wallets()).unwrap();
    let states = states_by_learned_file(&desk, "log.jsonl");
    for state in &states {
        let stream = state["stream"].as_str().unwrap();
        let data = |line: &str| serde_json::from_str::<Value>(line).unwrap();
        let log = wallets();
        let last = log.lines().rfind(|line| line.contains(stream)).map(data).unwrap();
        let recorded = last["data"]["total"].as_str().unwrap().strip_suffix(".00").unwrap().to_owned();
        assert_eq!(state["state"]["total"].to_string(), recorded, "{stream}");
        assert_eq!((&state["n_not_understood"], &state["n_partly_understood"]), (&0.into(), &0.into()));
        assert_eq!(state["state"]["owner"], if stream == "wallet-0" { "Ada" } else { "Bo" });
    }
    assert_eq!(states.len(), 2);
}

#[test]
fn the_learned_file_of_cqrs_es_gives_the_balances_that_another_program_computed() {
    let Some(stores) = shared("stores") else { return };
    let answers: Value =
        serde_json::from_slice(&std::fs::read(PathBuf::from(&stores).join("answers.json")).unwrap()).unwrap();
    let desk = Desk::new();
    let states = states_by_learned_file(&desk, &format!("{stores}/cqrs_es.export.jsonl.gz"));
    let expected = answers["cqrs_es"].as_object().unwrap();
    assert_eq!(states.len(), expected.len());
    for state in &states {
        let answer = &expected[state["stream"].as_str().unwrap()];
        // Numbers have no zeros at their end.
        let balance = answer["balance"].as_str().unwrap().trim_end_matches('0').trim_end_matches('.');
        assert_eq!(state["state"]["balance"].to_string(), balance, "{state}");
        assert_eq!((&state["state"]["owner"], &state["version"]), (&answer["owner"], &answer["version"]));
        assert_eq!((&state["n_not_understood"], &state["n_partly_understood"]), (&0.into(), &0.into()));
    }
}

#[test]
fn the_files_of_other_logs_load_and_understand_every_event() {
    for log in
        ["data/berka.jsonl.gz", "stores/emmett.export.jsonl.gz", "stores/eventsourcing.export.jsonl.gz"]
    {
        let Some(log) = shared(log) else { return };
        for state in states_by_learned_file(&Desk::new(), &log) {
            let not_whole = (&state["n_not_understood"], &state["n_partly_understood"]);
            assert_eq!(not_whole, (&0.into(), &0.into()), "{log} {}", state["stream"]);
        }
    }
}
