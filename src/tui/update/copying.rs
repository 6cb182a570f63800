//! Copying to the terminal's clipboard: what a key chooses.

use crate::domain::counted::counted;
use crate::domain::event::GlobalPosition;
use crate::tui::effect::{Deed, Effect, TerminalEffect};
use crate::tui::key::Key;
use crate::tui::keymap::action::KeyAction;
use crate::tui::keymap::action_of;
use crate::tui::keymap::copy_choice::CopyChoice;
use crate::tui::model::Model;
use crate::tui::model::mode::Mode;
use crate::tui::model::notice::Tone;
use crate::tui::questions::place::Place;
use crate::tui::update::actions::prompt_key;

/// The notice for a copy of what is not on the screen yet.
const STILL_ON_ITS_WAY: &str = "the playhead is still on its way: nothing was copied";

pub(super) fn copy(model: &mut Model, text: String, effects: &mut Vec<Effect>) {
    model.notify(
        Tone::Done,
        format!("{} sent to the terminal's clipboard", counted(text.chars().count() as u64, "character")),
    );
    effects.push(Effect::Terminal(TerminalEffect::Copy(text)));
}

/// Handles the key that chooses what is copied.
pub(super) fn copy_what(model: &mut Model, key: Key, effects: &mut Vec<Effect>) {
    model.mode = Mode::Browse;
    match CopyChoice::of(key) {
        Some(CopyChoice::State | CopyChoice::Position) if model.heading.is_some() => {
            model.notify(Tone::Plain, STILL_ON_ITS_WAY);
        }
        Some(CopyChoice::Event) => copy_event(model, effects),
        Some(CopyChoice::State) => {
            match model
                .look
                .answer()
                .and_then(|look| look.state_json(model.by_time.n_late(), &model.left_out))
            {
                Some(text) => copy(model, text, effects),
                None => model.notify(Tone::Plain, model.presentation.worded("no {stream} is selected yet")),
            }
        }
        Some(CopyChoice::Position) => {
            let text = model.playhead.position.to_string();
            copy(model, text, effects);
        }
        // The key that asks what to copy, pressed twice, copies the event.
        None if action_of(key) == Some(KeyAction::Copy) => copy_event(model, effects),
        None => prompt_key(model, key, effects),
    }
}

/// Copies the event at the playhead, or at the place to which it is on its way.
pub(super) fn copy_event(model: &mut Model, effects: &mut Vec<Effect>) {
    match model.heading.clone() {
        Some(place) => effects.push(Effect::Do(Deed::ReadForCopy(place))),
        None if model.playhead.position == GlobalPosition::START => {
            model.notify(Tone::Plain, "there is no event before the first one");
        }
        None => effects.push(Effect::Do(Deed::ReadForCopy(Place::position(model.playhead.position)))),
    }
}
