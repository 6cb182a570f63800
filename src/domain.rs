//! Facts and decisions: what happened, what it adds up to, what may be asked. Pure.
//!
//! Its files:
//!
//! - `aggregates.rs`: which aggregate a stream belongs to
//! - `caseless.rs`: texts compared without regard to case, in every script
//! - `chain.rs`: the chain: every event carries a hash of what it says, of where it stands, and of everything before it
//! - `counted.rs`: numbers of things, in words
//! - `event.rs`: what happened, in which stream, at which position
//! - `fold.rs`: how events become state
//! - `json.rs`: JSON as the text that it came as: the members of an object, and the text or number that a value is
//! - `left_out.rs`: the lines of a log that are not in its store, counted by why
//! - `mapping.rs`: other systems' events, read as ours
//! - `moment.rs`: a position with its clock
//! - `money.rs`: minor units and currencies
//! - `provenance.rs`: what an event says about the command that it came from
//! - `time_bounds.rs`: bounds on the times of events, for a stretch of history that a person gives by dates
//! - `uuids.rs`: UUIDs as systems write them: with hyphens or without, in braces, as a URN, in either case
//! - `visible.rs`: text from outside, with everything that a terminal obeys or hides made visible

pub mod aggregates;
pub mod caseless;
pub mod chain;
pub mod counted;
pub mod event;
pub mod fold;
pub mod json;
pub mod left_out;
pub mod mapping;
pub mod moment;
pub mod money;
pub mod provenance;
pub mod time_bounds;
pub mod uuids;
pub mod visible;
