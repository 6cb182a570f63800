//! The write side's states of the streams that the query view shows.

use crate::domain::event::{GlobalPosition, StreamName, StreamPosition};
use crate::domain::mapping::MappingDigests;
use crate::domain::state::State;
use crate::tui::questions::timing::{Basis, PaneQuestion, Timing};

/// A question: which states does the write side have for these streams?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompareQuestion {
    /// A position at which to compare.
    pub playhead: GlobalPosition,
    /// The position of the query view's rows, also compared.
    pub rows_at: GlobalPosition,
    /// The mappings by which the rows were read.
    pub read_by: MappingDigests,
    pub streams: Vec<StreamName>,
}

impl PaneQuestion for CompareQuestion {
    const BASIS: Basis = Basis::Folds;

    fn timing(&self, before: &Self) -> Timing {
        Timing::of_same(self.playhead == before.playhead)
    }
}

/// The write side's states of streams in the query view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The playhead of the question.
    pub playhead: GlobalPosition,
    /// The position of the query view's rows.
    pub rows_at: GlobalPosition,
    /// The mappings by which the rows were read.
    pub read_by: MappingDigests,
    /// Whether the log has another mapping now. Then the rows are being rebuilt, and a difference is not a defect.
    pub is_of_older_mapping: bool,
    pub streams: Vec<ComparedStream>,
}

/// The write side's states of one stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedStream {
    pub stream: StreamName,
    /// Its state at the playhead.
    pub at_playhead: State,
    /// Its state at the position of the query view.
    pub at_rows: State,
    /// Its version at that position.
    pub version_at_rows: StreamPosition,
    /// Number of its events up to that position that were not understood.
    pub n_not_understood_at_rows: u64,
}
