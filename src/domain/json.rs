//! JSON kept as text: an object's members, and the text or number of a value, without rounding.
//!
//! Its files:
//!
//! - `skim.rs`: skimming: a value within a JSON text found without reading the values around it

pub mod skim;

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Why the members of an object cannot be read.
#[derive(Debug)]
pub enum Unreadable {
    /// The text is JSON, but not an object.
    NotAnObject,
    /// A key appears twice in one object, so that its value is ambiguous.
    Twice(String),
    /// A key that has to be kept contains an unpaired surrogate, so that it is not text.
    BrokenKey,
    /// The text is not JSON.
    NotJson(serde_json::Error),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnObject => f.write_str("it is not a JSON object"),
            Self::Twice(key) => write!(f, "the key {key:?} appears twice"),
            Self::BrokenKey => f.write_str("a key has an escape for half a character"),
            Self::NotJson(error) => {
                let text = error.to_string();
                let place = format!(" at line {} column {}", error.line(), error.column());
                write!(f, "it is not JSON: {}", text.strip_suffix(&place).unwrap_or(&text))?;
                match error.line() {
                    0 | 1 => write!(f, " (byte {})", error.column()),
                    line => write!(f, " ({} lines further down, byte {})", line - 1, error.column()),
                }
            }
        }
    }
}

/// Whether a JSON text is an object.
pub fn is_object(json: &str) -> bool {
    json.trim_start().starts_with('{')
}

/// Whether a JSON object has no members.
pub fn is_empty_object(json: &str) -> bool {
    json.trim_start().strip_prefix('{').is_some_and(|rest| rest.trim_start().starts_with('}'))
}

/// Calls `each` with the members of an object, in their order and with the original text of each value. A key with an
/// unpaired surrogate, which no text can hold, is given as `None`.
///
/// # Errors
/// The text is not a JSON object; the first error of `each`.
pub fn each_member<'j>(
    object: &'j str,
    each: impl FnMut(Option<&str>, &'j RawValue) -> Result<(), Unreadable>,
) -> Result<(), Unreadable> {
    let mut deserializer = serde_json::Deserializer::from_str(object);
    let found = Members { each }.deserialize(&mut deserializer).map_err(Unreadable::NotJson)?;
    deserializer.end().map_err(Unreadable::NotJson)?;
    found
}

/// Passes the members of an object to a function. Its first error is kept here, because serde's own errors carry only
/// text.
struct Members<F> {
    each: F,
}

impl<'de, F> DeserializeSeed<'de> for Members<F>
where
    F: FnMut(Option<&str>, &'de RawValue) -> Result<(), Unreadable>,
{
    type Value = Result<(), Unreadable>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, F> Visitor<'de> for Members<F>
where
    F: FnMut(Option<&str>, &'de RawValue) -> Result<(), Unreadable>,
{
    type Value = Result<(), Unreadable>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut outcome = Ok(());
        while let Some(key) = map.next_key::<MemberName<'de>>()? {
            let value = map.next_value::<&'de RawValue>()?;
            if outcome.is_ok() {
                outcome = (self.each)(std::str::from_utf8(&key.0).ok(), value);
            }
        }
        Ok(outcome)
    }
}

/// The bytes of a key, borrowed unless it contains escapes. As a `str`, a key with an unpaired surrogate would make the
/// whole object unreadable.
struct MemberName<'a>(Cow<'a, [u8]>);

impl<'de> Deserialize<'de> for MemberName<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(KeyBytes)
    }
}

/// Reads the bytes of a key.
struct KeyBytes;

impl<'de> Visitor<'de> for KeyBytes {
    type Value = MemberName<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_bytes<E>(self, bytes: &'de [u8]) -> Result<MemberName<'de>, E> {
        Ok(MemberName(Cow::Borrowed(bytes)))
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<MemberName<'de>, E> {
        Ok(MemberName(Cow::Owned(bytes.to_owned())))
    }
}

/// The content of a JSON string; `None` for any other JSON, and for an unpaired surrogate.
pub fn unquoted(json: &str) -> Option<Cow<'_, str>> {
    let inside = json.strip_prefix('"')?.strip_suffix('"')?;
    if inside.contains('\\') {
        return serde_json::from_str::<String>(json).ok().map(Cow::Owned);
    }
    Some(Cow::Borrowed(inside))
}

/// Whether a JSON value is a number.
pub fn is_number(json: &str) -> bool {
    json.starts_with(|c: char| c == '-' || c.is_ascii_digit())
}

/// The beginning of a value, to be quoted in a message.
pub fn shortened(json: &str) -> Cow<'_, str> {
    const CHARS_MAX: usize = 40;
    match json.char_indices().nth(CHARS_MAX) {
        Some((at, _)) => format!("{}…", json.get(..at).unwrap_or_default()).into(),
        None => json.into(),
    }
}
