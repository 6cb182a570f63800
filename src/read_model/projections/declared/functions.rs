//! The functions of projections: exact values out of JSON.
//!
//! SQLite's own `->>` rounds a number that neither an integer nor a double holds, and takes the first of two equal keys.
//! A projection's `->>`, `->` and `json_extract(json, path)` fail for such a number, and take the last key, as folds do.

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Error, Result};
use serde_json::value::RawValue;

use crate::domain::json::{is_number, shortened, unquoted};
use crate::domain::money::Currency;
use crate::domain::money::decimal::Decimal;
use crate::domain::number::Number;
use crate::domain::wrappers::unwrapped_value;
use crate::read_model::projections::declared::clock_free;
use crate::read_model::projections::declared::json_path::JsonPath;

const FLAGS: FunctionFlags = FunctionFlags::SQLITE_UTF8
    .union(FunctionFlags::SQLITE_DETERMINISTIC)
    .union(FunctionFlags::SQLITE_INNOCUOUS);

/// Gives a connection the functions of projections. `number(json, path)` is the text of a number, with all digits;
/// `minor(json, path, currency)` an amount in minor units.
///
/// # Errors
/// Errors of SQLite.
pub(in crate::read_model) fn register(connection: &Connection) -> Result<()> {
    for name in ["->>", "json_extract"] {
        connection.create_scalar_function(name, 2, FLAGS, |context| {
            found(context)?.map_or(Ok(Value::Null), |(json, path)| sql_value(json, &path))
        })?;
    }
    connection.create_scalar_function("->", 2, FLAGS, |context| {
        Ok(found(context)?.map(|(json, _)| json.to_owned()))
    })?;
    connection.create_scalar_function("number", 2, FLAGS, |context| {
        found(context)?.map_or(Ok(None), |(json, path)| number(json, &path))
    })?;
    connection.create_scalar_function("minor", 3, FLAGS, |context| {
        let code = context.get_raw(2).as_str().unwrap_or_default();
        let currency = Currency::from_code(code).filter(Currency::is_listed);
        let currency = currency.ok_or_else(|| failed(format!("minor() knows no currency {code:?}")))?;
        let (json, path) = found(context)?.ok_or_else(|| {
            failed(format!("there is no amount at {}", context.get_raw(1).as_str().unwrap_or_default()))
        })?;
        minor(json, &path, currency)
    })?;
    clock_free::register(connection)
}

fn failed(why: impl Into<String>) -> Error {
    Error::UserFunctionError(why.into().into())
}

/// The value to which the second argument leads within the first one, and the path as text; `None` if there is no such
/// value. A text that does not begin with `$` is a key.
fn found<'c>(context: &'c Context<'_>) -> Result<Option<(&'c str, String)>> {
    let json = match context.get_raw(0) {
        ValueRef::Null => return Ok(None),
        json => json.as_str().map_err(|_| failed("the first argument is not JSON text"))?,
    };
    let (path, shown) = match context.get_raw(1) {
        ValueRef::Null => return Ok(None),
        ValueRef::Integer(index) => (JsonPath::of_index(index), format!("[{index}]")),
        path => {
            let path = path.as_str().map_err(|_| failed("a path is text: '$.items[0].sku'"))?;
            let parsed = if path.starts_with('$') {
                JsonPath::parse(path)
                    .ok_or_else(|| failed(format!("{path:?} is not a path such as '$.items[0].sku'")))?
            } else {
                JsonPath::of_key(path)
            };
            (parsed, path.to_owned())
        }
    };
    Ok(path.find(json).map(|json| (without_wrapper(json), shown)))
}

/// A value without what a library put around it: `88.96` of `{"_type_": "decimal_str", "_data_": "88.96"}`.
fn without_wrapper(json: &str) -> &str {
    if !json.starts_with('{') {
        return json;
    }
    serde_json::from_str(json).map_or(json, |value: &RawValue| unwrapped_value(value).get())
}

