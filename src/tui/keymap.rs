//! Which key means which action, and the help made from it.

use crate::tui::message::{Key, KeyCode};

/// What a key asks for while looking around.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
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
    /// Type what to find.
    Find,
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
    /// Hold the projector, or let it go.
    Hold,
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
    /// The rest.
    Program,
}

impl Group {
    /// All parts, in the order in which the help shows them.
    pub const ALL: [Self; 5] = [Self::Playhead, Self::Panes, Self::Asking, Self::Ruler, Self::Program];

    /// The part's heading.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Playhead => "Playhead",
            Self::Panes => "Panes",
            Self::Asking => "Commands and finding",
            Self::Ruler => "Ruler and read side",
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
    pub keys: &'static [(Action, &'static [Key])],
    /// What they do.
    pub does: &'static str,
    /// A word or two for the hint line, with the keys that it names; `None` is not hinted at.
    pub hint: Option<(&'static str, &'static str)>,
}

const fn c(c: char) -> Key {
    Key::char(c)
}

const fn k(code: KeyCode) -> Key {
    Key::plain(code)
}

const CTRL_C: Key = Key::ctrl('c');

/// Every key of the explorer while looking around, in the order of the hints: the first ones fit on any screen.
pub const BINDINGS: &[Binding] = &[
    Binding {
        group: Group::Playhead,
        keys: &[
            (Action::StepBack, &[c('h'), k(KeyCode::Left), c(',')]),
            (Action::StepOn, &[c('l'), k(KeyCode::Right), c('.')]),
        ],
        does: "one event back, on; a count before it repeats (500l)",
        hint: Some((", .", "step")),
    },
    Binding {
        group: Group::Playhead,
        keys: &[(Action::AccountBack, &[c('b'), c('<')]), (Action::AccountOn, &[c('w'), c('>')])],
        does: "previous, next event of the selected account",
        hint: Some(("< >", "account")),
    },
    Binding {
        group: Group::Playhead,
        keys: &[(Action::ColumnBack, &[c('H')]), (Action::ColumnOn, &[c('L')])],
        does: "one column of the ruler back, on",
        hint: None,
    },
    Binding {
        group: Group::Playhead,
        keys: &[(Action::PageBack, &[k(KeyCode::PageUp)]), (Action::PageOn, &[k(KeyCode::PageDown)])],
        does: "one page of events back, on",
        hint: None,
    },
    Binding {
        group: Group::Playhead,
        keys: &[(Action::Beginning, &[c('g'), k(KeyCode::Home)]), (Action::Head, &[c('G'), k(KeyCode::End)])],
        does: "before the first event; the head, and follow it",
        hint: None,
    },
    Binding {
        group: Group::Playhead,
        keys: &[(Action::Play, &[c(' ')])],
        does: "play, pause",
        hint: Some(("space", "play")),
    },
    Binding {
        group: Group::Asking,
        keys: &[(Action::Command, &[c(':')])],
        does: "a command (deposit acc-01 50), or goto 8112, goto 2024-03-14, goto 42%",
        hint: Some((":", "command")),
    },
    Binding {
        group: Group::Asking,
        keys: &[(Action::Find, &[c('/')])],
        does: "find a text in type, account or data",
        hint: Some(("/", "find")),
    },
    Binding {
        group: Group::Playhead,
        keys: &[(Action::Slower, &[c('-')]), (Action::Faster, &[c('+'), c('=')])],
        does: "slower, faster",
        hint: None,
    },
    Binding {
        group: Group::Playhead,
        keys: &[
            (Action::PlaceBack, &[c('u'), Key::ctrl('o')]),
            (Action::PlaceForward, &[c('U'), Key::ctrl('i')]),
        ],
        does: "back and forth among the places looked at",
        hint: None,
    },
    Binding {
        group: Group::Panes,
        keys: &[(Action::Up, &[c('k'), k(KeyCode::Up)]), (Action::Down, &[c('j'), k(KeyCode::Down)])],
        does: "move in the pane: events, lines, accounts",
        hint: None,
    },
    Binding {
        group: Group::Panes,
        keys: &[(Action::NextPane, &[k(KeyCode::Tab)]), (Action::PreviousPane, &[k(KeyCode::BackTab)])],
        does: "next, previous pane",
        hint: Some(("tab", "pane")),
    },
    Binding {
        group: Group::Panes,
        keys: &[(Action::Open, &[k(KeyCode::Enter)])],
        does: "the event in full; in the query view the account's statement",
        hint: Some(("enter", "open")),
    },
    Binding {
        group: Group::Panes,
        keys: &[(Action::Pin, &[c('s')])],
        does: "stay with this account, or follow the playhead's",
        hint: Some(("s", "stay")),
    },
    Binding {
        group: Group::Panes,
        keys: &[(Action::Copy, &[c('y')])],
        does: "copy: then e the event, s the state, p the position",
        hint: None,
    },
    Binding {
        group: Group::Asking,
        keys: &[(Action::FindNext, &[c('n')]), (Action::FindPrevious, &[c('N')])],
        does: "next, previous hit",
        hint: None,
    },
    Binding {
        group: Group::Ruler,
        keys: &[(Action::Hold, &[c('p')])],
        does: "hold the projector and let it go: watch the lag",
        hint: Some(("p", "hold")),
    },
    Binding {
        group: Group::Ruler,
        keys: &[(Action::Rebuild, &[c('R')])],
        does: "rebuild the read model and say what differed; again: stop",
        hint: None,
    },
    Binding {
        group: Group::Ruler,
        keys: &[(Action::Axis, &[c('t')])],
        does: "the ruler by position or by time",
        hint: None,
    },
    Binding {
        group: Group::Ruler,
        keys: &[(Action::ZoomIn, &[c('z')]), (Action::ZoomOut, &[c('Z')]), (Action::ZoomReset, &[c('0')])],
        does: "zoom in, out, all of history",
        hint: None,
    },
    Binding {
        group: Group::Program,
        keys: &[(Action::TakeMouse, &[c('M')])],
        does: "let go of the mouse, so that the terminal selects text",
        hint: None,
    },
    Binding {
        group: Group::Program,
        keys: &[(Action::Help, &[c('?')])],
        does: "this help",
        hint: Some(("?", "help")),
    },
    Binding {
        group: Group::Program,
        keys: &[(Action::Escape, &[k(KeyCode::Esc)])],
        does: "one level up, never out",
        hint: None,
    },
    Binding {
        group: Group::Program,
        keys: &[(Action::Quit, &[c('q'), CTRL_C])],
        does: "quit; Ctrl-C quits from anywhere",
        hint: Some(("q", "quit")),
    },
    Binding {
        group: Group::Program,
        keys: &[(Action::Suspend, &[Key::ctrl('z')])],
        does: "suspend; fg comes back",
        hint: None,
    },
];

/// The action that a key asks for while looking around.
pub fn action_of(key: Key) -> Option<Action> {
    let pairs = BINDINGS.iter().flat_map(|binding| binding.keys);
    pairs.into_iter().find(|(_, keys)| keys.contains(&key)).map(|(action, _)| *action)
}

impl Key {
    /// The key as help and README write it.
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
    /// The keys as help and README write them: `h l · ← → · , .`.
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
        let step = BINDINGS.iter().find(|b| b.keys.iter().any(|(a, _)| *a == Action::StepOn)).unwrap();
        assert_eq!(step.key_names(), "h l · ← → · , .");
        assert_eq!(CTRL_C.name(), "Ctrl-C");
        assert_eq!(c(' ').name(), "space");
    }
}
