//! The past at any position: traces and the fold that fills them. Pure.
//!
//! Its files:
//!
//! - `all_states.rs`: the states of all streams at once, by one pass over the log
//! - `at.rs`: a place in history as a person writes it
//! - `diff.rs`: the difference between two states, field by field
//! - `fold_loop.rs`: the loop in which events become state, for one stream or for all streams of a log
//! - `matcher.rs`: the matcher: whether an event fits a search
//! - `not_understood.rs`: counts of the events that states leave out because they are not understood, and the words for them
//! - `playback.rs`: playback: whether the playhead moves by itself, and how fast
//! - `reconstruct.rs`: the fold of a stream up to a version, from the nearest snapshot on
//! - `search.rs`: a search, as a person writes it
//! - `snapshots.rs`: snapshots in memory: the states that make every seek short
//! - `trace.rs`: the state of a stream at a version, and how it came to be: what a snapshot keeps and a fold continues

pub mod all_states;
pub mod at;
pub mod diff;
pub mod fold_loop;
pub mod matcher;
pub mod not_understood;
pub mod playback;
pub mod reconstruct;
pub mod search;
pub mod snapshots;
pub mod trace;
