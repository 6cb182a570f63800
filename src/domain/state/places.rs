//! Places in an open document: the value at a path of keys read, set or removed.

use indexmap::IndexMap;
use serde_json::value::RawValue;

use crate::domain::expression::computed::{Computed, Evaluated, MapValue, WhyUnknown};
use crate::domain::expression::field_path::PathKey;
use crate::domain::expression::scope::NamedValues;
use crate::domain::json::{Unreadable, each_member, is_number, is_object};
use crate::domain::state::document::Document;
use crate::domain::state::field_tree::{FieldTree, Kept};
use crate::domain::value::FieldValue;

impl NamedValues for Document {
    fn at(&self, path: &[Box<str>]) -> Result<Computed<'_>, WhyUnknown> {
        self.read(path, |value, key| value.member(key))
    }
}

impl Document {
    /// The value at the place where a fold sets one; null, and a value that was never set, are missing.
    ///
    /// # Errors
    /// Nothing is there, or it cannot be read.
    pub fn value_at(&self, path: &[PathKey<'_>]) -> Evaluated<'_> {
        self.read(path, |value, PathKey { key, index }| match (&value, index) {
            (Computed::List(list), Some(index)) => list.item(*index),
            _ => value.member(key),
        })
    }

    fn read<'d, K: AsRef<str>>(
        &'d self,
        path: &[K],
        step: impl Fn(Computed<'d>, &K) -> Evaluated<'d>,
    ) -> Evaluated<'d> {
        let mut node = self.open.as_deref().ok_or(WhyUnknown::NotAvailable)?;
        for (nth, key) in path.iter().enumerate() {
            match node.below(key.as_ref()) {
                Some(below) => node = below,
                None => {
                    let value = self.value_of(node)?;
                    return path.iter().skip(nth).try_fold(value, step);
                }
            }
        }
        self.value_of(node)
    }

    fn value_of(&self, node: &FieldTree) -> Evaluated<'_> {
        if node.has_value_below(&self.values) {
            let json = serde_json::to_string(&node.with(&self.values)).map_err(|_| WhyUnknown::NotJson)?;
            return Ok(Computed::Map(MapValue::Json(json.into())));
        }
        match node.own_value(&self.values).ok_or(WhyUnknown::Missing)? {
            FieldValue::Null => Err(WhyUnknown::Missing),
            FieldValue::Flag(flag) => Ok(Computed::Bool(*flag)),
            FieldValue::Integer(number) => Ok(Computed::Number((*number).into())),
            FieldValue::Text(text) => Ok(Computed::text(text)),
            FieldValue::Json(json) => Computed::from_json(json),
        }
    }

