//! The check that a file has exactly a store's tables.

use std::sync::OnceLock;

use rusqlite::Connection;

use crate::store::sqlite::file::open::SCHEMA;

/// A table, an index, a view or a trigger, as SQLite keeps it: its kind, its name, and the statement that made it.
type Part = (String, String, String);

/// What is wrong with the tables, if anything: all that a store is made of has to be there as it was made, and nothing that would
/// act by itself besides.
/// A view in the place of a table can go on for ever, and a trigger or an index can answer for a table what is not in it.
pub(in crate::store::sqlite) fn check(conn: &Connection) -> rusqlite::Result<Option<String>> {
    check_parts(conn, |_| true)
}

/// The same for one who only reads: what keeps others from changing the log may be gone, so that what they have done can be
/// looked at.
pub(in crate::store::sqlite) fn check_for_reading(conn: &Connection) -> rusqlite::Result<Option<String>> {
    check_parts(conn, |(kind, ..)| kind != "trigger")
}

fn check_parts(conn: &Connection, is_needed: impl Fn(&Part) -> bool) -> rusqlite::Result<Option<String>> {
    let (ours, there) = (ours()?, parts(conn)?);
    if let Some((kind, name, _)) = ours.iter().find(|part| is_needed(part) && !there.contains(*part)) {
        return Ok(Some(format!("its {kind} {name} is missing, or not the one that a store has")));
    }
    let acts = |(kind, ..): &&Part| kind == "trigger" || kind == "index";
    let foreign = there.iter().filter(acts).find(|part| !ours.contains(*part));
    Ok(foreign.map(|(kind, ..)| format!("there is a {kind} in it that no store has")))
}

/// What a store is made of, in the order in which it is made.
fn ours() -> rusqlite::Result<&'static [Part]> {
    static OURS: OnceLock<Vec<Part>> = OnceLock::new();
    if let Some(ours) = OURS.get() {
        return Ok(ours);
    }
    let fresh = Connection::open_in_memory()?;
    fresh.execute_batch(SCHEMA)?;
    let made = parts(&fresh)?;
    Ok(OURS.get_or_init(|| made))
}

/// What a file is made of, without what SQLite makes by itself.
fn parts(conn: &Connection) -> rusqlite::Result<Vec<Part>> {
    let mut statement =
        conn.prepare("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid")?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect()
}
