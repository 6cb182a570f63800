//! The keymap: which key means which action, and the help made from it.
//!
//! Its files:
//!
//! - `action.rs`: the actions of keys while the panes are in use, and the sections of the help
//! - `binding.rs`: a binding: keys with their action and help
//! - `bindings.rs`: the keys, each with what it does: the table from which keymap, help, hints and guide are made
//! - `console.rs`: the keys of the SQL console, each with what it does
//! - `copy_choice.rs`: the keys that choose what is copied
//! - `prompt.rs`: the keys of a prompt beside those that edit its line

pub mod action;
pub mod binding;
pub mod bindings;
pub mod console;
pub mod copy_choice;
pub mod prompt;

use crate::tui::key::Key;
use crate::tui::keymap::action::KeyAction;
use crate::tui::keymap::binding::short_name;
use crate::tui::keymap::bindings::BINDINGS;

/// The action of a key while the panes are in use.
pub fn action_of(key: Key) -> Option<KeyAction> {
    let pairs = BINDINGS.iter().flat_map(|binding| binding.keys);
    pairs.into_iter().find(|(_, keys)| keys.contains(&key)).map(|(action, _)| *action)
}

/// The key of an action, as hints and messages write it.
pub fn key_name(action: KeyAction) -> String {
    let mut pairs = BINDINGS.iter().flat_map(|binding| binding.keys);
    pairs.find(|(of, _)| *of == action).map_or_else(String::new, |(_, keys)| short_name(keys))
}

/// A text with the key of an action in place of `{key}`.
pub fn with_key(text: &str, action: KeyAction) -> String {
    text.replace("{key}", &key_name(action))
}

/// The keys of some actions, as hints write them: `, .`.
pub fn key_names(actions: &[KeyAction]) -> String {
    actions.iter().map(|action| key_name(*action)).collect::<Vec<_>>().join(" ")
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
        assert_eq!((step.hinted_keys().as_str(), key_name(KeyAction::Quit).as_str()), (", .", "q"));
        assert_eq!(key_names(&[KeyAction::Play, KeyAction::NextPane, KeyAction::Open]), "space tab Enter");
        assert_eq!(Key::ctrl('c').name(), "Ctrl-C");
        assert_eq!(Key::char(' ').name(), "space");
    }
}
