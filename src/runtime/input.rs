//! What the terminal sends, as messages.

use std::sync::mpsc::Sender;
use std::thread;

use crossterm::event::{
    Event, KeyCode as TerminalKey, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent,
    MouseEventKind,
};

use crate::tui::message::{Key, KeyCode, Message, Mouse, MouseAction};
use crate::tui::model::Size;

/// Starts the thread that reads the terminal. It ends with the program: nothing can interrupt a read.
pub fn start(outbox: Sender<Message>) {
    thread::spawn(move || {
        loop {
            let message = match crossterm::event::read() {
                Ok(event) => message_of(&event),
                Err(_) => Some(Message::Terminated),
            };
            let is_last = message == Some(Message::Terminated);
            if message.is_some_and(|message| outbox.send(message).is_err()) || is_last {
                return;
            }
        }
    });
}

/// The message that a terminal's event is; `None` for what means nothing here.
pub fn message_of(event: &Event) -> Option<Message> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => key_of(*key).map(Message::Key),
        Event::Mouse(mouse) => mouse_of(*mouse).map(Message::Mouse),
        Event::Paste(text) => Some(Message::Pasted(text.clone())),
        Event::Resize(width, height) => Some(Message::Resized(Size { width: *width, height: *height })),
        _ => None,
    }
}

fn key_of(key: KeyEvent) -> Option<Key> {
    let code = match key.code {
        TerminalKey::Char(c) => KeyCode::Char(c),
        TerminalKey::Enter => KeyCode::Enter,
        TerminalKey::Esc => KeyCode::Esc,
        TerminalKey::Tab => KeyCode::Tab,
        TerminalKey::BackTab => KeyCode::BackTab,
        TerminalKey::Backspace => KeyCode::Backspace,
        TerminalKey::Delete => KeyCode::Delete,
        TerminalKey::Left => KeyCode::Left,
        TerminalKey::Right => KeyCode::Right,
        TerminalKey::Up => KeyCode::Up,
        TerminalKey::Down => KeyCode::Down,
        TerminalKey::Home => KeyCode::Home,
        TerminalKey::End => KeyCode::End,
        TerminalKey::PageUp => KeyCode::PageUp,
        TerminalKey::PageDown => KeyCode::PageDown,
        _ => return None,
    };
    let held = |modifier| key.modifiers.contains(modifier);
    Some(Key { code, ctrl: held(KeyModifiers::CONTROL), alt: held(KeyModifiers::ALT) })
}

fn mouse_of(mouse: MouseEvent) -> Option<Mouse> {
    let action = match mouse.kind {
        MouseEventKind::Down(MouseButton::Left) => MouseAction::Press,
        MouseEventKind::Drag(MouseButton::Left) => MouseAction::Drag,
        MouseEventKind::Up(MouseButton::Left) => MouseAction::Release,
        MouseEventKind::ScrollUp => MouseAction::WheelUp,
        MouseEventKind::ScrollDown => MouseAction::WheelDown,
        _ => return None,
    };
    Some(Mouse { action, column: mouse.column, row: mouse.row })
}
