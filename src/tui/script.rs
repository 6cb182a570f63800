//! Scripts of keys, as `print` reads them.

use std::fmt;

use crate::tui::key::{Key, KeyCode};

/// The names of keys without a character, as they are written in angle brackets.
const NAMES: [(&str, KeyCode); 17] = [
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("btab", KeyCode::BackTab),
    ("space", KeyCode::Char(' ')),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pgup", KeyCode::PageUp),
    ("pgdn", KeyCode::PageDown),
    ("bs", KeyCode::Backspace),
    ("del", KeyCode::Delete),
    ("lt", KeyCode::Char('<')),
    ("gt", KeyCode::Char('>')),
];

/// A name in angle brackets that is not the name of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadKeyName(pub String);

impl fmt::Display for BadKeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = NAMES.map(|(name, _)| name).join(", ");
        write!(f, "<{}> is not a key; it is one of: {names}, c-X for Ctrl-X, a-X for Alt-X", self.0)
    }
}

impl std::error::Error for BadKeyName {}

/// Parses keys: characters as written, other keys by name in angle brackets (`<enter>`, `<c-o>` for Ctrl-O, `<a-enter>`
/// with Alt). A `<` that does not begin a word of letters in brackets stands for itself.
///
/// # Errors
/// A name that is not the name of a key.
pub fn keys_of(text: &str) -> Result<Vec<Key>, BadKeyName> {
    let mut keys = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        match name_at(rest) {
            Some(name) => {
                keys.push(named(name).ok_or_else(|| BadKeyName(name.to_owned()))?);
                rest = rest.get(name.len() + 2..).unwrap_or_default();
            }
            None => {
                keys.push(Key::char(c));
                rest = rest.get(c.len_utf8()..).unwrap_or_default();
            }
        }
    }
    Ok(keys)
}

/// The name in angle brackets at the beginning of the text.
fn name_at(text: &str) -> Option<&str> {
    let (name, _) = text.strip_prefix('<')?.split_once('>')?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    is_name.then_some(name)
}

fn named(name: &str) -> Option<Key> {
    let name = name.to_ascii_lowercase();
    if let Some(c) = name.strip_prefix("c-") {
        let mut chars = c.chars();
        return chars.next().filter(|_| chars.next().is_none()).map(Key::ctrl);
    }
    if let Some(other) = name.strip_prefix("a-") {
        let mut chars = other.chars();
        let char = chars.next().filter(|_| chars.next().is_none()).map(Key::char);
        return char.or_else(|| named(other)).map(|key| Key { alt: true, ..key });
    }
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, code)| Key::plain(*code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_as_a_script_writes_them() {
        assert_eq!(
            keys_of(":a<enter><<c-O><lt>é<pgdn><a-Enter><a-b>"),
            Ok(vec![
                Key::char(':'),
                Key::char('a'),
                Key::plain(KeyCode::Enter),
                Key::char('<'),
                Key::ctrl('o'),
                Key::char('<'),
                Key::char('é'),
                Key::plain(KeyCode::PageDown),
                Key { alt: true, ..Key::plain(KeyCode::Enter) },
                Key { alt: true, ..Key::char('b') },
            ])
        );
        assert_eq!(keys_of("<return>"), Err(BadKeyName("return".to_owned())));
        assert_eq!(keys_of("< >"), Ok(vec![Key::char('<'), Key::char(' '), Key::char('>')]));
    }
}
