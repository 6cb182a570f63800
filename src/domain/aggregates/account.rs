//! The bank account that foldback brings along.
//!
//! Its files:
//!
//! - `command.rs`: what may be asked of an account, and how a person writes it
//! - `decider.rs`: the decider: which events a command leads to, or the rule that refuses it
//! - `events.rs`: what can happen to an account, and how it stands in a log as JSON
//! - `fields.rs`: the fields of an event's data: amounts and names are read exactly, and a text that only explains may be left out
//! - `fold.rs`: the fold of an account's events
//! - `legs.rs`: the legs of transfers: each that a command made belongs to another one
//! - `refusal.rs`: why a command is refused: the rule, and the figures
//! - `state.rs`: the state of an account: status, owner, currency, balance and overdraft limit

pub mod command;
pub mod decider;
pub mod events;
pub mod fields;
pub mod fold;
pub mod legs;
pub mod refusal;
pub mod state;
