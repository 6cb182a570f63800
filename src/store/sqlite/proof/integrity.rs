//! The integrity check: the tables beside the events, and SQLite's own check of the file.

use anyhow::{Result, anyhow};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension};

use crate::cancel::{Cancel, Cancelled, OrCancelled};
use crate::domain::event::GlobalPosition;
use crate::store::proof::checked::{RowsDigest, Sums};
use crate::store::proof::finding::Fault;
use crate::store::proof::receipt::Receipt;
use crate::store::sql::position::SqlPosition;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::file::error::{self, is_content};
use crate::store::sqlite::file::tables;
use crate::store::sqlite::import::id_key::{self, IdKey};

/// Steps of SQLite's virtual machine between two checks for cancellation: some milliseconds.
const STEPS_BETWEEN_LOOKS: i32 = 100_000;

/// Rows of a table read between two checks for cancellation.
const ROWS_BETWEEN_LOOKS: u64 = 65_536;

impl SqliteStore {
    /// The fault that SQLite finds in its file: a page outside of all tables, an index that lacks a row, a dangling
    /// reference.
    ///
    /// # Errors
    /// Errors of the store that do not come from the file.
    pub(in crate::store::sqlite) fn check_whole_file(
        &mut self,
        cancel: &Cancel,
    ) -> Result<OrCancelled<Option<Fault>>> {
        let asked = cancel.clone();
        self.conn.progress_handler(STEPS_BETWEEN_LOOKS, Some(move || asked.is_cancelled()))?;
        let found = integrity(&self.conn);
        self.conn.progress_handler(0, None::<fn() -> bool>)?;
        match found {
            Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::OperationInterrupted) => {
                Ok(Err(Cancelled))
            }
            Err(error) => {
                let why = anyhow!(error);
                if !is_content(&why) {
                    return Err(error::explain(&self.path, why));
                }
                Ok(Ok(Some(Fault::unreadable(None, "a file that SQLite can read", &why))))
            }
            Ok(found) => Ok(Ok(found.map(|found| Fault::outside("nothing wrong with it", found)))),
        }
    }

    /// Whether the index of versions has exactly the entries of the events up to `head`.
    ///
    /// # Errors
    /// Errors of the store; damage that cannot be read is a fault.
    pub fn check_versions(
        &self,
        sums: &Sums,
        head: GlobalPosition,
        cancel: &Cancel,
    ) -> Result<OrCancelled<Option<Fault>>> {
        found_in("the index of versions", self.try_check_versions(sums.versions, head, cancel))
    }

    /// The same for the index of ids.
    ///
    /// # Errors
    /// Those of [`SqliteStore::check_versions`].
    pub fn check_ids(
        &self,
        sums: &Sums,
        head: GlobalPosition,
        cancel: &Cancel,
    ) -> Result<OrCancelled<Option<Fault>>> {
        found_in("the index of ids", self.try_check_ids(sums.ids, head, cancel))
    }

    /// The same for the index by which imported events are recognised.
    ///
    /// # Errors
    /// Those of [`SqliteStore::check_versions`].
    pub fn check_origins(
        &self,
        sums: &Sums,
        head: GlobalPosition,
        cancel: &Cancel,
    ) -> Result<OrCancelled<Option<Fault>>> {
        found_in("the index of imported stretches", self.try_check_origins(sums, head, cancel))
    }

    fn try_check_versions(
        &self,
        expected: RowsDigest,
        head: GlobalPosition,
        cancel: &Cancel,
    ) -> Result<OrCancelled<Option<Fault>>> {
        let sql = "SELECT stream, version, position FROM versions ORDER BY stream, version";
        let found = sum_of(&self.conn, sql, cancel, |sums, row| {
            let row: [i64; 3] = [row.get(0)?, row.get(1)?, row.get(2)?];
            if row[2] <= head.to_sql() {
                sums.add_version(row);
            }
            Ok(())
        })?;
        let Ok(found) = found else { return Ok(Err(Cancelled)) };
        if found.versions == expected {
            return Ok(Ok(beyond(&self.conn, "versions", head)?));
        }
        let lacking = "SELECT e.position, 'version ' || e.version || ' of its stream in the index of versions', \
                       coalesce('it at position ' || v.position, 'none') \
                       FROM events e LEFT JOIN versions v ON v.stream = e.stream AND v.version = e.version \
                       WHERE v.position IS NOT e.position ORDER BY e.position LIMIT 1";
        let beyond = "SELECT v.position, 'no event with version ' || v.version || ' of stream ' || v.stream, 'one' \
                      FROM versions v LEFT JOIN events e ON e.position = v.position \
                      WHERE e.stream IS NOT v.stream OR e.version IS NOT v.version ORDER BY v.position LIMIT 1";
        first_of(&self.conn, [lacking, beyond], "the index of versions", expected, found.versions)
    }

    fn try_check_ids(
        &self,
        expected: RowsDigest,
        head: GlobalPosition,
        cancel: &Cancel,
    ) -> Result<OrCancelled<Option<Fault>>> {
        let mut last: Option<IdKey> = None;
        let mut twice = None;
        let found = sum_of(&self.conn, "SELECT id, position FROM ids ORDER BY id", cancel, |sums, row| {
            let (key, position) = (IdKey::stored(row.get_ref(0)?)?, row.get(1)?);
            if last.as_ref().is_some_and(|last| *last >= key) && twice.is_none() {
                twice = Some(position);
            }
            if position <= head.to_sql() {
                sums.add_id(&key.clone().by_value(), position);
            }
            last = Some(key);
            Ok(())
        })?;
        let Ok(found) = found else { return Ok(Err(Cancelled)) };
        if let Some(position) = twice {
            let position = GlobalPosition::from_sql(position);
            let fault =
                Fault::at(position, "an id behind the one before it in the index of ids", "it elsewhere");
            return Ok(Ok(Some(fault)));
        }
        if found.ids == expected {
            return Ok(Ok(beyond(&self.conn, "ids", head)?));
        }
        // Only Rust code computes the key of an id, so each event's is looked up.
        let sql = "SELECT position, id FROM events WHERE id IS NOT NULL ORDER BY position";
        let mut statement = self.conn.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (position, id): (i64, String) = (row.get(0)?, row.get(1)?);
            if position.cast_unsigned().is_multiple_of(ROWS_BETWEEN_LOOKS) && cancel.is_cancelled() {
                return Ok(Err(Cancelled));
            }
            let (there, position) = (id_key::positions(&self.conn, &id)?, GlobalPosition::from_sql(position));
            if !there.contains(&position) {
                let there =
                    there.first().map_or("none".to_owned(), |there| format!("it at position {there}"));
                let expected = format!("the id {id} in the index of ids");
                return Ok(Ok(Some(Fault::at(position, expected, there))));
            }
        }
        Ok(Ok(Some(counts("the index of ids", expected, found.ids))))
    }

    fn try_check_origins(
        &self,
        expected: &Sums,
        head: GlobalPosition,
        cancel: &Cancel,
    ) -> Result<OrCancelled<Option<Fault>>> {
        // A run whose events were appended meanwhile does not count yet.
        let sql = "SELECT t.log, t.stream, t.place, t.version, v.position FROM stretches t \
                   LEFT JOIN versions v ON v.stream = t.stream AND v.version = t.version";
        let found = sum_of(&self.conn, sql, cancel, |sums, row| {
            let position: Option<i64> = row.get(4)?;
            if position.is_none_or(|position| position <= head.to_sql()) {
                sums.add_stretch([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]);
            }
            Ok(())
        })?;
        let Ok(found) = found else { return Ok(Err(Cancelled)) };
        let (expected, found) = (expected.stretches, found.stretches);
        let is_right = expected == found;
        Ok(Ok((!is_right).then(|| counts("the index of imported stretches", expected, found))))
    }

    /// Checks the store against a receipt.
    ///
    /// # Errors
    /// Errors of the store.
    pub fn check_receipt(&self, receipt: &Receipt) -> Result<Option<Fault>> {
        let Receipt { store, place, hash } = receipt;
        if *store != self.id {
            let expected = format!("the store {store}");
            return Ok(Some(Fault::outside(expected, format!("the store {}", self.id))));
        }
        let newest = self.newest()?.place;
        if newest < *place {
            // The first missing event is the one after the head, unless only a mapping is missing.
            let first =
                if newest.position < place.position { newest.position.plus(1) } else { newest.position };
            return Ok(Some(Fault::at(
                first,
                format!("all up to {place}"),
                format!("nothing after {newest}"),
            )));
        }
        let there = self.hash_at(*place)?;
        if there == Some(*hash) {
            return Ok(None);
        }
        let made_anew = |there| format!("the hash {there}: the history up to there was rewritten");
        let found = there.map_or("no such link".to_owned(), made_anew);
        Ok(Some(Fault::at(place.position, format!("the hash {hash}"), found)))
    }
}

