//! The state of an account: status, owner, currency, balance and overdraft limit.

use crate::domain::aggregates::account::events::{AccountEvent, Overflow};
use crate::domain::money::Currency;

/// What an account lets happen to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// There is no such account (yet).
    #[default]
    None,
    /// Everything.
    Open,
    /// Nothing but being unfrozen.
    Frozen,
    /// Nothing, ever again.
    Closed,
}

impl Status {
    /// The word that screens, JSON and the read model use.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Open => "open",
            Self::Frozen => "frozen",
            Self::Closed => "closed",
        }
    }

    /// The status that [`Status::word`] gives this word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::None, Self::Open, Self::Frozen, Self::Closed].into_iter().find(|s| s.word() == word)
    }
}

/// What the events of one account add up to. Amounts are minor units of the currency, plain units without one.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct AccountState {
    /// What the account lets happen to it.
    pub status: Status,
    /// Whose it is.
    pub owner: Option<String>,
    /// What it counts in; `None` counts in plain units.
    pub currency: Option<Currency>,
    /// What is in it. Below zero is debt.
    pub balance: i64,
    /// How far below zero a withdrawal may take it; never negative.
    pub overdraft_limit: i64,
}

impl AccountState {
    /// Takes one thing that happened into the state.
    ///
    /// # Errors
    /// A balance that an `i64` cannot count; the state is then as it was.
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
            // A log may begin in the middle of an account's life: whatever happens to it shows that it exists.
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
