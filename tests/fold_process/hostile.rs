//! Hostile output: whatever a program writes, there is an answer or a fault, and the process has ended after a fault.

use foldback::cancel::Cancel;
use foldback::runtime::fold_process::fault::{BadAnswer, FaultCause, FoldFault, FoldRequest};
use foldback::runtime::fold_process::limits::{ANSWER_TEXT_BYTES_MAX, ProcessLimits, STATE_BYTES_MAX};
use foldback::runtime::fold_process::protocol::{
    EventWindow, FoldedStates, Greeting, ProcessAnswer, StateJson, read_folded, read_greeting,
};
use proptest::prelude::*;

use crate::program::{PATIENT, Scene, cart, events, is_running};
use crate::support::cases;

/// Reads the hello, writes `before`, reads the request, writes `after`; then it ends.
fn scene(before: &[u8], after: &[u8], limits: ProcessLimits) -> Scene {
    let script = "echo $$ > id\nread -r hello\ncat before\nread -r request\ncat after\n";
    let scene = Scene::script(script, limits);
    std::fs::write(scene.file("before"), before).unwrap();
    std::fs::write(scene.file("after"), after).unwrap();
    scene
}

const GREETING: &[u8] = b"{\"hello\":1,\"fold\":\"x\"}\n";

/// The fault of folding two events, after which the process runs no more.
fn fault(answer: &str) -> FaultCause {
    let mut scene = scene(GREETING, answer.as_bytes(), PATIENT);
    let fault = scene.fold(&events(2)).unwrap_err();
    assert!(!is_running(&scene.lines("id")[0]), "{answer}");
    fault.why
}

#[test]
fn an_answer_that_is_not_the_expected_one_is_a_fault_that_says_why() {
    let long_state = format!("{{\"fold\":1,\"states\":[1,{:?}]}}\n", "x".repeat(STATE_BYTES_MAX - 1));
    let other_request = |found| BadAnswer::OtherRequest { expected: 1, found };
    for (answer, expected) in [
        ("{\"fold\":2,\"states\":[1,2]}\n", other_request(2)),
        ("{\"fold\":1,\"states\":[1]}\n", BadAnswer::States { expected: 2, found: 1 }),
        ("{\"fold\":1,\"states\":[1,2,3]}\n", BadAnswer::States { expected: 2, found: 3 }),
        ("{\"fold\":1}\n", BadAnswer::States { expected: 2, found: 0 }),
        ("{\"fold\":1,\"error\":\"x\",\"at\":3}\n", BadAnswer::OtherEvent(3)),
        (
            "{\"fold\":1,\"states\":[1,2],\"not_understood\":[{\"at\":9,\"why\":\"x\"}]}\n",
            BadAnswer::OtherEvent(9),
        ),
        (
            "{\"fold\":1,\"states\":[1,2],\"not_understood\":[{\"at\":2,\"why\":\"x\"},{\"at\":1,\"why\":\"x\"}]}\n",
            BadAnswer::OtherEvent(2),
        ),
        ("{\"fold\":1,\"states\":[1,2]}", BadAnswer::HalfLine),
        (&long_state, BadAnswer::Beyond { what: "a state", most: STATE_BYTES_MAX }),
    ] {
        let expected = FaultCause::BadOutput(expected);
        assert_eq!(fault(answer), expected, "{answer:.200}");
    }
    for answer in
        ["\n", "x\n", "[]\n", "{\"fold\":1,\"states\":[1,NaN]}\n", "{\"fold\":-1,\"states\":[1,2]}\n"]
    {
        let why = fault(answer);
        assert!(matches!(why, FaultCause::BadOutput(BadAnswer::Form(_))), "{answer}: {why:?}");
    }
}

#[test]
fn a_line_without_end_is_read_up_to_the_limit() {
    let limits = ProcessLimits { line_bytes: 1_000, ..PATIENT };
    let mut scene = Scene::script("exec tr '\\0' x < /dev/zero\n", limits);
    let fault = scene.fold(&events(1)).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "`sh fold.sh` was ended, because its output is not the protocol's: a line is longer than 1000 bytes"
    );
}

