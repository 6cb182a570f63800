//! Windows of the list of all streams: one row a stream, in the order of names.

use std::cmp::Ordering;

use anyhow::Result;
use rusqlite::types::{ToSqlOutput, Value};
use rusqlite::{Row, ToSql, Transaction};

use crate::domain::aggregates::Aggregates;
use crate::domain::caseless::caseless;
use crate::domain::event::{GlobalPosition, StreamName};
use crate::read_model::projections::account::accounts::{
    SELECT_ACCOUNTS, SELECT_ACCOUNTS_AS_OF, account_row,
};
use crate::read_model::projections::documents::{SELECT_DOCUMENTS, SELECT_DOCUMENTS_AS_OF, document_row};
use crate::read_model::questions::query::ReadTransaction;
use crate::read_model::rows::{StreamRow, StreamWindow, WindowPlace};
use crate::store::sql::position::SqlPosition;

/// A table with a row a stream.
#[derive(Clone, Copy)]
struct RowSource {
    /// Selects its rows, which are called `s`. `?3` is a position of the past.
    select: &'static str,
    /// The condition that a row has the text `?4`.
    has_text: &'static str,
    read: fn(&Row<'_>, &Aggregates) -> rusqlite::Result<StreamRow>,
}

/// The table of streams, at the checkpoint or as of an earlier position.
fn of_accounts(is_past: bool) -> RowSource {
    let (select, has_text) = match is_past {
        true => (SELECT_ACCOUNTS_AS_OF, "has_text(?4, s.name, d.owner)"),
        false => (SELECT_ACCOUNTS, "has_text(?4, s.name, s.owner)"),
    };
    RowSource { select, has_text, read: |row, _| account_row(row) }
}

/// The table of documents, at the checkpoint or as of an earlier position.
fn of_documents(is_past: bool) -> RowSource {
    let (select, has_text) = match is_past {
        true => (SELECT_DOCUMENTS_AS_OF, "has_listed_text(?4, s.name, h.state)"),
        false => (SELECT_DOCUMENTS, "has_listed_text(?4, s.name, s.state)"),
    };
    RowSource { select, has_text, read: document_row }
}

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
        let is_past = self.as_of.is_some();
        let sources = [of_accounts(is_past), of_documents(is_past)];
        let select = |condition: &str, order: fn(&StreamName, &StreamName) -> Ordering, n: usize| {
            let mut rows = Vec::new();
            for source in sources {
                rows.extend(self.rows_of(tx, source, &asked, condition, n.saturating_add(1))?);
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
        for source in sources.into_iter().filter(|_| !text.is_empty()) {
            let RowSource { select, has_text, .. } = source;
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

    /// Up to `n` of the rows that the totals add up.
    pub(super) fn summed_rows(&self, n: usize) -> Result<Vec<StreamRow>> {
        let Some(tx) = &self.tx else { return Ok(Vec::new()) };
        let asked = WindowParameters {
            from: ToSqlOutput::from(""),
            position: self.as_of.map(GlobalPosition::to_sql),
            text: String::new(),
        };
        self.rows_of(tx, of_accounts(self.as_of.is_some()), &asked, "s.name >= ?1 ORDER BY s.name", n)
    }

    fn rows_of(
        &self,
        tx: &Transaction<'_>,
        source: RowSource,
        asked: &WindowParameters<'_>,
        condition: &str,
        n: usize,
    ) -> Result<Vec<StreamRow>> {
        let RowSource { select, has_text, read } = source;
        let is_listed = if asked.text.is_empty() { "true" } else { has_text };
        let sql = format!("{select} WHERE {is_listed} AND {condition} LIMIT ?2");
        let limit = i64::try_from(n).unwrap_or(i64::MAX);
        let values: [&dyn ToSql; 4] = [&asked.from, &limit, &asked.position, &asked.text];
        let mut select = tx.prepare_cached(&sql)?;
        // Values without a parameter in the statement are dropped.
        let n_values = select.parameter_count().min(values.len());
        let rows =
            select.query_map(values.get(..n_values).unwrap_or_default(), |row| read(row, self.aggregates))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
