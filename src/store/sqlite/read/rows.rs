//! Rows of the store's tables, as the values that they keep.

use anyhow::{Context, Result};
use lru::LruCache;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, Row};

use crate::domain::event::{GlobalPosition, RecordedEvent, SourceId, StreamName, StreamPosition};
use crate::domain::hash::ChainHash;
use crate::domain::moment::Moment;
use crate::store::ANSWER_BYTES_MAX;
use crate::store::micros::from_micros;
use crate::store::sql::position::SqlPosition;
use crate::store::sqlite::import::id_key;

/// The most names of the first streams that are kept once read, about 10 MB: a scan of the whole log meets a hundred
/// thousand of them again and again, and reading an event should not read its stream's name again.
const FIRST_NAMES_MAX: usize = 131_072;

/// The most names of other streams that are kept: those on a screen and near a scan.
const NAMES_KEPT_MAX: usize = 65_536;

/// The most memory that an event's text keeps for the next one: more than nearly all need.
const TEXT_KEPT_BYTES_MAX: usize = 1024;

/// The columns that [`Names::event`] reads, of a table `e`.
pub(in crate::store::sqlite) const EVENT_COLUMNS: &str =
    "e.position, e.stream, e.version, e.time, e.clock, e.source, e.hash, e.type, e.id, e.data, e.metadata";

