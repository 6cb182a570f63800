//! The verb: its output, and its exit codes.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::support::sample_store;

/// A line of the log for the bundled mapping.
const MAPPED_LINE: &str = concat!(
    r#"{"stream":"account-1","type":"Credited","time":"1993-01-31T00:00:00Z","data":{"amount":"1.00"}}"#,
    "\n"
);

fn foldback(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_foldback"));
    command.args(words).current_dir(folder).env("FOLDBACK_CACHE", folder.join("cache")).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A folder with the bundled bank in a store.
fn desk() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    sample_store(folder.path(), "bank");
    folder
}

#[test]
fn a_whole_store_ends_with_0_and_says_up_to_where() {
    let desk = desk();
    let receipt = out(&foldback(desk.path(), &["receipt", "bank.db"]));
    std::fs::write(desk.path().join("kept"), &receipt).unwrap();
    assert_eq!(receipt, std::fs::read_to_string(desk.path().join("bank.db-receipt")).unwrap());
    let hash = receipt.split(' ').skip_while(|word| *word != "hash").nth(1).unwrap();
    foldback(desk.path(), &["query", "bank.db", "SELECT 1"]);
    let output = foldback(desk.path(), &["verify", "bank.db", "--receipt", "kept"]);
    let expected = format!(
        "✔ file        SQLite finds nothing wrong with it
✔ chain       407 events of 12 streams and 1 mapping, each linked to the one before; no position and no version is missing
✔ versions    407 events found by stream and version
✔ ids         407 ids, each of one event and found by it
✔ origins     12 stretches of imported logs, with their origin
✔ receipt     the receipt beside the store: all up to position 407 and mapping 1 is there, unchanged
✔ receipt     kept: all up to position 407 and mapping 1 is there, unchanged
✔ transfers   67 transfers have both their legs
✔ snapshots   there are none
✔ read model  it has the rows of a fresh projection up to 407
verified to 407, with the hash {hash}
"
    );
    assert_eq!((out(&output), output.status.code()), (expected, Some(0)));
    let output = foldback(desk.path(), &["verify", "bank.db", "--links", "--json"]);
    let report: Value = serde_json::from_str(&out(&output)).unwrap();
    let chain = "407 events of 12 streams and 1 mapping, each linked to the one before; no position and no version \
                 is missing";
    let receipt = "the receipt beside the store: all up to position 407 and mapping 1 is there, unchanged";
    let checks = json!([
        {"check": "chain", "outcome": "holds", "what": chain},
        {"check": "receipt", "outcome": "holds", "what": receipt},
    ]);
    assert_eq!(
        report,
        json!({"whole": true, "position": 407, "hash": hash, "vouched": 407, "n_not_understood": null, "n_partly_understood": null, "n_lines_left_out": 0, "checks": checks})
    );
}

#[test]
fn a_changed_event_ends_with_3_and_names_it() {
    let desk = desk();
    let conn = rusqlite::Connection::open(desk.path().join("bank.db")).unwrap();
    conn.execute_batch("DROP TRIGGER events_update; UPDATE events SET data = '{}' WHERE position = 57")
        .unwrap();
    drop(conn);
    let output = foldback(desk.path(), &["verify", "bank.db"]);
    let told = out(&output);
    assert_eq!(output.status.code(), Some(3), "{told}");
    let chain = told.lines().nth(1).unwrap();
    assert!(chain.starts_with("✘ chain       at position 57: expected the hash "), "{told}");
    assert!(
        told.lines()
            .rev()
            .nth(1)
            .unwrap()
            .starts_with("damaged; the chain is verified to 56, with the hash "),
        "{told}"
    );
    let output = foldback(desk.path(), &["verify", "bank.db", "--json"]);
    let report: Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(
        (&report["whole"], &report["position"], output.status.code()),
        (&json!(false), &json!(56), Some(3))
    );
    let chain = &report["checks"][1];
    assert_eq!(
        (&chain["check"], &chain["outcome"], &chain["position"]),
        (&json!("chain"), &json!("fails"), &json!(57))
    );
}

