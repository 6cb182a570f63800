//! The arrays in a log's records that may hold its events: pages of a feed, batches, a whole export.

use std::collections::BTreeMap;

use serde_json::Value;

/// The most steps of such an array's path.
const STEPS_MAX: usize = 2;

/// An array of objects in the records, with the elements of all of them.
pub(super) struct ArrayOfObjects<'v> {
    pub(super) path: Vec<String>,
    pub(super) elements: Vec<&'v Value>,
}

/// The arrays of objects that most of the records have, the one with the most elements first, then in the order of the
/// alphabet.
pub(super) fn of(records: &[Value]) -> Vec<ArrayOfObjects<'_>> {
    let mut by_path: BTreeMap<Vec<String>, (usize, Vec<&Value>)> = BTreeMap::new();
    for record in records {
        add(record, &mut Vec::new(), &mut by_path);
    }
    let mut arrays: Vec<ArrayOfObjects<'_>> = by_path
        .into_iter()
        .filter(|(_, (n, elements))| n * 2 > records.len() && !elements.is_empty())
        .map(|(path, (_, elements))| ArrayOfObjects { path, elements })
        .collect();
    arrays.sort_by_key(|array| std::cmp::Reverse(array.elements.len()));
    arrays
}

fn add<'v>(
    value: &'v Value,
    path: &mut Vec<String>,
    by_path: &mut BTreeMap<Vec<String>, (usize, Vec<&'v Value>)>,
) {
    let Some(members) = value.as_object() else { return };
    for (key, value) in members {
        if key.is_empty() {
            continue;
        }
        path.push(key.clone());
        if let Some(elements) = value.as_array().filter(|elements| elements.iter().all(Value::is_object)) {
            let (n, all) = by_path.entry(path.clone()).or_default();
            *n += 1;
            all.extend(elements);
        } else if path.len() < STEPS_MAX {
            add(value, path, by_path);
        }
        path.pop();
    }
}
