//! Parts that the log and the read model share as SQLite databases.
//!
//! Its files:
//!
//! - `insert.rs`: inserts of many rows, some dozens a statement
//! - `position.rs`: positions as SQLite keeps them: integers of 64 bits with a sign
//! - `unreadable.rs`: errors of SQLite that report bytes of a file which cannot be what was written

pub mod insert;
pub mod position;
pub mod unreadable;
