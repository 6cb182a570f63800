//! Words of a domain file: keys and texts in TOML, and the paths and expressions within them.

use std::fmt::Write;

use crate::domain::expression::scope::Root;
use crate::domain::visible::is_hidden;

/// Names of the state that a rule of a domain file uses for something else.
const RESERVED_KEYS: [&str; 1] = ["remove"];

/// A key of a table: bare where TOML allows it.
pub(super) fn key(name: &str) -> String {
    let is_bare =
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if is_bare { name.to_owned() } else { quoted(name) }
}

/// A text in quotes. Hidden characters are escaped, so that no editor obeys them.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        // Writing to a text does not fail.
        let _ = match c {
            '"' | '\\' => write!(quoted, "\\{c}"),
            '\n' => write!(quoted, "\\n"),
            '\t' => write!(quoted, "\\t"),
            '\r' => write!(quoted, "\\r"),
            c if is_hidden(c) && u32::from(c) > 0xffff => write!(quoted, "\\U{:08x}", u32::from(c)),
            c if is_hidden(c) => write!(quoted, "\\u{:04x}", u32::from(c)),
            c => write!(quoted, "{c}"),
        };
    }
    quoted + "\""
}

/// A text of an expression.
pub(super) fn text_literal(text: &str) -> String {
    // An expression writes its escapes as JSON does.
    match text.chars().all(|c| c != '\'' && c != '\\' && !c.is_control()) {
        true => format!("'{text}'"),
        false => serde_json::Value::from(text).to_string(),
    }
}

/// The value of an event's data under these keys, as an expression.
pub(super) fn data_path(keys: &[String]) -> String {
    keys.iter().fold("data".to_owned(), |path, key| path + &segment(key))
}

/// The place of a state under these keys, as a path and as an expression; without keys, that of data that is not an object.
pub(super) fn state_path(keys: &[String]) -> String {
    let Some((first, below)) = keys.split_first() else { return "state.data".to_owned() };
    let is_free = is_name(first) && Root::named(first).is_none() && !RESERVED_KEYS.contains(&first.as_str());
    let first = if is_free { first.clone() } else { format!("state{}", segment(first)) };
    below.iter().fold(first, |path, key| path + &segment(key))
}

/// Keys as people read them: `ship.city`.
pub(super) fn dotted(keys: &[String]) -> String {
    if keys.is_empty() { "data".to_owned() } else { keys.join(".") }
}

fn segment(key: &str) -> String {
    if is_name(key) { format!(".{key}") } else { format!("[{}]", text_literal(key)) }
}

/// Whether an expression can have this as a name.
fn is_name(key: &str) -> bool {
    let begins_well = key.starts_with(|first: char| first == '_' || first.is_ascii_alphabetic());
    begins_well && key.bytes().all(|b| b == b'_' || b.is_ascii_alphanumeric()) && !KEYWORDS.contains(&key)
}

/// Words that the grammar of expressions keeps for itself.
const KEYWORDS: [&str; 21] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "false",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "namespace",
    "null",
    "package",
    "return",
    "true",
    "var",
    "void",
    "while",
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::expression::compiled::Expression;
    use crate::domain::expression::field_path::FieldPath;

    #[test]
    fn names_are_bare_where_they_can_be() {
        assert_eq!([key("cart-1"), key("bank:Opened"), key("")], ["cart-1", "\"bank:Opened\"", "\"\""]);
        let keys = ["ship".to_owned(), "order-id".to_owned(), "in".to_owned()];
        assert_eq!(data_path(&keys), "data.ship['order-id']['in']");
        assert_eq!(state_path(&keys), "ship['order-id']['in']");
        assert_eq!(state_path(&["type".to_owned()]), "state.type");
        assert_eq!(state_path(&["remove".to_owned()]), "state.remove");
        assert_eq!(dotted(&keys), "ship.order-id.in");
    }

    proptest! {
        #[test]
        fn any_key_is_read_back(name in "\\PC{0,8}|[\\x00-\\x7f\u{200b}\u{e0001}]{0,6}|while|type|data|remove") {
            let toml = format!("{} = {}", key(&name), quoted(&name));
            let read: toml::Table = toml::from_str(&toml).unwrap();
            prop_assert_eq!(read.iter().next().unwrap(), (&name, &toml::Value::String(name.clone())));
            let keys = ["a".to_owned(), name];
            prop_assert!(Expression::parse(&data_path(&keys)).is_ok(), "{}", data_path(&keys));
            prop_assert!(FieldPath::parse(&state_path(&keys)).is_ok(), "{}", state_path(&keys));
            prop_assert!(FieldPath::parse(&state_path(&keys[1..])).is_ok(), "{}", state_path(&keys[1..]));
        }
    }
}
