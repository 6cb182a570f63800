//! The projection `documents`: the states of the streams of aggregates without tables of their own.

use anyhow::Result;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, Transaction, params_from_iter};

use crate::domain::aggregates::Aggregates;
use crate::domain::event::{GlobalPosition, StreamName, StreamPosition};
use crate::domain::fold::Fold;
use crate::domain::state::{Document, State};
use crate::read_model::engine::contradiction::Contradiction;
use crate::read_model::engine::traces;
use crate::read_model::projections::columns::{stream_name, unreadable};
use crate::read_model::projections::state_table::StateTable;
use crate::read_model::projections::{Projection, Step, StreamId, Touched};
use crate::read_model::rows::StreamRow;
use crate::store::sql::insert::insert;
use crate::store::sql::position::SqlPosition;

/// Keeps one row per stream whose state is a document, and one per event of such a stream.
#[derive(Debug, Default)]
pub struct Documents {
    /// The states after the events of this batch.
    history: Vec<StateAfter>,
}

#[derive(Debug)]
struct StateAfter {
    stream: StreamId,
    position: GlobalPosition,
    version: StreamPosition,
    n_not_understood: u64,
    state: String,
}

impl Projection for Documents {
    fn name(&self) -> &'static str {
        "documents"
    }

    fn version(&self) -> i64 {
        2
    }

    fn schema(&self) -> &'static str {
        include_str!("documents.sql")
    }

    fn present(&self) -> &'static [&'static str] {
        &["document_rows"]
    }

    fn apply(&mut self, _: &Transaction<'_>, step: &Step<'_>) -> Result<()> {
        if let State::Document(_) = step.after {
            self.history.push(StateAfter {
                stream: step.stream,
                position: step.event.position,
                version: step.event.version,
                n_not_understood: step.n_not_understood,
                state: serde_json::to_string(step.after)?,
            });
        }
        Ok(())
    }

    fn finish(&mut self, tx: &Transaction<'_>, streams: &[Touched]) -> Result<()> {
        let is_document = |touched: &&Touched| (DOCUMENT_TABLE.keeps)(&touched.trace.state);
        for Touched { id, name, trace, is_new, .. } in streams.iter().filter(is_document) {
            let sql = match is_new {
                true => format!(
                    "INSERT INTO document_rows (id, name, {}) VALUES (?, ?{})",
                    traces::COLUMNS,
                    ", ?".repeat(traces::N_COLUMNS)
                ),
                false => format!(
                    "UPDATE document_rows SET ({}) = (?3{}) WHERE id = ?1 AND name = ?2",
                    traces::COLUMNS,
                    ", ?".repeat(traces::N_COLUMNS - 1)
                ),
            };
            let key = [Value::Integer(id.0), Value::Text(name.as_str().to_owned())];
            let values = key.into_iter().chain(traces::values(trace));
            if tx.prepare_cached(&sql)?.execute(params_from_iter(values))? != 1 {
                return Err(Contradiction(format!("the row of {name} is not found by its number")).into());
            }
        }
        // In the order of the key, so that each page is visited once.
        self.history.sort_unstable_by_key(|after| (after.stream, after.position));
        insert(tx, "document_history", 5, &self.history, |after, row| {
            row.put(after.stream.0)?;
            row.put(after.position.to_sql())?;
            row.put(after.version.to_sql())?;
            row.put(i64::try_from(after.n_not_understood).unwrap_or(i64::MAX))?;
            row.put(after.state.as_str())
        })?;
        Ok(())
    }
}

/// The table of documents.
pub(in crate::read_model) static DOCUMENT_TABLE: StateTable = StateTable {
    table: "document_rows",
    keeps: |state| matches!(state, State::Document(_)),
    filtered_by: "name or a listed text",
    tables: "documents",
    questions: Vec::new,
};

/// The stream of that name, from its row.
pub(in crate::read_model) fn find(
    tx: &Transaction<'_>,
    name: &StreamName,
    fold: &dyn Fold,
) -> Result<Option<Touched>> {
    let sql = format!("SELECT id, {} FROM document_rows WHERE name = ?1", traces::COLUMNS);
    let touched = |row: &Row<'_>| {
        let (id, trace) = (StreamId(row.get(0)?), traces::trace(row, 1, fold)?);
        Ok(Touched { id, name: name.clone(), trace, is_new: false, is_folded: false })
    };
    Ok(tx.prepare_cached(&sql)?.query_row([name.as_str()], touched).optional()?)
}

/// Selects the columns of [`document_row`]; a condition follows.
pub(in crate::read_model) const SELECT_DOCUMENTS: &str =
    "SELECT s.name, s.state, s.version, s.position, s.n_not_understood FROM document_rows AS s";

/// The same as of the position `?3`, with every stream that exists by now. Streams that did not exist then have no event
/// and no state.
pub(in crate::read_model) const SELECT_DOCUMENTS_AS_OF: &str =
    "SELECT s.name, h.state, ifnull(h.version, 0), ifnull(h.position, 0), ifnull(h.n_not_understood, 0)
     FROM document_rows AS s
     LEFT JOIN document_history AS h ON h.stream = s.id AND h.position = (
         SELECT max(e.position) FROM document_history AS e WHERE e.stream = s.id AND e.position <= ?3
     )";

/// A row of [`SELECT_DOCUMENTS`].
pub(in crate::read_model) fn document_row(
    row: &Row<'_>,
    aggregates: &Aggregates,
) -> rusqlite::Result<StreamRow> {
    let stream = stream_name(row, 0)?;
    let initial = match aggregates.fold_of(&stream).initial() {
        State::Document(document) => Some(document),
        State::Account(_) => None,
    };
    let columns = match row.get_ref(1)?.as_str_or_null()? {
        None => initial,
        Some(json) => initial.and_then(|initial: Document| initial.restored(json)),
    };
    let n_not_understood: i64 = row.get(4)?;
    Ok(StreamRow {
        stream,
        columns: columns.ok_or_else(|| unreadable(1, "a state of another kind"))?,
        version: StreamPosition::from_sql(row.get(2)?),
        position: GlobalPosition::from_sql(row.get(3)?),
        n_not_understood: u64::try_from(n_not_understood).unwrap_or(0),
    })
}
