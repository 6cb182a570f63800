//! Focus: the pane that has it, the selected stream, and the clock of the query side.

use crate::domain::event::StreamName;

/// The panes that can have the focus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    /// The events around the playhead.
    #[default]
    Events,
    /// The selected stream's state.
    State,
    /// The query view.
    Query,
}

/// Which stream's state is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Selection {
    /// The stream of the event at the playhead.
    #[default]
    OfPlayhead,
    /// A chosen stream, whatever the event at the playhead.
    Pinned(StreamName),
}

/// The clock by which the query side is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QueryClock {
    /// Its own: the newest rows, at its checkpoint.
    #[default]
    Checkpoint,
    /// The playhead's: the rows as of the playhead, as far as they are projected.
    Playhead,
}
