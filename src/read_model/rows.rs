//! Rows: the answers of queries, as plain values.
//!
//! Its files:
//!
//! - `steering.rs`: steering the projector: its status and its orders, as plain values

pub mod steering;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::aggregates::account::state::Status;
use crate::domain::event::{GlobalPosition, StreamName, StreamPosition, Timestamp};
use crate::domain::moment::Moment;
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
    /// What it lets happen to it; `None` if none of its events was understood.
    pub status: Status,
    /// How many events it has.
    pub version: StreamPosition,
    /// Where its newest event stands.
    pub position: GlobalPosition,
    /// How many of its events were not understood: the values leave them out.
    pub n_not_understood: u64,
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
    /// How many accounts are in the list.
    pub n_listed: u64,
    /// How many accounts there are in all.
    pub n_accounts: u64,
}

/// Where in the list of accounts a window lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountPlace<'a> {
    /// Around the first account whose name is at or after this one. The empty text comes before all names.
    From(&'a str),
    /// At the list's end.
    End,
}

/// What all accounts of one currency hold together. An account none of whose events was understood is not
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
    /// By how much it changed the balance; `None` for what moves no money and for what was not understood.
    pub amount: Option<i64>,
    /// What was in the account after it.
    pub balance: i64,
    /// The account at the other end of a transfer.
    pub counterparty: Option<StreamName>,
    /// What names the two legs of a transfer.
    pub transfer: Option<String>,
    /// Whether the fold understands the event; otherwise it changed nothing.
    pub is_understood: bool,
}

/// A day of the calendar, UTC, by how many days it is after 1970-01-01.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i64);

impl Day {
    /// The day of a time.
    pub fn of(time: Timestamp) -> Self {
        Self(time.as_microsecond().div_euclid(DAY_MICROS))
    }

    /// Its first moment; for a day that no time can name, the nearest that can be named.
    pub fn begins(self) -> Timestamp {
        let end = if self.0 < 0 { Timestamp::MIN } else { Timestamp::MAX };
        Timestamp::from_microsecond(self.0.saturating_mul(DAY_MICROS)).unwrap_or(end)
    }
}

const DAY_MICROS: i64 = 86_400_000_000;

/// What came in from outside and went outside by day, for a picture. Transfers are not in it: they stay inside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlowSeries {
    /// How many days a stretch has: 1, but for a history of more days than a picture has use for.
    pub n_days: i64,
    /// The first currencies, those with the most accounts first, those that are equal in that by their codes.
    pub currencies: Vec<CurrencyFlows>,
    /// How many more currencies there are.
    pub n_more: u64,
    /// Movements of money, in all currencies, that belong to no day: they stand before the first time in the log.
    pub n_undated: u64,
}

/// What came and went in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrencyFlows {
    /// The currency; `None` for the accounts that count in plain units.
    pub currency: Option<Currency>,
    /// The stretches in which money moved, rising.
    pub stretches: Vec<FlowStretch>,
}

/// What came and went on a day, or on several in a row. Amounts are minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FlowStretch {
    /// The first of its days.
    pub day: Day,
    /// Deposits.
    pub inflow: i128,
    /// Withdrawals.
    pub outflow: i128,
}

/// What the accounts of each currency held together, over the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MoneySeries {
    /// The first currencies, those with the most accounts first, those that are equal in that by their codes.
    pub currencies: Vec<CurrencyMoney>,
    /// How many more currencies there are.
    pub n_more: u64,
    /// The position for which [`CurrencyMoney::then`] says what there was.
    pub as_of: GlobalPosition,
    /// The checkpoint that this is as of.
    pub checkpoint: Moment,
}

/// What the accounts of one currency held together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrencyMoney {
    /// What it was at the position asked for; `None` before there was an account.
    pub then: Option<TotalRow>,
    /// The currency; `None` for the accounts that count in plain units.
    pub currency: Option<Currency>,
    /// The sums of the balances from these positions on, rising: samples, evenly spread over the log, each where it became
    /// what it was.
    pub points: Vec<(GlobalPosition, i128)>,
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
    pub fn position(self, checkpoint: &Moment) -> GlobalPosition {
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
    pub fn between(checkpoint: &Moment, head: GlobalPosition, head_clock: Option<Timestamp>) -> Self {
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
    /// Whether each column is an amount in minor units just as a view or a table has it; empty where that is not known.
    pub in_minor_units: Vec<bool>,
    /// The rows, each as long as `columns`.
    pub rows: Vec<Vec<Value>>,
    /// Whether there were more rows than asked for.
    pub is_cut: bool,
    /// The position as of which it was answered.
    pub as_of: GlobalPosition,
    /// The checkpoint of the read model that answered.
    pub checkpoint: Moment,
}

/// The heading of the column at this place, for people: its name, which says so where the amounts are in minor units.
pub fn heading(name: &str, in_minor_units: &[bool], place: usize) -> String {
    if in_minor_units.get(place) == Some(&true) { format!("{name} (minor)") } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Option<Timestamp> {
        Timestamp::from_second(second).ok()
    }

    #[test]
    fn a_day_begins_at_midnight_also_before_1970() {
        let day = |time: &str| Day::of(time.parse().unwrap());
        assert_eq!(day("1970-01-01T23:59:59.999999Z"), Day(0));
        assert_eq!(day("1969-12-31T23:59:59.999999Z"), Day(-1));
        assert_eq!(day("1969-12-31T00:00:00Z"), Day(-1));
        assert_eq!(day("2024-03-14T10:00:00Z").begins().to_string(), "2024-03-14T00:00:00Z");
        assert_eq!((Day(i64::MIN).begins(), Day(i64::MAX).begins()), (Timestamp::MIN, Timestamp::MAX));
    }

    #[test]
    fn lag_is_a_distance_in_events_and_on_the_logs_clock() {
        let checkpoint = Moment { position: GlobalPosition::new(7), clock: at(100) };
        let lag = |head, clock| Lag::between(&checkpoint, GlobalPosition::new(head), clock);
        let seconds = |n| Some(jiff::SignedDuration::from_secs(n));
        assert_eq!(lag(10, at(160)), Lag { n_events: 3, time: seconds(60) });
        assert_eq!(lag(7, at(100)), Lag { n_events: 0, time: seconds(0) });
        assert_eq!(lag(9, None), Lag { n_events: 2, time: None });
        let nothing = Lag::between(&Moment::default(), GlobalPosition::START, None);
        assert_eq!(nothing, Lag { n_events: 0, time: seconds(0) });
    }
}