/// The result for a table, with damage turned into a fault.
fn found_in(table: &str, found: Result<OrCancelled<Option<Fault>>>) -> Result<OrCancelled<Option<Fault>>> {
    found.or_else(|why| {
        if !is_content(&why) {
            return Err(why);
        }
        Ok(Ok(Some(Fault::unreadable(None, table, &why))))
    })
}

/// A row for a position after the end of the log. Rows of events appended meanwhile are not faults.
fn beyond(conn: &Connection, table: &str, head: GlobalPosition) -> Result<Option<Fault>> {
    let sql = format!(
        "SELECT position FROM {table} WHERE position > ?1 \
         AND NOT EXISTS (SELECT 1 FROM events e WHERE e.position = {table}.position) LIMIT 1"
    );
    let found = conn.query_row(&sql, [head.to_sql()], |row| row.get(0).map(GlobalPosition::from_sql));
    let fault = |at| Fault::at(at, format!("no row of {table} without an event"), "one");
    Ok(found.optional()?.map(fault))
}

/// The first message of SQLite's own check; `None` if there is none.
fn integrity(conn: &Connection) -> rusqlite::Result<Option<String>> {
    let message: String = conn.query_one("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if message != "ok" {
        return Ok(Some(message));
    }
    let orphan = conn.query_row("PRAGMA foreign_key_check", [], |row| {
        let (table, row, parent): (String, Option<i64>, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(format!("row {} of {table} refers to a row of {parent} that is not there", row.unwrap_or(0)))
    });
    if let Some(orphan) = orphan.optional()? {
        return Ok(Some(orphan));
    }
    if let Some(wrong) = tables::check(conn)? {
        return Ok(Some(wrong));
    }
    for (lonely, what) in [
        ("SELECT position FROM events WHERE position < 1", "an event at position"),
        (
            "SELECT id FROM streams s WHERE NOT EXISTS (SELECT 1 FROM versions v WHERE v.stream = s.id)",
            "a stream without an event, with the number",
        ),
        (
            "SELECT id FROM sources s WHERE NOT EXISTS (SELECT 1 FROM mappings m WHERE m.source = s.id)",
            "a source without a mapping, with the number",
        ),
    ] {
        let found = conn.query_row(&format!("{lonely} LIMIT 1"), [], |row| row.get::<_, i64>(0));
        if let Some(number) = found.optional()? {
            return Ok(Some(format!("{what} {number}")));
        }
    }
    Ok(None)
}

/// The sum over the rows of a query.
fn sum_of(
    conn: &Connection,
    sql: &str,
    cancel: &Cancel,
    mut add: impl FnMut(&mut Sums, &rusqlite::Row<'_>) -> Result<()>,
) -> Result<OrCancelled<Sums>> {
    let mut sums = Sums::default();
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut n: u64 = 0;
    while let Some(row) = rows.next()? {
        n += 1;
        if n.is_multiple_of(ROWS_BETWEEN_LOOKS) && cancel.is_cancelled() {
            return Ok(Err(Cancelled));
        }
        add(&mut sums, row)?;
    }
    Ok(Ok(sums))
}

/// The first row of queries that give position, expected and found value; otherwise the counts.
fn first_of(
    conn: &Connection,
    questions: [&str; 2],
    table: &str,
    expected: RowsDigest,
    found: RowsDigest,
) -> Result<OrCancelled<Option<Fault>>> {
    for question in questions {
        let first = conn.query_row(question, [], |row| {
            let position = match row.get_ref(0)? {
                ValueRef::Integer(position) => Some(GlobalPosition::from_sql(position)),
                _ => None,
            };
            Ok(Fault { position, expected: row.get(1)?, found: row.get(2)? })
        });
        if let Some(fault) = first.optional()? {
            return Ok(Ok(Some(fault)));
        }
    }
    Ok(Ok(Some(counts(table, expected, found))))
}

fn counts(table: &str, expected: RowsDigest, found: RowsDigest) -> Fault {
    if expected.n == found.n {
        Fault::outside(format!("{} rows in {table} as the events have it", expected.n), "other ones")
    } else {
        Fault::outside(format!("{} rows in {table}", expected.n), found.n.to_string())
    }
}
