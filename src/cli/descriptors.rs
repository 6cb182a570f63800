//! Errors that come from a limit on open files, recognised and explained.

use std::fs;
use std::io;

use rustix::io::Errno;
use rustix::process::{Resource, getrlimit};

use crate::store::sqlite::file::open_error::OpenError;

/// A limit of open files below this is taken for the cause of an error. No verb has this many files open, and SQLite
/// reports only that a file could not be opened.
const FILES_ENOUGH: u64 = 64;

/// The sentence for an error caused by the limit of open files; `None` for any other.
pub fn explain(error: &anyhow::Error) -> Option<String> {
    let is_certain = error.chain().any(is_of_limit);
    if !is_certain && !error.chain().any(may_be_of_limit) {
        return None;
    }
    let limit = getrlimit(Resource::Nofile).current?;
    // If the list itself cannot be opened, every descriptor is in use.
    let n_open = fs::read_dir("/dev/fd").map_or(limit, |files| files.count() as u64);
    (is_certain || limit < n_open.saturating_add(FILES_ENOUGH)).then(|| {
        format!(
            "too many files are open: this process may have {limit} at once; allow more (ulimit -n), and try again"
        )
    })
}

fn is_of_limit(cause: &(dyn std::error::Error + 'static)) -> bool {
    let errno = cause.downcast_ref::<io::Error>().and_then(Errno::from_io_error);
    errno.is_some_and(|errno| errno == Errno::MFILE || errno == Errno::NFILE)
}

/// Whether the error is one of SQLite or of a store, which carry no error number of the system.
fn may_be_of_limit(cause: &(dyn std::error::Error + 'static)) -> bool {
    cause.is::<OpenError>()
        || cause.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error_code).is_some_and(
            |code| matches!(code, rusqlite::ErrorCode::CannotOpen | rusqlite::ErrorCode::SystemIoFailure),
        )
}
