//! Projections: how events become rows, a file each.
//!
//! Its files:
//!
//! - `account.rs`: the bank's projections
//! - `columns.rs`: names, currencies and other values in the columns of rows
//! - `declared.rs`: declared projections: a person's own tables and SQL, with a history that foldback keeps for them
//! - `documents.rs`: the projection `documents`: the states of the streams of aggregates without tables of their own
//! - `list.rs`: the projections of a log: those that every log has, and those of its aggregates
//! - `not_understood.rs`: the projection `not_understood`: events not understood, or only in part, each with its reason
//! - `state_table.rs`: a table of states: a projection's row a stream, its present and its past, and the words that it gives the screen
//! - `stream_rows.rs`: the row of a stream, in the table of its aggregate
//! - `sum.rs`: sums of amounts in SQLite: an integer if it fits, otherwise exact decimal text

pub mod account;
pub(in crate::read_model) mod columns;
pub mod declared;
pub mod documents;
pub mod list;
pub mod not_understood;
pub(in crate::read_model) mod state_table;
pub(in crate::read_model) mod stream_rows;
pub(in crate::read_model) mod sum;

use anyhow::Result;
use rusqlite::Transaction;

use crate::domain::event::{RecordedEvent, StreamName};
use crate::domain::fold::{Evolved, Fold};
use crate::domain::state::State;
use crate::read_model::rows::columns::ColumnMeaning;
use crate::replay::trace::Trace;

/// The number of a stream in a read model: 1-based, without gaps, in the order in which the streams first appear in the
/// log. So the highest number is also the number of streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(pub i64);

/// An event with the result of folding it: decoded once, for all projections.
#[derive(Clone, Copy)]
pub struct Step<'a> {
    pub event: &'a RecordedEvent,
    /// The fold of its stream.
    pub fold: &'a dyn Fold,
    /// The stream that it belongs to.
    pub stream: StreamId,
    /// The outcome of folding it.
    pub evolved: &'a Evolved,
    /// The state before it.
    pub before: &'a State,
    /// The state after it; equal to `before` if it was not understood.
    pub after: &'a State,
    /// Number of the stream's events that were not understood so far, including this one.
    pub n_not_understood: u64,
}

/// A stream after a batch of events.
#[derive(Clone, Debug)]
pub struct Touched {
    pub id: StreamId,
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
    fn name(&self) -> &str;

    /// Has to rise whenever the same events would become other rows. A read model of another version is rebuilt.
    fn version(&self) -> i64;

    /// Its tables and views, as SQL.
    fn schema(&self) -> &str;

    /// Its tables that a batch reads before it writes: the present, without history.
    fn present(&self) -> Vec<&str>;

    /// The meanings of the columns of its tables and views, by name.
    fn columns(&self) -> &'static [ColumnMeaning];

    /// Projects the next event.
    ///
    /// # Errors
    /// Errors of the database.
    fn apply(&mut self, tx: &Transaction<'_>, step: &Step<'_>) -> Result<()>;

    /// Ends the batch. `streams` are those that its events touched, by number.
    ///
    /// # Errors
    /// Errors of the database.
    fn finish(&mut self, tx: &Transaction<'_>, streams: &[Touched]) -> Result<()>;
}
