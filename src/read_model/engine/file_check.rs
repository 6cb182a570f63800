//! SQLite's own check of a generation's file, once after each write.
//!
//! SQLite answers a query by key from an index without checking that the table agrees: one flipped bit in a key, and a
//! row is silently missing. Its integrity check compares the two. It takes about a second for a million events, so it
//! does not run for each query. The tables that projecting continues from are checked when a projector opens the file,
//! and the whole file in the background. A small file records the state in which the generation passed.

use std::fs;
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

use anyhow::Result;
use rusqlite::Connection;

use crate::cancel::Cancel;
use crate::read_model::engine::generation::{damage, stop_when};
use crate::read_model::engine::location::{Location, Pointer};
use crate::read_model::projections::list::Projections;
use crate::read_model::questions::query::connect;

/// The most rows of a table that are checked before a projector continues: about a tenth of a second of work. A larger
/// table is checked only with the whole file.
const N_ROWS_MAX: u64 = 100_000;

/// The longest record that is read, in bytes: an id and five numbers take less than 150.
const RECORD_BYTES_MAX: usize = 256;

/// How much of a file is checked. The whole includes the present.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// The tables that projecting continues from, with their indexes.
    Present,
    /// Every page, every table and every index.
    Whole,
}

impl Extent {
    fn word(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Whole => "whole",
        }
    }
}

/// The first fault that SQLite reports in a whole file, in its words; `None` if there is none. It cannot know whether the
/// rows are the right ones.
///
/// # Errors
/// Errors of SQLite. If a page cannot be parsed at all, that is damage as well.
pub(in crate::read_model) fn whole_fault(connection: &Connection) -> Result<Option<String>> {
    asked(connection, "PRAGMA integrity_check(1)")
}

/// [`whole_fault`] in the tables that projecting continues from.
fn present_fault(connection: &Connection, projections: &Projections) -> Result<Option<String>> {
    for table in affordable(connection, &present(projections), N_ROWS_MAX)? {
        if let Some(wrong) = asked(connection, &format!("PRAGMA integrity_check('{table}')"))? {
            return Ok(Some(wrong));
        }
    }
    Ok(None)
}

/// The tables that a batch reads before it writes. Most grow with the streams and the days of a log, some with its events.
fn present(projections: &Projections) -> Vec<String> {
    let all = projections.begin();
    all.iter().flat_map(|projection| projection.present()).map(str::to_owned).collect()
}

/// Those of the tables that have at most that many rows.
fn affordable<'t>(connection: &Connection, tables: &'t [String], n_rows_max: u64) -> Result<Vec<&'t str>> {
    let mut affordable = Vec::new();
    for table in tables {
        let count = format!("SELECT count(*) FROM (SELECT 1 FROM \"{table}\" LIMIT ?1)");
        let n_rows: i64 =
            connection.query_row(&count, [i64::try_from(n_rows_max)?.saturating_add(1)], |row| row.get(0))?;
        if u64::try_from(n_rows)? <= n_rows_max {
            affordable.push(table.as_str());
        }
    }
    Ok(affordable)
}

fn asked(connection: &Connection, question: &str) -> Result<Option<String>> {
    let found: String = connection.query_row(question, [], |row| row.get(0))?;
    let line = found.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    Ok((line != "ok").then_some(line))
}

/// [`whole_fault`] in that much of a file, unless the file has passed and nobody has written to it since. Records that it
/// has passed. A bit that flips on the disk later goes unnoticed here until the next write; [`whole_fault`] finds it.
///
/// # Errors
/// See [`whole_fault`].
pub(in crate::read_model) fn fault_if_written(
    connection: &Connection,
    location: &Location,
    pointer: &Pointer,
    extent: Extent,
) -> Result<Option<String>> {
    let path = location.generation_path(pointer.number);
    let before = state(&path).ok();
    let passed = |extent: Extent| before.as_ref().map(|state| record(pointer, extent, state));
    let kept = fs::read(location.checked_path()).ok().filter(|kept| kept.len() <= RECORD_BYTES_MAX);
    if kept.is_some()
        && [extent, Extent::Whole].into_iter().any(|e| passed(e).map(String::into_bytes) == kept)
    {
        return Ok(None);
    }
    let wrong = match extent {
        Extent::Present => present_fault(connection, location.projections()),
        Extent::Whole => whole_fault(connection),
    }?;
    if wrong.is_none()
        && let Some(record) = passed(extent)
        && state(&path).ok() == before
    {
        // Without the record the file is checked again the next time.
        _ = fs::write(location.checked_path(), record);
    }
    Ok(wrong)
}

/// The fault in the current generation's file, as far as SQLite can see; `None` if there is none, if there is no read
/// model, or if nobody has written since it last passed.
///
/// # Errors
/// It was cancelled, or cannot be read for another reason than damage.
pub fn file_fault(location: &Location, extent: Extent, cancel: &Cancel) -> Result<Option<String>> {
    let Some(pointer) = location.current()? else { return Ok(None) };
    let look = || {
        let mut connection = connect(&location.generation_path(pointer.number))?;
        stop_when(&mut connection, cancel)?;
        fault_if_written(&connection, location, &pointer, extent)
    };
    look().or_else(|error| damage(&error).map(Some).ok_or(error))
}

/// The record of a file that has passed.
fn record(pointer: &Pointer, extent: Extent, state: &[(u64, u128); 2]) -> String {
    let [(n_bytes, written), (n_log_bytes, log_written)] = state;
    format!("{} {} {n_bytes} {written} {n_log_bytes} {log_written}\n", pointer.id, extent.word())
}

/// The size of the file and of its write-ahead log, in bytes, and the time of the last write to each, in nanoseconds
/// since 1970. Every write changes one of these.
fn state(path: &Path) -> io::Result<[(u64, u128); 2]> {
    let of = |path: &Path| -> io::Result<(u64, u128)> {
        let there = fs::metadata(path)?;
        let written = there.modified()?.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
        Ok((there.len(), written))
    };
    let log = match of(&path.with_extension("db-wal")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => (0, 0),
        log => log?,
    };
    Ok([of(path)?, log])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::aggregates::Aggregates;
    use crate::read_model::engine::layout;

    #[test]
    fn every_table_of_the_present_exists() {
        let connection = Connection::open_in_memory().unwrap();
        let projections = Projections::of(&Aggregates::bank());
        layout::make(&connection, &projections).unwrap();
        let present = present(&projections);
        assert_eq!(affordable(&connection, &present, 0).unwrap(), present);
    }

    #[test]
    fn no_table_with_more_rows_than_the_limit_is_checked_before_projecting() {
        let tables = ["account_rows", "total_rows", "document_rows"].map(str::to_owned);
        for long in &tables {
            let connection = Connection::open_in_memory().unwrap();
            for table in &tables {
                let n_rows = if table == long { 4 } else { 3 };
                let rows = ["(1)"; 4][..n_rows].join(",");
                let sql = format!("CREATE TABLE {table} (id INTEGER); INSERT INTO {table} VALUES {rows}");
                connection.execute_batch(&sql).unwrap();
            }
            let others: Vec<_> = tables.iter().filter(|table| *table != long).collect();
            assert_eq!(affordable(&connection, &tables, 3).unwrap(), others);
            assert_eq!(affordable(&connection, &tables, 4).unwrap(), tables);
        }
    }
}
