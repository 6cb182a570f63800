//! The machine's clock, and the ids made from it.

use std::ops::RangeInclusive;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Result, bail};
use jiff::Timestamp;
use uuid::{NoContext, Uuid};

/// The valid times of the machine's clock, in seconds since 1970: up to the last day of 9999, the last year with four
/// digits.
const SECONDS: RangeInclusive<u64> = 0..=253_402_207_199;

/// The time of the machine's clock.
///
/// # Errors
/// The clock is before 1970 or after 9999; such a time is never recorded.
pub fn now() -> Result<Timestamp> {
    match Timestamp::try_from(SystemTime::now()) {
        Ok(now) if u64::try_from(now.as_second()).is_ok_and(|second| SECONDS.contains(&second)) => Ok(now),
        _ => bail!("the machine's clock is set to a time before 1970 or after 9999; set it, and try again"),
    }
}

/// The time of the machine's clock, or 1970 if that is not valid. For informational uses.
pub fn noted_now() -> Timestamp {
    now().unwrap_or(Timestamp::UNIX_EPOCH)
}

/// A new id, in the order of the clock if that is valid.
pub fn new_id() -> Uuid {
    if SystemTime::now() < UNIX_EPOCH {
        return Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, 0, 0));
    }
    Uuid::now_v7()
}
