//! The file of a store: how it is opened and checked, and what lies beside it.
//!
//! Its files:
//!
//! - `beside.rs`: the files beside a store: SQLite's write-ahead log and its index, which come and go with those who have it open
//! - `error.rs`: what an error of SQLite means for a person, and what to do about it
//! - `identity.rs`: whether the file that is open still is the one at its path: what is written to another one nobody finds again
//! - `leftover.rs`: what the making of a store leaves that was killed: a file that is empty, or that SQLite is going to empty
//! - `open.rs`: making and opening a store, with nothing changed when it is not one
//! - `open_error.rs`: why a file was not opened as a store, in one sentence
//! - `tables.rs`: whether the tables of a file are those that a store has, so that no question means something else in it
//! - `turns.rs`: taking turns: how long to wait for those who write, and how they are let in
//! - `write.rs`: writing to the log: what has to hold before anything is added, and what is written down once it is committed

pub(in crate::store::sqlite) mod beside;
pub mod error;
pub(in crate::store::sqlite) mod identity;
pub(in crate::store::sqlite) mod leftover;
pub mod open;
pub mod open_error;
pub(in crate::store::sqlite) mod tables;
pub(in crate::store::sqlite) mod turns;
pub(in crate::store::sqlite) mod write;
