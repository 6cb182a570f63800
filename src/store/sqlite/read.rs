//! Reads of the log: each reads only the rows that it answers, by key.
//!
//! Its files:
//!
//! - `event_views.rs`: the events of a store as views of another connection, for questions in SQL
//! - `late.rs`: late events: those whose own time is earlier than the clock at their position
//! - `rows.rs`: rows of the store's tables, as the values that they keep
//! - `scan.rs`: the fast scan for a search: only the columns that it needs, row by row
//! - `streams.rs`: streams by name: their numbers and versions

pub(in crate::store::sqlite) mod event_views;
pub mod late;
pub(in crate::store::sqlite) mod rows;
pub mod scan;
pub(in crate::store::sqlite) mod streams;

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use rusqlite::{Connection, OptionalExtension, params};

use crate::domain::aggregates::Aggregates;
use crate::domain::event::{GlobalPosition, RecordedEvent, StreamName, StreamPosition, Timestamp};
use crate::domain::mapping::Mappings;
use crate::store::sql::position::SqlPosition;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::read::rows::{EVENT_COLUMNS, limit_to_sql};
use crate::store::{Direction, EventReader};

impl EventReader for SqliteStore {
    fn head(&self) -> Result<GlobalPosition> {
        self.explained(|conn| Ok(rows::head(conn)?))
    }

