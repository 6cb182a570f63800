//! Dotted paths into a JSON object, looked up together in one pass over the text.

use std::collections::{BTreeMap, HashSet};

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::domain::json::{Unreadable, each_member, is_empty_object, is_object};
use crate::domain::mapping::path_text::{step_text, steps};

/// Several paths into one object, each with the slot for its value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Paths(Vec<Node>);

/// A key on some path.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Node {
    key: Box<str>,
    slots: Vec<usize>,
    below: Paths,
}

/// The values found, by slot, as the original JSON.
pub(super) type Slots<'j, const N: usize> = [Option<&'j RawValue>; N];

impl Paths {
    /// Adds a dotted path.
    ///
    /// # Errors
    /// The path has an empty step, or too many steps.
    pub(super) fn add(&mut self, path: &str, slot: usize) -> Result<(), &'static str> {
        self.add_steps(&steps(path)?, slot);
        Ok(())
    }

    fn add_steps(&mut self, steps: &[String], slot: usize) {
        let Some((first, rest)) = steps.split_first() else { return };
        let found = self.0.iter().position(|node| *node.key == **first);
        let at = found.unwrap_or_else(|| {
            self.0.push(Node { key: first.as_str().into(), slots: Vec::new(), below: Self::default() });
            self.0.len() - 1
        });
        let Some(node) = self.0.get_mut(at) else { return };
        match rest {
            [] => node.slots.push(slot),
            rest => node.below.add_steps(rest, slot),
        }
    }

    /// The dotted paths, each by the name of its slot.
    pub(super) fn by_name(&self, names: &[&'static str]) -> BTreeMap<&'static str, String> {
        let mut by_name = BTreeMap::new();
        for Node { key, slots, below } in &self.0 {
            let here = slots.iter().filter_map(|slot| names.get(*slot).copied());
            let step = step_text(key);
            by_name.extend(here.map(|name| (name, step.to_string())));
            by_name.extend(
                below.by_name(names).into_iter().map(|(name, rest)| (name, format!("{step}.{rest}"))),
            );
        }
        by_name
    }

    /// Looks all paths up in the object. True if the object also contains something that no path names.
    ///
    /// # Errors
    /// See [`Unreadable`].
    pub(super) fn pick<'j, const N: usize>(
        &self,
        object: &'j str,
        slots: &mut Slots<'j, N>,
    ) -> Result<bool, Unreadable> {
        if !is_object(object) {
            // Broken JSON deserves another message than JSON that is not an object.
            serde_json::from_str::<IgnoredAny>(object).map_err(Unreadable::NotJson)?;
            return Err(Unreadable::NotAnObject);
        }
        let mut has_rest = false;
        let mut n_members = 0_usize;
        each_member(object, |key, value| {
            n_members += 1;
            let Some((key, node)) = key.and_then(|key| self.find(key).map(|node| (key, node))) else {
                has_rest = true;
                return Ok(());
            };
            for slot in &node.slots {
                match slots.get_mut(*slot) {
                    Some(Some(_)) => return Err(Unreadable::Twice(key.to_owned())),
                    Some(empty) => *empty = Some(value),
                    None => {}
                }
            }
            if node.below.0.is_empty() {
                return Ok(());
            }
            match is_object(value.get()) {
                true => has_rest |= node.below.pick(value.get(), slots)?,
                false => has_rest = true,
            }
            Ok(())
        })?;
        Ok(has_rest || n_members == 0)
    }

    /// Writes the object without the values of taken slots.
    ///
    /// # Errors
    /// See [`Unreadable`].
    pub(super) fn rest(&self, object: &str, is_taken: &[bool], out: &mut String) -> Result<(), Unreadable> {
        let mut seen = HashSet::new();
        let start = out.len();
        out.push('{');
        each_member(object, |key, value| {
            let key = key.ok_or(Unreadable::BrokenKey)?;
            if !seen.insert(key.to_owned()) {
                return Err(Unreadable::Twice(key.to_owned()));
            }
            let before = out.len();
            if before > start + 1 {
                out.push(',');
            }
            push_text(key, out);
            out.push(':');
            match self.find(key) {
                Some(node) if node.slots.iter().any(|slot| is_taken.get(*slot) == Some(&true)) => {
                    out.truncate(before);
                }
                Some(node) if !node.below.0.is_empty() && is_object(value.get()) => {
                    let inside = out.len();
                    node.below.rest(value.get(), is_taken, out)?;
                    let is_emptied = out.get(inside..) == Some("{}");
                    if is_emptied && !is_empty_object(value.get()) {
                        out.truncate(before);
                    }
                }
                _ => out.push_str(value.get()),
            }
            Ok(())
        })?;
        out.push('}');
        Ok(())
    }

    fn find(&self, key: &str) -> Option<&Node> {
        self.0.iter().find(|node| *node.key == *key)
    }
}

