//! Values of expressions: numbers, texts, times, and lists and maps that are read lazily.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::value::RawValue;

use crate::domain::expression::shared_text::SharedText;
use crate::domain::json::{self, Unreadable, skim};
use crate::domain::number::Number;

/// The longest list that an expression reads or makes, in items. A list within a list is read for each item of the
/// outer one.
pub const LIST_ITEMS_MAX: usize = 10_000;

/// The longest text that an expression makes, in bytes: as long as a whole state may be.
pub const TEXT_BYTES_MAX: usize = 1024 * 1024;

/// A known value of an expression. It borrows from the event, the state and the expression.
#[derive(Clone, Debug)]
pub enum Computed<'v> {
    Null,
    Bool(bool),
    Number(Number),
    Text(SharedText<'v>),
    List(ListValue<'v>),
    Map(MapValue<'v>),
    Time(Timestamp),
    Duration(SignedDuration),
}

#[derive(Clone, Debug)]
pub enum ListValue<'v> {
    /// The text of a JSON array.
    Json(SharedText<'v>),
    /// Made by an expression.
    Made(Arc<[Computed<'v>]>),
}

/// A map from texts to values.
#[derive(Clone, Debug)]
pub enum MapValue<'v> {
    /// The text of a JSON object. Of a key that appears twice the last value counts.
    Json(SharedText<'v>),
    /// Made by an expression; each key once.
    Made(Arc<[(SharedText<'v>, Computed<'v>)]>),
}

/// A value, or why it is unknown.
pub type Evaluated<'v> = Result<Computed<'v>, WhyUnknown>;

/// Why a value is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyUnknown {
    /// There is no such field, key or item.
    Missing,
    /// A value is of a kind that the operation does not take.
    WrongKind,
    /// A number has more digits than are kept exactly.
    TooManyDigits,
    DivisionByZero,
    /// A text is not a time or duration, or one is out of range.
    NotATime,
    /// A list has more than [`LIST_ITEMS_MAX`] items, or a text more than [`TEXT_BYTES_MAX`] bytes.
    TooLong,
    /// The evaluation took more work than it may.
    TooMuchWork,
    /// The JSON text cannot be read.
    NotJson,
    /// The place of the expression has no such information: no history, or a row beyond the checkpoint.
    NotAvailable,
}

impl fmt::Display for WhyUnknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "a field is missing",
            Self::WrongKind => "a value is of another kind",
            Self::TooManyDigits => "a number has more than 28 digits",
            Self::DivisionByZero => "a division by zero",
            Self::NotATime => "a text is not a time",
            Self::TooLong => "a list or string is too long",
            Self::TooMuchWork => "the evaluation takes too long",
            Self::NotJson => "a text is not JSON",
            Self::NotAvailable => "a value is not available here",
        })
    }
}

impl From<Unreadable> for WhyUnknown {
    fn from(_: Unreadable) -> Self {
        Self::NotJson
    }
}

impl<'v> Computed<'v> {
    /// A text that is borrowed.
    pub fn text(text: &'v str) -> Self {
        Self::Text(SharedText::Borrowed(text))
    }

