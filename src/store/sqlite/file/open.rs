//! Creating and opening a store; a file that is not a store is not changed.

use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use crate::domain::event::to_micros;
use crate::store::clock;
use crate::store::proof::receipt::Receipt;
use crate::store::sqlite::file::beside::{self, AfterClose, FilesBeside};
use crate::store::sqlite::file::codes::code;
use crate::store::sqlite::file::identity::n_names;
use crate::store::sqlite::file::leftover;
use crate::store::sqlite::file::one_at_a_time::turn;
use crate::store::sqlite::file::open_error::{OpenError, Problem};
use crate::store::sqlite::file::schema::{APPLICATION_ID, SCHEMA, SCHEMA_VERSION};
use crate::store::sqlite::file::tables;
use crate::store::sqlite::file::turns::wait_for_locks;
use crate::store::sqlite::proof::receipt_file::{self, ReceiptFile};

/// How long opening waits for a lock: readers are never locked out for longer than an instant, except for good.
const OPEN_PATIENCE: Duration = Duration::from_secs(2);

/// The most prepared statements that a connection keeps: as many as exist.
const STATEMENTS_KEPT_MAX: usize = 48;

/// An open store.
pub(in crate::store::sqlite) struct StoreFile {
    pub(in crate::store::sqlite) conn: Connection,
    pub(in crate::store::sqlite) path: PathBuf,
    pub(in crate::store::sqlite) id: String,
    pub(in crate::store::sqlite) after_close: AfterClose,
    /// The receipt from before, if the store is read in its state at the time of opening.
    pub(in crate::store::sqlite) receipt: Option<Receipt>,
    /// Why it is read in its state at the time of opening, if that is worth reporting.
    pub(in crate::store::sqlite) present_state_reason: Option<String>,
    /// Whether it is read without locks, because nobody can write it.
    pub(in crate::store::sqlite) is_immutable: bool,
}

/// See [`super::SqliteStore::create`].
pub(in crate::store::sqlite) fn create(path: &Path) -> Result<StoreFile, OpenError> {
    let error_of = |problem| OpenError { path: path.to_owned(), problem };
    let _turn = turn();
    let is_our_file = match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(_) => true,
        // A leftover of a creation that was killed counts as nothing. It may also be a creation that is under way.
        Err(error) if error.kind() == ErrorKind::AlreadyExists && leftover::is_one(path) => false,
        Err(error) => {
            return Err(error_of(match error.kind() {
                ErrorKind::NotFound => {
                    Problem::Other(anyhow::Error::from(error).context("its folder does not exist"))
                }
                ErrorKind::PermissionDenied => Problem::ReadOnly,
                _ => Problem::from(error),
            }));
        }
    };
    let id = clock::new_id().to_string();
    let created = fs::canonicalize(path).map_err(Problem::from).and_then(|path| {
        let conn = make(&path, &id)?;
        let (id, after_close) = (id.clone(), AfterClose::Nothing);
        Ok(StoreFile {
            conn,
            path,
            id,
            after_close,
            receipt: None,
            present_state_reason: None,
            is_immutable: false,
        })
    });
    created.map_err(|problem| {
        // The original error is reported; failing to clean up is secondary.
        if is_our_file {
            _ = leftover::remove(path, &id);
        }
        error_of(problem)
    })
}

/// Makes an empty file a store with this id.
fn make(path: &Path, id: &str) -> Result<Connection, Problem> {
    let mut conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let transaction = Transaction::new_unchecked(&conn, TransactionBehavior::Immediate)?;
    // If two create the same store at once, the first one wins.
    if transaction.query_one("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))? > 0 {
        return Err(Problem::Exists);
    }
    transaction.execute_batch(SCHEMA)?;
    transaction
        .execute("INSERT INTO store (id, created) VALUES (?1, ?2)", (id, to_micros(clock::noted_now())))?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    transaction.commit()?;
    write_ahead(&conn)?;
    protect(&conn)?;
    wait_for_locks(&mut conn)?;
    ReceiptFile::of(path, id).begin(&conn)?;
    Ok(conn)
}

/// See [`super::SqliteStore::open`].
pub(in crate::store::sqlite) fn for_writing(path: &Path) -> Result<StoreFile, OpenError> {
    let error_of = |problem| OpenError { path: path.to_owned(), problem };
    let _turn = turn();
    let path = locate(path).map_err(error_of)?;
    open_for_writing(path).map_err(error_of)
}

fn open_for_writing(path: PathBuf) -> Result<StoreFile, Problem> {
    let beside = FilesBeside::of(&path);
    inspect(&path, beside)?;
    if beside::is_marked_read_only(&path) {
        return Err(Problem::ReadOnly);
    }
    let n_names = n_names(&path);
    if n_names > 1 {
        return Err(Problem::OtherNames(n_names));
    }
    let path = recovered(path, beside)?;
    let mut conn = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    if conn.is_readonly("main")? {
        return Err(Problem::ReadOnly);
    }
    // Until the store is known to be intact, closing it must not move the write-ahead log into it.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !beside.is_at_rest())?;
    whole(tables::check(&conn)?)?;
    let id = look_in(&conn)?;
    write_ahead(&conn)?;
    protect(&conn)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    wait_for_locks(&mut conn)?;
    Ok(StoreFile {
        conn,
        path,
        id,
        after_close: AfterClose::Nothing,
        receipt: None,
        present_state_reason: None,
        is_immutable: false,
    })
}