    fn read_all(
        &self,
        from: GlobalPosition,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>> {
        let (compare, order) = match direction {
            Direction::Forward => (">=", "ASC"),
            Direction::Backward => ("<=", "DESC"),
        };
        let sql = format!(
            "SELECT {EVENT_COLUMNS} FROM events e WHERE e.position {compare} ?1 ORDER BY e.position {order} LIMIT ?2"
        );
        self.explained(|conn| {
            let params = params![from.to_sql(), limit_to_sql(limit)];
            self.names.borrow_mut().events(conn, &mut conn.prepare_cached(&sql)?, params)
        })
    }

    fn read_on(
        &self,
        from: GlobalPosition,
        limit: usize,
        into: &mut Vec<RecordedEvent>,
        n_kept: usize,
    ) -> Result<()> {
        let sql = format!(
            "SELECT {EVENT_COLUMNS} FROM events e WHERE e.position >= ?1 ORDER BY e.position LIMIT ?2"
        );
        self.explained(|conn| {
            let params = params![from.to_sql(), limit_to_sql(limit)];
            self.names.borrow_mut().events_into(conn, &mut conn.prepare_cached(&sql)?, params, into, n_kept)
        })
    }

    fn read_stream(
        &self,
        stream: &StreamName,
        from: StreamPosition,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>> {
        let sql = format!(
            "SELECT {EVENT_COLUMNS} FROM versions v CROSS JOIN events e ON e.position = v.position \
             WHERE v.stream = ?1 AND v.version >= ?2 ORDER BY v.version LIMIT ?3"
        );
        self.explained(|conn| {
            let Some(id) = streams::id(conn, stream.as_str())? else { return Ok(Vec::new()) };
            let params = params![id, from.to_sql(), limit_to_sql(limit)];
            self.names.borrow_mut().events(conn, &mut conn.prepare_cached(&sql)?, params)
        })
    }

    fn places(&self, stream: &StreamName, from: StreamPosition, limit: usize) -> Result<Vec<GlobalPosition>> {
        let sql =
            "SELECT position FROM versions WHERE stream = ?1 AND version >= ?2 ORDER BY version LIMIT ?3";
        self.explained(|conn| {
            let Some(id) = streams::id(conn, stream.as_str())? else { return Ok(Vec::new()) };
            let mut statement = conn.prepare_cached(sql)?;
            let places =
                statement.query_map(params![id, from.to_sql(), limit_to_sql(limit)], |row| row.get(0))?;
            Ok(places.map(|place| Ok(GlobalPosition::from_sql(place?))).collect::<rusqlite::Result<_>>()?)
        })
    }

    fn version_at(&self, stream: &StreamName, at: GlobalPosition) -> Result<StreamPosition> {
        self.explained(|conn| {
            let Some(id) = streams::id(conn, stream.as_str())? else { return Ok(StreamPosition::START) };
            let mut position_of =
                conn.prepare_cached("SELECT position FROM versions WHERE stream = ?1 AND version = ?2")?;
            let n = last_where(streams::version(conn, id)?.number(), |version| {
                let params = params![id, StreamPosition::new(version).to_sql()];
                let position: Option<i64> = position_of.query_row(params, |row| row.get(0)).optional()?;
                Ok(position.is_some_and(|position| position <= at.to_sql()))
            })?;
            Ok(StreamPosition::new(n))
        })
    }

    fn count(&self, after: GlobalPosition, up_to: GlobalPosition) -> Result<u64> {
        // Our positions have no gaps: the chain proves that.
        self.explained(|conn| Ok(rows::moment_at(conn, up_to)?.position.since(after)))
    }

    fn nth(&self, from: GlobalPosition, by: i64) -> Result<GlobalPosition> {
        let head = self.head()?;
        let from = from.min(head);
        Ok(if by < 0 { from.minus(by.unsigned_abs()) } else { from.plus(by.unsigned_abs()).min(head) })
    }

    fn position_at(&self, time: Timestamp) -> Result<GlobalPosition> {
        self.explained(|conn| {
            let head = rows::head(conn)?;
            let n = last_where(head.number(), |position| {
                let clock = rows::moment_at(conn, GlobalPosition::new(position))?.clock;
                Ok(clock.is_none_or(|clock| clock <= time))
            })?;
            Ok(GlobalPosition::new(n))
        })
    }

    fn clock_at(&self, at: GlobalPosition) -> Result<Option<Timestamp>> {
        self.explained(|conn| Ok(rows::moment_at(conn, at)?.clock))
    }

    fn streams(&self, prefix: &str, limit: usize) -> Result<Vec<StreamName>> {
        self.explained(|conn| streams_with(conn, prefix, limit))
    }

    fn event_by_id(&self, id: &str) -> Result<Option<RecordedEvent>> {
        self.explained(|conn| self.names.borrow_mut().by_id(conn, id))
    }

    fn aggregates(&self) -> Result<Aggregates> {
        Ok(self.aggregates.read_by(self.mappings()?))
    }

    fn mappings(&self) -> Result<Mappings> {
        let mut of_sources = HashMap::new();
        for source in self.sources()? {
            let Some(text) = source.mapping else { continue };
            let mapping =
                self.aggregates.parse_mapping(&text).map_err(anyhow::Error::from).with_context(|| {
                    format!(
                        "the mapping of {} in {} cannot be read; give it another",
                        source.name,
                        self.path.display()
                    )
                })?;
            of_sources.insert(source.id, Arc::new(mapping));
        }
        Ok(Mappings::new(of_sources))
    }
}

/// The greatest number in `1..=n` for which `holds` is true, and 0 if there is none. It has to be true up to some
/// number and false after it.
fn last_where(n: u64, mut holds: impl FnMut(u64) -> Result<bool>) -> Result<u64> {
    let (mut low, mut high) = (0, n);
    // Most queries are about the present: one test at the end answers them.
    if n > 0 && holds(n)? {
        return Ok(n);
    }
    while high.saturating_sub(low) > 1 {
        let middle = low.midpoint(high);
        if holds(middle)? { low = middle } else { high = middle }
    }
    Ok(low)
}

/// The names with this prefix, in byte order.
fn streams_with(conn: &Connection, prefix: &str, limit: usize) -> Result<Vec<StreamName>> {
    let mut statement =
        conn.prepare_cached("SELECT name FROM streams WHERE name >= ?1 ORDER BY name LIMIT ?2")?;
    let mut rows = statement.query(params![prefix, limit_to_sql(limit)])?;
    let mut names = Vec::new();
    while let Some(row) = rows.next()? {
        let name: String = row.get(0)?;
        if !name.starts_with(prefix) {
            break;
        }
        names.push(StreamName::new(&name)?);
    }
    Ok(names)
}
