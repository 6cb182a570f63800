//! The adapters with the real libraries: at every version of ten aggregates they give the state that the library gives.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use foldback::domain::event::{RecordedEvent, StreamName};
use foldback::runtime::fold_process::protocol::StateJson;
use serde_json::Value;

use crate::adapters::folder_with;
use crate::program::{PATIENT, Scene, event};

/// The variable that names a folder with `venv` (Python with `eventsourcing`) and `node_modules` (with Emmett). If it is
/// set, they must be there; otherwise they are looked for in `target/adapters`.
const FOLDER_VARIABLE: &str = "FOLDBACK_ADAPTERS";

/// A stream as its library answers for it.
#[derive(serde::Deserialize)]
struct LibraryStream {
    stream: String,
    events: Vec<LibraryEvent>,
    /// The state at every version.
    states: Vec<Value>,
    /// The library's own snapshots, by version.
    snapshots: BTreeMap<u64, Value>,
}

#[derive(serde::Deserialize)]
struct LibraryEvent {
    r#type: String,
    data: String,
}

impl LibraryStream {
    fn recorded(&self) -> Vec<RecordedEvent> {
        let stream = StreamName::new(&self.stream).unwrap();
        let recorded = |(version, LibraryEvent { r#type, data }): (u64, &LibraryEvent)| RecordedEvent {
            stream: stream.clone(),
            ..event(version, r#type, data)
        };
        (1..).zip(&self.events).map(recorded).collect()
    }
}

/// A path in the folder of the libraries; `None`, with a line, if they are not here.
pub fn library(path: &str) -> Option<PathBuf> {
    let named = std::env::var_os(FOLDER_VARIABLE).map(PathBuf::from);
    let is_named = named.is_some();
    let folder = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target/adapters"));
    let found = folder.join(path);
    assert!(!is_named || found.exists(), "{FOLDER_VARIABLE} names a folder without {path}");
    if !found.exists() {
        println!("skipped: {} is not here; .ci/run installs it", found.display());
    }
    found.exists().then_some(found)
}

/// The answers that a program of the library prints in a folder.
fn answers(program: &str, script: &str, folder: &Path) -> Vec<LibraryStream> {
    let output = Command::new(program).arg(script).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_terminator('\n').map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The state without the aggregate's version, which the adapter adds to it, and the version.
pub fn without_version(state: &StateJson) -> (Value, Option<u64>) {
    let mut state: Value = serde_json::from_str(state.text()).unwrap();
    let version = state.as_object_mut().and_then(|fields| fields.remove("_version"));
    (state, version.and_then(|version| version.as_u64()))
}

/// Folds every stream at once, and from the state at each version one event on.
fn check(scene: &mut Scene, streams: &[LibraryStream]) {
    for stream in streams {
        let events = stream.recorded();
        let folded = scene.fold(&events).unwrap();
        assert_eq!(folded.not_understood, []);
        let states: Vec<Value> = folded.states.iter().map(|state| without_version(state).0).collect();
        assert_eq!(states, stream.states, "{}", stream.stream);
        for nth in 1..events.len() {
            let next = scene.fold_from(&folded.states[nth - 1], false, &events[nth..=nth]).unwrap();
            assert_eq!(next.states, folded.states[nth..=nth], "{} {nth}", stream.stream);
        }
    }
}

#[test]
fn an_aggregate_of_python_eventsourcing_has_the_state_that_its_repository_gives_at_every_version() {
    let Some(python) = library("venv/bin/python") else { return };
    let files = [
        "assets/adapters/eventsourcing_fold.py",
        "tests/fold_process/hotel.py",
        "tests/fold_process/hotel_answers.py",
    ];
    let (folder, python) = (folder_with(&files), python.to_str().unwrap());
    let streams = answers(python, "hotel_answers.py", folder.path());
    let arguments = ["eventsourcing_fold.py", "hotel:Room", "hotel:Hotel"];
    let mut scene = Scene::program(python, &arguments, folder, PATIENT);
    assert_eq!(streams.len(), 10);
    check(&mut scene, &streams);
    for stream in &streams {
        assert!(stream.snapshots.len() >= 3, "the library kept snapshots");
        let folded = scene.fold(&stream.recorded()).unwrap();
        for (version, snapshot) in &stream.snapshots {
            let state = &folded.states[usize::try_from(*version).unwrap() - 1];
            assert_eq!(without_version(state), (snapshot.clone(), Some(*version)), "{}", stream.stream);
        }
    }
}

#[test]
fn an_event_that_the_library_refuses_leaves_the_aggregate_and_imports_nothing() {
    let Some(python) = library("venv/bin/python") else { return };
    let files = [
        "assets/adapters/eventsourcing_fold.py",
        "tests/fold_process/hotel.py",
        "tests/fold_process/hotel_answers.py",
    ];
    let (folder, python) = (folder_with(&files), python.to_str().unwrap());
    let streams = answers(python, "hotel_answers.py", folder.path());
    std::fs::write(folder.path().join("evil.py"), "open('imported', 'w')\nclass Event: pass\n").unwrap();
    let arguments = ["eventsourcing_fold.py", "hotel:Room", "hotel:Hotel"];
    let mut scene = Scene::program(python, &arguments, folder, PATIENT);
    let mut events = streams[0].recorded();
    events.truncate(3);
    let at_three = scene.fold(&events).unwrap().states[2].clone();
    let created = events[0].data.replace("hotel:Room", "evil:Event");
    for (event_type, data) in [
        ("evil:Event", "{}"),
        ("os:system", "{}"),
        ("hotel:Room.Unknown", "{}"),
        ("hotel:Room.Cancelled", r#"{"night":{"_type_":"date_iso","_data_":"1999-01-01"}}"#),
        ("hotel:Room.Booked", "not JSON"),
        ("hotel:Room.Opened", &created),
    ] {
        let mut odd = event(4, event_type, data);
        odd.stream.clone_from(&events[0].stream);
        let folded = scene.fold_from(&at_three, true, &[odd]).unwrap();
        let state: Value = serde_json::from_str(folded.states[0].text()).unwrap();
        assert_eq!(state, serde_json::from_str::<Value>(at_three.text()).unwrap(), "{event_type}");
        assert_eq!(folded.not_understood.len(), 1, "{event_type}");
    }
    assert!(!scene.file("imported").exists());
}

#[test]
fn an_evolve_function_of_emmett_gives_the_state_that_its_store_gives_at_every_version() {
    let Some(modules) = library("node_modules") else { return };
    let files = [
        "assets/adapters/fold.mjs",
        "tests/fold_process/emmett_cart.mjs",
        "tests/fold_process/cart_answers.mjs",
    ];
    let folder = folder_with(&files);
    std::os::unix::fs::symlink(modules, folder.path().join("node_modules")).unwrap();
    let streams = answers("node", "cart_answers.mjs", folder.path());
    let mut scene = Scene::program("node", &["fold.mjs", "./emmett_cart.mjs"], folder, PATIENT);
    assert_eq!(streams.len(), 10);
    check(&mut scene, &streams);
}
