//! An event in full.

use crate::domain::event::{GlobalPosition, RecordedEvent};
use crate::domain::fold::Meaning;
use crate::tui::questions::timing::PaneQuestion;

/// What is in the event at a position?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InspectionQuestion {
    /// The position.
    pub at: GlobalPosition,
}

impl PaneQuestion for InspectionQuestion {}

/// An event in full.
#[derive(Clone, Debug, PartialEq)]
pub struct Inspection {
    /// The event as it is in the log.
    pub event: RecordedEvent,
    /// What the fold made of it.
    pub meaning: Meaning,
    /// The name of the log that it was imported from.
    pub source: Option<String>,
}
