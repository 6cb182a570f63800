//! The read side: failures, retries, the projector's process, rebuilding.

use std::process::Command;
use std::time::Instant;

use tempfile::TempDir;

use crate::pty::{ESC, Session};
use crate::store::foldback;
use crate::support::sample_store;

#[test]
fn a_projection_that_fails_is_shown_skipped_on_purpose_and_remembered() {
    let mut session = Session::start(120, 36, &["--fail-at", "300"]);
    session.wait_for("projected: it was made to fail");
    session.wait_for("now, at 299");
    // The write side continues.
    session.type_keys(":deposit acc-01 50\r");
    session.wait_for("appended 408");
    session.wait_for("lag 109");
    session.type_keys("x");
    session.wait_for(": skip 300");
    session.type_keys("\r");
    session.wait_for("1 event skipped: 300");
    session.wait_for("now, at 408 · lag 0");
    session.wait_for("events were skipped");
}

/// The accounts' number of events according to `query`, and its stderr.
fn queried(store: &str) -> (String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_foldback"))
        .args(["query", store, "SELECT sum(version) AS n FROM accounts", "--csv"])
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr))
}

#[test]
fn a_query_waits_for_an_explorer_that_projects_and_says_why_one_does_not() {
    let folder = TempDir::new().unwrap();
    let store = sample_store(folder.path(), "bank");
    let store = store.to_str().unwrap();
    let mut session = Session::start(120, 36, &[store, "--fail-at", "408"]);
    session.wait_for("now, at 407 · lag 0");
    let process = session.child.process_id().unwrap();
    foldback(&["do", store, "deposit acc-01 1"]);
    session.wait_for("Deposited of acc-01 at 408");
    let said = |why: &str| format!("as of 407, 1 event behind the head (408): process {process} {why}\n");
    let failed = "runs the projector, which has stopped: Deposited of acc-01 at 408 could not be projected: it was made to \
                  fail by --fail-at";
    assert_eq!(queried(store), ("n\r\n407\r\n".to_owned(), said(failed)));
    session.type_keys("r");
    session.wait_for("now, at 408 · lag 0");
    // At once after the append, before the explorer can know about it.
    foldback(&["do", store, "deposit acc-01 1"]);
    assert_eq!(queried(store), ("n\r\n409\r\n".to_owned(), String::new()));
    session.type_keys("p");
    session.wait_for("HELD");
    foldback(&["do", store, "deposit acc-01 1"]);
    session.wait_for("lag 1");
    let held = format!("as of 409, 1 event behind the head (410): process {process} holds the projector\n");
    assert_eq!(queried(store), ("n\r\n409\r\n".to_owned(), held));
}

#[test]
fn fail_at_says_when_it_has_nothing_to_fail_on() {
    let folder = TempDir::new().unwrap();
    let store = sample_store(folder.path(), "bank");
    let store = store.to_str().unwrap();
    foldback(&["query", store, "SELECT 1"]);
    let mut session = Session::start(120, 36, &[store, "--fail-at", "300"]);
    session.wait_for("the event at 300 was projected before");
}

#[test]
fn a_failed_projection_continues_after_a_retry() {
    let mut session = Session::start(120, 36, &["--fail-at", "300"]);
    session.wait_for("now, at 299");
    session.type_keys("r");
    session.wait_for("now, at 407 · lag 0");
    assert!(!session.text().contains("skipped"), "{}", session.text());
}

#[test]
fn two_explorers_steer_the_one_projector_and_both_show_its_process() {
    let folder = TempDir::new().unwrap();
    let store = sample_store(folder.path(), "bank");
    let store = store.to_str().unwrap();
    let mut first = Session::start(120, 36, &[store]);
    first.wait_for("now, at 407 · lag 0");
    first.wait_for("projector here · idle");
    let process = first.child.process_id().unwrap();
    let mut second = Session::start(120, 36, &[store]);
    second.wait_for(&format!("projector {process} · idle"));
    second.type_keys("p");
    second.wait_for("HELD");
    first.wait_for("HELD");
    first.type_keys(":deposit acc-01 50\r");
    for session in [&mut first, &mut second] {
        session.wait_for("queue ▰▱▱▱▱ 1");
        session.wait_for("lag 1");
    }
    second.type_keys("o");
    first.wait_for("now, at 408 · lag 0");
    second.wait_for("now, at 408 · lag 0");
    // A follower takes over the state that it sees.
    first.type_keys("q");
    first.ends_and_gives_the_terminal_back();
    second.wait_for("projector here · HELD");
}

#[test]
fn a_rebuild_says_how_far_it_is_and_how_fast_and_ctrl_c_leaves_the_read_model_as_it_was() {
    let folder = TempDir::new().unwrap();
    let log = folder.path().join("log.jsonl");
    let sample = Command::new(env!("CARGO_BIN_EXE_foldback"))
        .args(["sample", "bank", "--events", "60000", "--accounts", "100"])
        .output()
        .unwrap();
    std::fs::write(&log, sample.stdout).unwrap();
    let store = folder.path().join("bank.db").to_str().unwrap().to_owned();
    foldback(&["new", &store, "--from", log.to_str().unwrap()]);
    let mut session = Session::start(100, 10, &["rebuild", &store]);
    session.wait_until("how far it is", |text| {
        text.contains("projecting") && text.contains("/60,000 · ") && text.contains("/s · ")
    });
    session.type_keys("\x03");
    let (code, text) = session.ends_and_gives_the_terminal_back();
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("foldback: cancelled; the read model is unchanged"), "{text}");
    let left = std::fs::read_dir(folder.path().join("bank.read")).unwrap();
    let mut left: Vec<_> = left.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    left.sort();
    assert_eq!(left, ["lock", "rebuild.lock"]);
}

#[test]
fn an_endless_question_leaves_the_keys_answered_and_the_end_at_once() {
    let mut session = Session::start(120, 36, &[]);
    session.wait_for("407 · lag 0");
    session.type_keys("S");
    session.wait_for("┤ Ask in SQL");
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    session.type_keys(&format!("{endless}\r"));
    session.wait_for("running");
    // Meanwhile the playhead moves, and another question is answered.
    session.type_keys("\t,,");
    session.wait_for("405 of 407");
    session.type_keys("\t\x15SELECT 6 * 7 AS answer\r");
    session.wait_for("42");
    session.type_keys(&format!("\x15{endless}\r"));
    session.wait_for("running");
    session.type_keys(ESC);
    session.wait_for("The question was stopped");
    session.type_keys("\r");
    session.wait_for("running");
    let began = Instant::now();
    session.type_keys("\x03");
    assert_eq!(session.ends_and_gives_the_terminal_back().0, 0);
    assert!(
        began.elapsed() < foldback::read_model::questions::sql::limits::DEADLINE,
        "it waited for the question"
    );
}
