//! Outlines of events for the event list: from the currency of the stream there, or from the states around it.

use std::num::NonZeroUsize;

use anyhow::Result;
use lru::LruCache;

use crate::cancel::Cancel;
use crate::domain::event::{GlobalPosition, RecordedEvent};
use crate::domain::fold::EventOutline;
use crate::domain::money::Currency;
use crate::replay::reconstruct::FoldFrom;
use crate::runtime::log_worker::currencies::{CountsIn, Currencies};
use crate::runtime::log_worker::seeker::Seeker;
use crate::store::folded_log::FoldedLog;

/// The most outlines from states that are kept: those of many screens.
const KEPT_MAX: NonZeroUsize = NonZeroUsize::MIN.saturating_add(4_095);

/// Outlines of events.
#[derive(Debug)]
pub(super) struct Outlines {
    currencies: Currencies,
    /// Those that took the states before and after the event.
    folded: LruCache<GlobalPosition, OutlinedEvent>,
}

/// What the event list says of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OutlinedEvent {
    pub(super) is_understood: bool,
    /// The change of the measure, with its currency.
    pub(super) amount: Option<(i64, Option<Currency>)>,
    /// Whether more events have to be folded before the amount is known; the next question continues.
    pub(super) has_amount_to_come: bool,
}

const NOTHING: OutlinedEvent = OutlinedEvent { is_understood: true, amount: None, has_amount_to_come: false };
const TO_COME: OutlinedEvent = OutlinedEvent { has_amount_to_come: true, ..NOTHING };

impl Default for Outlines {
    fn default() -> Self {
        Self { currencies: Currencies::default(), folded: LruCache::new(KEPT_MAX) }
    }
}

impl Outlines {
    /// The outline of an event. Folds until `end_of_part`. Ask for rows in the order of the log, so that each question of
    /// a screen gets further than the last one.
    pub(super) fn of(
        &mut self,
        log: FoldedLog<'_>,
        seeker: &mut Seeker,
        event: &RecordedEvent,
        end_of_part: &Cancel,
        cancel: &Cancel,
    ) -> Result<OutlinedEvent> {
        let fold = log.aggregates.fold_of(&event.stream);
        let unit = match fold.shape().unit_field() {
            None => None,
            Some(_) => match self.currencies.at(log, seeker, event, end_of_part)? {
                CountsIn::Known(unit) => unit,
                CountsIn::NotKnownYet => return Ok(TO_COME),
                CountsIn::Unreadable => {
                    return Ok(OutlinedEvent { is_understood: false, ..NOTHING });
                }
            },
        };
        if let Some(EventOutline { is_understood, change }) = fold.outline(event, unit) {
            return Ok(OutlinedEvent {
                is_understood,
                amount: change.map(|change| (change, unit)),
                ..NOTHING
            });
        }
        if let Some(outlined) = self.folded.get(&event.position) {
            return Ok(*outlined);
        }
        if end_of_part.is_cancelled() {
            return Ok(TO_COME);
        }
        let state = seeker.state_at(log, &event.stream, event.position, FoldFrom::Snapshot, cancel)?;
        let measure = fold.shape().measure;
        let change = state.changes.iter().find(|change| Some(change.field) == measure);
        let by = change.and_then(|change| {
            // A measure that was empty before has come from nothing.
            let before = change.before.as_integer().unwrap_or(0);
            change.after.as_integer()?.checked_sub(before)
        });
        let outlined = OutlinedEvent {
            is_understood: state.meaning.is_none_or(|meaning| meaning.is_understood()),
            amount: by.map(|by| (by, unit)),
            ..NOTHING
        };
        self.folded.put(event.position, outlined);
        Ok(outlined)
    }

    /// Forgets everything, because the meaning of events has changed.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}
