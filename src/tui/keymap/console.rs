//! The keys of the SQL console, each with what it does.

use crate::tui::key::{Key, KeyCode};
use crate::tui::keymap::action::KeyAction;
use crate::tui::keymap::binding::{names_in_pairs, short_name};
use crate::tui::keymap::{key_name, key_names};
use crate::tui::model::console::ConsolePart;

/// The actions of keys in the SQL console; the table below says what each of them does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsoleAction {
    Ask,
    NewLine,
    Earlier,
    Later,
    ListSaved,
    OtherPart,
    RowUp,
    RowDown,
    PageUp,
    PageDown,
    FirstRow,
    LastRow,
    ColumnLeft,
    ColumnRight,
    OpenRow,
    AskAgain,
    Sort,
    CopyValue,
    CopyRow,
    TurnClock,
    Close,
}

/// One or more keys of the console with their help.
#[derive(Clone, Copy, Debug)]
pub struct ConsoleBinding {
    /// The parts of the console in which they work.
    parts: &'static [ConsolePart],
    /// The actions, each with its keys.
    keys: &'static [(ConsoleAction, &'static [Key])],
    /// Their help text.
    does: &'static str,
}

const ANYWHERE: &[ConsolePart] = &[ConsolePart::Editor, ConsolePart::Results, ConsolePart::Saved];
const EDITOR: &[ConsolePart] = &[ConsolePart::Editor];
const ANSWER: &[ConsolePart] = &[ConsolePart::Results];
const ROWS: &[ConsolePart] = &[ConsolePart::Results, ConsolePart::Saved];

const fn c(c: char) -> Key {
    Key::char(c)
}

const fn k(code: KeyCode) -> Key {
    Key::plain(code)
}

const ALT_ENTER: Key = Key { code: KeyCode::Enter, ctrl: false, alt: true };

/// Every key of the console beside those that edit the question, first in the editor, then in the answer.
const CONSOLE_BINDINGS: &[ConsoleBinding] = &[
    ConsoleBinding {
        parts: EDITOR,
        keys: &[(ConsoleAction::Ask, &[k(KeyCode::Enter)])],
        does: "ask the question",
    },
    ConsoleBinding {
        parts: EDITOR,
        keys: &[(ConsoleAction::NewLine, &[ALT_ENTER, Key::ctrl('j')])],
        does: "begin a new line",
    },
    ConsoleBinding {
        parts: EDITOR,
        keys: &[(ConsoleAction::Earlier, &[k(KeyCode::Up)]), (ConsoleAction::Later, &[k(KeyCode::Down)])],
        does: "on the first line: earlier question; on the last line: later question",
    },
    ConsoleBinding {
        parts: ANYWHERE,
        keys: &[(ConsoleAction::ListSaved, &[Key::ctrl('t')])],
        does: "list the saved questions",
    },
    ConsoleBinding {
        parts: ANYWHERE,
        keys: &[(ConsoleAction::OtherPart, &[k(KeyCode::Tab), k(KeyCode::BackTab)])],
        does: "move between the question and its answer",
    },
    ConsoleBinding {
        parts: ROWS,
        keys: &[
            (ConsoleAction::RowUp, &[c('k'), k(KeyCode::Up)]),
            (ConsoleAction::RowDown, &[c('j'), k(KeyCode::Down)]),
        ],
        does: "previous, next row",
    },
    ConsoleBinding {
        parts: ROWS,
        keys: &[
            (ConsoleAction::PageUp, &[k(KeyCode::PageUp)]),
            (ConsoleAction::PageDown, &[k(KeyCode::PageDown)]),
        ],
        does: "a page of rows up, down",
    },
    ConsoleBinding {
        parts: ROWS,
        keys: &[(ConsoleAction::FirstRow, &[k(KeyCode::Home)]), (ConsoleAction::LastRow, &[k(KeyCode::End)])],
        does: "first row, last row",
    },
    ConsoleBinding {
        parts: ANSWER,
        keys: &[
            (ConsoleAction::ColumnLeft, &[c('h'), k(KeyCode::Left)]),
            (ConsoleAction::ColumnRight, &[c('l'), k(KeyCode::Right)]),
        ],
        does: "previous, next column",
    },
    ConsoleBinding {
        parts: ROWS,
        keys: &[(ConsoleAction::OpenRow, &[k(KeyCode::Enter)])],
        does: "go to the row's event, or select its {stream}",
    },
    ConsoleBinding {
        parts: ANSWER,
        keys: &[(ConsoleAction::AskAgain, &[c('r')])],
        does: "ask the question again",
    },
    ConsoleBinding {
        parts: ANSWER,
        keys: &[(ConsoleAction::Sort, &[c('o')])],
        does: "sort by the column: rising, falling, original order",
    },
    ConsoleBinding {
        parts: ANSWER,
        keys: &[(ConsoleAction::CopyValue, &[c('y')]), (ConsoleAction::CopyRow, &[c('Y')])],
        does: "copy the value, the row",
    },
    ConsoleBinding {
        parts: ANSWER,
        keys: &[(ConsoleAction::TurnClock, &[c('a')])],
        does: "ask as of the checkpoint, or as of the playhead",
    },
    ConsoleBinding {
        parts: EDITOR,
        keys: &[(ConsoleAction::Close, &[k(KeyCode::Esc)])],
        does: "stop a running question; otherwise close the console",
    },
    ConsoleBinding {
        parts: ROWS,
        keys: &[(ConsoleAction::Close, &[k(KeyCode::Esc)])],
        does: "stop a running question; otherwise return to the question",
    },
];

