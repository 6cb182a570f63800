//! A window of the read model's accounts, with its totals.

use crate::domain::event::{GlobalPosition, StreamName};
use crate::domain::mapping::MappingDigests;
use crate::read_model::rows::{AccountRow, AsOf, SkippedEvents, TotalRow};
use crate::tui::questions::timing::{PaneQuestion, Timing};

/// Which accounts does the query view show?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountsQuestion {
    /// Which of them to keep in sight.
    pub around: Around,
    /// Only accounts whose name or owner has this text in it, in capitals or small letters; empty = all.
    pub filter: String,
    /// How many rows there is room for.
    pub n_rows: usize,
    /// The position as of which they are shown.
    pub as_of: AsOf,
    /// The totals are compared with those as of this position.
    pub playhead: GlobalPosition,
    /// The checkpoint that is shown: a newer one may have other rows.
    pub checkpoint: GlobalPosition,
}

impl PaneQuestion for AccountsQuestion {
    fn timing(&self, before: &Self) -> Timing {
        let is_same =
            (&self.around, &self.filter, self.as_of) == (&before.around, &before.filter, before.as_of);
        Timing::of_same(is_same)
    }
}

/// An account to keep in sight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Around {
    /// The first one.
    First,
    /// The last one.
    Last,
    /// The one of this name, or the place where it would be.
    Account(StreamName),
}

/// A window of the read model's accounts, and its totals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    /// The window, in the order of names.
    pub rows: Vec<AccountRow>,
    /// The names right before the window, up to a screenful: a page goes there.
    pub names_before: Vec<StreamName>,
    /// The names right after it.
    pub names_after: Vec<StreamName>,
    /// Whether there are accounts before the window.
    pub has_before: bool,
    /// Whether there are accounts after it.
    pub has_after: bool,
    /// The text that the list was asked for with: only accounts are listed whose name or owner has it; empty = all.
    pub filter: String,
    /// How many accounts are listed, in the window and beside it.
    pub n_listed: u64,
    /// How many accounts there are.
    pub n_accounts: u64,
    /// The sums, a row a currency.
    pub totals: Vec<TotalRow>,
    /// What they are compared with.
    pub compared_totals: ComparedTotals,
    /// The position as of which all of this is.
    pub as_of: GlobalPosition,
    /// The mappings by which the projected events were read.
    pub read_by: MappingDigests,
    /// The events that were skipped up to there.
    pub skipped: SkippedEvents,
}

/// What the read model itself has to compare its totals with, a row a currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComparedTotals {
    /// The playhead that this answers.
    pub playhead: GlobalPosition,
    /// The totals as of the playhead; `None` where that is the position shown, and where the read model has not come to it.
    pub at_playhead: Option<Vec<TotalRow>>,
    /// The sums of the accounts' rows at the position shown; `None` where there are too many rows to add them up for a screen.
    pub of_rows: Option<Vec<TotalRow>>,
}
