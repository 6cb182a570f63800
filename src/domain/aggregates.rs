//! Which aggregate a stream belongs to.
//!
//! Its files:
//!
//! - `account.rs`: the decider: a bank account decides and evolves

pub mod account;
