//! The file of a store: opening, checking, writing, and the files beside it.
//!
//! Its files:
//!
//! - `beside.rs`: the files beside a store: SQLite's write-ahead log and its index
//! - `codes.rs`: SQLite's error codes, and the sentences for disks that fail
//! - `error.rs`: SQLite's errors in words, with advice
//! - `identity.rs`: the identity of the open file: whether its path still leads to it
//! - `leftover.rs`: leftovers of a creation that was killed: an empty file, or one that SQLite is about to empty
//! - `one_at_a_time.rs`: one opening at a time: within a process, a file that is closed ends the locks of all connections to it
//! - `open.rs`: creating and opening a store; a file that is not a store is not changed
//! - `open_error.rs`: the reasons why a file was not opened as a store, in one sentence each
//! - `schema.rs`: the schema of a store, and what marks a file as one
//! - `tables.rs`: the check that a file has exactly a store's tables
//! - `turns.rs`: turns of several writers: how long one waits, and when it lets others in
//! - `write.rs`: the door for every write: the checks before it, and the receipt after the commit

pub(in crate::store::sqlite) mod beside;
pub(in crate::store::sqlite) mod codes;
pub mod error;
pub(in crate::store::sqlite) mod identity;
pub(in crate::store::sqlite) mod leftover;
pub(in crate::store::sqlite) mod one_at_a_time;
pub mod open;
pub mod open_error;
pub mod schema;
pub(in crate::store::sqlite) mod tables;
pub(in crate::store::sqlite) mod turns;
pub(in crate::store::sqlite) mod write;
