//! The fields of the first records of a log: their paths, and the values at them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The most records that are looked at: enough to see what repeats, and read in a moment.
pub const RECORDS_MAX: usize = 200;

/// The most bytes of them.
pub const BYTES_MAX: usize = 4 * 1024 * 1024;

/// The most steps of a path: an envelope within an envelope, and how its values are written.
const STEPS_MAX: usize = 5;

/// The most paths: a record may have a key for each of its items.
const PATHS_MAX: usize = 4_000;

/// The most characters of a text that are compared.
const CHARS_MAX: usize = 600;

/// A value where a path leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// A text that holds no object or list.
    Text(String),
    /// A number, as JSON.
    Number(String),
    /// Whether it has members.
    Object { n_members: usize },
    /// A list, as JSON.
    List(String),
    /// A text that holds an object (as JSON), so that there are paths into it; or a list.
    JsonText,
    /// True, false or null.
    Other,
}

/// The fields of some records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RecordFields {
    /// How many records are objects.
    pub(super) n: usize,
    /// What each record has at each path, in the order of the records.
    pub(super) by_path: BTreeMap<Vec<String>, Vec<Option<Seen>>>,
    /// The paths of texts that hold JSON, in most records that have a text there.
    pub(super) texts: BTreeSet<Vec<String>>,
}

impl RecordFields {
    /// The fields of these records. Records that are no objects are passed over.
    pub(super) fn of(records: &[Value]) -> Self {
        let mut fields = Self::default();
        for record in records.iter().filter(|record| record.is_object()) {
            let at = fields.n;
            fields.n += 1;
            fields.add(record, &mut Vec::new(), at);
        }
        let n = fields.n;
        for seen in fields.by_path.values_mut() {
            seen.resize(n, None);
        }
        for (path, seen) in &fields.by_path {
            let n_json = seen.iter().flatten().filter(|seen| **seen == Seen::JsonText).count();
            let n_text = seen
                .iter()
                .flatten()
                .filter(|seen| matches!(seen, Seen::Text(text) if !text.is_empty()))
                .count();
            if n_json * 2 >= n_text && n_json > 0 {
                fields.texts.insert(path.clone());
            }
        }
        fields
    }

    fn add(&mut self, object: &Value, path: &mut Vec<String>, at: usize) {
        let Some(members) = object.as_object() else { return };
        for (key, value) in members {
            if key.is_empty() {
                continue;
            }
            path.push(key.clone());
            let inside = inside(value);
            self.put(path, seen(value, inside.as_ref()), at);
            if path.len() < STEPS_MAX {
                self.add(inside.as_ref().unwrap_or(value), path, at);
            }
            path.pop();
        }
    }

    fn put(&mut self, path: &[String], seen: Seen, at: usize) {
        if !self.by_path.contains_key(path) && self.by_path.len() >= PATHS_MAX {
            return;
        }
        let all = self.by_path.entry(path.to_vec()).or_default();
        all.resize(at, None);
        all.push(Some(seen));
    }

    /// The fields of the objects at a path, as records of their own.
    pub(super) fn within(&self, path: &[String]) -> Self {
        let is_there: Vec<bool> = match self.by_path.get(path) {
            Some(seen) => {
                seen.iter().map(|seen| matches!(seen, Some(Seen::Object { .. } | Seen::JsonText))).collect()
            }
            None => return Self::default(),
        };
        let inside = |whole: &Vec<String>| {
            whole.strip_prefix(path).filter(|rest| !rest.is_empty()).map(<[String]>::to_vec)
        };
        let kept = |seen: &Vec<Option<Seen>>| {
            seen.iter()
                .zip(&is_there)
                .filter(|(_, is_there)| **is_there)
                .map(|(seen, _)| seen.clone())
                .collect()
        };
        Self {
            n: is_there.iter().filter(|is_there| **is_there).count(),
            by_path: self
                .by_path
                .iter()
                .filter_map(|(whole, seen)| Some((inside(whole)?, kept(seen))))
                .collect(),
            texts: self.texts.iter().filter_map(inside).collect(),
        }
    }

    /// What the records have at a path.
    pub(super) fn at(&self, path: &[String]) -> &[Option<Seen>] {
        self.by_path.get(path).map_or(&[], Vec::as_slice)
    }

    /// In how many records something other than null is at the path.
    pub(super) fn n_at(&self, path: &[&str]) -> usize {
        let path: Vec<String> = path.iter().map(|step| (*step).to_owned()).collect();
        self.at(&path).iter().flatten().filter(|seen| **seen != Seen::Other).count()
    }
}

/// The object in a text.
fn inside(value: &Value) -> Option<Value> {
    let text = value.as_str()?.trim();
    if !text.starts_with('{') {
        return None;
    }
    serde_json::from_str::<Value>(text).ok().filter(Value::is_object)
}

fn seen(value: &Value, inside: Option<&Value>) -> Seen {
    match value {
        Value::Object(members) => Seen::Object { n_members: members.len() },
        Value::Array(_) => Seen::List(value.to_string().chars().take(CHARS_MAX).collect()),
        Value::Number(number) => Seen::Number(number.to_string()),
        Value::String(_) if inside.is_some() => Seen::JsonText,
        Value::String(text) => Seen::Text(text.chars().take(CHARS_MAX).collect()),
        Value::Bool(_) | Value::Null => Seen::Other,
    }
}

impl Seen {
    /// The text of a text or number.
    pub(super) fn scalar(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text),
            Self::Object { .. } | Self::List(_) | Self::JsonText | Self::Other => None,
        }
    }

    /// The value as JSON, if it may be a time.
    pub(super) fn time_json(&self) -> Option<String> {
        match self {
            Self::Text(text) => serde_json::to_string(text).ok(),
            Self::Number(json) | Self::List(json) => Some(json.clone()),
            Self::Object { .. } | Self::JsonText | Self::Other => None,
        }
    }

    /// Whether it is an object, as JSON or in a text.
    pub(super) fn is_object(&self) -> bool {
        matches!(self, Self::Object { .. } | Self::JsonText)
    }
}
