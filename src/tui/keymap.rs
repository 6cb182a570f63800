//! The keymap: which key means which action, and the help made from it.
//!
//! Its files:
//!
//! - `bindings.rs`: the keys, each with what it does: the table from which keymap, help, hints and guide are made

pub mod bindings;

use crate::tui::keymap::bindings::BINDINGS;
use crate::tui::message::{Key, KeyCode};

/// What a key asks for while looking around.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyAction {
    /// One event back.
    StepBack,
    /// One event on.
    StepOn,
    /// The previous event of the selected account.
    AccountBack,
    /// The next event of the selected account.
    AccountOn,
    /// One column of the ruler back.
    ColumnBack,
    /// One column of the ruler on.
    ColumnOn,
    /// One page of events back.
    PageBack,
    /// One page of events on.
    PageOn,
    /// Before the first event.
    Beginning,
    /// The newest event, and follow it.
    Head,
    /// Let the playhead move by itself, or stop it.
    Play,
    /// Move slower.
    Slower,
    /// Move faster.
    Faster,
    /// Up in the pane.
    Up,
    /// Down in the pane.
    Down,
    /// The next pane.
    NextPane,
    /// The previous pane.
    PreviousPane,
    /// Open what the pane's row stands for.
    Open,
    /// Type a command.
    Command,
    /// Ask the read model in SQL.
    Sql,
    /// Type what to find.
    Find,
    /// Type by what the accounts are filtered.
    Filter,
    /// The next hit.
    FindNext,
    /// The previous hit.
    FindPrevious,
    /// Back to the place looked at before.
    PlaceBack,
    /// Forth again.
    PlaceForward,
    /// The ruler by position or by time.
    Axis,
    /// Half the stretch.
    ZoomIn,
    /// Double the stretch.
    ZoomOut,
    /// All of history.
    ZoomReset,
    /// Keep the selected account, or let it follow the playhead.
    Pin,
    /// Fold from the first event on, or from the nearest snapshot.
    FoldFrom,
    /// The query view's next picture.
    Picture,
    /// Hold the projector, or let it go.
    Hold,
    /// Let the projector take one event.
    StepProjector,
    /// Slow the projector down.
    SlowProjector,
    /// Let the projector go faster.
    SpeedProjector,
    /// Let the projector try again what failed.
    Retry,
    /// Let the projector skip what failed.
    Skip,
    /// To the first event that is not as it was appended.
    Fault,
    /// The query view as of its checkpoint, or of the playhead.
    QueryClock,
    /// Make the read model anew, or stop that.
    Rebuild,
    /// Copy something.
    Copy,
    /// Take the mouse, or let go of it.
    TakeMouse,
    /// Show the help.
    Help,
    /// One level up.
    Escape,
    /// End.
    Quit,
    /// Sleep until the shell says otherwise.
    Suspend,
}

/// The parts of the help.
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
    /// All parts, in the order in which the help shows them.
    pub const ALL: [Self; 6] =
        [Self::Playhead, Self::Panes, Self::Asking, Self::Ruler, Self::ReadSide, Self::Program];

    /// The part's heading.
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

/// Keys with what they do. `keys` is how a person writes them, in pairs where two lines of help would say the same.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// The part of the help.
    pub group: Group,
    /// The actions, each with its keys; two for a pair that goes to and fro.
    pub keys: &'static [(KeyAction, &'static [Key])],
    /// What they do.
    pub does: &'static str,
    /// A word or two for the hint line, with the keys that it names; `None` is not hinted at.
    pub hint: Option<(&'static str, &'static str)>,
}

/// The action that a key asks for while looking around.
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
