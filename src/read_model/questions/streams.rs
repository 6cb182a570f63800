//! Windows of the list of all streams: one row a stream, in the order of names.

use std::cmp::Ordering;

use anyhow::Result;
use rusqlite::types::{ToSqlOutput, Value};
use rusqlite::{ToSql, Transaction};

use crate::domain::caseless::caseless;
use crate::domain::event::{GlobalPosition, StreamName};
use crate::read_model::projections::state_table::{RowSelection, StateTable};
use crate::read_model::questions::query::ReadTransaction;
use crate::read_model::rows::{StreamRow, StreamWindow, WindowPlace};
use crate::store::sql::position::SqlPosition;

/// The values that every statement about the list has.
struct WindowParameters<'a> {
    from: ToSqlOutput<'a>,
    position: Option<i64>,
    text: String,
}

impl ReadTransaction<'_> {
    /// Up to `n_before` streams whose names come before `from`, and up to `n_after` at or after it, in byte order. The
    /// empty text comes before all names. The list is the same at every position: a stream that did not exist then has no
    /// event and the state before its first.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn streams(&self, from: &str, n_before: usize, n_after: usize) -> Result<StreamWindow> {
        self.streams_with("", WindowPlace::From(from), n_before, n_after)
    }

    /// [`ReadTransaction::streams`] for those streams whose name or listed texts contain `text`, ignoring case; the texts are
    /// those at the position of the answers. The empty text lists all streams.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn streams_with(
        &self,
        text: &str,
        place: WindowPlace<'_>,
        n_before: usize,
        n_after: usize,
    ) -> Result<StreamWindow> {
        let Some(tx) = &self.tx else { return Ok(StreamWindow::default()) };
        let from = match place {
            WindowPlace::From(name) => ToSqlOutput::from(name),
            // A blob sorts after every text.
            WindowPlace::End => ToSqlOutput::Owned(Value::Blob(Vec::new())),
        };
        let asked =
            WindowParameters { from, position: self.as_of.map(GlobalPosition::to_sql), text: caseless(text) };
        let select = |condition: &str, order: fn(&StreamName, &StreamName) -> Ordering, n: usize| {
            let mut rows = Vec::new();
            for table in self.projections.tables() {
                rows.extend(self.rows_of(tx, table, &asked, condition, n.saturating_add(1))?);
            }
            rows.sort_by(|a, b| order(&a.stream, &b.stream));
            let has_more = rows.len() > n;
            rows.truncate(n);
            anyhow::Ok((rows, has_more))
        };
        let (mut rows, has_before) = select("s.name < ?1 ORDER BY s.name DESC", |a, b| b.cmp(a), n_before)?;
        let (mut after, has_after) = select("s.name >= ?1 ORDER BY s.name", Ord::cmp, n_after)?;
        rows.reverse();
        let at = rows.len();
        rows.append(&mut after);
        let n_streams = self.n_streams()?;
        let mut n_listed = if text.is_empty() { n_streams } else { 0 };
        for table in self.projections.tables().iter().filter(|_| !text.is_empty()) {
            let RowSelection { select, has_text } = self.selection(table);
            let sql = format!("SELECT count(*) FROM ({select} WHERE {has_text})");
            let values: [&dyn ToSql; 4] = [&asked.from, &0, &asked.position, &asked.text];
            let n: i64 = tx.prepare_cached(&sql)?.query_row(values, |row| row.get(0))?;
            n_listed += u64::try_from(n).unwrap_or(0);
        }
        Ok(StreamWindow { rows, at, has_before, has_after, n_listed, n_streams })
    }

    /// The row of that stream.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn stream(&self, name: &StreamName) -> Result<Option<StreamRow>> {
        let window = self.streams(name.as_str(), 0, 1)?;
        Ok(window.rows.into_iter().next().filter(|row| row.stream == *name))
    }

    /// Up to `n` of the rows of a table of states.
    pub(super) fn rows_in(&self, table: &StateTable, n: usize) -> Result<Vec<StreamRow>> {
        let Some(tx) = &self.tx else { return Ok(Vec::new()) };
        let asked = WindowParameters {
            from: ToSqlOutput::from(""),
            position: self.as_of.map(GlobalPosition::to_sql),
            text: String::new(),
        };
        self.rows_of(tx, table, &asked, "s.name >= ?1 ORDER BY s.name", n)
    }

    fn rows_of(
        &self,
        tx: &Transaction<'_>,
        table: &StateTable,
        asked: &WindowParameters<'_>,
        condition: &str,
        n: usize,
    ) -> Result<Vec<StreamRow>> {
        let RowSelection { select, has_text } = self.selection(table);
        let is_listed = if asked.text.is_empty() { "true" } else { has_text };
        let sql = format!("{select} WHERE {is_listed} AND {condition} LIMIT ?2");
        let limit = i64::try_from(n).unwrap_or(i64::MAX);
        let values: [&dyn ToSql; 4] = [&asked.from, &limit, &asked.position, &asked.text];
        let mut select = tx.prepare_cached(&sql)?;
        // Values without a parameter in the statement are dropped.
        let n_values = select.parameter_count().min(values.len());
        let rows = select.query_map(values.get(..n_values).unwrap_or_default(), |row| {
            (table.read_row)(row, self.aggregates)
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The rows of a table as of the position of the answers.
    fn selection(&self, table: &StateTable) -> RowSelection {
        if self.as_of.is_some() { table.rows_as_of } else { table.rows }
    }
}
