//! The adapters for plain functions, in Python and in Node: the same answers of the same cart.

use std::path::Path;

use foldback::cancel::Cancel;
use foldback::domain::event::{RecordedEvent, StreamPosition};
use foldback::runtime::fold_process::fault::FaultCause;
use foldback::runtime::fold_process::limits::ProcessLimits;
use foldback::runtime::fold_process::protocol::{
    DecidedEvent, Decision, EventWindow, Greeting, StateJson, StreamCommand,
};
use serde_json::{Value, json};

use crate::program::{PATIENT, Scene, cart, event};

/// A folder with these files of the project.
pub fn folder_with(files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    folder
}

fn of_program(
    program: &str,
    arguments: &[&str],
    folder: tempfile::TempDir,
    limits: ProcessLimits,
) -> Option<Scene> {
    let runs = std::process::Command::new(program).arg("--version").output().is_ok();
    if !runs {
        println!("skipped: there is no {program} here");
    }
    runs.then(|| Scene::program(program, arguments, folder, limits))
}

fn python(limits: ProcessLimits) -> Option<Scene> {
    let folder = folder_with(&["assets/adapters/plain_fold.py", "tests/fold_process/cart.py"]);
    of_program("python3", &["plain_fold.py", "cart"], folder, limits)
}

fn node() -> Option<Scene> {
    let folder = folder_with(&["assets/adapters/fold.mjs", "tests/fold_process/cart.mjs"]);
    of_program("node", &["fold.mjs", "./cart.mjs"], folder, PATIENT)
}

