//! Proof of a log: its checked links, receipts and findings as values, and the checks made through the port.
//!
//! Its files:
//!
//! - `checked.rs`: checked links as values: rows of events, mappings, and the sums that the indexes have to match
//! - `finding.rs`: the checks of a log, and what each finds
//! - `receipt.rs`: receipts: what a store had at a moment, in one line that anybody can keep
//! - `verify.rs`: the checks of a log through its port: the chain and the receipts

pub mod checked;
pub mod finding;
pub mod receipt;
pub mod verify;
