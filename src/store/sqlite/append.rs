//! Appends of what commands decided: all of it on the disk, or nothing.

use std::collections::HashSet;

use anyhow::{Result, anyhow};
use rusqlite::{Connection, params};

use crate::domain::chain::{self, EventLink};
use crate::domain::event::{EventText, NewEvent, RecordedEvent, StreamName, StreamPosition, to_micros};
use crate::domain::moment::Moment;
use crate::store::micros::from_micros;
use crate::store::sql::position::SqlPosition;
use crate::store::sqlite::file::error;
use crate::store::sqlite::import::id_filter::IdFilter;
use crate::store::sqlite::import::id_key::IdKey;
use crate::store::sqlite::import::ids::INSERT_ID;
use crate::store::sqlite::proof::links::Link;
use crate::store::sqlite::read::rows::{Names, moment_at};
use crate::store::sqlite::read::streams;
use crate::store::sqlite::{SqliteStore, unacceptable};
use crate::store::{AppendError, Appended, Conflict, EventStore, StreamWrite};

/// Adds an event of a command.
const INSERT_EVENT: &str = "INSERT INTO events (position, stream, version, time, clock, hash, type, id, data, metadata) \
                            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

/// Adds a stream.
pub(super) const INSERT_STREAM: &str = "INSERT INTO streams (id, name) VALUES (?1, ?2)";

/// Records the position of an event by stream and version.
pub(super) const INSERT_VERSION: &str =
    "INSERT INTO versions (stream, version, position) VALUES (?1, ?2, ?3)";

impl EventStore for SqliteStore {
    fn append(&mut self, writes: &[StreamWrite]) -> Result<Appended, AppendError> {
        self.written.forget();
        self.id_filter = IdFilter::default();
        check(writes)?;
        let appended =
            self.writing(|store, newest| append(&store.conn, store.names.get_mut(), writes, newest));
        appended.map_err(|failed| match failed {
            AppendError::Store(error) => AppendError::Store(error::explain(&self.path, error)),
            refused => refused,
        })
    }
}

/// Appends inside a transaction. Returns the newest link, unless nothing was added.
fn append(
    conn: &Connection,
    names: &mut Names,
    writes: &[StreamWrite],
    newest: Link,
) -> Result<(Appended, Option<Link>), AppendError> {
    let head = newest.place.position;
    if let Some(events) = already_there(conn, names, writes)? {
        return Ok((Appended { events, head, was_there: true }, None));
    }
    expect_versions(conn, writes)?;
    let (events, newest) = insert(conn, newest, writes)?;
    Ok((Appended { events, head: newest.place.position, was_there: false }, Some(newest)))
}

fn store(error: rusqlite::Error) -> AppendError {
    AppendError::Store(error.into())
}

/// Whether the store accepts these events.
fn check(writes: &[StreamWrite]) -> Result<()> {
    let mut ids = HashSet::new();
    for (write, event) in each_event(writes) {
        if let Some(why) = unacceptable(event) {
            return Err(anyhow!("an event for {} cannot be appended: {why}", write.stream));
        }
        if let Some(id) = &event.id
            && !ids.insert(id)
        {
            return Err(anyhow!("two events of one append have the id {id}; give each its own"));
        }
    }
    Ok(())
}

fn each_event(writes: &[StreamWrite]) -> impl Iterator<Item = (&StreamWrite, &NewEvent)> {
    writes.iter().flat_map(|write| write.events.iter().map(move |event| (write, event)))
}

/// The events in the log, if this append has happened before; an error if one of its ids belongs to another append.
fn already_there(
    conn: &Connection,
    names: &mut Names,
    writes: &[StreamWrite],
) -> Result<Option<Vec<RecordedEvent>>, AppendError> {
    let mut found = Vec::new();
    let mut n_events = 0;
    for (write, event) in each_event(writes) {
        n_events += 1;
        let Some(id) = &event.id else { continue };
        let Some(there) = names.by_id(conn, id)? else { continue };
        if !is_same(&there, write.stream.as_str(), &event.as_text()) {
            return Err(AppendError::IdReused { id: id.clone(), position: there.position });
        }
        found.push(there);
    }
    match found.first() {
        None => Ok(None),
        Some(_) if found.len() == n_events => Ok(Some(found)),
        // A part of an append is another append.
        Some(there) => {
            Err(AppendError::IdReused { id: there.id.clone().unwrap_or_default(), position: there.position })
        }
    }
}

/// Whether an event in the log is the one to be added, given that their ids are equal. A repeated command has the same
/// content and another time.
pub(super) fn is_same(there: &RecordedEvent, stream: &str, event: &EventText<'_>) -> bool {
    there.stream.as_str() == stream && there.event_type == event.event_type && there.data == event.data
}

fn expect_versions(conn: &Connection, writes: &[StreamWrite]) -> Result<(), AppendError> {
    for write in writes {
        let Some(expected) = write.expected else { continue };
        let actual = version(conn, &write.stream).map_err(store)?;
        if actual != expected {
            return Err(AppendError::Conflict(Conflict { stream: write.stream.clone(), expected, actual }));
        }
    }
    Ok(())
}

fn version(conn: &Connection, stream: &StreamName) -> rusqlite::Result<StreamPosition> {
    streams::id(conn, stream.as_str())?.map_or(Ok(StreamPosition::START), |id| streams::version(conn, id))
}

/// Writes the events after the newest link. Returns them with the new newest link.
fn insert(conn: &Connection, mut newest: Link, writes: &[StreamWrite]) -> Result<(Vec<RecordedEvent>, Link)> {
    let Moment { position: mut head, mut clock } = moment_at(conn, newest.place.position)?;
    let mut hash = newest.hash;
    let mut events = Vec::new();
    let mut insert_event = conn.prepare_cached(INSERT_EVENT)?;
    let mut insert_version = conn.prepare_cached(INSERT_VERSION)?;
    let mut insert_id = conn.prepare_cached(INSERT_ID)?;
    for write in writes.iter().filter(|write| !write.events.is_empty()) {
        let stream = match streams::id(conn, write.stream.as_str())? {
            Some(id) => id,
            None => {
                let id = streams::last_id(conn)? + 1;
                conn.prepare_cached(INSERT_STREAM)?.execute(params![id, write.stream.as_str()])?;
                id
            }
        };
        let mut version = streams::version(conn, stream)?;
        for event in &write.events {
            (head, version) = (head.plus(1), version.plus(1));
            clock = clock.max(event.time);
            let (time, clock) = (event.time.map(to_micros), clock.map(to_micros));
            let NewEvent { id, event_type, data, metadata, .. } = event;
            let content = chain::content(write.stream.as_str(), &event.as_text());
            hash = EventLink { content, position: head, version, source: None, place: None }.after(hash);
            insert_event.execute(params![
                head.to_sql(),
                stream,
                version.to_sql(),
                time,
                clock,
                hash.0,
                event_type,
                id,
                data,
                metadata
            ])?;
            insert_version.execute(params![stream, version.to_sql(), head.to_sql()])?;
            if let Some(id) = id {
                insert_id.execute((IdKey::of(id), head.to_sql()))?;
            }
            events.push(RecordedEvent {
                position: head,
                stream: write.stream.clone(),
                version,
                id: id.clone(),
                event_type: event_type.clone(),
                time: time.map(from_micros).transpose()?,
                clock: clock.map(from_micros).transpose()?,
                data: data.clone(),
                metadata: metadata.clone(),
                source: None,
                hash,
            });
        }
    }
    newest.place.position = head;
    newest.hash = hash;
    Ok((events, newest))
}