    /// The value of a JSON text.
    ///
    /// # Errors
    /// A number has too many digits, or the text is not JSON, as far as it is read here.
    pub fn from_json(json: &'v str) -> Evaluated<'v> {
        if json::is_number(json)
            && let Some(number) = Number::parse(json)
        {
            return Ok(Self::Number(number));
        }
        Self::read(&SharedText::Borrowed(json))
    }

    /// The value at a path of keys in a JSON text.
    ///
    /// # Errors
    /// It is missing, or cannot be read.
    pub fn from_json_at<K: AsRef<str>>(json: &'v str, path: &[K]) -> Evaluated<'v> {
        let step = |json, key: &K| skim::member(value_of_bytes(json), key.as_ref());
        Self::from_json(path.iter().try_fold(json.trim_start(), step).ok_or(WhyUnknown::Missing)?)
    }

    /// The value of a JSON text that may be shared.
    pub(crate) fn read(json: &SharedText<'v>) -> Evaluated<'v> {
        let trimmed = json.trim_matches([' ', '\t', '\r', '\n']);
        let json = json.part(value_of_bytes(trimmed));
        match json.as_bytes().first() {
            Some(b'{') => return Ok(Self::Map(MapValue::Json(json))),
            Some(b'[') => return Ok(Self::List(ListValue::Json(json))),
            Some(b'"') => return string(&json).map(Self::Text),
            _ => {}
        }
        match &*json {
            "null" => Ok(Self::Null),
            "true" => Ok(Self::Bool(true)),
            "false" => Ok(Self::Bool(false)),
            text if json::is_number(text) => {
                Number::parse(text).map(Self::Number).ok_or(WhyUnknown::TooManyDigits)
            }
            _ => Err(WhyUnknown::NotJson),
        }
    }

    /// The member of a map.
    ///
    /// # Errors
    /// The value is not a map, or has no such key.
    pub fn member(&self, key: &str) -> Result<Self, WhyUnknown> {
        match self {
            Self::Map(map) => map.member(key),
            _ => Err(WhyUnknown::Missing),
        }
    }

    /// The value at a path of keys below this one.
    ///
    /// # Errors
    /// Some part of the path is missing.
    pub fn at<K: AsRef<str>>(self, path: &[K]) -> Result<Self, WhyUnknown> {
        path.iter().try_fold(self, |value, key| value.member(key.as_ref()))
    }
}

/// The content of a JSON string.
fn string<'v>(json: &SharedText<'v>) -> Result<SharedText<'v>, WhyUnknown> {
    match json::unquoted(json) {
        Some(Cow::Borrowed(text)) => Ok(json.part(text)),
        Some(Cow::Owned(text)) => Ok(text.into()),
        None => Err(WhyUnknown::NotJson),
    }
}

/// A JSON text; of bytes that were decoded (`{"$bytes": …, "$value": …}`) the value that they hold.
fn value_of_bytes(json: &str) -> &str {
    let members = json.strip_prefix('{').map(str::trim_start);
    if !members.is_some_and(|members| members.starts_with("\"$bytes\"")) {
        return json;
    }
    skim::member(json, "$value").unwrap_or(json)
}

impl<'v> ListValue<'v> {
    /// The items.
    ///
    /// # Errors
    /// There are more than [`LIST_ITEMS_MAX`], or one cannot be read.
    pub fn items(&self) -> Result<Arc<[Computed<'v>]>, WhyUnknown> {
        let json = match self {
            Self::Made(items) => return Ok(Arc::clone(items)),
            Self::Json(json) => json,
        };
        let mut items = Vec::new();
        let mut failure = None;
        skim::each_item(json, |item| {
            if items.len() == LIST_ITEMS_MAX {
                failure = failure.or(Some(WhyUnknown::TooLong));
            }
            if failure.is_none() {
                match Computed::read(&json.part(item)) {
                    Ok(item) => items.push(item),
                    Err(why) => failure = Some(why),
                }
            }
        })
        .ok_or(WhyUnknown::NotJson)?;
        failure.map_or_else(|| Ok(items.into()), Err)
    }

    /// The item with this index, from 0.
    ///
    /// # Errors
    /// There is no such item.
    pub fn item(&self, index: usize) -> Result<Computed<'v>, WhyUnknown> {
        match self {
            Self::Made(items) => items.get(index).cloned().ok_or(WhyUnknown::Missing),
            Self::Json(json) => {
                let mut nth = 0;
                let mut found = None;
                skim::each_item(json, |item| {
                    found = found.or((nth == index).then_some(item));
                    nth += 1;
                });
                Computed::read(&json.part(found.ok_or(WhyUnknown::Missing)?))
            }
        }
    }

    /// The number of items.
    ///
    /// # Errors
    /// The JSON cannot be read.
    pub fn n_items(&self) -> Result<usize, WhyUnknown> {
        match self {
            Self::Made(items) => Ok(items.len()),
            Self::Json(json) => {
                let mut n_items = 0;
                skim::each_item(json, |_| n_items += 1).ok_or(WhyUnknown::NotJson)?;
                Ok(n_items)
            }
        }
    }
}

impl<'v> MapValue<'v> {
    /// The value of a key.
    ///
    /// # Errors
    /// There is no such key, or the value cannot be read.
    pub fn member(&self, key: &str) -> Result<Computed<'v>, WhyUnknown> {
        match self {
            Self::Made(members) => {
                let found = members.iter().find(|(name, _)| **name == *key);
                found.map(|(_, value)| value.clone()).ok_or(WhyUnknown::Missing)
            }
            Self::Json(json) => {
                Computed::read(&json.part(skim::member(json, key).ok_or(WhyUnknown::Missing)?))
            }
        }
    }

    /// The keys with their values.
    ///
    /// # Errors
    /// The JSON cannot be read, or has more than [`LIST_ITEMS_MAX`] keys.
    pub fn members(&self) -> Result<MapMembers<'v>, WhyUnknown> {
        let json = match self {
            Self::Made(members) => {
                return Ok(members.iter().map(|(key, value)| (key.to_string(), Ok(value.clone()))).collect());
            }
            Self::Json(json) => json,
        };
        let mut members = MapMembers::new();
        json::each_member(json, |key, value| {
            if let Some(key) = key
                && members.len() <= LIST_ITEMS_MAX
            {
                members.insert(key.to_owned(), Self::value(json, value));
            }
            Ok(())
        })?;
        if members.len() > LIST_ITEMS_MAX { Err(WhyUnknown::TooLong) } else { Ok(members) }
    }

    fn value(json: &SharedText<'v>, value: &RawValue) -> Result<Computed<'v>, WhyUnknown> {
        Computed::read(&json.part(value.get()))
    }
}

/// The members of a map, ordered by key. A value that cannot be read is unknown.
pub type MapMembers<'v> = BTreeMap<String, Result<Computed<'v>, WhyUnknown>>;
