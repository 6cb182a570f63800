//! The names of streams that begin with a text, to complete a line that is being typed.

use crate::tui::questions::timing::{Basis, PaneQuestion};

/// A question: which streams have a name with this beginning?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamesQuestion {
    /// The text.
    pub prefix: String,
}

impl PaneQuestion for NamesQuestion {
    const BASIS: Basis = Basis::Events;
}
