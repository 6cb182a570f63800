//! Verifying the log: the notices of the header's key.

use foldback::tui::effect::{Deed, Effect};
use foldback::tui::key::KeyCode;
use foldback::tui::message::Message;
use foldback::tui::model::Model;
use foldback::tui::model::mode::Mode;
use foldback::tui::model::notice::Tone;
use foldback::tui::model::verification::{FirstFault, Verification, VerificationState};
use foldback::tui::update::update;

use crate::walk::{at, deeds, key, moment, press, reach, screen, walk};

fn verified(up_to: u64, state: VerificationState) -> Message {
    Message::Verified(Box::new(Verification { up_to: at(up_to), state }))
}

/// The notice after these keys.
fn said(model: &mut Model, keys: &str) -> (Tone, String) {
    press(model, keys);
    let notice = model.notice.clone().unwrap();
    (notice.tone, notice.text)
}

#[test]
fn the_log_is_proved_as_far_as_it_is_said_and_again_when_it_has_grown() {
    let mut model = screen();
    assert_eq!(said(&mut model, "!").1, "the log is being verified: no event is verified yet");
    update(&mut model, verified(42, VerificationState::Running));
    assert_eq!(said(&mut model, "!").1, "verified to 42; the rest is still being verified");
    update(&mut model, verified(100, VerificationState::Whole { has_receipt: true }));
    let whole = "verified to 100: the chain holds, and agrees with the receipt beside the store";
    assert_eq!(said(&mut model, "!"), (Tone::Done, whole.to_owned()));
    // New events are verified by the verifier; until then nothing is reported about them.
    let moved = Message::HeadMoved { head: reach(101), first_clock: moment(1).clock };
    assert!(update(&mut model, moved).contains(&Effect::Do(Deed::Verify)));
    assert_eq!(said(&mut model, "!").1, whole);
    update(&mut model, verified(101, VerificationState::Whole { has_receipt: true }));
    assert_eq!(model.verification.as_ref().unwrap().up_to, at(101));
    assert_eq!(model.playhead.position, at(101));
    update(&mut model, verified(101, VerificationState::Whole { has_receipt: false }));
    let unvouched =
        "the chain holds to 101, but without a receipt a rewritten history or a lost end would go unnoticed";
    assert_eq!(said(&mut model, "!").1, unvouched);
    // A lower head is not shown, but the newest events may be missing.
    let shorter = Message::HeadMoved { head: reach(99), first_clock: moment(1).clock };
    assert_eq!(deeds(update(&mut model, shorter)), [Effect::Do(Deed::Verify)]);
    assert_eq!(model.head, moment(101));
    // Reports about one store do not reach another one.
    assert!(!verified(1, VerificationState::Whole { has_receipt: true }).is_from_outside());
}

#[test]
fn a_fault_is_reported_once_and_its_key_goes_there_and_repeats_it() {
    let mut model = screen();
    let hash = |digit: &str| format!("the hash {}", digit.repeat(64));
    let fault = |at, n_lost| FirstFault { at, n_lost, expected: hash("a"), found: hash("9") };
    let broken = |fault: &FirstFault| verified(56, VerificationState::Broken(fault.clone()));
    let changed = fault(Some(moment(57)), 0);
    update(&mut model, broken(&changed));
    let words = "broken at 57: expected the hash aaaaaaaa…, found the hash 99999999…";
    let told = |model: &Model| model.notice.as_ref().map(|notice| (notice.tone, notice.text.clone()));
    assert_eq!(told(&model), Some((Tone::Bad, format!("{words} · ! goes there"))));
    assert_eq!((model.playhead.position, model.fault()), (at(100), Some(&changed)));
    walk(&mut model, "h");
    update(&mut model, broken(&changed));
    assert_eq!(told(&model), None);
    assert_eq!(said(&mut model, "!"), (Tone::Bad, words.to_owned()));
    assert_eq!(model.playhead.position, at(57));
    press(&mut model, "u");
    assert_eq!(model.playhead.position, at(99));
    // With the inspector open, too.
    key(&mut model, KeyCode::Enter);
    press(&mut model, "!");
    assert!(matches!(model.mode, Mode::Inspect(_)));
    assert_eq!(model.playhead.position, at(57));
    // Missing events are missing after the head; and a fault that belongs to no event has no place.
    let mut model = screen();
    press(&mut model, "g");
    update(&mut model, broken(&fault(Some(moment(101)), 1)));
    assert!(said(&mut model, "!").1.starts_with("1 event lost: expected"));
    assert_eq!(model.playhead.position, at(100));
    let mut model = screen();
    update(&mut model, broken(&fault(None, 0)));
    assert!(!told(&model).unwrap().1.contains("goes there"));
    walk(&mut model, "h");
    assert!(said(&mut model, "!").1.starts_with("the log is damaged: expected"));
    assert_eq!(model.playhead.position, at(99));
}
