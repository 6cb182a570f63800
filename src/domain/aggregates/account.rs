//! The decider: a bank account decides and evolves.
//!
//! Its files:
//!
//! - `command.rs`: what may be asked of an account, and how a person writes it
//! - `events.rs`: what can happen to an account, and how it stands in a log as JSON
//! - `fields.rs`: the fields of an event's data: amounts and names are read exactly, and a text that only explains may be left out
//! - `refusal.rs`: why a command is refused: the rule, and the figures

pub mod command;
pub mod events;
pub mod fields;
pub mod refusal;

use std::borrow::Cow;

use crate::domain::aggregates::account::command::{Action, Command};
use crate::domain::aggregates::account::events::{AccountEvent, Decided};
use crate::domain::aggregates::account::fields::ReadEvent;
use crate::domain::aggregates::account::refusal::{Refusal, Rule};
use crate::domain::event::{RecordedEvent, StreamName};
use crate::domain::fold::{Fold, Meaning};
use crate::domain::mapping::Mappings;
use crate::domain::money::Currency;
use crate::domain::money::decimal::Decimal;

/// Rises whenever the same events would add up to another state; a state that was kept by another version is not used.
pub const FOLD_VERSION: u32 = 2;

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

/// A sum that an `i64` cannot count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overflow;

/// The fold of an account's events, each read in the words of the log that it came from.
#[derive(Clone, Debug, Default)]
pub struct AccountFold {
    /// How the events of each imported log are read.
    pub mappings: Mappings,
}

impl Fold for AccountFold {
    type State = AccountState;

    fn initial(&self) -> AccountState {
        AccountState::default()
    }

    fn evolve(&self, state: &mut AccountState, event: &RecordedEvent) -> Meaning {
        match self.understand(state, event) {
            Ok(ReadEvent { left_out: Some(why), .. }) => Meaning::Partly(why.into()),
            Ok(_) => Meaning::Understood,
            Err(why) => Meaning::NotUnderstood(why),
        }
    }
}

