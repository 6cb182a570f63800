//! The port `Fold`: how events become state.

use std::borrow::Cow;

use crate::domain::event::RecordedEvent;

/// What a fold made of an event. `evolve` never refuses: history is fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The event is one that the fold knows, and is in the state now.
    Understood,
    /// The event is in the state now, without some part of it that cannot be read; the text says which, and why.
    Partly(Cow<'static, str>),
    /// The event left the state as it was; the text says why, for the person who looks at it.
    NotUnderstood(Cow<'static, str>),
}

/// How events become state: a left fold.
pub trait Fold {
    /// What a fold of events gives.
    type State: Clone;

    /// The state before the first event.
    fn initial(&self) -> Self::State;

    /// Takes one event into the state, or leaves the state as it was and says why.
    fn evolve(&self, state: &mut Self::State, event: &RecordedEvent) -> Meaning;
}
