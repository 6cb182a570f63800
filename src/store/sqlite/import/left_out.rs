//! Lines of imported logs that the store does not have, counted by reason.
//!
//! Events that it has without their time, which cannot be read, are counted there under a reason of their own.
//! They are in a table of their own, which a store gets with the first such line. Versions that do not know the table
//! ignore it.

use anyhow::Result;
use rusqlite::{Connection, OptionalExtension, params};

use crate::domain::event::SourceId;
use crate::domain::left_out::{LeftOut, Reason, TIME_UNREAD};
use crate::store::jsonl::{CUT_OFF, NOT_CLOSED, PACKED_CUT, UNREADABLE};
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::read::rows::{from_sql, to_sql};

/// The statement that creates the table.
const TABLE: &str = "CREATE TABLE left_out (
  -- Lines of imported logs that are not in this log: they cannot be read, or contradict what is there.
  log        INTEGER NOT NULL, -- the imported log: an id of sources
  why        TEXT    NOT NULL, -- the reason that these lines have
  line       INTEGER NOT NULL, -- the first of them
  n          INTEGER NOT NULL, -- how many
  is_refused INTEGER NOT NULL, -- 1: the event contradicts what is there; 0: the line cannot be read
  PRIMARY KEY (log, why)
) STRICT, WITHOUT ROWID";

/// Entries that no longer hold when a log is read further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forget {
    /// All of them: the log is read from its beginning.
    All,
    /// The entry for a cut-off end: the rest may be there now.
    CutOff,
}

impl SqliteStore {
    /// The imported logs with lines left out or times that cannot be read, each with its name and those.
    ///
    /// # Errors
    /// Errors of the store.
    pub fn left_out(&self) -> Result<Vec<(SourceId, String, LeftOut)>> {
        self.explained(|conn| {
            let mut logs = Vec::new();
            if !is_there(conn)? {
                return Ok(logs);
            }
            let mut statement = conn.prepare("SELECT id, name FROM sources WHERE id = log ORDER BY id")?;
            let named = statement.query_map([], |row| Ok((SourceId(row.get(0)?), row.get(1)?)))?;
            for named in named {
                let (log, name) = named?;
                let left_out = left_out_of(conn, log)?;
                if !left_out.is_empty() {
                    logs.push((log, name, left_out));
                }
            }
            Ok(logs)
        })
    }

    /// Number of lines left out of all imported logs.
    ///
    /// # Errors
    /// Errors of the store.
    pub fn n_lines_left_out(&self) -> Result<u64> {
        Ok(self.left_out()?.iter().map(|(_, _, left_out)| left_out.n()).sum())
    }

    /// Number of events of all imported logs that are here without their time, which cannot be read.
    ///
    /// # Errors
    /// Errors of the store.
    pub fn n_times_unread(&self) -> Result<u64> {
        Ok(self.left_out()?.iter().map(|(_, _, left_out)| left_out.n_times_unread()).sum())
    }

    /// The lines left out of a log.
    ///
    /// # Errors
    /// Errors of the store.
    pub fn left_out_of(&self, log: SourceId) -> Result<LeftOut> {
        self.explained(|conn| Ok(if is_there(conn)? { left_out_of(conn, log)? } else { LeftOut::default() }))
    }
}

/// Whether the table exists and has the expected form. Anything else under its name is not queried.
fn is_there(conn: &Connection) -> rusqlite::Result<bool> {
    made(conn).map(|sql| sql.as_deref() == Some(TABLE))
}

/// The statement that created whatever has the table's name.
fn made(conn: &Connection) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT coalesce(sql, '') FROM sqlite_schema WHERE name = 'left_out'";
    conn.query_row(sql, [], |row| row.get(0)).optional()
}

fn left_out_of(conn: &Connection, log: SourceId) -> rusqlite::Result<LeftOut> {
    let mut left_out = LeftOut::default();
    let mut statement = conn.prepare("SELECT why, line, n, is_refused FROM left_out WHERE log = ?1")?;
    let mut rows = statement.query([log.0])?;
    while let Some(row) = rows.next()? {
        let reason =
            Reason { line: from_sql(row.get(1)?), n: from_sql(row.get(2)?), is_refused: row.get(3)? };
        left_out.add(&row.get::<_, String>(0)?, reason);
    }
    Ok(left_out)
}

/// Adds lines left out of a log to those from before. Call it in an open transaction.
pub(in crate::store::sqlite) fn save(
    conn: &Connection,
    log: SourceId,
    forget: Option<Forget>,
    left_out: &LeftOut,
) -> rusqlite::Result<()> {
    match made(conn)?.as_deref() {
        Some(TABLE) => {}
        None if !left_out.is_empty() => conn.execute_batch(TABLE)?,
        // Another table has the name; its content is not ours to change.
        _ => return Ok(()),
    }
    match forget {
        Some(Forget::All) => {
            // An event stays in the store, and so without its time.
            let sql = "DELETE FROM left_out WHERE log = ?1 AND why <> ?2";
            conn.execute(sql, params![log.0, TIME_UNREAD])?;
        }
        Some(Forget::CutOff) => {
            let sql = "DELETE FROM left_out WHERE log = ?1 AND why IN (?2, ?3, ?4, ?5)";
            conn.execute(sql, params![log.0, CUT_OFF, NOT_CLOSED, PACKED_CUT, UNREADABLE])?;
        }
        None => {}
    }
    if left_out.is_empty() {
        return Ok(());
    }
    // Together with the existing reasons there are no more than the limit.
    let mut all = left_out_of(conn, log)?;
    all.add_all(left_out);
    let sql = "INSERT INTO left_out (log, why, line, n, is_refused) VALUES (?1, ?2, ?3, ?4, ?5) \
               ON CONFLICT DO UPDATE SET line = excluded.line, n = excluded.n";
    let mut statement = conn.prepare_cached(sql)?;
    for (why, Reason { line, n, is_refused }) in all.entries() {
        statement.execute(params![log.0, why, to_sql(line), to_sql(n), is_refused])?;
    }
    Ok(())
}
