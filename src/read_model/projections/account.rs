//! The bank's projections.
//!
//! Its files:
//!
//! - `account_columns.rs`: a trace of an account in columns, as its row keeps it
//! - `accounts.rs`: the projection `accounts`: the current state of each account
//! - `daily_flows.rs`: the projection `daily_flows`: money in and out by day and currency
//! - `saved_questions.rs`: the saved questions of the bank: the statement, two pictures, and five questions for the console
//! - `totals.rs`: the projection `totals`: the sum of all accounts of a currency
//! - `transactions.rs`: the projection `transactions`: each account event with the account's values after it
//! - `transfers.rs`: the projection `transfers`: transfers with both legs, or with the only one

pub(in crate::read_model) mod account_columns;
pub mod accounts;
pub mod daily_flows;
pub mod saved_questions;
pub mod totals;
pub mod transactions;
pub mod transfers;

use crate::domain::aggregates::account::state::AccountState;
use crate::domain::state::State;

/// The account; for any other state, an account before its first event.
fn account_of(state: &State) -> &AccountState {
    match state {
        State::Account(account) => account,
        State::Document(_) => &AccountState::NONE,
    }
}
