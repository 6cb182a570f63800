//! What can happen to an account, and how it stands in a log as JSON.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::domain::account::{AccountState, Overflow};
use crate::domain::event::{StreamName, StreamPosition};
use crate::domain::money::Currency;

/// One thing that happened to an account. Amounts are minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountEvent {
    /// The account came to be.
    AccountOpened { owner: Option<String>, currency: Option<Currency>, overdraft_limit: i64 },
    /// Money came in from outside.
    Deposited { amount: i64, note: Option<String> },
    /// Money went outside.
    Withdrawn { amount: i64, note: Option<String> },
    /// Money went to another account: the one leg of a transfer.
    TransferSent { to: StreamName, amount: i64, transfer: String, note: Option<String> },
    /// Money came from another account: the other leg.
    TransferReceived { from: StreamName, amount: i64, transfer: String, note: Option<String> },
    /// The account may be that far below zero.
    OverdraftLimitSet { limit: i64 },
    /// Nothing may happen until it is unfrozen.
    AccountFrozen { reason: Option<String> },
    /// It is as before it was frozen.
    AccountUnfrozen {},
    /// Nothing may happen any more.
    AccountClosed {},
}

/// An event that a decision led to, with the stream that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Whose history it belongs to.
    pub stream: StreamName,
    /// What happens.
    pub event: AccountEvent,
}

/// What a decision would do to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Would {
    /// Whose history would go on.
    pub stream: StreamName,
    /// What would happen.
    pub event: AccountEvent,
    /// The account's state before.
    pub before: AccountState,
    /// Its state after.
    pub after: AccountState,
    /// The version that it would have.
    pub version: StreamPosition,
}

impl Decided {
    /// What it would do to its account, which has this state and version.
    pub fn would(self, before: AccountState, version: StreamPosition) -> Would {
        let mut after = before.clone();
        // What was decided fits: an overflow would have been a refusal.
        _ = after.apply(&self.event, None);
        Would { version: version.plus(1), before, after, event: self.event, stream: self.stream }
    }
}

/// The `data` of every event of ours: each type has some of these fields. Absent ones are not written.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Data<'a> {
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    owner: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    currency: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    to: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    from: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    amount: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    limit: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    overdraft_limit: Option<i64>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    transfer: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    note: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    reason: Option<Cow<'a, str>>,
}

impl AccountEvent {
    /// The event type under which it stands in a log.
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

    /// By how much it changes the balance; `None` for what moves no money.
    pub fn balance_change(&self) -> Option<Result<i64, Overflow>> {
        match self {
            Self::Deposited { amount, .. } | Self::TransferReceived { amount, .. } => Some(Ok(*amount)),
            Self::Withdrawn { amount, .. } | Self::TransferSent { amount, .. } => {
                Some(amount.checked_neg().ok_or(Overflow))
            }
            _ => None,
        }
    }

    /// The account at the other end of a transfer.
    pub fn counterparty(&self) -> Option<&StreamName> {
        match self {
            Self::TransferSent { to, .. } => Some(to),
            Self::TransferReceived { from, .. } => Some(from),
            _ => None,
        }
    }

