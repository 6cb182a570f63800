//! The state of a projection: how far it has come, of which log, and by which mappings.

use rusqlite::{Connection, Transaction, params};

use crate::domain::event::{GlobalPosition, RecordedEvent, SourceId, Timestamp};
use crate::domain::mapping::MappingDigests;
use crate::domain::moment::Moment;
use crate::store::sql::position::SqlPosition;

/// How far a read model is projected, and what shows whether projecting can continue from there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectionState {
    /// How far it has been projected.
    pub checkpoint: Moment,
    /// The digest of the event there; `None` at the beginning.
    pub event: Option<[u8; 32]>,
    /// The mapping by which the events of each source were read, as digests.
    pub mappings: MappingDigests,
}

/// The identity of an event at its position, and of all events before it: its hash in the chain, and the hash of its
/// present content, because somebody may have changed one without the other.
pub fn digest(event: &RecordedEvent) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&event.hash.0).update(&event.content().0);
    hasher.finalize().into()
}

/// The state recorded in a generation.
pub(in crate::read_model) fn read_state(connection: &Connection) -> rusqlite::Result<ProjectionState> {
    let mappings = connection
        .prepare_cached("SELECT source, digest FROM mappings")?
        .query_map([], |row| Ok((SourceId(row.get(0)?), row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    connection.prepare_cached("SELECT position, clock, event FROM checkpoint")?.query_row([], |row| {
        let clock: Option<i64> = row.get(1)?;
        let clock = clock.and_then(|micros| Timestamp::from_microsecond(micros).ok());
        let position = GlobalPosition::from_sql(row.get(0)?);
        Ok(ProjectionState { checkpoint: Moment { position, clock }, event: row.get(2)?, mappings })
    })
}

/// Records the state.
pub(in crate::read_model) fn write_state(
    tx: &Transaction<'_>,
    mark: &ProjectionState,
) -> rusqlite::Result<()> {
    let Moment { position, clock } = mark.checkpoint;
    let clock = clock.map(Timestamp::as_microsecond);
    let row = params![position.to_sql(), clock, mark.event];
    let n_rows =
        tx.prepare_cached("UPDATE checkpoint SET position = ?1, clock = ?2, event = ?3")?.execute(row)?;
    if n_rows == 1 { Ok(()) } else { Err(rusqlite::Error::QueryReturnedNoRows) }
}
