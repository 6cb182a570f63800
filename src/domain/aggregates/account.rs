//! The bank account that foldback brings along.
//!
//! Its files:
//!
//! - `command.rs`: the commands of an account, and their grammar
//! - `decider.rs`: the account's decider: which events a command leads to, or the rule that refuses it
//! - `events.rs`: the events of an account, and their JSON
//! - `fields.rs`: the fields of an account event's data, read exactly; only a text that explains may be left out
//! - `fold.rs`: the fold of an account's events
//! - `foreign_events.rs`: events of an account in other systems' words, read by a mapping
//! - `legs.rs`: transfer pairs: each leg that a command made has its counterpart
//! - `own_events.rs`: events of an account in our own JSON, read
//! - `refusal.rs`: refusals of a command: the broken rule, with the figures
//! - `state.rs`: the state of an account: status, owner, currency, balance and overdraft limit
//! - `words.rs`: the words of an account for people: its noun, the first step in an empty log, and the types of its events

pub mod command;
pub mod decider;
pub mod events;
pub mod fields;
pub mod fold;
pub mod foreign_events;
pub mod legs;
pub mod own_events;
pub mod refusal;
pub mod state;
pub mod words;
