//! The past, at any position; pure planning.
//!
//! Its files:
//!
//! - `at.rs`: a place in history as a person writes it
//! - `diff.rs`: what one event changed
//! - `everyone.rs`: the states of all accounts at once, by one pass over the log
//! - `matcher.rs`: whether an event is one that is looked for
//! - `not_understood.rs`: the events that states leave out because they are not understood, by account and in words
//! - `playback.rs`: the playhead's own movement: whether it plays, and its speed
//! - `reconstruct.rs`: the fold of a stream up to a version, from the nearest snapshot on
//! - `search.rs`: what is looked for in a log, as a person writes it
//! - `snapshots.rs`: states worth keeping, so that every seek is short
//! - `trace.rs`: the state of a stream at a version, and how it came to be: what a snapshot keeps and a fold continues

pub mod at;
pub mod diff;
pub mod everyone;
pub mod matcher;
pub mod not_understood;
pub mod playback;
pub mod reconstruct;
pub mod search;
pub mod snapshots;
pub mod trace;