/// A count for SQLite; counts past `i64::MAX`, which no store can hold, become that.
pub(in crate::store::sqlite) fn to_sql(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// A count from SQLite; a negative one, which foldback never writes, is 0.
pub(in crate::store::sqlite) fn from_sql(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

/// A limit for SQLite.
pub(in crate::store::sqlite) fn limit_to_sql(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// See [`super::SqliteStore::data_version`].
pub(in crate::store::sqlite) fn data_version(conn: &Connection) -> rusqlite::Result<i64> {
    conn.prepare_cached("PRAGMA data_version")?.query_one([], |row| row.get(0))
}

/// The position of the newest event; 0 if there is none.
pub(in crate::store::sqlite) fn head(conn: &Connection) -> rusqlite::Result<GlobalPosition> {
    let mut statement = conn.prepare_cached("SELECT coalesce(max(position), 0) FROM events")?;
    statement.query_one([], |row| row.get(0).map(GlobalPosition::from_sql))
}

/// The last event at or before a position, with the clock there.
pub(in crate::store::sqlite) fn moment_at(conn: &Connection, at: GlobalPosition) -> Result<Moment> {
    let sql = "SELECT position, clock FROM events WHERE position <= ?1 ORDER BY position DESC LIMIT 1";
    let found = conn.prepare_cached(sql)?.query_row([at.to_sql()], |row| {
        Ok((GlobalPosition::from_sql(row.get(0)?), row.get::<_, Option<i64>>(1)?))
    });
    let Some((position, micros)) = found.optional()? else { return Ok(Moment::default()) };
    Ok(Moment { position, clock: micros.map(from_micros).transpose()? })
}

/// The names of streams that were read, by stream number.
pub(in crate::store::sqlite) struct Names {
    /// The first streams, by their numbers: a lookup costs a third of one among the others.
    first: Vec<Option<StreamName>>,
    /// The most recently used of the others.
    others: LruCache<i64, StreamName>,
}

impl Default for Names {
    fn default() -> Self {
        Self { first: Vec::new(), others: LruCache::unbounded() }
    }
}

impl Names {
    /// The events of a statement that selects [`EVENT_COLUMNS`], up to [`ANSWER_BYTES_MAX`].
    pub(in crate::store::sqlite) fn events(
        &mut self,
        conn: &Connection,
        statement: &mut CachedStatement<'_>,
        params: impl Params,
    ) -> Result<Vec<RecordedEvent>> {
        let mut events = Vec::new();
        self.events_into(conn, statement, params, &mut events, 0)?;
        Ok(events)
    }

    /// Like [`Names::events`], but overwrites the events of a list.
    pub(in crate::store::sqlite) fn events_into(
        &mut self,
        conn: &Connection,
        statement: &mut CachedStatement<'_>,
        params: impl Params,
        into: &mut Vec<RecordedEvent>,
        n_kept: usize,
    ) -> Result<()> {
        let mut rows = statement.query(params)?;
        let (mut n_events, mut n_bytes) = (n_kept, 0);
        while n_bytes < ANSWER_BYTES_MAX
            && let Some(row) = rows.next()?
        {
            match into.get_mut(n_events) {
                Some(event) => self.overwrite(conn, row, event)?,
                None => into.push(self.event(conn, row)?),
            }
            n_bytes += into.get(n_events).map_or(0, RecordedEvent::n_bytes);
            n_events += 1;
        }
        into.truncate(n_events);
        Ok(())
    }

    /// The event with that id.
    pub(in crate::store::sqlite) fn by_id(
        &mut self,
        conn: &Connection,
        id: &str,
    ) -> Result<Option<RecordedEvent>> {
        let Some(position) = id_key::positions(conn, id)?.first().copied() else { return Ok(None) };
        let sql = format!("SELECT {EVENT_COLUMNS} FROM events e WHERE e.position = ?1");
        Ok(self.events(conn, &mut conn.prepare_cached(&sql)?, [position.to_sql()])?.pop())
    }

    /// The event with that version.
    pub(in crate::store::sqlite) fn by_version(
        &mut self,
        conn: &Connection,
        stream: i64,
        version: StreamPosition,
    ) -> Result<Option<RecordedEvent>> {
        let sql = format!(
            "SELECT {EVENT_COLUMNS} FROM versions v CROSS JOIN events e ON e.position = v.position \
             WHERE v.stream = ?1 AND v.version = ?2"
        );
        Ok(self.events(conn, &mut conn.prepare_cached(&sql)?, (stream, version.to_sql()))?.pop())
    }

    fn event(&mut self, conn: &Connection, row: &Row<'_>) -> Result<RecordedEvent> {
        let position = GlobalPosition::from_sql(row.get(0)?);
        let time = |micros: Option<i64>| micros.map(from_micros).transpose();
        let mut read = || -> Result<RecordedEvent> {
            Ok(RecordedEvent {
                position,
                stream: self.name(conn, row.get(1)?)?,
                version: StreamPosition::from_sql(row.get(2)?),
                time: time(row.get(3)?)?,
                clock: time(row.get(4)?)?,
                source: row.get::<_, Option<i64>>(5)?.map(SourceId),
                hash: ChainHash(row.get(6)?),
                event_type: row.get(7)?,
                id: row.get(8)?,
                data: row.get(9)?,
                metadata: row.get(10)?,
            })
        };
        read().with_context(|| format!("the event at position {position} cannot be read"))
    }

    /// Like [`Names::event`], but reuses the memory of another event.
    fn overwrite(&mut self, conn: &Connection, row: &Row<'_>, event: &mut RecordedEvent) -> Result<()> {
        let position = GlobalPosition::from_sql(row.get(0)?);
        let time = |micros: Option<i64>| micros.map(from_micros).transpose();
        let mut read = || -> Result<()> {
            event.position = position;
            event.stream = self.name(conn, row.get(1)?)?;
            event.version = StreamPosition::from_sql(row.get(2)?);
            event.time = time(row.get(3)?)?;
            event.clock = time(row.get(4)?)?;
            event.source = row.get::<_, Option<i64>>(5)?.map(SourceId);
            event.hash = ChainHash(row.get(6)?);
            overwrite_text(&mut event.event_type, row.get_ref(7)?.as_str()?);
            overwrite_option(&mut event.id, row.get_ref(8)?.as_str_or_null()?);
            overwrite_text(&mut event.data, row.get_ref(9)?.as_str()?);
            overwrite_option(&mut event.metadata, row.get_ref(10)?.as_str_or_null()?);
            Ok(())
        };
        read().with_context(|| format!("the event at position {position} cannot be read"))
    }

    /// The name of the stream with that number.
    pub(in crate::store::sqlite) fn name(&mut self, conn: &Connection, id: i64) -> Result<StreamName> {
        let place = usize::try_from(id).ok().filter(|place| *place < FIRST_NAMES_MAX);
        let known = match place {
            Some(place) => self.first.get(place).and_then(Option::as_ref),
            None => self.others.get(&id),
        };
        if let Some(name) = known {
            return Ok(name.clone());
        }
        let mut statement = conn.prepare_cached("SELECT name FROM streams WHERE id = ?1")?;
        let name: String = statement.query_one([id], |row| row.get(0))?;
        let name = StreamName::new(&name).with_context(|| format!("stream {id} has no proper name"))?;
        self.keep(id, place, &name);
        Ok(name)
    }

    fn keep(&mut self, id: i64, place: Option<usize>, name: &StreamName) {
        let Some(place) = place else {
            self.others.put(id, name.clone());
            if self.others.len() > NAMES_KEPT_MAX {
                self.others.pop_lru();
            }
            return;
        };
        if self.first.len() <= place {
            self.first.resize(place + 1, None);
        }
        if let Some(kept) = self.first.get_mut(place) {
            *kept = Some(name.clone());
        }
    }
}

fn overwrite_text(text: &mut String, new: &str) {
    text.clear();
    // The memory of a megabyte-long text is not kept for all that follow.
    if text.capacity() > TEXT_KEPT_BYTES_MAX {
        text.shrink_to(TEXT_KEPT_BYTES_MAX);
    }
    text.push_str(new);
}

fn overwrite_option(text: &mut Option<String>, new: Option<&str>) {
    match (text.as_mut(), new) {
        (Some(text), Some(new)) => overwrite_text(text, new),
        (_, new) => *text = new.map(str::to_owned),
    }
}
