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

/// The names of the bundled logs, the one to begin with first.
pub const EMBEDDED: [&str; 2] = ["bank", "seed"];

/// The most accounts that a made-up bank may have: each takes about 300 bytes while the log is made.
pub const ACCOUNTS_MAX: u64 = 10_000_000;

/// The most events that a made-up bank may have: some 400 GB of log, more than anybody has waited for.
pub const EVENTS_MAX: u64 = 1_000_000_000;

/// The bundled log of that name, as lines of JSON.
pub fn embedded(name: &str) -> Option<&'static str> {
    match name {
        "bank" => Some(include_str!("../assets/bank.jsonl")),
        "seed" => Some(include_str!("../assets/seed.jsonl")),
        _ => None,
    }
}

/// How a store calls a bundled log that it was made of.
pub fn source_name(name: &str) -> String {
    format!("sample {name}")
}

/// How long after the last event of a bundled log a command's events come: its time goes on where it is, and not in the year
/// in which somebody plays with it.
const COMMAND_AFTER: SignedDuration = SignedDuration::from_mins(1);

/// The time of a command on a bundled log whose clock is at `last`.
pub fn time_after(last: Timestamp) -> Timestamp {
    last.checked_add(COMMAND_AFTER).unwrap_or(last)
}

/// What a made-up bank is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BankShape {
    /// How many events its log has; more than [`EVENTS_MAX`] are that many.
    pub n_events: u64,
    /// How many accounts it has: at least one, at most [`ACCOUNTS_MAX`], and as many as there are events for.
    pub n_accounts: u64,
    /// Which of all banks of that size it is.
    pub seed: u64,
}

/// The log of a made-up bank: the same for the same shape, on every machine and in every version. It is made while it
/// is read, and takes memory for the accounts only.
pub fn bank(shape: &BankShape) -> impl Iterator<Item = SampleEvent> + use<> {
    SampleBank::new(shape)
}

/// An event of a made-up log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleEvent {
    /// Whose history it belongs to.
    pub stream: StreamName,
    /// What kind of thing happened.
    pub event_type: &'static str,
    /// When.
    pub time: Timestamp,
    /// What happened, as JSON.
    pub data: String,
    /// What it calls itself: a UUIDv7.
    pub id: Uuid,
    /// The command that it came from, as JSON: see [`crate::domain::provenance::Provenance`].
    pub metadata: String,
}

impl SampleEvent {
    /// The event as a line of a log, without the line's end.
    pub fn to_json_line(&self) -> String {
        // A text always serialises.
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
