//! Which aggregate a stream belongs to.
//!
//! Its files:
//!
//! - `account.rs`: the bank account that foldback brings along

pub mod account;
