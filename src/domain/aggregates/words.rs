//! The words of an aggregate for people: its noun, the first step in an empty log, and the types of its events.

use std::borrow::Cow;

use crate::domain::money::grouped;

/// The words that an aggregate gives to screens and verbs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AggregateWords {
    /// The word for one of its streams.
    pub noun: Noun,
    /// What to do first in an empty log: a sentence, or nothing.
    pub first_step: Cow<'static, str>,
    /// The types of the events that it understands, as far as they are known beforehand.
    pub event_types: Vec<Cow<'static, str>>,
}

/// A noun in both numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noun {
    /// One of them.
    pub singular: Cow<'static, str>,
    /// Several of them.
    pub plural: Cow<'static, str>,
}

impl AggregateWords {
    /// The words of an aggregate that has nothing but its name.
    pub fn of(name: &str) -> Self {
        Self { noun: Noun::of(name), ..Self::default() }
    }
}

impl Default for Noun {
    fn default() -> Self {
        Self { singular: "stream".into(), plural: "streams".into() }
    }
}

impl Noun {
    /// The noun with this singular, whose plural ends with an s.
    pub fn of(singular: &str) -> Self {
        Self { singular: singular.to_owned().into(), plural: format!("{singular}s").into() }
    }

    /// One of them: `a stream`, `an account`.
    pub fn with_article(&self) -> String {
        let is_vowel = self.singular.starts_with(['a', 'e', 'i', 'o', 'u']);
        format!("{} {}", if is_vowel { "an" } else { "a" }, self.singular)
    }

    /// A number of them: `1 stream`, `12,431 streams`.
    pub fn counted(&self, n: u64) -> String {
        format!("{} {}", grouped(i128::from(n), None), if n == 1 { &self.singular } else { &self.plural })
    }
}
