//! A binding: keys with their action and help, and how keys are written.

use crate::tui::keymap::action::{Group, KeyAction};
use crate::tui::message::{Key, KeyCode};

/// One or two keys with their help. A pair shares a line if the text would be the same.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// The section of the help.
    pub group: Group,
    /// The actions, each with its keys; two for a pair of opposites.
    pub keys: &'static [(KeyAction, &'static [Key])],
    /// Their help text.
    pub does: &'static str,
    /// The keys and a word or two for the hint line; `None` is not hinted at.
    pub hint: Option<(&'static str, &'static str)>,
}

impl Key {
    /// The key as help and guide write it.
    pub fn name(self) -> String {
        let name = match self.code {
            KeyCode::Char(' ') => "space".to_owned(),
            KeyCode::Char(c) if self.ctrl => c.to_uppercase().to_string(),
            KeyCode::Char(c) => c.to_string(),
            KeyCode::Enter => "Enter".to_owned(),
            KeyCode::Esc => "Esc".to_owned(),
            KeyCode::Tab => "tab".to_owned(),
            KeyCode::BackTab => "shift-tab".to_owned(),
            KeyCode::Backspace => "Backspace".to_owned(),
            KeyCode::Delete => "Delete".to_owned(),
            KeyCode::Left => "←".to_owned(),
            KeyCode::Right => "→".to_owned(),
            KeyCode::Up => "↑".to_owned(),
            KeyCode::Down => "↓".to_owned(),
            KeyCode::Home => "Home".to_owned(),
            KeyCode::End => "End".to_owned(),
            KeyCode::PageUp => "PgUp".to_owned(),
            KeyCode::PageDown => "PgDn".to_owned(),
        };
        match (self.ctrl, self.alt) {
            (true, _) => format!("Ctrl-{name}"),
            (false, true) => format!("Alt-{name}"),
            (false, false) => name,
        }
    }
}

impl Binding {
    /// The keys as help and guide write them: `h l · ← → · , .`.
    pub fn key_names(&self) -> String {
        let longest = self.keys.iter().map(|(_, keys)| keys.len()).max().unwrap_or(0);
        let nth = |n: usize| {
            let names = self.keys.iter().filter_map(|(_, keys)| keys.get(n)).map(|key| key.name());
            names.collect::<Vec<_>>().join(" ")
        };
        (0..longest).map(nth).collect::<Vec<_>>().join(" · ")
    }
}