/// A JSON value as SQLite's `->>` gives it.
fn sql_value(json: &str, path: &str) -> Result<Value> {
    Ok(match json {
        "null" => Value::Null,
        "true" => Value::Integer(1),
        "false" => Value::Integer(0),
        _ if json.starts_with('"') => {
            let text = unquoted(json).ok_or_else(|| failed(format!("the value at {path} is not text: {}", shortened(json))))?;
            Value::Text(text.into_owned())
        }
        _ if is_number(json) => sql_number(json).ok_or_else(|| {
            failed(format!(
                "the number {} at {path} fits neither an integer nor a double; number(…, '{path}') gives its exact text",
                shortened(json)
            ))
        })?,
        _ => Value::Text(json.to_owned()),
    })
}

/// A number as an integer or a double; `None` if neither has exactly this value.
fn sql_number(json: &str) -> Option<Value> {
    if let Ok(integer) = json.parse() {
        return Some(Value::Integer(integer));
    }
    let double: f64 = json.parse().ok()?;
    let is_same = Number::parse(json)? == Number::parse(&format!("{double:e}"))?;
    is_same.then_some(Value::Real(double))
}

/// Whether a JSON text has a number that SQLite would round.
pub(super) fn has_rounded_number(json: &str) -> bool {
    let mut rest = json;
    while let Some(at) = rest.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) {
        let (_, found) = rest.split_at(at);
        let n = match found.strip_prefix('"') {
            Some(text) => string_end(text).map_or(found.len(), |end| end + 2),
            None => {
                let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
                let n = found.find(|c| !is_part(c)).unwrap_or(found.len());
                if found.get(..n).is_some_and(|number| sql_number(number).is_none()) {
                    return true;
                }
                n
            }
        };
        rest = found.get(n..).unwrap_or_default();
    }
    false
}

/// The number of bytes before the quote that ends a string.
fn string_end(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    })
}

/// The text of a number, or of a text that is one; `None` for null.
fn number(json: &str, path: &str) -> Result<Option<String>> {
    if json == "null" {
        return Ok(None);
    }
    let text = unquoted(json).unwrap_or(json.into());
    let is_it = is_number(&text) && serde_json::from_str::<&RawValue>(&text).is_ok();
    match is_it {
        true => Ok(Some(text.into_owned())),
        false => Err(failed(format!("the value at {path} is not a number: {}", shortened(json)))),
    }
}

