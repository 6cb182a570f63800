//! The fields of a state: their names, their kinds, and which of them lists and charts show.

use std::borrow::Cow;

/// A field of a state, by its place in the [`Shape`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub usize);

/// How the values of a field are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// As it is.
    Plain,
    /// A whole number of minor units of the currency whose code another field holds; plain units where that holds none.
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

/// The fields of an aggregate's states, in the order in which screens show them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// All of them; a field's id is its place here.
    pub fields: Cow<'static, [FieldSpec]>,
    /// The field that a chart draws; its values are whole numbers.
    pub measure: Option<FieldId>,
}

impl FieldSpec {
    /// A field whose word on screens is its name.
    pub fn plain(name: &'static str) -> Self {
        Self { name: name.into(), label: name.into(), kind: FieldKind::Plain }
    }
}

impl Shape {
    /// The ids of all fields, in order.
    pub fn ids(&self) -> impl Iterator<Item = FieldId> + use<> {
        (0..self.fields.len()).map(FieldId)
    }

    /// What is known of a field; `None` where there is no such field.
    pub fn spec(&self, field: FieldId) -> Option<&FieldSpec> {
        self.fields.get(field.0)
    }

    /// The field of this name.
    pub fn find(&self, name: &str) -> Option<FieldId> {
        self.fields.iter().position(|field| field.name == name).map(FieldId)
    }
}
