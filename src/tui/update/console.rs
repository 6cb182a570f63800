//! Keys in the SQL console.
//!
//! Its files:
//!
//! - `editor.rs`: keys in the SQL editor
//! - `results.rs`: keys in a SQL answer

mod editor;
mod results;

use crate::read_model::rows::Value;
use crate::tui::effect::{Deed, Effect};
use crate::tui::layout::layout;
use crate::tui::message::{Key, KeyCode};
use crate::tui::model::console::ConsolePart;
use crate::tui::model::saved::SAVED_QUESTIONS;
use crate::tui::model::{Mode, Model, QueryClock, Tone};
use crate::tui::questions::sql::{AnswerEnd, SqlAnswer};
use crate::tui::update::browse;

/// Opens the console to write in; at its answer, where that was left for what one of its rows leads to.
pub(super) fn open(model: &mut Model) {
    let returns = std::mem::take(&mut model.console.is_left_by_row);
    model.mode = Mode::Console(if returns { ConsolePart::Results } else { ConsolePart::Editor });
}

/// Opens the console with a question, which is asked at once.
pub(super) fn open_with(model: &mut Model, sql: &str) {
    model.mode = Mode::Console(ConsolePart::Editor);
    model.console.write(sql);
    ask(model);
}

/// A key while the console is open, in this part of it.
pub(super) fn console(model: &mut Model, part: ConsolePart, key: Key, effects: &mut Vec<Effect>) {
    match key.code {
        KeyCode::Esc => escape(model, part, effects),
        KeyCode::Tab | KeyCode::BackTab => model.mode = Mode::Console(other_part(model, part)),
        KeyCode::Char('t') if key.ctrl => model.mode = Mode::Console(ConsolePart::Saved),
        _ => match part {
            ConsolePart::Editor => editor::write(model, key),
            ConsolePart::Results => results::look(model, key, effects),
            ConsolePart::Saved => choose_saved(model, key, effects),
        },
    }
}

/// A text that was pasted: into the question, with its lines.
pub(super) fn paste(model: &mut Model, text: &str) {
    model.mode = Mode::Console(ConsolePart::Editor);
    editor::insert(model, &text.replace("\r\n", "\n").replace('\r', "\n"));
}

/// The answer begins to come.
pub(super) fn answered(model: &mut Model, ticket: u64, answered: SqlAnswer) {
    model.console.answered(ticket, answered);
}

/// More rows of the answer have come.
pub(super) fn rows_came(model: &mut Model, ticket: u64, rows: Vec<Vec<Value>>) {
    if let Some(results) = model.console.answer.answer_to(ticket) {
        results.add(rows);
    }
}

/// The answer has ended.
pub(super) fn ended(model: &mut Model, ticket: u64, end: AnswerEnd) {
    model.console.ended(ticket, end);
}

/// Scrolls the answer so many rows.
pub(super) fn scroll(model: &mut Model, by: isize) {
    results::scroll(model, by);
}

/// Chooses the `nth` of the rows in sight.
pub(super) fn choose_in_sight(model: &mut Model, nth: usize) {
    results::choose_in_sight(model, nth);
}

/// Asks what is written.
pub(super) fn ask(model: &mut Model) {
    if model.console.is_blank() {
        model.tell(Tone::Plain, "no question is written yet: ↓ goes to the saved ones");
        return;
    }
    model.console.ask();
    // Where there is no room for both, the answer is what one waits for.
    let console = layout(model).and_then(|panes| panes.console);
    if console.is_some_and(|console| console.below.is_none()) {
        model.mode = Mode::Console(ConsolePart::Results);
    }
}

/// Takes a saved question, and asks it.
pub(super) fn take_saved(model: &mut Model, nth: usize) {
    let Some(saved) = SAVED_QUESTIONS.get(nth) else { return };
    model.console.saved = nth;
    if !model.console.is_blank() {
        model.console.keep_own_text();
    }
    model.console.write(saved.sql);
    model.mode = Mode::Console(ConsolePart::Results);
    ask(model);
}

/// What runs stops first; then it goes back to the question, and from there out of the console.
fn escape(model: &mut Model, part: ConsolePart, effects: &mut Vec<Effect>) {
    // What is asked again and again while history plays is stopped by stopping that.
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

/// A key while a saved question is being chosen.
fn choose_saved(model: &mut Model, key: Key, effects: &mut Vec<Effect>) {
    let last = SAVED_QUESTIONS.len() - 1;
    let here = model.console.saved;
    match key.code {
        KeyCode::Up | KeyCode::Char('k') if here == 0 => model.mode = Mode::Console(ConsolePart::Editor),
        KeyCode::Up | KeyCode::Char('k') => model.console.saved = here - 1,
        KeyCode::Down | KeyCode::Char('j') => model.console.saved = (here + 1).min(last),
        KeyCode::Home | KeyCode::PageUp => model.console.saved = 0,
        KeyCode::End | KeyCode::PageDown => model.console.saved = last,
        KeyCode::Enter => take_saved(model, here),
        KeyCode::Char(c) => {
            // Their numbers begin at 1.
            let nth = c.to_digit(10).and_then(|digit| usize::try_from(digit).ok()?.checked_sub(1));
            match nth {
                Some(nth) => take_saved(model, nth),
                None => browse::prompt_key(model, key, effects),
            }
        }
        _ => {}
    }
}