#[test]
fn a_file_that_cannot_be_opened_as_a_store_ends_with_3_and_one_that_is_missing_with_6() {
    let desk = desk();
    let whole = std::fs::read(desk.path().join("bank.db")).unwrap();
    for (name, bytes) in [("cut.db", &whole[..2_000]), ("empty.db", &[]), ("noise.db", &[7; 9_000])] {
        std::fs::write(desk.path().join(name), bytes).unwrap();
        let output = foldback(desk.path(), &["verify", name]);
        let told = out(&output);
        assert_eq!(output.status.code(), Some(3), "{name}: {told}");
        assert!(
            told.starts_with("✘ file        expected a store that can be opened, found "),
            "{name}: {told}"
        );
    }
    assert_eq!(foldback(desk.path(), &["verify", "missing.db"]).status.code(), Some(6));
}

#[test]
fn an_invalid_or_foreign_receipt_is_a_finding_and_a_missing_file_is_an_error() {
    let (desk, other) = (desk(), desk());
    std::fs::write(desk.path().join("none"), "hello").unwrap();
    let output = foldback(desk.path(), &["verify", "bank.db", "--receipt", "none"]);
    assert_eq!(output.status.code(), Some(3));
    let told = out(&output);
    assert!(
        told.contains(
            "✘ receipt     expected a receipt in none, found that it is not a receipt of foldback\n"
        ),
        "{told}"
    );
    let output = foldback(desk.path(), &["verify", "bank.db", "--receipt", "missing"]);
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(1), ""));
    std::fs::write(desk.path().join("other"), foldback(other.path(), &["receipt", "bank.db"]).stdout)
        .unwrap();
    let output = foldback(desk.path(), &["verify", "bank.db", "--receipt", "other"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(out(&output).contains("✘ receipt     expected the store "), "{}", out(&output));
}

#[test]
fn a_program_that_knows_only_the_documentation_comes_to_the_same_hash() {
    let desk = desk();
    foldback(desk.path(), &["do", "bank.db", "deposit acc-01 5"]);
    let mapped = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/berka.toml");
    std::fs::write(desk.path().join("more.jsonl"), MAPPED_LINE).unwrap();
    foldback(desk.path(), &["import", "bank.db", "more.jsonl", "--map", &mapped.to_string_lossy()]);
    let receipt = out(&foldback(desk.path(), &["receipt", "bank.db"]));
    std::fs::write(desk.path().join("kept"), receipt).unwrap();
    let checker = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/check_chain.py");
    let check = |store: &str| {
        Command::new("python3").arg(&checker).args([store, "kept"]).current_dir(desk.path()).output()
    };
    // SQLite supports STRICT tables from 3.37 on.
    let knows = "import sqlite3, sys; sys.exit(sqlite3.sqlite_version_info < (3, 37))";
    let is_there = Command::new("python3").args(["-c", knows]).status().is_ok_and(|status| status.success());
    if !is_there {
        println!("skipped: there is no python3 with SQLite 3.37 here");
        return;
    }
    let output = check("bank.db").unwrap();
    let verified = foldback(desk.path(), &["verify", "bank.db", "--receipt", "kept", "--links"]);
    let last = out(&verified).lines().last().unwrap().to_owned();
    assert_eq!((out(&output).trim_end(), output.status.code()), (last.as_str(), Some(0)), "{output:?}");
    let conn = rusqlite::Connection::open(desk.path().join("bank.db")).unwrap();
    conn.execute_batch("DROP TRIGGER events_update; UPDATE events SET data = '{}' WHERE position = 57")
        .unwrap();
    drop(conn);
    let output = check("bank.db").unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(out(&output).starts_with("position 57: expected the hash "), "{output:?}");
}

#[test]
fn of_a_file_with_many_receipts_each_is_looked_at() {
    let desk = desk();
    let mut receipts = out(&foldback(desk.path(), &["receipt", "bank.db"]));
    foldback(desk.path(), &["do", "bank.db", "deposit acc-01 5"]);
    receipts += &out(&foldback(desk.path(), &["receipt", "bank.db"]));
    std::fs::write(desk.path().join("kept"), &receipts).unwrap();
    let told = out(&foldback(desk.path(), &["verify", "bank.db", "--links", "--receipt", "kept"]));
    let lines: Vec<&str> = told.lines().skip(2).take(2).collect();
    assert_eq!(
        lines,
        [
            "✔ receipt     kept, line 1: all up to position 407 and mapping 1 is there, unchanged",
            "✔ receipt     kept, line 2: all up to position 408 and mapping 1 is there, unchanged",
        ]
    );
    // Mail strips blanks, and people add dates.
    let squeezed: String =
        receipts.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") + "\n").collect();
    std::fs::write(desk.path().join("kept"), format!("# by mail\n{squeezed}x\n")).unwrap();
    let output = foldback(desk.path(), &["verify", "bank.db", "--links", "--receipt", "kept"]);
    let told = out(&output);
    assert_eq!(
        (output.status.code(), told.matches("✔ receipt     kept, line").count()),
        (Some(3), 2),
        "{told}"
    );
    assert!(
        told.contains(
            "✘ receipt     expected a receipt in kept, line 4, found that it is not a receipt of foldback\n"
        ),
        "{told}"
    );
    std::fs::write(desk.path().join("kept"), "\n").unwrap();
    let output = foldback(desk.path(), &["verify", "bank.db", "--receipt", "kept"]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), told.as_str()), (Some(1), "foldback: kept contains no receipt\n"));
}

