//! The verbs, as scripts use them: what stands on stdout, and how the program ends.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends with the first thing that is not as it says"
)]

#[path = "verbs/currencies.rs"]
mod currencies;
#[path = "verbs/cut_logs.rs"]
mod cut_logs;
#[path = "verbs/descriptors.rs"]
mod descriptors;
#[path = "verbs/figures.rs"]
mod figures;
#[path = "verbs/ids.rs"]
mod ids;
#[path = "verbs/inputs.rs"]
mod inputs;
#[path = "verbs/late.rs"]
mod late;
#[path = "verbs/left_out.rs"]
mod left_out;
#[path = "verbs/mappings.rs"]
mod mappings;
#[path = "verbs/not_understood.rs"]
mod not_understood;
#[path = "verbs/output.rs"]
mod output;
#[path = "verbs/partly_understood.rs"]
mod partly_understood;
#[path = "verbs/query.rs"]
mod query;
#[path = "verbs/sample_time.rs"]
mod sample_time;
mod support;
#[path = "verbs/transfers.rs"]
mod transfers;

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use foldback::domain::event::GlobalPosition;
use foldback::store::sqlite::SqliteStore;
use foldback::store::{Direction, EventReader};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder to work in, with a cache folder of its own.
struct Desk(TempDir);

/// What a verb left behind.
#[derive(Debug, PartialEq)]
struct Left {
    code: i32,
    out: String,
    err: String,
}

impl Left {
    fn json(&self) -> Value {
        assert_eq!(self.err, "", "{self:?}");
        serde_json::from_str(&self.out).unwrap()
    }

