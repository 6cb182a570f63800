//! A state as named fields: the account's typed one, or a document.
//!
//! Its files:
//!
//! - `document.rs`: a document: a state as values under names, with the fields of its aggregate or with those that its events brought
//! - `field_tree.rs`: the names of an open document's fields as a tree: objects are its branches, other values its leaves
//! - `fold_kind.rs`: the kind of a fold: how events become a state
//! - `places.rs`: places in an open document: the value at a path of keys read, set or removed

pub mod document;
pub mod field_tree;
pub mod fold_kind;
mod places;

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::domain::aggregates::account::state::{ACCOUNT_FIELDS, ACCOUNT_SHAPE, AccountState};
use crate::domain::money::{Currency, with_code};
use crate::domain::shape::{FieldId, FieldKind, Shape};
use crate::domain::state::document::Document;
use crate::domain::state::fold_kind::FoldKind;
use crate::domain::value::FieldValue;

/// The state that a fold of a stream's events gives. A closed enum, so that the account's fold works on plain fields.
#[derive(Debug, PartialEq, Eq)]
pub enum State {
    Account(AccountState),
    /// Any other aggregate: a value for each field of its shape.
    Document(Document),
}

impl Clone for State {
    fn clone(&self) -> Self {
        match self {
            Self::Account(account) => Self::Account(account.clone()),
            Self::Document(document) => Self::Document(document.clone()),
        }
    }

    // A fold keeps the state before each event, so the memory of its texts is reused.
    fn clone_from(&mut self, other: &Self) {
        match (self, other) {
            (Self::Account(account), Self::Account(other)) => account.clone_from(other),
            (Self::Document(document), Self::Document(other)) => document.clone_from(other),
            (state, other) => *state = other.clone(),
        }
    }
}

impl State {
    /// A state of the same kind as this one, read from the JSON that [`Serialize`] writes; `None` if it is not such JSON.
    pub fn restored(self, json: &str) -> Option<Self> {
        match self {
            Self::Account(_) => AccountState::from_json(json).map(Self::Account),
            Self::Document(document) => document.restored(json).map(Self::Document),
        }
    }

    /// Its fields.
    pub fn shape(&self) -> &Shape {
        match self {
            Self::Account(_) => &ACCOUNT_SHAPE,
            Self::Document(document) => document.shape(),
        }
    }

    /// How it came from its events.
    pub fn fold_kind(&self) -> FoldKind {
        match self {
            Self::Account(_) => FoldKind::Typed,
            Self::Document(document) => document.fold_kind(),
        }
    }

    /// Whether it came by merging the data of events that nobody explained.
    pub fn is_merged(&self) -> bool {
        self.fold_kind() == FoldKind::Merged
    }

    /// Whether its fields came with the stream's events, instead of being those of the aggregate.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Document(document) if document.is_open())
    }

    /// The field that a chart draws: the one of this name, else the measure of the shape, else the first that has a number
    /// now. A number written as text may be a name, so it comes after all others.
    pub fn charted(&self, name: Option<&str>) -> Option<FieldId> {
        let shape = self.shape();
        let first =
            |is_number: fn(&FieldValue<'_>) -> bool| shape.ids().find(|field| is_number(&self.field(*field)));
        name.and_then(|name| shape.find(name))
            .or(shape.measure)
            .or_else(|| first(|value| value.as_text().is_none() && value.as_number().is_some()))
            .or_else(|| first(|value| value.as_number().is_some()))
    }

    /// Its fields with their values, as a document.
    pub fn document(&self) -> Document {
        match self {
            Self::Account(_) => {
                let values = self.shape().ids().map(|field| self.field(field).into_owned());
                Document::of(Arc::new(self.shape().clone()), values)
            }
            Self::Document(document) => document.clone(),
        }
    }

    /// The value of a field; null if there is no such field.
    pub fn field(&self, field: FieldId) -> FieldValue<'_> {
        match self {
            Self::Account(account) => account.field(field),
            Self::Document(document) => document.field(field),
        }
    }

    /// Calls `differing` with each field in which two states of one shape differ: after each event of a fold, so the
    /// account's fields are compared without a look at its shape.
    #[inline]
    pub fn each_difference(&self, other: &Self, mut differing: impl FnMut(FieldId)) {
        match (self, other) {
            (Self::Account(account), Self::Account(other)) => {
                let differs = |field: &FieldId| account.differs(other, *field);
                ACCOUNT_FIELDS.into_iter().filter(differs).for_each(differing);
            }
            (Self::Document(document), Self::Document(other)) => document.each_difference(other, differing),
            (state, other) => {
                for field in state.shape().ids().filter(|field| state.differs(other, *field)) {
                    differing(field);
                }
            }
        }
    }

    /// Whether two states of one shape differ in a field.
    pub fn differs(&self, other: &Self, field: FieldId) -> bool {
        match (self, other) {
            (Self::Account(account), Self::Account(other)) => account.differs(other, field),
            (state, other) => state.field(field) != other.field(field),
        }
    }

    /// The currency of a field with money.
    pub fn currency_of(&self, field: FieldId) -> Option<Currency> {
        let FieldKind::Money { currency } = self.shape().spec(field)?.kind else { return None };
        self.field(currency).as_text().and_then(Currency::from_code)
    }

    /// The field as text; `-` if it is empty.
    pub fn shown(&self, field: FieldId) -> String {
        let is_money =
            matches!(self.shape().spec(field).map(|spec| &spec.kind), Some(FieldKind::Money { .. }));
        match self.field(field) {
            FieldValue::Null => "-".to_owned(),
            FieldValue::Flag(flag) => flag.to_string(),
            FieldValue::Integer(number) if is_money => with_code(i128::from(number), self.currency_of(field)),
            FieldValue::Integer(number) => number.to_string(),
            FieldValue::Text(text) | FieldValue::Json(text) => text.into_owned(),
        }
    }

    /// The currency of the measure.
    pub fn unit(&self) -> Option<Currency> {
        self.currency_of(self.shape().measure?)
    }
}

/// `owner Ada, status open, balance 5.00 EUR`: all fields that are not empty.
impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shape = self.shape();
        let set = shape.ids().zip(shape.fields.iter()).filter(|(id, _)| self.field(*id) != FieldValue::Null);
        for (nth, (id, spec)) in set.enumerate() {
            let comma = if nth > 0 { ", " } else { "" };
            write!(f, "{comma}{} {}", spec.label, self.shown(id))?;
        }
        Ok(())
    }
}

impl Serialize for State {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Account(account) => account.serialize(serializer),
            Self::Document(document) => document.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::aggregates::account::state::Status;

    #[test]
    fn every_field_of_an_account_is_compared() {
        let opened = AccountState {
            status: Status::Open,
            owner: Some("Ada".to_owned()),
            currency: Currency::from_code("EUR"),
            balance: 1,
            overdraft_limit: 2,
        };
        let (before, after) = (State::Account(AccountState::NONE), State::Account(opened));
        let mut differing = Vec::new();
        after.each_difference(&before, |field| differing.push(field));
        assert_eq!(differing, after.shape().ids().collect::<Vec<_>>());
        after.each_difference(&after.clone(), |field| panic!("{field:?}"));
    }
}
