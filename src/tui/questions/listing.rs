//! A window of the read model's streams, with its totals.

use crate::domain::event::{GlobalPosition, StreamName};
use crate::domain::mapping::MappingDigests;
use crate::read_model::rows::series::GroupTotal;
use crate::read_model::rows::{AsOf, SkippedEvents, StreamRow};
use crate::tui::questions::timing::{Basis, PaneQuestion, Timing};

/// A question: which streams does the query view show?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingQuestion {
    /// The stream or the end of the list that has to be visible.
    pub around: Around,
    /// Only streams with this text in their name or a listed text, ignoring case; empty = all.
    pub filter: String,
    /// Number of rows that fit.
    pub n_rows: usize,
    /// The position that the rows are as of.
    pub as_of: AsOf,
    /// The position of the totals for the comparison.
    pub playhead: GlobalPosition,
    /// The displayed checkpoint; a newer one may have other rows.
    pub checkpoint: GlobalPosition,
}

impl PaneQuestion for ListingQuestion {
    const BASIS: Basis = Basis::Rows;

    fn timing(&self, before: &Self) -> Timing {
        let is_same =
            (&self.around, &self.filter, self.as_of) == (&before.around, &before.filter, before.as_of);
        Timing::of_same(is_same)
    }
}

/// A place in the list of streams that has to be visible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Around {
    /// The first stream.
    First,
    /// The last stream.
    Last,
    /// The stream of this name, or the place where it would be.
    Stream(StreamName),
}

/// A window of the read model's streams, and its totals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The window, in the order of names.
    pub rows: Vec<StreamRow>,
    /// The names right before the window, up to a screenful, for moves by a page.
    pub names_before: Vec<StreamName>,
    /// The names right after it.
    pub names_after: Vec<StreamName>,
    /// Whether there are streams before the window.
    pub has_before: bool,
    /// Whether there are streams after it.
    pub has_after: bool,
    /// The filter of the question: only streams with this text in their name or a listed text are listed; empty = all.
    pub filter: String,
    /// Number of streams in the list.
    pub n_listed: u64,
    /// Number of all streams.
    pub n_streams: u64,
    /// The totals, one row per currency.
    pub totals: Vec<GroupTotal>,
    /// The totals for the comparison.
    pub compared_totals: ComparedTotals,
    /// The position that all of this is as of.
    pub as_of: GlobalPosition,
    /// The mappings by which the projected events were read.
    pub read_by: MappingDigests,
    /// The events skipped up to there.
    pub skipped: SkippedEvents,
}

/// Other totals of the read model, one row per currency, with which the displayed ones are compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComparedTotals {
    /// The playhead of the question.
    pub playhead: GlobalPosition,
    /// The totals as of the playhead; `None` if that is the displayed position, or the read model has not reached it.
    pub at_playhead: Option<Vec<GroupTotal>>,
    /// The sums of the streams' rows at the displayed position; `None` if there are too many rows to be added up for a
    /// screen.
    pub of_rows: Option<Vec<GroupTotal>>,
}
