//! Editing the line that is being typed, by keys or by a paste.

use crate::tui::key::{Key, KeyCode};
use crate::tui::keymap::action::KeyAction;
use crate::tui::keymap::key_name;
use crate::tui::model::Model;
use crate::tui::model::mode::Mode;
use crate::tui::model::notice::Tone;
use crate::tui::model::prompt::{PROMPT_CHARS_MAX, Prompt};
use crate::tui::update::completion::{LineWords, completion};
use tui_input::InputRequest;

/// Edits the line, if the key does so.
pub(super) fn edit_line(model: &mut Model, key: Key) {
    let words = LineWords::of(&model.mode, &model.presentation);
    let (Mode::Command(prompt) | Mode::Find(prompt) | Mode::Filter(prompt)) = &mut model.mode else { return };
    if edit_of(key).is_some_and(|request| !edit(prompt, request, words)) {
        tell_it_is_full(model);
    }
    take_line(model);
}

/// Inserts a pasted text into the line that is being typed, on one line; elsewhere it is ignored.
pub(super) fn paste(model: &mut Model, text: &str) {
    let words = LineWords::of(&model.mode, &model.presentation);
    let (Mode::Command(prompt) | Mode::Find(prompt) | Mode::Filter(prompt)) = &mut model.mode else {
        let [command, find] = [KeyAction::Command, KeyAction::Find].map(key_name);
        model.notify(
            Tone::Plain,
            format!(
                "pasted text goes into a prompt, and nothing was done: open one with {command} or {find}"
            ),
        );
        return;
    };
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines = lines.trim_end_matches('\n');
    let n_lines = lines.split('\n').count();
    let mut requests = lines.chars().map(|c| InputRequest::InsertChar(if c.is_control() { ' ' } else { c }));
    if !requests.all(|request| edit(prompt, request, words)) {
        tell_it_is_full(model);
    } else if n_lines > 1 {
        model.notify(Tone::Plain, format!("{n_lines} lines were pasted, joined into one; nothing was run"));
    }
    take_line(model);
}

fn tell_it_is_full(model: &mut Model) {
    model.notify(
        Tone::Bad,
        format!("a line has {PROMPT_CHARS_MAX} characters at most: the rest was left out"),
    );
}

/// Applies the typed line as the filter.
fn take_line(model: &mut Model) {
    if let Mode::Filter(prompt) = &model.mode {
        model.stream_list.filter = prompt.text().to_owned();
        model.stream_list.choice = None;
    }
}

/// Edits the line; returns whether there was room.
fn edit(prompt: &mut Prompt, request: InputRequest, words: LineWords<'_>) -> bool {
    let grows = matches!(request, InputRequest::InsertChar(_));
    if grows && prompt.text().chars().count() >= PROMPT_CHARS_MAX {
        return false;
    }
    prompt.input.handle(request);
    prompt.recalled = None;
    prompt.completion = completion(prompt, words);
    true
}

fn edit_of(key: Key) -> Option<InputRequest> {
    Some(match (key.code, key.ctrl, key.alt) {
        (KeyCode::Char('a'), true, _) | (KeyCode::Home, ..) => InputRequest::GoToStart,
        (KeyCode::Char('e'), true, _) | (KeyCode::End, ..) => InputRequest::GoToEnd,
        (KeyCode::Char('w'), true, _) => InputRequest::DeletePrevWord,
        (KeyCode::Char('u'), true, _) => InputRequest::DeleteLine,
        (KeyCode::Char('k'), true, _) => InputRequest::DeleteTillEnd,
        (KeyCode::Char('b'), _, true) | (KeyCode::Left, true, _) => InputRequest::GoToPrevWord,
        (KeyCode::Char('f'), _, true) | (KeyCode::Right, true, _) => InputRequest::GoToNextWord,
        (KeyCode::Left, ..) => InputRequest::GoToPrevChar,
        (KeyCode::Right, ..) => InputRequest::GoToNextChar,
        (KeyCode::Backspace, _, true) => InputRequest::DeletePrevWord,
        (KeyCode::Backspace, ..) | (KeyCode::Char('h'), true, _) => InputRequest::DeletePrevChar,
        (KeyCode::Delete, ..) => InputRequest::DeleteNextChar,
        (KeyCode::Char(c), false, false) => InputRequest::InsertChar(c),
        _ => return None,
    })
}
