//! The events that a command would append, or why it is refused.

use crate::domain::aggregates::account::command::Command;
use crate::domain::aggregates::account::decider::Would;
use crate::domain::event::GlobalPosition;
use crate::replay::not_understood::NotUnderstoodOf;
use crate::tui::questions::timing::PaneQuestion;

/// What would a command do?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewQuestion {
    /// The command.
    pub command: Command,
    /// The head: the answer depends on what has happened.
    pub head: GlobalPosition,
}

impl PaneQuestion for PreviewQuestion {}

/// What a command would do, or why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Preview {
    /// It would be done.
    Would {
        /// The events that it would append.
        events: Vec<Would>,
        /// The events that the states on which it is decided leave out.
        left_out: NotUnderstoodOf,
    },
    /// A rule refuses it, or it is no command; the text says why.
    Refused(String),
}
