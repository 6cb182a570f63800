//! SIGKILL at random moments, in everything that writes.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::checks::{acknowledged, done, events_of_whole, expect_acknowledged, foldback, random, said};
use crate::pty::Session;
use crate::support::{rounds, sample_store};

/// Number of kills per scenario.
const N_KILLS: u32 = 20;

/// Number of events in the bundled bank.
const N_BANK: usize = 407;

/// The output of a program that was killed at a random moment below this many milliseconds, unless it ended before
/// that.
fn killed_within(mut child: Child, n_ms_max: u64) -> (Output, bool) {
    let moment = Duration::from_micros(random(n_ms_max * 1_000));
    let (sender, ended) = channel();
    let mut told = child.stdout.take().unwrap();
    // Waits for the end of its output, until the moment has come.
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        _ = told.read_to_end(&mut bytes);
        _ = sender.send(bytes);
    });
    let (stdout, is_killed) = match ended.recv_timeout(moment) {
        Ok(bytes) => (bytes, false),
        Err(_) => {
            child.kill().unwrap();
            (wait_for(&ended), true)
        }
    };
    let mut output = child.wait_with_output().unwrap();
    output.stdout = stdout;
    (output, is_killed)
}

fn wait_for(ended: &Receiver<Vec<u8>>) -> Vec<u8> {
    ended.recv().unwrap()
}

