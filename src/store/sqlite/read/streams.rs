//! Streams by name: their numbers and versions.

use lru::LruCache;
use rusqlite::{Connection, OptionalExtension};

use crate::domain::event::{BadStreamName, SourceId, StreamName, StreamPosition};
use crate::store::sql::position::SqlPosition;

/// How many streams an import remembers between two batches. Beyond that many it asks the store again for the number
/// and the version of those written longest ago; at some 150 bytes each they stay below 40 MB.
const STREAMS_KEPT_MAX: usize = 262_144;

/// The greatest number of a stream; streams are numbered 1, 2, 3 …, so it is also how many there are.
pub(in crate::store::sqlite) fn last_id(conn: &Connection) -> rusqlite::Result<i64> {
    conn.prepare_cached("SELECT coalesce(max(id), 0) FROM streams")?.query_one([], |row| row.get(0))
}

/// The store's number of a stream.
pub(in crate::store::sqlite) fn id(conn: &Connection, name: &str) -> rusqlite::Result<Option<i64>> {
    let mut statement = conn.prepare_cached("SELECT id FROM streams WHERE name = ?1")?;
    statement.query_row([name], |row| row.get(0)).optional()
}

/// The version of a stream.
pub(in crate::store::sqlite) fn version(conn: &Connection, stream: i64) -> rusqlite::Result<StreamPosition> {
    let sql = "SELECT version FROM versions WHERE stream = ?1 ORDER BY version DESC LIMIT 1";
    let version = conn.prepare_cached(sql)?.query_row([stream], |row| row.get(0)).optional()?;
    Ok(StreamPosition::from_sql(version.unwrap_or(0)))
}

/// A stream as an import knows it.
#[derive(Clone, Copy, Debug)]
pub(in crate::store::sqlite) struct WrittenStream {
    /// The store's number of it; `None` as long as it has no event.
    pub(in crate::store::sqlite) id: Option<i64>,
    pub(in crate::store::sqlite) version: StreamPosition,
    /// Its newest event from the log that was last imported into it.
    pub(in crate::store::sqlite) newest: Newest,
}

/// The newest event of a stream from a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store::sqlite) struct Newest {
    pub(in crate::store::sqlite) log: SourceId,
    /// Its place in the stream within the log; 0 if the stream has none from there.
    pub(in crate::store::sqlite) place: u64,
    pub(in crate::store::sqlite) version: StreamPosition,
}

/// The streams that the latest batches of an import wrote to. True only as long as nobody else writes.
pub(in crate::store::sqlite) struct WrittenStreams {
    streams: LruCache<StreamName, WrittenStream>,
    data_version: Option<i64>,
}

impl Default for WrittenStreams {
    fn default() -> Self {
        Self { streams: LruCache::unbounded(), data_version: None }
    }
}

impl WrittenStreams {
    /// Forgets all if another connection has written since the last batch. To be called inside the transaction, which
    /// keeps the others from writing until it ends.
    pub(in crate::store::sqlite) fn begin(&mut self, data_version: i64) {
        if self.data_version != Some(data_version) {
            self.forget();
        }
        self.data_version = Some(data_version);
    }

    /// Keeps those written last. Only between batches: within one, what has been forgotten could not be read back,
    /// since the batch writes its versions at its end.
    pub(in crate::store::sqlite) fn trim(&mut self) {
        while self.streams.len() > STREAMS_KEPT_MAX {
            self.streams.pop_lru();
        }
    }

    /// Forgets all: what was remembered was not committed, or somebody else has written.
    pub(in crate::store::sqlite) fn forget(&mut self) {
        self.streams.clear();
        self.data_version = None;
    }

    pub(in crate::store::sqlite) fn get(&mut self, name: &str) -> Option<WrittenStream> {
        self.streams.get(name).copied()
    }

    /// # Errors
    /// A text that is no stream's name.
    pub(in crate::store::sqlite) fn put(
        &mut self,
        name: &str,
        stream: WrittenStream,
    ) -> Result<(), BadStreamName> {
        if let Some(known) = self.streams.get_mut(name) {
            *known = stream;
        } else {
            self.streams.put(StreamName::new(name)?, stream);
        }
        Ok(())
    }
}
