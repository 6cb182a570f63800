//! Events of an account in other systems' words, read by a mapping.
//!
//! Its files:
//!

use std::borrow::Cow;

use crate::domain::aggregates::account::events::AccountEvent;
use crate::domain::aggregates::account::fields::{FieldNotation, Fields, Means, ReadEvent};
use crate::domain::event::RecordedEvent;
use crate::domain::mapping::{Mapping, Mappings};
use crate::domain::money::Currency;

impl Mapping {
    /// Reads an event of this type with this data, for an account in `currency`. Amounts are in the event's own currency,
    /// else in the account's; names of other accounts are read as the envelope reads streams.
    ///
    /// # Errors
    /// Why it is not understood.
    pub fn read_account_event(
        &self,
        event_type: &str,
        data: &str,
        currency: Option<Currency>,
    ) -> Result<ReadEvent, Cow<'static, str>> {
        let Some(meaning) = self.meaning(event_type)? else {
            return AccountEvent::from_json(event_type, data);
        };
        let means = *Means::ALL.get(meaning.event).ok_or("the mapping names no event of an account")?;
        let slots = meaning.pick(data).map_err(|why| Cow::Owned(format!("its data does not read: {why}")))?;
        let writing = FieldNotation::Mapped {
            stream_prefix: self.envelope().stream_prefix(),
            amounts: meaning.amounts,
            decimal_mark: meaning.decimal_mark,
        };
        // An opening does not inherit the account's previous currency.
        let known = currency.filter(|_| means != Means::AccountOpened);
        Fields { slots, writing }.read(means, known.or(self.currency()))
    }
}

impl Mappings {
    /// Reads an event for an account, by the mapping of its source or as one of our own. `currency` is the account's
    /// known currency. Also gives the mapping's currency for accounts that do not name their own.
    pub fn read_account_event(
        &self,
        event: &RecordedEvent,
        currency: Option<Currency>,
    ) -> (Result<ReadEvent, Cow<'static, str>>, Option<Currency>) {
        let (read, default) = match event.source.and_then(|source| self.of(source)) {
            Some(mapping) => {
                (mapping.read_account_event(&event.event_type, &event.data, currency), mapping.currency())
            }
            None => (AccountEvent::from_json(&event.event_type, &event.data), None),
        };
        (read.and_then(|read| in_currency(read, currency)), default)
    }
}

/// Refuses an event that moves money in another currency than the account's. (An opening may change the currency of an
/// account without a balance, which the fold checks.)
fn in_currency(read: ReadEvent, account: Option<Currency>) -> Result<ReadEvent, Cow<'static, str>> {
    match (read.currency, account) {
        (Some(its), Some(account)) if its != account && !read.event.is_opening() => {
            Err(format!("it is in {its}; the account counts in {account}").into())
        }
        _ => Ok(read),
    }
}

#[cfg(test)]
mod tests;