#[test]
fn a_receipt_proves_nothing_after_a_broken_link_and_none_is_given_against_the_one_beside() {
    let desk = desk();
    std::fs::write(desk.path().join("kept"), foldback(desk.path(), &["receipt", "bank.db"]).stdout).unwrap();
    let conn = rusqlite::Connection::open(desk.path().join("bank.db")).unwrap();
    conn.execute_batch("DROP TRIGGER events_update; UPDATE events SET data = '{}' WHERE position = 57")
        .unwrap();
    let output = foldback(desk.path(), &["verify", "bank.db", "--links", "--receipt", "kept"]);
    let told = out(&output);
    let unproved = "is of position 407 and mapping 1, and the chain holds to position 56 and mapping 1 only";
    let expected = [
        format!("· receipt     not checked: the receipt beside the store {unproved}"),
        format!("· receipt     not checked: kept {unproved}"),
    ];
    assert_eq!(told.lines().skip(1).take(2).collect::<Vec<_>>(), expected, "{told}");
    assert!(told.ends_with("a rewritten history or a lost end would go unnoticed\n"), "{told}");
    // The newest link differs from the one in its receipt.
    conn.execute_batch("UPDATE events SET hash = zeroblob(32) WHERE position = 407").unwrap();
    let output = foldback(desk.path(), &["receipt", "bank.db"]);
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(3), ""));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.starts_with("foldback: the store contradicts the receipt beside it, so no new one is printed"),
        "{told}"
    );
}

#[test]
fn a_question_says_that_the_read_model_was_of_another_log() {
    let desk = desk();
    let (store, older) = (desk.path().join("bank.db"), desk.path().join("older"));
    std::fs::copy(&store, &older).unwrap();
    foldback(desk.path(), &["do", "bank.db", "deposit acc-01 5"]);
    foldback(desk.path(), &["query", "bank.db", "SELECT 1"]);
    std::fs::copy(&older, &store).unwrap();
    let output = foldback(desk.path(), &["verify", "bank.db"]);
    let told = out(&output);
    let expected = "✘ read model  expected a read model of this log, found that the read model was made from another log\n";
    assert!(told.contains(expected), "{told}");
    let output = foldback(desk.path(), &["query", "bank.db", "SELECT 1"]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(told, "the read model was made from another log; it has been rebuilt\n");
}
