//! The sources of a store: how far each log was read, its mapping, and where its events went.

use anyhow::{Context, Result};
use rusqlite::{Connection, OptionalExtension, params};

use crate::domain::event::{RecordedEvent, SourceId, StreamName, StreamPosition, to_micros};
use crate::store::log::source::Source;
use crate::store::sql::position::SqlPosition;
use crate::store::sqlite::file::error;
use crate::store::sqlite::proof::links::add_mapping;
use crate::store::sqlite::read::rows::{Names, from_sql, to_sql};
use crate::store::sqlite::read::streams::{self, Newest};
use crate::store::sqlite::{SqliteStore, now};

/// A source that the store does not know yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSource {
    /// The imported log that it is part of; `None` for a log itself.
    pub log: Option<SourceId>,
    /// See [`Source::name`].
    pub name: String,
    /// See [`Source::beginning_bytes`].
    pub beginning_bytes: u64,
    /// See [`Source::beginning_hash`].
    pub beginning_hash: String,
    /// See [`Source::mapping`].
    pub mapping: Option<String>,
}

impl SqliteStore {
    /// All sources, in order of first import.
    ///
    /// # Errors
    /// Errors of the store.
    pub fn sources(&self) -> Result<Vec<Source>> {
        self.explained(|conn| Ok(sources(conn)?))
    }

    /// Adds a source.
    ///
    /// # Errors
    /// Errors of the store, and an unknown `log`.
    pub fn add_source(&mut self, new: &NewSource) -> Result<SourceId> {
        let added = self.writing(|store, newest| {
            let conn = &store.conn;
            let id = conn.query_one("SELECT coalesce(max(id), 0) + 1 FROM sources", [], |row| row.get(0))?;
            let log = new.log.map_or(id, |SourceId(log)| log);
            conn.execute(
                "INSERT INTO sources (id, log, name, beginning_bytes, beginning_hash) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![id, log, new.name, to_sql(new.beginning_bytes), new.beginning_hash],
            )?;
            let newest = add_mapping(conn, id, newest, to_micros(now()), new.mapping.as_deref())?;
            Ok((SourceId(id), Some(newest)))
        });
        added.map_err(|error| error::explain(&self.path, error))
    }

    /// Sets the mapping file (TOML) by which the events of the source are read from now on. The older ones stay in the
    /// store, with the time at which each was given. The same text again changes nothing.
    ///
    /// # Errors
    /// Errors of the store, and an unknown source.
    pub fn set_mapping(&mut self, source: SourceId, mapping: &str) -> Result<()> {
        let given = self.writing(|store, newest| {
            let conn = &store.conn;
            if self::mapping(conn, source)?.as_deref() == Some(mapping) {
                return Ok(((), None));
            }
            let newest = add_mapping(conn, source.0, newest, to_micros(now()), Some(mapping))
                .with_context(|| format!("source {} cannot be given a mapping", source.0))?;
            Ok(((), Some(newest)))
        });
        given.map_err(|error: anyhow::Error| error::explain(&self.path, error))
    }

    /// The place, within that log, of the stream's newest event from it; 0 if there is none.
    ///
    /// # Errors
    /// Errors of the store.
    pub fn last_place(&self, log: SourceId, stream: &StreamName) -> Result<u64> {
        self.explained(|conn| {
            let Some(stream) = streams::id(conn, stream.as_str())? else { return Ok(0) };
            Ok(newest(conn, log, stream, streams::version(conn, stream)?)?.place)
        })
    }

    /// The event at that place of the stream within that log.
    ///
    /// # Errors
    /// Errors of the store.
    pub fn event_at_place(
        &self,
        log: SourceId,
        stream: &StreamName,
        place: u64,
    ) -> Result<Option<RecordedEvent>> {
        self.explained(|conn| {
            let Some(stream) = streams::id(conn, stream.as_str())? else { return Ok(None) };
            event_at_place(conn, &mut self.names.borrow_mut(), LogPlace { log, stream, place })
        })
    }
}

