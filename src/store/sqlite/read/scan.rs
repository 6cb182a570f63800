//! The fast scan for a search: only the columns that it needs, row by row.

use std::ops::ControlFlow;

use anyhow::{Context, Result};
use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};

use crate::domain::event::{GlobalPosition, StreamName, Timestamp, to_micros};
use crate::domain::time_bounds::TimeBounds;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::read::rows::{from_micros, limit_to_sql, to_sql};
use crate::store::sqlite::read::streams;

/// The number under which a store keeps a stream: 1, 2, 3 … in the order of their first events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamNumber(i64);

impl StreamNumber {
    /// The stream with this number.
    pub fn new(number: u64) -> Self {
        Self(to_sql(number))
    }

    /// Its place among all streams, from 1 on.
    pub fn number(self) -> u64 {
        u64::try_from(self.0).unwrap_or(0)
    }
}

/// A part of the log, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The stream whose versions these are; `None`: positions in the whole log.
    pub stream: Option<StreamNumber>,
    /// The first version or position.
    pub first: u64,
    /// The last one.
    pub last: u64,
}

/// What a scan reads of each row, and of which rows.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Only events of these types, in any case; none = any type.
    pub types: &'a [String],
    /// Only events whose times lie inside.
    pub times: TimeBounds,
    /// Whether the data is wanted; otherwise it is empty.
    pub has_data: bool,
}

/// An event as it lies in the log. Its texts are bytes that nobody has looked at.
#[derive(Clone, Copy, Debug)]
pub struct ScannedRow<'a> {
    /// Where it stands.
    pub position: GlobalPosition,
    /// Whose it is.
    pub stream: StreamNumber,
    /// What kind of thing happened.
    pub event_type: &'a [u8],
    /// What happened, as raw JSON.
    pub data: &'a [u8],
    clock: Option<i64>,
}

impl ScannedRow<'_> {
    /// The clock at its position.
    ///
    /// # Errors
    /// The store has kept something that is no time.
    pub fn clock(&self) -> Result<Option<Timestamp>> {
        self.clock.map(from_micros).transpose()
    }
}

impl SqliteStore {
    /// Shows `take` every row of a stretch, in order, until it breaks off. How long a stretch may be is for the caller:
    /// rows that are not wanted are passed over without a look at `take`.
    ///
    /// # Errors
    /// The store's own, and those of `take`.
    pub fn scan(
        &self,
        stretch: Stretch,
        wanted: Wanted<'_>,
        mut take: impl FnMut(&ScannedRow<'_>) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let sql = sql_of(stretch, wanted);
        let ends = [stretch.first, stretch.last].map(|end| Value::Integer(to_sql(end)));
        let stream = stretch.stream.map(|stream| Value::Integer(stream.0));
        let types = wanted.types.iter().map(|text| Value::Text(text.clone()));
        let times = [wanted.times.from, wanted.times.to].into_iter().flatten();
        let times = times.map(|time| Value::Integer(to_micros(time)));
        let params = params_from_iter(ends.into_iter().chain(stream).chain(types).chain(times));
        self.explained(|conn| {
            let mut statement = conn.prepare_cached(&sql)?;
            let mut rows = statement.query(params)?;
            while let Some(row) = rows.next()? {
                if take(&scanned(row, wanted.has_data)?)?.is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    /// The number of a stream; `None` where there is no such stream.
    ///
    /// # Errors
    /// The store's own.
    pub fn stream_number(&self, name: &StreamName) -> Result<Option<StreamNumber>> {
        self.explained(|conn| Ok(streams::id(conn, name.as_str())?.map(StreamNumber)))
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
            let mut rows = statement.query((from.0, limit_to_sql(limit)))?;
            while let Some(row) = rows.next()? {
                take(StreamNumber(row.get(0)?), row.get_ref(1)?.as_bytes()?);
            }
            Ok(())
        })
    }
}

/// The question: no more columns than are looked at, for every one that is passed over is read all the same.
fn sql_of(stretch: Stretch, wanted: Wanted<'_>) -> String {
    let data = if wanted.has_data { ", e.data" } else { "" };
    let columns = format!("e.position, e.stream, e.type, e.clock{data}");
    let n_before = if stretch.stream.is_some() { 3 } else { 2 };
    let types: Vec<_> = (0..wanted.types.len()).map(|nth| format!("?{}", n_before + 1 + nth)).collect();
    let of_types = match types.as_slice() {
        [] => String::new(),
        types => format!(" AND e.type COLLATE NOCASE IN ({})", types.join(", ")),
    };
    let mut next = n_before + types.len();
    let mut in_time = String::new();
    if wanted.times.from.is_some() {
        next += 1;
        in_time = format!(" AND coalesce(e.time, e.clock) >= ?{next}");
    }
    if wanted.times.to.is_some() {
        next += 1;
        // Before any time is known an event is earlier than all times.
        in_time += &format!(" AND coalesce(e.time, e.clock, ?{next}) <= ?{next}");
    }
    if stretch.stream.is_some() {
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
            stream: StreamNumber(row.get(1)?),
            event_type: row.get_ref(2)?.as_bytes()?,
            clock: row.get(3)?,
            data: if has_data { row.get_ref(4)?.as_bytes()? } else { &[] },
        })
    };
    read().with_context(|| format!("the event at position {position} cannot be read"))
}
