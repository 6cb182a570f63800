//! What queries answer, as plain values.

use std::time::Duration;

use crate::domain::account::Status;
use crate::domain::event::{GlobalPosition, StreamName, StreamPosition, Timestamp};
use crate::domain::money::Currency;

/// An account as the read model has it. Amounts are minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// Its name.
    pub account: StreamName,
    /// Whose it is.
    pub owner: Option<String>,
    /// What it counts in; `None` counts in plain units.
    pub currency: Option<Currency>,
    /// What is in it.
    pub balance: i64,
    /// How far below zero it may go.
    pub overdraft_limit: i64,
    /// What it lets happen to it.
    pub status: Status,
    /// How many events of it have been projected.
    pub version: StreamPosition,
    /// Where the last of them stands in the log.
    pub position: GlobalPosition,
}

/// The sum of all accounts of one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TotalRow {
    /// The currency; `None` for accounts that count in plain units.
    pub currency: Option<Currency>,
    /// The sum of the balances in minor units.
    pub balance: i128,
    /// How many accounts that are.
    pub n_accounts: u64,
}

/// One line of an account's statement. Amounts are minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementRow {
    /// Where the event stands in the log.
    pub position: GlobalPosition,
    /// Its place in the account's history.
    pub version: StreamPosition,
    /// When it says it happened.
    pub time: Option<Timestamp>,
    /// What kind of thing happened.
    pub event_type: String,
    /// By how much the balance changed; `None` where no money moved.
    pub amount: Option<i64>,
    /// The balance after it.
    pub balance: i64,
    /// The account at the other end of a transfer.
    pub counterparty: Option<StreamName>,
    /// What names a transfer's two legs.
    pub transfer: Option<String>,
}

/// Up to where the read model has been projected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checkpoint {
    /// The position of the last event whose rows are there.
    pub position: GlobalPosition,
    /// The clock there.
    pub clock: Option<Timestamp>,
}

/// How far the read model is behind the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lag {
    /// In events.
    pub n_events: u64,
    /// In the events' own time.
    pub time: Duration,
}

impl Lag {
    /// From the head, with its clock, back to the checkpoint.
    pub fn between(head: GlobalPosition, head_clock: Option<Timestamp>, checkpoint: &Checkpoint) -> Self {
        let time = match (head_clock, checkpoint.clock) {
            (Some(head), Some(checkpoint)) => {
                Duration::try_from(head.duration_since(checkpoint)).unwrap_or_default()
            }
            _ => Duration::ZERO,
        };
        Self { n_events: head.since(checkpoint.position), time }
    }
}
