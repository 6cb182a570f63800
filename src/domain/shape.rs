//! The fields of a state: their names, their kinds, and which of them lists and charts show.

use std::borrow::Cow;

/// A field of a state, by its place in the [`Shape`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub usize);

/// How the values of a field are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Unchanged.
    Plain,
    /// An integer in minor units of a currency, whose code is in another field; plain units if that field is empty.
    Money {
        /// The field with the currency's code.
        currency: FieldId,
    },
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldSpec {
    /// Its name in JSON and in tables.
    pub name: Cow<'static, str>,
    /// The word for it on screens.
    pub label: Cow<'static, str>,
    /// How its values are written.
    pub kind: FieldKind,
}

/// The fields of an aggregate's states, in the order of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// All fields; a field's id is its index here.
    pub fields: Cow<'static, [FieldSpec]>,
    /// The field that a chart draws; its values are integers.
    pub measure: Option<FieldId>,
}

impl FieldSpec {
    /// A field that screens show under its name.
    pub fn plain(name: &'static str) -> Self {
        Self { name: name.into(), label: name.into(), kind: FieldKind::Plain }
    }
}

impl Shape {
    /// The ids of all fields, in order.
    pub fn ids(&self) -> impl Iterator<Item = FieldId> + use<> {
        (0..self.fields.len()).map(FieldId)
    }

    /// The description of a field; `None` if there is no such field.
    pub fn spec(&self, field: FieldId) -> Option<&FieldSpec> {
        self.fields.get(field.0)
    }

    /// The field of this name.
    pub fn find(&self, name: &str) -> Option<FieldId> {
        self.fields.iter().position(|field| field.name == name).map(FieldId)
    }
}