/// The moves of the playhead in an answer, which the answer may follow.
const PLAYHEAD_MOVES: [KeyAction; 8] = [
    KeyAction::StepBack,
    KeyAction::StepOn,
    KeyAction::StreamBack,
    KeyAction::StreamOn,
    KeyAction::ColumnBack,
    KeyAction::ColumnOn,
    KeyAction::Beginning,
    KeyAction::Head,
];

/// Whether the key of this action, unless the console has another meaning for it, works in an answer as it does outside
/// the console.
pub fn works_in_answer(action: KeyAction) -> bool {
    let others = [
        KeyAction::Play,
        KeyAction::Slower,
        KeyAction::Faster,
        KeyAction::PlaceBack,
        KeyAction::PlaceForward,
        KeyAction::Hold,
        KeyAction::TakeMouse,
        KeyAction::Help,
        KeyAction::Quit,
        KeyAction::Suspend,
        KeyAction::Command,
        KeyAction::Find,
    ];
    PLAYHEAD_MOVES.contains(&action) || others.contains(&action)
}

/// The action of a key in this part of the console.
pub fn console_action_of(part: ConsolePart, key: Key) -> Option<ConsoleAction> {
    let there = CONSOLE_BINDINGS.iter().filter(|binding| binding.parts.contains(&part));
    there.flat_map(|binding| binding.keys).find(|(_, keys)| keys.contains(&key)).map(|(action, _)| *action)
}

/// The keys of some actions of the console, as hints and messages write them: `j k`.
pub fn console_key_names(actions: &[ConsoleAction]) -> String {
    let name = |action: &ConsoleAction| {
        let mut pairs = CONSOLE_BINDINGS.iter().flat_map(|binding| binding.keys);
        pairs.find(|(of, _)| of == action).map_or_else(String::new, |(_, keys)| short_name(keys))
    };
    actions.iter().map(name).collect::<Vec<_>>().join(" ")
}

/// A part of the help about the console.
#[derive(Clone, Debug)]
pub struct ConsoleHelp {
    /// The place in which the keys work.
    pub heading: &'static str,
    /// Keys, and what they do, with the domain's words still to be put in.
    pub keys: Vec<(String, &'static str)>,
}

/// The help about the console: the keys while one types the question, then those in the answer. A key that works in both
/// is in both.
pub fn console_help() -> [ConsoleHelp; 2] {
    let of = |part| {
        let there = CONSOLE_BINDINGS.iter().filter(move |binding| binding.parts.contains(&part));
        there.map(|binding| (names_in_pairs(binding.keys), binding.does))
    };
    let moves = (key_names(&PLAYHEAD_MOVES), "move the playhead; an answer as of the playhead follows");
    let play = (key_name(KeyAction::Play), "play, pause");
    [
        ConsoleHelp {
            heading: "In the SQL console, while typing the question",
            keys: of(ConsolePart::Editor).collect(),
        },
        ConsoleHelp {
            heading: "In the SQL console, in the answer",
            keys: of(ConsolePart::Results).chain([moves, play]).collect(),
        },
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::tui::keymap::bindings::BINDINGS;

    #[test]
    fn no_key_means_two_things_in_a_part_of_the_console() {
        for part in ANYWHERE {
            let there = CONSOLE_BINDINGS.iter().filter(|binding| binding.parts.contains(part));
            let keys: Vec<Key> = there.flat_map(|b| b.keys).flat_map(|(_, keys)| *keys).copied().collect();
            let distinct: HashSet<Key> = keys.iter().copied().collect();
            assert_eq!(distinct.len(), keys.len(), "{part:?}");
        }
    }

    #[test]
    fn the_keys_that_the_help_names_for_the_playhead_reach_it_in_an_answer() {
        for action in PLAYHEAD_MOVES.into_iter().chain([KeyAction::Play]) {
            let (_, keys) = BINDINGS.iter().flat_map(|b| b.keys).find(|(of, _)| *of == action).unwrap();
            let key = keys.iter().find(|key| key.name() == key_name(action)).unwrap();
            assert_eq!(console_action_of(ConsolePart::Results, *key), None, "{action:?}");
            assert!(works_in_answer(action));
        }
    }

    #[test]
    fn a_key_is_named_as_it_is_typed_and_works_only_in_its_part() {
        use ConsoleAction::{Ask, AskAgain, ColumnLeft, ColumnRight, NewLine, OpenRow, RowDown, RowUp};
        assert_eq!(console_key_names(&[RowDown, RowUp, ColumnLeft, ColumnRight]), "j k h l");
        assert_eq!(console_key_names(&[NewLine]), "Alt-Enter");
        let of = |key| [ConsolePart::Editor, ConsolePart::Results].map(|part| console_action_of(part, key));
        assert_eq!(of(c('r')), [None, Some(AskAgain)]);
        assert_eq!(of(k(KeyCode::Enter)), [Some(Ask), Some(OpenRow)]);
    }
}
