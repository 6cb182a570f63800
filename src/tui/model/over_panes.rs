//! Overlays: the inspector, and what is open under a prompt.

use crate::tui::model::slot::Slot;
use crate::tui::model::{Mode, Model};
use crate::tui::questions::inspection::{Inspection, InspectionQuestion};

/// The inspector.
#[derive(Clone, Debug, PartialEq)]
pub struct Inspector {
    /// The event as it is in the log, once it has been read.
    pub event: Slot<InspectionQuestion, Inspection>,
    /// Lines scrolled down.
    pub scroll: u16,
}

impl Mode {
    /// Whether a line is being typed.
    pub fn is_prompt(&self) -> bool {
        matches!(self, Self::Command(_) | Self::Find(_) | Self::Filter(_))
    }

    /// Whether the panes are in use: nothing is being typed or chosen.
    pub fn shows_panes(&self) -> bool {
        matches!(self, Self::Browse | Self::Inspect(_))
    }
}

impl Model {
    /// The mode that is shown over the panes, even if a prompt is open above it.
    pub fn over_panes(&self) -> &Mode {
        if self.mode.is_prompt() { &self.under_prompt } else { &self.mode }
    }

    /// Like [`Model::over_panes`], mutable.
    pub fn over_panes_mut(&mut self) -> &mut Mode {
        if self.mode.is_prompt() { &mut self.under_prompt } else { &mut self.mode }
    }
}