impl AccountFold {
    /// [`Fold::evolve`] for callers who also need what happened: takes the event into the state and gives it as it was read.
    /// An account that counts in no currency yet, and in which nothing has been counted, takes over that of the event; an
    /// opening gives its own to any account whose balance is zero.
    ///
    /// # Errors
    /// Why the event is not understood; the state is then as it was.
    pub fn understand(
        &self,
        state: &mut AccountState,
        event: &RecordedEvent,
    ) -> Result<ReadEvent, Cow<'static, str>> {
        let (read, default_currency) = self.mappings.read(event, state.currency);
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

/// That no money which the account has counted comes under another currency by the event. An opening counts in `opens_in` from
/// then on; its overdraft limit takes the place of the account's.
fn fits_currency(
    state: &AccountState,
    read: &ReadEvent,
    opens_in: Option<Currency>,
) -> Result<(), Cow<'static, str>> {
    let its = match read.event.is_opening() {
        true if state.balance != 0 => opens_in,
        true => return Ok(()),
        // Other events of another currency than the account's have been refused when they were read.
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

/// Decides a command: the events that it leads to, or the rule that refuses it. `acting` is the state of the
/// command's account, `counterparty` that of a transfer's receiver; `transfer_id` names a transfer's two legs.
///
/// # Errors
/// The rule that does not let it happen, with the figures.
pub fn decide(
    command: &Command,
    acting: &AccountState,
    counterparty: Option<&AccountState>,
    transfer_id: &str,
) -> Result<Vec<Decided>, Refusal> {
    let account = &command.account;
    let refuse = |rule: Rule| Refusal { account: account.clone(), rule };
    let one = |event: AccountEvent| Ok(vec![Decided { stream: account.clone(), event }]);
    admits(acting, &command.action).map_err(refuse)?;
    match &command.action {
        Action::Open { owner, currency } => {
            let currency = currency.as_deref().map(listed_currency).transpose().map_err(refuse)?;
            one(AccountEvent::AccountOpened { owner: owner.clone(), currency, overdraft_limit: 0 })
        }
        Action::Deposit { amount, note } => {
            let amount = positive(*amount, acting).map_err(refuse)?;
            fits(acting, amount).map_err(refuse)?;
            one(AccountEvent::Deposited { amount, note: note.clone() })
        }
        Action::Withdraw { amount, note } => {
            let amount = positive(*amount, acting).map_err(refuse)?;
            covered(acting, amount).map_err(refuse)?;
            one(AccountEvent::Withdrawn { amount, note: note.clone() })
        }
        Action::Transfer { to, amount, note } => {
            if to == account {
                return Err(refuse(Rule::SameAccount));
            }
            let receiver = counterparty.cloned().unwrap_or_default();
            let refuse_receiver = |rule: Rule| Refusal { account: to.clone(), rule };
            admits(&receiver, &command.action).map_err(refuse_receiver)?;
            if acting.currency != receiver.currency {
                return Err(refuse(Rule::CurrencyMismatch { from: acting.currency, to: receiver.currency }));
            }
            let amount = positive(*amount, acting).map_err(refuse)?;
            covered(acting, amount).map_err(refuse)?;
            fits(&receiver, amount).map_err(refuse_receiver)?;
            Ok(both_legs(account, to, amount, transfer_id, note.as_deref()))
        }
        Action::Overdraft { limit } => {
            let limit = minor_units(*limit, acting).map_err(refuse)?;
            if limit < 0 {
                return Err(refuse(Rule::NegativeLimit { limit, currency: acting.currency }));
            }
            if i128::from(acting.balance) + i128::from(limit) < 0 {
                let (balance, currency) = (acting.balance, acting.currency);
                return Err(refuse(Rule::LimitBelowDebt { limit, balance, currency }));
            }
            one(AccountEvent::OverdraftLimitSet { limit })
        }
        Action::Freeze { reason } => one(AccountEvent::AccountFrozen { reason: reason.clone() }),
        Action::Unfreeze => one(AccountEvent::AccountUnfrozen {}),
        Action::Close if acting.balance != 0 => {
            Err(refuse(Rule::BalanceNotZero { balance: acting.balance, currency: acting.currency }))
        }
        Action::Close => one(AccountEvent::AccountClosed {}),
    }
}

/// Whether an account in this state takes part in such a command at all.
fn admits(state: &AccountState, action: &Action) -> Result<(), Rule> {
    match (state.status, action) {
        (Status::None, Action::Open { .. }) => Ok(()),
        (_, Action::Open { .. }) => Err(Rule::AlreadyExists { status: state.status }),
        (Status::None, _) => Err(Rule::NoSuchAccount),
        (Status::Closed, _) => Err(Rule::Closed),
        (Status::Frozen, Action::Unfreeze) => Ok(()),
        (Status::Frozen, _) => Err(Rule::Frozen),
        (Status::Open, Action::Unfreeze) => Err(Rule::NotFrozen),
        (Status::Open, _) => Ok(()),
    }
}

fn listed_currency(code: &str) -> Result<Currency, Rule> {
    let currency = Currency::from_code(&code.to_uppercase()).filter(Currency::is_listed);
    currency.ok_or_else(|| Rule::UnknownCurrency { code: code.to_owned() })
}

fn minor_units(amount: Decimal, state: &AccountState) -> Result<i64, Rule> {
    amount.minor_units(state.currency).map_err(Rule::BadAmount)
}

fn positive(amount: Decimal, state: &AccountState) -> Result<i64, Rule> {
    match minor_units(amount, state)? {
        amount if amount <= 0 => Err(Rule::NotPositive { amount, currency: state.currency }),
        amount => Ok(amount),
    }
}

/// No withdrawal beyond balance plus overdraft limit.
fn covered(state: &AccountState, amount: i64) -> Result<(), Rule> {
    let available = i128::from(state.balance) + i128::from(state.overdraft_limit);
    if i128::from(amount) > available {
        let (balance, limit, currency) = (state.balance, state.overdraft_limit, state.currency);
        return Err(Rule::NotCovered { amount, balance, limit, currency });
    }
    // What is covered leaves the balance at the largest limit below zero or above, which an i64 still counts.
    Ok(())
}

fn fits(state: &AccountState, amount: i64) -> Result<(), Rule> {
    state.balance.checked_add(amount).map(|_| ()).ok_or(Rule::Overflow { amount, balance: state.balance })
}

fn both_legs(
    from: &StreamName,
    to: &StreamName,
    amount: i64,
    transfer: &str,
    note: Option<&str>,
) -> Vec<Decided> {
    let (transfer, note) = (transfer.to_owned(), note.map(str::to_owned));
    let sent =
        AccountEvent::TransferSent { to: to.clone(), amount, transfer: transfer.clone(), note: note.clone() };
    let received = AccountEvent::TransferReceived { from: from.clone(), amount, transfer, note };
    vec![Decided { stream: from.clone(), event: sent }, Decided { stream: to.clone(), event: received }]
}