    /// What names the two legs of a transfer.
    pub fn transfer(&self) -> Option<&str> {
        match self {
            Self::TransferSent { transfer, .. } | Self::TransferReceived { transfer, .. } => Some(transfer),
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
        // A struct of texts and numbers always serialises.
        serde_json::to_string(&data).unwrap_or_default()
    }

    /// The event that stands in a log of ours under this type with this data. The seed's own shape, `deposit` and
    /// `withdraw`, is among ours.
    ///
    /// # Errors
    /// Why it is not understood: a type that we do not know, or data that is not of its shape.
    pub fn from_json(event_type: &str, json: &str) -> Result<Self, Cow<'static, str>> {
        if !KNOWN_TYPES.contains(&event_type) {
            return Err("an account knows no such event".into());
        }
        let data: Data<'_> =
            serde_json::from_str(json).map_err(|e| Cow::Owned(format!("its data does not read: {e}")))?;
        let amount = || data.amount.ok_or("its data has no amount");
        let text = |s: Option<Cow<'_, str>>| s.map(Cow::into_owned);
        let stream = |s: &Option<Cow<'_, str>>, missing| {
            s.as_deref().and_then(|s| StreamName::new(s).ok()).ok_or(missing)
        };
        Ok(match event_type {
            "AccountOpened" => Self::AccountOpened {
                currency: data.currency.as_deref().and_then(Currency::from_code),
                overdraft_limit: data.overdraft_limit.unwrap_or(0),
                owner: text(data.owner),
            },
            "Deposited" | "deposit" => Self::Deposited { amount: amount()?, note: text(data.note) },
            "Withdrawn" | "withdraw" => Self::Withdrawn { amount: amount()?, note: text(data.note) },
            "TransferSent" => Self::TransferSent {
                to: stream(&data.to, "its data does not say to whom")?,
                amount: amount()?,
                transfer: text(data.transfer).unwrap_or_default(),
                note: text(data.note),
            },
            "TransferReceived" => Self::TransferReceived {
                from: stream(&data.from, "its data does not say from whom")?,
                amount: amount()?,
                transfer: text(data.transfer).unwrap_or_default(),
                note: text(data.note),
            },
            "OverdraftLimitSet" => {
                Self::OverdraftLimitSet { limit: data.limit.ok_or("its data has no limit")? }
            }
            "AccountFrozen" => Self::AccountFrozen { reason: text(data.reason) },
            "AccountUnfrozen" => Self::AccountUnfrozen {},
            _ => Self::AccountClosed {},
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_reads_back_as_it_was_written() {
        let name = |s| StreamName::new(s).unwrap();
        let note = Some("rent \"May\"".to_owned());
        let (amount, transfer) = (i64::MAX, "t-1".to_owned());
        let all = [
            AccountEvent::AccountOpened {
                owner: Some("Ada \u{202e}Lovelace".to_owned()),
                currency: Currency::from_code("KWD"),
                overdraft_limit: 5,
            },
            AccountEvent::AccountOpened { owner: None, currency: None, overdraft_limit: 0 },
            AccountEvent::Deposited { amount, note: None },
            AccountEvent::Withdrawn { amount, note: note.clone() },
            AccountEvent::TransferSent {
                to: name("b"),
                amount,
                transfer: transfer.clone(),
                note: note.clone(),
            },
            AccountEvent::TransferReceived { from: name("a"), amount, transfer, note },
            AccountEvent::OverdraftLimitSet { limit: 0 },
            AccountEvent::AccountFrozen { reason: Some("asked for".to_owned()) },
            AccountEvent::AccountUnfrozen {},
            AccountEvent::AccountClosed {},
        ];
        for event in all {
            assert_eq!(AccountEvent::from_json(event.type_name(), &event.to_json()), Ok(event));
        }
    }

    #[test]
    fn the_seeds_own_words_read_as_ours() {
        let read = |t| AccountEvent::from_json(t, r#"{"amount": 100}"#);
        assert_eq!(read("deposit"), Ok(AccountEvent::Deposited { amount: 100, note: None }));
        assert_eq!(read("withdraw"), Ok(AccountEvent::Withdrawn { amount: 100, note: None }));
    }

    #[test]
    fn data_of_another_shape_says_why_it_has_no_meaning() {
        let why = |t, d| AccountEvent::from_json(t, d).unwrap_err().into_owned();
        assert_eq!(why("LoanGranted", "{}"), "an account knows no such event");
        assert_eq!(why("Deposited", "{}"), "its data has no amount");
        assert_eq!(why("TransferSent", r#"{"amount":1}"#), "its data does not say to whom");
        for data in ["[1]", "7", "{", r#"{"amount":"5"}"#, r#"{"amount":1.5}"#, r#"{"amount":1,"amount":2}"#]
        {
            let text = why("Deposited", data);
            assert!(
                text.starts_with("its data does not read: ") || text == "its data has no amount",
                "{data}: {text}"
            );
        }
    }
}
