//! The fields of a state: their names, their kinds, and which of them lists and charts show.

use std::borrow::Cow;

use crate::domain::money::{Currency, grouped, with_code};
use crate::domain::value::FieldValue;

/// A field of a state, by its place in the [`Shape`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub usize);

/// How the values of a field are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Unchanged.
    Plain,
    /// A text that is one of a few words.
    Word(Cow<'static, [Word]>),
    /// An integer in minor units of a currency, whose code is in another field; plain units if that field is empty.
    Money {
        /// The field with the currency's code.
        currency: FieldId,
    },
}

/// A word that a field can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub text: Cow<'static, str>,
    pub weight: Weight,
}

/// How much attention a word deserves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weight {
    /// No attention: this word, or one that the kind does not list, is the usual one.
    #[default]
    Usual,
    /// It differs from the usual one.
    Notable,
    /// Less than usual: nothing happens to the stream any more, or not yet.
    Faint,
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
    /// Whether lists of streams have a column for it.
    pub is_listed: bool,
}

/// The listed fields of a shape, by their roles in a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListedFields {
    /// The first that is neither the measure nor a word: it says what the stream is about.
    pub subject: Option<FieldId>,
    /// The field that a chart draws.
    pub measure: Option<FieldId>,
    /// The others, words first.
    pub others: Vec<FieldId>,
}

/// The fields of an aggregate's states, in the order of the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// All fields; a field's id is its index here.
    pub fields: Cow<'static, [FieldSpec]>,
    /// The field that a chart draws; its values are integers.
    pub measure: Option<FieldId>,
}

impl FieldSpec {
    /// A field that screens show under its name, and lists in a column.
    pub fn plain(name: &'static str) -> Self {
        Self { name: name.into(), label: name.into(), kind: FieldKind::Plain, is_listed: true }
    }

    /// A field that the events of a stream brought.
    pub fn open(name: String) -> Self {
        Self { name: name.clone().into(), label: name.into(), kind: FieldKind::Plain, is_listed: true }
    }

    /// A value of the field as people read it, without the code of its currency; `None` for an empty one.
    pub fn written(&self, value: &FieldValue<'_>, currency: Option<Currency>) -> Option<String> {
        match value {
            FieldValue::Integer(number) => Some(grouped(i128::from(*number), currency)),
            value => self.written_whole(value, currency),
        }
    }

    /// A value of the field as people read it; `None` for an empty one.
    pub fn written_whole(&self, value: &FieldValue<'_>, currency: Option<Currency>) -> Option<String> {
        match value {
            FieldValue::Null => None,
            FieldValue::Flag(flag) => Some(flag.to_string()),
            FieldValue::Integer(number) => Some(with_code(i128::from(*number), currency)),
            FieldValue::Text(text) | FieldValue::Json(text) => Some(text.clone().into_owned()),
        }
    }

    /// The weight of a value.
    pub fn weight(&self, value: &FieldValue<'_>) -> Weight {
        let FieldKind::Word(words) = &self.kind else { return Weight::Usual };
        let listed = words.iter().find(|word| value.as_text() == Some(&word.text));
        listed.map_or(Weight::Usual, |word| word.weight)
    }

    /// Whether it has one of a few words.
    pub fn is_word(&self) -> bool {
        matches!(self.kind, FieldKind::Word(_))
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

    /// The fields that lists of streams have a column for.
    pub fn listed(&self) -> impl Iterator<Item = (FieldId, &FieldSpec)> {
        self.ids().zip(self.fields.iter()).filter(|(_, spec)| spec.is_listed)
    }

    /// The roles of the listed fields.
    pub fn roles(&self) -> ListedFields {
        let mut roles = ListedFields::default();
        let mut further = Vec::new();
        for (field, spec) in self.listed() {
            if self.measure == Some(field) {
                roles.measure = Some(field);
            } else if spec.is_word() {
                roles.others.push(field);
            } else if roles.subject.is_none() {
                roles.subject = Some(field);
            } else {
                further.push(field);
            }
        }
        roles.others.append(&mut further);
        roles
    }

    /// The field with the currency of the measure; `None` if the measure is not money.
    pub fn unit_field(&self) -> Option<FieldId> {
        match self.spec(self.measure?)?.kind {
            FieldKind::Money { currency } => Some(currency),
            FieldKind::Plain | FieldKind::Word(_) => None,
        }
    }

    /// Whether a field is the currency of others, which are written with it.
    pub fn is_currency(&self, field: FieldId) -> bool {
        self.fields.iter().any(|spec| spec.kind == FieldKind::Money { currency: field })
    }

    /// The field of this name.
    pub fn find(&self, name: &str) -> Option<FieldId> {
        self.fields.iter().position(|field| field.name == name).map(FieldId)
    }
}
