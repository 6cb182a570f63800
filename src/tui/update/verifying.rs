//! Verification: its reports, and the jump to the first fault.

use crate::domain::counted::counted;
use crate::domain::hash::ChainHash;
use crate::tui::keymap::action::KeyAction;
use crate::tui::keymap::key_name;
use crate::tui::model::Model;
use crate::tui::model::notice::Tone;
use crate::tui::model::verification::{FirstFault, Verification, VerificationState};
use crate::tui::text::count;
use crate::tui::update::moves;

/// Digits of a hash in a notice: enough to distinguish two hashes.
const SHORT_HASH_DIGITS: usize = 8;

/// Takes the progress of verifying. A fault is reported once; from then on the header shows it.
pub(super) fn verified(model: &mut Model, verification: Verification) {
    let is_known = model.verification.as_ref().is_some_and(|before| before.fault().is_some());
    if let Some(fault) = verification.fault().filter(|_| !is_known) {
        let goes = fault.at.map(|_| format!(" · {} goes there", key_name(KeyAction::Fault)));
        model.notify(Tone::Bad, words(fault) + &goes.unwrap_or_default());
    }
    model.verification = Some(verification);
}

/// Goes to the first damaged event and says what is wrong with it; without one, says how far the log is verified.
pub(super) fn to_fault(model: &mut Model) {
    let Some(Verification { up_to, state }) = model.verification.clone() else {
        return model.notify(Tone::Plain, "the log is being verified: no event is verified yet");
    };
    let up_to = count(up_to.number());
    match state {
        VerificationState::Running => {
            model.notify(Tone::Plain, format!("verified to {up_to}; the rest is still being verified"));
        }
        VerificationState::Whole { has_receipt: true } => {
            let text =
                format!("verified to {up_to}: the chain holds, and agrees with the receipt beside the store");
            model.notify(Tone::Done, text);
        }
        VerificationState::Whole { has_receipt: false } => {
            let text = format!(
                "the chain holds to {up_to}, but without a receipt a rewritten history or a lost end would go unnoticed"
            );
            model.notify(Tone::Plain, text);
        }
        VerificationState::Broken(fault) => {
            if let Some(place) = fault.place(model.head) {
                moves::jump(model, place.position);
            }
            model.notify(Tone::Bad, words(&fault));
        }
    }
}

/// The fault in one sentence, with shortened hashes; the inspector shows them in full.
fn words(fault: &FirstFault) -> String {
    let what = match (fault.n_lost, fault.at) {
        (0, None) => "the log is damaged".to_owned(),
        (0, Some(at)) => format!("broken at {}", count(at.position.number())),
        (n, _) => format!("{} lost", counted(n, "event")),
    };
    format!("{what}: expected {}, found {}", short_hashes(&fault.expected), short_hashes(&fault.found))
}

/// The text with its hashes shortened.
fn short_hashes(text: &str) -> String {
    let short = |word: &str| match ChainHash::parse(word) {
        Some(_) => word.chars().take(SHORT_HASH_DIGITS).chain(['…']).collect(),
        None => word.to_owned(),
    };
    text.split(' ').map(short).collect::<Vec<String>>().join(" ")
}
