//! The money in each currency over the log.

use crate::domain::event::GlobalPosition;
use crate::tui::questions::timing::{PaneQuestion, Timing};

/// What was there in each currency over the log?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoneyQuestion {
    /// The checkpoint that is shown.
    pub checkpoint: GlobalPosition,
    /// The position of which it is said what there was, too.
    pub playhead: GlobalPosition,
    /// How many samples of the log a line is drawn from.
    pub n_points: usize,
}

impl PaneQuestion for MoneyQuestion {
    fn timing(&self, _: &Self) -> Timing {
        Timing::AfterAnswer
    }
}
