//! Ends of the process: crashes, silence, cancelled questions; and nothing is left of it.

use std::time::Duration;

use foldback::cancel::{Cancel, Cancelled};
use foldback::domain::event::StreamPosition;
use foldback::runtime::fold_process::fault::{FaultCause, FoldRequest};
use foldback::runtime::fold_process::limits::ProcessLimits;
use foldback::runtime::fold_process::protocol::{EventWindow, FoldedStates, StateJson};

use crate::program::{GREET, PATIENT, Scene, cart, event, events, is_running, states, wait_until};

/// Keeps a line for each start, with the id of the process.
const STARTED: &str = "echo $$ >> starts\n";

/// A time in which nothing answers that does not answer at all.
const SHORT: Duration = Duration::from_millis(100);

fn folded(state: &str) -> Result<FoldedStates, foldback::runtime::fold_process::fault::FoldFault> {
    Ok(FoldedStates { states: states(&[state]), not_understood: Vec::new() })
}

#[test]
fn a_crash_is_reported_with_status_and_last_words_and_the_next_request_starts_another_process() {
    let script = format!(
        "{STARTED}{GREET}read -r request\nif [ -e crashed ]; then echo '{{\"fold\":2,\"states\":[7]}}'; read -r end; fi\n\
         touch crashed\necho first >&2\necho '  at cart.py:3' >&2\nexit 3\n"
    );
    let mut scene = Scene::script(&script, PATIENT);
    let fault = scene.fold(&events(1)).unwrap_err();
    let expected = FaultCause::Ended { request: FoldRequest::Fold, status: "exit status: 3".to_owned() };
    assert_eq!(
        (fault.why.clone(), fault.stderr.clone()),
        (expected, vec!["first".to_owned(), "  at cart.py:3".to_owned()])
    );
    assert_eq!(
        fault.to_string(),
        "`sh fold.sh` ended instead of answering a window of events (exit status: 3)\nits last lines on stderr:\n  \
         first\n    at cart.py:3"
    );
    assert_eq!(scene.fold(&events(1)), folded("7"));
    assert_eq!(scene.lines("starts").len(), 2);
}

#[test]
fn a_process_that_ended_between_two_requests_is_started_again() {
    let script = format!("{STARTED}{GREET}[ -e ended ] && read -r end\ntouch ended\n");
    let mut scene = Scene::script(&script, PATIENT);
    wait_until("a second start", || {
        scene.process.greeting(&Cancel::never()).unwrap().unwrap();
        scene.lines("starts").len() == 2
    });
}

#[test]
fn a_program_that_is_another_fold_after_a_restart_is_not_taken_for_the_one_before() {
    let script = "echo $$ >> starts\nread -r hello\necho \"{\\\"hello\\\":1,\\\"fold\\\":\\\"cart $(grep -c . starts)\\\"}\"\n\
                  read -r request\nexit 3\n";
    let mut scene = Scene::script(script, PATIENT);
    let first = scene.fold(&events(1)).unwrap_err();
    assert!(matches!(first.why, FaultCause::Ended { .. }), "{first}");
    let expected =
        "`sh fold.sh` was the fold \"cart 1\" and is now \"cart 2\", so all has to be folded again";
    assert_eq!(scene.fold(&events(1)).unwrap_err().to_string(), expected);
    assert!(!is_running(&scene.lines("starts")[1]));
}

#[test]
fn silence_ends_the_process_after_its_time() {
    let limits = ProcessLimits { window_time: SHORT, ..PATIENT };
    let mut scene =
        Scene::script(&format!("{STARTED}echo waiting >&2\n{GREET}read -r end\nread -r end\n"), limits);
    let fault = scene.fold(&events(1)).unwrap_err();
    assert_eq!(fault.why, FaultCause::Silent { request: FoldRequest::Fold, time: SHORT });
    assert_eq!(fault.stderr, ["waiting"]);
    assert!(!is_running(&scene.lines("starts")[0]));

    let limits = ProcessLimits { start_time: SHORT, ..PATIENT };
    let mut scene = Scene::script("read -r hello\nread -r end\n", limits);
    let fault = scene.process.greeting(&Cancel::never()).unwrap_err();
    assert_eq!(fault.to_string(), "`sh fold.sh` did not answer the hello within 0.1 s, and was ended");
}

#[test]
fn a_process_that_reads_nothing_stops_nobody() {
    let limits = ProcessLimits { window_time: SHORT, ..PATIENT };
    let mut scene = Scene::script(&format!("{GREET}exec sleep 1000\n"), limits);
    let large = event(1, "Noted", &"x".repeat(4 << 20));
    let fault = scene.fold(&[large]).unwrap_err();
    assert_eq!(fault.why, FaultCause::Silent { request: FoldRequest::Fold, time: SHORT });
}

