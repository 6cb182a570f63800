//! What is proved of a store: its chain, its receipts, its integrity.
//!
//! Its files:
//!
//! - `checked.rs`: stretches of the log, read without trust: every row is checked against its link in the chain
//! - `integrity.rs`: the tables beside the events, and SQLite's file as a whole: whether they are as the events say
//! - `links.rs`: the links of the chain as the tables have them: at which one it stands, and the hash of each
//! - `receipt.rs`: a receipt: what a store had when it was given, in one line that anybody can keep
//! - `receipt_file.rs`: the receipt beside a store: what it has had, kept outside of it, so that a loss of its newest events shows
//! - `verify.rs`: whether a store is as it promises: what is looked at, and what is found

pub mod checked;
pub mod integrity;
pub(in crate::store::sqlite) mod links;
pub mod receipt;
pub mod receipt_file;
pub mod verify;
