//! Paths into JSON as SQLite writes them: `$.items[0].sku`.

use crate::domain::json::skim;

/// The most steps of a path: as deep as events may be nested.
const N_STEPS_MAX: usize = 128;

/// A path into a JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct JsonPath(Vec<JsonStep>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum JsonStep {
    /// The value of a key.
    Key(String),
    /// The item with this index, from 0.
    Item(usize),
    /// The item that is this far before the end: 1 is the last one.
    FromEnd(usize),
}

impl JsonPath {
    /// Parses `$`, followed by `.key`, `."any key"`, `[0]` or `[#-1]` as often as needed; `None` for other texts.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut steps = Vec::new();
        let mut rest = text.strip_prefix('$')?;
        while !rest.is_empty() {
            let (step, after) = match rest.strip_prefix('.') {
                Some(key) => key_step(key)?,
                None => item_step(rest.strip_prefix('[')?)?,
            };
            steps.push(step);
            rest = after;
        }
        (steps.len() <= N_STEPS_MAX).then_some(Self(steps))
    }

    /// The path to a key of an object.
    pub(super) fn of_key(key: &str) -> Self {
        Self(vec![JsonStep::Key(key.to_owned())])
    }

    /// The path to an item of an array; a negative index counts from the end.
    pub(super) fn of_index(index: i64) -> Self {
        let n = usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX);
        Self(vec![if index < 0 { JsonStep::FromEnd(n) } else { JsonStep::Item(n) }])
    }

    /// The text of the value there; of a key that appears twice, the last one. `None` if there is no such value.
    pub(super) fn find<'j>(&self, json: &'j str) -> Option<&'j str> {
        self.0.iter().try_fold(json.trim_ascii(), |json, step| match step {
            JsonStep::Key(key) => skim::member(json, key),
            JsonStep::Item(index) => item(json, |_| Some(*index)),
            JsonStep::FromEnd(n) => item(json, |n_items| n_items.checked_sub(*n)),
        })
    }
}

/// The item whose index follows from the number of items.
fn item(json: &str, index: impl Fn(usize) -> Option<usize>) -> Option<&str> {
    let mut items = Vec::new();
    skim::each_item(json, |item| items.push(item))?;
    items.get(index(items.len())?).copied()
}

/// The key at the beginning, and the text after it.
fn key_step(text: &str) -> Option<(JsonStep, &str)> {
    let (key, after) = match text.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"')?,
        None => text.split_at(text.find(['.', '[']).unwrap_or(text.len())),
    };
    let is_empty = key.is_empty() && !text.starts_with('"');
    (!is_empty).then(|| (JsonStep::Key(key.to_owned()), after))
}

/// The index at the beginning, after its bracket, and the text after it.
fn item_step(text: &str) -> Option<(JsonStep, &str)> {
    let (index, after) = text.split_once(']')?;
    let number =
        |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?;
    let step = match index.strip_prefix("#-") {
        Some(n) => JsonStep::FromEnd(number(n)?),
        None => JsonStep::Item(number(index)?),
    };
    Some((step, after))
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    #[test]
    fn a_path_leads_to_the_same_value_as_in_sqlite() {
        let json = r#" {"a":{"b c":[1,{"d":"x"},[2,3]],"":0},"e.f":null,"g":[]} "#;
        let sqlite = Connection::open_in_memory().unwrap();
        for path in [
            "$",
            "$.a",
            "$.a.\"b c\"[0]",
            "$.a.\"b c\"[1].d",
            "$.a.\"b c\"[#-1]",
            "$.a.\"b c\"[#-1][1]",
            "$.\"e.f\"",
            "$.a.\"b c\"[3]",
            "$.a.\"b c\"[#-4]",
            "$.x",
            "$.a.b",
            "$.a[0]",
            "$.g[0]",
            "$.g",
            "$.a.\"\"",
        ] {
            let expected: Option<String> =
                sqlite.query_row("SELECT ?1 -> ?2", [json, path], |row| row.get(0)).unwrap();
            let found = JsonPath::parse(path).unwrap().find(json);
            assert_eq!(
                found.map(|text| text.replace(' ', "")),
                expected.map(|text| text.replace(' ', "")),
                "{path}"
            );
        }
    }

    #[test]
    fn other_texts_are_not_paths() {
        for text in
            ["", "a", "$a", "$.", "$..a", "$[", "$[]", "$[x]", "$[-1]", "$[#]", "$[#-]", "$.\"a", "$[1]b"]
        {
            assert_eq!(JsonPath::parse(text), None, "{text}");
        }
    }
}
