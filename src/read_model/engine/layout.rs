//! The schema of a generation: how it is created, and whether a file still has it.
//!
//! A view whose statement differs by one bit can give another answer. So on opening, all statements, and the page on
//! which each table begins, are compared with those of a generation that is created in memory.

use std::sync::OnceLock;

use anyhow::Result;
use rusqlite::Connection;

use crate::read_model::projections::list::projections;

/// The tables and views of every generation, as SQL.
pub(in crate::read_model) const SCHEMA: &str = include_str!("schema.sql");

/// The size of a page in bytes, which determines the page on which a table begins.
const PAGE_BYTES: i64 = 4096;

/// Sets the size of a page. Call it while the file is empty.
///
/// # Errors
/// Errors of SQLite.
pub(in crate::read_model) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "page_size", PAGE_BYTES)
}

/// A table, an index or a view in SQLite's catalogue: its kind, its name, its table, its first page, and the statement
/// that created it.
type SchemaEntry = (String, String, String, i64, Option<String>);

/// Creates all tables and views, empty.
///
/// # Errors
/// Errors of SQLite.
pub(in crate::read_model) fn make(connection: &Connection) -> Result<()> {
    connection.execute_batch(SCHEMA)?;
    for projection in projections() {
        connection.execute_batch(projection.schema())?;
    }
    Ok(())
}

/// The first table, index or view that is missing, different, or unexpected; `None` if there is none.
///
/// # Errors
/// Errors of SQLite.
pub(in crate::read_model) fn fault(connection: &Connection) -> Result<Option<String>> {
    let (ours, there) = (ours()?, pieces(connection)?);
    if let Some((kind, name, ..)) = ours.iter().find(|piece| !there.contains(piece)) {
        return Ok(Some(format!("its {kind} {name} is missing, or was changed")));
    }
    let foreign = there.iter().find(|piece| !ours.contains(piece));
    Ok(foreign.map(|(kind, ..)| format!("there is a {kind} in it that no read model has")))
}

fn ours() -> Result<&'static [SchemaEntry]> {
    static OURS: OnceLock<Vec<SchemaEntry>> = OnceLock::new();
    if let Some(ours) = OURS.get() {
        return Ok(ours);
    }
    let fresh = Connection::open_in_memory()?;
    prepare(&fresh)?;
    make(&fresh)?;
    let made = pieces(&fresh)?;
    Ok(OURS.get_or_init(|| made))
}

fn pieces(connection: &Connection) -> rusqlite::Result<Vec<SchemaEntry>> {
    let mut select = connection.prepare("SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema")?;
    let piece =
        |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?));
    select.query_map([], piece)?.collect()
}
