//! Opening and closing prompts, over whatever is open.

use tui_input::Input;

use crate::tui::model::Model;
use crate::tui::model::mode::Mode;
use crate::tui::model::prompt::Prompt;

pub(super) fn next_opening(model: &mut Model) -> u64 {
    model.n_opened += 1;
    model.n_opened
}

/// Opens the prompt for commands, with a line in it.
pub(super) fn open_command(model: &mut Model, line: &str) {
    let mut prompt = Prompt::opened(next_opening(model));
    prompt.input = Input::new(line.to_owned());
    open(model, Mode::Command(prompt));
}

/// Opens the prompt for a search.
pub(super) fn open_find(model: &mut Model) {
    let prompt = Prompt::opened(next_opening(model));
    open(model, Mode::Find(prompt));
}

/// Opens a prompt over whatever is open; another prompt is replaced.
pub(super) fn open(model: &mut Model, prompt: Mode) {
    let under = std::mem::replace(&mut model.mode, prompt);
    if !under.is_prompt() {
        model.under_prompt = under;
    }
}

/// Closes the prompt, and returns to where it was opened.
pub(super) fn close(model: &mut Model) {
    model.mode = std::mem::take(&mut model.under_prompt);
}

/// Closes the prompt after its line was entered. The help is closed as well, because it would hide the result; the
/// inspector shows the playhead's new event from its beginning.
pub(super) fn close_done(model: &mut Model) {
    close(model);
    match &mut model.mode {
        Mode::Inspect(inspector) => inspector.scroll = 0,
        Mode::Help { .. } | Mode::Guide(_) => model.mode = Mode::Browse,
        _ => {}
    }
}