#[test]
fn output_that_nobody_asked_for_is_not_taken_for_an_answer() {
    // Before the hello.
    let mut early = scene(b"loading\n{\"hello\":1,\"fold\":\"x\"}\n", b"", PATIENT);
    let why = early.process.greeting(&Cancel::never()).unwrap_err().why;
    assert!(matches!(why, FaultCause::BadOutput(BadAnswer::Form(_))), "{why:?}");
    // After it.
    let mut early =
        scene(b"{\"hello\":1,\"fold\":\"x\"}\nprinted\n", b"{\"fold\":1,\"states\":[1]}\n", PATIENT);
    let why = early.fold(&events(1)).unwrap_err().why;
    assert!(matches!(why, FaultCause::BadOutput(BadAnswer::Form(_))), "{why:?}");
}

#[test]
fn a_greeting_has_the_version_of_the_protocol_and_short_texts() {
    let other = BadAnswer::OtherRequest { expected: 1, found: 2 };
    assert_eq!(read_greeting(b"{\"hello\":2,\"fold\":\"x\"}"), Err(other));
    let long = format!("{{\"hello\":1,\"fold\":{:?}}}", "x".repeat(ANSWER_TEXT_BYTES_MAX + 1));
    let beyond = BadAnswer::Beyond { what: "a text of the greeting", most: ANSWER_TEXT_BYTES_MAX };
    assert_eq!(read_greeting(long.as_bytes()), Err(beyond));
    assert!(matches!(read_greeting(b"{\"hello\":1}"), Err(BadAnswer::Form(_))));
}

/// Output of a program that is asked for a line.
fn output() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => Just(b"{\"fold\":1,\"states\":[{\"n\":1},2]}\n".to_vec()),
        2 => Just(b"{\"hello\":1,\"fold\":\"x\",\"types\":[\"A\"]}\n".to_vec()),
        1 => Just(b"{\"fold\":1,\"error\":\"no\",\"at\":1}\n".to_vec()),
        1 => Just(b"{\"fold\":2,\"states\":[1,2]}\n".to_vec()),
        1 => Just(b"{\"fold\":1,".to_vec()),
        1 => Just(b"\n".to_vec()),
        1 => Just(vec![b'x'; 900]),
        1 => prop::collection::vec(any::<u8>(), 0..20),
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

/// The first line of an output that ends, with a limit; else the fault.
fn first_line(output: &[u8], request: FoldRequest, line_bytes: usize) -> Result<&[u8], FaultCause> {
    match output.iter().position(|byte| *byte == b'\n') {
        Some(end) if end <= line_bytes => Ok(&output[..end]),
        None if output.is_empty() => Err(FaultCause::Ended { request, status: "exit status: 0".to_owned() }),
        None if output.len() <= line_bytes => Err(FaultCause::BadOutput(BadAnswer::HalfLine)),
        _ => Err(FaultCause::BadOutput(BadAnswer::TooLong(line_bytes))),
    }
}

proptest! {
    #![proptest_config(cases(100))]
    #[test]
    fn any_output_is_the_answer_that_it_is_or_a_fault(output in output(), is_greeting in any::<bool>()) {
        let limits = ProcessLimits { line_bytes: 1_000, ..PATIENT };
        let (stream, none, events) = (cart(), StateJson::none(), events(2));
        let window = EventWindow { stream: &stream, state: &none, each: true, events: &events };
        if is_greeting {
            // The hello is read before anything is written, so the process has not ended when it is asked.
            let script = "read -r hello\ncat output\n";
            let mut scene = Scene::script(script, limits);
            std::fs::write(scene.file("output"), &output).unwrap();
            let expected = first_line(&output, FoldRequest::Hello, limits.line_bytes)
                .and_then(|line| read_greeting(line).map_err(FaultCause::BadOutput));
            let found: Result<Greeting, FoldFault> =
                scene.process.greeting(&Cancel::never()).map(|greeting| greeting.unwrap());
            prop_assert_eq!(found.map_err(|fault| fault.why), expected);
        } else {
            let mut scene = scene(GREETING, &output, limits);
            let expected: Result<FoldedStates, FaultCause> =
                first_line(&output, FoldRequest::Fold, limits.line_bytes).and_then(|line| {
                    match read_folded(line, 1, window).map_err(FaultCause::BadOutput)? {
                        ProcessAnswer::Given(folded) => Ok(folded),
                        ProcessAnswer::Failed { what, at } => Err(FaultCause::Reported { what, at }),
                    }
                });
            let found = scene.process.fold(window, &Cancel::never()).map(|folded| folded.unwrap());
            prop_assert_eq!(found.map_err(|fault| fault.why), expected);
        }
    }
}
