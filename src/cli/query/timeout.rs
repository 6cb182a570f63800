//! The longest time that a question may take, as written on the command line.

use std::time::Duration;

/// The shortest and the longest timeout: nobody waits for more than a day.
const TIMEOUTS: (Duration, Duration) = (Duration::from_millis(1), Duration::from_secs(86_400));

/// Parses a timeout in seconds.
///
/// # Errors
/// The text is not a number, or the time is out of range.
pub fn parse_timeout(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| format!("'{text}' is not a number of seconds"))?;
    let time = Duration::try_from_secs_f64(seconds).ok();
    let (shortest, longest) = TIMEOUTS;
    time.filter(|time| (shortest..=longest).contains(time)).ok_or_else(|| {
        format!("a timeout is from {} to {} seconds", shortest.as_secs_f64(), longest.as_secs())
    })
}
