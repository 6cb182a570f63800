//! The values that a field of a state can hold.

use std::borrow::Cow;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::domain::json::unquoted;
use crate::domain::number::Number;

/// A value, owned or borrowed from its state. The field's [`FieldKind`](crate::domain::shape::FieldKind) says how to
/// write it, for example its unit.
#[derive(Debug, PartialEq, Eq)]
pub enum FieldValue<'a> {
    /// Nothing.
    Null,
    /// Yes or no.
    Flag(bool),
    /// An integer; for money, in minor units.
    Integer(i64),
    Text(Cow<'a, str>),
    /// Any other JSON in its original text: a list, an object, a number that is not an integer.
    Json(Cow<'a, str>),
}

/// JSON that fits one of the plain kinds of value.
#[derive(Deserialize)]
#[serde(untagged)]
enum JsonScalar<'a> {
    Flag(bool),
    Integer(i64),
    Text(Cow<'a, str>),
    Null,
}

impl Clone for FieldValue<'_> {
    fn clone(&self) -> Self {
        match self {
            Self::Null => Self::Null,
            Self::Flag(flag) => Self::Flag(*flag),
            Self::Integer(number) => Self::Integer(*number),
            Self::Text(text) => Self::Text(text.clone()),
            Self::Json(json) => Self::Json(json.clone()),
        }
    }

    // A fold keeps the state before each event, so the memory of its texts is reused.
    fn clone_from(&mut self, other: &Self) {
        match (self, other) {
            (Self::Text(text), Self::Text(other)) | (Self::Json(text), Self::Json(other)) => {
                text.clone_from(other);
            }
            (value, other) => *value = other.clone(),
        }
    }
}

impl<'a> FieldValue<'a> {
    /// The text, or nothing.
    pub fn text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, |text| Self::Text(Cow::Borrowed(text)))
    }

    /// The value of this JSON.
    pub fn from_json(json: &'a RawValue) -> Self {
        let text = json.get();
        let read = serde_json::from_str::<JsonScalar<'_>>(text);
        match read {
            Ok(JsonScalar::Flag(flag)) => Self::Flag(flag),
            Ok(JsonScalar::Integer(number)) => Self::Integer(number),
            Ok(JsonScalar::Text(text)) => Self::Text(text),
            Ok(JsonScalar::Null) => Self::Null,
            Err(_) => Self::Json(Cow::Borrowed(text)),
        }
    }

    /// Takes the value of this JSON, and keeps the memory of its text.
    pub fn read(&mut self, json: &RawValue) {
        let text = json.get();
        *self = match text.as_bytes().first() {
            Some(b'"') => match (unquoted(text), &mut *self) {
                (Some(new), Self::Text(Cow::Owned(kept))) => {
                    kept.clear();
                    kept.push_str(&new);
                    return;
                }
                (Some(new), _) => Self::Text(Cow::Owned(new.into_owned())),
                (None, _) => Self::Json(Cow::Owned(text.to_owned())),
            },
            Some(b't') => Self::Flag(true),
            Some(b'f') => Self::Flag(false),
            Some(b'n') => Self::Null,
            _ => match text.parse() {
                // JSON's -0 is not 0.
                Ok(number) if text != "-0" => Self::Integer(number),
                _ => Self::Json(Cow::Owned(text.to_owned())),
            },
        };
    }

    /// The same value, borrowed.
    pub fn borrowed(&self) -> FieldValue<'_> {
        match self {
            Self::Null => FieldValue::Null,
            Self::Flag(flag) => FieldValue::Flag(*flag),
            Self::Integer(number) => FieldValue::Integer(*number),
            Self::Text(text) => FieldValue::Text(Cow::Borrowed(text)),
            Self::Json(json) => FieldValue::Json(Cow::Borrowed(json)),
        }
    }

    /// An owned copy of the value.
    pub fn into_owned(self) -> FieldValue<'static> {
        match self {
            Self::Null => FieldValue::Null,
            Self::Flag(flag) => FieldValue::Flag(flag),
            Self::Integer(number) => FieldValue::Integer(number),
            Self::Text(text) => FieldValue::Text(Cow::Owned(text.into_owned())),
            Self::Json(json) => FieldValue::Json(Cow::Owned(json.into_owned())),
        }
    }

    /// The integer; `None` for any other kind of value.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// The exact number: an integer, a number of JSON, or a text that is one in JSON's grammar; `None` for any other
    /// value, and for more digits than a [`Number`] keeps.
    pub fn as_number(&self) -> Option<Number> {
        match self {
            Self::Integer(number) => Some(Number::from(*number)),
            Self::Json(text) | Self::Text(text) => Number::parse(text),
            Self::Null | Self::Flag(_) => None,
        }
    }

    /// The text; `None` for any other kind of value.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Serialize for FieldValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Json(json) => match serde_json::from_str::<&RawValue>(json) {
                Ok(raw) => raw.serialize(serializer),
                // It is not JSON, so it is shown as text.
                Err(_) => serializer.serialize_str(json),
            },
        }
    }
}
