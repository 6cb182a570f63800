//! Terminal input, as messages.

use std::io;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use crossterm::event::{
    self, Event, KeyCode as TerminalKey, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent,
    MouseEventKind,
};

use crate::tui::key::{Key, KeyCode};
use crate::tui::message::{Message, Mouse, MouseAction};
use crate::tui::model::size::Size;

/// How long to wait for input that the terminal has sent already: crossterm does not look at all without a wait.
const AT_ONCE: Duration = Duration::from_micros(50);

/// How long to wait for the rest of what may be a paste: text followed by Enter that arrived at once. Typed text is not
/// delayed, because its Enter arrives alone.
const PASTE_GAP: Duration = Duration::from_millis(30);

/// The most messages of a burst: more than can be pasted anywhere. The rest is dropped.
const BURST_MESSAGES_MAX: usize = 1 << 17;

/// Starts the thread that reads the terminal. It ends with the program: nothing can interrupt a read.
pub fn start(outbox: Sender<Message>) {
    thread::spawn(move || {
        loop {
            let (messages, has_ended) = match read_burst() {
                Ok(burst) => (burst.into_messages(), false),
                Err(_) => (vec![Message::Terminated], true),
            };
            if messages.into_iter().any(|message| outbox.send(message).is_err()) || has_ended {
                return;
            }
        }
    });
}

/// Input that arrived at once.
#[derive(Debug, Default)]
struct InputBurst {
    messages: Vec<Message>,
    has_text: bool,
    /// Whether an Enter came after text.
    has_line: bool,
    /// Whether a key without text came: then it is not a paste, and Ctrl-C is not delayed.
    has_other_key: bool,
}

impl InputBurst {
    fn take(&mut self, message: Message) {
        if let Message::Key(key) = message {
            let c = key.pasted();
            self.has_line |= c == Some('\n') && self.has_text;
            self.has_text |= c.is_some_and(|c| !c.is_whitespace());
            self.has_other_key |= c.is_none();
        }
        if self.messages.len() < BURST_MESSAGES_MAX || self.has_other_key {
            self.messages.push(message);
        }
    }

    /// Whether more may belong to it; a paste is read to its end, whatever its length.
    fn goes_on(&self) -> bool {
        !self.has_other_key && (self.has_line || self.messages.len() < BURST_MESSAGES_MAX)
    }

    /// The keys of lines as one message, after everything else that came with them.
    fn into_messages(self) -> Vec<Message> {
        if !self.has_line {
            return self.messages;
        }
        let mut keys = Vec::new();
        let mut messages = self.messages;
        messages.retain(|message| match message {
            Message::Key(key) => {
                keys.push(*key);
                false
            }
            _ => true,
        });
        messages.push(Message::Burst(keys));
        messages
    }
}

/// Waits for input, and reads on while there is more.
fn read_burst() -> io::Result<InputBurst> {
    let mut burst = InputBurst::default();
    loop {
        if let Some(message) = message_of(&event::read()?) {
            burst.take(message);
        }
        let wait = if burst.has_line { PASTE_GAP } else { AT_ONCE };
        if !burst.goes_on() || !event::poll(wait)? {
            return Ok(burst);
        }
    }
}

/// The message for an event of the terminal; `None` for events without a meaning here.
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
