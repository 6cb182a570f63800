//! The state of an account: status, owner, currency, balance and overdraft limit.

use crate::domain::aggregates::account::events::{AccountEvent, Overflow};
use crate::domain::money::Currency;

/// What an account allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// There is no such account (yet).
    #[default]
    None,
    /// The account allows everything.
    Open,
    /// The account allows only to be unfrozen.
    Frozen,
    /// The account allows nothing, ever again.
    Closed,
}

impl Status {
    /// The word on screens, in JSON and in the read model.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Open => "open",
            Self::Frozen => "frozen",
            Self::Closed => "closed",
        }
    }

    /// The inverse of [`Status::word`].
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::None, Self::Open, Self::Frozen, Self::Closed].into_iter().find(|s| s.word() == word)
    }
}

/// The state of an account. Amounts are in minor units of the currency, or in plain units without one.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct AccountState {
    /// What the account allows.
    pub status: Status,
    /// The owner's name.
    pub owner: Option<String>,
    /// The currency; `None` for plain units.
    pub currency: Option<Currency>,
    /// The balance; a negative one is a debt.
    pub balance: i64,
    /// How far below zero a withdrawal may take it; never negative.
    pub overdraft_limit: i64,
}

impl AccountState {
    /// Applies an event to the state.
    ///
    /// # Errors
    /// The balance would not fit an `i64`; the state is unchanged.
    pub fn apply(
        &mut self,
        event: &AccountEvent,
        default_currency: Option<Currency>,
    ) -> Result<(), Overflow> {
        let balance = match event.balance_change() {
            Some(Ok(change)) => self.balance.checked_add(change).ok_or(Overflow)?,
            Some(Err(overflow)) => return Err(overflow),
            None => self.balance,
        };
        self.balance = balance;
        if self.status == Status::None {
            // A log may begin in the middle of an account's life: any event shows that the account exists.
            self.status = Status::Open;
            self.currency = default_currency;
        }
        match event {
            AccountEvent::AccountOpened { owner, currency, overdraft_limit } => {
                self.status = Status::Open;
                self.owner.clone_from(owner);
                self.currency = currency.or(default_currency);
                self.overdraft_limit = *overdraft_limit;
            }
            AccountEvent::OverdraftLimitSet { limit } => self.overdraft_limit = *limit,
            AccountEvent::AccountFrozen { .. } => self.status = Status::Frozen,
            AccountEvent::AccountUnfrozen {} => self.status = Status::Open,
            AccountEvent::AccountClosed {} => self.status = Status::Closed,
            AccountEvent::Deposited { .. }
            | AccountEvent::Withdrawn { .. }
            | AccountEvent::TransferSent { .. }
            | AccountEvent::TransferReceived { .. } => {}
        }
        Ok(())
    }
}
