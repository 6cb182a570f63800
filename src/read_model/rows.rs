//! What queries answer, as plain values.

pub mod steering;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::account::Status;
use crate::domain::event::{GlobalPosition, StreamName, StreamPosition, Timestamp};
use crate::domain::money::Currency;

/// One account, as the read model has it at its checkpoint. Amounts are minor units.
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
    /// How far below zero a withdrawal may take it.
    pub overdraft_limit: i64,
    /// What it lets happen to it; `None` if its stream holds nothing but events without meaning for an account.
    pub status: Status,
    /// How many events it has.
    pub version: StreamPosition,
    /// Where its newest event stands.
    pub position: GlobalPosition,
}

/// A stretch of the list of accounts, in the order of the bytes of their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountWindow {
    /// The accounts.
    pub rows: Vec<AccountRow>,
    /// Which of the rows is the first whose name is at or after the one that was asked for; `rows.len()` if none is.
    pub at: usize,
    /// Whether there are accounts before the first row.
    pub has_before: bool,
    /// Whether there are accounts after the last row.
    pub has_after: bool,
    /// How many accounts there are in all.
    pub n_accounts: u64,
}

/// What all accounts of one currency hold together. An account of which there are only events without meaning is not
/// counted; a closed one is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TotalRow {
    /// The currency; `None` for the accounts that count in plain units.
    pub currency: Option<Currency>,
    /// The sum of the balances, in minor units.
    pub balance: i128,
    /// How many accounts.
    pub n_accounts: u64,
}

/// One line of an account's statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementRow {
    /// Where the event stands in the log.
    pub position: GlobalPosition,
    /// Its place among the account's events.
    pub version: StreamPosition,
    /// When it says it happened.
    pub time: Option<Timestamp>,
    /// What kind of thing happened, in the words of its log.
    pub event_type: String,
    /// By how much it changed the balance; `None` for what moves no money and for what has no meaning.
    pub amount: Option<i64>,
    /// What was in the account after it.
    pub balance: i64,
    /// The account at the other end of a transfer.
    pub counterparty: Option<StreamName>,
    /// What names the two legs of a transfer.
    pub transfer: Option<String>,
}

/// How far the read model has been projected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checkpoint {
    /// The newest event that is in the rows; 0 for none.
    pub position: GlobalPosition,
    /// The clock there.
    pub clock: Option<Timestamp>,
}

/// Why the read model stands still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The event that could not be projected; `None` where it was not an event's fault.
    pub event: Option<FailedEvent>,
    /// What went wrong.
    pub why: String,
}

/// An event that could not be projected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedEvent {
    /// Where it stands: what comes before it has been projected.
    pub position: u64,
    /// The account.
    pub account: String,
    /// What kind of event it is, in the words of its log.
    pub event_type: String,
}

/// Events that were skipped because they could not be projected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SkippedEvents {
    /// How many.
    pub n_events: u64,
    /// Where the newest of them stand, the newest first.
    pub newest: Vec<GlobalPosition>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.event {
            Some(FailedEvent { position, account, event_type }) => {
                let why = &self.why;
                write!(f, "{event_type} of {account} at {position} could not be projected: {why}")
            }
            None => f.write_str(&self.why),
        }
    }
}

/// The position as of which the read model answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AsOf {
    /// As far as it has been projected.
    #[default]
    Checkpoint,
    /// After every event at or before this position; the checkpoint where that is not as far.
    Position(GlobalPosition),
}

impl AsOf {
    /// The position that this is in a read model which has been projected so far.
    pub fn position(self, checkpoint: &Checkpoint) -> GlobalPosition {
        match self {
            Self::Checkpoint => checkpoint.position,
            Self::Position(position) => position.min(checkpoint.position),
        }
    }
}

/// How far the read model is behind the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lag {
    /// Head − checkpoint, in events.
    pub n_events: u64,
    /// Head − checkpoint, on the clock of the log; `None` where one of the two has no clock.
    pub time: Option<jiff::SignedDuration>,
}

impl Lag {
    /// The distance from a checkpoint to the head of the log and the clock there.
    pub fn between(checkpoint: &Checkpoint, head: GlobalPosition, head_clock: Option<Timestamp>) -> Self {
        let n_events = head.since(checkpoint.position);
        let time = match (checkpoint.clock, head_clock) {
            _ if n_events == 0 => Some(jiff::SignedDuration::ZERO),
            (Some(then), Some(now)) => Some(now.duration_since(then)),
            _ => None,
        };
        Self { n_events, time }
    }
}

/// A value in the answer to a question in SQL.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// NULL.
    Null,
    /// An integer.
    Integer(i64),
    /// A floating point number.
    Real(f64),
    /// Text, which may hold any character: show it only through the screen's `visible` text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

/// The answer to a question in SQL.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// What the columns are called.
    pub columns: Vec<String>,
    /// The rows, each as long as `columns`.
    pub rows: Vec<Vec<Value>>,
    /// Whether there were more rows than asked for.
    pub is_cut: bool,
    /// The position as of which it was answered.
    pub as_of: GlobalPosition,
    /// The checkpoint of the read model that answered.
    pub checkpoint: Checkpoint,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Option<Timestamp> {
        Timestamp::from_second(second).ok()
    }

    #[test]
    fn lag_is_a_distance_in_events_and_on_the_logs_clock() {
        let checkpoint = Checkpoint { position: GlobalPosition::new(7), clock: at(100) };
        let lag = |head, clock| Lag::between(&checkpoint, GlobalPosition::new(head), clock);
        let seconds = |n| Some(jiff::SignedDuration::from_secs(n));
        assert_eq!(lag(10, at(160)), Lag { n_events: 3, time: seconds(60) });
        assert_eq!(lag(7, at(100)), Lag { n_events: 0, time: seconds(0) });
        assert_eq!(lag(9, None), Lag { n_events: 2, time: None });
        let nothing = Lag::between(&Checkpoint::default(), GlobalPosition::START, None);
        assert_eq!(nothing, Lag { n_events: 0, time: seconds(0) });
    }
}
