//! The fold of an account's events.

use std::borrow::Cow;
use std::sync::Arc;

use crate::domain::aggregates::account::events::Overflow;
use crate::domain::aggregates::account::fields::{ReadEvent, VOCABULARY};
use crate::domain::aggregates::account::legs::TransferPairs;
use crate::domain::aggregates::account::state::{ACCOUNT_SHAPE, AccountState};
use crate::domain::event::RecordedEvent;
use crate::domain::fold::{DecodedEvent, EventOutline, Evolved, Fold, Meaning, PairCheck};
use crate::domain::mapping::Mappings;
use crate::domain::mapping::vocabulary::Vocabulary;
use crate::domain::money::Currency;
use crate::domain::shape::Shape;
use crate::domain::state::State;

/// Has to rise whenever the same events would give another state; states kept by another version are not used.
pub const FOLD_VERSION: u32 = 2;

/// The fold of an account's events, each read by the mapping of its log.
#[derive(Clone, Debug, Default)]
pub struct AccountFold {
    /// The mappings of all imported logs.
    pub mappings: Mappings,
}

impl Fold for AccountFold {
    fn shape(&self) -> &Shape {
        &ACCOUNT_SHAPE
    }

    fn initial(&self) -> State {
        State::Account(AccountState::NONE)
    }

    fn evolve(&self, state: &mut State, event: &RecordedEvent) -> Evolved {
        let State::Account(account) = state else {
            let meaning = Meaning::NotUnderstood("the state is not that of an account".into());
            return Evolved { meaning, event: DecodedEvent::Opaque };
        };
        match self.understand(account, event) {
            Ok(ReadEvent { event, left_out, .. }) => {
                let meaning = left_out.map_or(Meaning::Understood, |why| Meaning::Partly(why.into()));
                Evolved { meaning, event: DecodedEvent::Account(event) }
            }
            Err(why) => Evolved { meaning: Meaning::NotUnderstood(why), event: DecodedEvent::Opaque },
        }
    }

    fn pairs(&self) -> Option<Box<dyn PairCheck>> {
        Some(Box::new(TransferPairs::default()))
    }

    fn outline(&self, event: &RecordedEvent, unit: Option<Currency>) -> Option<EventOutline> {
        let (read, default_currency) = self.mappings.read_account_event(event, unit);
        // If the account's currency after the event is another one, the event was not understood.
        let read = read.ok().filter(|read| match read.event.is_opening() {
            true => read.currency.or(default_currency) == unit,
            false => read.currency.is_none() || unit.is_some(),
        });
        let change = read.as_ref().and_then(|read| read.event.balance_change()?.ok());
        Some(EventOutline { is_understood: read.is_some(), change })
    }

    fn version(&self) -> u32 {
        FOLD_VERSION
    }

    fn vocabulary(&self) -> &'static Vocabulary {
        &VOCABULARY
    }

    fn read_by(&self, mappings: &Mappings) -> Arc<dyn Fold> {
        Arc::new(Self { mappings: mappings.clone() })
    }
}

impl AccountFold {
    /// Folds an event into an account, and returns how much of it was understood.
    pub fn evolve_account(&self, account: &mut AccountState, event: &RecordedEvent) -> Meaning {
        match self.understand(account, event) {
            Ok(ReadEvent { left_out: Some(why), .. }) => Meaning::Partly(why.into()),
            Ok(_) => Meaning::Understood,
            Err(why) => Meaning::NotUnderstood(why),
        }
    }

    /// Like [`Self::evolve_account`], but returns the event that was read. An account without a currency and without any
    /// amount takes the event's currency. An opening sets the currency of any account whose balance is zero.
    ///
    /// # Errors
    /// Why the event is not understood; the state is unchanged.
    pub fn understand(
        &self,
        state: &mut AccountState,
        event: &RecordedEvent,
    ) -> Result<ReadEvent, Cow<'static, str>> {
        let (read, default_currency) = self.mappings.read_account_event(event, state.currency);
        let read = read?;
        fits_currency(state, &read, read.currency.or(default_currency))?;
        match state.apply(&read.event, read.currency.or(default_currency)) {
            Ok(()) => {
                state.currency = state.currency.or(read.currency);
                Ok(read)
            }
            Err(Overflow) => Err("it would take the balance past what can be counted".into()),
        }
    }
}

/// Checks that the event does not put counted money under another currency. `opens_in` is the currency that an opening
/// sets; an opening also replaces the overdraft limit.
fn fits_currency(
    state: &AccountState,
    read: &ReadEvent,
    opens_in: Option<Currency>,
) -> Result<(), Cow<'static, str>> {
    let its = match read.event.is_opening() {
        true if state.balance != 0 => opens_in,
        true => return Ok(()),
        // Other events in another currency than the account's were refused when they were read.
        false if state.balance == 0 && state.overdraft_limit == 0 => return Ok(()),
        false => read.currency.or(state.currency),
    };
    if its == state.currency {
        return Ok(());
    }
    let unit = |currency: Option<Currency>| {
        currency.map_or_else(|| "plain units".to_owned(), |code| code.to_string())
    };
    Err(format!("it is in {}; the account counts in {}", unit(its), unit(state.currency)).into())
}
