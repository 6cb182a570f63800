//! The real program in a pseudo-terminal: it draws, obeys keys, and gives the terminal back however it ends.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends with the first thing that is not as it says"
)]

#[path = "terminal/colours.rs"]
mod colours;
#[path = "terminal/pasting.rs"]
mod pasting;
#[path = "support/pty.rs"]
mod pty;
#[path = "terminal/rotation.rs"]
mod rotation;
#[path = "terminal/silent.rs"]
mod silent;
#[path = "terminal/stopping.rs"]
mod stopping;
mod support;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use foldback::tui::keymap::Action;
use foldback::tui::keymap::bindings::BINDINGS;
use foldback::tui::message::Key;
use portable_pty::CommandBuilder;
use pty::{ESC, PATIENCE, Session, sent_by};
use support::{changed_by_others, sample_store};
use tempfile::TempDir;

/// The environment variable that makes this test binary take the terminal and panic, instead of testing.
const PANICS: &str = "FOLDBACK_TEST_PANICS";

fn foldback(arguments: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_foldback")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn store_with_the_bank(folder: &Path) -> String {
    let store = folder.join("bank.db").to_str().unwrap().to_owned();
    foldback(&["new", &store, "--sample", "bank"]);
    store
}

#[test]
fn it_draws_at_every_size_and_survives_one_cell() {
    for (width, height) in [(120, 36), (80, 24), (60, 15)] {
        let mut session = Session::start(width, height, &[]);
        session.wait_for("LIVE");
        session.wait_for("Events");
        while session.output.try_recv().is_ok() {}
        session.resize(1, 1);
        let drawn = session.output.recv_timeout(PATIENCE).expect("nothing is drawn into one cell");
        session.receive(&drawn);
        session.resize(width, height);
        session.type_keys("g");
        session.wait_for("REPLAY");
        session.type_keys("q");
        assert_eq!(session.ends_and_gives_the_terminal_back().0, 0, "at {width}×{height}");
    }
}

#[test]
fn a_terminal_that_says_it_is_larger_than_any_is_drawn_on_as_far_as_screens_go() {
    let mut session = Session::start(120, 36, &[]);
    session.wait_for("Query view");
    session.resize(u16::MAX, u16::MAX);
    session.type_keys("?");
    session.resize(120, 36);
    session.wait_for("Help");
    session.type_keys(ESC);
    session.wait_for("Query view");
    session.type_keys("q");
    assert_eq!(session.ends_and_gives_the_terminal_back().0, 0);
}

/// What is typed before a key of an action, and whether the screen then shows that the key was obeyed. The playhead of
/// the bundled bank stands at 204 before that.
fn obeyed(action: Action) -> (&'static str, fn(&str) -> bool) {
    match action {
        Action::StepBack | Action::Up => ("", |screen| screen.contains(" 203 of ")),
        Action::StepOn | Action::Down => ("", |screen| screen.contains(" 205 of ")),
        Action::AccountBack => ("", |screen| screen.contains(" 191 of ")),
        Action::AccountOn => ("", |screen| screen.contains(" 208 of ")),
        Action::ColumnBack | Action::ColumnOn | Action::PageBack | Action::PageOn => {
            ("", |screen| screen.contains("REPLAY") && !screen.contains(" 204 of "))
        }
        Action::Beginning => ("", |screen| screen.contains(" 0 of ")),
        Action::Head | Action::PlaceBack => ("", |screen| screen.contains("LIVE")),
        Action::PlaceForward => ("u", |screen| screen.contains(" 204 of ")),
        Action::Play => ("", |screen| screen.contains("/s")),
        Action::Slower => (" ", |screen| screen.contains(" 2/s")),
        Action::Faster => (" ", |screen| screen.contains(" 10/s")),
        Action::NextPane => ("", |screen| screen.contains("┤ State")),
        Action::PreviousPane => ("", |screen| screen.contains("┤ Query view")),
        Action::Open => ("", |screen| screen.contains("Event 204")),
        Action::Command => ("", |screen| screen.contains("┤ Command")),
        Action::Sql => ("", |screen| screen.contains("┤ Ask in SQL")),
        Action::Find => ("", |screen| screen.contains("┤ Find")),
        Action::Filter => ("", |screen| screen.contains("┤ i ")),
        Action::FindNext | Action::FindPrevious => ("", |screen| screen.contains("nothing to find yet")),
        Action::Axis => ("", |screen| screen.contains("by time")),
        Action::ZoomIn => ("", |screen| screen.contains("zoomed")),
        Action::ZoomOut | Action::ZoomReset => ("z", |screen| !screen.contains("zoomed")),
        Action::Pin => ("", |screen| screen.contains("pinned")),
        Action::FoldFrom => ("", |screen| screen.contains("no snapshots (f)")),
        Action::Picture => ("", |screen| screen.contains("─ Daily flows")),
        Action::Hold => ("", |screen| screen.contains("HELD")),
        Action::StepProjector => ("", |screen| screen.contains("HELD")),
        Action::SlowProjector => ("", |screen| screen.contains("10,000/s at most")),
        Action::SpeedProjector => ("[[", |screen| screen.contains("10,000/s at most")),
        Action::QueryClock => ("", |screen| screen.contains("as of 204")),
        Action::Fault => ("", |screen| screen.contains("whole to 407: every link")),
        Action::Retry => ("", |screen| screen.contains("nothing has failed")),
        Action::Skip => ("", |screen| screen.contains("no event has failed")),
        Action::Rebuild => ("", |screen| screen.contains("rebuilt 407 events")),
        Action::Copy => ("", |screen| screen.contains("copy what?")),
        Action::TakeMouse => ("", |screen| screen.contains("the mouse is the terminal's")),
        Action::Help => ("", |screen| screen.contains("┤ Help")),
        Action::Escape => ("?", |screen| !screen.contains("┤ Help")),
        // The terminal is the shell's again.
        Action::Quit | Action::Suspend => ("", |screen| !screen.contains("REPLAY")),
    }
}

