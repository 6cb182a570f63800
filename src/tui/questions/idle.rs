//! The stretches of time up to the head in which nothing happens.

use crate::domain::event::GlobalPosition;
use crate::tui::questions::timing::{Basis, PaneQuestion, Timing};

/// A question: which stretches of time up to the head are idle?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdleQuestion {
    pub head: GlobalPosition,
}

impl PaneQuestion for IdleQuestion {
    const BASIS: Basis = Basis::Events;

    fn timing(&self, _: &Self) -> Timing {
        Timing::AfterAnswer
    }
}
