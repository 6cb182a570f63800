//! The aggregates: which one a stream belongs to.
//!
//! Its files:
//!
//! - `account.rs`: the bank account that foldback brings along

pub mod account;
