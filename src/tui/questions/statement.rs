//! A window of an account's statement.

use crate::domain::event::{GlobalPosition, StreamName};
use crate::read_model::rows::{AsOf, StatementRow};
use crate::tui::questions::timing::{PaneQuestion, Timing};

/// What is the statement of an account?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementQuestion {
    /// The account.
    pub account: StreamName,
    /// How many of its newest lines are passed over.
    pub n_newer: usize,
    /// How many lines are read then.
    pub n_lines: usize,
    /// The position as of which it is shown.
    pub as_of: AsOf,
    /// The checkpoint that is shown.
    pub checkpoint: GlobalPosition,
}

impl PaneQuestion for StatementQuestion {
    fn timing(&self, before: &Self) -> Timing {
        Timing::of_same((&self.account, self.as_of) == (&before.account, before.as_of))
    }
}

/// A window of an account's statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    /// How many lines are newer than these.
    pub n_newer: usize,
    /// The lines, oldest first.
    pub lines: Vec<StatementRow>,
}

impl Statement {
    /// The `nth` line, 0 being the newest; `None` where it has not been read.
    pub fn line(&self, nth: usize) -> Option<&StatementRow> {
        self.lines.iter().rev().nth(nth.checked_sub(self.n_newer)?)
    }

    /// Which line is the oldest, counted from the newest: by the version of a line that has been read, which says how many
    /// events of the account come before it. Where some were skipped there are fewer lines.
    pub fn oldest(&self) -> usize {
        let n_older = self.lines.first().map_or(0, |line| line.version.number().saturating_sub(1));
        let last_read = self.n_known().saturating_sub(1);
        last_read.saturating_add(usize::try_from(n_older).unwrap_or(usize::MAX))
    }

    /// How many lines there are at least.
    pub fn n_known(&self) -> usize {
        self.n_newer.saturating_add(self.lines.len())
    }
}
