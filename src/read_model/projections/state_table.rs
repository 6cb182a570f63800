//! A table of states: a projection's row a stream, its present and its past, and the words that it gives the screen.

use anyhow::Result;
use rusqlite::types::ToSqlOutput;
use rusqlite::{OptionalExtension, Row, Transaction, params_from_iter};

use crate::domain::aggregates::Aggregates;
use crate::domain::event::StreamName;
use crate::domain::fold::Fold;
use crate::domain::state::State;
use crate::read_model::engine::contradiction::Contradiction;
use crate::read_model::projections::{Projection, StreamId, Touched};
use crate::read_model::rows::StreamRow;
use crate::read_model::rows::saved::{SavedQuestion, TotalsQuestion};
use crate::replay::trace::Trace;

/// A table in which a projection keeps the states of streams, a row each. Its key is `id`, the stream's number; `name` is
/// unique.
pub struct StateTable {
    /// Its name in the database.
    pub table: &'static str,
    /// The projections of these streams for one batch: the one that writes this table, and those beside it.
    pub projections: fn() -> Vec<Box<dyn Projection>>,
    /// Whether states like this one are kept here.
    pub keeps: fn(&State) -> bool,
    /// The columns of a trace, after `id` and `name`.
    pub trace_columns: &'static str,
    /// The values of these columns.
    pub trace_values: fn(&Trace) -> Vec<ToSqlOutput<'_>>,
    /// The trace in these columns, from that number on, of a stream of this fold.
    pub read_trace: fn(&Row<'_>, usize, &dyn Fold) -> rusqlite::Result<Trace>,
    /// Its rows at the checkpoint.
    pub rows: RowSelection,
    /// Its rows as of the position `?3`: one for every stream that exists by now. A stream that did not exist then has
    /// no event and no state.
    pub rows_as_of: RowSelection,
    /// A row of either selection.
    pub read_row: fn(&Row<'_>, &Aggregates) -> rusqlite::Result<StreamRow>,
    /// The parts of a row in which the filter of the rows looks, in words.
    pub filtered_by: &'static str,
    /// The tables that questions about these streams are asked of, the most important one first, and what to know of
    /// their values.
    pub tables: &'static str,
    /// The saved questions about these streams, in the order in which they are offered.
    pub questions: fn() -> Vec<SavedQuestion>,
    /// The questions about the sums of their measure; `None` if no projection adds it up.
    pub totals: Option<TotalsQuestion>,
}

/// A selection of rows, a stream each.
#[derive(Clone, Copy)]
pub struct RowSelection {
    /// The statement up to its condition. The rows are called `s`.
    pub select: &'static str,
    /// The condition that a row has the text `?4`.
    pub has_text: &'static str,
}

impl StateTable {
    /// The stream of that name, from its row.
    ///
    /// # Errors
    /// The row cannot be read.
    pub fn find(&self, tx: &Transaction<'_>, name: &StreamName, fold: &dyn Fold) -> Result<Option<Touched>> {
        let sql = format!("SELECT id, {} FROM {} WHERE name = ?1", self.trace_columns, self.table);
        let touched = |row: &Row<'_>| {
            let (id, trace) = (StreamId(row.get(0)?), (self.read_trace)(row, 1, fold)?);
            Ok(Touched { id, name: name.clone(), trace, is_new: false, is_folded: false })
        };
        Ok(tx.prepare_cached(&sql)?.query_row([name.as_str()], touched).optional()?)
    }

    /// Writes the rows of those of the streams whose states are kept here.
    ///
    /// # Errors
    /// Errors of the database; a [`Contradiction`] if the row of a stream is not found.
    pub fn write(&self, tx: &Transaction<'_>, streams: &[Touched]) -> Result<()> {
        let is_kept = |touched: &&Touched| (self.keeps)(&touched.trace.state);
        let mut kept = streams.iter().filter(is_kept).peekable();
        if kept.peek().is_none() {
            return Ok(());
        }
        let Self { table, trace_columns, .. } = self;
        let more = ", ?".repeat(trace_columns.matches(',').count());
        let mut insert = tx.prepare_cached(&format!(
            "INSERT INTO {table} (id, name, {trace_columns}) VALUES (?, ?, ?{more})"
        ))?;
        let mut update = tx.prepare_cached(&format!(
            "UPDATE {table} SET ({trace_columns}) = (?3{more}) WHERE id = ?1 AND name = ?2"
        ))?;
        for Touched { id, name, trace, is_new, .. } in kept {
            let write = if *is_new { &mut insert } else { &mut update };
            let key = [ToSqlOutput::from(id.0), ToSqlOutput::from(name.as_str())];
            let values = key.into_iter().chain((self.trace_values)(trace));
            if write.execute(params_from_iter(values))? != 1 {
                return Err(Contradiction(format!("the row of {name} is not found by its number")).into());
            }
        }
        Ok(())
    }
}
