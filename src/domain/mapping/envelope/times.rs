//! Times in a log, in the notations that systems use.

use serde_json::value::RawValue;

use crate::domain::event::Timestamp;
use crate::domain::json::{is_number, unquoted};

/// The notation of times in a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeFormat {
    /// `2024-03-14T10:22:07Z`, with any offset.
    #[default]
    Rfc3339,
    /// `2024-03-14`: the beginning of that day, UTC.
    Date,
    /// Seconds since 1970-01-01 UTC as a number, decimals allowed.
    UnixSeconds,
    /// Milliseconds since 1970-01-01 UTC as a number, decimals allowed.
    UnixMillis,
    /// Each time by its own form: a text with or without a zone (then UTC is assumed), a date, or a number whose
    /// magnitude says what it counts. A value that is no time leaves the event without one.
    Any,
}

/// Ticks of 100 nanoseconds from the year 1 to 1970, as .NET counts them.
const TICKS_TO_1970: i128 = 621_355_968_000_000_000;

/// The .NET ticks of the years 1970 to 2099. As nanoseconds since 1970 these would be times of 1989 and 1990.
const TICKS: std::ops::Range<i128> = TICKS_TO_1970..662_380_416_000_000_000;

/// The most digits of a number that is a time.
const DIGITS_MAX: usize = 40;

/// How a time was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeRead {
    /// The time, to the microsecond.
    pub time: Timestamp,
    /// Whether the text says nothing more than that.
    pub is_whole: bool,
    /// Whether it has no zone, so that UTC was assumed.
    pub has_no_zone: bool,
}

impl TimeRead {
    /// A time whose zone is known.
    fn with_zone(time: Timestamp, is_whole: bool) -> Self {
        Self { time, is_whole, has_no_zone: false }
    }
}

impl TimeFormat {
    /// Reads a JSON value other than null.
    ///
    /// # Errors
    /// An example of the times that are read.
    pub fn read(self, json: &str) -> Result<TimeRead, &'static str> {
        let text = unquoted(json);
        let number = || text.as_deref().unwrap_or(json);
        match (self, &text) {
            (Self::Rfc3339, text) => text.as_deref().and_then(rfc3339).ok_or("\"2024-03-14T10:22:07Z\""),
            (Self::Date, text) => text.as_deref().and_then(date).ok_or("\"2024-03-14\""),
            (Self::UnixSeconds, _) => since_1970(number(), 6).ok_or("1710411727"),
            (Self::UnixMillis, _) => since_1970(number(), 3).ok_or("1710411727000"),
            (Self::Any, _) => any(json).ok_or("\"2024-03-14T10:22:07Z\" or 1710411727"),
        }
    }
}

/// Reads a time in any notation that is known; `None` if the value is no time.
pub fn any(json: &str) -> Option<TimeRead> {
    if let Some(text) = unquoted(json) {
        return of_text(text.trim());
    }
    if is_number(json) {
        return of_number(json);
    }
    of_array(json)
}

/// A time as text: with a zone, without one, a date, or digits.
fn of_text(text: &str) -> Option<TimeRead> {
    if let Some(read) = rfc3339(text) {
        return Some(read);
    }
    if let Some(inside) = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/")) {
        let millis = inside.split(['+', '-']).find(|digits| !digits.is_empty())?;
        let sign = if inside.starts_with('-') { "-" } else { "" };
        return since_1970(&format!("{sign}{millis}"), 3);
    }
    if let Some(utc) = ["UTC", "GMT"].into_iter().find_map(|zone| text.strip_suffix(zone)) {
        let utc = utc.trim_end();
        let utc = utc.strip_suffix("+0000").map_or(utc, str::trim_end);
        if let Some(time) = civil(utc) {
            return Some(TimeRead { time, is_whole: false, has_no_zone: false });
        }
    }
    // 20240314 is a day rather than a number of seconds; longer digits are a number.
    let has_date_digits = text.len() == 8 && (text.starts_with("19") || text.starts_with("20"));
    if is_decimal(text) && !has_date_digits {
        return of_number(text);
    }
    if let Some(time) = civil(text) {
        return Some(TimeRead { time, is_whole: false, has_no_zone: true });
    }
    // RFC 2822: Thu, 14 Mar 2024 10:22:07 GMT.
    let time = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    Some(TimeRead { time, is_whole: false, has_no_zone: false })
}

/// A date, or a date and time, without a zone; read as UTC.
fn civil(text: &str) -> Option<Timestamp> {
    let dashed;
    let text = match text.as_bytes() {
        [_, _, _, _, b'/', _, _, b'/', ..] => {
            dashed = text.replacen('/', "-", 2);
            &dashed
        }
        _ => text,
    };
    let at: jiff::civil::DateTime = text.parse().ok()?;
    to_micros(jiff::tz::Offset::UTC.to_timestamp(at).ok()?)
}

