//! The schema of a generation: how it is created, and whether a file still has it.
//!
//! A view whose statement differs by one bit can give another answer. So on opening, all statements, and the page on
//! which each table begins, are compared with those of a generation that is created in memory.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use rusqlite::Connection;

use crate::read_model::projections::list::Projections;

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

/// All entries of a generation's catalogue.
type GenerationLayout = Arc<[SchemaEntry]>;

/// Creates all tables and views of these projections, empty.
///
/// # Errors
/// Errors of SQLite.
pub(in crate::read_model) fn make(connection: &Connection, projections: &Projections) -> Result<()> {
    connection.execute_batch(SCHEMA)?;
    for projection in projections.begin() {
        connection.execute_batch(projection.schema())?;
    }
    Ok(())
}

/// The first table, index or view that is missing, different, or unexpected; `None` if there is none.
///
/// # Errors
/// Errors of SQLite.
pub(in crate::read_model) fn fault(
    connection: &Connection,
    projections: &Projections,
) -> Result<Option<String>> {
    let (ours, there) = (ours(projections)?, pieces(connection)?);
    if let Some((kind, name, ..)) = ours.iter().find(|piece| !there.contains(piece)) {
        return Ok(Some(format!("its {kind} {name} is missing, or was changed")));
    }
    let foreign = there.iter().find(|piece| !ours.contains(piece));
    Ok(foreign.map(|(kind, ..)| format!("there is a {kind} in it that no read model has")))
}

/// The layouts that were needed so far, each by the schemas of its projections: one for each set of them.
static LAYOUTS: Mutex<Vec<(Vec<String>, GenerationLayout)>> = Mutex::new(Vec::new());

fn ours(projections: &Projections) -> Result<GenerationLayout> {
    let schemas: Vec<String> =
        projections.begin().iter().map(|projection| projection.schema().to_owned()).collect();
    let mut layouts = LAYOUTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, known)) = layouts.iter().find(|(known, _)| *known == schemas) {
        return Ok(Arc::clone(known));
    }
    let fresh = Connection::open_in_memory()?;
    prepare(&fresh)?;
    make(&fresh, &projections.on(&fresh)?)?;
    let made: GenerationLayout = pieces(&fresh)?.into();
    layouts.push((schemas, Arc::clone(&made)));
    Ok(made)
}

fn pieces(connection: &Connection) -> rusqlite::Result<Vec<SchemaEntry>> {
    let mut select = connection.prepare("SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema")?;
    let piece =
        |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?));
    select.query_map([], piece)?.collect()
}
