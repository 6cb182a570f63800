//! The keymap: which key means which action, and the help made from it.
//!
//! Its files:
//!
//! - `bindings.rs`: the keys, each with what it does: the table from which keymap, help, hints and guide are made

pub mod bindings;

use crate::tui::keymap::bindings::BINDINGS;
use crate::tui::message::{Key, KeyCode};

/// The actions of keys while the panes are in use; `bindings.rs` says what each of them does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyAction {
    StepBack,
    StepOn,
    AccountBack,
    AccountOn,
    ColumnBack,
    ColumnOn,
    PageBack,
    PageOn,
    Beginning,
    Head,
    Play,
    Slower,
    Faster,
    Up,
    Down,
    NextPane,
    PreviousPane,
    Open,
    Command,
    Sql,
    Find,
    Filter,
    FindNext,
    FindPrevious,
    PlaceBack,
    PlaceForward,
    Axis,
    ZoomIn,
    ZoomOut,
    ZoomReset,
    Pin,
    FoldFrom,
    Picture,
    Hold,
    StepProjector,
    SlowProjector,
    SpeedProjector,
    Retry,
    Skip,
    Fault,
    QueryClock,
    Rebuild,
    Copy,
    TakeMouse,
    Help,
    Escape,
    Quit,
    Suspend,
}

/// The sections of the help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Moving the playhead.
    Playhead,
    /// Panes and what is in them.
    Panes,
    /// Commands and finding.
    Asking,
    /// The ruler.
    Ruler,
    /// The query view and the projector.
    ReadSide,
    /// The rest.
    Program,
}

impl Group {
    /// All sections, in the order of the help.
    pub const ALL: [Self; 6] =
        [Self::Playhead, Self::Panes, Self::Asking, Self::Ruler, Self::ReadSide, Self::Program];

    /// The section's heading.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Playhead => "Playhead",
            Self::Panes => "Panes",
            Self::Asking => "Commands and finding",
            Self::Ruler => "Ruler",
            Self::ReadSide => "Query view and projector",
            Self::Program => "Program",
        }
    }
}

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

/// The action of a key while the panes are in use.
pub fn action_of(key: Key) -> Option<KeyAction> {
    let pairs = BINDINGS.iter().flat_map(|binding| binding.keys);
    pairs.into_iter().find(|(_, keys)| keys.contains(&key)).map(|(action, _)| *action)
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_key_means_two_things() {
        let keys: Vec<Key> =
            BINDINGS.iter().flat_map(|b| b.keys).flat_map(|(_, keys)| *keys).copied().collect();
        let distinct: HashSet<Key> = keys.iter().copied().collect();
        assert_eq!(distinct.len(), keys.len());
    }

    #[test]
    fn keys_are_written_in_pairs() {
        let step = BINDINGS.iter().find(|b| b.keys.iter().any(|(a, _)| *a == KeyAction::StepOn)).unwrap();
        assert_eq!(step.key_names(), "h l · ← → · , .");
        assert_eq!(Key::ctrl('c').name(), "Ctrl-C");
        assert_eq!(Key::char(' ').name(), "space");
    }
}
