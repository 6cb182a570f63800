//! What the log and the read model share as SQLite databases.
//!
//! Its files:
//!
//! - `insert.rs`: inserts of many rows, some dozens a statement
//! - `position.rs`: positions as SQLite keeps them: integers of 64 bits with a sign

pub mod insert;
pub mod position;
