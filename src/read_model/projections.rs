//! Projections: how events become rows, a file each.
//!
//! Its files:
//!
//! - `account.rs`: the bank's projections
//! - `not_understood.rs`: the projection `not_understood`: events not understood, or only in part, each with its reason

pub mod account;
pub mod not_understood;
