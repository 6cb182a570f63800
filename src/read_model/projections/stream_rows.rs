//! The row of a stream, in the table of its aggregate.

use anyhow::Result;
use rusqlite::{Connection, Transaction};

use crate::domain::event::StreamName;
use crate::domain::fold::Fold;
use crate::domain::state::State;
use crate::read_model::projections::account::accounts;
use crate::read_model::projections::documents;
use crate::read_model::projections::{StreamId, Touched};
use crate::replay::trace::Trace;

/// The stream of that name, from its row.
///
/// # Errors
/// The row cannot be read.
pub(in crate::read_model) fn find(
    tx: &Transaction<'_>,
    name: &StreamName,
    fold: &dyn Fold,
) -> Result<Option<Touched>> {
    match fold.initial() {
        State::Account(_) => accounts::find(tx, name),
        State::Document(_) => documents::find(tx, name, fold),
    }
}

/// Number of streams in the read model: their numbers have no gaps.
///
/// # Errors
/// Errors of the database.
pub(in crate::read_model) fn count(connection: &Connection) -> Result<i64> {
    let sql = "SELECT max(ifnull((SELECT max(id) FROM account_rows), 0), \
                   ifnull((SELECT max(id) FROM document_rows), 0))";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// A stream without a row.
pub(in crate::read_model) fn unknown(id: StreamId, name: &StreamName, fold: &dyn Fold) -> Touched {
    let trace = Trace::before_the_first_event(fold);
    Touched { id, name: name.clone(), trace, is_new: true, is_folded: true }
}
