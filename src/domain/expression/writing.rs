//! Values as text: JSON for a state, plain text for people and for keys.

use std::borrow::Cow;
use std::fmt::Write;

use crate::domain::expression::computed::{Computed, ListValue, MapValue, TEXT_BYTES_MAX, WhyUnknown};
use crate::domain::expression::shared_text::SharedText;
use crate::domain::expression::times::written_duration;

/// How deep a value is written: as deep as JSON is read everywhere.
const DEPTH_MAX: usize = 120;

/// The value as JSON. Numbers have all their digits; a time is in RFC 3339's form, a duration in seconds (`5400s`).
///
/// # Errors
/// The text would be longer than [`TEXT_BYTES_MAX`].
pub fn to_json(value: &Computed<'_>) -> Result<String, WhyUnknown> {
    let mut json = String::new();
    write_json(value, &mut json, 0)?;
    Ok(json)
}

fn write_json(value: &Computed<'_>, json: &mut String, depth: usize) -> Result<(), WhyUnknown> {
    if json.len() > TEXT_BYTES_MAX || depth > DEPTH_MAX {
        return Err(WhyUnknown::TooLong);
    }
    match value {
        Computed::Null => json.push_str("null"),
        Computed::Bool(flag) => json.push_str(if *flag { "true" } else { "false" }),
        Computed::Number(number) => {
            // Writing to a text does not fail.
            let _ = write!(json, "{number}");
        }
        Computed::Text(text) => write_text(text, json),
        Computed::Time(time) => write_text(&time.to_string(), json),
        Computed::Duration(duration) => write_text(&written_duration(*duration), json),
        Computed::List(ListValue::Json(text)) | Computed::Map(MapValue::Json(text)) => json.push_str(text),
        Computed::List(ListValue::Made(items)) => {
            json.push('[');
            for (nth, item) in items.iter().enumerate() {
                json.push_str(if nth > 0 { "," } else { "" });
                write_json(item, json, depth + 1)?;
            }
            json.push(']');
        }
        Computed::Map(MapValue::Made(members)) => {
            json.push('{');
            for (nth, (key, value)) in members.iter().enumerate() {
                json.push_str(if nth > 0 { "," } else { "" });
                write_text(key, json);
                json.push(':');
                write_json(value, json, depth + 1)?;
            }
            json.push('}');
        }
    }
    if json.len() > TEXT_BYTES_MAX { Err(WhyUnknown::TooLong) } else { Ok(()) }
}

/// Writes a JSON string.
fn write_text(text: &str, json: &mut String) {
    // A text always has a form in JSON.
    json.push_str(&serde_json::to_string(text).unwrap_or_default());
}

/// The value as text: a text itself, everything else as in JSON, without quotes.
///
/// # Errors
/// The value is null, or the text would be too long.
pub fn to_text<'v>(value: &Computed<'v>) -> Result<SharedText<'v>, WhyUnknown> {
    Ok(match value {
        Computed::Null => return Err(WhyUnknown::WrongKind),
        Computed::Text(text) => text.clone(),
        Computed::Number(number) => number.to_string().into(),
        Computed::Time(time) => time.to_string().into(),
        Computed::Duration(duration) => written_duration(*duration).into(),
        value => to_json(value)?.into(),
    })
}

/// The key that a value is in a map: a text, or a number as it is written.
///
/// # Errors
/// The value is of another kind.
pub fn key<'k>(value: &'k Computed<'_>) -> Result<Cow<'k, str>, WhyUnknown> {
    match value {
        Computed::Text(text) => Ok(Cow::Borrowed(text)),
        Computed::Number(number) => Ok(Cow::Owned(number.to_string())),
        _ => Err(WhyUnknown::WrongKind),
    }
}
