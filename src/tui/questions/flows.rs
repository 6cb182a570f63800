//! The money that came in and went out by day.

use crate::domain::event::GlobalPosition;
use crate::tui::questions::timing::{PaneQuestion, Timing};

/// A question: which amounts came in and went out per day?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowsQuestion {
    /// The displayed checkpoint.
    pub checkpoint: GlobalPosition,
}

impl PaneQuestion for FlowsQuestion {
    fn timing(&self, _: &Self) -> Timing {
        Timing::AfterAnswer
    }
}