#[test]
fn an_error_of_the_users_code_names_its_event_and_the_process_goes_on() {
    let script = format!(
        "{STARTED}{GREET}read -r request\necho 'Traceback' >&2\necho '{{\"fold\":1,\"error\":\"KeyError: x\",\"at\":2}}'\n\
         read -r request\necho '{{\"fold\":2,\"states\":[7]}}'\nread -r end\n"
    );
    let mut scene = Scene::script(&script, PATIENT);
    let fault = scene.fold(&events(3)).unwrap_err();
    let at = Some(StreamPosition::new(2));
    assert_eq!(fault.why, FaultCause::Reported { what: "KeyError: x".to_owned(), at });
    assert!(
        fault.to_string().starts_with("`sh fold.sh` reports an error at version 2: KeyError: x"),
        "{fault}"
    );
    assert_eq!(scene.fold(&events(1)), folded("7"));
    assert_eq!(scene.lines("starts").len(), 1);
}

#[test]
fn a_program_that_cannot_start_is_not_started_again_at_once() {
    let hour = ProcessLimits { restart_pause: Duration::from_secs(3_600), ..PATIENT };
    for (limits, n_starts) in [(hour, 1), (PATIENT, 2)] {
        let mut scene = Scene::script(&format!("{STARTED}echo 'no module cart' >&2\nexit 1\n"), limits);
        let first = scene.fold(&events(1)).unwrap_err();
        assert_eq!(
            first.to_string(),
            "`sh fold.sh` ended instead of answering the hello (exit status: 1)\nits last lines on stderr:\n  no module cart"
        );
        assert_eq!(scene.fold(&events(1)).unwrap_err(), first);
        assert_eq!(scene.lines("starts").len(), n_starts);
    }
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let mut scene = Scene::program("no-such-program", &["x"], tempfile::tempdir().unwrap(), PATIENT);
    let fault = scene.fold(&events(1)).unwrap_err();
    let expected = "`no-such-program x` cannot be started: No such file or directory (os error 2)";
    assert_eq!(fault.to_string(), expected);
}

#[test]
fn a_cancelled_question_leaves_the_process_for_the_next_one() {
    let script = format!(
        "{STARTED}{GREET}read -r request\nmkfifo go\ntouch asked\ncat go\n\
         echo '{{\"fold\":1,\"states\":[1]}}'\nread -r request\necho '{{\"fold\":3,\"states\":[3]}}'\nread -r end\n"
    );
    let mut scene = Scene::script(&script, PATIENT);
    let asked = scene.file("asked");
    let cancel = Cancel::new().or_when(move || asked.exists());
    let (stream, state, events) = (cart(), StateJson::none(), events(1));
    let window = EventWindow { stream: &stream, state: &state, each: true, events: &events };
    assert_eq!(scene.process.fold(window, &cancel), Ok(Err(Cancelled)));
    assert_eq!(scene.process.fold(window, &cancel), Ok(Err(Cancelled)));
    std::fs::write(scene.file("go"), "").unwrap();
    assert_eq!(scene.fold(&events), folded("3"));
    assert_eq!(scene.lines("starts").len(), 1);
}

#[test]
fn a_cancelled_question_that_hangs_is_not_the_fault_of_the_next_one() {
    let script = format!(
        "{STARTED}{GREET}if [ -e asked ]; then read -r request; echo '{{\"fold\":2,\"states\":[2]}}'; read -r end; fi\n\
         read -r request\ntouch asked\nread -r end\n"
    );
    let limits = ProcessLimits { window_time: Duration::from_secs(2), ..PATIENT };
    let mut scene = Scene::script(&script, limits);
    let asked = scene.file("asked");
    let cancel = Cancel::new().or_when(move || asked.exists());
    let (stream, state, events) = (cart(), StateJson::none(), events(1));
    let window = EventWindow { stream: &stream, state: &state, each: true, events: &events };
    assert_eq!(scene.process.fold(window, &cancel), Ok(Err(Cancelled)));
    assert_eq!(scene.fold(&events), folded("2"));
    assert_eq!(scene.lines("starts").len(), 2);
}

#[test]
fn nothing_is_left_of_a_process_nor_of_what_it_started() {
    if !std::path::Path::new("/proc/self/stat").exists() {
        println!("skipped: there is no /proc here");
        return;
    }
    let script = format!("{STARTED}sleep 1000 &\necho $! >> starts\n{GREET}read -r end\n");
    let Scene { mut process, folder } = Scene::script(&script, PATIENT);
    process.greeting(&Cancel::never()).unwrap().unwrap();
    let starts = std::fs::read_to_string(folder.path().join("starts")).unwrap();
    let [process_id, grandchild_id] = *starts.lines().collect::<Vec<_>>() else { panic!("{starts}") };
    assert!(is_running(process_id) && is_running(grandchild_id));
    drop(process);
    assert!(!std::path::Path::new("/proc").join(process_id).exists());
    wait_until("the end of the grandchild", || !is_running(grandchild_id));
}
