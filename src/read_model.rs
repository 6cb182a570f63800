//! The read model: the present as queries want it, in a database of its own.
//!
//! A read model is a folder with one SQLite file per generation, a pointer to the current one, and a lock for the
//! projector. All of it is derived from the log: it can be deleted at any time, and is filled again.
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
use crate::domain::event::{RecordedEvent, StreamName};
use crate::domain::fold::{DecodedEvent, Evolved};
use crate::domain::state::State;
use crate::read_model::projections::account::accounts;
use crate::read_model::projections::account::daily_flows;
use crate::read_model::projections::account::saved_questions;
use crate::read_model::projections::account::totals;
use crate::read_model::projections::account::transactions;
use crate::read_model::projections::account::transfers;
use crate::read_model::projections::documents;
use crate::read_model::projections::not_understood;
use crate::read_model::rows::saved::Presentation;
use crate::replay::trace::Trace;

/// The number of an account in a read model: 1-based, without gaps, in the order in which the accounts first appear in
/// the log. So the highest number is also the number of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(pub i64);

/// An event with the result of folding it: decoded once, for all projections.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// The event.
    pub event: &'a RecordedEvent,
    /// The account that it belongs to.
    pub account: AccountId,
    /// The outcome of folding it.
    pub evolved: &'a Evolved,
    /// The state before it.
    pub before: &'a State,
    /// The state after it; equal to `before` if it was not understood.
    pub after: &'a State,
    /// Number of the account's events that were not understood so far, including this one.
    pub n_not_understood: u64,
}

impl Step<'_> {
    /// The decoded event of an account; `None` if it is not one, or was not understood.
    pub(in crate::read_model) fn account_event(&self) -> Option<&AccountEvent> {
        match &self.evolved.event {
            DecodedEvent::Account(event) => Some(event),
            DecodedEvent::Opaque => None,
        }
    }
}

/// An account after a batch of events.
#[derive(Clone, Debug)]
pub struct Touched {
    /// Its number.
    pub id: AccountId,
    /// Its name.
    pub name: StreamName,
    /// Its state.
    pub trace: Trace,
    /// Whether the read model has no row for it yet.
    pub is_new: bool,
    /// Whether its whole state was folded here, from its first event. A state read from a row may be anything that
    /// somebody wrote there.
    pub is_folded: bool,
}

/// How events become rows. A projection lives for one batch: it may write rows as the events come, or collect them and
/// write them at the end of the batch, in the order that suits its index.
pub trait Projection {
    /// Its name.
    fn name(&self) -> &'static str;

    /// Has to rise whenever the same events would become other rows. A read model of another version is rebuilt.
    fn version(&self) -> i64;

    /// Its tables and views, as SQL.
    fn schema(&self) -> &'static str;

    /// Projects the next event.
    ///
    /// # Errors
    /// Errors of the database.
    fn apply(&mut self, tx: &Transaction<'_>, step: &Step<'_>) -> Result<()>;

    /// Ends the batch. `accounts` are those that its events touched, by number.
    ///
    /// # Errors
    /// Errors of the database.
    fn finish(&mut self, tx: &Transaction<'_>, accounts: &[Touched]) -> Result<()>;
}

/// The words and saved questions of the domain, for the screen.
pub fn presentation() -> Presentation {
    saved_questions::presentation()
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
        Box::new(documents::Documents),
    ]
}
