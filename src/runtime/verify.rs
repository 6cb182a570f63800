//! Proving a store beside the screen, and verifying it as a whole.
//!
//! Its files:
//!
//! - `verifier.rs`: proving the log link by link beside the screen, from its first event on, and then as it grows
//! - `verifying.rs`: verifying a store as a whole: the log and what finds its events, the receipts, and what is derived from the log

pub mod verifier;
pub mod verifying;