/// An amount in minor units.
fn minor(json: &str, path: &str, currency: Currency) -> Result<i64> {
    let wrong = |why: &dyn std::fmt::Display| {
        failed(format!("the value at {path} is not an amount in {currency}: {}: {why}", shortened(json)))
    };
    let text = number(json, path)?.ok_or_else(|| wrong(&"it is null"))?;
    let amount: Decimal = text.parse().map_err(|why| wrong(&why))?;
    amount.minor_units(Some(currency)).map_err(|why| wrong(&why))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        register(&connection).unwrap();
        connection
    }

    fn asked(expression: &str, json: &str) -> std::result::Result<Value, String> {
        let sql = format!("SELECT {expression} FROM (SELECT ?1 AS d)");
        connection().query_row(&sql, [json], |row| row.get(0)).map_err(|error| error.to_string())
    }

    #[test]
    fn values_come_out_of_json_as_in_sqlite() {
        let json = r#"{"a":{"b":[1,2.5,"x\n\"é",null,true,false,{"c":1e3}]},"n":-7,"r":0.1,"e":""}"#;
        let sqlite = Connection::open_in_memory().unwrap();
        for expression in [
            "d->>'$.a.b[0]'",
            "d->>'$.a.b[1]'",
            "d->>'$.a.b[2]'",
            "d->>'$.a.b[3]'",
            "d->>'$.a.b[4]'",
            "d->>'$.a.b[5]'",
            "d->>'$.a.b[6]'",
            "d->'$.a.b[6]'->>'c'",
            "d->>'n'",
            "d->>'$.r'",
            "d->>'$.e'",
            "d->>'$.none'",
            "d->'a'->'b'->>1",
            "d->'a'->'b'->>-1",
            "d->'$.n'",
            "json_extract(d, '$.a.b[1]')",
            "NULL->>'$.a'",
            "d->>NULL",
            "typeof(d->>'$.a.b[6].c')",
        ] {
            let sql = format!("SELECT {expression} FROM (SELECT ?1 AS d)");
            let expected: Value = sqlite.query_row(&sql, [json], |row| row.get(0)).unwrap();
            assert_eq!(asked(expression, json), Ok(expected), "{expression}");
        }
    }

    #[test]
    fn of_equal_keys_the_last_one_counts() {
        assert_eq!(asked("d->>'$.a'", r#"{"a":1,"a":2}"#), Ok(Value::Integer(2)));
    }

    #[test]
    fn a_number_that_would_be_rounded_is_an_error() {
        for (json, is_held) in [
            ("9223372036854775807", true),
            ("-9223372036854775808", true),
            ("9223372036854775808", false),
            ("9223372036854775809", false),
            ("12345678901234567890", false),
            ("0.1", true),
            ("1e3", true),
            ("5e-324", true),
            ("0.30000000000000004", true),
            ("9007199254740993.0", false),
            ("1e400", false),
            ("0.1000000000000000055511151231257827", false),
            ("1.0", true),
            ("-0.0", true),
        ] {
            let object = format!(r#"{{"x":{json},"t":"99999999999999999999"}}"#);
            assert_eq!(asked("d->>'$.x'", &object).is_ok(), is_held, "{json}");
            assert_eq!(has_rounded_number(&object), !is_held, "{json}");
            assert_eq!(asked("number(d, '$.x')", &object), Ok(Value::Text(json.to_owned())), "{json}");
        }
        let why = asked("d->>'$.x'", r#"{"x":99999999999999999999}"#).unwrap_err();
        let expected = "the number 99999999999999999999 at $.x fits neither an integer nor a double; \
                        number(…, '$.x') gives its exact text";
        assert_eq!(why, expected);
    }

    #[test]
    fn numbers_and_amounts_are_exact_or_an_error() {
        let json = r#"{"p":12.50,"t":"1e2","w":"x","z":null,"m":0.005,"b":true,
                        "u":{"_type_":"decimal_str","_data_":"88.96"}}"#;
        for (expression, expected) in [
            ("number(d, '$.p')", Ok(Value::Text("12.50".to_owned()))),
            ("number(d, '$.t')", Ok(Value::Text("1e2".to_owned()))),
            ("number(d, '$.z')", Ok(Value::Null)),
            ("number(d, '$.none')", Ok(Value::Null)),
            ("number(d, '$.w')", Err("the value at $.w is not a number: \"x\"")),
            ("number(d, '$.b')", Err("the value at $.b is not a number: true")),
            ("minor(d, '$.p', 'EUR')", Ok(Value::Integer(1250))),
            ("minor(d, '$.t', 'JPY')", Ok(Value::Integer(100))),
            ("minor(d, '$.u', 'EUR')", Ok(Value::Integer(8896))),
            ("minor(d, '$.none', 'EUR')", Err("there is no amount at $.none")),
            ("minor(d, '$.p', 'euro')", Err("minor() knows no currency \"euro\"")),
        ] {
            assert_eq!(asked(expression, json), expected.map_err(str::to_owned), "{expression}");
        }
        for expression in ["minor(d, '$.m', 'EUR')", "minor(d, '$.z', 'EUR')", "minor(d, '$.p', 'JPY')"] {
            assert!(asked(expression, json).unwrap_err().contains("is not an amount in"), "{expression}");
        }
    }
}
