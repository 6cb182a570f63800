//! SQLite's errors in words, with advice.

use std::path::Path;

use rusqlite::{ErrorCode, ffi};

use crate::store::sqlite::file::codes::{code, disk_failed, is_without_wal, no_wal};
use crate::store::sqlite::file::open_error::OpenError;

/// The error, with a sentence in front that says what happened to which store, and what to do. Errors that are not
/// SQLite's say that themselves.
pub(in crate::store::sqlite) fn explain(path: &Path, error: anyhow::Error) -> anyhow::Error {
    let path = path.display();
    let Some(why) = error.downcast_ref::<rusqlite::Error>() else { return error };
    let sentence = match code(why) {
        Some((ErrorCode::DiskFull, _)) | Some((_, ffi::SQLITE_IOERR_SHMSIZE)) => {
            format!("the disk is full and nothing was written to {path}; make room and try again")
        }
        Some((ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _)) => {
            format!("{path} is being written by another process; try again when that has finished")
        }
        Some((ErrorCode::ReadOnly, _)) => {
            format!(
                "{path} can only be read, and nothing was written to it; check its permissions and the disk"
            )
        }
        Some((ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase, _)) => {
            format!("{path} is damaged, or its disk cannot be read; go back to a copy of it")
        }
        Some((_, extended)) if is_without_wal(extended) => no_wal(&path.to_string()),
        Some((ErrorCode::SystemIoFailure | ErrorCode::CannotOpen, extended)) => {
            disk_failed(&path.to_string(), extended)
        }
        _ => format!("{path} could not be read or written"),
    };
    error.context(sentence)
}

/// Whether an error comes from the content of a file, as opposed to the system or other users of the file.
pub fn is_content(error: &anyhow::Error) -> bool {
    if let Some(OpenError { problem, .. }) = error.downcast_ref::<OpenError>() {
        return problem.is_content();
    }
    let sqlite = error.chain().find_map(|cause| cause.downcast_ref::<rusqlite::Error>());
    match sqlite.and_then(code) {
        Some((code, _)) => {
            matches!(code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::Unknown)
        }
        // A value of the wrong kind, or a text that is not UTF-8.
        None => error.chain().all(|cause| !cause.is::<std::io::Error>()),
    }
}
