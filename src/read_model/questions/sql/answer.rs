//! The answer to a question in SQL: its rows as they come, or the reason why it has no answer.

use std::fmt;
use std::ops::ControlFlow;
use std::time::Duration;

use crate::domain::event::GlobalPosition;
use crate::domain::moment::Moment;
use crate::read_model::rows::Value;

/// The reason why a question has no answer.
#[derive(Debug)]
pub enum QueryFailure {
    /// There is no read model.
    NoReadModel,
    /// It does more than select; the text says what.
    NotAllowed(String),
    /// It took longer than this limit.
    Deadline(Duration),
    /// Its temporary files took more than this limit, in bytes.
    TempSpace(u64),
    /// It was cancelled.
    Cancelled,
    /// SQLite does not understand it, or could not evaluate it; in SQLite's words.
    Wrong(String),
    /// The read model could not be read.
    ReadModel(anyhow::Error),
    /// The log could not be read, which the question needs for `events`.
    Log(anyhow::Error),
}

impl fmt::Display for QueryFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoReadModel => {
                f.write_str("there is no read model yet; `foldback rebuild STORE` creates one")
            }
            Self::NotAllowed(what) => write!(f, "only SELECT is answered here, {what} is not allowed"),
            Self::Deadline(time) => write!(
                f,
                "the question took longer than {} and was stopped; ask for less, or allow it more time",
                seconds(*time)
            ),
            Self::TempSpace(n_bytes) => write!(
                f,
                "the question took more than {} MiB of temporary files and was stopped; sort or join less",
                n_bytes >> 20
            ),
            Self::Cancelled => f.write_str("the question was cancelled"),
            Self::Wrong(why) => f.write_str(why),
            Self::ReadModel(why) => write!(f, "the read model cannot be read: {why:#}"),
            Self::Log(why) => write!(f, "the log, which has the events, cannot be read: {why:#}"),
        }
    }
}

impl std::error::Error for QueryFailure {}

fn seconds(time: Duration) -> String {
    if time.subsec_nanos() == 0 {
        format!("{} s", time.as_secs())
    } else {
        format!("{} ms", time.as_millis())
    }
}

/// The beginning of an answer, once the question has been understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerHeader {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// Whether each column is an amount in minor units, directly from a view or a table; empty if that is not known.
    pub in_minor_units: Vec<bool>,
    /// The position of the answer.
    pub as_of: GlobalPosition,
    /// The checkpoint of the read model.
    pub checkpoint: Moment,
}

/// What an answer is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::read_model) struct AnswerPlace {
    /// The position of the answer.
    pub(in crate::read_model) as_of: GlobalPosition,
    /// The checkpoint of the read model.
    pub(in crate::read_model) checkpoint: Moment,
}

/// Receives an answer as it comes: first its beginning, then row after row.
pub trait RowSink {
    /// Called once, when the question has been understood.
    fn begin(&mut self, beginning: AnswerHeader);

    /// Called for each row, which is as long as the columns; decides whether to go on.
    fn row(&mut self, row: Vec<Value>) -> ControlFlow<()>;
}
