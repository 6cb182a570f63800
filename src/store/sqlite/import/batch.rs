//! A batch of an import: each event is new, known, or refused.

use anyhow::{Context, Result};
use rusqlite::{Connection, params};

use crate::cancel::Cancel;
use crate::domain::chain::EventLink;
use crate::domain::event::{EventText, GlobalPosition, RecordedEvent, SourceId, StreamPosition, to_micros};
use crate::domain::hash::ChainHash;
use crate::domain::moment::Moment;
use crate::store::sql::insert::{N_ROWS_A_STATEMENT, insert};
use crate::store::sql::position::SqlPosition;
use crate::store::sqlite::append::{INSERT_STREAM, is_same};
use crate::store::sqlite::import::id_filter::IdFilter;
use crate::store::sqlite::import::id_key::IdKey;
use crate::store::sqlite::import::open_import::{AddOutcome, ImportedText, OpenImport};
use crate::store::sqlite::import::sources::{LogPlace, event_at_place, newest};
use crate::store::sqlite::read::rows::{Names, to_sql};
use crate::store::sqlite::read::streams::{self, Newest, WrittenStream, WrittenStreams};

/// The table of events, with its columns.
const EVENT_COLUMNS: &str =
    "events (position, stream, version, time, clock, source, place, hash, type, id, data, metadata)";

/// Records that a stream's next places within a log have its next versions.
const INSERT_STRETCH: &str = "INSERT INTO stretches (log, stream, place, version) VALUES (?1, ?2, ?3, ?4)";

/// Events to be added to the log.
pub(super) struct ImportBatch<'a> {
    conn: &'a Connection,
    names: &'a mut Names,
    written: &'a mut WrittenStreams,
    filter: &'a mut IdFilter,
    open: &'a mut OpenImport,
    /// Rows of `events` that are not written yet.
    rows: Vec<WaitingEvent<'a>>,
}

/// A row of `events`.
struct WaitingEvent<'a> {
    position: GlobalPosition,
    stream: i64,
    version: StreamPosition,
    time: Option<i64>,
    clock: Option<i64>,
    source: SourceId,
    place: u64,
    hash: ChainHash,
    event: EventText<'a>,
}

impl<'a> ImportBatch<'a> {
    pub(super) fn new(
        conn: &'a Connection,
        names: &'a mut Names,
        written: &'a mut WrittenStreams,
        filter: &'a mut IdFilter,
        open: &'a mut OpenImport,
    ) -> Result<Self> {
        Ok(Self { conn, names, written, filter, open, rows: Vec::with_capacity(N_ROWS_A_STATEMENT) })
    }

    /// Adds an event after all others, unless the log has it.
    pub(super) fn add(&mut self, imported: &ImportedText<'a>) -> Result<AddOutcome> {
        let ImportedText { source, place, stream: name, event, content } = imported;
        let log = self.open.logs.get(source);
        let log = *log.with_context(|| format!("the store knows no source {}", source.0))?;
        let key = event.id.map(IdKey::of);
        if let Some(key) = &key
            && !self.open.ids.is_new(self.conn, self.filter, event.id.unwrap_or_default(), key)?
        {
            return self.known_id(name, event)?.context("an id is known, and no event has it");
        }
        let stream = self.stream(name, log)?;
        if *place <= stream.newest.place {
            return self.known_place(imported, log, stream);
        }
        let id = match stream.id {
            Some(id) => id,
            None => self.new_stream(name)?,
        };
        let (head, version) = (self.open.end.position.plus(1), stream.version.plus(1));
        let clock = self.open.end.clock.max(event.time);
        let link = EventLink {
            content: *content,
            position: head,
            version,
            source: Some(*source),
            place: Some(*place),
        };
        let newest = &mut self.open.newest;
        (newest.place.position, newest.hash) = (head, link.after(newest.hash));
        self.rows.push(WaitingEvent {
            position: head,
            stream: id,
            version,
            time: event.time.map(to_micros),
            clock: clock.map(to_micros),
            source: *source,
            place: *place,
            hash: self.open.newest.hash,
            event: *event,
        });
        if self.rows.len() >= N_ROWS_A_STATEMENT {
            self.write_rows()?;
        }
        self.open.end = Moment { position: head, clock };
        self.open.versions.push((id, version, head));
        if let Some(key) = key {
            self.open.ids.push(self.filter, key, head);
        }
        let goes_on = stream.newest.place.checked_add(1) == Some(*place)
            && stream.newest.version.plus(1) == version
            && stream.newest.place > 0;
        if !goes_on {
            let params = params![log.0, id, to_sql(*place), version.to_sql()];
            self.conn.prepare_cached(INSERT_STRETCH)?.execute(params)?;
        }
        let stream = WrittenStream { id: Some(id), version, newest: Newest { log, place: *place, version } };
        self.written.put(name, stream)?;
        Ok(AddOutcome::New)
    }

