//! Logs to play with: the bundled ones, and made-up banks of any size. Pure.
//!
//! Its files:
//!
//! - `bank.rs`: a made-up bank: its customers' requests, decided into events
//! - `calendar.rs`: the business hours of a made-up bank: busy by day, quiet at night and on weekends
//! - `prng.rs`: reproducible random numbers: SplitMix64
//! - `words.rs`: the names and notes of a made-up bank

pub mod bank;
pub mod calendar;
pub mod prng;
pub mod words;

use jiff::SignedDuration;
use uuid::Uuid;

use crate::domain::event::{StreamName, Timestamp};
use crate::sample::bank::SampleBank;

/// The names of the bundled logs. The default one is first.
pub const EMBEDDED: [&str; 2] = ["bank", "seed"];

/// The most accounts that a made-up bank may have. Generating the log takes about 300 bytes per account.
pub const ACCOUNTS_MAX: u64 = 10_000_000;

/// The most events that a made-up bank may have: about 400 GB of log.
pub const EVENTS_MAX: u64 = 1_000_000_000;

/// The bundled log of that name, as lines of JSON; `None` if there is no such log.
pub fn embedded(name: &str) -> Option<&'static str> {
    match name {
        "bank" => Some(include_str!("../assets/bank.jsonl")),
        "seed" => Some(include_str!("../assets/seed.jsonl")),
        _ => None,
    }
}

/// The name of the source that a store gets from a bundled log.
pub fn source_name(name: &str) -> String {
    format!("sample {name}")
}

/// A command on a bundled log gets the time of the log's last event plus this, so that the log's calendar goes on
/// instead of jumping to today.
const COMMAND_AFTER: SignedDuration = SignedDuration::from_mins(1);

/// The time of a command on a bundled log whose clock is at `last`.
pub fn time_after(last: Timestamp) -> Timestamp {
    last.checked_add(COMMAND_AFTER).unwrap_or(last)
}

/// The size and the seed of a made-up bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BankShape {
    /// Number of events in its log; cut to [`EVENTS_MAX`].
    pub n_events: u64,
    /// Number of accounts: at least one, at most [`ACCOUNTS_MAX`], and no more than there are events for.
    pub n_accounts: u64,
    /// The seed: the same shape with another seed gives another bank.
    pub seed: u64,
}

/// The log of a made-up bank. The same shape gives the same log on every machine and in every version. Events are
/// generated as the iterator is read; memory grows with the accounts only.
pub fn bank(shape: &BankShape) -> impl Iterator<Item = SampleEvent> + use<> {
    SampleBank::new(shape)
}

/// An event of a made-up log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleEvent {
    /// The stream that the event belongs to.
    pub stream: StreamName,
    /// The event's type.
    pub event_type: &'static str,
    /// The event's own time.
    pub time: Timestamp,
    /// The event's data, as JSON.
    pub data: String,
    /// The event's id, a UUIDv7.
    pub id: Uuid,
    /// The command that the event came from, as JSON: see [`crate::domain::provenance::Provenance`].
    pub metadata: String,
}

impl SampleEvent {
    /// The event as a line of a log, without the line break.
    pub fn to_json_line(&self) -> String {
        // Serialising a string cannot fail.
        let stream = serde_json::to_string(self.stream.as_str()).unwrap_or_default();
        let time = self.time.to_string();
        let mut id = Uuid::encode_buffer();
        let id: &str = self.id.hyphenated().encode_lower(&mut id);
        let mut line = String::with_capacity(160 + self.data.len() + self.metadata.len());
        for part in [
            r#"{"stream":"#,
            &stream,
            r#","type":""#,
            self.event_type,
            r#"","time":""#,
            &time,
            r#"","data":"#,
            &self.data,
            r#","id":""#,
            id,
            r#"","metadata":"#,
            &self.metadata,
            "}",
        ] {
            line.push_str(part);
        }
        line
    }
}
