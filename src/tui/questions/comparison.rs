//! The write side's states of the accounts that the query view shows.

use crate::domain::aggregates::account::state::AccountState;
use crate::domain::event::{GlobalPosition, StreamName, StreamPosition};
use crate::domain::mapping::MappingDigests;
use crate::tui::questions::timing::{PaneQuestion, Timing};

/// What does the write side have for these accounts?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompareQuestion {
    /// At this position.
    pub playhead: GlobalPosition,
    /// And at this one, as of which the query view shows them.
    pub rows_at: GlobalPosition,
    /// By which mappings the rows were read.
    pub read_by: MappingDigests,
    /// Which accounts.
    pub accounts: Vec<StreamName>,
}

impl PaneQuestion for CompareQuestion {
    fn timing(&self, before: &Self) -> Timing {
        Timing::of_same(self.playhead == before.playhead)
    }
}

/// What the write side says of accounts that the query view shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The playhead that this answers.
    pub playhead: GlobalPosition,
    /// The position as of which the query view shows the accounts.
    pub rows_at: GlobalPosition,
    /// The mappings by which the rows were read.
    pub read_by: MappingDigests,
    /// Whether the log has another mapping by now: then the rows are being rebuilt, and differ by no defect.
    pub is_of_older_mapping: bool,
    /// The accounts.
    pub accounts: Vec<ComparedAccount>,
}

/// What the write side says of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedAccount {
    /// Which.
    pub account: StreamName,
    /// Its state at the playhead.
    pub at_playhead: AccountState,
    /// Its state as of where the query view shows it.
    pub at_rows: AccountState,
    /// Its version there.
    pub version_at_rows: StreamPosition,
    /// How many of its events up to there are not understood.
    pub n_not_understood_at_rows: u64,
}
