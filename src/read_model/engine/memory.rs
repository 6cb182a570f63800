//! A wait until a query has given back its memory.
//!
//! SQLite's memory limit is one for the whole process. A query that exceeds it ends; until then everything else may
//! briefly lack memory, too.

use std::thread;
use std::time::{Duration, Instant};

use rusqlite::ErrorCode;

use crate::read_model::engine::batch::ApplyError;

/// How long memory may be short before that is an error: longer than a query from a screen may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// The interval between attempts.
const TRY_EVERY: Duration = Duration::from_millis(20);

/// Retries for a while if memory is short.
///
/// # Errors
/// Those of the attempt.
pub(in crate::read_model) fn with_memory<T>(
    mut attempt: impl FnMut() -> Result<T, ApplyError>,
) -> Result<T, ApplyError> {
    let since = Instant::now();
    loop {
        match attempt() {
            Err(ApplyError::Database(why)) if is_short(&why) && since.elapsed() < PATIENCE => {
                thread::sleep(TRY_EVERY);
            }
            attempted => return attempted,
        }
    }
}

/// Whether memory was short.
fn is_short(error: &anyhow::Error) -> bool {
    let error = error.chain().find_map(|cause| cause.downcast_ref::<rusqlite::Error>());
    error.is_some_and(|error| error.sqlite_error_code() == Some(ErrorCode::OutOfMemory))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::ffi;

    fn failed(code: i32) -> ApplyError {
        rusqlite::Error::SqliteFailure(ffi::Error::new(code), None).into()
    }

    #[test]
    fn only_a_lack_of_memory_is_retried() {
        let mut n = 0;
        let done = with_memory(|| {
            n += 1;
            if n < 3 { Err(failed(ffi::SQLITE_NOMEM)) } else { Ok("done") }
        });
        assert_eq!((done.unwrap(), n), ("done", 3));
        let failed = with_memory(|| {
            n += 1;
            Err::<(), _>(failed(ffi::SQLITE_FULL))
        });
        assert!(matches!(failed, Err(ApplyError::Database(_))));
        assert_eq!(n, 4);
    }
}
