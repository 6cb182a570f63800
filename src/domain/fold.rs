//! The port `Fold`: how events become state.

use std::borrow::Cow;

use crate::domain::event::RecordedEvent;

/// The result of folding an event. `evolve` never refuses: history is fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The event was understood and is in the state.
    Understood,
    /// The event is in the state, without a part that cannot be read; the text says which part, and why.
    Partly(Cow<'static, str>),
    /// The event was not understood and left the state unchanged; the text says why.
    NotUnderstood(Cow<'static, str>),
}

/// How events become state: a left fold.
pub trait Fold {
    /// The state that the fold gives.
    type State: Clone;

    /// The state before the first event.
    fn initial(&self) -> Self::State;

    /// Folds an event into the state. If it is not understood, the state stays unchanged.
    fn evolve(&self, state: &mut Self::State, event: &RecordedEvent) -> Meaning;
}
