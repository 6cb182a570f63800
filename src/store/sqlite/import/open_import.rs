//! An import that is under way: its transaction, and what is added to it.

use std::collections::HashMap;
use std::time::Instant;

use anyhow::Result;
use rusqlite::Connection;

use crate::cancel::{Cancel, Cancelled, OrCancelled};
use crate::domain::event::{EventText, GlobalPosition, SourceId, StreamPosition};
use crate::domain::hash::ContentHash;
use crate::domain::moment::Moment;
use crate::store::sql::insert::insert;
use crate::store::sql::position::SqlPosition;
use crate::store::sqlite::import::ids::{ROWS_BETWEEN_LOOKS, WaitingIds};
use crate::store::sqlite::proof::links::Link;
use crate::store::sqlite::read::rows::moment_at;
use crate::store::sqlite::read::streams;

/// An event in a line that was read: data and metadata are valid JSON, and nothing in it exceeds the limits of an
/// event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportedText<'a> {
    /// See [`ImportedEvent::source`](super::ImportedEvent::source).
    pub source: SourceId,
    /// See [`ImportedEvent::place`](super::ImportedEvent::place).
    pub place: u64,
    /// See [`ImportedEvent::stream`](super::ImportedEvent::stream); a valid [`StreamName`](crate::domain::event::StreamName).
    pub stream: &'a str,
    /// See [`ImportedEvent::event`](super::ImportedEvent::event).
    pub event: EventText<'a>,
    /// The hash of its content, computed before the write lock is taken, because others wait for that.
    pub content: ContentHash,
}

/// The result of adding one imported event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddOutcome {
    /// It was added at the end of the log.
    New,
    /// The log had it already, by its id or its place.
    WasThere,
    /// It was refused, for this reason.
    Refused(String),
}

/// The transaction of an import, from its first event until it is committed or rolled back.
#[derive(Debug)]
pub(in crate::store::sqlite) struct OpenImport {
    pub(super) since: Instant,
    /// The log of each source.
    pub(super) logs: HashMap<SourceId, SourceId>,
    /// The newest event, including those that this transaction added.
    pub(super) end: Moment,
    pub(super) newest: Link,
    pub(super) n_streams: i64,
    /// Rows of `versions` that are not written yet. They are added in the order of their keys, so that the table grows
    /// in one pass instead of at a thousand places in turn.
    pub(super) versions: Vec<(i64, StreamPosition, GlobalPosition)>,
    pub(super) ids: WaitingIds,
}

impl OpenImport {
    /// Reads what it needs to know of the store.
    pub(super) fn begin(conn: &Connection, since: Instant, newest: Link) -> Result<Self> {
        let mut logs = HashMap::new();
        let mut statement = conn.prepare_cached("SELECT id, log FROM sources")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            logs.insert(SourceId(row.get(0)?), SourceId(row.get(1)?));
        }
        Ok(Self {
            since,
            logs,
            end: moment_at(conn, newest.place.position)?,
            newest,
            n_streams: streams::last_id(conn)?,
            versions: Vec::new(),
            ids: WaitingIds::none(conn)?,
        })
    }

    /// Writes the waiting rows of `versions`.
    pub(super) fn write_versions(&mut self, conn: &Connection, cancel: &Cancel) -> Result<OrCancelled<()>> {
        self.versions.sort_unstable();
        for some in self.versions.chunks(ROWS_BETWEEN_LOOKS) {
            // A few rows are written without a check.
            if some.len() == ROWS_BETWEEN_LOOKS && cancel.is_cancelled() {
                return Ok(Err(Cancelled));
            }
            insert(conn, "versions", 3, some, |(stream, version, position), row| {
                row.put(stream)?;
                row.put(version.to_sql())?;
                row.put(position.to_sql())
            })?;
        }
        self.versions.clear();
        Ok(Ok(()))
    }
}
