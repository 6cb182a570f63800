//! The port `Fold`: how events become state; and the port `PairCheck`: events that come in pairs.

use std::borrow::Cow;
use std::sync::Arc;

use crate::domain::aggregates::account::events::AccountEvent;
use crate::domain::aggregates::declared::upcast::{UpcastEvent, Upcasters};
use crate::domain::event::{GlobalPosition, RecordedEvent};
use crate::domain::mapping::Mappings;
use crate::domain::mapping::vocabulary::Vocabulary;
use crate::domain::money::Currency;
use crate::domain::shape::Shape;
use crate::domain::state::State;

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

impl Meaning {
    /// Whether the event is in the state, wholly or in part.
    pub fn is_understood(&self) -> bool {
        !matches!(self, Self::NotUnderstood(_))
    }
}

/// A decoded event, for projections and checks that need more than the state after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecodedEvent {
    /// An event of an account.
    Account(AccountEvent),
    /// Nothing beyond the state, or an event that was not understood.
    Opaque,
}

impl DecodedEvent {
    /// The event of an account; `None` if it is not one, or was not understood.
    pub fn account(&self) -> Option<&AccountEvent> {
        match self {
            Self::Account(event) => Some(event),
            Self::Opaque => None,
        }
    }
}

/// The outcome of folding an event into a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evolved {
    /// How much of the event was understood.
    pub meaning: Meaning,
    /// The decoded event.
    pub event: DecodedEvent,
}

/// How a list shows an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventOutline {
    /// Whether it is in the state after it, wholly or in part.
    pub is_understood: bool,
    /// What it adds to the measure; `None` if it does not change it.
    pub change: Option<i64>,
}

/// How events become state: a left fold.
pub trait Fold: Send + Sync {
    /// The fields of its states.
    fn shape(&self) -> &Shape;

    /// The state before the first event.
    fn initial(&self) -> State;

    /// Folds an event into the state. If it is not understood, the state stays unchanged.
    fn evolve(&self, state: &mut State, event: &RecordedEvent) -> Evolved;

    /// How a list shows an event, if the event and the currency of the measure after it are enough to know; `None` if the
    /// state before it is needed.
    fn outline(&self, _event: &RecordedEvent, _unit: Option<Currency>) -> Option<EventOutline> {
        None
    }

    /// A version that changes whenever the same events, read by the same mappings, could give another state.
    fn version(&self) -> u32;

    /// The event as the fold reads it: its type and its data, without the wrappers of libraries, and upcast.
    ///
    /// # Errors
    /// It cannot be upcast; the text says why.
    fn as_read<'e>(&self, event: &'e RecordedEvent) -> Result<UpcastEvent<'e>, String> {
        Upcasters::default().read(event)
    }

    /// The rules of a fold that a person wrote, as versioned text that changes with the states that they give; empty for a
    /// fold that foldback brings along.
    fn rules(&self) -> &str {
        ""
    }

    /// The events that a mapping can name; none unless the fold reads mapped events.
    fn vocabulary(&self) -> &'static Vocabulary {
        &Vocabulary::NONE
    }

    /// A new check of its events that come in pairs; `None` if no events do. Verifying a log makes it.
    fn pairs(&self) -> Option<Box<dyn PairCheck>> {
        None
    }

    /// The same fold with other mappings for imported events.
    fn read_by(&self, mappings: &Mappings) -> Arc<dyn Fold>;
}

/// A check of events that come in pairs, over a log that is scanned from its first event.
pub trait PairCheck: Send {
    /// The name of the pairs, such as "transfers".
    fn name(&self) -> &'static str;

    /// Adds an event of any aggregate, with the outcome of folding it and the state of its stream after it.
    fn take(&mut self, event: &RecordedEvent, evolved: &Evolved, after: &State);

    /// The first event of a command without its counterpart, once the log has been scanned.
    fn odd(&self) -> Option<UnmatchedEvent>;

    /// The pairs in words: how many are whole, and what imported logs lack.
    fn words(&self) -> String;
}

/// An event made by a command that has no counterpart, or the wrong one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnmatchedEvent {
    pub position: GlobalPosition,
    /// The expected value, in words.
    pub expected: String,
    /// The actual value.
    pub found: String,
}