/// Whether the object has that key; false if the text is not an object.
pub(super) fn has_key(object: &str, wanted: &str) -> bool {
    let mut found = false;
    let read = each_member(object, |key, _| {
        found |= key == Some(wanted);
        Ok(())
    });
    read.is_ok() && found
}

/// Writes a text as a JSON string.
pub(super) fn push_text(text: &str, out: &mut String) {
    // Serialising a string cannot fail.
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(all: &[&str]) -> Paths {
        let mut paths = Paths::default();
        for (slot, path) in all.iter().enumerate() {
            paths.add(path, slot).unwrap();
        }
        paths
    }

    fn picked<const N: usize>(paths: &Paths, json: &str) -> Result<(Vec<Option<String>>, bool), String> {
        let mut slots: Slots<'_, N> = [None; N];
        let has_rest = paths.pick(json, &mut slots).map_err(|e| e.to_string())?;
        Ok((slots.iter().map(|s| s.map(|raw| raw.get().to_owned())).collect(), has_rest))
    }

    #[test]
    fn values_are_found_where_the_paths_say_and_kept_as_they_stand() {
        let json = r#"{"a":{"b": 1.50 ,"c":{"d":[1, 2]}},"\u0065":"x"}"#;
        let found = picked::<4>(&paths(&["a.b", "a.c.d", "e", "missing"]), json);
        let text = |s: &str| Some(s.to_owned());
        assert_eq!(found, Ok((vec![text("1.50"), text("[1, 2]"), text("\"x\""), None], false)));
    }

    #[test]
    fn fields_without_a_path_are_the_rest() {
        for (json, has_rest) in [
            (r#"{"a":{"b":1}}"#, false),
            (r#"{"a":{"b":1,"x":1}}"#, true),
            (r#"{"a":{"b":1},"x":1}"#, true),
            (r#"{"a":7}"#, true),
            (r#"{"a":{}}"#, true),
        ] {
            assert_eq!(picked::<1>(&paths(&["a.b"]), json).unwrap().1, has_rest, "{json}");
        }
    }

    #[test]
    fn the_rest_is_the_object_without_taken_values() {
        let paths = paths(&["a.b", "a.c", "d"]);
        let rest = |json: &str, is_taken: [bool; 3]| {
            let mut out = String::new();
            paths.rest(json, &is_taken, &mut out).map(|()| out).map_err(|e| e.to_string())
        };
        let json = r#"{"a":{"b":1,"c": 2.0},"d":{"e":1},"\n":[ 1 ]}"#;
        assert_eq!(rest(json, [true; 3]).unwrap(), r#"{"\n":[ 1 ]}"#);
        assert_eq!(rest(json, [true, false, true]).unwrap(), r#"{"a":{"c":2.0},"\n":[ 1 ]}"#);
        assert_eq!(rest(json, [false; 3]).unwrap(), r#"{"a":{"b":1,"c":2.0},"d":{"e":1},"\n":[ 1 ]}"#);
        assert_eq!(rest(r#"{"a":{},"d":1}"#, [true; 3]).unwrap(), r#"{"a":{}}"#);
        assert_eq!(rest(r#"{"x":1,"x":2}"#, [true; 3]).unwrap_err(), "the key \"x\" appears twice");
    }

    #[test]
    fn a_repeated_key_is_an_error() {
        let why = picked::<1>(&paths(&["a"]), r#"{"a":1,"a":2}"#).unwrap_err();
        assert_eq!(why, "the key \"a\" appears twice");
        let why = picked::<1>(&paths(&["a.b"]), r#"{"a":{"b":1},"a":{"b":2}}"#).unwrap_err();
        assert_eq!(why, "the key \"b\" appears twice");
    }

    #[test]
    fn a_value_that_is_not_an_object_is_reported() {
        for json in ["[1]", "7", "null", "\"a\""] {
            assert_eq!(picked::<1>(&paths(&["a"]), json).unwrap_err(), "it is not a JSON object", "{json}");
        }
        for json in ["", "{", "{\"a\":1}}", "{\"a\":\0}", "nul", "{'a':1}"] {
            let why = picked::<1>(&paths(&["a"]), json).unwrap_err();
            assert!(why.starts_with("it is not JSON: "), "{json:?}: {why}");
        }
    }
}