/// Events of a cart, some of which the functions fail at.
fn cart_events() -> Vec<RecordedEvent> {
    let all = [
        ("ItemAdded", r#"{"sku":"a\u2028b","qty":2}"#),
        ("ItemAdded", r#"{"sku":"c"}"#),
        ("SetAdded", "{}"),
        ("Noted", "not JSON"),
        ("Noted", "[1]"),
        ("ItemAdded", "{\"sku\":\"a\u{2028}b\",\"qty\":1.5}"),
    ];
    (1..).zip(all).map(|(version, (event_type, data))| event(version, event_type, data)).collect()
}

fn json_of(states: &[StateJson]) -> Vec<Value> {
    states.iter().map(|state| serde_json::from_str(state.text()).unwrap()).collect()
}

fn check_fold(mut scene: Scene) {
    let greeting = Greeting {
        fold: "cart 3".to_owned(),
        types: vec!["ItemAdded".to_owned(), "CheckedOut".to_owned()],
        commands: vec!["checkout".to_owned()],
    };
    assert_eq!(scene.process.greeting(&Cancel::never()), Ok(Ok(greeting)));
    let events = cart_events();
    let folded = scene.fold(&events).unwrap();
    let (two, three) = (json!({"a\u{2028}b": 2}), json!({"a\u{2028}b": 3.5}));
    // An event that failed has changed nothing, though the function changes the state itself.
    let expected = [
        json!({"items": two, "n": 1}),
        json!({"items": two, "n": 1}),
        json!({"items": two, "n": 1}),
        json!({"items": two, "n": 1}),
        json!({"items": two, "n": 2}),
        json!({"items": three, "n": 3}),
    ];
    assert_eq!(json_of(&folded.states), expected);
    let not_understood: Vec<u64> = folded.not_understood.iter().map(|event| event.at.number()).collect();
    assert_eq!(not_understood, [2, 3, 4]);
    // Any window gives the same: the state after each event is where the next window can begin.
    for from in 0..events.len() {
        let state = if from == 0 { StateJson::none() } else { folded.states[from - 1].clone() };
        for to in from + 1..=events.len() {
            let window = scene.fold_from(&state, false, &events[from..to]).unwrap();
            assert_eq!(json_of(&window.states), expected[to - 1..to], "{from} to {to}");
        }
    }
    // Before the first event that is understood, the stream has no state.
    let before = scene.fold(&[event(1, "Noted", "not JSON"), event(2, "Noted", "0")]).unwrap();
    assert_eq!(json_of(&before.states), [Value::Null, json!({"items": {}, "n": 1})]);
}

fn check_seen(mut scene: Scene) {
    let timed =
        RecordedEvent { time: Some("2024-03-14T10:22:07Z".parse().unwrap()), ..event(3, "Seen", " 1.50") };
    let folded = scene.fold_from(&StateJson::none(), false, &[timed]).unwrap();
    let seen = json!({"version": 3, "type": "Seen", "time": "2024-03-14T10:22:07Z", "raw": " 1.50"});
    assert_eq!(json_of(&folded.states), [json!({"items": {}, "n": 1, "seen": seen})]);
}

fn check_decide(mut scene: Scene) {
    let (stream, version) = (cart(), StreamPosition::new(1));
    let full = StateJson::parse(r#"{"items":{"a":1},"n":1}"#).unwrap();
    let mut decide = |state: &StateJson, command: &str| {
        let command = StreamCommand { stream: &stream, state, version, command };
        scene.process.decide(command, &Cancel::never()).map(|decision| decision.unwrap())
    };
    let Decision::Events(events) = decide(&full, "checkout 'Ada L'").unwrap() else {
        panic!("it is refused")
    };
    let [DecidedEvent { event_type, data }] = &*events else { panic!("{events:?}") };
    let data: Value = serde_json::from_str(data).unwrap();
    assert_eq!((event_type.as_str(), data), ("CheckedOut", json!({"customer": "Ada L", "n": 1})));
    let refused = |sentence: &str| Ok(Decision::Refused(sentence.to_owned()));
    assert_eq!(decide(&StateJson::none(), "checkout Ada"), refused("the cart is empty"));
    assert_eq!(decide(&full, "cancel"), refused("it cannot be cancelled"));
    let fault = decide(&full, "other").unwrap_err();
    assert!(matches!(fault.why, FaultCause::Reported { at: None, .. }), "{fault}");
}

#[test]
fn a_plain_function_in_python_folds_sees_whole_events_and_decides() {
    for check in [check_fold, check_seen, check_decide] {
        let Some(scene) = python(PATIENT) else { return };
        check(scene);
    }
}

#[test]
fn a_plain_function_in_node_folds_sees_whole_events_and_decides() {
    for check in [check_fold, check_seen, check_decide] {
        let Some(scene) = node() else { return };
        check(scene);
    }
}

#[test]
fn a_state_in_node_that_json_would_change_is_not_understood() {
    let Some(mut scene) = node() else { return };
    let events = ["TimeAdded", "Divided", "Awaited"].map(|event_type| event(1, event_type, "{}"));
    for event in events {
        let folded = scene.fold(&[event]).unwrap();
        assert_eq!((json_of(&folded.states), folded.not_understood.len()), (vec![Value::Null], 1));
    }
}

#[test]
fn a_state_in_python_that_json_would_change_is_an_error() {
    let Some(mut scene) = python(PATIENT) else { return };
    let fault = scene.fold(&[event(1, "TupleAdded", "{}")]).unwrap_err();
    assert!(
        fault
            .to_string()
            .contains("reports an error at version 1: ValueError: the state is not the same after JSON"),
        "{fault}"
    );
}

#[test]
fn a_program_cannot_use_more_memory_than_its_limit() {
    if !cfg!(target_os = "linux") {
        println!("skipped: only Linux limits the memory of another process");
        return;
    }
    let Some(mut scene) = python(ProcessLimits { memory_bytes: 256 << 20, ..PATIENT }) else { return };
    let folded = scene.fold(&[event(1, "Allocated", &(512 << 20).to_string())]).unwrap();
    let [unfolded] = &*folded.not_understood else { panic!("{folded:?}") };
    assert!(unfolded.why.starts_with("MemoryError"), "{unfolded:?}");
}

#[test]
fn a_module_that_is_not_there_is_named_by_the_last_lines_of_stderr() {
    let folder = folder_with(&["assets/adapters/plain_fold.py"]);
    let Some(mut scene) = of_program("python3", &["plain_fold.py", "cart"], folder, PATIENT) else { return };
    let fault = scene.process.greeting(&Cancel::never()).unwrap_err();
    assert_eq!(fault.stderr.last().map(String::as_str), Some("ModuleNotFoundError: No module named 'cart'"));
}

#[test]
fn the_word_of_a_python_fold_without_a_version_changes_with_its_module() {
    let word = |extra: &str| {
        let mut scene = python(PATIENT)?;
        let text = std::fs::read_to_string(scene.file("cart.py")).unwrap();
        let text = text.replace("version =", "other_name =") + extra;
        std::fs::write(scene.file("cart.py"), text).unwrap();
        Some(scene.process.greeting(&Cancel::never()).unwrap().unwrap().fold)
    };
    let (Some(one), Some(same), Some(other)) = (word(""), word(""), word("\n# changed")) else { return };
    assert_eq!(one, same);
    assert_ne!(one, other);
}

#[test]
fn large_windows_come_through_in_both_languages() {
    let events: Vec<_> =
        (1..=3_000).map(|version| event(version, "ItemAdded", r#"{"sku":"a","qty":1}"#)).collect();
    for scene in [python(PATIENT), node()] {
        let Some(mut scene) = scene else { continue };
        let folded = scene.fold(&events).unwrap();
        let expected: Vec<Value> = (1..=3_000).map(|n| json!({"items": {"a": n}, "n": n})).collect();
        assert_eq!(json_of(&folded.states), expected);
        let (stream, state) = (cart(), StateJson::none());
        let window = EventWindow { stream: &stream, state: &state, each: false, events: &events };
        let last = scene.process.fold(window, &Cancel::never()).unwrap().unwrap();
        assert_eq!(json_of(&last.states), expected[2_999..]);
    }
}
