//! The proof of a store: its chain, its receipts, its integrity.
//!
//! Its files:
//!
//! - `checked.rs`: checked reading: every row is compared with its link in the chain
//! - `integrity.rs`: the integrity check: the tables beside the events, and SQLite's own check of the file
//! - `links.rs`: the links of the chain in the tables: the newest, and the hash of each
//! - `receipt.rs`: receipts: what a store had at a moment, in one line that anybody can keep
//! - `receipt_file.rs`: the receipt beside a store, which exposes a loss of its newest events
//! - `verify.rs`: the checks of a store and their findings

pub mod checked;
pub mod integrity;
pub(in crate::store::sqlite) mod links;
pub mod receipt;
pub mod receipt_file;
pub mod verify;
