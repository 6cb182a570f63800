//! The questions that are asked again, because one failed or because what they are about has changed.

use crate::tui::model::Model;
use crate::tui::model::mode::Mode;

impl Model {
    /// Asks the questions without an answer again, once per key after a failure.
    pub fn ask_again_after_failure(&mut self) {
        if !std::mem::take(&mut self.has_failed) {
            return;
        }
        self.look.ask_again();
        self.active_time.ask_again();
        self.survey.ask_again();
        self.by_time.ask_again();
        self.chart.ask_again();
        self.listing.ask_again();
        self.comparison.ask_again();
        self.saved.ask_again();
        self.not_understood.ask_again();
    }

    /// The log has another mapping, so everything folded is folded again.
    pub fn ask_log_again(&mut self) {
        self.look.ask_again();
        self.chart.ask_again();
        self.comparison.ask_again();
        match &mut self.mode {
            Mode::Inspect(inspector) => inspector.event.ask_again(),
            Mode::Command(prompt) => prompt.preview.ask_again(),
            _ => {}
        }
    }

    /// The read model's rows were replaced, so they are asked for again.
    pub fn ask_rows_again(&mut self) {
        self.listing.ask_again();
        self.saved.ask_again();
        self.not_understood.ask_again();
        self.console.answer.ask_again();
    }
}
