//! The words of an account for people: its noun, the first step in an empty log, and the types of its events.

use crate::domain::aggregates::account::events::KNOWN_TYPES;
use crate::domain::aggregates::words::{AggregateWords, Noun};

/// The words of an account.
pub fn words() -> AggregateWords {
    AggregateWords {
        noun: Noun::of("account"),
        first_step: "Open an account:  : open acc-1 --owner \"Ada Lovelace\" --currency EUR".into(),
        event_types: KNOWN_TYPES.into_iter().map(Into::into).collect(),
    }
}
