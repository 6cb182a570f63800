//! The events that the projector skipped on request, recorded for everybody to see.

use std::collections::BTreeSet;

use anyhow::Result;
use rusqlite::{Connection, params};

use crate::domain::event::GlobalPosition;
use crate::read_model::rows::{FailedEvent, SkippedEvents};
use crate::store::sql::position::SqlPosition;

/// The most skipped events whose positions a screen shows, beside their number.
const N_TOLD_MAX: i64 = 3;

/// The skipped positions after a checkpoint.
///
/// # Errors
/// Errors of SQLite.
pub(in crate::read_model) fn after(
    connection: &Connection,
    checkpoint: GlobalPosition,
) -> Result<BTreeSet<GlobalPosition>, rusqlite::Error> {
    let mut select = connection.prepare_cached("SELECT position FROM skipped_events WHERE position > ?1")?;
    let rows = select.query_map([checkpoint.to_sql()], |row| Ok(GlobalPosition::from_sql(row.get(0)?)))?;
    rows.collect()
}

/// The streams that have a skipped event by now.
///
/// # Errors
/// Errors of SQLite.
pub(in crate::read_model) fn streams(connection: &Connection) -> Result<BTreeSet<String>, rusqlite::Error> {
    let mut select = connection.prepare_cached("SELECT DISTINCT stream FROM skipped_events")?;
    select.query_map([], |row| row.get(0))?.collect()
}

/// Whether an event is to be skipped.
///
/// # Errors
/// Errors of SQLite.
pub(in crate::read_model) fn contains(
    connection: &Connection,
    position: GlobalPosition,
) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM skipped_events WHERE position = ?1)";
    connection.query_row(sql, [position.to_sql()], |row| row.get(0))
}

/// Records that an event is to be skipped, and why it could not be projected.
///
/// # Errors
/// Errors of SQLite.
pub(in crate::read_model) fn record(connection: &Connection, event: &FailedEvent, why: &str) -> Result<()> {
    let position = GlobalPosition::new(event.position).to_sql();
    let row = params![position, event.stream, event.event_type, why];
    connection.execute("INSERT OR REPLACE INTO skipped_events VALUES (?1, ?2, ?3, ?4)", row)?;
    Ok(())
}

/// The number of events skipped up to a position, and the positions of the newest.
///
/// # Errors
/// Errors of SQLite.
pub(in crate::read_model) fn up_to(
    connection: &Connection,
    position: GlobalPosition,
) -> Result<SkippedEvents> {
    let mut select = connection.prepare_cached(
        "SELECT position, count(*) OVER () FROM skipped_events WHERE position <= ?1 ORDER BY position DESC LIMIT ?2",
    )?;
    let mut skipped = SkippedEvents::default();
    let mut rows = select.query([position.to_sql(), N_TOLD_MAX])?;
    while let Some(row) = rows.next()? {
        skipped.newest.push(GlobalPosition::from_sql(row.get(0)?));
        skipped.n_events = u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0);
    }
    Ok(skipped)
}
