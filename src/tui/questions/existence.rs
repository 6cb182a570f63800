//! The question whether there is a stream of a name.

use crate::domain::event::StreamName;
use crate::tui::questions::timing::{Basis, PaneQuestion};

/// A question: is there a stream of this name?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExistenceQuestion {
    /// The name.
    pub stream: StreamName,
}

impl PaneQuestion for ExistenceQuestion {
    const BASIS: Basis = Basis::Events;
    const IS_RETRIED: bool = false;
}
