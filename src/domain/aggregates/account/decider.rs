//! The account's decider: which events a command leads to, or the rule that refuses it.

use crate::domain::aggregates::account::command::{AccountCommand, Action, GRAMMARS};
use crate::domain::aggregates::account::events::AccountEvent;
use crate::domain::aggregates::account::refusal::{AccountRefusal, Rule};
use crate::domain::aggregates::account::state::{AccountState, Status};
use crate::domain::command::Command;
use crate::domain::command::grammar::Grammar;
use crate::domain::decider::{Decider, PlannedEvent, Refusal};
use crate::domain::event::StreamName;
use crate::domain::money::Currency;
use crate::domain::money::decimal::Decimal;
use crate::domain::state::State;

/// An event of an account that a command leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountDecision {
    /// The stream of the event.
    pub stream: StreamName,
    pub event: AccountEvent,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct AccountDecider;

impl Decider for AccountDecider {
    fn grammars(&self) -> &[Grammar] {
        &GRAMMARS
    }

    fn decide(&self, command: &Command, states: &[&State], id: &str) -> Result<Vec<PlannedEvent>, Refusal> {
        let Some(to_account) = AccountCommand::of(command) else {
            let sentence = format!("'{}' is not a command of an account", command.word);
            let data = r#"{"rule":"not_a_command"}"#.to_owned();
            return Err(Refusal { stream: command.stream.clone(), sentence, data });
        };
        let account = |nth: usize| match states.get(nth) {
            Some(State::Account(account)) => Some(account),
            _ => None,
        };
        let acting = account(0).unwrap_or(&AccountState::NONE);
        let decided = decide(&to_account, acting, account(1), id)?;
        Ok(decided.into_iter().map(PlannedEvent::from).collect())
    }
}

impl From<AccountDecision> for PlannedEvent {
    fn from(AccountDecision { stream, event }: AccountDecision) -> Self {
        Self { stream, event_type: event.type_name().into(), data: event.to_json() }
    }
}

/// Decides a command: gives its events, or the rule that refuses it. `acting` is the state of the command's account,
/// `counterparty` that of a transfer's receiver; `transfer_id` identifies the two legs of a transfer.
///
/// # Errors
/// The rule that refuses the command, with the figures.
pub fn decide(
    command: &AccountCommand,
    acting: &AccountState,
    counterparty: Option<&AccountState>,
    transfer_id: &str,
) -> Result<Vec<AccountDecision>, AccountRefusal> {
    let account = &command.account;
    let refuse = |rule: Rule| AccountRefusal { account: account.clone(), rule };
    let one = |event: AccountEvent| Ok(vec![AccountDecision { stream: account.clone(), event }]);
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
            let refuse_receiver = |rule: Rule| AccountRefusal { account: to.clone(), rule };
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

/// Whether an account in this state can take part in such a command.
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

/// Refuses a withdrawal beyond balance plus overdraft limit.
fn covered(state: &AccountState, amount: i64) -> Result<(), Rule> {
    let available = i128::from(state.balance) + i128::from(state.overdraft_limit);
    if i128::from(amount) > available {
        let (balance, limit, currency) = (state.balance, state.overdraft_limit, state.currency);
        return Err(Rule::NotCovered { amount, balance, limit, currency });
    }
    // After a covered withdrawal the balance is no further below zero than the largest limit, which fits an i64.
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
) -> Vec<AccountDecision> {
    let (transfer, note) = (transfer.to_owned(), note.map(str::to_owned));
    let sent =
        AccountEvent::TransferSent { to: to.clone(), amount, transfer: transfer.clone(), note: note.clone() };
    let received = AccountEvent::TransferReceived { from: from.clone(), amount, transfer, note };
    vec![
        AccountDecision { stream: from.clone(), event: sent },
        AccountDecision { stream: to.clone(), event: received },
    ]
}