/// The list of year, month, day, hour, minute, second and nanosecond that some serialisers write; UTC is assumed.
fn of_array(json: &str) -> Option<TimeRead> {
    if !json.starts_with('[') {
        return None;
    }
    let parts: Vec<&RawValue> = serde_json::from_str(json).ok()?;
    let mut numbers = [0_i32, 1, 1, 0, 0, 0, 0];
    if parts.len() < 3 || parts.len() > numbers.len() {
        return None;
    }
    for (number, part) in numbers.iter_mut().zip(parts) {
        *number = part.get().parse().ok()?;
    }
    let [year, month, day, hour, minute, second, nanosecond] = numbers;
    let small = |number: i32| i8::try_from(number).ok();
    let year = i16::try_from(year).ok().filter(|year| (1900..2200).contains(year))?;
    let at = jiff::civil::DateTime::new(
        year,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
        nanosecond,
    );
    let time = to_micros(jiff::tz::Offset::UTC.to_timestamp(at.ok()?).ok()?)?;
    Some(TimeRead { time, is_whole: false, has_no_zone: true })
}

fn is_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    unsigned.starts_with(|c: char| c.is_ascii_digit())
        && unsigned.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+'))
}

/// A number whose magnitude says what it counts: seconds, milliseconds, microseconds or nanoseconds since 1970, or .NET
/// ticks. And whether it is a whole number of microseconds.
fn of_number(text: &str) -> Option<TimeRead> {
    let (digits, n_decimals) = plain_digits(text)?;
    let scale = 10_i128.checked_pow(u32::try_from(n_decimals).ok()?)?;
    let whole = digits / scale;
    // A number of nanoseconds is a numerator over this many units of the number.
    let (numerator, nanos_per_unit) = match whole.unsigned_abs() {
        _ if TICKS.contains(&whole) => (digits.checked_sub(TICKS_TO_1970.checked_mul(scale)?)?, 100),
        0..100_000_000_000 => (digits, 1_000_000_000),
        100_000_000_000..100_000_000_000_000 => (digits, 1_000_000),
        100_000_000_000_000..100_000_000_000_000_000 => (digits, 1_000),
        _ => (digits, 1),
    };
    let nanos = numerator.checked_mul(nanos_per_unit)?;
    let divisor = scale.checked_mul(1_000)?;
    let time = Timestamp::from_microsecond(i64::try_from(nanos.div_euclid(divisor)).ok()?).ok()?;
    Some(TimeRead::with_zone(time, nanos.rem_euclid(divisor) == 0))
}

/// A number of JSON as an integer and the number of its decimals.
fn plain_digits(text: &str) -> Option<(i128, usize)> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let n_decimals = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
    if digits.len() > DIGITS_MAX || n_decimals.unsigned_abs() as usize > DIGITS_MAX {
        return None;
    }
    let number: i128 = digits.parse().ok()?;
    match usize::try_from(n_decimals) {
        Ok(n_decimals) => Some((number, n_decimals)),
        Err(_) => Some((number.checked_mul(10_i128.checked_pow(n_decimals.unsigned_abs())?)?, 0)),
    }
}

fn to_micros(exact: Timestamp) -> Option<Timestamp> {
    let micros = i64::try_from(exact.as_nanosecond().div_euclid(1000)).ok()?;
    Timestamp::from_microsecond(micros).ok()
}

/// The time of an RFC 3339 text, to the microsecond, and whether our own notation of that time says as much.
fn rfc3339(text: &str) -> Option<TimeRead> {
    let time = to_micros(text.parse().ok()?)?;
    if is_plain(text.as_bytes()) {
        return Some(TimeRead::with_zone(time, true));
    }
    // Most times are written exactly as ours, or with `+00:00`, or with zeros after the seconds.
    let utc = ["Z", "z", "+00:00"].into_iter().find_map(|suffix| text.strip_suffix(suffix));
    let is_whole = utc.is_some_and(|utc| {
        let ours = time.to_string();
        let shortest = if utc.contains('.') { utc.trim_end_matches('0').trim_end_matches('.') } else { utc };
        let same =
            |(i, (a, b)): (usize, (u8, u8))| a == b || (i == 10 && a == b'T' && matches!(b, b't' | b' '));
        let ours = ours.strip_suffix('Z').unwrap_or_default();
        ours.len() == shortest.len() && ours.bytes().zip(shortest.bytes()).enumerate().all(same)
    });
    Some(TimeRead::with_zone(time, is_whole))
}