fn start(cache: &Path, words: &[&str]) -> Child {
    let mut command = foldback(cache, words);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// The program's duration for these arguments, in milliseconds, within which moments are chosen.
fn n_ms_of(cache: &Path, words: &[&str]) -> u64 {
    let began = Instant::now();
    done(&foldback(cache, words).output().unwrap());
    u64::try_from(began.elapsed().as_millis()).unwrap().max(2)
}

/// Runs commands, each killed at a random moment, then once more with the same id; adds the acknowledged events.
fn do_and_kill(cache: &Path, store: &str, n: u32, told: &mut Vec<(u64, String)>) -> usize {
    let mut n_events = 0;
    let n_ms = n_ms_of(cache, &["do", store, "deposit acc-02 1"]);
    for n in 0..n {
        let text = if n % 2 == 0 { "deposit acc-01 2" } else { "transfer acc-01 acc-03 1" };
        let id = Uuid::now_v7().to_string();
        let words = ["do", store, "--json", "--id", &id, text];
        let (output, is_killed) = killed_within(start(cache, &words), n_ms);
        assert!(is_killed || output.status.success(), "{}", said(&output));
        if let Ok(whole) = serde_json::from_slice::<serde_json::Value>(&output.stdout) {
            assert!(whole["events"].is_array());
            let output = Output { status: Default::default(), ..output };
            told.extend(acknowledged(&output));
        }
        // Without an acknowledgement, one tries again: there is one effect.
        told.extend(acknowledged(&foldback(cache, &words).output().unwrap()));
        n_events += if n % 2 == 0 { 1 } else { 2 };
    }
    // The one whose time was measured.
    n_events + 1
}

#[test]
fn two_loops_of_commands_that_are_killed_lose_nothing_and_do_nothing_twice_or_by_half() {
    let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = sample_store(folder.path(), "bank");
    let (store, cache) = (path.to_str().unwrap(), cache.path());
    let each = || {
        let mut told = Vec::new();
        let n_events = do_and_kill(cache, store, rounds(N_KILLS) / 2, &mut told);
        (told, n_events)
    };
    let done_by = std::thread::scope(|scope| {
        let loops = [(); 2].map(|()| scope.spawn(each));
        loops.map(|one| one.join().unwrap())
    });
    let events = events_of_whole(&path);
    assert_eq!(events.len(), N_BANK + done_by.iter().map(|(_, n_events)| n_events).sum::<usize>());
    for (told, _) in &done_by {
        expect_acknowledged(&events, told);
    }
}

/// Number of events in the imported log.
const N_LINES: usize = 3_000;

fn log_in(folder: &Path, n: usize) -> PathBuf {
    let line =
        |n| format!("{{\"stream\":\"b-{}\",\"type\":\"Deposited\",\"data\":{{\"amount\":{n}}}}}\n", n % 7);
    let path = folder.join("log.jsonl");
    fs::write(&path, (0..n).map(line).collect::<String>()).unwrap();
    path
}

#[test]
fn a_killed_import_leaves_the_log_up_to_some_event_and_continues_after_it() {
    let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let log = log_in(folder.path(), N_LINES);
    let (log, cache) = (log.to_str().unwrap(), cache.path());
    let whole = folder.path().join("whole.db");
    let n_ms = n_ms_of(cache, &["new", whole.to_str().unwrap(), "--from", log]);
    let whole = events_of_whole(&whole);
    let data = |path: &Path| events_of_whole(path).into_iter().map(|event| event.data).collect::<Vec<_>>();
    let all: Vec<_> = whole.into_iter().map(|event| event.data).collect();
    for round in 0..rounds(N_KILLS) {
        let path = folder.path().join("bank.db");
        let store = path.to_str().unwrap();
        let words = if round % 2 == 0 {
            vec!["new", store, "--from", log]
        } else {
            done(&foldback(cache, &["new", store]).output().unwrap());
            vec!["import", store, log]
        };
        killed_within(start(cache, &words), n_ms);
        // An unfinished store is not a store, and is reported as such.
        let opened = foldback(cache, &["events", store]).output().unwrap();
        if opened.status.success() {
            let found = data(&path);
            assert_eq!(found, all[..found.len()]);
            done(&foldback(cache, &["import", store, log]).output().unwrap());
            assert_eq!(data(&path), all);
        } else {
            assert!(round % 2 == 0 && said(&opened).starts_with("foldback: "), "{}", said(&opened));
        }
        for suffix in ["", "-wal", "-shm", "-journal", "-receipt"] {
            drop(fs::remove_file(format!("{store}{suffix}")));
        }
    }
}

#[test]
fn a_killed_rebuild_or_question_leaves_the_log_and_a_usable_read_model() {
    let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = sample_store(folder.path(), "bank");
    let (store, cache) = (path.to_str().unwrap(), cache.path());
    let question = ["query", store, "SELECT account, balance, version FROM accounts ORDER BY account"];
    let log = fs::read(&path).unwrap();
    let n_ms = n_ms_of(cache, &question);
    let answer = done(&foldback(cache, &question).output().unwrap());
    for round in 0..rounds(N_KILLS) {
        if round % 2 == 0 {
            fs::remove_dir_all(path.with_extension("read")).unwrap();
        }
        let words = if round % 4 < 2 { &question[..] } else { &["rebuild", store] };
        killed_within(start(cache, words), n_ms);
        assert_eq!(done(&foldback(cache, &question).output().unwrap()), answer, "round {round}");
        assert!(fs::read(&path).unwrap() == log, "the log has changed");
    }
    let checked = done(&foldback(cache, &["rebuild", store, "--check"]).output().unwrap());
    assert!(checked.contains("the same rows"), "{checked}");
}

#[test]
fn an_explorer_that_is_killed_while_it_reads_a_log_reads_it_to_the_end_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let log = log_in(folder.path(), N_LINES);
    let cache = tempfile::tempdir().unwrap();
    let open = || {
        let mut command = portable_pty::CommandBuilder::new(env!("CARGO_BIN_EXE_foldback"));
        command.arg(&log);
        Session::with_cache(120, 36, command, cache.path())
    };
    for round in 0..rounds(N_KILLS) {
        let mut session = open();
        // At a random moment after the first bytes on the screen.
        let first = session.output.recv_timeout(crate::pty::PATIENCE).unwrap();
        session.receive(&first);
        let deadline = Instant::now() + Duration::from_micros(random(60_000));
        while let Ok(bytes) = session.output.recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            session.receive(&bytes);
        }
        session.child.kill().unwrap();
        session.child.wait().unwrap();
        if round % 4 != 3 {
            // The next one finds what this one left.
            continue;
        }
        let mut session = open();
        session.wait_for("3,000 of 3,000");
        session.type_keys("g5l");
        session.wait_for(" 5 of ");
        session.type_keys("q");
        assert_eq!(session.ends_and_gives_the_terminal_back().0, 0);
        fs::remove_dir_all(cache.path()).unwrap();
        fs::create_dir(cache.path()).unwrap();
    }
}
