//! The events of a store as views of another connection, for questions in SQL.

use std::path::Path;

use anyhow::{Context, Result, bail};
use rusqlite::Connection;

use crate::store::log::event_views::{EventViews, NAMED_STREAM};
use crate::store::log::{LogIdentity, LogReader};
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::file::beside::{immutable_uri, read_only_uri};

/// See [`AttachEvents`](crate::store::log::AttachEvents).
pub(in crate::store::sqlite) fn attach_events(
    log: &LogIdentity,
    connection: &Connection,
    views: &EventViews,
) -> Result<Box<dyn LogReader>> {
    let store = SqliteStore::open_read_only(&log.path, &log.aggregates)?;
    if store.id() != log.id {
        bail!("{} is another store by now; open it again", log.path.display());
    }
    attach(&store, connection, views).with_context(|| format!("{} cannot be read", log.path.display()))?;
    Ok(Box::new(store))
}

/// Opens the same file once more, in the same way, on the other connection.
fn attach(store: &SqliteStore, connection: &Connection, views: &EventViews) -> rusqlite::Result<()> {
    let file = store.conn.path().map_or(store.path(), Path::new);
    let uri = if store.is_immutable { immutable_uri(file) } else { read_only_uri(file) };
    let EventViews { database, in_order, by_stream } = views;
    connection.execute(&format!("ATTACH ?1 AS {database}"), [uri])?;
    connection.execute_batch(&format!(
        "CREATE TEMP VIEW {in_order} AS
         SELECT e.position, s.name AS stream, e.version, e.type, e.time, e.data, e.metadata
         FROM {database}.events AS e JOIN {database}.streams AS s ON s.id = e.stream;
         CREATE TEMP VIEW {by_stream} AS
         SELECT e.position, {NAMED_STREAM}.name AS stream, v.version, e.type, e.time, e.data, e.metadata
         FROM {database}.streams AS {NAMED_STREAM}
         JOIN {database}.versions AS v ON v.stream = {NAMED_STREAM}.id
         JOIN {database}.events AS e ON e.position = v.position;"
    ))?;
    hide_tables(connection, database)
}

/// Makes the names of the store's tables unknown. SQLite looks for a name in the temporary schema first, and in attached
/// databases last.
fn hide_tables(connection: &Connection, database: &str) -> rusqlite::Result<()> {
    let mut select = connection.prepare(&format!(
        "SELECT name FROM {database}.sqlite_schema WHERE type IN ('table', 'view') AND name <> 'events'
         AND lower(name) NOT IN (SELECT lower(name) FROM main.sqlite_schema)"
    ))?;
    let names = select.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    for name in names {
        let name = name.replace('"', "\"\"");
        connection.execute_batch(&format!(
            "CREATE TEMP VIEW \"{name}\" AS SELECT 1 FROM \"{name} (of the log)\""
        ))?;
    }
    Ok(())
}
