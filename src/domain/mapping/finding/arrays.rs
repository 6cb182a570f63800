//! The arrays in a log's records that may hold its events: pages of a feed, batches, a whole export.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The most steps of such an array's path.
const STEPS_MAX: usize = 2;

/// The most fields beside an array that are named.
const BESIDE_MAX: usize = 8;

/// An array of objects in the records, with the elements of all of them.
pub(super) struct ArrayOfObjects<'v> {
    pub(super) path: Vec<String>,
    /// Each element, with the record that it is in.
    pub(super) elements: Vec<(&'v Value, &'v Value)>,
}

/// The elements of the arrays at one path.
#[derive(Default)]
struct ElementsAtPath<'v> {
    /// How many records have an array there.
    n_records: usize,
    /// See [`ArrayOfObjects::elements`].
    elements: Vec<(&'v Value, &'v Value)>,
}

/// The arrays of objects that most of the records have, the one with the most elements first, then in the order of the
/// alphabet.
pub(super) fn of(records: &[Value]) -> Vec<ArrayOfObjects<'_>> {
    let mut by_path = BTreeMap::new();
    for record in records {
        add(record, record, &mut Vec::new(), &mut by_path);
    }
    let mut arrays: Vec<ArrayOfObjects<'_>> = by_path
        .into_iter()
        .filter(|(_, found)| found.n_records * 2 > records.len() && !found.elements.is_empty())
        .map(|(path, found)| ArrayOfObjects { path, elements: found.elements })
        .collect();
    arrays.sort_by_key(|array| std::cmp::Reverse(array.elements.len()));
    arrays
}

fn add<'v>(
    record: &'v Value,
    value: &'v Value,
    path: &mut Vec<String>,
    by_path: &mut BTreeMap<Vec<String>, ElementsAtPath<'v>>,
) {
    let Some(members) = value.as_object() else { return };
    for (key, value) in members {
        if key.is_empty() {
            continue;
        }
        path.push(key.clone());
        if let Some(elements) = value.as_array().filter(|elements| elements.iter().all(Value::is_object)) {
            let found = by_path.entry(path.clone()).or_default();
            found.n_records += 1;
            found.elements.extend(elements.iter().map(|element| (element, record)));
        } else if path.len() < STEPS_MAX {
            add(record, value, path, by_path);
        }
        path.pop();
    }
}

impl ArrayOfObjects<'_> {
    /// The first elements, each as the record that it is in with the element in the array's place.
    pub(super) fn with_fields_beside(&self, n: usize) -> Vec<Value> {
        self.elements.iter().take(n).map(|(element, record)| with(record, &self.path, element)).collect()
    }

    /// The paths of the fields beside the array in the first record; not more of them than a person reads.
    pub(super) fn beside(&self) -> Vec<Vec<String>> {
        let mut beside = Vec::new();
        let mut value = self.elements.first().map(|(_, record)| *record);
        for (depth, step) in self.path.iter().enumerate() {
            let members = value.and_then(Value::as_object);
            let before = self.path.get(..depth).unwrap_or_default();
            let others = members.into_iter().flat_map(Map::keys).filter(|key| *key != step);
            beside.extend(others.map(|key| before.iter().cloned().chain([key.clone()]).collect()));
            value = members.and_then(|members| members.get(step));
        }
        beside.truncate(BESIDE_MAX);
        beside
    }
}

/// The record with another value at a path.
fn with(record: &Value, path: &[String], value: &Value) -> Value {
    let (Some((first, rest)), Some(members)) = (path.split_first(), record.as_object()) else {
        return value.clone();
    };
    let of_member = |(key, member): (&String, &Value)| {
        let member = if key == first { with(member, rest, value) } else { member.clone() };
        (key.clone(), member)
    };
    Value::Object(members.iter().map(of_member).collect())
}
