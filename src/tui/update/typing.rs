//! Keys in the prompt.

use tui_input::Input;

use crate::domain::command::Command;
use crate::tui::effect::{Deed, Effect};
use crate::tui::key::{Key, KeyCode};
use crate::tui::keymap::prompt::{PromptAction, prompt_action_of};
use crate::tui::model::Model;
use crate::tui::model::focus::Selection;
use crate::tui::model::mode::Mode;
use crate::tui::model::notice::Tone;
use crate::tui::model::prompt::{CommandLine, Completion, HISTORY_LINES_MAX, Prompt, reading};
use crate::tui::questions::place::Place;
use crate::tui::questions::preview::Preview;
use crate::tui::update::completion::{LineWords, complete};
use crate::tui::update::console::asking;
use crate::tui::update::line::edit_line;
use crate::tui::update::prompts::{close, close_done};
use crate::tui::update::{finding, moves, rebuild, steering};

/// Handles a key while a line is being typed.
pub(super) fn typing(model: &mut Model, key: Key, effects: &mut Vec<Effect>) {
    let is_command = matches!(model.mode, Mode::Command(_));
    let words = LineWords::of(&model.mode, &model.presentation);
    let (Mode::Command(prompt) | Mode::Find(prompt)) = &mut model.mode else { return };
    match prompt_action_of(key) {
        Some(PromptAction::Close) => close(model),
        None if key.code == KeyCode::Backspace && prompt.text().is_empty() => close(model),
        Some(PromptAction::Enter) if is_command => enter_command(model, effects),
        Some(PromptAction::Enter) => finding::enter(model, effects),
        Some(PromptAction::Complete) => complete(prompt, 1, words),
        Some(PromptAction::CompleteBack) => complete(prompt, -1, words),
        Some(PromptAction::Earlier) if is_command => recall(prompt, &model.history, true),
        Some(PromptAction::Later) if is_command => recall(prompt, &model.history, false),
        Some(PromptAction::Earlier | PromptAction::Later) | None => edit_line(model, key),
    }
}

fn enter_command(model: &mut Model, effects: &mut Vec<Effect>) {
    let Mode::Command(prompt) = &model.mode else { return };
    let line = prompt.text().trim().to_owned();
    match reading(&line, &model.presentation.commands) {
        CommandLine::Nothing => close(model),
        // An invalid line stays in the prompt, to be corrected.
        CommandLine::Goto(Err(why)) => model.notify(Tone::Bad, why.to_string()),
        CommandLine::Command(Err(why)) => model.notify(Tone::Bad, why.to_string()),
        CommandLine::Order(Err(how)) => model.notify(Tone::Bad, how),
        CommandLine::Order(Ok(order)) => {
            remember(model, line);
            steering::order(model, order, effects);
        }
        CommandLine::Goto(Ok(at)) if let Err(beyond) = at.within(model.head.position) => {
            model.notify(Tone::Bad, beyond.to_string());
        }
        CommandLine::Goto(Ok(at)) => {
            remember(model, line);
            model.places.leave(model.playhead.position);
            moves::head_for(model, Place::at(at));
        }
        CommandLine::Select(name) if prompt.lacks(&name) => {
            model.notify(Tone::Bad, moves::no_such_stream(model, &name));
        }
        CommandLine::Select(name) if prompt.knows(&name) => {
            remember(model, line);
            model.selection = Selection::Pinned(name);
        }
        CommandLine::Select(name) => {
            remember(model, line);
            moves::select(model, name, effects);
        }
        CommandLine::Quit => effects.push(Effect::Do(Deed::Quit)),
        CommandLine::Sql(sql) if sql.is_empty() => asking::open(model),
        CommandLine::Sql(sql) => {
            remember(model, line);
            asking::open_with(model, &sql);
        }
        CommandLine::Rebuild => {
            remember(model, line);
            rebuild::begin_or_stop(model, effects);
        }
        CommandLine::Help => model.mode = Mode::Help { scroll: 0 },
        CommandLine::Command(Ok(command)) => submit(model, line, command, effects),
    }
}

/// Carries out the command of a line, unless it is known to be refused: then it stays in the prompt.
fn submit(model: &mut Model, line: String, command: Command, effects: &mut Vec<Effect>) {
    let Mode::Command(prompt) = &model.mode else { return };
    let refusal = match prompt.preview.answer() {
        Some(Preview::Refused(why)) if prompt.preview.is_settled() => Some(why.clone()),
        _ => None,
    };
    match (model.why_no_commands(), refusal) {
        (Some(why), _) => model.notify(Tone::Bad, why),
        (None, Some(why)) => model.notify(Tone::Bad, format!("refused: {why}")),
        (None, None) => {
            remember(model, line);
            effects.push(Effect::Do(Deed::Submit(command)));
        }
    }
}

/// Closes the prompt and adds its line to the history.
fn remember(model: &mut Model, line: String) {
    close_done(model);
    if model.history.last() == Some(&line) {
        return;
    }
    if model.history.len() == HISTORY_LINES_MAX {
        model.history.remove(0);
    }
    model.history.push(line);
}

fn recall(prompt: &mut Prompt, history: &[String], is_older: bool) {
    if prompt.recalled.is_none() {
        prompt.own_line = prompt.text().to_owned();
    }
    let next = match (prompt.recalled, is_older) {
        (None, true) => Some(0),
        (Some(nth), true) => Some(nth + 1),
        (Some(nth), false) => nth.checked_sub(1),
        (None, false) => return,
    };
    let line = match next {
        Some(nth) => match history.iter().nth_back(nth) {
            Some(line) => line.clone(),
            None => return,
        },
        None => prompt.own_line.clone(),
    };
    prompt.recalled = next;
    prompt.input = Input::new(line);
    prompt.completion = Completion::default();
}

#[cfg(test)]
mod tests;
