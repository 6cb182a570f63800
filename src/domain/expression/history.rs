//! Counts over a stream's history: how often a condition was true, and when it last was.

use jiff::Timestamp;

use crate::domain::expression::computed::{Computed, WhyUnknown};

/// A question about the events of a stream so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryQuestion {
    /// `count(condition)`: at how many events it was true.
    Count,
    /// `once(condition)`: whether it ever was.
    Once,
    /// `since(condition)`: how long ago it last was.
    Since,
}

/// The history of a condition over the events of a stream, up to one of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConditionTally {
    /// The number of events at which it was true.
    n_true: u64,
    /// The time of the last of these that has one.
    last_true: Option<Timestamp>,
    /// The time of the last event that has one.
    now: Option<Timestamp>,
}

impl ConditionTally {
    /// Counts the next event of the stream.
    pub fn take(&mut self, is_true: bool, time: Option<Timestamp>) {
        self.now = time.or(self.now);
        if is_true {
            self.n_true += 1;
            self.last_true = self.now;
        }
    }

    /// The answer to a question.
    pub(crate) fn answer(&self, question: HistoryQuestion) -> Result<Computed<'static>, WhyUnknown> {
        match question {
            HistoryQuestion::Count => Ok(Computed::Number(self.n_true.into())),
            HistoryQuestion::Once => Ok(Computed::Bool(self.n_true > 0)),
            HistoryQuestion::Since => {
                let (Some(now), Some(last)) = (self.now, self.last_true) else {
                    return Err(WhyUnknown::Missing);
                };
                Ok(Computed::Duration(now.duration_since(last)))
            }
        }
    }
}
