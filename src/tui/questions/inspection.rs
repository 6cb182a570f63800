//! An event in full.

use crate::domain::event::{GlobalPosition, RecordedEvent};
use crate::domain::fold::Meaning;
use crate::tui::questions::timing::{Basis, PaneQuestion};

/// A question: which event is at a position?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InspectionQuestion {
    /// The position.
    pub at: GlobalPosition,
}

impl PaneQuestion for InspectionQuestion {
    const BASIS: Basis = Basis::Folds;
}

/// An event in full.
#[derive(Clone, Debug, PartialEq)]
pub struct Inspection {
    /// The event as it is in the log.
    pub event: RecordedEvent,
    /// The outcome of folding it.
    pub meaning: Meaning,
    /// The name of the log that it was imported from.
    pub source: Option<String>,
}
