//! The proof of a store in its tables: checked reading, links, integrity, and the receipt beside it.
//!
//! Its files:
//!
//! - `checked.rs`: checked reading: every row is compared with its link in the chain
//! - `integrity.rs`: the integrity check: the tables beside the events, and SQLite's own check of the file
//! - `links.rs`: the links of the chain in the tables: the newest, and the hash of each
//! - `receipt_file.rs`: the receipt beside a store, which exposes a loss of its newest events

pub mod checked;
pub mod integrity;
pub(in crate::store::sqlite) mod links;
pub mod receipt_file;
