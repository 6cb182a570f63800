//! SQLite's errors in words, with advice.

use std::path::Path;

use rusqlite::{ErrorCode, ffi};

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
                "{path} can only be read, and nothing was written to it; look at its permissions and at the disk"
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

/// SQLite's code and extended code.
pub(in crate::store::sqlite) fn code(error: &rusqlite::Error) -> Option<(ErrorCode, i32)> {
    error.sqlite_error().map(|error| (error.code, error.extended_code))
}

/// Whether the extended code says that the write-ahead log cannot be shared between processes here.
pub(in crate::store::sqlite) fn is_without_wal(extended: i32) -> bool {
    matches!(
        extended,
        ffi::SQLITE_PROTOCOL
            | ffi::SQLITE_IOERR_SHMOPEN
            | ffi::SQLITE_IOERR_SHMLOCK
            | ffi::SQLITE_IOERR_SHMMAP
    )
}

/// The sentence for that.
pub(in crate::store::sqlite) fn no_wal(path: &str) -> String {
    format!(
        "{path} is on a disk where SQLite's write-ahead log does not work, as network file systems are, or which is full; \
         keep the store on a local one, with room"
    )
}

/// The sentence for a disk that failed.
pub(in crate::store::sqlite) fn disk_failed(path: &str, extended: i32) -> String {
    match extended {
        // The written data may reach the disk all the same.
        ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC => format!(
            "{path} was written to, and the disk did not say that it has kept that; look what is there before trying \
             again, and at the disk"
        ),
        ffi::SQLITE_IOERR_WRITE | ffi::SQLITE_IOERR_TRUNCATE => format!(
            "the disk did not take what was to be written to {path}, and nothing was: it fails, or no file may become \
             that large (ulimit -f); mend that and try again"
        ),
        _ => format!("the disk failed under {path}, and nothing was written; look at the disk and try again"),
    }
}
