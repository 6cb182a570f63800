//! A window of an account's statement.

use crate::domain::event::{GlobalPosition, StreamName};
use crate::read_model::rows::{AsOf, StatementRow};
use crate::tui::questions::timing::{PaneQuestion, Timing};

/// A question: what is the statement of an account?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementQuestion {
    /// The account.
    pub account: StreamName,
    /// Number of its newest lines that are skipped.
    pub n_newer: usize,
    /// Number of lines to read after that.
    pub n_lines: usize,
    /// The position that it is as of.
    pub as_of: AsOf,
    /// The displayed checkpoint.
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
    /// Number of newer lines.
    pub n_newer: usize,
    /// The lines, oldest first.
    pub lines: Vec<StatementRow>,
}

impl Statement {
    /// The `nth` line, 0 being the newest; `None` if it has not been read.
    pub fn line(&self, nth: usize) -> Option<&StatementRow> {
        self.lines.iter().rev().nth(nth.checked_sub(self.n_newer)?)
    }

    /// The number of the oldest line, counted from the newest. It is computed from the version of a line that has been
    /// read, which says how many events come before it. If events were skipped, there are fewer lines.
    pub fn oldest(&self) -> usize {
        let n_older = self.lines.first().map_or(0, |line| line.version.number().saturating_sub(1));
        let last_read = self.n_known().saturating_sub(1);
        last_read.saturating_add(usize::try_from(n_older).unwrap_or(usize::MAX))
    }

    /// The least number of lines.
    pub fn n_known(&self) -> usize {
        self.n_newer.saturating_add(self.lines.len())
    }
}
