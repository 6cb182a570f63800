//! Keys in the SQL console.
//!
//! Its files:
//!
//! - `asking.rs`: opening the SQL console, and asking its question
//! - `editor.rs`: keys in the SQL editor
//! - `results.rs`: keys in a SQL answer

pub(in crate::tui::update) mod asking;
mod editor;
mod results;

use crate::read_model::rows::Value;
use crate::tui::effect::{Deed, Effect};
use crate::tui::key::{Key, KeyCode};
use crate::tui::keymap::console::{ConsoleAction, console_action_of};
use crate::tui::model::Model;
use crate::tui::model::console::ConsolePart;
use crate::tui::model::focus::QueryClock;
use crate::tui::model::mode::Mode;
use crate::tui::questions::sql::{AnswerEnd, SqlAnswer};
use crate::tui::update::actions;
use crate::tui::update::console::asking::take_saved;

/// Handles a key in the console, in this part of it.
pub(super) fn console(model: &mut Model, part: ConsolePart, key: Key, effects: &mut Vec<Effect>) {
    let action = console_action_of(part, key);
    match action {
        Some(ConsoleAction::Close) => escape(model, part, effects),
        Some(ConsoleAction::OtherPart) => model.mode = Mode::Console(other_part(model, part)),
        Some(ConsoleAction::ListSaved) => model.mode = Mode::Console(ConsolePart::Saved),
        _ => match part {
            ConsolePart::Editor => editor::write(model, action, key),
            ConsolePart::Results => results::look(model, action, key, effects),
            ConsolePart::Saved => choose_saved(model, action, key, effects),
        },
    }
}

/// Pastes a text into the question, including its lines.
pub(super) fn paste(model: &mut Model, text: &str) {
    model.mode = Mode::Console(ConsolePart::Editor);
    editor::insert(model, &text.replace("\r\n", "\n").replace('\r', "\n"));
}

/// Takes the beginning of an answer.
pub(super) fn answered(model: &mut Model, ticket: u64, answered: SqlAnswer) {
    model.console.answered(ticket, answered);
}

/// Takes more rows of an answer.
pub(super) fn rows_came(model: &mut Model, ticket: u64, rows: Vec<Vec<Value>>) {
    if let Some(results) = model.console.answer.answer_to(ticket) {
        results.add(rows);
    }
}

/// Takes the end of an answer.
pub(super) fn ended(model: &mut Model, ticket: u64, end: AnswerEnd) {
    model.console.ended(ticket, end);
}

/// Scrolls the answer by a number of rows.
pub(super) fn scroll(model: &mut Model, by: isize) {
    results::scroll(model, by);
}

/// Chooses the `nth` visible row.
pub(super) fn choose_in_sight(model: &mut Model, nth: usize) {
    results::choose_in_sight(model, nth);
}

/// Stops a running question first; then goes back to the editor, and from there out of the console.
fn escape(model: &mut Model, part: ConsolePart, effects: &mut Vec<Effect>) {
    // A question that repeats while history plays stops with the playing.
    if model.playback.is_playing && model.query_clock == QueryClock::Playhead {
        model.playback.stop();
    } else if model.console.is_running() {
        model.console.stop();
        effects.push(Effect::Do(Deed::StopAsking));
    } else if model.playback.is_playing {
        model.playback.stop();
    } else if part == ConsolePart::Editor {
        model.mode = Mode::Browse;
    } else {
        model.mode = Mode::Console(ConsolePart::Editor);
    }
}

fn other_part(model: &Model, part: ConsolePart) -> ConsolePart {
    match part {
        ConsolePart::Editor if model.console.is_blank() => ConsolePart::Saved,
        ConsolePart::Editor => ConsolePart::Results,
        ConsolePart::Results | ConsolePart::Saved => ConsolePart::Editor,
    }
}

/// Handles a key in the list of saved questions.
fn choose_saved(model: &mut Model, action: Option<ConsoleAction>, key: Key, effects: &mut Vec<Effect>) {
    let last = model.presentation.in_console().count().saturating_sub(1);
    let here = model.console.saved;
    match action {
        Some(ConsoleAction::RowUp) if here == 0 => model.mode = Mode::Console(ConsolePart::Editor),
        Some(ConsoleAction::RowUp) => model.console.saved = here - 1,
        Some(ConsoleAction::RowDown) => model.console.saved = (here + 1).min(last),
        Some(ConsoleAction::FirstRow | ConsoleAction::PageUp) => model.console.saved = 0,
        Some(ConsoleAction::LastRow | ConsoleAction::PageDown) => model.console.saved = last,
        Some(ConsoleAction::OpenRow) => take_saved(model, here),
        _ => match number(key) {
            Some(nth) => take_saved(model, nth),
            None => actions::prompt_key(model, key, effects),
        },
    }
}

/// The index of the saved question that a digit names: they are numbered from 1.
fn number(key: Key) -> Option<usize> {
    let KeyCode::Char(c) = key.code else { return None };
    usize::try_from(c.to_digit(10)?).ok()?.checked_sub(1)
}
