//! Times as the microseconds since 1970 that stores keep.

use anyhow::{Context, Result};

use crate::domain::event::Timestamp;

/// The time at a number of microseconds since the beginning of 1970.
///
/// # Errors
/// It is outside of the range of times.
pub fn from_micros(micros: i64) -> Result<Timestamp> {
    Timestamp::from_microsecond(micros).with_context(|| format!("{micros} µs since 1970 is not a time"))
}
