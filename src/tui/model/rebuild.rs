//! A running rebuild, as the screen knows it.

use crate::domain::event::GlobalPosition;

/// A rebuild that is under way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunningRebuild {
    /// How far it has come; `None` before it has said so.
    pub progress: Option<RebuildProgress>,
    /// Whether it was told to stop, and has not ended yet.
    pub is_stopping: bool,
}

/// How far a rebuild has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RebuildProgress {
    /// What it does now.
    pub phase: RebuildPhase,
    /// How much of it is done: events or rows.
    pub n_done: u64,
    /// How much there is.
    pub n_all: u64,
    /// How much is done a second; `None` before that can be told.
    pub per_second: Option<u64>,
    /// How long this phase still takes at that rate.
    pub seconds_left: Option<u64>,
}

/// What a rebuild does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RebuildPhase {
    /// It projects events.
    Projecting,
    /// It compares rows.
    Comparing,
}

/// How a rebuild ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RebuildEnd {
    /// The new rows are the ones that are read now.
    Done {
        /// How many events were projected.
        n_events: u64,
        /// How long it took, in milliseconds.
        millis: u64,
        /// How they differ from the rows before them.
        rows: RebuiltRows,
    },
    /// It was stopped; nothing has changed.
    Stopped,
    /// It could not be done, and why; nothing has changed.
    Failed(String),
}

/// How rebuilt rows differ from those before them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RebuiltRows {
    /// They are the same.
    Same,
    /// They are the same up to this position; the rows before them did not go further.
    SameUpTo(GlobalPosition),
    /// They differ: a line for each table.
    Other(Vec<String>),
    /// There was nothing to compare them with, and why.
    NothingBefore(String),
}
