//! The reasons why a file was not opened as a store, in one sentence each.

use std::fmt;
use std::io::ErrorKind;
use std::path::PathBuf;

use rusqlite::{ErrorCode, ffi};

use crate::store::sql::unreadable::is_unreadable;
use crate::store::sqlite::file::codes::{code, disk_failed, is_without_wal, no_wal};
use crate::store::sqlite::file::identity::other_names;
use crate::store::sqlite::file::schema::SCHEMA_VERSION;

/// The system's error number for a failing disk, for which the standard library has no kind: the same on Linux, macOS
/// and the BSDs.
const EIO: i32 = 5;

/// The error of opening a store.
#[derive(Debug)]
pub struct OpenError {
    /// Which file.
    pub path: PathBuf,
    /// Why.
    pub problem: Problem,
}

/// The reason why a file could not be opened as a store.
#[derive(Debug)]
pub enum Problem {
    /// There is no file.
    NotFound,
    /// A store was to be created, but something is at the path already.
    Exists,
    /// It is a folder.
    IsDirectory,
    /// The file is empty.
    Empty,
    NotAStore,
    /// It is a damaged store; SQLite's message.
    Damaged(String),
    /// A newer foldback created it, with this version of the tables.
    Newer {
        /// The version of its tables; ours is [`SCHEMA_VERSION`].
        version: i32,
    },
    /// An older foldback created it, with this version of the tables.
    Older {
        /// The version of its tables; ours is [`SCHEMA_VERSION`].
        version: i32,
    },
    /// Another process has locked it.
    Locked,
    /// It cannot be written: its file or its folder is read-only.
    ReadOnly,
    /// It was opened for writing, and its file has this many names (hard links).
    OtherNames(u64),
    /// SQLite's write-ahead log does not work there.
    NoWal,
    DiskFull,
    /// The disk fails; SQLite's extended code.
    DiskFailed(i32),
    /// Another error.
    Other(anyhow::Error),
}

impl OpenError {
    /// Whether there is no file at the path.
    pub fn is_missing(&self) -> bool {
        matches!(self.problem, Problem::NotFound)
    }
}

impl Problem {
    /// Whether it comes from the content of the file.
    pub fn is_content(&self) -> bool {
        matches!(
            self,
            Self::Empty | Self::NotAStore | Self::Damaged(_) | Self::Newer { .. } | Self::Older { .. }
        )
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.problem {
            Problem::NotFound => write!(f, "{path} does not exist; `foldback new` creates a store"),
            Problem::Exists => write!(f, "{path} exists already; name another file, or remove it first"),
            Problem::IsDirectory => write!(f, "{path} is a directory; name the store's file in it"),
            Problem::Empty => write!(f, "{path} is empty; `foldback new` creates a store there"),
            Problem::NotAStore => write!(f, "{path} is not a store of foldback, or its beginning is damaged"),
            Problem::Damaged(why) => write!(f, "{path} is damaged ({why}); go back to a copy of it"),
            Problem::Newer { version } => write!(
                f,
                "{path} was created by a newer foldback (its tables have version {version}, and this one knows versions up to \
                 {SCHEMA_VERSION}); open it with the newer one"
            ),
            Problem::Older { version } => write!(
                f,
                "{path} was created by an older foldback (its tables have version {version}, and this one needs version \
                 {SCHEMA_VERSION}); export its log with the older one, and import it into a new store"
            ),
            Problem::Locked => {
                write!(f, "{path} is locked by another process; try again when that has finished")
            }
            Problem::ReadOnly => write!(
                f,
                "{path} cannot be written to: its file or its folder is read-only, or the disk fails or is full; \
                 change that, or copy the store"
            ),
            Problem::OtherNames(n_names) => {
                write!(f, "nothing is written: {}", other_names(&self.path, *n_names))
            }
            Problem::NoWal => f.write_str(&no_wal(&path.to_string())),
            Problem::DiskFull => {
                write!(f, "{path} cannot be opened: the disk is full; make room and try again")
            }
            Problem::DiskFailed(extended) => f.write_str(&disk_failed(&path.to_string(), *extended)),
            Problem::Other(error) => write!(f, "{path} cannot be opened: {error:#}"),
        }
    }
}

impl std::error::Error for OpenError {}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        match code(&error) {
            Some((_, extended)) if is_without_wal(extended) => Self::NoWal,
            Some((ErrorCode::DiskFull, _) | (_, ffi::SQLITE_IOERR_SHMSIZE)) => Self::DiskFull,
            Some((ErrorCode::SystemIoFailure, extended)) => Self::DiskFailed(extended),
            Some((ErrorCode::NotADatabase, _)) => Self::NotAStore,
            Some((ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _)) => Self::Locked,
            Some((ErrorCode::ReadOnly | ErrorCode::CannotOpen, _)) => Self::ReadOnly,
            // A file that claims to be a store and lacks a table has lost it.
            Some((ErrorCode::Unknown, ffi::SQLITE_ERROR)) => Self::Damaged(error.to_string()),
            _ if is_unreadable(&error) => Self::Damaged(error.to_string()),
            _ => Self::Other(error.into()),
        }
    }
}

impl From<anyhow::Error> for Problem {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<rusqlite::Error>() {
            Ok(error) => error.into(),
            Err(error) => error.downcast::<std::io::Error>().map_or_else(Self::Other, Self::from),
        }
    }
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Self {
        if error.raw_os_error() == Some(EIO) {
            return Self::DiskFailed(ffi::SQLITE_IOERR);
        }
        match error.kind() {
            ErrorKind::NotFound => Self::NotFound,
            ErrorKind::AlreadyExists => Self::Exists,
            ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => Self::DiskFull,
            _ => Self::Other(error.into()),
        }
    }
}
