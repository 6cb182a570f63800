//! A full disk, simulated by a limit on the size of files, which the system enforces by a signal that ends unprepared
//! programs.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use portable_pty::CommandBuilder;

use crate::checks::{acknowledged, done, events_of_whole, expect_acknowledged, foldback, said};
use crate::pty::Session;
use crate::support::sample_store;

/// The arguments for a shell that sets a limit on the size of files, in blocks of 512 bytes, and runs the program.
fn limited(n_blocks: u32, words: &[&str]) -> [String; 2] {
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let program = env!("CARGO_BIN_EXE_foldback");
    ["-c".to_owned(), format!("ulimit -f {n_blocks}; exec '{program}' {}", quoted.join(" "))]
}

fn run_limited(cache: &Path, n_blocks: u32, words: &[&str]) -> Output {
    let mut command = Command::new("sh");
    command.args(limited(n_blocks, words)).env("FOLDBACK_CACHE", cache).output().unwrap()
}

/// From no room at all to more than a command needs.
const LIMITS: [u32; 6] = [0, 16, 48, 64, 128, 4096];

#[test]
fn a_full_disk_is_reported_and_leaves_acknowledged_events() {
    let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = sample_store(folder.path(), "bank");
    let store = path.to_str().unwrap();
    let (mut told, mut n_refused) = (Vec::new(), 0);
    for n_blocks in LIMITS {
        for text in ["deposit acc-01 1", "transfer acc-01 acc-03 1"] {
            let output = run_limited(cache.path(), n_blocks, &["do", store, "--json", text]);
            told.extend(acknowledged(&output));
            if output.status.success() {
                continue;
            }
            n_refused += 1;
            let said = said(&output);
            assert_eq!(output.status.code(), Some(1), "{said}");
            let says_what_to_do =
                said.contains("try again") || said.contains("keep the store on a local one");
            assert!(said.starts_with("foldback: ") && said.contains(store) && says_what_to_do, "{said}");
        }
        // Reading a store that nobody has open needs no room.
        let elsewhere = tempfile::tempdir().unwrap();
        let at_rest = sample_store(elsewhere.path(), "bank");
        done(&run_limited(cache.path(), n_blocks, &["events", at_rest.to_str().unwrap()]));
        let new = folder.path().join(format!("{n_blocks}.db"));
        let output = run_limited(cache.path(), n_blocks, &["new", new.to_str().unwrap(), "--sample", "bank"]);
        assert_eq!(output.status.success(), new.exists(), "{}", said(&output));
    }
    assert!(n_refused >= 4 && !told.is_empty(), "{n_refused} were refused, {told:?} was done");
    let events = events_of_whole(&path);
    expect_acknowledged(&events, &told);
    assert_eq!(events.len(), 407 + told.len());
}

#[test]
fn the_explorer_keeps_running_on_a_full_disk() {
    let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = sample_store(folder.path(), "bank");
    let store = path.to_str().unwrap();
    done(&foldback(cache.path(), &["query", store, "SELECT 1"]).output().unwrap());
    let mut command = CommandBuilder::new("sh");
    // There is room for the index of a write-ahead log, and for a commit or two.
    command.args(limited(64, &[store]));
    let mut session = Session::of(140, 36, command);
    session.wait_for("407 of 407");
    let mut n_done = 0;
    loop {
        session.type_keys(":deposit acc-01 1\r");
        session.wait_until("what became of it", |text| {
            text.contains(&format!("appended {}", 408 + n_done)) || text.contains("the disk refused")
        });
        if session.text().contains("the disk refused") {
            break;
        }
        n_done += 1;
        assert!(n_done < 40, "the disk is not full");
    }
    // The existing events can still be explored, and the next command is answered.
    session.type_keys("g");
    session.wait_for(" 0 of ");
    session.type_keys(":withdraw acc-01 1000000\r");
    session.wait_for("refused: acc-01 has");
    session.type_keys("\x03");
    let (code, text) = session.ends_and_gives_the_terminal_back();
    assert_eq!(code, 0, "{text}");
    assert!(fs::metadata(&path).unwrap().len() > 0);
    assert_eq!(events_of_whole(&path).len(), 407 + n_done);
}
