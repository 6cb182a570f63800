//! The money that came in and went out by day.

use crate::domain::event::GlobalPosition;
use crate::tui::questions::timing::{PaneQuestion, Timing};

/// What came in and went out by day?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowsQuestion {
    /// The checkpoint that is shown.
    pub checkpoint: GlobalPosition,
}

impl PaneQuestion for FlowsQuestion {
    fn timing(&self, _: &Self) -> Timing {
        Timing::AfterAnswer
    }
}
