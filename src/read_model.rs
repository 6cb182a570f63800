//! The read model: the present as queries want it, in a database of its own.
//!
//! A read model is a folder with one SQLite file a generation, a pointer that names the current one, and a lock that
//! says who projects. All of it is derived: it can be deleted at any time, and is filled again from the log.
//!
//! Its files:
//!
//! - `engine.rs`: the engine of a read model: generations, batches, checkpoint, snapshots, rebuilds
//! - `projections.rs`: projections: how events become rows, a file each
//! - `questions.rs`: the questions that the screen and the verbs ask the read model
//! - `rows.rs`: rows: the answers of queries, as plain values

pub mod engine;
pub mod projections;
pub mod questions;
pub mod rows;

use anyhow::Result;
use rusqlite::Transaction;

use crate::domain::aggregates::account::events::AccountEvent;
use crate::domain::aggregates::account::state::AccountState;
use crate::domain::event::{RecordedEvent, StreamName};
use crate::read_model::projections::account::accounts;
use crate::read_model::projections::account::daily_flows;
use crate::read_model::projections::account::totals;
use crate::read_model::projections::account::transactions;
use crate::read_model::projections::account::transfers;
use crate::read_model::projections::not_understood;
use crate::replay::trace::Trace;

/// The number under which a read model keeps an account: 1-based, without gaps, in the order in which the accounts
/// first appear in the log, so that the highest one is also how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(pub i64);

/// One event with all that the fold made of it: decoded once, for every projection.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// The event.
    pub event: &'a RecordedEvent,
    /// Whose history it belongs to.
    pub account: AccountId,
    /// What it means for the account, or why it is not understood.
    pub happened: Result<&'a AccountEvent, &'a str>,
    /// What was left out of it, and why; `None` where nothing was, and where it is not understood.
    pub left_out: Option<&'a str>,
    /// The account before it.
    pub before: &'a AccountState,
    /// The account after it; equal to `before` where it is not understood.
    pub after: &'a AccountState,
    /// How many events of the account were not understood so far, this one included.
    pub n_not_understood: u64,
}

/// An account as a batch of events leaves it.
#[derive(Clone, Debug)]
pub struct Touched {
    /// Its number.
    pub id: AccountId,
    /// Its name.
    pub name: StreamName,
    /// What its events add up to.
    pub trace: Trace,
    /// Whether the read model has no row of it yet.
    pub is_new: bool,
    /// Whether all of it was folded here, from its first event on. What was read from a row may be anything that somebody
    /// wrote there.
    pub is_folded: bool,
}

/// How events become rows. A projection lives for one batch: it may write rows as the events come, or keep them and
/// write them at the end of the batch in the order in which its index likes them.
pub trait Projection {
    /// What it is called.
    fn name(&self) -> &'static str;

    /// Rises whenever the same events would become other rows; a read model that was filled by another version is
    /// begun anew.
    fn version(&self) -> i64;

    /// Its tables and views, as SQL.
    fn schema(&self) -> &'static str;

    /// Takes the next event.
    ///
    /// # Errors
    /// What the database says.
    fn apply(&mut self, tx: &Transaction<'_>, step: &Step<'_>) -> Result<()>;

    /// Takes the end of the batch: `accounts` are those that its events touched, by number.
    ///
    /// # Errors
    /// What the database says.
    fn finish(&mut self, tx: &Transaction<'_>, accounts: &[Touched]) -> Result<()>;
}

/// All projections of the read model, for one batch.
pub fn projections() -> Vec<Box<dyn Projection>> {
    vec![
        Box::new(accounts::Accounts::default()),
        Box::new(transactions::Transactions::default()),
        Box::new(not_understood::NotUnderstood::default()),
        Box::new(totals::Totals::default()),
        Box::new(transfers::Transfers::default()),
        Box::new(daily_flows::DailyFlows::default()),
    ]
}
