//! The fast scan for a search: only the columns that it needs, row by row.

use std::ops::ControlFlow;

use anyhow::{Context, Result};
use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};

use crate::domain::event::{GlobalPosition, StreamName, to_micros};
use crate::store::log::scan::{RowRange, ScanFilter, ScannedRow, StreamNumber};
use crate::store::sql::position::SqlPosition;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::read::rows::{from_sql, limit_to_sql, to_sql};
use crate::store::sqlite::read::streams;

impl SqliteStore {
    /// Calls `take` with every row of a range that passes the filter, in order, until it stops. The caller limits the
    /// length of the range: rows that do not pass are skipped without asking `take`.
    ///
    /// # Errors
    /// Errors of the store, and those of `take`.
    pub fn scan(
        &self,
        range: RowRange,
        filter: ScanFilter<'_>,
        mut take: impl FnMut(&ScannedRow<'_>) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let sql = sql_of(range, filter);
        let ends = [range.first, range.last].map(|end| Value::Integer(to_sql(end)));
        let stream = range.stream.map(|stream| Value::Integer(to_sql(stream.0)));
        let types = filter.types.iter().map(|text| Value::Text(text.clone()));
        let times = [filter.times.from, filter.times.to].into_iter().flatten();
        let times = times.map(|time| Value::Integer(to_micros(time)));
        let params = params_from_iter(ends.into_iter().chain(stream).chain(types).chain(times));
        self.explained(|conn| {
            let mut statement = conn.prepare_cached(&sql)?;
            let mut rows = statement.query(params)?;
            while let Some(row) = rows.next()? {
                if take(&scanned(row, filter.has_data)?)?.is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    /// The number of a stream; `None` if there is no such stream.
    ///
    /// # Errors
    /// Errors of the store.
    pub fn stream_number(&self, name: &StreamName) -> Result<Option<StreamNumber>> {
        self.explained(|conn| Ok(streams::id(conn, name.as_str())?.map(|id| StreamNumber(from_sql(id)))))
    }

    /// Shows `take` the names of up to `limit` streams, from a number on, as bytes.
    ///
    /// # Errors
    /// The store's own.
    pub fn stream_names(
        &self,
        from: StreamNumber,
        limit: usize,
        mut take: impl FnMut(StreamNumber, &[u8]),
    ) -> Result<()> {
        self.explained(|conn| {
            let sql = "SELECT id, name FROM streams WHERE id >= ?1 ORDER BY id LIMIT ?2";
            let mut statement = conn.prepare_cached(sql)?;
            let mut rows = statement.query((to_sql(from.0), limit_to_sql(limit)))?;
            while let Some(row) = rows.next()? {
                take(StreamNumber(from_sql(row.get(0)?)), row.get_ref(1)?.as_bytes()?);
            }
            Ok(())
        })
    }
}

/// The query selects only the columns that are used, because SQLite reads skipped columns all the same.
fn sql_of(range: RowRange, filter: ScanFilter<'_>) -> String {
    let data = if filter.has_data { ", e.data" } else { "" };
    let columns = format!("e.position, e.stream, e.type, e.clock{data}");
    let n_before = if range.stream.is_some() { 3 } else { 2 };
    let types: Vec<_> = (0..filter.types.len()).map(|nth| format!("?{}", n_before + 1 + nth)).collect();
    let of_types = match types.as_slice() {
        [] => String::new(),
        types => format!(" AND e.type COLLATE NOCASE IN ({})", types.join(", ")),
    };
    let mut next = n_before + types.len();
    let mut in_time = String::new();
    if filter.times.from.is_some() {
        next += 1;
        in_time = format!(" AND coalesce(e.time, e.clock) >= ?{next}");
    }
    if filter.times.to.is_some() {
        next += 1;
        // Before any time is known an event is earlier than all times.
        in_time += &format!(" AND coalesce(e.time, e.clock, ?{next}) <= ?{next}");
    }
    if range.stream.is_some() {
        return format!(
            "SELECT {columns} FROM versions v CROSS JOIN events e ON e.position = v.position \
             WHERE v.stream = ?3 AND v.version BETWEEN ?1 AND ?2{of_types}{in_time} ORDER BY v.version"
        );
    }
    format!(
        "SELECT {columns} FROM events e WHERE e.position BETWEEN ?1 AND ?2{of_types}{in_time} ORDER BY e.position"
    )
}

fn scanned<'a>(row: &'a Row<'_>, has_data: bool) -> Result<ScannedRow<'a>> {
    let position = GlobalPosition::from_sql(row.get(0)?);
    let read = || -> Result<ScannedRow<'a>> {
        Ok(ScannedRow {
            position,
            stream: StreamNumber(from_sql(row.get(1)?)),
            event_type: row.get_ref(2)?.as_bytes()?,
            clock_micros: row.get(3)?,
            data: if has_data { row.get_ref(4)?.as_bytes()? } else { &[] },
        })
    };
    read().with_context(|| format!("the event at position {position} cannot be read"))
}