    /// Replaces the value at a place, as [`set_at`](Self::set_at) does.
    ///
    /// # Errors
    /// As there.
    pub fn set_value_at(
        &mut self,
        path: &[PathKey<'_>],
        value: &FieldValue<'static>,
    ) -> Result<Kept, WhyUnknown> {
        let is_scalar = match value {
            FieldValue::Null => false,
            FieldValue::Json(json) => is_number(json),
            FieldValue::Flag(_) | FieldValue::Integer(_) | FieldValue::Text(_) => true,
        };
        if is_scalar && let Some(leaf) = self.leaf(path) {
            leaf.clone_from(value);
            return Ok(Kept::Whole);
        }
        let json = serde_json::to_string(value).map_err(|_| WhyUnknown::NotJson)?;
        self.set_at(path, &json)
    }

    /// The place of a value that has one and is not a part of another value.
    fn leaf(&mut self, path: &[PathKey<'_>]) -> Option<&mut FieldValue<'static>> {
        let mut node = self.open.as_deref()?;
        for PathKey { key, .. } in path {
            if node.own_value(&self.values).is_some() {
                return None;
            }
            node = node.below(key)?;
        }
        if node.has_value_below(&self.values) {
            return None;
        }
        node.place(&mut self.values)
    }

    /// Replaces the value at a place by this JSON; null removes it. Missing maps around it are created. In a list, the item
    /// is replaced.
    ///
    /// # Errors
    /// The list has no such item, or the place is within a value that is neither a list nor a map.
    pub fn set_at(&mut self, path: &[PathKey<'_>], json: &str) -> Result<Kept, WhyUnknown> {
        if let Some((n_keys, list)) = self.list_around(path) {
            let changed = with_value(list, path.get(n_keys..).unwrap_or_default(), Some(json))?;
            return self.set_at(path.get(..n_keys).unwrap_or_default(), &changed);
        }
        self.remove_at(path);
        let mut nested = json.to_owned();
        for PathKey { key, .. } in path.iter().rev() {
            nested = format!("{{{}:{nested}}}", serde_json::Value::from(&**key));
        }
        Ok(self.merge(&nested)?)
    }

    /// Removes the value at a place. A map that has no values left stays as an empty one.
    pub fn remove_at(&mut self, path: &[PathKey<'_>]) {
        if let Some((n_keys, list)) = self.list_around(path) {
            if let Ok(changed) = with_value(list, path.get(n_keys..).unwrap_or_default(), None) {
                // It takes no more fields than the list that was there.
                let _ = self.set_at(path.get(..n_keys).unwrap_or_default(), &changed);
            }
            return;
        }
        let Some(tree) = self.open.clone() else { return };
        let mut nodes = vec![&*tree];
        for PathKey { key, .. } in path {
            let Some(node) = nodes.last().and_then(|node| node.below(key)) else { return };
            nodes.push(node);
        }
        let Some(node) = nodes.pop() else { return };
        let was_there = node.own_value(&self.values).is_some() || node.has_value_below(&self.values);
        node.remove(&mut self.values);
        let is_emptied = was_there
            && nodes.len() > 1
            && nodes.last().is_some_and(|around| !around.has_value_below(&self.values));
        if is_emptied {
            let around = path.get(..nodes.len() - 1).unwrap_or_default();
            // An empty map takes no more fields than the value that was there.
            let _ = self.set_at(around, "{}");
        }
    }

    /// The innermost list around a place, with the number of keys that lead to it.
    fn list_around(&self, path: &[PathKey<'_>]) -> Option<(usize, &str)> {
        let mut below = self.open.as_deref()?;
        for (nth, PathKey { key, index }) in path.iter().enumerate() {
            if index.is_some()
                && let Some(FieldValue::Json(json)) = below.own_value(&self.values)
                && json.starts_with('[')
            {
                return Some((nth, json));
            }
            below = below.below(key)?;
        }
        None
    }
}

/// A list or map in JSON with a value within it replaced, or removed if the new value is `None`.
fn with_value(json: &str, path: &[PathKey<'_>], value: Option<&str>) -> Result<String, WhyUnknown> {
    let Some((PathKey { key, index }, rest)) = path.split_first() else {
        return value.map(str::to_owned).ok_or(WhyUnknown::Missing);
    };
    let raw = |json: String| RawValue::from_string(json).map_err(|_| WhyUnknown::NotJson);
    if let Some(index) = index
        && json.starts_with('[')
    {
        let mut items: Vec<Box<RawValue>> = serde_json::from_str(json).map_err(|_| WhyUnknown::NotJson)?;
        let item = items.get_mut(*index).ok_or(WhyUnknown::Missing)?;
        if rest.is_empty() && value.is_none() {
            items.remove(*index);
        } else {
            *item = raw(with_value(item.get(), rest, value)?)?;
        }
        return serde_json::to_string(&items).map_err(|_| WhyUnknown::NotJson);
    }
    if !is_object(json) {
        return Err(WhyUnknown::WrongKind);
    }
    let mut members: IndexMap<String, Box<RawValue>> = IndexMap::new();
    each_member(json, |name, member| {
        members.insert(name.ok_or(Unreadable::BrokenKey)?.to_owned(), member.to_owned());
        Ok(())
    })?;
    if rest.is_empty() && value.is_none() {
        members.shift_remove(&**key);
    } else {
        let before = members.get(&**key).map_or("{}", |member| member.get());
        let after = raw(with_value(before, rest, value)?)?;
        members.insert(key.to_string(), after);
    }
    serde_json::to_string(&members).map_err(|_| WhyUnknown::NotJson)
}
