//! A place in history as a person writes it.

use std::fmt;

use jiff::SignedDuration;
use jiff::civil::{Date, Time};
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::{AmbiguousOffset, TimeZone};

use crate::domain::event::{GlobalPosition, Timestamp};
use crate::domain::money::decimal::{DecimalMark, ungrouped};

/// The longest text of a place, in bytes: a time to the nanosecond, with its offset and the longest name of a time
/// zone.
pub const AT_BYTES_MAX: usize = 96;

/// A place in history. Only a store can convert a time into a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// The newest event.
    Head,
    /// A position; one after the head is refused by [`At::within`].
    Position(GlobalPosition),
    /// The last position whose clock is no later.
    Time(Timestamp),
    /// A share of the way from the beginning to the head, in millionths.
    Share(u32),
}

/// A text that is not a place in history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadAt {
    /// It has none of the known forms.
    NotAPlace(String),
    /// It names a time zone that is not in the IANA database.
    UnknownZone(String),
    /// Its offset contradicts its time zone.
    OtherOffset { written: String, zone: String },
    /// That local time occurs twice in its time zone, or never.
    Ambiguous { written: String, zone: String, is_never: bool },
}

/// A position after the head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BeyondHead {
    pub position: GlobalPosition,
    pub head: GlobalPosition,
}

impl fmt::Display for BadAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAPlace(text) => write!(
                f,
                "'{text}' is not a position or time; write a position (8112), a date or time (2024-03-14, \
                 2024-03-14T10:22:07Z), a percentage (42%) or head"
            ),
            Self::UnknownZone(zone) => {
                write!(
                    f,
                    "'{zone}' is not a time zone; write it like Europe/Paris, or give an offset: +01:00"
                )
            }
            Self::OtherOffset { written, zone } => {
                write!(
                    f,
                    "'{written}' contradicts itself: {zone} has another offset then; leave one of them out"
                )
            }
            Self::Ambiguous { written, zone, is_never } => {
                let times = if *is_never { "never show that time" } else { "show that time twice" };
                write!(
                    f,
                    "'{written}' is uncertain: clocks in {zone} {times}; give the offset as well, like +01:00"
                )
            }
        }
    }
}

impl std::error::Error for BadAt {}

impl fmt::Display for BeyondHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position, head } = self;
        match head.number() {
            0 => write!(f, "there is no position {position}: there are no events yet")?,
            _ => write!(f, "there is no position {position}: the head is {head}")?,
        }
        let date =
            date_meant(position.number()).unwrap_or_else(|| "2024-03-14 or 2024-03-14T10:22:07Z".to_owned());
        write!(f, "; was a date meant? Write it like {date}")
    }
}

impl std::error::Error for BeyondHead {}

/// The date that a number may have been meant for: 20240314, 202403, 2024, or seconds or milliseconds since 1970.
fn date_meant(number: u64) -> Option<String> {
    let number = i64::try_from(number).ok()?;
    let date = |year: i64, month: i64, day: i64| {
        let date = Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()?;
        (1900..2200).contains(&date.year()).then(|| date.to_string())
    };
    match number.to_string().len() {
        4 => date(number, 12, 31),
        6 => date(number / 100, number % 100, 1),
        8 => date(number / 10_000, number / 100 % 100, number % 100),
        10 => Timestamp::from_second(number).ok().map(|time| time.to_string()),
        13 => Timestamp::from_millisecond(number).ok().map(|time| time.to_string()),
        _ => None,
    }
}

/// A parsed text, before a store is asked.
enum ParsedPlace {
    At(At),
    /// A whole day in a time zone.
    Day(Date, TimeZone),
}

impl At {
    /// Parses a position (`8112`, `8,112`), a time (`2024-03-14T10:22:07Z`; UTC unless an offset or, as in RFC 9557, a
    /// time zone is given: `2024-03-14T10:22:07[Europe/Paris]`), a date (`2024-03-14`, `2024-03-14[Europe/Paris]`: its
    /// end), a share (`42%`, `99.9%`) or `head`.
    ///
    /// # Errors
    /// Any other text; a time zone that is unknown, that contradicts the offset, or in which the time is ambiguous.
    pub fn parse(text: &str) -> Result<Self, BadAt> {
        match written(text)? {
            ParsedPlace::At(at) => Ok(at),
            ParsedPlace::Day(date, zone) => {
                day(date, &zone).map(|(_, last)| Self::Time(last)).ok_or_else(|| not_a_place(text))
            }
        }
    }

    /// Parses the place at which a range of history begins: like [`At::parse`], but a date means its beginning.
    ///
    /// # Errors
    /// Those of [`At::parse`].
    pub fn parse_beginning(text: &str) -> Result<Self, BadAt> {
        match written(text)? {
            ParsedPlace::At(at) => Ok(at),
            ParsedPlace::Day(date, zone) => {
                day(date, &zone).map(|(first, _)| Self::Time(first)).ok_or_else(|| not_a_place(text))
            }
        }
    }

