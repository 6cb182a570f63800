//! Leftovers of a creation that was killed: an empty file, or one that SQLite is about to empty.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use rusqlite::{Connection, ErrorCode, OpenFlags, Row, Transaction, TransactionBehavior};

use crate::store::sqlite::file::beside::{self, with_suffix};
use crate::store::sqlite::file::codes::code;

/// The first bytes of a rollback journal that SQLite would play back.
const JOURNAL_MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

/// The bytes of a rollback journal with the previous number of pages.
const N_PAGES_BEFORE: std::ops::Range<usize> = 16..20;

/// Whether the file at the path is a leftover of a creation that was killed. No byte is changed, and no file with
/// content of anybody's is taken for a leftover.
pub(in crate::store::sqlite) fn is_one(path: &Path) -> bool {
    // The name itself: a link may lead to somebody else's file.
    let Ok(metadata) = fs::symlink_metadata(path) else { return false };
    let has_log = fs::metadata(with_suffix(path, "-wal")).is_ok_and(|log| log.len() > 0);
    metadata.is_file() && !has_log && (metadata.len() == 0 || was_empty_before(path))
}

/// Removes the file of a creation that has failed, unless another process has made it a store meanwhile, or is about to.
pub(in crate::store::sqlite) fn remove(path: &Path, id: &str) -> Result<()> {
    // A store that somebody has finished is not empty, and has no journal.
    let is_unfinished =
        || with_suffix(path, "-journal").exists() || fs::metadata(path).is_ok_and(|file| file.len() == 0);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(path, flags);
    let locked = opened.and_then(|conn| {
        conn.busy_timeout(Duration::ZERO)?;
        let lock = Transaction::new_unchecked(&conn, TransactionBehavior::Immediate)?;
        // With the lock, which is kept until the file is gone, nobody else can begin to make it a store.
        if is_nobodys_or(id, &lock).unwrap_or_else(|_| is_unfinished()) {
            _ = beside::remove(path);
        }
        Ok(())
    });
    match locked {
        Ok(()) => {}
        Err(error)
            if matches!(code(&error), Some((ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _))) => {}
        // The disk fails. Another process that has begun to write would have the lock.
        Err(_) if is_unfinished() => beside::remove(path)?,
        Err(_) => {}
    }
    Ok(())
}

/// Whether a file is empty, or the store with this id.
fn is_nobodys_or(id: &str, lock: &Transaction<'_>) -> rusqlite::Result<bool> {
    let n_tables: i64 = lock.query_one("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let is_ours = |row: &Row<'_>| Ok(row.get_ref(0)?.as_str()? == id);
    Ok(n_tables == 0 || lock.query_one("SELECT id FROM store", [], is_ours)?)
}

/// Whether the journal beside a file says that the file was empty before.
fn was_empty_before(path: &Path) -> bool {
    let mut head = [0; N_PAGES_BEFORE.end];
    let read =
        File::open(with_suffix(path, "-journal")).and_then(|mut journal| journal.read_exact(&mut head));
    read.is_ok() && head.starts_with(&JOURNAL_MAGIC) && head.get(N_PAGES_BEFORE) == Some(&[0; 4])
}
