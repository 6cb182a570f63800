//! The row of a stream, in the table of its aggregate.

use anyhow::Result;
use rusqlite::{Connection, Transaction};

use crate::domain::event::StreamName;
use crate::domain::fold::Fold;
use crate::read_model::projections::list::{Projections, state_table_of};
use crate::read_model::projections::state_table::StateTable;
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
    state_table_of(fold).find(tx, name, fold)
}

/// Number of streams in the read model: their numbers have no gaps.
///
/// # Errors
/// Errors of the database.
pub(in crate::read_model) fn count(connection: &Connection, projections: &Projections) -> Result<i64> {
    let highest = |table: &&StateTable| format!(", ifnull((SELECT max(id) FROM {}), 0)", table.table);
    let sql = format!("SELECT max(0{})", projections.tables().iter().map(highest).collect::<String>());
    Ok(connection.prepare_cached(&sql)?.query_row([], |row| row.get(0))?)
}

/// A stream without a row.
pub(in crate::read_model) fn unknown(id: StreamId, name: &StreamName, fold: &dyn Fold) -> Touched {
    let trace = Trace::before_the_first_event(fold);
    Touched { id, name: name.clone(), trace, is_new: true, is_folded: true }
}
