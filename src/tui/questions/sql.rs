//! A person's question in SQL to the read model.

use std::time::Duration;

use crate::domain::event::GlobalPosition;
use crate::domain::moment::Moment;
use crate::read_model::rows::{AsOf, Value};
use crate::tui::questions::timing::PaneQuestion;

/// What does the read model say to this?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlQuestion {
    /// The question, as a person wrote it.
    pub sql: String,
    /// As of which position.
    pub as_of: AsOf,
}

impl PaneQuestion for SqlQuestion {}

/// How the answer begins to come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SqlAnswer {
    /// What the columns are called.
    pub columns: Vec<String>,
    /// Whether each column is an amount in minor units just as a view or a table has it; empty where that is not known.
    pub in_minor_units: Vec<bool>,
    /// The first rows, each as long as `columns`.
    pub rows: Vec<Vec<Value>>,
    /// The position as of which it is answered.
    pub as_of: GlobalPosition,
    /// The checkpoint of the read model that answers.
    pub checkpoint: Moment,
    /// How it ended, where that is all of it.
    pub end: Option<AnswerEnd>,
}

/// How an answer ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerEnd {
    /// Whether it is whole.
    pub how: Ending,
    /// How long the question took; `None` where nobody measured.
    pub took: Option<Duration>,
}

/// Whether an answer is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It is.
    Whole,
    /// There are more rows than a screen takes.
    Cut,
    /// A person stopped it.
    Stopped,
    /// The question has no answer, or no more of one; why, in one sentence.
    Failed(String),
}
