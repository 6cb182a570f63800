//! Other systems' events, read as ours.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::account::events::AccountEvent;
use crate::domain::event::{RecordedEvent, SourceId};
use crate::domain::money::Currency;

/// How the events of one foreign log are read as ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {}

/// The mappings of all sources of a store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mappings(HashMap<SourceId, Arc<Mapping>>);

impl Mappings {
    /// What the event means for an account, read with the mapping of its source or, without one, as an event of ours;
    /// beside it the currency of accounts that do not say their own.
    pub fn read(
        &self,
        event: &RecordedEvent,
        _currency: Option<Currency>,
    ) -> (Result<AccountEvent, Cow<'static, str>>, Option<Currency>) {
        (AccountEvent::from_json(&event.event_type, &event.data), None)
    }
}
