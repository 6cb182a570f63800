//! Keys in the SQL editor.

use ratatui_textarea::{CursorMove, DataCursor};

use crate::tui::key::{Key, KeyCode};
use crate::tui::keymap::console::ConsoleAction;
use crate::tui::model::Model;
use crate::tui::model::console::{ConsolePart, QUESTION_BYTES_MAX};
use crate::tui::model::mode::Mode;
use crate::tui::model::notice::Tone;
use crate::tui::text::beginning;
use crate::tui::update::console::asking::ask;

/// Handles a key in the editor.
pub(super) fn write(model: &mut Model, action: Option<ConsoleAction>, key: Key) {
    let DataCursor(row, _) = model.console.editor.cursor();
    let is_last = row + 1 >= model.console.editor.lines().len();
    match (action, key.code) {
        (Some(ConsoleAction::Ask), _) => ask(model),
        (Some(ConsoleAction::NewLine), _) | (None, KeyCode::Enter) => insert(model, "\n"),
        (Some(ConsoleAction::Earlier), _) if row == 0 => model.console.recall(true),
        (Some(ConsoleAction::Later), _) if is_last && model.console.recalled.is_some() => {
            model.console.recall(false);
        }
        (Some(ConsoleAction::Later), _) if is_last && model.console.is_blank() => {
            model.mode = Mode::Console(ConsolePart::Saved);
        }
        (_, KeyCode::Char(c)) if !key.ctrl && !key.alt => insert(model, c.encode_utf8(&mut [0; 4])),
        _ if delete(model, key) => model.console.recalled = None,
        _ => {
            if let Some(to) = move_of(key) {
                model.console.editor.move_cursor(to);
            }
        }
    }
}

/// Inserts a text at the cursor, as much of it as fits.
pub(super) fn insert(model: &mut Model, text: &str) {
    let room = QUESTION_BYTES_MAX.saturating_sub(model.console.n_bytes());
    let fitting = beginning(text, room);
    model.console.editor.insert_str(fitting);
    model.console.recalled = None;
    if fitting.len() < text.len() {
        let most = QUESTION_BYTES_MAX >> 10;
        model.notify(Tone::Bad, format!("a question is {most} KiB long at most: the rest was left out"));
    }
}

/// Whether the key deletes something; if so, deletes it.
fn delete(model: &mut Model, key: Key) -> bool {
    let editor = &mut model.console.editor;
    match (key.code, key.ctrl, key.alt) {
        (KeyCode::Backspace, false, false) | (KeyCode::Char('h'), true, _) => editor.delete_char(),
        (KeyCode::Backspace, ..) | (KeyCode::Char('w'), true, _) => editor.delete_word(),
        (KeyCode::Delete, ..) | (KeyCode::Char('d'), true, _) => editor.delete_next_char(),
        (KeyCode::Char('u'), true, _) => editor.delete_line_by_head(),
        (KeyCode::Char('k'), true, _) => editor.delete_line_by_end(),
        _ => return false,
    };
    true
}

fn move_of(key: Key) -> Option<CursorMove> {
    Some(match (key.code, key.ctrl, key.alt) {
        (KeyCode::Char('b'), _, true) | (KeyCode::Left, true, _) => CursorMove::WordBack,
        (KeyCode::Char('f'), _, true) | (KeyCode::Right, true, _) => CursorMove::WordForward,
        (KeyCode::Home, true, _) | (KeyCode::PageUp, ..) => CursorMove::Top,
        (KeyCode::End, true, _) | (KeyCode::PageDown, ..) => CursorMove::Bottom,
        (KeyCode::Char('a'), true, _) | (KeyCode::Home, ..) => CursorMove::Head,
        (KeyCode::Char('e'), true, _) | (KeyCode::End, ..) => CursorMove::End,
        (KeyCode::Left, ..) => CursorMove::Back,
        (KeyCode::Right, ..) => CursorMove::Forward,
        (KeyCode::Up, ..) => CursorMove::Up,
        (KeyCode::Down, ..) => CursorMove::Down,
        _ => return None,
    })
}
