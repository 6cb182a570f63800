//! A clock that goes back between two commands.

use portable_pty::CommandBuilder;

use crate::checks::{done, events_of_whole, foldback};
use crate::preload::{library, with_clock_back};
use crate::pty::Session;
use crate::support::sample_store;

/// Up to more than the sample bank's age: then every new event is earlier than all others.
const SECONDS_BACK: [u64; 3] = [3_600, 1, 20 * 366 * 86_400];

#[test]
fn a_clock_that_goes_back_does_not_take_the_logs_with_it() {
    let Some(library) = library() else { return };
    let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = sample_store(folder.path(), "bank");
    let words = ["do", path.to_str().unwrap(), "deposit acc-01 1"];
    for seconds in SECONDS_BACK {
        assert!(!done(&foldback(cache.path(), &words).output().unwrap()).contains("(late)"));
        let mut command = foldback(cache.path(), &words);
        with_clock_back(&mut command, library, seconds);
        assert!(done(&command.output().unwrap()).contains("(late)"), "{seconds} s back");
    }
    assert!(!done(&foldback(cache.path(), &words).output().unwrap()).contains("(late)"));
    // That no id appears twice is part of being consistent.
    let events = events_of_whole(&path);
    assert!(events.is_sorted_by_key(|event| event.clock), "the log's clock goes back");
    let late: Vec<_> = events[407..].iter().map(|event| event.is_late()).collect();
    assert_eq!(late, [false, true, false, true, false, true, false]);
}

#[test]
fn the_explorer_marks_an_event_whose_clock_went_back() {
    let Some(library) = library() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = sample_store(folder.path(), "bank");
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_foldback"));
    command.arg(&path);
    command.env("LD_PRELOAD", library);
    command.env("FOLDBACK_FAIL_CLOCK", SECONDS_BACK[2].to_string());
    let mut session = Session::of(120, 36, command);
    session.wait_for("407 · lag 0");
    session.type_keys(":deposit acc-01 5\r");
    session.wait_for("408 · lag 0");
    session.type_keys("\r");
    session.wait_for("late");
    session.type_keys("\x03");
    assert_eq!(session.ends_and_gives_the_terminal_back().0, 0);
    assert!(events_of_whole(&path)[407].is_late());
}

/// Seconds by which the clock is moved back from today: to 1966, and on into the year 10264.
const OUT_OF_RANGE: [&str; 2] = ["1900000000", "-260000000000"];

#[test]
fn a_clock_before_1970_or_after_9999_is_refused_in_words_and_hinders_nothing_else() {
    let Some(library) = library() else { return };
    let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let sample = sample_store(folder.path(), "bank");
    let log = folder.path().join("log.jsonl");
    let exported = foldback(cache.path(), &["export", sample.to_str().unwrap()]).output().unwrap();
    std::fs::write(&log, exported.stdout).unwrap();
    for seconds in OUT_OF_RANGE {
        let path = folder.path().join(format!("{seconds}.db"));
        let (store, log) = (path.to_str().unwrap(), log.to_str().unwrap());
        let run = |words: &[&str]| {
            let mut command = foldback(cache.path(), words);
            command.env("LD_PRELOAD", library).env("FOLDBACK_FAIL_CLOCK", seconds);
            command.output().unwrap()
        };
        done(&run(&["new", store, "--from", log]));
        let refused = run(&["do", store, "deposit acc-01 1"]);
        let err = String::from_utf8(refused.stderr).unwrap();
        let said = "foldback: the machine's clock is set to a time before 1970 or after 9999; set it, and try again\n";
        assert_eq!((refused.status.code(), err.as_str()), (Some(1), said), "{seconds} s back");
        done(&run(&["query", store, "SELECT count(*) FROM accounts"]));
        done(&run(&["do", store, "deposit acc-01 1", "--dry-run"]));
        done(&run(&["verify", store]));
        assert_eq!(events_of_whole(&path).len(), 407, "{seconds} s back");
    }
}
