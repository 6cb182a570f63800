//! Values that are written with their types, read as plain JSON.

use serde_json::value::RawValue;

use crate::domain::json::{each_member, is_object, unquoted};
use crate::domain::mapping::envelope::json_in_text::json_in;
use crate::domain::mapping::paths::push_text;

/// How a system writes values with their types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TypedValues {
    /// Each value of DynamoDB is an object whose only key is its type: `{"S": "tea"}`, `{"N": "12.50"}`, `{"M": {…}}`.
    DynamoDb,
    /// Records of OpenTelemetry are in lists of exports, and attributes are lists of keys and values:
    /// `{"key": "total", "value": {"doubleValue": 12.50}}`. See [`otlp`](super::otlp).
    Otlp,
}

impl TypedValues {
    /// A value as plain JSON: one with its type, or an object whose members are such values. Numbers keep all digits,
    /// and JSON in a text is read in its place. `None` if nothing in it has a type.
    pub(super) fn plain(self, json: &str) -> Option<String> {
        if self == Self::Otlp {
            return None;
        }
        let mut out = String::new();
        if push_typed(json, &mut out).is_some() {
            return Some(json_in(&out).unwrap_or(out));
        }
        push_members(json, &mut out).filter(|n_typed| *n_typed > 0).map(|_| out)
    }
}

/// Writes a value without its type. `None` if it has none; then `out` is as it was.
fn push_typed(json: &str, out: &mut String) -> Option<()> {
    let (key, value) = only_member(json)?;
    let (start, inside) = (out.len(), value.get());
    let done = match key.as_str() {
        "S" | "SS" if inside.starts_with(['"', '[']) => push_json(inside, out),
        "BOOL" if matches!(inside, "true" | "false") => push_json(inside, out),
        "NULL" if inside == "true" => push_json("null", out),
        "N" => push_number(inside, out),
        "B" => push_bytes(inside, out),
        "NS" => push_list(inside, out, push_number),
        "BS" => push_list(inside, out, push_bytes),
        "L" => push_list(inside, out, push_typed),
        "M" => push_members(inside, out).map(drop),
        _ => None,
    };
    if done.is_none() {
        out.truncate(start);
    }
    done
}

/// Writes the members of an object, each without its type if it has one. How many have one.
fn push_members(object: &str, out: &mut String) -> Option<usize> {
    if !is_object(object) {
        return None;
    }
    let start = out.len();
    let (mut n_typed, mut is_text) = (0, true);
    out.push('{');
    let read = each_member(object, |key, value| {
        let Some(key) = key else {
            is_text = false;
            return Ok(());
        };
        if out.len() > start + 1 {
            out.push(',');
        }
        push_text(key, out);
        out.push(':');
        match push_typed(value.get(), out) {
            Some(()) => n_typed += 1,
            None => out.push_str(value.get()),
        }
        Ok(())
    });
    out.push('}');
    (read.is_ok() && is_text).then_some(n_typed)
}

fn push_list(
    list: &str,
    out: &mut String,
    mut push: impl FnMut(&str, &mut String) -> Option<()>,
) -> Option<()> {
    let items: Vec<&RawValue> = serde_json::from_str(list).ok()?;
    out.push('[');
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        push(item.get(), out)?;
    }
    out.push(']');
    Some(())
}

/// Writes the number in a text.
fn push_number(json: &str, out: &mut String) -> Option<()> {
    let text = unquoted(json)?;
    let number = text.trim();
    let is_number = number.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    (is_number && serde_json::from_str::<&RawValue>(number).is_ok()).then(|| out.push_str(number))
}

/// Writes bytes, which are a text in base64.
fn push_bytes(json: &str, out: &mut String) -> Option<()> {
    json.starts_with('"').then_some(())?;
    out.push_str("{\"$bytes\":");
    out.push_str(json);
    push_json("}", out)
}

fn push_json(json: &str, out: &mut String) -> Option<()> {
    out.push_str(json);
    Some(())
}

/// The only member of an object.
pub(super) fn only_member(object: &str) -> Option<(String, &RawValue)> {
    if !is_object(object) {
        return None;
    }
    let (mut only, mut n) = (None, 0);
    each_member(object, |key, value| {
        only = key.map(|key| (key.to_owned(), value));
        n += 1;
        Ok(())
    })
    .ok()?;
    only.filter(|_| n == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, plain: &str) {
        assert_eq!(TypedValues::DynamoDb.plain(json).as_deref(), Some(plain));
    }

    #[test]
    fn a_value_of_each_type_is_plain_json_with_all_its_digits() {
        let numbers = r#"{"n":{"N":"12.50"},"m":{"N":"-12345678901234567890123456789012345678"},"k":{"NS":["1","2.0"]}}"#;
        check(numbers, r#"{"n":12.50,"m":-12345678901234567890123456789012345678,"k":[1,2.0]}"#);
        check(
            r#"{"s":{"S":"a \"b\""},"t":{"BOOL":true},"u":{"NULL":true},"v":{"SS":["x","y"]},"w":{"B":"AAE="},"x":{"BS":["AA=="]}}"#,
            r#"{"s":"a \"b\"","t":true,"u":null,"v":["x","y"],"w":{"$bytes":"AAE="},"x":[{"$bytes":"AA=="}]}"#,
        );
        check(
            r#" { "M" : {"items":{"L":[{"M":{"sku":{"S":"tea"},"qty":{"N":"2"}}},{"S":"x"}]}} } "#,
            r#"{"items":[{"sku":"tea","qty":2},"x"]}"#,
        );
        check(r#"{"S":"{\"qty\": 2.50}"}"#, r#"{"qty": 2.50}"#);
        check(r#"{"S":{"S":"a field that is called S"}}"#, r#"{"S":"a field that is called S"}"#);
    }

    #[test]
    fn a_value_without_a_type_stays_as_it_is() {
        for json in [r#"{"a":1}"#, r#"{"N":12}"#, r#"{"S":"a","N":"1"}"#, "7", "[]", "{}", "null", "x"] {
            assert_eq!(TypedValues::DynamoDb.plain(json), None, "{json}");
        }
        check(r#"{"a":{"N":"1"},"b":{"N":"one"},"c":7}"#, r#"{"a":1,"b":{"N":"one"},"c":7}"#);
        check(r#"{"a":{"N":"1"},"b":{"L":[7]}}"#, r#"{"a":1,"b":{"L":[7]}}"#);
    }
}
