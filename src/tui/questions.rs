//! The questions of the screen, a file each: the question as a value, and its answer.
//!
//! Its files:
//!
//! - `accounts.rs`: a window of the read model's accounts, with its totals
//! - `chart.rs`: how the balance of an account went
//! - `comparison.rs`: the write side's states of the accounts that the query view shows
//! - `find.rs`: the events that a search finds: all of them, and the next one
//! - `flows.rs`: the money that came in and went out by day
//! - `inspection.rs`: an event in full
//! - `late.rs`: how many late events the place of a time leaves out
//! - `look.rs`: the events around the playhead, and the selected account's state there
//! - `money.rs`: the money in each currency over the log
//! - `place.rs`: a place in history, and the position that the store finds for it
//! - `preview.rs`: the events that a command would append, or why it is refused
//! - `sql.rs`: a person's question in SQL to the read model
//! - `statement.rs`: a window of an account's statement
//! - `survey.rs`: what the columns of the ruler hold

pub mod accounts;
pub mod chart;
pub mod comparison;
pub mod find;
pub mod flows;
pub mod inspection;
pub mod late;
pub mod look;
pub mod money;
pub mod place;
pub mod preview;
pub mod sql;
pub mod statement;
pub mod survey;
