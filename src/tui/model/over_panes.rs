//! The mode that is shown over the panes, even if a prompt is open above it.

use crate::tui::model::Model;
use crate::tui::model::mode::Mode;

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