    /// The place at which a range of history begins, in a log with that head. It may be the position of the next event,
    /// so that a script that follows a log can ask for new events.
    ///
    /// # Errors
    /// See [`At::within`].
    pub fn beginning_within(self, head: GlobalPosition) -> Result<Self, BeyondHead> {
        match self {
            Self::Position(position) if position == head.plus(1) => Ok(self),
            at => at.within(head),
        }
    }

    /// The place in a log with that head.
    ///
    /// # Errors
    /// A position after the head; the message suggests a date if one may have been meant.
    pub fn within(self, head: GlobalPosition) -> Result<Self, BeyondHead> {
        match self {
            Self::Position(position) if position > head => Err(BeyondHead { position, head }),
            at => Ok(at),
        }
    }
}

/// The first and the last microsecond of a day, within the range of times.
fn day(date: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    let start = |date: Date| zone.to_timestamp(date.to_datetime(Time::midnight()));
    let first = start(date).ok();
    let next = date.tomorrow().and_then(start);
    let last = next.and_then(|next| next.checked_sub(SignedDuration::from_micros(1))).ok();
    match (first, last) {
        (None, None) => None,
        (first, last) => Some((first.unwrap_or(Timestamp::MIN), last.unwrap_or(Timestamp::MAX))),
    }
}

fn not_a_place(text: &str) -> BadAt {
    BadAt::NotAPlace(text.chars().take(AT_BYTES_MAX).collect())
}

fn written(text: &str) -> Result<ParsedPlace, BadAt> {
    let bad = || not_a_place(text);
    let trimmed = text.trim();
    if trimmed.len() > AT_BYTES_MAX || trimmed.is_empty() {
        return Err(bad());
    }
    if trimmed == "head" {
        return Ok(ParsedPlace::At(At::Head));
    }
    if let Some(percent) = trimmed.strip_suffix('%') {
        return share(percent.trim_end()).map(ParsedPlace::At).ok_or_else(bad);
    }
    if let Some(digits) = ungrouped(trimmed, DecimalMark::Point) {
        let position = GlobalPosition::new(digits.parse().unwrap_or(u64::MAX));
        return Ok(ParsedPlace::At(At::Position(position)));
    }
    time_or_day(trimmed)?.ok_or_else(bad)
}

/// A time or a day; `None` if the text is neither.
fn time_or_day(text: &str) -> Result<Option<ParsedPlace>, BadAt> {
    let Ok(pieces) = Pieces::parse(text) else { return Ok(None) };
    let zone = match pieces.time_zone_annotation() {
        Some(_) => match pieces.to_time_zone() {
            Ok(zone) => zone,
            Err(_) => return Err(BadAt::UnknownZone(zone_in(text))),
        },
        None => None,
    };
    let Some(time) = pieces.time() else {
        let zone = zone.unwrap_or(TimeZone::UTC);
        return Ok(pieces.offset().is_none().then(|| ParsedPlace::Day(pieces.date(), zone)));
    };
    let local = pieces.date().to_datetime(time);
    let exact = match (pieces.offset(), zone) {
        (Some(PiecesOffset::Zulu), _) => TimeZone::UTC.to_timestamp(local),
        (Some(PiecesOffset::Numeric(offset)), zone) => {
            let offset = offset.offset();
            let exact = offset.to_timestamp(local);
            if let (Ok(exact), Some(zone)) = (&exact, zone)
                && zone.to_offset(*exact) != offset
            {
                return Err(BadAt::OtherOffset { written: text.to_owned(), zone: zone_in(text) });
            }
            exact
        }
        (None, Some(zone)) => {
            let ambiguous = zone.to_ambiguous_timestamp(local);
            if let AmbiguousOffset::Gap { .. } | AmbiguousOffset::Fold { .. } = ambiguous.offset() {
                let is_never = matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. });
                return Err(BadAt::Ambiguous { written: text.to_owned(), zone: zone_in(text), is_never });
            }
            ambiguous.unambiguous()
        }
        (None, None) => TimeZone::UTC.to_timestamp(local),
        // A later version of the parser may have other kinds of offsets.
        (Some(_), _) => return Ok(None),
    };
    Ok(exact.ok().map(|exact| ParsedPlace::At(At::Time(exact))))
}

/// The name of the time zone in the text, for a message.
fn zone_in(text: &str) -> String {
    let inside = text.split_once('[').map_or("", |(_, behind)| behind);
    let name = inside.split(']').next().unwrap_or_default();
    name.trim_start_matches('!').to_owned()
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

/// The number of events up to this share, in millionths, of a number of events.
pub fn of_share(millionths: u32, n_events: u64) -> u64 {
    let exact = u128::from(n_events) * u128::from(millionths.min(1_000_000));
    u64::try_from((exact + 500_000) / 1_000_000).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
