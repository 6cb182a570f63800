//! The machine's clock, and the ids made from it.

use std::ops::RangeInclusive;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Result, bail};
use jiff::Timestamp;
use uuid::{NoContext, Uuid};

/// The years that a clock which is set can say, in seconds since 1970: up to the last day of 9999, beyond which no time has a
/// date of four digits.
const SECONDS: RangeInclusive<u64> = 0..=253_402_207_199;

/// The time that the machine's clock says.
///
/// # Errors
/// It is set to a time before 1970 or after 9999: nothing is stamped with that.
pub fn now() -> Result<Timestamp> {
    match Timestamp::try_from(SystemTime::now()) {
        Ok(now) if u64::try_from(now.as_second()).is_ok_and(|second| SECONDS.contains(&second)) => Ok(now),
        _ => bail!("the machine's clock is set to a time before 1970 or after 9999; set it, and try again"),
    }
}

/// The time that the machine's clock says, or 1970 where nothing is stamped with what it says: for what is only noted.
pub fn noted_now() -> Timestamp {
    now().unwrap_or(Timestamp::UNIX_EPOCH)
}

/// An id that nothing has yet, in the order of the clock where that says a time since 1970.
pub fn new_id() -> Uuid {
    if SystemTime::now() < UNIX_EPOCH {
        return Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, 0, 0));
    }
    Uuid::now_v7()
}
