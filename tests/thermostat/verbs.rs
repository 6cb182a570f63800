//! The thermostats in the verbs: `state` as text and JSON, `query` as CSV, and `verify`.

use std::ffi::OsString;
use std::fs;
use std::process::Command;

use foldback::cli;

use super::{aggregates, little_house};
use crate::support::TempStore;

/// The words of a verb, which a child process of the test binary runs.
const WORDS: &str = "FOLDBACK_THERMOSTAT_WORDS";

/// What the harness of the child says before the verb does.
const HARNESS: &str = "\nrunning 1 test\n";

/// What a verb gives: exit code, stdout, stderr.
fn given(temp: &TempStore, words: &[&str]) -> (i32, String, String) {
    let path = temp.path();
    let words = words.iter().map(|word| if *word == "STORE" { path.to_str().unwrap() } else { word });
    let words: Vec<_> = std::iter::once("foldback").chain(words).collect();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "verbs::a_child_runs_a_verb", "--nocapture", "--quiet"])
        .env(WORDS, words.join("\n"))
        .output()
        .unwrap();
    let [out, err] = [child.stdout, child.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    let out = out.strip_prefix(HARNESS).unwrap_or_else(|| panic!("no test has run: {out}{err}"));
    (child.status.code().unwrap(), out.to_owned(), err)
}

/// Does nothing unless a test here has started it.
#[test]
fn a_child_runs_a_verb() {
    if let Ok(words) = std::env::var(WORDS) {
        let code = cli::run(words.lines().map(OsString::from), &aggregates());
        std::process::exit(code as i32);
    }
}

#[test]
fn state_gives_each_field_with_the_position_that_set_it() {
    let text =
        "hall v5 at 8\nroom             hall  @1\ntarget           22  @7\nis_heating       false  @8\n";
    assert_eq!(given(&little_house(), &["state", "STORE", "hall"]), (0, text.to_owned(), String::new()));
    let text = "attic v3 at 8\nroom             attic  @3\ntarget           -5  @6\nis_heating       -\n\
                not understood   1 of 3 events, left out of this state\n";
    assert_eq!(given(&little_house(), &["state", "STORE", "attic"]), (0, text.to_owned(), String::new()));
}

#[test]
fn state_of_all_gives_a_line_each_by_their_shape() {
    let text = "attic  v3        -5  attic  is_heating -  (1 not understood)\n\
                hall   v5        22  hall  is_heating false\n";
    assert_eq!(given(&little_house(), &["state", "STORE"]), (0, text.to_owned(), String::new()));
}

#[test]
fn state_in_json_has_each_field_under_its_name() {
    let json = r#"{"stream":"attic","position":6,"version":3,"n_not_understood":1,"n_partly_understood":0,"fold":"typed","state":{"room":"attic","target":-5,"is_heating":null},"n_late_left_out":0,"n_lines_left_out":0}
{"stream":"hall","position":6,"version":3,"n_not_understood":0,"n_partly_understood":0,"fold":"typed","state":{"room":"hall","target":19,"is_heating":true},"n_late_left_out":0,"n_lines_left_out":0}
"#;
    let given = given(&little_house(), &["state", "STORE", "--json", "--at", "6"]);
    assert_eq!(given, (0, json.to_owned(), String::new()));
}

#[test]
fn query_gives_its_rows_and_says_what_they_leave_out() {
    let sql = "SELECT stream, version, n_not_understood AS n, state->>'$.room' AS room, \
               state->>'$.target' AS target FROM documents ORDER BY stream";
    let rows = "stream,version,n,room,target\r\nattic,3,1,attic,-5\r\nhall,5,0,hall,22\r\n";
    let left_out = "1 event is not understood, and left out; SELECT * FROM not_understood lists them\n";
    let given = given(&little_house(), &["query", "STORE", sql, "--csv"]);
    assert_eq!(given, (0, rows.to_owned(), left_out.to_owned()));
}

#[test]
fn query_lists_its_events_that_are_not_understood() {
    let rows = "position,stream,type,reason\r\n4,attic,Deposited,a thermostat knows no such event\r\n";
    let left_out = "1 event is not understood, and left out; SELECT * FROM not_understood lists them\n";
    let given = given(&little_house(), &["query", "STORE", "SELECT * FROM not_understood", "--csv"]);
    assert_eq!(given, (0, rows.to_owned(), left_out.to_owned()));
}

#[test]
fn a_mapping_onto_the_events_of_a_bank_is_refused_before_anything_is_written() {
    let temp = little_house();
    let folder = temp.path().parent().unwrap().to_owned();
    let [log, map, store] = ["log.jsonl", "map.toml", "new.db"].map(|name| folder.join(name));
    fs::write(&log, "{\"stream\":\"hall\",\"type\":\"In\",\"data\":{}}\n").unwrap();
    fs::write(&map, "[meaning.events.In]\nmeans = \"AccountFrozen\"\n").unwrap();
    let words = [&store, &log, &map].map(|path| path.to_str().unwrap().to_owned());
    let (code, _, said) = given(&temp, &["new", &words[0], "--from", &words[1], "--map", &words[2]]);
    assert_eq!((code, store.exists()), (1, false), "{said}");
    assert!(said.contains("the mapping file") && said.contains("AccountFrozen"), "{said}");
}

#[test]
fn verify_replays_it_and_finds_its_rows_right() {
    let temp = little_house();
    assert_eq!(given(&temp, &["query", "STORE", "SELECT 1", "--csv"]).0, 0);
    let (code, said, _) = given(&temp, &["verify", "STORE"]);
    let of_rows: Vec<_> = said.lines().filter(|line| line.contains("read model")).collect();
    let fine = "✔ read model  it has the rows of a fresh projection up to 8";
    assert_eq!((code, of_rows), (0, vec![fine]), "{said}");
    assert!(!said.contains("transfer"), "a thermostat has no transfers: {said}");
}

#[test]
fn query_lists_the_tables_that_a_house_has_and_none_of_a_bank() {
    let temp = little_house();
    let views = "documents\nnot_understood\nevents\nskipped\n";
    assert_eq!(given(&temp, &["query", "STORE", ".tables"]), (0, views.to_owned(), String::new()));
    let tables = "documents\nnot_understood\nevents\nskipped\ndocument_rows\ndocument_history\nnot_understood_events\n\
                  partly_understood_events\nnot_understood_reasons\ngeneration\ncheckpoint\nmappings\nprojections\n\
                  snapshots\nskipped_events\n";
    assert_eq!(given(&temp, &["query", "STORE", ".tables all"]), (0, tables.to_owned(), String::new()));
    let there = "SELECT count(*) AS n FROM sqlite_schema WHERE type IN ('table', 'view')";
    assert_eq!(
        given(&temp, &["query", "STORE", there, "--csv"]).1,
        format!("n\r\n{}\r\n", tables.lines().count() - 1),
        "all but the events, which are in the log"
    );
    let (code, schema, _) = given(&temp, &["query", "STORE", ".schema all"]);
    assert!(code == 0 && !schema.contains("account"), "{schema}");
    let (code, _, said) = given(&temp, &["query", "STORE", "SELECT * FROM accounts"]);
    assert_eq!((code, said.as_str()), (1, "foldback: no such table: accounts\n"));
}
