//! Times and durations: how they are read and written.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp, ZonedDateTime};

use crate::domain::expression::computed::WhyUnknown;
use crate::domain::expression::function::TimePart;
use crate::domain::number::Number;

/// The longest text that is read as a time or duration, in bytes.
const TIME_BYTES_MAX: usize = 64;

/// Reads a time in RFC 3339's grammar; a date is its midnight in UTC.
///
/// # Errors
/// The text is neither.
pub fn time(text: &str) -> Result<Timestamp, WhyUnknown> {
    if text.len() > TIME_BYTES_MAX || !text.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(WhyUnknown::NotATime);
    }
    if let Ok(time) = text.parse() {
        return Ok(time);
    }
    let date = text.parse::<Date>().ok().filter(|_| text.len() == "2024-03-14".len());
    let midnight = date.and_then(|date| TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok());
    midnight.ok_or(WhyUnknown::NotATime)
}

/// The time this many seconds after 1970.
///
/// # Errors
/// It is out of range.
pub fn time_of_seconds(seconds: Number) -> Result<Timestamp, WhyUnknown> {
    const NANOS: i64 = 1_000_000_000;
    let nanos = seconds.times(NANOS.into()).and_then(|nanos| nanos.divided_by(Number::ONE, 0));
    let nanos = nanos.and_then(Number::whole).ok_or(WhyUnknown::NotATime)?;
    Timestamp::from_nanosecond(nanos).map_err(|_| WhyUnknown::NotATime)
}

/// Reads a duration: `1h30m`, `90s`, `-5m`, `1.5h`, `7d` (a day is 24 hours).
///
/// # Errors
/// The text has another form, or the duration is out of range.
pub fn duration(text: &str) -> Result<SignedDuration, WhyUnknown> {
    if text.len() > TIME_BYTES_MAX {
        return Err(WhyUnknown::NotATime);
    }
    let span: Span = text.parse().map_err(|_| WhyUnknown::NotATime)?;
    span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| WhyUnknown::NotATime)
}

/// Writes a duration in seconds, as CEL does: `5400s`, `-0.5s`.
pub fn written_duration(duration: SignedDuration) -> String {
    match Number::new(duration.as_nanos(), 9) {
        Some(seconds) => format!("{seconds}s"),
        None => format!("{}s", duration.as_secs()),
    }
}

/// A time zone: `Europe/Paris`, `+02:00`.
///
/// # Errors
/// There is no such zone.
fn zone(name: &str) -> Result<TimeZone, WhyUnknown> {
    if name.len() > TIME_BYTES_MAX {
        return Err(WhyUnknown::NotATime);
    }
    let zoned: ZonedDateTime =
        format!("2000-01-01T00:00[{name}]").parse().map_err(|_| WhyUnknown::NotATime)?;
    Ok(zoned.time_zone().clone())
}

/// A part of a time in UTC, or in a zone.
///
/// # Errors
/// There is no such zone.
pub fn part_of_time(time: Timestamp, zone_name: Option<&str>, part: TimePart) -> Result<i64, WhyUnknown> {
    let zoned = zone_name.map_or(Ok(TimeZone::UTC), zone)?.to_datetime(time);
    Ok(match part {
        TimePart::FullYear => i64::from(zoned.year()),
        TimePart::Month => i64::from(zoned.month()) - 1,
        TimePart::Date => i64::from(zoned.day()),
        TimePart::DayOfMonth => i64::from(zoned.day()) - 1,
        TimePart::DayOfWeek => i64::from(zoned.weekday().to_sunday_zero_offset()),
        TimePart::DayOfYear => i64::from(zoned.day_of_year()) - 1,
        TimePart::Hours => i64::from(zoned.hour()),
        TimePart::Minutes => i64::from(zoned.minute()),
        TimePart::Seconds => i64::from(zoned.second()),
        TimePart::Milliseconds => i64::from(zoned.millisecond()),
    })
}

/// A whole duration in a unit, without what is left over.
///
/// # Errors
/// The part is one of the calendar, which a duration does not have.
pub fn whole_of_duration(duration: SignedDuration, part: TimePart) -> Result<i64, WhyUnknown> {
    match part {
        TimePart::Hours => Ok(duration.as_hours()),
        TimePart::Minutes => Ok(duration.as_mins()),
        TimePart::Seconds => Ok(duration.as_secs()),
        TimePart::Milliseconds => i64::try_from(duration.as_millis()).map_err(|_| WhyUnknown::NotATime),
        _ => Err(WhyUnknown::WrongKind),
    }
}
