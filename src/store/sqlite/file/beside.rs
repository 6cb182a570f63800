//! The files beside a store: SQLite's write-ahead log and its index.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::store::clock;
use crate::store::sqlite::file::one_at_a_time::turn;

/// The files beside a store.
#[derive(Clone, Copy, Debug)]
pub(in crate::store::sqlite) struct FilesBeside {
    /// The index of the write-ahead log: it exists while anybody has the store open.
    pub(in crate::store::sqlite) has_index: bool,
    /// The size of the write-ahead log in bytes.
    log_bytes: u64,
    /// Whether there is a rollback journal. A store has one only during its creation, or if that was interrupted.
    pub(in crate::store::sqlite) has_journal: bool,
}

impl FilesBeside {
    pub(in crate::store::sqlite) fn of(store: &Path) -> Self {
        Self {
            has_index: with_suffix(store, "-shm").exists(),
            log_bytes: fs::metadata(with_suffix(store, "-wal")).map_or(0, |metadata| metadata.len()),
            has_journal: fs::metadata(with_suffix(store, "-journal"))
                .is_ok_and(|metadata| metadata.len() > 0),
        }
    }

    /// Whether the write-ahead log is empty.
    pub(in crate::store::sqlite) fn has_empty_log(self) -> bool {
        self.log_bytes == 0
    }

    /// Whether nobody has the store open and its one file is complete.
    pub(in crate::store::sqlite) fn is_at_rest(self) -> bool {
        !self.has_index && self.log_bytes == 0
    }
}

/// A task for after the last connection is closed.
#[derive(Debug)]
pub(in crate::store::sqlite) enum AfterClose {
    Nothing,
    /// A reader opened a store at rest, and SQLite created files beside it that readers cannot remove.
    Tidy(PathBuf),
    /// A copy was read; its folder is removed.
    Remove(PathBuf),
}

impl Drop for AfterClose {
    fn drop(&mut self) {
        match self {
            Self::Nothing => {}
            Self::Tidy(store) => {
                let _turn = turn();
                tidy(store);
            }
            // If a temporary folder cannot be removed, the system removes it.
            Self::Remove(folder) => drop(fs::remove_dir_all(folder)),
        }
    }
}

/// Makes SQLite remove the files beside a store, which it does under its own locks when the last connection that can
/// write is closed. Does so only if the write-ahead log is empty, so that the store's own file is not touched. If it
/// fails, two files stay until the next time. The caller holds the [`turn`].
pub(in crate::store::sqlite) fn tidy(store: &Path) {
    let beside = FilesBeside::of(store);
    if !beside.has_index || beside.log_bytes > 0 {
        return;
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if let Ok(conn) = Connection::open_with_flags(store, flags)
        && conn.busy_timeout(Duration::ZERO).is_ok()
    {
        let _: rusqlite::Result<i64> = conn.query_one("SELECT count(*) FROM store", [], |row| row.get(0));
    }
}

/// Removes a store with the files beside it.
///
/// # Errors
/// The store itself cannot be removed.
pub(in crate::store::sqlite) fn remove(store: &Path) -> io::Result<()> {
    for suffix in ["-journal", "-wal", "-shm", "-receipt"] {
        drop(fs::remove_file(with_suffix(store, suffix)));
    }
    fs::remove_file(store)
}

/// Memory, which may have room for a copy if the system's temporary folder has not.
const IN_MEMORY: &str = "/dev/shm";

/// Copies a store and its write-ahead log to a place where SQLite can read both; the copy is removed after use.
pub(in crate::store::sqlite) fn copy(store: &Path) -> io::Result<(PathBuf, AfterClose)> {
    let copied = copy_to(&std::env::temp_dir(), store);
    copied.or_else(|error| copy_to(Path::new(IN_MEMORY), store).map_err(|_| error))
}

fn copy_to(place: &Path, store: &Path) -> io::Result<(PathBuf, AfterClose)> {
    let folder = place.join(format!("foldback-{}", clock::new_id()));
    private_folder(&folder)?;
    let after_close = AfterClose::Remove(folder.clone());
    let copy = folder.join("store.db");
    fs::copy(store, &copy)?;
    match fs::copy(with_suffix(store, "-wal"), with_suffix(&copy, "-wal")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok((copy, after_close)),
    }
}

#[cfg(unix)]
fn private_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(0o700).create(path)
}

#[cfg(not(unix))]
fn private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir(path)
}

/// Whether the file or its folder is marked read-only. The mark is respected even if the system would allow writing, as
/// it does for root.
pub(in crate::store::sqlite) fn is_marked_read_only(store: &Path) -> bool {
    let is_marked = |path: &Path| fs::metadata(path).is_ok_and(|metadata| metadata.permissions().readonly());
    is_marked(store) || store.parent().is_some_and(is_marked)
}

/// The path as a URI by which SQLite assumes that nobody writes to the file.
pub(in crate::store::sqlite) fn immutable_uri(path: &Path) -> String {
    uri(path, "immutable=1")
}

/// The path as a URI by which SQLite only reads the file.
pub(in crate::store::sqlite) fn read_only_uri(path: &Path) -> String {
    uri(path, "mode=ro")
}

fn uri(path: &Path, how: &str) -> String {
    let mut uri = String::from("file:");
    for &byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri.push('?');
    uri.push_str(how);
    uri
}

/// The path of a file beside the store.
pub(in crate::store::sqlite) fn with_suffix(store: &Path, suffix: &str) -> PathBuf {
    let mut path = OsString::from(store);
    path.push(suffix);
    PathBuf::from(path)
}
