//! Importing: many events at once, each known by where it came from, together with how far its log was read.

use std::collections::HashMap;
use std::time::Instant;

use anyhow::{Context, Result, anyhow};
use rusqlite::{CachedStatement, Connection, Transaction, TransactionBehavior, params};

use crate::domain::event::{GlobalPosition, NewEvent, RecordedEvent, SourceId, StreamName, StreamPosition};
use crate::store::sqlite::append::{INSERT_STREAM, INSERT_VERSION, is_same};
use crate::store::sqlite::rows::{self, End, Names, end_at, to_micros, to_sql};
use crate::store::sqlite::sources::{event_at_place, newest};
use crate::store::sqlite::streams::{self, Newest, WrittenStream, WrittenStreams};
use crate::store::sqlite::{SqliteStore, error, unacceptable};

/// Adds an event of a log, unless one with its id is there.
const INSERT_EVENT: &str = "INSERT INTO events (position, stream, version, time, clock, source, place, type, id, data, metadata) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (id) WHERE id IS NOT NULL DO NOTHING";

/// Says that a stream's next places within a log have its next versions.
const INSERT_STRETCH: &str = "INSERT INTO stretches (log, stream, place, version) VALUES (?1, ?2, ?3, ?4)";

/// How far a log has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceProgress {
    /// The log: a source that is a part of nothing else.
    pub log: SourceId,
    /// How many bytes of it.
    pub read_bytes: u64,
    /// The hash of those bytes.
    pub read_hash: String,
    /// How many lines of it.
    pub read_lines: u64,
}

/// An event with where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedEvent {
    /// The source whose mapping it is read with.
    pub source: SourceId,
    /// Its place in the stream within that source's log: 1 for the stream's first event there, and so on. Places
    /// may be left out, and rise.
    pub place: u64,
    /// Whose history it belongs to.
    pub stream: StreamName,
    /// What happened.
    pub event: NewEvent,
}

/// What became of imported events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedBatch {
    /// The log's newest position.
    pub head: GlobalPosition,
    /// How many were added.
    pub n_events: u64,
    /// How many were in the log already, by their ids or their places.
    pub n_duplicates: u64,
    /// Which of them cannot be taken, by their indexes, and why.
    pub refused: Vec<(usize, String)>,
}

impl SqliteStore {
    /// Adds events of a log and, in the same transaction, how far the log was read. What is there already is
    /// counted and not added again; what contradicts it is refused, and the rest goes on.
    ///
    /// # Errors
    /// The store's own, and sources that the store does not know: nothing was added then.
    pub fn import(&mut self, events: &[ImportedEvent], progress: &SourceProgress) -> Result<ImportedBatch> {
        self.let_others_in.wait();
        let since = Instant::now();
        let batch = import(&self.conn, self.names.get_mut(), &mut self.written, events, progress);
        self.let_others_in.held_since(since);
        match &batch {
            Ok(_) => self.written.trim(),
            Err(_) => self.written.forget(),
        }
        batch.map_err(|error| error::explain(&self.path, error))
    }
}

fn import(
    conn: &Connection,
    names: &mut Names,
    written: &mut WrittenStreams,
    events: &[ImportedEvent],
    progress: &SourceProgress,
) -> Result<ImportedBatch> {
    let transaction = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
    written.begin(rows::data_version(&transaction)?);
    let mut batch = Batch::begin(&transaction, names, written)?;
    let (mut n_events, mut n_duplicates, mut refused) = (0, 0, Vec::new());
    for (index, event) in events.iter().enumerate() {
        match batch.add(event)? {
            Added::New => n_events += 1,
            Added::WasThere => n_duplicates += 1,
            Added::Refused(why) => refused.push((index, why)),
        }
    }
    batch.write_versions()?;
    let head = batch.end.head;
    drop(batch);
    save(&transaction, progress)?;
    transaction.commit()?;
    Ok(ImportedBatch { head, n_events, n_duplicates, refused })
}

fn save(conn: &Connection, progress: &SourceProgress) -> Result<()> {
    let SourceProgress { log, read_bytes, read_hash, read_lines } = progress;
    let sql =
        "UPDATE sources SET read_bytes = ?2, read_hash = ?3, read_lines = ?4 WHERE id = ?1 AND log = id";
    let params = params![log.0, to_sql(*read_bytes), read_hash, to_sql(*read_lines)];
    match conn.prepare_cached(sql)?.execute(params)? {
        1 => Ok(()),
        _ => Err(anyhow!("source {} is not an imported log", log.0)),
    }
}

enum Added {
    New,
    WasThere,
    Refused(String),
}

/// A transaction's worth of events on their way into the log.
struct Batch<'a> {
    conn: &'a Connection,
    names: &'a mut Names,
    written: &'a mut WrittenStreams,
    /// The log of each source.
    logs: HashMap<SourceId, SourceId>,
    end: End,
    n_streams: i64,
    /// Rows of `versions` that are not written yet: they are added in the order of their keys, so that the table
    /// grows in one sweep instead of at a thousand places in turn.
    versions: Vec<(i64, StreamPosition, GlobalPosition)>,
    insert_event: CachedStatement<'a>,
    insert_version: CachedStatement<'a>,
}

