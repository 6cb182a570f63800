//! Advice for a disk on which the read model cannot be read or written.

use std::io::ErrorKind;
use std::path::Path;

use rusqlite::{ErrorCode, ffi};

use crate::cli::output::is_unwritten;
use crate::read_model::engine::batch::ApplyError;
use crate::read_model::questions::sql::answer::QueryFailure;

/// A failure of the disk.
enum DiskFault {
    IsFull,
    Fails,
    IsDamaged,
}

/// The error of a verb that works with this store's read model. If the disk is the cause, a sentence in front says so,
/// and what to do.
pub fn explain(store: &Path, error: anyhow::Error) -> anyhow::Error {
    let store = store.display();
    // Other damage is reported where it is found. A bare error here is about a file of the read model.
    let is_bare =
        error.chain().next().is_some_and(|first| first.is::<rusqlite::Error>() || first.is::<QueryFailure>());
    let found =
        error.chain().find_map(trouble).filter(|found| is_bare || !matches!(found, DiskFault::IsDamaged));
    let sentence = match found {
        Some(DiskFault::IsFull) => {
            format!("the disk is full, and the read model of {store} is unchanged; make room and try again")
        }
        Some(DiskFault::Fails) => format!(
            "the disk fails under the read model of {store}; check the disk and try again, or rebuild it: \
             foldback rebuild {store}"
        ),
        Some(DiskFault::IsDamaged) => format!(
            "the read model of {store} is damaged, or its disk cannot be read; rebuild it: foldback rebuild {store}"
        ),
        None => return error,
    };
    error.context(sentence)
}

fn trouble(cause: &(dyn std::error::Error + 'static)) -> Option<DiskFault> {
    if let Some(ApplyError::Database(why)) = cause.downcast_ref::<ApplyError>() {
        return why.chain().find_map(trouble);
    }
    if let Some(QueryFailure::ReadModel(why)) = cause.downcast_ref::<QueryFailure>() {
        return why.chain().find_map(trouble);
    }
    if let Some(error) = cause.downcast_ref::<rusqlite::Error>() {
        if error.sqlite_error()?.extended_code == ffi::SQLITE_IOERR_SHMSIZE {
            return Some(DiskFault::IsFull);
        }
        return match error.sqlite_error_code()? {
            ErrorCode::DiskFull => Some(DiskFault::IsFull),
            ErrorCode::SystemIoFailure | ErrorCode::CannotOpen => Some(DiskFault::Fails),
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Some(DiskFault::IsDamaged),
            _ => None,
        };
    }
    let error = cause.downcast_ref::<std::io::Error>()?;
    if is_unwritten(error) {
        return None;
    }
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Some(DiskFault::IsFull),
        // The standard library has no error kind for a failing disk.
        ErrorKind::BrokenPipe | ErrorKind::NotFound | ErrorKind::PermissionDenied => None,
        _ => Some(DiskFault::Fails),
    }
}
