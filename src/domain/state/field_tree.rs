//! The names of an open document's fields as a tree: objects are its branches, other values its leaves.

use indexmap::IndexMap;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::domain::json::{Unreadable, each_member, is_empty_object, is_object};
use crate::domain::shape::{FieldId, FieldSpec, Shape};
use crate::domain::value::FieldValue;
use crate::domain::wrappers::unwrapped_value;

/// The most fields of an open document. A stream whose events have more different fields is no record of one thing; its
/// list of fields is copied whenever one is added.
pub const OPEN_FIELDS_MAX: usize = 2_000;

/// How much of an object became values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// All of it.
    Whole,
    /// Some members have no field: there are [too many](OPEN_FIELDS_MAX), or a key is not text.
    Partly,
}

impl Kept {
    fn and(self, other: Self) -> Self {
        if self == Self::Whole { other } else { self }
    }
}

/// Whether there is anything to set in a value of JSON: not if it is null, or has only such members.
fn has_value(json: &str) -> Result<bool, Unreadable> {
    if !is_object(json) || is_empty_object(json) {
        return Ok(json != "null");
    }
    let mut any = false;
    each_member(json, |_, value| {
        any = any || has_value(unwrapped_value(value).get())?;
        Ok(())
    })?;
    Ok(any)
}

/// A node: the field that it is itself, if it ever had a value, and what is below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FieldTree {
    field: Option<FieldId>,
    below: IndexMap<Box<str>, FieldTree>,
}

impl FieldTree {
    /// Sets the values of an object's members. Members without a field are left out.
    pub(super) fn set(&self, object: &str, values: &mut [FieldValue<'static>]) -> Result<Kept, Unreadable> {
        let mut kept = Kept::Whole;
        each_member(object, |key, value| {
            let value = unwrapped_value(value);
            let json = value.get();
            let Some(node) = key.and_then(|key| self.below.get(key)) else {
                kept = kept.and(if has_value(json)? { Kept::Partly } else { Kept::Whole });
                return Ok(());
            };
            if json == "null" {
                node.remove(values);
            } else if is_object(json) && !is_empty_object(json) {
                node.put(FieldValue::Null, values);
                kept = kept.and(node.set(json, values)?);
            } else if !is_object(json) || !node.has_value_below(values) {
                node.below.values().for_each(|below| below.remove(values));
                kept = kept.and(match node.place(values) {
                    Some(place) => {
                        place.read(value);
                        Kept::Whole
                    }
                    None => Kept::Partly,
                });
            }
            Ok(())
        })?;
        Ok(kept)
    }

    /// Adds the fields that the members of an object at a path need. A branch without a field is not kept, so the order
    /// of the tree is that in which the fields came.
    pub(super) fn grow(
        &mut self,
        object: &str,
        path: &mut Vec<String>,
        shape: &mut Shape,
    ) -> Result<(), Unreadable> {
        each_member(object, |key, value| {
            let json = unwrapped_value(value).get();
            let Some(key) = key.filter(|_| json != "null") else { return Ok(()) };
            path.push(key.to_owned());
            if is_object(json) && !is_empty_object(json) {
                self.grow(json, path, shape)?;
            } else {
                self.add(path, shape);
            }
            path.pop();
            Ok(())
        })
    }

    /// Adds the field at a path.
    pub(super) fn add(&mut self, path: &[String], shape: &mut Shape) {
        let fields = shape.fields.to_mut();
        if fields.len() >= OPEN_FIELDS_MAX {
            return;
        }
        let node = path.iter().fold(self, |node, key| node.below.entry(key.as_str().into()).or_default());
        if node.field.is_none() {
            node.field = Some(FieldId(fields.len()));
            fields.push(FieldSpec::open(name_of(path)));
        }
    }

    /// The paths of the fields, by their numbers.
    pub(super) fn paths(&self, n_fields: usize) -> Vec<Vec<&str>> {
        let mut paths = vec![Vec::new(); n_fields];
        self.each_path(&mut Vec::new(), &mut |field: FieldId, path: &[&str]| {
            if let Some(place) = paths.get_mut(field.0) {
                *place = path.to_vec();
            }
        });
        paths
    }

    fn each_path<'t>(&'t self, path: &mut Vec<&'t str>, each: &mut impl FnMut(FieldId, &[&'t str])) {
        if let Some(field) = self.field {
            each(field, path);
        }
        for (key, node) in &self.below {
            path.push(key);
            node.each_path(path, each);
            path.pop();
        }
    }

    pub(super) fn place<'v>(
        &self,
        values: &'v mut [FieldValue<'static>],
    ) -> Option<&'v mut FieldValue<'static>> {
        values.get_mut(self.field?.0)
    }

    fn put(&self, value: FieldValue<'static>, values: &mut [FieldValue<'static>]) {
        if let Some(place) = self.place(values) {
            *place = value;
        }
    }

    /// The node below this key.
    pub(super) fn below(&self, key: &str) -> Option<&Self> {
        self.below.get(key)
    }

    /// The value of the node itself; `None` if it has none.
    pub(super) fn own_value<'v>(&self, values: &'v [FieldValue<'static>]) -> Option<&'v FieldValue<'static>> {
        values.get(self.field?.0).filter(|value| **value != FieldValue::Null)
    }

    /// Removes the value and all values below.
    pub(super) fn remove(&self, values: &mut [FieldValue<'static>]) {
        self.put(FieldValue::Null, values);
        self.below.values().for_each(|node| node.remove(values));
    }

    fn has_value(&self, values: &[FieldValue<'static>]) -> bool {
        self.own_value(values).is_some() || self.has_value_below(values)
    }

    pub(super) fn has_value_below(&self, values: &[FieldValue<'static>]) -> bool {
        self.below.values().any(|node| node.has_value(values))
    }

    /// The tree with the values of a document, to be written as nested JSON.
    pub(super) fn with<'t>(&'t self, values: &'t [FieldValue<'static>]) -> FilledTree<'t> {
        FilledTree { node: self, values }
    }
}

/// A tree with the values of its leaves.
pub(super) struct FilledTree<'t> {
    node: &'t FieldTree,
    values: &'t [FieldValue<'static>],
}

impl Serialize for FilledTree<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (key, node) in self.node.below.iter().filter(|(_, node)| node.has_value(self.values)) {
            if node.has_value_below(self.values) {
                map.serialize_entry(key, &node.with(self.values))?;
            } else if let Some(value) = node.field.and_then(|field| self.values.get(field.0)) {
                map.serialize_entry(key, value)?;
            }
        }
        map.end()
    }
}

/// The name of a field: its path, as an expression writes it: `address.city`, `items["sku-1"]`.
fn name_of(path: &[String]) -> String {
    let mut name = String::new();
    for key in path {
        let mut chars = key.chars();
        let begins_well = chars.next().is_some_and(|first| first == '_' || first.is_alphabetic());
        let is_word = begins_well && chars.all(|c| c == '_' || c.is_alphanumeric());
        match (is_word, name.is_empty()) {
            (true, true) => name += key,
            (true, false) => {
                name.push('.');
                name += key;
            }
            (false, _) => {
                name.push('[');
                name += &serde_json::Value::from(key.as_str()).to_string();
                name.push(']');
            }
        }
    }
    name
}
