//! The write side: commands, appends and changes by others, and the resulting store.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::pty::Session;
use crate::store::{foldback, store_with_the_bank};
use crate::support::{changed_by_others, sample_store};

#[test]
fn a_command_is_previewed_done_and_seen_on_both_sides() {
    let folder = TempDir::new().unwrap();
    let store = store_with_the_bank(folder.path());
    let mut session = Session::start(120, 36, &[&store]);
    session.wait_for("407 · lag 0");
    session.type_keys("p");
    session.wait_for("HELD");
    session.type_keys(":open acc-99 --owner Eve --currency EUR\r");
    session.wait_for("appended");
    session.wait_for("lag 1");
    session.type_keys(":deposit acc-99 77.25");
    session.wait_for("77.25 EUR");
    session.type_keys("\r");
    session.wait_for("lag 2");
    session.type_keys("p");
    session.wait_for("409 · lag 0");
    session.type_keys("q");
    assert_eq!(session.ends_and_gives_the_terminal_back().0, 0);
}

#[test]
fn the_header_says_how_far_the_log_is_verified_and_follows_it() {
    let folder = TempDir::new().unwrap();
    let store = store_with_the_bank(folder.path());
    let mut session = Session::start(120, 36, &[&store]);
    session.wait_for("✔ verified to 407");
    session.type_keys(":deposit acc-01 5\r");
    session.wait_for("✔ verified to 408");
    foldback(&["do", &store, "deposit acc-01 5"]);
    session.wait_for("✔ verified to 409");
    changed_by_others(Path::new(&store), "DELETE FROM events WHERE position > 405");
    session.wait_for("✘ 4 events lost");
}

#[test]
fn an_event_that_another_program_has_changed_is_found_marked_and_gone_to() {
    let folder = TempDir::new().unwrap();
    let store = sample_store(folder.path(), "bank");
    changed_by_others(&store, "UPDATE events SET data = '{\"amount\":1}' WHERE position = 250");
    let mut session = Session::start(120, 36, &[store.to_str().unwrap()]);
    session.wait_for("✘ broken at 250");
    session.wait_for("✘ broken   ● playhead");
    session.wait_for("! goes there");
    session.type_keys("!");
    session.wait_for("250 of 407");
    session.wait_for("✘ broken at 250: expected the hash");
    session.type_keys("\r");
    session.wait_for("✘ expected");
    session.wait_for("✘ found");
    session.type_keys("q");
    assert_eq!(session.ends_and_gives_the_terminal_back().0, 0);
}

#[test]
fn after_quitting_the_one_file_is_the_whole_store() {
    let folder = TempDir::new().unwrap();
    let store = store_with_the_bank(folder.path());
    let mut session = Session::start(120, 36, &[&store]);
    session.wait_for("407 · lag 0");
    session.type_keys(":deposit acc-01 5\r");
    session.wait_for("408 · lag 0");
    // An entered command is carried out, however soon the end comes.
    session.type_keys(":deposit acc-01 5\rq");
    session.ends_and_gives_the_terminal_back();
    let mut files: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|f| f.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["bank.db", "bank.db-receipt", "bank.read"]);
    let copy = folder.path().join("copy.db");
    std::fs::copy(&store, &copy).unwrap();
    let events =
        Command::new(env!("CARGO_BIN_EXE_foldback")).args(["events", copy.to_str().unwrap()]).output();
    assert_eq!(String::from_utf8(events.unwrap().stdout).unwrap().lines().count(), 409);
}

#[test]
fn appends_of_another_process_show_without_a_key() {
    let folder = TempDir::new().unwrap();
    let store = store_with_the_bank(folder.path());
    let mut session = Session::start(120, 36, &[&store]);
    session.wait_for("407 · lag 0");
    foldback(&["do", &store, "open acc-77 --owner Zoe"]);
    session.wait_for("acc-77");
    session.type_keys("q");
    session.ends_and_gives_the_terminal_back();
}
