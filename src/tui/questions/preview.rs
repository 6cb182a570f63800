//! The events that a command would append, or why it is refused.

use crate::domain::command::Command;
use crate::domain::decider::PlannedChange;
use crate::domain::event::GlobalPosition;
use crate::replay::not_understood::NotUnderstoodOf;
use crate::tui::questions::timing::{Basis, PaneQuestion};

/// A question: which effect would a command have?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewQuestion {
    pub command: Command,
    /// The head: the answer depends on what has happened.
    pub head: GlobalPosition,
}

impl PaneQuestion for PreviewQuestion {
    const BASIS: Basis = Basis::Folds;
}

/// The effect that a command would have, or why it would be refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Preview {
    /// It would be carried out.
    Accepted {
        /// The events that it would append, with their effects.
        changes: Vec<PlannedChange>,
        /// Events that were not understood in the states on which the decision rests.
        left_out: NotUnderstoodOf,
    },
    /// A rule refuses it, or it is not a command; the text says why.
    Refused(String),
}
