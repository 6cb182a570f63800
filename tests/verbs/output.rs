//! Output that cannot be written, or that nobody reads to its end.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use clap::CommandFactory;
use foldback::cli::Cli;

use crate::desk::Desk;

/// Every verb, with what it has done before it writes.
const ASKED: [(&[&str], &str); 25] = [
    (&["query", "bank.db", "SELECT 1 AS a"], ""),
    (&["query", "bank.db", "SELECT 1 AS a", "--json"], ""),
    (&["query", "bank.db", "SELECT 1 AS a", "--csv"], ""),
    (&["query", "bank.db", ".tables"], ""),
    (&["events", "bank.db"], ""),
    (&["events", "bank.db", "--json"], ""),
    (&["state", "bank.db", "acc-01"], ""),
    (&["state", "bank.db", "acc-01", "--json"], ""),
    (&["state", "bank.db"], ""),
    (&["domain", "bank.db"], ""),
    (&["domain", "bank.db", "--json"], ""),
    (&["export", "bank.db"], ""),
    (&["print", "bank.db"], ""),
    (&["sample", "bank"], ""),
    (&["guide"], ""),
    (&["guide", "keys"], ""),
    (&["receipt", "bank.db"], ""),
    (&["verify", "bank.db"], ""),
    (&["verify", "bank.db", "--json"], ""),
    (&["rebuild", "bank.db", "--check"], ""),
    (&["rebuild", "bank.db"], "the read model is rebuilt, but "),
    (&["do", "bank.db", "deposit acc-01 1", "--dry-run"], ""),
    (&["do", "bank.db", "deposit acc-01 1"], "the command is done, but "),
    (&["import", "bank.db", "bank.jsonl"], "the events are in the store, but "),
    (&["new", "new.db", "--sample", "bank"], "the events are in the store, but "),
];

/// A desk with a store and the log of it.
fn desk() -> Desk {
    let desk = Desk::with_bank();
    std::fs::write(desk.0.path().join("bank.jsonl"), desk.run(&["export", "bank.db"]).out).unwrap();
    assert_eq!(desk.run(&["query", "bank.db", "SELECT 1"]).code, 0);
    desk
}

#[test]
fn every_verb_says_that_its_output_could_not_be_written() {
    let cli = Cli::command();
    let verbs: BTreeSet<&str> =
        cli.get_subcommands().filter(|v| !v.is_hide_set()).map(|v| v.get_name()).collect();
    assert_eq!(ASKED.iter().map(|(words, _)| words[0]).collect::<BTreeSet<_>>(), verbs);
    let desk = desk();
    for (words, done) in ASKED {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = desk.command(words).stdout(full).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        let expected = format!(
            "foldback: {done}the output could not be written: No space left on device (os error 28)\n"
        );
        assert_eq!((output.status.code(), err), (Some(1), expected), "{words:?}");
    }
    // The commands are carried out.
    let count = "SELECT sum(version) AS n, (SELECT count(*) FROM accounts) AS n_accounts FROM accounts";
    assert_eq!(desk.run(&["query", "bank.db", count, "--csv"]).out, "n,n_accounts\r\n408,12\r\n");
    assert_eq!(desk.run(&["query", "new.db", count, "--csv"]).out, "n,n_accounts\r\n407,12\r\n");
}

#[test]
fn help_that_cannot_be_written_is_an_error_too() {
    let desk = Desk::new();
    for words in [&["--help"][..], &["--version"], &["query", "--help"]] {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = desk.command(words).stdout(full).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        let expected = "foldback: the output could not be written: No space left on device (os error 28)\n";
        assert_eq!((output.status.code(), err.as_str()), (Some(1), expected), "{words:?}");
    }
}

#[test]
fn a_reader_that_has_read_enough_ends_a_verb_quietly() {
    let desk = desk();
    let many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 400000) SELECT i FROM n";
    for words in [
        &["sample", "bank", "--events", "200000"][..],
        &["query", "bank.db", many],
        &["query", "bank.db", many, "--json"],
        &["query", "bank.db", many, "--csv"],
    ] {
        let mut child = desk.command(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        // Dropped after its first line, with much more to come than a pipe holds.
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert!(!line.is_empty());
        assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), ""), "{words:?}");
    }
}

#[test]
fn no_two_columns_of_an_answer_for_programs_have_one_name() {
    let desk = desk();
    let sql = "SELECT 1 AS a, 2 AS a, 3 AS a_2, 4 AS b, 5 AS A";
    let json = desk.run(&["query", "bank.db", sql, "--json"]).out;
    assert_eq!(json, "{\"a\":1,\"a_3\":2,\"a_2\":3,\"b\":4,\"A\":5}\n");
    assert_eq!(desk.run(&["query", "bank.db", sql, "--csv"]).out, "a,a_3,a_2,b,A\r\n1,2,3,4,5\r\n");
}