impl<'a> Batch<'a> {
    fn begin(conn: &'a Connection, names: &'a mut Names, written: &'a mut WrittenStreams) -> Result<Self> {
        let mut logs = HashMap::new();
        let mut statement = conn.prepare_cached("SELECT id, log FROM sources")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            logs.insert(SourceId(row.get(0)?), SourceId(row.get(1)?));
        }
        Ok(Self {
            conn,
            names,
            written,
            logs,
            end: end_at(conn, GlobalPosition::new(u64::MAX))?,
            n_streams: streams::last_id(conn)?,
            versions: Vec::new(),
            insert_event: conn.prepare_cached(INSERT_EVENT)?,
            insert_version: conn.prepare_cached(INSERT_VERSION)?,
        })
    }

    fn add(&mut self, imported: &ImportedEvent) -> Result<Added> {
        let ImportedEvent { source, place, stream: name, event } = imported;
        let log = self.logs.get(source).with_context(|| format!("the store knows no source {}", source.0))?;
        let log = *log;
        if let Some(why) = unacceptable(event) {
            return Ok(Added::Refused(why));
        }
        let mut stream = self.stream(name, log)?;
        // Looked up before anything of a new stream is written, so that none is left without an event.
        if stream.id.is_none()
            && let Some(known) = self.known_id(name, event)?
        {
            return Ok(known);
        }
        if *place <= stream.newest.place {
            return self.known_place(imported, log, stream);
        }
        let id = match stream.id {
            Some(id) => id,
            None => self.new_stream(name)?,
        };
        let (head, version) = (self.end.head.plus(1), stream.version.plus(1));
        let time = event.time.map(to_micros);
        let clock = self.end.clock.max(time);
        let NewEvent { id: event_id, event_type, data, metadata, .. } = event;
        let n_rows = self.insert_event.execute(params![
            head.to_sql(),
            id,
            version.to_sql(),
            time,
            clock,
            source.0,
            to_sql(*place),
            event_type,
            event_id,
            data,
            metadata
        ])?;
        if n_rows == 0 {
            let known = self.known_id(name, event)?;
            return known.context("an event was not added, and none with its id is in the log");
        }
        self.end = End { head, clock };
        self.versions.push((id, version, head));
        let goes_on = stream.newest.place.checked_add(1) == Some(*place)
            && stream.newest.version.plus(1) == version
            && stream.newest.place > 0;
        if !goes_on {
            let params = params![log.0, id, to_sql(*place), version.to_sql()];
            self.conn.prepare_cached(INSERT_STRETCH)?.execute(params)?;
        }
        stream = WrittenStream { id: Some(id), version, newest: Newest { log, place: *place, version } };
        self.written.put(name, stream);
        Ok(Added::New)
    }

    /// The stream as it is now, with its newest event from this log.
    fn stream(&mut self, name: &StreamName, log: SourceId) -> Result<WrittenStream> {
        let nothing = Newest { log, place: 0, version: StreamPosition::START };
        let stream = match self.written.get(name) {
            Some(stream) if stream.newest.log == log => return Ok(stream),
            Some(WrittenStream { id: Some(id), version, .. }) => {
                self.write_versions()?;
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
        self.written.put(name, stream);
        Ok(stream)
    }

    fn new_stream(&mut self, name: &StreamName) -> Result<i64> {
        self.n_streams += 1;
        self.conn.prepare_cached(INSERT_STREAM)?.execute(params![self.n_streams, name.as_str()])?;
        Ok(self.n_streams)
    }

    /// What an event is whose id is in the log.
    fn known_id(&mut self, stream: &StreamName, event: &NewEvent) -> Result<Option<Added>> {
        let Some(id) = &event.id else { return Ok(None) };
        Ok(self.names.by_id(self.conn, id)?.map(|there| {
            if is_same(&there, stream, event) {
                Added::WasThere
            } else {
                Added::Refused(format!(
                    "its id {id} belongs to another event, at position {}",
                    there.position
                ))
            }
        }))
    }

    /// What an event is that is no further in its log than what was imported already.
    fn known_place(
        &mut self,
        imported: &ImportedEvent,
        log: SourceId,
        stream: WrittenStream,
    ) -> Result<Added> {
        let ImportedEvent { place, stream: name, event, .. } = imported;
        if let Some(known) = self.known_id(name, event)? {
            return Ok(known);
        }
        self.write_versions()?;
        let there = match stream.id {
            Some(id) => event_at_place(self.conn, self.names, (log, id, *place))?,
            None => None,
        };
        Ok(match there {
            Some(there) if is_same(&there, name, event) && has_time_of(&there, event) => Added::WasThere,
            Some(there) => Added::Refused(format!(
                "place {place} of {name} in this log was imported with other content, to position {}",
                there.position
            )),
            None => Added::Refused(format!(
                "place {place} of {name} in this log was passed over when place {} was imported",
                stream.newest.place
            )),
        })
    }

    /// Writes the rows of `versions` that are waiting.
    fn write_versions(&mut self) -> Result<()> {
        self.versions.sort_unstable();
        for (stream, version, position) in self.versions.drain(..) {
            self.insert_version.execute(params![stream, version.to_sql(), position.to_sql()])?;
        }
        Ok(())
    }
}

fn has_time_of(there: &RecordedEvent, event: &NewEvent) -> bool {
    there.time.map(to_micros) == event.time.map(to_micros)
}
