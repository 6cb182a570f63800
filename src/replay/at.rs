//! A place in history as a person writes it.

use std::fmt;

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::domain::event::{GlobalPosition, Timestamp};

/// The longest text that is read as a place, in bytes.
pub const AT_BYTES_MAX: usize = 64;

/// A place in history. Which position a time is, only a store knows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum At {
    /// The newest event.
    Head,
    /// A position; one past the head is the head.
    Position(GlobalPosition),
    /// The last position whose clock is no later.
    Time(Timestamp),
    /// A share of the way from the beginning to the head, in millionths.
    Share(u32),
}

/// A text that is no place in history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadAt(String);

impl fmt::Display for BadAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = &self.0;
        write!(
            f,
            "'{text}' is no place in history; write a position (8112), a date or time (2024-03-14, \
             2024-03-14T10:22:07Z), a share (42%) or head"
        )
    }
}

impl std::error::Error for BadAt {}

impl At {
    /// Reads a position (`8112`, `8,112`), a time (`2024-03-14T10:22:07Z`; UTC unless an offset is given), a date
    /// (`2024-03-14`: its end), a share (`42%`, `99.9%`) or `head`.
    ///
    /// # Errors
    /// Any other text.
    pub fn parse(text: &str) -> Result<Self, BadAt> {
        let bad = || BadAt(text.chars().take(AT_BYTES_MAX).collect());
        let trimmed = text.trim();
        if trimmed.len() > AT_BYTES_MAX || trimmed.is_empty() {
            return Err(bad());
        }
        if trimmed == "head" {
            return Ok(Self::Head);
        }
        if let Some(percent) = trimmed.strip_suffix('%') {
            return share(percent.trim_end()).ok_or_else(bad);
        }
        let digits = trimmed.replace([',', '_'], "");
        if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(Self::Position(GlobalPosition::new(digits.parse().unwrap_or(u64::MAX))));
        }
        time(trimmed).map(Self::Time).ok_or_else(bad)
    }

    /// Reads the place at which a stretch of history begins: as [`At::parse`], but a date is its beginning.
    ///
    /// # Errors
    /// A text that is no place.
    pub fn parse_beginning(text: &str) -> Result<Self, BadAt> {
        let day = SignedDuration::from_hours(24) - SignedDuration::from_micros(1);
        Ok(match Self::parse(text)? {
            Self::Time(end) if text.trim().len() == "2024-03-14".len() => {
                Self::Time(end.checked_sub(day).unwrap_or(end))
            }
            at => at,
        })
    }
}

fn share(percent: &str) -> Option<At> {
    let plain = percent.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let percent: f64 = percent.parse().ok().filter(|_| plain)?;
    #[expect(
        clippy::cast_sign_loss,
        clippy::cast_possible_truncation,
        reason = "between 0 and 100 by the filter"
    )]
    let millionths = (percent * 10_000.0).round() as u32;
    (0.0..=100.0).contains(&percent).then_some(At::Share(millionths))
}

fn time(text: &str) -> Option<Timestamp> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time);
    }
    let looks_like_a_date = text.len() == "2024-03-14".len();
    if looks_like_a_date && let Ok(date) = text.parse::<Date>() {
        let last = jiff::civil::time(23, 59, 59, 999_999_000);
        return utc(date.to_datetime(last));
    }
    utc(text.parse::<DateTime>().ok().filter(|_| text.len() > "2024-03-14".len())?)
}

fn utc(time: DateTime) -> Option<Timestamp> {
    TimeZone::UTC.to_timestamp(time).ok()
}

/// The position that is this share, in millionths, of the way to the head.
pub fn of_share(millionths: u32, head: GlobalPosition) -> GlobalPosition {
    let exact = u128::from(head.number()) * u128::from(millionths.min(1_000_000));
    GlobalPosition::new(u64::try_from((exact + 500_000) / 1_000_000).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_time(text: &str) -> At {
        At::Time(text.parse().unwrap())
    }

    #[test]
    fn a_place_reads_as_a_person_writes_it() {
        for (text, at) in [
            ("8112", At::Position(GlobalPosition::new(8112))),
            (" 8,112 ", At::Position(GlobalPosition::new(8112))),
            ("99999999999999999999999", At::Position(GlobalPosition::new(u64::MAX))),
            ("head", At::Head),
            ("42%", At::Share(420_000)),
            ("99.9 %", At::Share(999_000)),
            ("2024-03-14T10:22:07Z", at_time("2024-03-14T10:22:07Z")),
            ("2024-03-14T10:22:07+02:00", at_time("2024-03-14T08:22:07Z")),
            ("2024-03-14T10:22", at_time("2024-03-14T10:22:00Z")),
            ("2024-03-14 10:22:07", at_time("2024-03-14T10:22:07Z")),
            ("2024-03-14", at_time("2024-03-14T23:59:59.999999Z")),
        ] {
            assert_eq!(At::parse(text), Ok(at), "{text:?}");
        }
    }

    #[test]
    fn a_stretch_begins_at_the_beginning_of_a_date() {
        assert_eq!(At::parse_beginning("2024-03-14"), Ok(at_time("2024-03-14T00:00:00Z")));
        assert_eq!(At::parse_beginning("2024-03-14T10:22:07Z"), Ok(at_time("2024-03-14T10:22:07Z")));
        assert_eq!(At::parse_beginning("42%"), Ok(At::Share(420_000)));
    }

    #[test]
    fn what_is_no_place_says_how_to_write_one() {
        for text in [
            "",
            " ",
            "-1",
            "%",
            "101%",
            "-5%",
            "nan%",
            "inf%",
            "noon",
            "2024-13-01",
            "2024-02-30",
            "1.5",
            ",",
        ] {
            let why = At::parse(text).unwrap_err().to_string();
            assert!(why.starts_with(&format!("'{text}' is no place in history; write a position")), "{why}");
        }
    }

    #[test]
    fn a_share_is_of_the_way_to_the_head() {
        let head = GlobalPosition::new(401);
        assert_eq!(of_share(0, head), GlobalPosition::START);
        assert_eq!(of_share(500_000, head).number(), 201);
        assert_eq!(of_share(1_000_000, head), head);
        assert_eq!(of_share(1_000_000, GlobalPosition::new(u64::MAX)), GlobalPosition::new(u64::MAX));
    }
}