/// Whether a valid time has the form `2024-03-14T10:22:07Z`, with at most six digits after a point. Such a text says
/// nothing but its time. A leap second says more, because the time does not keep it.
fn is_plain(text: &[u8]) -> bool {
    let Some(([_, _, _, _, b'-', _, _, b'-', _, _, b'T', _, _, b':', _, _, b':', tens, _], fraction)) =
        text.split_first_chunk()
    else {
        return false;
    };
    let fraction_is_kept = match fraction {
        [b'Z'] => true,
        [b'.', digits @ .., b'Z'] => digits.len() <= 6,
        _ => false,
    };
    fraction_is_kept && *tens < b'6'
}

/// The beginning of a day; the text says no more than that.
fn date(text: &str) -> Option<TimeRead> {
    let date: jiff::civil::Date = text.parse().ok()?;
    // The parser also accepts a date followed by a time, which would be lost.
    let start = (date.to_string() == text).then(|| format!("{text}T00:00:00Z"))?;
    Some(TimeRead::with_zone(start.parse().ok()?, true))
}

/// The time after this many units since 1970, where a unit is 10^`exponent` microseconds; and whether that is exact.
fn since_1970(text: &str, exponent: usize) -> Option<TimeRead> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (kept, lost) = fraction.split_at_checked(exponent).unwrap_or((fraction, ""));
    let micros: i64 = format!("{sign}{whole}{kept:0<exponent$}").parse().ok()?;
    let time = Timestamp::from_microsecond(micros).ok()?;
    Some(TimeRead::with_zone(time, lost.bytes().all(|b| b == b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(json: &str) -> Option<(String, bool)> {
        any(json).map(|read| (read.time.to_string(), read.has_no_zone))
    }

    #[test]
    fn a_time_is_read_in_each_notation_that_systems_use() {
        let utc = |text: &str| Some((text.to_owned(), false));
        let assumed = |text: &str| Some((text.to_owned(), true));
        let second = "2024-03-14T10:22:07Z";
        for json in [
            r#""2024-03-14T10:22:07Z""#,
            r#""2024-03-14T11:22:07+01:00""#,
            r#""2024-03-14T11:22:07+0100""#,
            r#""2024-03-14 11:22:07+01""#,
            r#""2024-03-14 10:22:07 UTC""#,
            r#""2024-03-14 10:22:07 +0000 UTC""#,
            r#""2024-03-14T11:22:07+01:00[Europe/Berlin]""#,
            r#""Thu, 14 Mar 2024 10:22:07 GMT""#,
            r#""/Date(1710411727000)/""#,
            r#""/Date(1710411727000+0100)/""#,
            "1710411727",
            r#""1710411727""#,
            "1710411727000",
            "1710411727000000",
            "1710411727000000000",
            "1.710411727E9",
            "638460085270000000",
            r#""638460085270000000""#,
        ] {
            assert_eq!(at(json), utc(second), "{json}");
        }
        for json in [
            r#""2024-03-14T10:22:07""#,
            r#""2024-03-14 10:22:07""#,
            r#""2024/03/14 10:22:07""#,
            r#""20240314T102207""#,
            "[2024,3,14,10,22,7]",
        ] {
            assert_eq!(at(json), assumed(second), "{json}");
        }
        assert_eq!(at(r#""2024-03-14T10:22Z""#), utc("2024-03-14T10:22:00Z"));
        assert_eq!(at(r#""2024-03-14T10:22:07,123Z""#), utc("2024-03-14T10:22:07.123Z"));
        assert_eq!(at("1710411727.123456789"), utc("2024-03-14T10:22:07.123456Z"));
        assert_eq!(at("638460085271234567"), utc("2024-03-14T10:22:07.123456Z"));
        assert_eq!(at("[2024,3,14,10,22,7,500000000]"), assumed("2024-03-14T10:22:07.5Z"));
        assert_eq!(at(r#""2024-03-14""#), assumed("2024-03-14T00:00:00Z"));
        assert_eq!(at(r#""20240314""#), assumed("2024-03-14T00:00:00Z"));
        for json in [r#""noon""#, r#""""#, "true", "{}", "[1,2,3]", "[]", r#""10:22""#, "1e400", "99e37"] {
            assert_eq!(at(json), None, "{json}");
        }
    }

    #[test]
    fn a_number_that_a_timestamp_cannot_hold_is_reported_as_more_than_the_time() {
        let is_whole = |json: &str| any(json).map(|read| read.is_whole);
        assert_eq!(is_whole("1710411727.5"), Some(true));
        assert_eq!(is_whole("1710411727.1234567"), Some(false));
        assert_eq!(is_whole("1710411727000000001"), Some(false));
        assert_eq!(is_whole("638460085270000001"), Some(false));
        assert_eq!(is_whole(r#""2024-03-14T10:22:07""#), Some(false), "it has no zone");
    }
}
