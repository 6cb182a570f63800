//! Skimming: a value within a JSON text found without reading the values around it.
//!
//! The text is taken to be JSON, as all data of events is: only its quotes, brackets and commas are looked at. Of other
//! text something is found, or nothing; it is for the reader of a found value to see whether that is JSON.

use super::unquoted;

/// The value of a key of an object; of a key that appears twice, the last one. `None` if there is no such key, or the
/// text is not an object.
pub fn member<'j>(object: &'j str, key: &str) -> Option<&'j str> {
    let mut found = None;
    let mut rest = after(object, b'{')?;
    while rest.as_bytes().first() != Some(&b'}') {
        let name_end = string_end(rest.as_bytes())?;
        let (name, value) = rest.split_at_checked(name_end)?;
        let value = after(value, b':')?;
        let (value, next) = value.split_at_checked(value_end(value.as_bytes())?)?;
        if is_name(name, key) {
            found = Some(value);
        }
        rest = next_part(next)?;
    }
    found
}

/// Calls `each` with the items of an array. `None` if the text is not an array.
pub fn each_item<'j>(array: &'j str, mut each: impl FnMut(&'j str)) -> Option<()> {
    let mut rest = after(array, b'[')?;
    while rest.as_bytes().first() != Some(&b']') {
        let (item, next) = rest.split_at_checked(value_end(rest.as_bytes())?)?;
        each(item);
        rest = next_part(next)?;
    }
    Some(())
}

/// The text after this byte and the space around it; `None` if it does not begin with the byte.
fn after(text: &str, byte: u8) -> Option<&str> {
    let text = without_space(text);
    (text.as_bytes().first() == Some(&byte)).then(|| without_space(text.get(1..).unwrap_or_default()))
}

fn without_space(text: &str) -> &str {
    let n_spaces = text.bytes().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count();
    text.get(n_spaces..).unwrap_or_default()
}

/// The text from the next member or item on, or from the bracket that closes.
fn next_part(text: &str) -> Option<&str> {
    let text = without_space(text);
    match text.as_bytes().first()? {
        b',' => Some(without_space(text.get(1..)?)),
        b'}' | b']' => Some(text),
        _ => None,
    }
}

/// Whether a string in quotes is this key.
fn is_name(quoted: &str, key: &str) -> bool {
    match quoted.get(1..quoted.len().saturating_sub(1)) {
        Some(name) if !name.as_bytes().contains(&b'\\') => name == key,
        _ => unquoted(quoted).is_some_and(|name| name == key),
    }
}

/// The length of the string in quotes at the beginning.
fn string_end(bytes: &[u8]) -> Option<usize> {
    if bytes.first() != Some(&b'"') {
        return None;
    }
    let mut at = 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// The length of the value at the beginning.
fn value_end(bytes: &[u8]) -> Option<usize> {
    match bytes.first()? {
        b'"' => string_end(bytes),
        b'{' | b'[' => nested_end(bytes),
        _ => {
            let is_end = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n');
            bytes.iter().position(is_end).filter(|end| *end > 0)
        }
    }
}

/// The length of the object or array at the beginning.
fn nested_end(bytes: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    loop {
        match bytes.get(at)? {
            b'"' => at += string_end(bytes.get(at..)?)? - 1,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 1 => return Some(at + 1),
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::json::each_member;
    use proptest::prelude::*;

    /// JSON with escapes, spaces and keys that appear twice.
    fn any_json() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            "-?[1-9][0-9]{0,3}(\\.[0-9]{1,2})?".boxed(),
            prop::sample::select(vec!["null", "true", "\"\"", r#""\\""#, r#""a\"}b""#, r#""é\u00e9]""#])
                .prop_map(str::to_owned)
                .boxed(),
        ];
        let key = prop::sample::select(vec!["a", "b", "\\u0061", "\\\"", "\\ud800", ""]);
        leaf.prop_recursive(3, 24, 4, move |inner| {
            let member = (key.clone(), inner.clone()).prop_map(|(key, value)| format!("\"{key}\" :{value}"));
            prop_oneof![
                prop::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(" ,\n"))),
                prop::collection::vec(member, 0..4)
                    .prop_map(|members| format!("{{ {} }}", members.join(", "))),
            ]
        })
    }

    proptest! {
        #[test]
        fn of_json_the_same_values_are_found_as_by_reading_it_all(json in any_json()) {
            for key in ["a", "b", "\"", "", "c"] {
                let mut read = None;
                let _ = each_member(&json, |name, value| {
                    read = if name == Some(key) { Some(value.get()) } else { read };
                    Ok(())
                });
                prop_assert_eq!(member(&json, key), read);
            }
            let mut items = Vec::new();
            let is_array = each_item(&json, |item| items.push(item)).is_some();
            let read = serde_json::from_str::<Vec<&serde_json::value::RawValue>>(&json);
            prop_assert_eq!(is_array, read.is_ok());
            prop_assert_eq!(items, read.iter().flatten().map(|item| item.get()).collect::<Vec<_>>());
        }

        #[test]
        fn no_text_ends_the_program(text in "[\\[\\]{}\",:\\\\a1é ]{0,40}") {
            let _ = member(&text, "a");
            let _ = each_item(&text, |_| ());
        }
    }
}
