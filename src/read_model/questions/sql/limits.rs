//! The limits of a question in SQL.

use std::time::Duration;

use crate::cancel::Cancel;

/// The default time limit of a question.
pub const DEADLINE: Duration = Duration::from_secs(10);

/// The default limit for the temporary files of a question, in bytes: enough to sort some ten million lines of
/// statements.
pub const N_TEMP_BYTES_MAX: u64 = 1 << 30;

/// The limits of a question.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The time limit.
    pub deadline: Duration,
    /// The limit for its temporary files, in bytes.
    pub n_temp_bytes_max: u64,
    /// Stops it.
    pub cancel: Cancel,
}

impl Default for Limits {
    fn default() -> Self {
        Self { deadline: DEADLINE, n_temp_bytes_max: N_TEMP_BYTES_MAX, cancel: Cancel::never() }
    }
}
