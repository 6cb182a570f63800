//! The check that a file has exactly a store's tables.

use std::sync::OnceLock;

use rusqlite::Connection;

use crate::store::sqlite::file::schema::SCHEMA;

/// A table, an index, a view or a trigger in SQLite's catalogue: its kind, its name, and the statement that created it.
type TablePart = (String, String, String);

/// The fault in the schema, if any. A store has exactly the tables, indexes and triggers that it was created with. A
/// view instead of a table could run forever, and a trigger or an index could answer with rows that the table does not
/// have.
pub(in crate::store::sqlite) fn check(conn: &Connection) -> rusqlite::Result<Option<String>> {
    check_parts(conn, |_| true)
}

/// The same for readers. The triggers that prevent changes of the log may be missing, so that their effects can be
/// examined.
pub(in crate::store::sqlite) fn check_for_reading(conn: &Connection) -> rusqlite::Result<Option<String>> {
    check_parts(conn, |(kind, ..)| kind != "trigger")
}

fn check_parts(
    conn: &Connection,
    is_needed: impl Fn(&TablePart) -> bool,
) -> rusqlite::Result<Option<String>> {
    let (ours, there) = (ours()?, parts(conn)?);
    if let Some((kind, name, _)) = ours.iter().find(|part| is_needed(part) && !there.contains(*part)) {
        return Ok(Some(format!("its {kind} {name} is missing, or not the one that a store has")));
    }
    let acts = |(kind, ..): &&TablePart| kind == "trigger" || kind == "index";
    let foreign = there.iter().filter(acts).find(|part| !ours.contains(*part));
    Ok(foreign.map(|(kind, ..)| format!("it contains an unexpected {kind}")))
}

/// The parts of a store, in the order of their creation.
fn ours() -> rusqlite::Result<&'static [TablePart]> {
    static OURS: OnceLock<Vec<TablePart>> = OnceLock::new();
    if let Some(ours) = OURS.get() {
        return Ok(ours);
    }
    let fresh = Connection::open_in_memory()?;
    fresh.execute_batch(SCHEMA)?;
    let made = parts(&fresh)?;
    Ok(OURS.get_or_init(|| made))
}

/// The parts of a file, without those that SQLite creates by itself.
fn parts(conn: &Connection) -> rusqlite::Result<Vec<TablePart>> {
    let mut statement =
        conn.prepare("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid")?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect()
}