/// See [`super::SqliteStore::open_read_only`].
pub(in crate::store::sqlite) fn for_reading(path: &Path) -> Result<StoreFile, OpenError> {
    let error_of = |problem| OpenError { path: path.to_owned(), problem };
    let _turn = turn();
    let path = locate(path).map_err(error_of)?;
    open_for_reading(path).map_err(error_of)
}

fn open_for_reading(path: PathBuf) -> Result<StoreFile, Problem> {
    let beside = FilesBeside::of(&path);
    inspect(&path, beside)?;
    let path = if beside::is_marked_read_only(&path) { path } else { recovered(path, beside)? };
    let mut was_tried = false;
    if beside.has_index || !beside::is_marked_read_only(&path) {
        match read_live(&path, beside) {
            // SQLite could not create or use the files beside the store.
            Err(Problem::ReadOnly | Problem::DiskFull | Problem::NoWal) => was_tried = true,
            opened => return opened,
        }
    }
    if beside.is_at_rest() {
        return read_still(path, was_tried);
    }
    match read_copy(&path) {
        // The one file is complete.
        Err(Problem::DiskFull | Problem::ReadOnly) if beside.has_empty_log() => read_still(path, was_tried),
        copied => copied,
    }
}

/// The sentence for a store that is read in its present state, from a copy or in place, because of its disk.
fn present_state_notice(path: &Path, from: &str) -> String {
    format!(
        "{} is read{from} in its present state, because the files that SQLite needs beside it cannot be created there; events appended later are not seen",
        path.display()
    )
}

/// Reads while others write, with the two files that all of them share.
fn read_live(path: &Path, beside: FilesBeside) -> Result<StoreFile, Problem> {
    let read = || {
        let mut conn = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let id = look_in(&conn)?;
        only_read(&mut conn)?;
        Ok((conn, id))
    };
    match read() {
        Ok((conn, id)) => {
            let after_close =
                if beside.is_at_rest() { AfterClose::Tidy(path.to_owned()) } else { AfterClose::Nothing };
            Ok(StoreFile {
                conn,
                path: path.to_owned(),
                id,
                after_close,
                receipt: None,
                present_state_reason: None,
                is_immutable: false,
            })
        }
        Err(problem) => {
            if beside.is_at_rest() {
                beside::tidy(path);
            }
            Err(problem)
        }
    }
}

/// Reads a store at rest that nobody may write: in place, without files beside it. That is worth reporting if creating
/// those files was tried.
fn read_still(path: PathBuf, was_tried: bool) -> Result<StoreFile, Problem> {
    let receipt = receipt_before(&path);
    let mut conn = connect_still(&path)?;
    let id = look_in(&conn)?;
    only_read(&mut conn)?;
    let present_state_reason = was_tried.then(|| present_state_notice(&path, ""));
    let (after_close, is_immutable) = (AfterClose::Nothing, true);
    Ok(StoreFile { conn, path, id, after_close, receipt, present_state_reason, is_immutable })
}

