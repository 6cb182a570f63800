//! The events of an account, and their JSON.

use std::borrow::Cow;

use serde::Serialize;

use crate::domain::event::StreamName;
use crate::domain::money::Currency;

/// An event of an account. Amounts are in minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountEvent {
    /// The account was opened.
    AccountOpened { owner: Option<String>, currency: Option<Currency>, overdraft_limit: i64 },
    /// Money came in from outside.
    Deposited { amount: i64, note: Option<String> },
    /// Money was paid out.
    Withdrawn { amount: i64, note: Option<String> },
    /// Money went to another account: one leg of a transfer.
    TransferSent { to: StreamName, amount: i64, transfer: String, note: Option<String> },
    /// Money came from another account: the other leg of a transfer.
    TransferReceived { from: StreamName, amount: i64, transfer: String, note: Option<String> },
    /// The balance may go this far below zero.
    OverdraftLimitSet { limit: i64 },
    /// The account was blocked.
    AccountFrozen { reason: Option<String> },
    /// The account was unblocked.
    AccountUnfrozen {},
    /// The account was closed for good.
    AccountClosed {},
}

/// A sum that does not fit an `i64`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overflow;

/// The `data` of all our events: each type has some of these fields. Absent ones are not written.
#[derive(Debug, Default, Serialize)]
struct Data<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    overdraft_limit: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transfer: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Cow<'a, str>>,
}

impl AccountEvent {
    /// The event type in a log.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::AccountOpened { .. } => "AccountOpened",
            Self::Deposited { .. } => "Deposited",
            Self::Withdrawn { .. } => "Withdrawn",
            Self::TransferSent { .. } => "TransferSent",
            Self::TransferReceived { .. } => "TransferReceived",
            Self::OverdraftLimitSet { .. } => "OverdraftLimitSet",
            Self::AccountFrozen { .. } => "AccountFrozen",
            Self::AccountUnfrozen {} => "AccountUnfrozen",
            Self::AccountClosed {} => "AccountClosed",
        }
    }

    /// The change of the balance; `None` if the event moves no money.
    pub fn balance_change(&self) -> Option<Result<i64, Overflow>> {
        match self {
            Self::Deposited { amount, .. } | Self::TransferReceived { amount, .. } => Some(Ok(*amount)),
            Self::Withdrawn { amount, .. } | Self::TransferSent { amount, .. } => {
                Some(amount.checked_neg().ok_or(Overflow))
            }
            _ => None,
        }
    }

    /// Whether the event opens the account and so sets its currency.
    pub fn is_opening(&self) -> bool {
        matches!(self, Self::AccountOpened { .. })
    }

    /// The account at the other end of a transfer.
    pub fn counterparty(&self) -> Option<&StreamName> {
        match self {
            Self::TransferSent { to, .. } => Some(to),
            Self::TransferReceived { from, .. } => Some(from),
            _ => None,
        }
    }

    /// The id of the transfer, shared by its two legs; `None` if it is absent or blank, so that the leg cannot be
    /// paired.
    pub fn transfer(&self) -> Option<&str> {
        match self {
            Self::TransferSent { transfer, .. } | Self::TransferReceived { transfer, .. } => {
                Some(transfer.as_str()).filter(|name| !name.trim().is_empty())
            }
            _ => None,
        }
    }

    /// The event's data as JSON.
    pub fn to_json(&self) -> String {
        let text = |s: &'_ Option<String>| s.clone().map(Cow::Owned);
        let data = match self {
            Self::AccountOpened { owner, currency, overdraft_limit } => Data {
                owner: text(owner),
                currency: currency.map(|c| Cow::Owned(c.code().to_owned())),
                overdraft_limit: Some(*overdraft_limit).filter(|limit| *limit != 0),
                ..Data::default()
            },
            Self::Deposited { amount, note } | Self::Withdrawn { amount, note } => {
                Data { amount: Some(*amount), note: text(note), ..Data::default() }
            }
            Self::TransferSent { to, amount, transfer, note } => Data {
                to: Some(to.as_str().into()),
                amount: Some(*amount),
                transfer: Some(transfer.into()),
                note: text(note),
                ..Data::default()
            },
            Self::TransferReceived { from, amount, transfer, note } => Data {
                from: Some(from.as_str().into()),
                amount: Some(*amount),
                transfer: Some(transfer.into()),
                note: text(note),
                ..Data::default()
            },
            Self::OverdraftLimitSet { limit } => Data { limit: Some(*limit), ..Data::default() },
            Self::AccountFrozen { reason } => Data { reason: text(reason), ..Data::default() },
            Self::AccountUnfrozen {} | Self::AccountClosed {} => Data::default(),
        };
        // Serialising a struct of texts and numbers cannot fail.
        serde_json::to_string(&data).unwrap_or_default()
    }
}

/// The event types that [`AccountEvent::from_json`] reads.
pub const KNOWN_TYPES: [&str; 11] = [
    "AccountOpened",
    "Deposited",
    "deposit",
    "Withdrawn",
    "withdraw",
    "TransferSent",
    "TransferReceived",
    "OverdraftLimitSet",
    "AccountFrozen",
    "AccountUnfrozen",
    "AccountClosed",
];
