//! Requests: to the byte as the protocol says, in windows, each with the state that the one before gave.

use foldback::cancel::Cancel;
use foldback::domain::event::RecordedEvent;
use foldback::runtime::fold_process::protocol::{FoldedStates, Greeting, StateJson, UnfoldedEvent};
use serde_json::Value;

use crate::program::{GREET, PATIENT, Scene, event, events, states};

/// Keeps its requests in a file, and answers each with the number of the request as the state.
const COUNTING: &str = r#"n=0
while read -r request; do
  printf '%s\n' "$request" >> requests
  n=$((n+1))
  echo "{\"fold\":$n,\"states\":[$n]}"
done
"#;

fn counting() -> Scene {
    Scene::script(&format!("{GREET}{COUNTING}"), PATIENT)
}

#[test]
fn requests_have_the_data_of_events_byte_for_byte_as_text() {
    let mut scene = counting();
    let data = "{\"sku\": \"a\u{2028}\\n\\ud800\",\t\"n\":1.50, \"n\":1e400}";
    let timed = RecordedEvent {
        time: Some("2024-03-14T10:22:07.5Z".parse().unwrap()),
        ..event(1, "Item\"Added", data)
    };
    scene.fold_from(&StateJson::none(), false, &[timed, event(3, "B", "[]")]).unwrap();
    scene.fold_from(&StateJson::parse("{\"a\"\n: 1.0}").unwrap(), true, &[event(4, "C", "null")]).unwrap();
    let expected = [
        "{\"fold\":1,\"stream\":\"cart-1\",\"state\":null,\"each\":false,\"events\":[{\"version\":1,\
         \"type\":\"Item\\\"Added\",\"time\":\"2024-03-14T10:22:07.5Z\",\"data\":\"{\\\"sku\\\": \\\"a\u{2028}\\\\n\\\\ud800\\\",\
         \\t\\\"n\\\":1.50, \\\"n\\\":1e400}\"},{\"version\":3,\"type\":\"B\",\"time\":null,\"data\":\"[]\"}]}",
        "{\"fold\":2,\"stream\":\"cart-1\",\"state\":{\"a\" : 1.0},\"each\":true,\"events\":[{\"version\":4,\"type\":\"C\",\
         \"time\":null,\"data\":\"null\"}]}",
    ];
    assert_eq!(scene.lines("requests"), expected);
}

#[test]
fn many_events_are_folded_in_windows_each_from_the_state_before() {
    let mut scene = counting();
    let folded = scene.fold_from(&StateJson::none(), false, &events(2_500)).unwrap();
    assert_eq!(folded, FoldedStates { states: states(&["3"]), not_understood: Vec::new() });
    let windows: Vec<(Value, usize)> = scene
        .lines("requests")
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .map(|request: Value| (request["state"].clone(), request["events"].as_array().unwrap().len()))
        .collect();
    assert_eq!(windows, [(Value::Null, 1_000), (1.into(), 1_000), (2.into(), 500)]);
}

#[test]
fn a_window_of_large_states_has_fewer_events() {
    // Ten states of this size fill half a line.
    let state = StateJson::parse(&format!("{:?}", "x".repeat(PATIENT.line_bytes / 2 / 10 - 10))).unwrap();
    let script = format!("{GREET}read -r request\nprintf '%s\\n' \"$request\" > requests\nexit\n");
    let mut scene = Scene::script(&script, PATIENT);
    scene.fold_from(&state, true, &events(1_000)).unwrap_err();
    let request: Value = serde_json::from_str(&scene.lines("requests")[0]).unwrap();
    assert_eq!(request["events"].as_array().unwrap().len(), 10);
}

#[test]
fn no_events_are_no_request() {
    let mut scene = Scene::program("no-such-program", &[], tempfile::tempdir().unwrap(), PATIENT);
    assert_eq!(scene.fold(&[]), Ok(FoldedStates::default()));
}

#[test]
fn states_are_taken_as_the_process_wrote_them_with_the_events_that_it_did_not_understand() {
    let answer = r#"{"fold":1,"states":[{"b":1.50,"a":[ 1e400 ]},null,"x"],"not_understood":[{"at":2,"why":"no \"b\""}],"more":1}"#;
    let mut scene =
        Scene::script(&format!("{GREET}read -r request\necho '{answer}'\nread -r end\n"), PATIENT);
    let expected = FoldedStates {
        states: states(&[r#"{"b":1.50,"a":[ 1e400 ]}"#, "null", r#""x""#]),
        not_understood: vec![UnfoldedEvent { at: event(2, "", "").version, why: "no \"b\"".to_owned() }],
    };
    assert_eq!(scene.fold(&events(3)), Ok(expected));
}

#[test]
fn the_greeting_names_the_fold_its_types_and_its_commands() {
    let greeting = r#"{"hello":1,"fold":"cart 3","types":["ItemAdded"],"commands":["checkout"]}"#;
    let mut scene = Scene::script(&format!("echo '{greeting}'\nread -r hello\nread -r end\n"), PATIENT);
    let expected = Greeting {
        fold: "cart 3".to_owned(),
        types: vec!["ItemAdded".to_owned()],
        commands: vec!["checkout".to_owned()],
    };
    assert_eq!(scene.process.greeting(&Cancel::never()), Ok(Ok(expected)));
}

#[test]
fn a_program_runs_in_its_folder_with_a_short_environment() {
    let folder = tempfile::tempdir().unwrap();
    let script = format!(
        "#!/bin/sh\npwd > folder\nenv > environment\nprintf '%s\\n' \"$@\" > arguments\n{GREET}read -r end\n"
    );
    std::fs::create_dir(folder.path().join("bin")).unwrap();
    let path = folder.path().join("bin/fold");
    std::fs::write(&path, script).unwrap();
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&path, permissions).unwrap();
    // No shell sees the arguments.
    let mut scene = Scene::program("bin/fold", &["$HOME; *", ""], folder, PATIENT);
    scene.process.greeting(&Cancel::never()).unwrap().unwrap();
    assert_eq!(scene.lines("folder"), [scene.folder.path().canonicalize().unwrap().to_str().unwrap()]);
    assert_eq!(scene.lines("arguments"), ["$HOME; *", ""]);
    let environment = scene.lines("environment");
    let names: Vec<&str> = environment.iter().map(|line| line.split('=').next().unwrap()).collect();
    assert!(
        std::env::var_os("CARGO_MANIFEST_DIR").is_some() && !names.contains(&"CARGO_MANIFEST_DIR"),
        "{names:?}"
    );
    for set in ["TZ=UTC", "PYTHONHASHSEED=0"] {
        assert!(environment.iter().any(|line| line == set), "{environment:?}");
    }
}
