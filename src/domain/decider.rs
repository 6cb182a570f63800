//! The port `Decider`: how a command becomes events, or is refused.

use std::borrow::Cow;
use std::fmt;

use crate::domain::command::Command;
use crate::domain::command::grammar::Grammar;
use crate::domain::event::{GlobalPosition, RecordedEvent, StreamName, StreamPosition};
use crate::domain::fold::Fold;
use crate::domain::hash::ChainHash;
use crate::domain::state::State;

/// An event that a command leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedEvent {
    pub stream: StreamName,
    pub event_type: Cow<'static, str>,
    /// Its data, as JSON.
    pub data: String,
}

/// A planned event with its effect on the state of its stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedChange {
    pub event: PlannedEvent,
    /// The stream's version after it.
    pub version: StreamPosition,
    /// The state before it.
    pub before: State,
    /// The state after it.
    pub after: State,
}

impl PlannedEvent {
    /// The effect of the event on its stream, which has this state and version before it.
    pub fn change(self, fold: &dyn Fold, before: State, version: StreamPosition) -> PlannedChange {
        let version = version.plus(1);
        // It is not in the log yet, so it has no position and no time.
        let recorded = RecordedEvent {
            position: GlobalPosition::START,
            stream: self.stream.clone(),
            version,
            id: None,
            event_type: self.event_type.clone().into_owned(),
            time: None,
            clock: None,
            data: self.data.clone(),
            metadata: None,
            source: None,
            hash: ChainHash::default(),
        };
        let mut after = before.clone();
        fold.evolve(&mut after, &recorded);
        PlannedChange { event: self, version, before, after }
    }
}

/// The refusal of a command: the broken rule, in a sentence and as data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The stream whose rule it is.
    pub stream: StreamName,
    /// A sentence for the user, with the figures.
    pub sentence: String,
    /// The rule and its figures, as JSON.
    pub data: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for Refusal {}

/// How a command becomes events: the only place where anything is refused.
pub trait Decider: Send + Sync {
    /// Its commands.
    fn grammars(&self) -> &[Grammar];

    /// The events of a command, or the rule that refuses it. `states` are those of the command's streams, in the order
    /// of [`Command::streams`]; `id` is the command's own, for what its events share.
    ///
    /// # Errors
    /// A rule refuses the command.
    fn decide(&self, command: &Command, states: &[&State], id: &str) -> Result<Vec<PlannedEvent>, Refusal>;
}
