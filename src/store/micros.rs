//! Times as the microseconds since 1970 that stores keep.

use anyhow::{Context, Result};

use crate::domain::event::Timestamp;

/// The time that is so many microseconds after the beginning of 1970.
///
/// # Errors
/// It lies outside of the years that a time can have.
pub fn from_micros(micros: i64) -> Result<Timestamp> {
    Timestamp::from_microsecond(micros).with_context(|| format!("{micros} µs since 1970 is not a time"))
}