#[test]
fn it_obeys_every_key_of_its_help() {
    for (action, keys) in BINDINGS.iter().flat_map(|binding| binding.keys) {
        // Without the kitty protocol a terminal sends the same for Ctrl-I as for tab.
        for key in keys.iter().filter(|key| **key != Key::ctrl('i')) {
            let mut session = Session::start(130, 36, &[]);
            session.wait_for("407 · lag 0");
            session.type_keys(":204\r");
            session.wait_for(" 204 of ");
            // A frame may come in two pieces.
            session.wait_until("acc-11 without a prompt", |screen| {
                screen.contains("acc-11 v9") && !screen.contains("┤ Command")
            });
            let (before, is_obeyed) = obeyed(*action);
            session.type_keys(before);
            match *action {
                Action::PlaceForward => session.wait_for("LIVE"),
                Action::Slower | Action::Faster => session.wait_for(" 5/s"),
                Action::ZoomOut | Action::ZoomReset => session.wait_for("zoomed"),
                Action::SpeedProjector => session.wait_for(" 1,000/s at most"),
                Action::Escape => session.wait_for("┤ Help"),
                _ => {}
            }
            assert!(!is_obeyed(&session.text()), "{action:?} shows before its key");
            session.type_keys(&sent_by(*key));
            session.wait_until(&format!("{action:?} on {}", key.name()), is_obeyed);
        }
    }
}

