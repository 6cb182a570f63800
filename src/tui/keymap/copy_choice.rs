//! The keys that choose what is copied.

use crate::tui::key::{Key, KeyCode};

/// What can be copied from the panes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyChoice {
    Event,
    State,
    Position,
}

impl CopyChoice {
    /// All of them, in the order of the hints.
    pub const ALL: [Self; 3] = [Self::Event, Self::State, Self::Position];

    pub fn key(self) -> char {
        match self {
            Self::Event => 'e',
            Self::State => 's',
            Self::Position => 'p',
        }
    }

    /// The word for it in hints.
    pub fn word(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::State => "state",
            Self::Position => "position",
        }
    }

    /// The choice of a key, which may have modifiers.
    pub fn of(key: Key) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| key.code == KeyCode::Char(choice.key()))
    }
}
