//! A binding: keys with their action and help.

use crate::tui::key::Key;
use crate::tui::keymap::action::{Group, KeyAction};

/// One or two keys with their help. A pair shares a line if the text would be the same.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// The section of the help.
    pub group: Group,
    /// The actions, each with its keys; two for a pair of opposites.
    pub keys: &'static [(KeyAction, &'static [Key])],
    /// Their help text.
    pub does: &'static str,
    /// A word or two for the hint line; `None` is not hinted at.
    pub hint: Option<&'static str>,
}

impl Binding {
    /// The keys as the hint line writes them: those of a single character, one for each action (`, .`), or else the
    /// first one (`tab`).
    pub fn hinted_keys(&self) -> String {
        let of_characters = self.keys.iter().filter(|(_, keys)| keys.iter().any(Key::is_character));
        let names: Vec<String> = of_characters.map(|(_, keys)| short_name(keys)).collect();
        if names.is_empty() {
            return self.keys.first().map_or_else(String::new, |(_, keys)| short_name(keys));
        }
        names.join(" ")
    }

    /// The keys as help and guide write them: `h l · ← → · , .`.
    pub fn key_names(&self) -> String {
        names_in_pairs(self.keys)
    }
}

/// The keys of actions that belong together, the first ones of each before the second ones: `h l · ← →`.
pub fn names_in_pairs<A>(actions: &[(A, &[Key])]) -> String {
    let longest = actions.iter().map(|(_, keys)| keys.len()).max().unwrap_or(0);
    let nth = |n: usize| {
        let names = actions.iter().filter_map(|(_, keys)| keys.get(n)).map(|key| key.name());
        names.collect::<Vec<_>>().join(" ")
    };
    (0..longest).map(nth).collect::<Vec<_>>().join(" · ")
}

/// The key to be named where there is room for one: the last one that is typed as a single character, or else the first
/// one.
pub fn short_name(keys: &[Key]) -> String {
    keys.iter().rfind(|key| key.is_character()).or(keys.first()).map_or_else(String::new, |key| key.name())
}
