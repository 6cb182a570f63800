//! Logs to play with: the bundled ones, and made-up banks of any size. Pure.
//!
//! Its files:
//!
//! - `bank.rs`: a made-up bank: its customers' requests, decided into events
//! - `bank_shape.rs`: the size and the seed of a made-up bank, and how large it may be
//! - `calendar.rs`: the business hours of a made-up bank: busy by day, quiet at night and on weekends
//! - `event.rs`: an event of a made-up log
//! - `prng.rs`: reproducible random numbers: SplitMix64
//! - `words.rs`: the names and notes of a made-up bank

pub mod bank;
pub mod bank_shape;
pub mod calendar;
pub mod event;
pub mod prng;
pub mod words;

use jiff::SignedDuration;

use crate::domain::event::Timestamp;
use crate::sample::bank::SampleBank;
use crate::sample::bank_shape::BankShape;
use crate::sample::event::SampleEvent;

/// The names of the bundled logs. The default one is first.
pub const EMBEDDED: [&str; 2] = ["bank", "seed"];

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

/// The log of a made-up bank. The same shape gives the same log on every machine and in every version. Events are
/// generated as the iterator is read; memory grows with the accounts only.
pub fn bank(shape: &BankShape) -> impl Iterator<Item = SampleEvent> + use<> {
    SampleBank::new(shape)
}
