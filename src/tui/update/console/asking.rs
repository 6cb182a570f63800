//! Opening the SQL console, and asking its question.

use crate::tui::keymap::console::{ConsoleAction, console_key_names};
use crate::tui::layout::layout;
use crate::tui::model::Model;
use crate::tui::model::console::ConsolePart;
use crate::tui::model::mode::Mode;
use crate::tui::model::notice::Tone;

/// Opens the console with the editor; with the answer, if one of its rows led away from it.
pub(in crate::tui::update) fn open(model: &mut Model) {
    let returns = std::mem::take(&mut model.console.is_left_by_row);
    model.mode = Mode::Console(if returns { ConsolePart::Results } else { ConsolePart::Editor });
}

/// Opens the console with a question, which is asked at once.
pub(in crate::tui::update) fn open_with(model: &mut Model, sql: &str) {
    model.mode = Mode::Console(ConsolePart::Editor);
    model.console.write(sql);
    ask(model);
}

/// Asks the question in the editor.
pub(in crate::tui::update) fn ask(model: &mut Model) {
    if model.console.is_blank() {
        let saved = console_key_names(&[ConsoleAction::Later]);
        model.notify(Tone::Plain, format!("no question is written yet: {saved} goes to the saved ones"));
        return;
    }
    model.console.ask();
    // If only one of the two fits, the answer is shown.
    let console = layout(model).and_then(|panes| panes.console);
    if console.is_some_and(|console| console.below.is_none()) {
        model.mode = Mode::Console(ConsolePart::Results);
    }
}

/// Loads a saved question and asks it.
pub(in crate::tui::update) fn take_saved(model: &mut Model, nth: usize) {
    let Some(sql) = model.presentation.in_console().nth(nth).map(|saved| saved.sql) else { return };
    model.console.saved = nth;
    if !model.console.is_blank() {
        model.console.keep_own_text();
    }
    model.console.write(sql);
    model.mode = Mode::Console(ConsolePart::Results);
    ask(model);
}