    /// Writes the waiting rows of `events`.
    pub(super) fn write_rows(&mut self) -> Result<()> {
        insert(self.conn, EVENT_COLUMNS, 12, &self.rows, |event, row| {
            let EventText { id, event_type, data, metadata, .. } = &event.event;
            row.put(event.position.to_sql())?;
            row.put(event.stream)?;
            row.put(event.version.to_sql())?;
            row.put(event.time)?;
            row.put(event.clock)?;
            row.put(event.source.0)?;
            row.put(to_sql(event.place))?;
            row.put(event.hash.0)?;
            row.put(event_type)?;
            row.put(id)?;
            row.put(data)?;
            row.put(metadata)
        })?;
        self.rows.clear();
        Ok(())
    }

    /// Writes everything that waits, so that it can be queried.
    fn write_waiting(&mut self) -> Result<()> {
        self.write_rows()?;
        self.open.write_versions(self.conn, &Cancel::never())??;
        self.open.ids.write(self.conn, &Cancel::never())??;
        Ok(())
    }

    /// The present state of the stream, with its newest event from this log.
    fn stream(&mut self, name: &str, log: SourceId) -> Result<WrittenStream> {
        let nothing = Newest { log, place: 0, version: StreamPosition::START };
        let stream = match self.written.get(name) {
            Some(stream) if stream.newest.log == log => return Ok(stream),
            Some(WrittenStream { id: Some(id), version, .. }) => {
                self.write_waiting()?;
                WrittenStream { id: Some(id), version, newest: newest(self.conn, log, id, version)? }
            }
            Some(WrittenStream { id: None, version, .. }) => {
                WrittenStream { id: None, version, newest: nothing }
            }
            None => match streams::id(self.conn, name)? {
                None => WrittenStream { id: None, version: StreamPosition::START, newest: nothing },
                Some(id) => {
                    let version = streams::version(self.conn, id)?;
                    WrittenStream { id: Some(id), version, newest: newest(self.conn, log, id, version)? }
                }
            },
        };
        self.written.put(name, stream)?;
        Ok(stream)
    }

    fn new_stream(&mut self, name: &str) -> Result<i64> {
        self.open.n_streams += 1;
        self.conn.prepare_cached(INSERT_STREAM)?.execute(params![self.open.n_streams, name])?;
        Ok(self.open.n_streams)
    }

    /// The result for an event whose id is in the log.
    fn known_id(&mut self, stream: &str, event: &EventText<'_>) -> Result<Option<AddOutcome>> {
        let Some(id) = event.id else { return Ok(None) };
        self.write_waiting()?;
        Ok(self.names.by_id(self.conn, id)?.map(|there| {
            if is_same(&there, stream, event) {
                AddOutcome::WasThere
            } else {
                AddOutcome::Refused(format!(
                    "its id {id} belongs to another event, at position {}",
                    there.position
                ))
            }
        }))
    }

    /// The result for an event whose place in its log was imported before.
    fn known_place(
        &mut self,
        imported: &ImportedText<'_>,
        log: SourceId,
        stream: WrittenStream,
    ) -> Result<AddOutcome> {
        let ImportedText { place, stream: name, event, .. } = imported;
        self.write_waiting()?;
        let there = match stream.id {
            Some(id) => event_at_place(self.conn, self.names, LogPlace { log, stream: id, place: *place })?,
            None => None,
        };
        Ok(match there {
            Some(there) if is_same(&there, name, event) && has_time_of(&there, event) => AddOutcome::WasThere,
            Some(there) => AddOutcome::Refused(format!(
                "place {place} of {name} in this log was imported with other content, to position {}",
                there.position
            )),
            None => AddOutcome::Refused(format!(
                "event {place} of {name} was skipped; event {} of that stream is already imported",
                stream.newest.place
            )),
        })
    }
}

fn has_time_of(there: &RecordedEvent, event: &EventText<'_>) -> bool {
    there.time.map(to_micros) == event.time.map(to_micros)
}
