//! A running rebuild, as the screen knows it.

use crate::domain::event::GlobalPosition;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunningRebuild {
    /// Its progress; `None` before the first report.
    pub progress: Option<RebuildProgress>,
    /// Whether it was asked to stop and has not ended yet.
    pub is_stopping: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RebuildProgress {
    pub phase: RebuildPhase,
    /// Events or rows done.
    pub n_done: u64,
    /// Events or rows in all.
    pub n_all: u64,
    /// Events or rows per second; `None` until that is known.
    pub per_second: Option<u64>,
    /// The remaining seconds of this phase at that rate.
    pub seconds_left: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RebuildPhase {
    /// It projects events.
    Projecting,
    /// It compares rows.
    Comparing,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RebuildEnd {
    /// The new rows are in use.
    Done {
        /// Number of events projected.
        n_events: u64,
        /// Duration in milliseconds.
        millis: u64,
        /// How the rows differ from the previous ones.
        rows: RebuiltRows,
    },
    /// It was stopped; nothing has changed.
    Stopped,
    /// It failed for this reason; nothing has changed.
    Failed(String),
}

/// How rebuilt rows differ from the previous ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RebuiltRows {
    /// They are the same.
    Same,
    /// They are the same up to this position, where the previous rows ended.
    SameUpTo(GlobalPosition),
    /// They differ: one line for each table.
    Other(Vec<String>),
    /// There was nothing to compare them with, for this reason.
    NothingBefore(String),
}
