//! Commands: the program decides which events they lead to, or refuses them.

use foldback::cancel::Cancel;
use foldback::domain::event::StreamPosition;
use foldback::runtime::fold_process::fault::{FaultCause, FoldFault};
use foldback::runtime::fold_process::protocol::{DecidedEvent, Decision, StateJson, StreamCommand};

use crate::program::{GREET, PATIENT, Scene, cart};

fn decided(answer: &str) -> Result<Decision, FoldFault> {
    let script = format!(
        "{GREET}read -r request\nprintf '%s\\n' \"$request\" > requests\necho '{answer}'\nread -r end\n"
    );
    let mut scene = Scene::script(&script, PATIENT);
    let (stream, state) = (cart(), StateJson::parse(r#"{"n":1}"#).unwrap());
    let version = StreamPosition::new(12);
    let command = StreamCommand { stream: &stream, state: &state, version, command: "checkout 'a b'" };
    let decision = scene.process.decide(command, &Cancel::never()).map(|decision| decision.unwrap());
    let expected =
        r#"{"decide":1,"stream":"cart-1","state":{"n":1},"version":12,"command":"checkout 'a b'"}"#;
    assert_eq!(scene.lines("requests"), [expected]);
    decision
}

#[test]
fn a_command_leads_to_events_with_data_as_the_program_wrote_it() {
    let answer = r#"{"decide":1,"events":[{"type":"CheckedOut","data":{"total":1.50}},{"type":"Closed","data":null}]}"#;
    let event = |event_type: &str, data: &str| DecidedEvent {
        event_type: event_type.to_owned(),
        data: data.to_owned(),
    };
    let expected = Decision::Events(vec![event("CheckedOut", r#"{"total":1.50}"#), event("Closed", "null")]);
    assert_eq!(decided(answer), Ok(expected));
    assert_eq!(decided(r#"{"decide":1,"events":[]}"#), Ok(Decision::Events(Vec::new())));
}

#[test]
fn a_command_is_refused_in_the_words_of_the_program() {
    let refused = Decision::Refused("the cart is empty".to_owned());
    assert_eq!(decided(r#"{"decide":1,"refused":"the cart is empty"}"#), Ok(refused));
}

#[test]
fn an_error_of_the_users_code_is_no_refusal() {
    let fault = decided(r#"{"decide":1,"error":"KeyError: x"}"#).unwrap_err();
    assert_eq!(fault.why, FaultCause::Reported { what: "KeyError: x".to_owned(), at: None });
    assert_eq!(fault.to_string(), "`sh fold.sh` reports an error: KeyError: x");
}

#[test]
fn an_answer_with_neither_or_both_is_no_answer() {
    for answer in
        [r#"{"decide":1}"#, r#"{"decide":1,"events":[],"refused":"x"}"#, r#"{"decide":2,"events":[]}"#]
    {
        let fault = decided(answer).unwrap_err();
        assert!(matches!(fault.why, FaultCause::BadOutput(_)), "{answer}: {fault}");
    }
}