    fn json_lines(&self) -> Vec<Value> {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{self:?}");
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With a store `bank.db` of the bundled bank.
    fn with_bank() -> Self {
        let desk = Self::new();
        assert_eq!(desk.run(&["new", "bank.db", "--sample", "bank"]).code, 0);
        desk
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_foldback"));
        command.args(words).current_dir(self.0.path()).env("FOLDBACK_CACHE", self.0.path().join("cache"));
        command
    }

    /// The program with these words as a shell's script calls it: `"$0" "$@"`.
    fn shell(&self, script: &str, words: &[&str]) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script, env!("CARGO_BIN_EXE_foldback")]).args(words);
        command.current_dir(self.0.path()).env("FOLDBACK_CACHE", self.0.path().join("cache"));
        command
    }

    fn run(&self, words: &[&str]) -> Left {
        self.run_with(words, "")
    }

    fn run_with(&self, words: &[&str], stdin: &str) -> Left {
        let mut child = self
            .command(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Who needs no input may have ended already.
        _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        let output = child.wait_with_output().unwrap();
        Left {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn state(&self, words: &[&str]) -> Value {
        self.run(&[&["state", "bank.db", "--json"], words].concat()).json()
    }
}

#[test]
fn a_state_is_told_in_the_shape_that_scripts_rely_on() {
    let desk = Desk::with_bank();
    let state = |balance| json!({"status": "open", "owner": "Alan Turing", "currency": "EUR", "balance": balance, "overdraft_limit": 0});
    let before = desk.state(&["acc-03", "--at", "150"]);
    let after = desk.state(&["acc-03", "--at", "2024-03-14T10:22:07Z"]);
    let balance = before["state"]["balance"].as_i64().unwrap();
    assert_eq!(
        before,
        json!({"stream": "acc-03", "position": 150, "version": 15, "n_not_understood": 0, "n_partly_understood": 0, "state": state(balance), "n_late_left_out": 0, "n_lines_left_out": 0})
    );
    assert_eq!(
        after,
        json!({"stream": "acc-03", "position": 151, "version": 16, "n_not_understood": 0, "n_partly_understood": 0, "state": state(balance + 500_000), "n_late_left_out": 0, "n_lines_left_out": 0})
    );
    assert_eq!(desk.state(&["acc-03"])["position"], 407);
    assert_eq!(desk.state(&["acc-03", "--at", "0%"])["version"], 0);
}

#[test]
fn the_states_of_all_accounts_are_each_what_the_state_of_one_is() {
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
fn a_stream_that_exists_only_later_is_none_and_one_that_never_exists_is_missing() {
    let desk = Desk::with_bank();
    let early = desk.run(&["state", "bank.db", "acc-11", "--at", "5", "--json"]);
    let none = json!({"status": "none", "owner": null, "currency": null, "balance": 0, "overdraft_limit": 0});
    assert_eq!(early.code, 0);
    assert_eq!(
        early.json(),
        json!({"stream": "acc-11", "position": 5, "version": 0, "n_not_understood": 0, "n_partly_understood": 0, "state": none, "n_late_left_out": 0, "n_lines_left_out": 0})
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

#[test]
fn events_are_told_an_object_a_line() {
    let desk = Desk::new();
    let log = concat!(
        r#"{"stream":"a","type":"deposit","data":{"amount": 1.0e0, "amount":2}}"#,
        "\n",
        r#"{"stream":"b","type":"LoanGranted","time":"2024-03-14T10:22:07Z","data":[],"id":"x","metadata":{ }}"#,
        "\n",
    );
    let left = desk.run_with(&["new", "bank.db", "--from", "-", "--json"], log);
    assert_eq!(left.json(), json!({"events": 2, "streams": 2, "duplicates": 0, "bad": 0, "head": 2}));
    let left = desk.run(&["events", "bank.db", "--json"]);
    let store = SqliteStore::open_read_only(&desk.0.path().join("bank.db")).unwrap();
    let events = store.read_all(GlobalPosition::START, Direction::Forward, 9).unwrap();
    let hashes: Vec<String> = events.iter().map(|event| event.hash.to_string()).collect();
    let expected = format!(
        concat!(
            r#"{{"position":1,"stream":"a","version":1,"id":null,"type":"deposit","time":null,"#,
            r#""data":{{"amount": 1.0e0, "amount":2}},"metadata":null,"hash":"{}"}}"#,
            "\n",
            r#"{{"position":2,"stream":"b","version":1,"id":"x","type":"LoanGranted","time":"2024-03-14T10:22:07Z","#,
            r#""data":[],"metadata":{{ }},"hash":"{}"}}"#,
            "\n",
        ),
        hashes[0], hashes[1]
    );
    assert_eq!(left, Left { code: 0, out: expected, err: String::new() });
    let state =
        json!({"status": "none", "owner": null, "currency": null, "balance": 0, "overdraft_limit": 0});
    assert_eq!(
        desk.state(&["b"]),
        json!({"stream": "b", "position": 2, "version": 1, "n_not_understood": 1, "n_partly_understood": 0, "state": state, "n_late_left_out": 0, "n_lines_left_out": 0})
    );
}

#[test]
fn events_are_picked_by_stream_type_and_place() {
    let desk = Desk::with_bank();
    let positions = |words: &[&str]| -> Vec<u64> {
        let left = desk.run(&[&["events", "bank.db", "--json"], words].concat());
        left.json_lines().iter().map(|event| event["position"].as_u64().unwrap()).collect()
    };
    let all = positions(&[]);
    assert_eq!(all, (1..=407).collect::<Vec<_>>());
    assert_eq!(positions(&["--from", "405"]), [405, 406, 407]);
    assert_eq!(positions(&["--to", "2"]), [1, 2]);
    assert_eq!(positions(&["--from", "5", "--to", "4"]), [0; 0]);
    assert_eq!(positions(&["--from", "408"]), [0; 0]);
    assert_eq!(positions(&["--from", "2024-03-14", "--to", "2024-03-14"]), [151, 152, 153]);
    assert_eq!(positions(&["--from", "2024-03-14T10:22:07Z", "--to", "2024-03-14T10:22:07Z"]), [151]);
    let of_ten = positions(&["--stream", "acc-10"]);
    assert_eq!(of_ten.len() as u64, desk.state(&["acc-10"])["version"].as_u64().unwrap());
    let since: Vec<u64> = of_ten.iter().copied().filter(|p| (100..=300).contains(p)).collect();
    assert_eq!(positions(&["--stream", "acc-10", "--from", "100", "--to", "300"]), since);
    let frozen = desk.run(&["events", "bank.db", "--type", "AccountFrozen", "--json"]).json_lines();
    assert_eq!(
        frozen.iter().map(|e| e["stream"].as_str().unwrap()).collect::<Vec<_>>(),
        ["acc-10", "acc-11"]
    );
}

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
fn a_dry_run_says_what_a_command_would_do_and_does_nothing() {
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
fn bad_lines_are_counted_and_told_and_the_rest_goes_on() {
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
fn a_question_in_sql_is_answered_as_of_the_head() {
    let desk = Desk::with_bank();
    let sql = "SELECT name, balance FROM account_rows WHERE status = 'frozen'";
    let rows = desk.run(&["query", "bank.db", sql, "--json"]).json_lines();
    assert_eq!(rows, [json!({"name": "acc-11", "balance": desk.state(&["acc-11"])["state"]["balance"]})]);
    desk.run(&["do", "bank.db", "freeze acc-01"]);
    assert_eq!(desk.run(&["query", "bank.db", sql, "--json"]).json_lines().len(), 2);
    let rebuilt = desk.run(&["rebuild", "bank.db"]);
    assert_eq!(rebuilt.code, 0);
    assert_eq!(desk.run(&["query", "bank.db", sql]).out.lines().next(), Some("name    balance (minor)"));
    let wrong = desk.run(&["query", "bank.db", "DELETE FROM account_rows"]);
    assert_eq!((wrong.code, wrong.out.as_str()), (1, ""));
}

#[test]
fn a_rebuild_says_how_the_rows_were_before_it_replaces_them() {
    let desk = Desk::with_bank();
    let folder = std::fs::canonicalize(desk.0.path()).unwrap().join("bank.read");
    let rebuild = |words: &[&str]| desk.run(&[&["rebuild", "bank.db"], words].concat());
    let left = |code, out: &str, err: &str| Left {
        code,
        out: format!("{}: {out}\n", folder.display()),
        err: err.to_owned(),
    };
    let nothing = "there is nothing to compare with: there was no read model\n";
    let first = left(0, "projected up to 407, nothing to compare with", nothing);
    assert_eq!(rebuild(&[]), first);
    assert_eq!(rebuild(&["--check"]), left(0, "compared up to 407, the same rows", ""));
    assert_eq!(rebuild(&[]), left(0, "projected up to 407, the same rows", ""));

    let pointer = || std::fs::read_to_string(folder.join("current")).unwrap();
    let spoil = |sql: &str| {
        let current = pointer();
        let file = folder.join(current.split(' ').next().unwrap());
        rusqlite::Connection::open(file).unwrap().execute_batch(sql).unwrap();
    };
    spoil("UPDATE total_rows SET balance = 5, n_accounts = 9 WHERE currency = 'USD'");
    let before = pointer();
    let said = "totals: other values in 1 row, in balance, n_accounts\n  \
                live: currency = USD · balance = 0.05 USD · n_accounts = 9\n  \
                new:  currency = USD · balance = 18,016.60 USD · n_accounts = 2\n";
    // What a check finds is its answer; what a rebuild replaces is said on its way.
    let checked = rebuild(&["--check"]);
    let answer = left(3, "compared up to 407, other rows in 1 table", "");
    assert_eq!(checked, Left { out: said.to_owned() + &answer.out, ..answer });
    assert_eq!(pointer(), before);
    assert_eq!(rebuild(&[]), left(0, "projected up to 407, other rows in 1 table", said));
    assert_ne!(pointer(), before);
    assert_eq!(rebuild(&["--check"]).code, 0);

    spoil("DELETE FROM checkpoint");
    let damaged = "there is nothing to compare with: the read model was damaged (a row is missing)\n";
    assert_eq!(rebuild(&["--check"]), left(3, "compared up to 0, nothing to compare with", damaged));
    assert_eq!(rebuild(&[]), left(0, "projected up to 407, nothing to compare with", damaged));
}

#[test]
fn a_sample_of_any_size_is_the_same_for_the_same_seed() {
    let desk = Desk::new();
    let words = ["sample", "bank", "--events", "500", "--accounts", "20", "--seed", "3"];
    let sample = desk.run(&words);
    assert_eq!(sample.out.lines().count(), 500);
    assert_eq!(desk.run(&words), sample);
    assert_eq!(desk.run(&["sample", "seed"]).out.lines().count(), 2);
    assert_eq!(desk.run(&["sample", "bnk"]).code, 2);
    assert_eq!(desk.run(&["sample", "seed", "--events", "5"]).code, 2);
    assert_eq!(desk.run(&["sample", "bank", "--accounts", "0"]).code, 2);
}

#[test]
fn who_reads_only_the_beginning_ends_it_quietly() {
    let desk = Desk::new();
    let mut command = desk.command(&["sample", "bank", "--events", "1000000"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with(r#"{"stream":"acc-0001","#));
    let left = child.wait_with_output().unwrap();
    assert_eq!((left.status.code(), left.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn what_is_not_there_and_what_makes_no_sense_have_exit_codes_of_their_own() {
    let desk = Desk::with_bank();
    for (words, code) in [
        (&["state", "nope.db", "a"][..], 6),
        (&["do", "nope.db", "deposit a 1"], 6),
        (&["events", "nope.jsonl"], 6),
        (&["query", "nope.db", "SELECT 1"], 6),
        (&["rebuild", "nope.db"], 6),
        (&["new", "bank.db"], 1),
        (&["new", "other.db", "--from", "nope.jsonl"], 1),
        (&["new", "other.db", "--map", "x.toml"], 1),
        (&["do", "bank.db", "frob"], 2),
        (&["do", "bank.db", "deposit acc-01"], 2),
        (&["state", "bank.db", "acc-01", "--at", "noon"], 2),
        (&["frob", "x", "y"], 2),
        (&["--help"], 0),
        (&["--version"], 0),
    ] {
        let left = desk.run(words);
        assert_eq!(left.code, code, "{words:?}: {left:?}");
        assert_eq!(left.err.is_empty(), code == 0, "{words:?}: {left:?}");
    }
    assert!(!desk.0.path().join("other.db").exists(), "nothing is left behind");
}

#[test]
fn help_begins_with_three_examples_that_work() {
    let desk = Desk::new();
    let help = desk.run(&["--help"]).out;
    let examples: Vec<&str> = help.lines().skip(1).take(3).collect();
    assert!(help.starts_with("Examples:\n  foldback "));
    assert!(examples[1].contains("foldback new bank.db --sample bank"));
    assert!(examples[2].contains("foldback do bank.db 'deposit acc-01 50'"));
    assert_eq!(desk.run(&["new", "bank.db", "--sample", "bank"]).code, 0);
    assert_eq!(desk.run(&["do", "bank.db", "deposit acc-01 50"]).code, 0);
}

#[test]
fn hostile_text_is_shown_in_words_and_exact_in_json() {
    let desk = Desk::new();
    let log = r#"{"stream":"a\u001b]52;c;aGk=\u0007","type":"T\u202e","data":{"x":"\u009b\ufeff"}}"#;
    let exact =
        log.replace("\\u202e", "\u{202e}").replace("\\u009b", "\u{9b}").replace("\\ufeff", "\u{feff}");
    desk.run_with(&["new", "bank.db", "--from", "-"], &exact);
    let words = desk.run(&["events", "bank.db"]).out;
    assert_eq!(words, "       1  -  a␛]52;c;aGk=␇ v1  T⟨U+202E⟩  {\"x\":\"⟨U+009B⟩⟨U+FEFF⟩\"}\n");
    let json = desk.run(&["events", "bank.db", "--json"]).out;
    assert!(json.contains("\"data\":{\"x\":\"\u{9b}\u{feff}\"}"), "{json}");
    let missing = desk.run(&["state", "bank.db", "\u{1b}[2J"]);
    assert_eq!(missing.code, 6);
    assert!(missing.err.contains("␛[2J") && !missing.err.contains('\u{1b}'), "{missing:?}");
}

#[test]
fn what_is_no_log_and_a_mapping_that_is_none_are_errors_that_change_nothing() {
    let desk = Desk::with_bank();
    let garbage = desk.run_with(&["import", "bank.db", "-"], "x\ny\n");
    assert_eq!((garbage.code, garbage.out.contains("2 bad lines; head at 407")), (1, true), "{garbage:?}");
    let database = desk.run(&["import", "bank.db", "bank.db"]);
    let why =
        "foldback: bank.db is a database, not a log; of a store, `foldback export bank.db` writes the log\n";
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
fn a_bad_store_gives_one_sentence_and_an_exit_code_and_stays_as_it_was() {
    let desk = Desk::with_bank();
    let at = |name: &str| desk.0.path().join(name);
    let bank = std::fs::read(at("bank.db")).unwrap();
    std::fs::create_dir(at("folder.db")).unwrap();
    std::fs::write(at("empty.db"), "").unwrap();
    std::fs::write(at("text.db"), "no database at all\n").unwrap();
    std::fs::write(at("cut.db"), &bank[..5_000]).unwrap();
    let mut newer = bank;
    // Where a SQLite file keeps its user_version.
    newer[60..64].copy_from_slice(&u32::MAX.to_be_bytes());
    std::fs::write(at("newer.db"), &newer).unwrap();
    for (name, code) in
        [("missing.db", 6), ("folder.db", 1), ("empty.db", 1), ("text.db", 1), ("cut.db", 1), ("newer.db", 1)]
    {
        let before = std::fs::read(at(name)).ok();
        for words in
            [vec!["state", name, "acc-01"], vec!["do", name, "deposit acc-01 1"], vec!["export", name]]
        {
            let left = desk.run(&words);
            assert_eq!((left.code, left.out.as_str()), (code, ""), "{words:?}: {left:?}");
            assert_eq!(left.err.lines().count(), 1, "{words:?}: {left:?}");
            assert!(left.err.starts_with("foldback: ") && left.err.contains(name), "{left:?}");
        }
        assert_eq!(std::fs::read(at(name)).ok(), before, "{name} has changed");
    }
}

#[test]
fn events_are_found_by_all_texts_any_type_one_stream_and_a_stretch_of_time() {
    let desk = Desk::with_bank();
    let positions = |words: &[&str]| -> Vec<u64> {
        let lines = desk.run(&[&["events", "bank.db", "--json"], words].concat()).json_lines();
        lines.iter().map(|line| line["position"].as_u64().unwrap()).collect()
    };
    assert_eq!(positions(&["--text", "RENT", "--text", "acc-01", "--to", "2024-03-14"]), [54, 55, 119, 120]);
    assert_eq!(positions(&["--text", "rent", "--stream", "acc-01", "--to", "2024-03-14"]), [54, 119]);
    let frozen = positions(&["--type", "accountfrozen", "--type", "AccountUnfrozen", "--stream", "acc-11"]);
    assert_eq!(frozen, positions(&["--stream", "acc-11", "--text", "frozen"]));
    assert_eq!(positions(&["--from", "400", "--to", "402"]), [400, 401, 402]);
    assert_eq!(positions(&["--text", "zebra crossing"]), [] as [u64; 0]);
}

#[test]
fn an_export_that_is_cancelled_ends_with_a_whole_line_and_says_so() {
    let desk = Desk::new();
    let log = desk.run(&["sample", "bank", "--events", "60000"]).out;
    assert_eq!(desk.run_with(&["new", "big.db", "--from", "-"], &log).code, 0);
    let mut child =
        desk.command(&["export", "big.db"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // It has begun, and stands at a pipe that is full.
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