#[test]
fn a_projection_that_fails_is_shown_skipped_on_purpose_and_remembered() {
    let mut session = Session::start(120, 36, &["--fail-at", "300"]);
    session.wait_for("projected: it was made to fail");
    session.wait_for("now, at 299");
    // The write side goes on.
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

/// What `query` says of the accounts' number of events, and on stderr.
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
    let failed = "has the projector, which stopped: Deposited of acc-01 at 408 could not be projected: it was made to \
                  fail by --fail-at";
    assert_eq!(queried(store), ("n\r\n407\r\n".to_owned(), said(failed)));
    session.type_keys("r");
    session.wait_for("now, at 408 · lag 0");
    // At once after the append, before the explorer can have heard of it.
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
fn a_failed_projection_goes_on_when_it_is_told_to_try_again() {
    let mut session = Session::start(120, 36, &["--fail-at", "300"]);
    session.wait_for("now, at 299");
    session.type_keys("r");
    session.wait_for("now, at 407 · lag 0");
    assert!(!session.text().contains("skipped"), "{}", session.text());
}

#[test]
fn two_explorers_steer_the_one_projector_and_both_show_who_projects() {
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
    // Who follows takes over what it sees.
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
    assert!(text.contains("foldback: cancelled; the read model is as it was"), "{text}");
    let left = std::fs::read_dir(folder.path().join("bank.read")).unwrap();
    let mut left: Vec<_> = left.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    left.sort();
    assert_eq!(left, ["lock", "rebuild.lock"]);
}

#[test]
fn a_log_that_is_replaced_is_read_from_its_beginning_and_no_key_is_lost() {
    let folder = TempDir::new().unwrap();
    let log = folder.path().join("bank.jsonl");
    let line =
        |amount: u32| format!("{{\"stream\":\"a\",\"type\":\"deposit\",\"data\":{{\"amount\":{amount}}}}}\n");
    std::fs::write(&log, (1..=9).map(line).collect::<String>()).unwrap();
    let mut session = Session::start(120, 36, &[log.to_str().unwrap()]);
    session.wait_for("9 of 9");
    session.wait_for("✔ whole to 9");
    std::fs::write(&log, (1..=4).map(line).collect::<String>()).unwrap();
    session.wait_for("4 of 4");
    session.wait_for("✔ whole to 4");
    session.wait_for("the log was cut or replaced");
    session.type_keys("q");
    assert_eq!(session.ends_and_gives_the_terminal_back().0, 0);
}

#[test]
fn the_terminal_is_given_back_on_q_and_on_ctrl_c() {
    for keys in ["q", "\x03", ":deposit \x03"] {
        let mut session = Session::start(80, 24, &[]);
        session.wait_for("LIVE");
        session.type_keys(keys);
        assert_eq!(session.ends_and_gives_the_terminal_back().0, 0, "after {keys:?}");
    }
}

#[test]
fn the_terminal_is_given_back_on_signals_that_end_it() {
    for signal in ["-TERM", "-HUP", "-INT", "-QUIT"] {
        let mut session = Session::start(80, 24, &[]);
        session.wait_for("LIVE");
        session.signal(signal);
        session.ends_and_gives_the_terminal_back();
    }
}

#[test]
fn the_terminal_is_given_back_on_a_panic_which_can_be_read() {
    let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
    command.args(["--exact", "takes_the_terminal_and_panics", "--nocapture"]);
    command.env(PANICS, "1");
    command.env("RUST_BACKTRACE", "0");
    let (code, text) = Session::of(80, 24, command).ends_and_gives_the_terminal_back();
    assert_ne!(code, 0);
    assert!(text.contains("something is wrong"), "{text}");
}

/// Not a test of its own: the program that the tests around it run in a terminal.
#[test]
fn takes_the_terminal_and_panics() {
    let Some(place) = std::env::var_os(PANICS) else { return };
    let theme = foldback::tui::theme::Theme::colours();
    let (sender, crashed) = std::sync::mpsc::channel();
    let _screen =
        foldback::runtime::shell::terminal::Screen::take(theme, move || sender.send(()).unwrap()).unwrap();
    if place == "worker" {
        drop(std::thread::spawn(|| panic!("something is wrong")).join());
        crashed.recv().unwrap();
        std::process::exit(1);
    }
    panic!("something is wrong");
}

#[test]
fn the_terminal_is_given_back_on_a_panic_of_a_worker() {
    let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
    command.args(["--exact", "takes_the_terminal_and_panics", "--nocapture"]);
    command.env(PANICS, "worker");
    command.env("RUST_BACKTRACE", "0");
    let (code, text) = Session::of(80, 24, command).ends_and_gives_the_terminal_back();
    assert_eq!(code, 1);
    assert!(text.contains("something is wrong"), "{text}");
}

#[test]
fn after_ctrl_z_it_sleeps_and_comes_back_whole() {
    let mut session = Session::start(80, 24, &[]);
    session.wait_for("LIVE");
    session.type_keys("\x1a");
    let deadline = Instant::now() + PATIENCE;
    while session.screen.screen().alternate_screen() {
        let left = deadline.saturating_duration_since(Instant::now());
        let bytes = session.output.recv_timeout(left).expect("it does not let go of the terminal");
        session.screen.process(&bytes);
    }
    // It lets go of the terminal before it stops: who is told to go on before that has been told nothing.
    while !session.text().contains("LIVE") {
        assert!(Instant::now() < deadline, "it does not come back");
        session.signal("-CONT");
        if let Ok(bytes) = session.output.recv_timeout(Duration::from_millis(100)) {
            session.screen.process(&bytes);
        }
    }
    assert!(session.screen.screen().alternate_screen());
    session.type_keys("q");
    assert_eq!(session.ends_and_gives_the_terminal_back().0, 0);
}

#[test]
fn idle_it_draws_nothing() {
    let mut session = Session::start(120, 36, &[]);
    session.wait_for("407 · lag 0");
    // What is still to be answered after the first frames may be drawn: then nothing, for two polls' time and more.
    let quiet = Duration::from_millis(1_500);
    let mut n_frames_after = 0;
    while session.output.recv_timeout(quiet).is_ok() {
        n_frames_after += 1;
        assert!(n_frames_after < 20, "it goes on drawing");
    }
    session.type_keys("q");
    session.ends_and_gives_the_terminal_back();
}

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
fn the_header_says_up_to_where_the_log_is_whole_and_goes_on_with_it() {
    let folder = TempDir::new().unwrap();
    let store = store_with_the_bank(folder.path());
    let mut session = Session::start(120, 36, &[&store]);
    session.wait_for("✔ whole to 407");
    session.type_keys(":deposit acc-01 5\r");
    session.wait_for("✔ whole to 408");
    foldback(&["do", &store, "deposit acc-01 5"]);
    session.wait_for("✔ whole to 409");
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
    // What was entered is done, however soon the end comes.
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
fn what_another_process_appends_shows_without_a_key() {
    let folder = TempDir::new().unwrap();
    let store = store_with_the_bank(folder.path());
    let mut session = Session::start(120, 36, &[&store]);
    session.wait_for("407 · lag 0");
    foldback(&["do", &store, "open acc-77 --owner Zoe"]);
    session.wait_for("acc-77");
    session.type_keys("q");
    session.ends_and_gives_the_terminal_back();
}

/// Texts that would act on a terminal, or hide on it, if they were sent to it.
const HOSTILE: [&str; 6] = [
    "\u{1b}[2J",
    "\u{1b}]52;c;aGk=\u{7}",
    "\u{9b}31m",
    "\u{202e}evil",
    "zero\u{200b}width",
    "\u{2066}isolate",
];

#[test]
fn hostile_text_is_shown_and_never_sent() {
    let folder = TempDir::new().unwrap();
    let log = folder.path().join("hostile.jsonl");
    let lines = HOSTILE.iter().enumerate().flat_map(|(nth, text)| {
        let line = |event_type: &str, data: serde_json::Value| {
            let stream = format!("acc-{nth}{text}");
            let time = "2024-03-14T10:22:07Z";
            serde_json::json!({"stream": stream, "type": event_type, "time": time, "data": data}).to_string()
                + "\n"
        };
        let opened = line("AccountOpened", serde_json::json!({"owner": format!("Eve {text}")}));
        let deposited = line("Deposited", serde_json::json!({"amount": 5, "note": text}));
        let other = line(&format!("Strange{text}"), serde_json::json!({text.to_owned(): text}));
        [opened, deposited, other]
    });
    std::fs::write(&log, lines.collect::<String>()).unwrap();
    let store = folder.path().join("hostile.db").to_str().unwrap().to_owned();
    foldback(&["new", &store, "--from", log.to_str().unwrap()]);

    let mut session = Session::start(120, 36, &[&store]);
    session.wait_for("18 · lag 0");
    for step in 0..18 {
        // The event in full, the account's statement, a search for it and a command about it.
        session.type_keys("\r");
        session.wait_for("imported from");
        session.type_keys(ESC);
        session
            .wait_until("the panes", |text| text.contains("Query view") && !text.contains("imported from"));
        session.type_keys("\t\t\r");
        session.wait_for("Statement");
        session.type_keys(&format!("{ESC}\x1b[Z\x1b[Z:deposit acc\t"));
        session.wait_for("deposit");
        session.type_keys(&format!("{ESC},"));
        let at = format!("{} of 18", 17 - step);
        session.wait_for(&at);
    }
    session.type_keys("q");
    let sent = String::from_utf8_lossy(&session.sent).into_owned();
    session.ends_and_gives_the_terminal_back();
    for text in HOSTILE {
        assert!(!sent.contains(text), "{text:?} was sent");
    }
    for hidden in ['\u{9b}', '\u{202e}', '\u{200b}', '\u{2066}'] {
        assert!(!sent.contains(hidden), "{hidden:?} was sent");
    }
    assert!(sent.contains('␛') && sent.contains("U+202E") && sent.contains("U+200B"));
}

#[test]
fn a_log_is_usable_while_it_is_still_being_read() {
    let berka = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/berka.jsonl.gz");
    if !berka.exists() {
        println!("skipped: {} is not here", berka.display());
        return;
    }
    let map = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/berka.toml");
    let mut session = Session::start(120, 36, &[berka.to_str().unwrap(), "--map", map.to_str().unwrap()]);
    session.wait_until("an event", |text| text.contains("Credited") || text.contains("Debited"));
    session.type_keys("g");
    session.wait_for(" 0 of ");
    session.type_keys("5l");
    session.wait_for(" 5 of ");
    session.type_keys(":deposit account-1 5\r");
    session.wait_for("a log takes no commands");
    session.type_keys(&format!("{ESC}G"));
    session.wait_for("50,369 of 50,369");
    session.wait_for("lag 0");
    session.type_keys("q");
    assert_eq!(session.ends_and_gives_the_terminal_back().0, 0);
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
    // The playhead goes on moving beside it, and another question is answered.
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
    assert!(began.elapsed() < foldback::read_model::questions::sql::DEADLINE, "it waited for the question");
}
