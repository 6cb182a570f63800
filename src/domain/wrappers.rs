//! Wrappers that libraries put around an event's data, taken off for folds. The log keeps the data as it came.

use serde_json::value::RawValue;

use crate::domain::json::{each_member, is_object};

/// An event's data without a wrapper: `{"ItemAdded": {…}}` with the event's type as the only key, as Rust's serde writes
/// an enum. Any other data stays as it is.
pub fn unwrapped<'j>(event_type: &str, data: &'j str) -> &'j str {
    let data = data.trim_ascii();
    // Looking for the type first costs less than parsing all data.
    if !is_object(data) || !begins_with_key(data, event_type) {
        return data;
    }
    let mut only: Option<&'j RawValue> = None;
    let mut n_members = 0;
    let read = each_member(data, |_, value| {
        n_members += 1;
        only = Some(value);
        Ok(())
    });
    match only.filter(|value| n_members == 1 && is_object(value.get())) {
        Some(inside) if read.is_ok() => inside.get(),
        _ => data,
    }
}

/// A value without a wrapper: the `_data_` of `{"_type_": "decimal_str", "_data_": "88.96"}`, as Python's `eventsourcing`
/// writes values that JSON has no kind for. Any other value stays as it is.
pub fn unwrapped_value(value: &RawValue) -> &RawValue {
    if !begins_with_key(value.get(), "_type_") {
        return value;
    }
    let (mut inside, mut n_members) = (None, 0);
    let read = each_member(value.get(), |key, value| {
        n_members += 1;
        if key == Some("_data_") {
            inside = Some(value);
        }
        Ok(())
    });
    inside.filter(|_| n_members == 2 && read.is_ok()).unwrap_or(value)
}

/// Whether the first key of an object is this one.
fn begins_with_key(object: &str, key: &str) -> bool {
    let first = object.strip_prefix('{').map(str::trim_start).and_then(|rest| rest.strip_prefix('"'));
    first.and_then(|rest| rest.strip_prefix(key)).is_some_and(|rest| rest.starts_with('"'))
}

#[cfg(test)]
mod tests {
    use super::{unwrapped, unwrapped_value};

    #[test]
    fn only_an_object_under_the_type_itself_is_unwrapped() {
        assert_eq!(unwrapped("Opened", r#" { "Opened" : {"a":1} } "#), r#"{"a":1}"#);
        for data in [
            r#"{"Opened":{"a":1},"b":2}"#,
            r#"{"Closed":{"a":1}}"#,
            r#"{"Opened":5}"#,
            r#"{"Opened2":{"a":1}}"#,
            "[1]",
            "null",
            "{}",
        ] {
            assert_eq!(unwrapped("Opened", data), data);
        }
    }

    #[test]
    fn a_value_with_its_type_beside_it_is_the_value() {
        let unwrapped = |json: &str| {
            let value: Box<serde_json::value::RawValue> = serde_json::from_str(json).unwrap();
            unwrapped_value(&value).get().to_owned()
        };
        assert_eq!(unwrapped(r#"{"_type_":"decimal_str","_data_":"88.96"}"#), r#""88.96""#);
        assert_eq!(unwrapped(r#"{ "_type_": "set", "_data_": [1, 2] }"#), "[1, 2]");
        for json in
            [r#"{"_type_":"x","_data_":1,"b":2}"#, r#"{"_type_":"x"}"#, r#"{"type":"x","_data_":1}"#, "7"]
        {
            assert_eq!(unwrapped(json), json);
        }
    }
}
