//! How events become rows, a projection a file.
//!
//! Its files:
//!
//! - `account.rs`: the bank's projections
//! - `not_understood.rs`: the events that were not understood, or only in part, each with its reason, and how many there are up to any position

pub mod account;
pub mod not_understood;
