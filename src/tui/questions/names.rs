//! The names of streams that begin with a text, to complete a line that is being typed.

use crate::tui::questions::timing::PaneQuestion;

/// Which streams have a name that begins with this text?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamesQuestion {
    /// The text.
    pub prefix: String,
}

impl PaneQuestion for NamesQuestion {}
