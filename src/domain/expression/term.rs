//! Terms: an expression whose names, functions and constants are resolved, ready to be evaluated.

use regex::Regex;

use crate::domain::expression::binary::BinaryOperator;
use crate::domain::expression::function::{ListQuestion, ValueFunction};
use crate::domain::expression::history::HistoryQuestion;
use crate::domain::expression::scope::Root;
use crate::domain::number::Number;

/// A compiled pattern. It is equal to another one if it was written alike.
#[derive(Debug)]
pub struct Pattern(Box<Regex>);

impl Pattern {
    pub fn new(regex: Regex) -> Self {
        Self(Box::new(regex))
    }

    /// Whether a part of the text matches.
    pub fn is_in(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

#[derive(Debug, PartialEq)]
pub enum Term {
    Null,
    Bool(bool),
    Number(Number),
    Text(Box<str>),
    /// A path of constant keys below a root: `data.order.id`.
    Read {
        root: Root,
        path: Box<[Box<str>]>,
    },
    /// The item of a question about a list; 0 is the innermost one.
    Item(usize),
    Member(Box<Term>, Box<str>),
    Index(Box<[Term; 2]>),
    Not(Box<Term>),
    Negate(Box<Term>),
    Binary(BinaryOperator, Box<[Term; 2]>),
    Choice(Box<[Term; 3]>),
    List(Box<[Term]>),
    Map(Box<[[Term; 2]]>),
    Call(ValueFunction, Box<[Term]>),
    Has(Box<Term>),
    Default(Box<[Term; 2]>),
    Matches(Box<Term>, Pattern),
    /// The list, and what is asked of each item.
    OfEach(ListQuestion, Box<[Term; 2]>),
    /// `map(x, condition, value)`: the list, the condition, the value.
    MapSome(Box<[Term; 3]>),
    /// Whether the value differs from that in the state before the event.
    Changed(Box<Term>),
    /// A question about the condition with this index.
    History(HistoryQuestion, usize),
}

impl Term {
    /// The terms directly within this one, in the order of the text.
    pub fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Null
            | Self::Bool(_)
            | Self::Number(_)
            | Self::Text(_)
            | Self::Read { .. }
            | Self::Item(_)
            | Self::History(..) => Vec::new(),
            Self::Member(part, _)
            | Self::Not(part)
            | Self::Negate(part)
            | Self::Has(part)
            | Self::Matches(part, _)
            | Self::Changed(part) => vec![part],
            Self::Index(parts) | Self::Binary(_, parts) | Self::Default(parts) | Self::OfEach(_, parts) => {
                parts.iter().collect()
            }
            Self::Choice(parts) | Self::MapSome(parts) => parts.iter().collect(),
            Self::List(parts) | Self::Call(_, parts) => parts.iter().collect(),
            Self::Map(entries) => entries.iter().flatten().collect(),
        }
    }
}
