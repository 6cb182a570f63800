//! The bank's projections.
//!
//! Its files:
//!
//! - `accounts.rs`: the accounts as they are, and since when they are whose
//! - `daily_flows.rs`: what came and went on each day, by currency
//! - `sum.rs`: a sum of amounts as SQLite keeps it: an integer where that holds it, otherwise exact decimal text
//! - `totals.rs`: what all accounts of a currency hold together
//! - `transactions.rs`: what happened, event by event, with the account's values after it
//! - `transfers.rs`: transfers with both their legs, or with the one that there is

pub mod accounts;
pub mod daily_flows;
pub(in crate::read_model) mod sum;
pub mod totals;
pub mod transactions;
pub mod transfers;
