//! Keys in the query view's list: moving, and filtering.

use tui_input::Input;

use crate::tui::key::{Key, KeyCode};
use crate::tui::keymap::prompt::{PromptAction, prompt_action_of};
use crate::tui::model::Model;
use crate::tui::model::focus::{Pane, Selection};
use crate::tui::model::mode::Mode;
use crate::tui::model::prompt::Prompt;
use crate::tui::model::query_form::QueryForm;
use crate::tui::model::stream_list::Choice;
use crate::tui::questions::listing::Around;
use crate::tui::update::line::edit_line;
use crate::tui::update::prompts::{self, next_opening};

/// Opens the filter's line, with the present filter in it.
pub(super) fn open_filter(model: &mut Model) {
    (model.focus, model.query_form) = (Pane::Query, QueryForm::Rows);
    let mut prompt = Prompt::opened(next_opening(model));
    prompt.input = Input::new(model.stream_list.filter.clone());
    prompts::open(model, Mode::Filter(prompt));
}

/// Handles a key while the filter is being typed.
pub(super) fn typing(model: &mut Model, key: Key) {
    let Mode::Filter(prompt) = &model.mode else { return };
    match prompt_action_of(key) {
        Some(PromptAction::Close) => drop(clear(model)),
        None if key.code == KeyCode::Backspace && prompt.text().is_empty() => drop(clear(model)),
        Some(PromptAction::Enter) => keep(model),
        Some(PromptAction::Earlier) => select_row(model, -1),
        Some(PromptAction::Later) => select_row(model, 1),
        Some(PromptAction::Complete | PromptAction::CompleteBack) | None => edit_line(model, key),
    }
}

/// Clears the filter; returns whether there was one.
pub(super) fn clear(model: &mut Model) -> bool {
    if matches!(model.mode, Mode::Filter(_)) {
        prompts::close(model);
    }
    model.stream_list.choice = None;
    !std::mem::take(&mut model.stream_list.filter).is_empty()
}

/// Closes the line. One of the listed streams becomes the selected one.
fn keep(model: &mut Model) {
    prompts::close(model);
    if model.stream_list.filter.is_empty() {
        return;
    }
    model.stream_list.choice = Some(Choice::Listed);
    if model.listing.is_settled() {
        choose(model);
    }
}

/// Selects the first stream, or the last: with the next answer, unless the present one includes that end.
pub(super) fn choose_end(model: &mut Model, is_last: bool) {
    let (choice, around) =
        if is_last { (Choice::Last, Around::Last) } else { (Choice::First, Around::First) };
    model.stream_list.choice = Some(choice);
    if model.listing.is_settled() && model.listing.question().is_some_and(|asked| asked.around == around) {
        choose(model);
    }
}

/// Makes the choice that waited for the present answer.
pub(super) fn choose(model: &mut Model) {
    let Some(choice) = model.stream_list.choice.take() else { return };
    let rows = model.listed_rows();
    let is_listed = rows.iter().any(|row| model.selected() == Some(&row.stream));
    let row = match choice {
        Choice::Listed if is_listed => return,
        Choice::First | Choice::Listed => rows.first(),
        Choice::Last => rows.last(),
    };
    if let Some(name) = row.map(|row| row.stream.clone()) {
        model.selection = Selection::Pinned(name);
    }
}

/// Moves the selection by a number of rows, as far as the names there have been read: a page.
pub(super) fn select_row(model: &mut Model, by: i64) {
    let Some(listing) = model.listing.answer() else { return };
    let in_sight = listing.rows.iter().map(|row| &row.stream);
    let names: Vec<_> = listing.names_before.iter().chain(in_sight).chain(&listing.names_after).collect();
    let number = |at: usize| i64::try_from(at).unwrap_or(i64::MAX);
    let first = number(listing.names_before.len());
    let selected = model.selected().and_then(|selected| names.iter().position(|name| *name == selected));
    let here = selected.map_or(if by > 0 { first - 1 } else { first }, number);
    let there = here.saturating_add(by).min(number(names.len()) - 1).max(0);
    let name = usize::try_from(there).ok().and_then(|at| names.get(at));
    if let Some(name) = name.map(|name| (*name).clone()) {
        model.selection = Selection::Pinned(name);
        model.stream_list.choice = None;
    }
}
