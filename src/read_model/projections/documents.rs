//! The projection `documents`: the current state of each stream of an aggregate without tables of its own.

use anyhow::Result;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, Transaction, params_from_iter};

use crate::domain::event::StreamName;
use crate::domain::fold::Fold;
use crate::domain::state::State;
use crate::read_model::engine::contradiction::Contradiction;
use crate::read_model::engine::traces;
use crate::read_model::projections::{Projection, Step, StreamId, Touched};

/// Keeps one row per stream whose state is a document.
#[derive(Debug, Default)]
pub struct Documents;

impl Projection for Documents {
    fn name(&self) -> &'static str {
        "documents"
    }

    fn version(&self) -> i64 {
        1
    }

    fn schema(&self) -> &'static str {
        include_str!("documents.sql")
    }

    fn present(&self) -> &'static [&'static str] {
        &["document_rows"]
    }

    fn apply(&mut self, _: &Transaction<'_>, _: &Step<'_>) -> Result<()> {
        Ok(())
    }

    fn finish(&mut self, tx: &Transaction<'_>, streams: &[Touched]) -> Result<()> {
        let is_document = |touched: &&Touched| matches!(touched.trace.state, State::Document(_));
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
        Ok(())
    }
}

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
