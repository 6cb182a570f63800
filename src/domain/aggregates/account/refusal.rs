//! Refusals of a command: the broken rule, with the figures.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::domain::aggregates::account::state::Status;
use crate::domain::decider::Refusal;
use crate::domain::event::StreamName;
use crate::domain::money::decimal::BadAmount;
use crate::domain::money::{Currency, with_code};

/// A command that the domain refuses. Its text names the account, the rule and the figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRefusal {
    /// The account whose rule it is.
    pub account: StreamName,
    pub rule: Rule,
}

/// The rules of an account. Amounts are minor units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "rule", content = "figures", rename_all = "snake_case")]
pub enum Rule {
    /// An account has to exist before anything else.
    NoSuchAccount,
    /// An account is opened once.
    AlreadyExists { status: Status },
    /// A frozen account can only be unfrozen.
    Frozen,
    /// Only a frozen account can be unfrozen.
    NotFrozen,
    /// A closed account stays closed.
    Closed,
    /// Amounts are more than zero.
    NotPositive { amount: i64, currency: Option<Currency> },
    /// Nothing goes out beyond balance plus overdraft limit.
    NotCovered { amount: i64, balance: i64, limit: i64, currency: Option<Currency> },
    /// An overdraft limit is not below zero.
    NegativeLimit { limit: i64, currency: Option<Currency> },
    /// An overdraft limit covers the debt that is there.
    LimitBelowDebt { limit: i64, balance: i64, currency: Option<Currency> },
    /// Only an empty account is closed.
    BalanceNotZero { balance: i64, currency: Option<Currency> },
    /// A transfer stays in one currency.
    CurrencyMismatch { from: Option<Currency>, to: Option<Currency> },
    /// A transfer has two ends.
    SameAccount,
    /// A currency has to be in ISO 4217.
    UnknownCurrency { code: String },
    /// An amount has to fit the currency.
    BadAmount(#[serde(serialize_with = "as_text")] BadAmount),
    /// A balance has to fit an `i64`.
    Overflow { amount: i64, balance: i64 },
}

impl fmt::Display for AccountRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let account = &self.account;
        let money = |amount: &i64, currency: &Option<Currency>| with_code(i128::from(*amount), *currency);
        let unit = |currency: &Option<Currency>| currency.map_or("plain units".to_owned(), |c| c.to_string());
        match &self.rule {
            Rule::NoSuchAccount => write!(f, "there is no account {account}; open it first"),
            Rule::AlreadyExists { status } => write!(f, "{account} exists already and is {}", status.word()),
            Rule::Frozen => write!(f, "{account} is frozen: only unfreeze is allowed"),
            Rule::NotFrozen => write!(f, "{account} is not frozen"),
            Rule::Closed => write!(f, "{account} is closed: nothing is allowed any more"),
            Rule::NotPositive { amount, currency } => {
                write!(f, "an amount must be more than zero, and {} is not", money(amount, currency))
            }
            Rule::NotCovered { amount, balance, limit, currency } => write!(
                f,
                "{account} has {} and an overdraft limit of {}: {} is more than that",
                money(balance, currency),
                money(limit, currency),
                money(amount, currency)
            ),
            Rule::NegativeLimit { limit, currency } => {
                write!(f, "an overdraft limit cannot be below zero, and {} is", money(limit, currency))
            }
            Rule::LimitBelowDebt { limit, balance, currency } => write!(
                f,
                "{account} is at {}: an overdraft limit of {} would not cover it",
                money(balance, currency),
                money(limit, currency)
            ),
            Rule::BalanceNotZero { balance, currency } => {
                write!(
                    f,
                    "{account} still has {}: only an account at zero is closed",
                    money(balance, currency)
                )
            }
            Rule::CurrencyMismatch { from, to } => {
                write!(
                    f,
                    "a transfer stays in one currency: {account} counts in {}, the receiver in {}",
                    unit(from),
                    unit(to)
                )
            }
            Rule::SameAccount => write!(f, "a transfer from {account} to itself moves nothing"),
            Rule::UnknownCurrency { code } => {
                write!(f, "'{code}' is not a currency of ISO 4217, such as EUR")
            }
            Rule::BadAmount(why) => write!(f, "{why}"),
            Rule::Overflow { amount, balance } => {
                write!(f, "{account} is at {balance}: {amount} more would be past what can be counted")
            }
        }
    }
}

impl std::error::Error for AccountRefusal {}

impl From<AccountRefusal> for Refusal {
    fn from(refusal: AccountRefusal) -> Self {
        let sentence = refusal.to_string();
        // Serialising an enum of figures and texts cannot fail.
        let data = serde_json::to_string(&refusal.rule).unwrap_or_default();
        Self { stream: refusal.account, sentence, data }
    }
}

fn as_text<S: Serializer>(why: &BadAmount, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(why)
}
