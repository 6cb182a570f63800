//! The number of events up to the checkpoint that are not understood.

use crate::domain::event::GlobalPosition;
use crate::tui::questions::timing::{Basis, PaneQuestion, Timing};

/// A question: how many events up to the checkpoint are not understood?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotUnderstoodQuestion {
    /// The displayed checkpoint.
    pub checkpoint: GlobalPosition,
}

impl PaneQuestion for NotUnderstoodQuestion {
    const BASIS: Basis = Basis::Rows;

    fn timing(&self, _: &Self) -> Timing {
        Timing::AfterAnswer
    }
}
