//! The projection `documents`: the states of the streams of aggregates without tables of their own.

use anyhow::Result;
use rusqlite::types::ToSqlOutput;
use rusqlite::{Row, Transaction};

use crate::domain::aggregates::Aggregates;
use crate::domain::event::{GlobalPosition, StreamPosition};
use crate::domain::state::State;
use crate::read_model::engine::traces;
use crate::read_model::projections::columns::{stream_name, unreadable};
use crate::read_model::projections::state_table::{RowSelection, StateTable};
use crate::read_model::projections::{Projection, Step, StreamId, Touched};
use crate::read_model::rows::StreamRow;
use crate::read_model::rows::columns::ColumnMeaning;
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
    fn name(&self) -> &str {
        "documents"
    }

    fn version(&self) -> i64 {
        2
    }

    fn schema(&self) -> &str {
        include_str!("documents.sql")
    }

    fn present(&self) -> Vec<&str> {
        vec!["document_rows"]
    }

    fn columns(&self) -> &'static [ColumnMeaning] {
        const { &[ColumnMeaning::stream("stream"), ColumnMeaning::position("position")] }
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
        DOCUMENT_TABLE.write(tx, streams)?;
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
    projections: || vec![Box::new(Documents::default())],
    keeps: |state| matches!(state, State::Document(_)),
    trace_columns: traces::COLUMNS,
    trace_values: |trace| traces::values(trace).map(ToSqlOutput::Owned).into(),
    read_trace: traces::trace,
    rows: RowSelection { select: SELECT_DOCUMENTS, has_text: "has_listed_text(?4, s.name, s.state)" },
    rows_as_of: RowSelection {
        select: SELECT_DOCUMENTS_AS_OF,
        has_text: "has_listed_text(?4, s.name, h.state)",
    },
    read_row: document_row,
    filtered_by: "name or a listed text",
    tables: "documents",
    questions: Vec::new,
    totals: None,
};

/// Selects the columns of [`document_row`]; a condition follows.
const SELECT_DOCUMENTS: &str =
    "SELECT s.name, s.state, s.version, s.position, s.n_not_understood FROM document_rows AS s";

/// The same as of the position `?3`, with every stream that exists by now. Streams that did not exist then have no event
/// and no state.
const SELECT_DOCUMENTS_AS_OF: &str =
    "SELECT s.name, h.state, ifnull(h.version, 0), ifnull(h.position, 0), ifnull(h.n_not_understood, 0)
     FROM document_rows AS s
     LEFT JOIN document_history AS h ON h.stream = s.id AND h.position = (
         SELECT max(e.position) FROM document_history AS e WHERE e.stream = s.id AND e.position <= ?3
     )";

/// A row of [`SELECT_DOCUMENTS`].
fn document_row(row: &Row<'_>, aggregates: &Aggregates) -> rusqlite::Result<StreamRow> {
    let stream = stream_name(row, 0)?;
    let of_another_kind = || unreadable(1, "a state of another kind");
    let State::Document(initial) = aggregates.fold_of(&stream).initial() else {
        return Err(of_another_kind());
    };
    let columns = match row.get_ref(1)?.as_str_or_null()? {
        None => initial,
        Some(json) => initial.restored(json).ok_or_else(of_another_kind)?,
    };
    let n_not_understood: i64 = row.get(4)?;
    Ok(StreamRow {
        stream,
        columns,
        version: StreamPosition::from_sql(row.get(2)?),
        position: GlobalPosition::from_sql(row.get(3)?),
        n_not_understood: u64::try_from(n_not_understood).unwrap_or(0),
    })
}
