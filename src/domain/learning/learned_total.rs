//! Running totals that a log proves: a field whose changes are the amounts of its events, with the sign of each type.

use serde::Serialize;

use crate::domain::learning::sign_tally::Positions;

/// A field that the log proves to be a running total. Its changes are those from one event of a stream that has the field
/// to the next one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LearnedTotal {
    /// Its keys, from the data down.
    #[serde(rename = "path")]
    pub keys: Vec<String>,
    /// The types of events that move it.
    pub terms: Vec<TotalTerm>,
    /// The types of events that have it and do not move it.
    pub unmoved: Vec<String>,
    /// The types of events that have it, and whose changes nothing in them explains.
    pub stated: Vec<StatedTotal>,
    /// Changes at events of `terms` and `unmoved`.
    pub n_changes: u64,
    /// Changes that equal the amount, or differ from it by less than floating point may.
    pub n_right: u64,
    /// Other changes that differ by one in the last decimal at most, as rounded figures do.
    pub n_rounded: u64,
    /// The decimals with which it is written.
    pub n_decimals: u32,
    /// Changes at which the log disagrees with itself.
    pub contradictions: Positions,
    /// Streams whose first total is at an event of `terms` or `unmoved`.
    pub n_first: u64,
    /// Those whose first total a start at 0 does not explain.
    pub first_unexplained: Positions,
}

/// How the events of one type move a total.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TotalTerm {
    #[serde(rename = "type")]
    pub event_type: String,
    /// The keys of the amount.
    pub amount: Vec<String>,
    /// Other fields that explain the changes just as well.
    pub same_amounts: Vec<Vec<String>>,
    pub sign: TermSign,
    pub n_changes: u64,
    /// Those that are right, or rounded.
    pub n_agreeing: u64,
}

/// The sign of an amount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TermSign {
    Plus,
    Minus,
    /// It depends on the text of another field.
    ByText {
        /// The keys of that field.
        #[serde(rename = "path")]
        keys: Vec<String>,
        /// The texts with which the amount is added.
        plus: Vec<String>,
        /// The texts with which it is subtracted.
        minus: Vec<String>,
        /// Changes with texts that prove nothing.
        n_unproved: u64,
    },
}

/// A type of events that state a total.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatedTotal {
    #[serde(rename = "type")]
    pub event_type: String,
    /// The events that state it.
    pub n_events: u64,
}

impl LearnedTotal {
    /// Whether the log starts it at 0: hardly any stream's first total says otherwise.
    pub fn starts_at_zero(&self) -> bool {
        self.first_unexplained.n * 20 <= self.n_first
    }

    /// Changes that are right, or rounded.
    pub fn n_agreeing(&self) -> u64 {
        self.n_right + self.n_rounded
    }
}