fn sources(conn: &Connection) -> rusqlite::Result<Vec<Source>> {
    let mut statement = conn.prepare_cached(
        "SELECT s.id, s.log, s.name, s.beginning_bytes, s.beginning_hash, s.read_bytes, s.read_hash, s.read_lines, \
         (SELECT m.text FROM mappings m WHERE m.source = s.id ORDER BY m.id DESC LIMIT 1) \
         FROM sources s ORDER BY s.id",
    )?;
    let sources = statement.query_map([], |row| {
        Ok(Source {
            id: SourceId(row.get(0)?),
            log: SourceId(row.get(1)?),
            name: row.get(2)?,
            beginning_bytes: from_sql(row.get(3)?),
            beginning_hash: row.get(4)?,
            read_bytes: from_sql(row.get(5)?),
            read_hash: row.get(6)?,
            read_lines: from_sql(row.get(7)?),
            mapping: row.get(8)?,
        })
    })?;
    sources.collect()
}

fn mapping(conn: &Connection, source: SourceId) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT text FROM mappings WHERE source = ?1 ORDER BY id DESC LIMIT 1";
    Ok(conn.query_row(sql, [source.0], |row| row.get(0)).optional()?.flatten())
}

/// A place of a stream within the log that it was imported from.
#[derive(Clone, Copy, Debug)]
pub(in crate::store::sqlite) struct LogPlace {
    pub(in crate::store::sqlite) log: SourceId,
    /// The store's number of the stream.
    pub(in crate::store::sqlite) stream: i64,
    pub(in crate::store::sqlite) place: u64,
}

/// The beginning of a run: from this place and version on, consecutive places have consecutive versions.
struct PlaceRun {
    place: u64,
    version: StreamPosition,
}

/// The run that would contain a place of a stream.
fn stretch_at(conn: &Connection, at: LogPlace) -> rusqlite::Result<Option<PlaceRun>> {
    let sql = "SELECT place, version FROM stretches WHERE log = ?1 AND stream = ?2 AND place <= ?3 \
               ORDER BY place DESC LIMIT 1";
    let mut statement = conn.prepare_cached(sql)?;
    let stretch = statement.query_row(params![at.log.0, at.stream, to_sql(at.place)], |row| {
        Ok(PlaceRun { place: from_sql(row.get(0)?), version: StreamPosition::from_sql(row.get(1)?) })
    });
    stretch.optional()
}

/// Whether the event with that version came from that place of the log.
fn came_from(conn: &Connection, at: LogPlace, version: StreamPosition) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM versions v CROSS JOIN events e ON e.position = v.position \
               JOIN sources s ON s.id = e.source \
               WHERE v.stream = ?1 AND v.version = ?2 AND s.log = ?3 AND e.place = ?4";
    conn.prepare_cached(sql)?.exists(params![at.stream, version.to_sql(), at.log.0, to_sql(at.place)])
}

/// The newest event from a log in a stream of that version.
pub(in crate::store::sqlite) fn newest(
    conn: &Connection,
    log: SourceId,
    stream: i64,
    version: StreamPosition,
) -> rusqlite::Result<Newest> {
    let Some(last) = stretch_at(conn, LogPlace { log, stream, place: u64::MAX })? else {
        return Ok(Newest { log, place: 0, version: StreamPosition::START });
    };
    // The last run reaches to some version, and nothing after it is from this log.
    let is_in = |n: u64| {
        let at = LogPlace { log, stream, place: last.place.saturating_add(n) };
        came_from(conn, at, last.version.plus(n))
    };
    let (mut low, mut high) = (0, version.since(last.version));
    if is_in(high)? {
        low = high;
    }
    while high.saturating_sub(low) > 1 {
        let middle = low.midpoint(high);
        if is_in(middle)? { low = middle } else { high = middle }
    }
    Ok(Newest { log, place: last.place.saturating_add(low), version: last.version.plus(low) })
}

/// See [`SqliteStore::event_at_place`].
pub(in crate::store::sqlite) fn event_at_place(
    conn: &Connection,
    names: &mut Names,
    at: LogPlace,
) -> Result<Option<RecordedEvent>> {
    let Some(stretch) = stretch_at(conn, at)? else { return Ok(None) };
    let version = stretch.version.plus(at.place.saturating_sub(stretch.place));
    if came_from(conn, at, version)? { names.by_version(conn, at.stream, version) } else { Ok(None) }
}
