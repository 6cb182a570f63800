//! A person's question in SQL to the read model.

use std::time::Duration;

use crate::domain::event::GlobalPosition;
use crate::domain::moment::Moment;
use crate::read_model::rows::{AsOf, Value};
use crate::tui::questions::timing::{Basis, PaneQuestion};

/// A question: what does the read model answer to this SQL?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlQuestion {
    /// The question, as a person wrote it.
    pub sql: String,
    /// The position that it is about.
    pub as_of: AsOf,
}

impl PaneQuestion for SqlQuestion {
    const BASIS: Basis = Basis::Rows;
    const IS_RETRIED: bool = false;
}

/// The beginning of an answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SqlAnswer {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// Whether each column is an amount in minor units, directly from a view or a table; empty if that is not known.
    pub in_minor_units: Vec<bool>,
    /// The first rows, each as long as `columns`.
    pub rows: Vec<Vec<Value>>,
    /// The position of the answer.
    pub as_of: GlobalPosition,
    /// The checkpoint of the read model.
    pub checkpoint: Moment,
    /// The end, if this is the whole answer.
    pub end: Option<AnswerEnd>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerEnd {
    /// How it ended.
    pub how: AnswerOutcome,
    /// The duration; `None` if it was not measured.
    pub took: Option<Duration>,
}

/// How an answer ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerOutcome {
    /// It is complete.
    Whole,
    /// There are more rows than a screen takes.
    Cut,
    /// The user stopped it.
    Stopped,
    /// There is no answer, or no more of it, for this reason, in one sentence.
    Failed(String),
}
