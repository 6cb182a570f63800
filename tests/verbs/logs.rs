//! Logs, read and written by the verbs.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::desk::{Desk, Left};

#[test]
fn a_log_that_is_exported_and_imported_is_the_same_log() {
    let desk = Desk::with_bank();
    let exported = desk.run(&["export", "bank.db"]);
    let sample = desk.run(&["sample", "bank"]);
    assert_eq!(exported, sample);
    std::fs::write(desk.0.path().join("log.jsonl"), &exported.out).unwrap();
    let counts = |events, duplicates, head| json!({"events": events, "streams": events / 33, "duplicates": duplicates, "bad": 0, "head": head});
    let copied = desk.run(&["new", "copy.db", "--from", "log.jsonl", "--json"]);
    assert_eq!(copied.json(), counts(407, 0, 407));
    let again = desk.run(&["import", "copy.db", "log.jsonl", "--json"]);
    assert_eq!(again.json(), counts(0, 407, 407));
    assert_eq!(desk.run(&["export", "copy.db"]), exported);
    let of_one = desk.run(&["export", "copy.db", "--stream", "acc-12"]);
    assert!(of_one.out.lines().all(|line| line.starts_with(r#"{"stream":"acc-12""#)));
}

#[test]
fn a_log_is_looked_at_where_a_store_is_and_takes_no_commands() {
    let desk = Desk::with_bank();
    std::fs::write(desk.0.path().join("log.jsonl"), desk.run(&["sample", "bank"]).out).unwrap();
    for words in [&["state", "bank.db", "acc-04", "--json"][..], &["events", "bank.db"]] {
        let of_log: Vec<&str> =
            words.iter().map(|w| if *w == "bank.db" { "log.jsonl" } else { *w }).collect();
        assert_eq!(desk.run(&of_log), desk.run(words));
    }
    let refused = desk.run(&["do", "log.jsonl", "deposit acc-01 1"]);
    assert_eq!((refused.code, refused.out.as_str()), (1, ""));
    assert!(refused.err.contains("foldback new bank.db --from log.jsonl"), "{refused:?}");
}

#[test]
fn bad_lines_are_counted_and_reported_and_the_rest_is_imported() {
    let desk = Desk::new();
    desk.run(&["new", "bank.db"]);
    let log = "{\"stream\":\"a\"}\n\u{1b}[31m\n{\"stream\":\"a\",\"type\":\"T\",\"data\":1}\n";
    let left = desk.run_with(&["import", "bank.db", "-", "--json"], log);
    let counts: Value = serde_json::from_str(&left.out).unwrap();
    assert_eq!(counts, json!({"events": 1, "streams": 1, "duplicates": 0, "bad": 2, "head": 1}));
    let told: Vec<&str> = left.err.lines().collect();
    assert_eq!(told.len(), 2);
    assert!(told[0].starts_with("standard input, line 1: "), "{told:?}");
    assert!(told[1].starts_with("standard input, line 2: "), "{told:?}");
    assert!(!left.err.contains('\u{1b}'));
    let strict = desk.run_with(&["import", "bank.db", "-", "--strict"], log);
    assert_eq!((strict.code, strict.out.as_str()), (1, ""));
}

#[test]
fn files_that_are_not_logs_or_mappings_are_errors_that_change_nothing() {
    let desk = Desk::with_bank();
    let garbage = desk.run_with(&["import", "bank.db", "-"], "x\ny\n");
    assert_eq!((garbage.code, garbage.out.contains("2 bad lines; head at 407")), (1, true), "{garbage:?}");
    let database = desk.run(&["import", "bank.db", "bank.db"]);
    let why = "foldback: bank.db is a database, not a log; if it is a store, `foldback export bank.db` writes the log\n";
    assert_eq!(database, Left { code: 1, out: String::new(), err: why.to_owned() });
    std::fs::write(desk.0.path().join("bad.toml"), "foo = 1\n").unwrap();
    std::fs::write(
        desk.0.path().join("a.jsonl"),
        "{\"stream\":\"a\",\"type\":\"deposit\",\"data\":{\"amount\":1}}\n",
    )
    .unwrap();
    let mapped = desk.run(&["events", "a.jsonl", "--map", "bad.toml"]);
    assert_eq!((mapped.code, mapped.out.as_str()), (1, ""));
    assert!(mapped.err.contains("bad.toml") && mapped.err.contains("foo"), "{}", mapped.err);
}

#[test]
fn a_log_that_comes_through_a_pipe_is_read_from_its_first_byte() {
    let desk = Desk::new();
    assert_eq!(desk.run(&["new", "bank.db"]).code, 0);
    let pipe = desk.0.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let lines = "{\"stream\":\"a\",\"type\":\"deposit\",\"data\":{\"amount\":1}}\n".repeat(2);
    let writer = std::thread::spawn(move || std::fs::write(pipe, lines).unwrap());
    let imported = desk.run(&["import", "bank.db", "pipe", "--json"]).json();
    writer.join().unwrap();
    assert_eq!(imported, json!({"events": 2, "streams": 1, "duplicates": 0, "bad": 0, "head": 2}));
}

#[test]
fn an_export_that_is_cancelled_ends_with_a_whole_line_and_says_so() {
    let desk = Desk::new();
    let log = desk.run(&["sample", "bank", "--events", "60000"]).out;
    assert_eq!(desk.run_with(&["new", "big.db", "--from", "-"], &log).code, 0);
    let mut child =
        desk.command(&["export", "big.db"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // It has begun, and waits for a full pipe.
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    out.read_line(&mut text).unwrap();
    let id = i32::try_from(child.id()).unwrap();
    assert!(Command::new("kill").args(["-INT", &id.to_string()]).status().unwrap().success());
    std::io::Read::read_to_string(&mut out, &mut text).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let n_lines = text.lines().count();
    assert!(text.ends_with("}\n") && n_lines < 60_000, "{n_lines}");
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains(&format!("cancelled; the first {n_lines} events have been written")), "{said}");
}
