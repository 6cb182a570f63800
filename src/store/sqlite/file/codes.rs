//! SQLite's error codes, and the sentences for disks that fail.

use rusqlite::{ErrorCode, ffi};

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
            "{path} was written to, and the disk did not confirm it; check what is there, and the disk, before you try again"
        ),
        ffi::SQLITE_IOERR_WRITE | ffi::SQLITE_IOERR_TRUNCATE => format!(
            "the disk refused to write to {path}, and nothing was written: the disk is failing, or a limit on the size of files is reached (ulimit -f); mend that and try again"
        ),
        _ => format!("the disk failed under {path}, and nothing was written; check the disk and try again"),
    }
}
