//! SQLite's errors in words, with advice.

use std::path::Path;

use rusqlite::{ErrorCode, ffi};

use crate::store::sql::unreadable::is_unreadable;
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
        _ if is_unreadable(why) => {
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
pub(in crate::store::sqlite) fn is_content(error: &anyhow::Error) -> bool {
    if let Some(OpenError { problem, .. }) = error.downcast_ref::<OpenError>() {
        return problem.is_content();
    }
    let sqlite = error.chain().find_map(|cause| cause.downcast_ref::<rusqlite::Error>());
    match sqlite {
        // A table or a column is missing: our statements fit every store of this version.
        Some(error) => is_unreadable(error) || matches!(code(error), None | Some((ErrorCode::Unknown, _))),
        // A value that SQLite can read and we cannot, such as a mapping.
        None => error.chain().all(|cause| !cause.is::<std::io::Error>()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    #[test]
    fn a_text_that_is_no_text_any_more_is_damage_like_a_page_that_is_none() {
        let conn = Connection::open_in_memory().unwrap();
        for sql in ["SELECT CAST(x'ff' AS TEXT)", "SELECT x'ff'", "SELECT 'a' WHERE 0"] {
            let error = conn.query_one(sql, [], |row| row.get::<_, String>(0)).unwrap_err();
            let error = anyhow::Error::from(error);
            assert!(is_content(&error), "{sql}");
            let said = explain(Path::new("bank.db"), error).to_string();
            assert_eq!(
                said, "bank.db is damaged, or its disk cannot be read; go back to a copy of it",
                "{sql}"
            );
        }
    }
}
