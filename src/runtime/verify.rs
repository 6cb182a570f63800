//! Verification: proving a log in the background, and checking a store as a whole.
//!
//! Its files:
//!
//! - `verifier.rs`: the verifier: proves the log link by link in the background, and then as it grows
//! - `verifying.rs`: the check of a whole store: log, indexes, receipts, and everything derived from the log

pub mod verifier;
pub mod verifying;
