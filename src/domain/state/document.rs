//! A document: a state as values under names, with the fields of its aggregate or with those that its events brought.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::domain::json::Unreadable;
use crate::domain::money::Currency;
use crate::domain::shape::{FieldId, FieldKind, FieldSpec, Shape};
use crate::domain::state::field_tree::{FieldTree, Kept};
use crate::domain::state::fold_kind::FoldKind;
use crate::domain::value::FieldValue;

const NOTHING: FieldValue<'static> = FieldValue::Null;

/// A record of values, one for each field of its shape.
#[derive(Debug, PartialEq, Eq)]
pub struct Document {
    shape: Arc<Shape>,
    pub(super) values: Vec<FieldValue<'static>>,
    /// The names of an open document, whose shape grows with its events; `None` for a document whose aggregate says which
    /// fields there are.
    pub(super) open: Option<Arc<FieldTree>>,
    fold_kind: FoldKind,
}

impl Clone for Document {
    fn clone(&self) -> Self {
        let (shape, values) = (Arc::clone(&self.shape), self.values.clone());
        Self { shape, values, open: self.open.clone(), fold_kind: self.fold_kind }
    }

    fn clone_from(&mut self, other: &Self) {
        self.shape.clone_from(&other.shape);
        self.values.clone_from(&other.values);
        self.open.clone_from(&other.open);
        self.fold_kind = other.fold_kind;
    }
}

impl Document {
    /// A document of this shape in which nothing has been set.
    pub fn new(shape: Arc<Shape>) -> Self {
        let values = vec![FieldValue::Null; shape.fields.len()];
        Self { shape, values, open: None, fold_kind: FoldKind::Typed }
    }

    /// An open document without a field, for a fold of this kind.
    pub fn open(fold_kind: FoldKind) -> Self {
        Self { open: Some(Arc::default()), fold_kind, ..Self::new(Arc::default()) }
    }

    /// How it came from its events.
    pub fn fold_kind(&self) -> FoldKind {
        self.fold_kind
    }

    /// A document with these values, in the order of the shape; missing ones are null.
    pub(super) fn of(shape: Arc<Shape>, values: impl IntoIterator<Item = FieldValue<'static>>) -> Self {
        let mut document = Self::new(shape);
        for (place, value) in document.values.iter_mut().zip(values) {
            *place = value;
        }
        document
    }

    /// This document with the values of a JSON object; `None` if it is not an object, or lacks a field. An open document
    /// gets the fields of the object in their order.
    pub fn restored(mut self, json: &str) -> Option<Self> {
        if self.open.is_some() {
            // A first state may have values that were removed since.
            self.values.fill(FieldValue::Null);
            return self.merge(json).ok().filter(|kept| *kept == Kept::Whole).map(|_| self);
        }
        let members: BTreeMap<String, &RawValue> = serde_json::from_str(json).ok()?;
        for (spec, value) in self.shape.fields.iter().zip(&mut self.values) {
            *value = FieldValue::from_json(members.get(spec.name.as_ref())?).into_owned();
        }
        Some(self)
    }

    /// This open document with these fields, in this order, before any value is set.
    pub fn with_fields<'p>(mut self, paths: impl IntoIterator<Item = &'p [String]>) -> Self {
        if let Some(open) = &mut self.open {
            let (tree, shape) = (Arc::make_mut(open), Arc::make_mut(&mut self.shape));
            for path in paths {
                tree.add(path, shape);
            }
            self.values.resize(shape.fields.len(), FieldValue::Null);
        }
        self
    }

    /// Whether its fields are those that its events brought.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// The paths of an open document's fields, in the order of the shape; empty for any other one.
    pub fn paths(&self) -> Vec<Vec<&str>> {
        self.open.as_ref().map_or_else(Vec::new, |tree| tree.paths(self.shape.fields.len()))
    }

    /// Merges an object into an open document, as RFC 7386 does: members replace values, null removes one, objects are
    /// merged in turn, arrays are values.
    ///
    /// # Errors
    /// The text is not a JSON object.
    pub fn merge(&mut self, object: &str) -> Result<Kept, Unreadable> {
        let Some(tree) = &mut self.open else { return Ok(Kept::Whole) };
        let kept = tree.set(object, &mut self.values)?;
        if kept == Kept::Whole {
            return Ok(kept);
        }
        // A new field is rare: it copies the names, which the state before the event shares.
        let shape = Arc::make_mut(&mut self.shape);
        let tree = Arc::make_mut(tree);
        tree.grow(object, &mut Vec::new(), shape)?;
        self.values.resize(shape.fields.len(), FieldValue::Null);
        tree.set(object, &mut self.values)
    }

    /// Its fields.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The value of a field; null if there is no such field.
    pub fn field(&self, field: FieldId) -> FieldValue<'_> {
        self.values.get(field.0).map_or(FieldValue::Null, FieldValue::borrowed)
    }

    /// The currency of a field with money.
    pub fn currency_of(&self, field: FieldId) -> Option<Currency> {
        let FieldKind::Money { currency } = self.shape.spec(field)?.kind else { return None };
        self.field(currency).as_text().and_then(Currency::from_code)
    }

    /// Sets a field; a field that the shape does not have is ignored.
    pub fn set(&mut self, field: FieldId, value: FieldValue<'static>) {
        if let Some(place) = self.values.get_mut(field.0) {
            *place = value;
        }
    }

    /// Calls `differing` with each field in which it differs from another document. One of the two may have more fields
    /// than the other: they are null there.
    pub(super) fn each_difference(&self, other: &Self, mut differing: impl FnMut(FieldId)) {
        for nth in 0..self.values.len().max(other.values.len()) {
            if self.values.get(nth).unwrap_or(&NOTHING) != other.values.get(nth).unwrap_or(&NOTHING) {
                differing(FieldId(nth));
            }
        }
    }
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(tree) = &self.open {
            return tree.with(&self.values).serialize(serializer);
        }
        let mut map = serializer.serialize_map(Some(self.values.len()))?;
        for (FieldSpec { name, .. }, value) in self.shape.fields.iter().zip(&self.values) {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}
