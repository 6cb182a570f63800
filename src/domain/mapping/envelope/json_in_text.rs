//! JSON that is kept as a text within JSON: the line with that JSON in the text's place.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::domain::json::unquoted;
use crate::domain::mapping::paths::{Paths, Slots};

/// The line with the JSON that is in the texts at these paths, one path after the other, so that a later path can lead
/// into an earlier text; `None` if no such text holds an object or a list. A text of anything else stays what it is.
pub(super) fn with_texts_read(line: &str, texts: &[String]) -> Option<String> {
    let mut read: Option<String> = None;
    for path in texts {
        let line = read.as_deref().unwrap_or(line);
        let next = with_text_read(line, path);
        read = next.or(read);
    }
    read
}

fn with_text_read(line: &str, path: &str) -> Option<String> {
    let mut paths = Paths::default();
    paths.add(path, 0).ok()?;
    let mut slots: Slots<'_, 1> = [None];
    paths.pick(line, &mut slots).ok()?;
    let raw = slots[0].map(RawValue::get)?;
    let inside = json_in(raw)?;
    let start = raw.as_ptr().addr().checked_sub(line.as_ptr().addr())?;
    let (before, after) = (line.get(..start)?, line.get(start + raw.len()..)?);
    Some([before, &inside, after].concat())
}

/// The object or list that a JSON text holds.
pub(in crate::domain::mapping) fn json_in(raw: &str) -> Option<String> {
    let text = unquoted(raw)?;
    let inside: &str = text.trim_ascii();
    if !inside.starts_with(['{', '[']) {
        return None;
    }
    serde_json::from_str::<IgnoredAny>(inside).ok()?;
    Some(match text {
        Cow::Owned(text) if text.len() == inside.len() => text,
        _ => inside.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_holds_json_is_replaced_by_it_and_others_stay() {
        let read = |line: &str, paths: &[&str]| {
            let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
            with_texts_read(line, &paths)
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(read(r#"{"a": "{\"b\":1.50}\n" ,"c":2}"#, &["a"]), some(r#"{"a": {"b":1.50} ,"c":2}"#));
        assert_eq!(read(r#"{"a":{"b":"[1]"}}"#, &["a.b", "x"]), some(r#"{"a":{"b":[1]}}"#));
        let outer = r#"{"a":"{\"b\":\"{\\\"c\\\":1}\"}"}"#;
        assert_eq!(read(outer, &["a", "a.b"]), some(r#"{"a":{"b":{"c":1}}}"#));
        for line in
            [r#"{"a":"words"}"#, r#"{"a":""}"#, r#"{"a":"7"}"#, r#"{"a":"{oops"}"#, r#"{"a":{}}"#, "[]", "x"]
        {
            assert_eq!(read(line, &["a"]), None, "{line}");
        }
    }
}