/// Reads a copy of a store whose newest events are in a write-ahead log that cannot be read in place.
fn read_copy(path: &Path) -> Result<StoreFile, Problem> {
    let receipt = receipt_before(path);
    let (copy, after_close) = beside::copy(path)?;
    let mut conn = connect(&copy, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let id = look_in(&conn)?;
    only_read(&mut conn)?;
    let present_state_reason = Some(present_state_notice(path, " from a copy,"));
    let (path, is_immutable) = (path.to_owned(), false);
    Ok(StoreFile { conn, path, id, after_close, receipt, present_state_reason, is_immutable })
}

/// The receipt beside a store that is about to be read in its present state: a later receipt would cover more than was
/// read. An error is reported when the receipt is asked for.
fn receipt_before(store: &Path) -> Option<Receipt> {
    receipt_file::beside(store).ok().flatten()
}

/// The real path of the file, if it can be a store at all.
fn locate(path: &Path) -> Result<PathBuf, Problem> {
    let path = fs::canonicalize(path)?;
    let metadata = fs::metadata(&path)?;
    if metadata.is_dir() {
        Err(Problem::IsDirectory)
    } else if !metadata.is_file() {
        Err(Problem::NotAStore)
    } else if metadata.len() == 0 {
        Err(Problem::Empty)
    } else {
        Ok(path)
    }
}

/// Whether the file claims to be a store of a known version. Reads its first page and leaves no file behind.
fn inspect(path: &Path, beside: FilesBeside) -> Result<(), Problem> {
    let conn = if beside.has_index {
        connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?
    } else {
        connect_still(path)?
    };
    let asked = || -> rusqlite::Result<(i32, i32)> {
        let application_id = conn.pragma_query_value(None, "application_id", |row| row.get(0))?;
        Ok((application_id, conn.pragma_query_value(None, "user_version", |row| row.get(0))?))
    };
    match asked().map_err(Problem::from) {
        Ok((APPLICATION_ID, SCHEMA_VERSION)) => Ok(()),
        Ok((APPLICATION_ID, version)) if version > SCHEMA_VERSION => Err(Problem::Newer { version }),
        Ok((APPLICATION_ID, version)) => Err(Problem::Older { version }),
        Ok(_) => Err(Problem::NotAStore),
        // The missing part may be in the write-ahead log; opening the store will show.
        Err(Problem::Damaged(_)) if !beside.is_at_rest() => Ok(()),
        // The log's index cannot be used here; readers have other ways.
        Err(Problem::ReadOnly | Problem::DiskFull | Problem::NoWal) if beside.has_index => Ok(()),
        Err(problem) => Err(problem),
    }
}

/// The store after SQLite has undone an interrupted transaction in the file itself. A store whose creation was killed
/// can end without any content. SQLite does this for a connection that may write.
fn recovered(path: PathBuf, beside: FilesBeside) -> Result<PathBuf, Problem> {
    if beside.has_journal {
        let conn = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        conn.query_one("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        return locate(&path);
    }
    Ok(path)
}

fn whole(wrong: Option<String>) -> Result<(), Problem> {
    wrong.map_or(Ok(()), |why| Err(Problem::Damaged(why)))
}

/// Checks that the tables are those of a store, and reads the end of each once. Returns the store's id.
fn look_in(conn: &Connection) -> Result<String, Problem> {
    whole(tables::check_for_reading(conn)?)?;
    let id = conn.query_one("SELECT id FROM store", [], |row| row.get(0)).map_err(|error| match error {
        rusqlite::Error::QueryReturnedNoRows | rusqlite::Error::QueryReturnedMoreThanOneRow => {
            Problem::Damaged("it does not say which store it is".to_owned())
        }
        error => Problem::from(error),
    })?;
    for question in [
        "SELECT position, clock, hash, data FROM events ORDER BY position DESC LIMIT 1",
        "SELECT id, position FROM ids ORDER BY id DESC LIMIT 1",
        "SELECT stream, version, position FROM versions ORDER BY stream DESC, version DESC LIMIT 1",
        "SELECT id, name FROM streams ORDER BY id DESC LIMIT 1",
        "SELECT name FROM streams ORDER BY name DESC LIMIT 1",
        "SELECT id, log FROM sources ORDER BY id DESC LIMIT 1",
        "SELECT source, text, hash FROM mappings ORDER BY id DESC LIMIT 1",
        "SELECT log, stream FROM stretches LIMIT 1",
    ] {
        conn.prepare(question)?.exists([])?;
    }
    Ok(id)
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, Problem> {
    let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX);
    prepared(conn.map_err(unreadable)?)
}

/// A connection that takes no locks, creates no files, and assumes that nobody writes.
fn connect_still(path: &Path) -> Result<Connection, Problem> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    prepared(Connection::open_with_flags(beside::immutable_uri(path), flags).map_err(unreadable)?)
}

/// SQLite reads files that it may not write; a file that it cannot open at all may not even be readable.
fn unreadable(error: rusqlite::Error) -> Problem {
    let is_disk = matches!(code(&error), Some((ErrorCode::DiskFull | ErrorCode::SystemIoFailure, _)));
    if is_disk {
        return Problem::from(error);
    }
    Problem::Other(
        anyhow::Error::from(error).context("it may not be read; check its permissions, and the disk"),
    )
}

/// The settings that come before the first access to the file.
fn prepared(conn: Connection) -> Result<Connection, Problem> {
    conn.busy_timeout(OPEN_PATIENCE)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS_KEPT_MAX);
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "recursive_triggers", true)?;
    Ok(conn)
}

/// Switches the write-ahead log on, or reports that it does not work.
fn write_ahead(conn: &Connection) -> Result<(), Problem> {
    let mode: String = conn.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode == "wal" { Ok(()) } else { Err(Problem::NoWal) }
}

/// Makes each commit durable.
fn protect(conn: &Connection) -> Result<(), Problem> {
    conn.pragma_update(None, "synchronous", "FULL")?;
    // For systems whose sync stops at the disk's cache, such as macOS.
    conn.pragma_update(None, "fullfsync", true)?;
    Ok(())
}

fn only_read(conn: &mut Connection) -> Result<(), Problem> {
    conn.pragma_update(None, "query_only", true)?;
    Ok(wait_for_locks(conn)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_without_a_write_ahead_log_is_recognised() {
        let conn = Connection::open_in_memory().unwrap();
        assert!(matches!(write_ahead(&conn), Err(Problem::NoWal)));
    }
}
