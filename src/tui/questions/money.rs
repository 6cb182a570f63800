//! The money in each currency over the log.

use crate::domain::event::GlobalPosition;
use crate::tui::questions::timing::{PaneQuestion, Timing};

/// A question: how much money was there in each currency over the log?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoneyQuestion {
    /// The displayed checkpoint.
    pub checkpoint: GlobalPosition,
    /// The position for which the totals are wanted as well.
    pub playhead: GlobalPosition,
    /// Number of samples per line.
    pub n_points: usize,
}

impl PaneQuestion for MoneyQuestion {
    fn timing(&self, _: &Self) -> Timing {
        Timing::AfterAnswer
    }
}
