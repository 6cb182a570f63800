//! Bars by day and lines over the log, in groups of one unit each.

use crate::domain::event::{GlobalPosition, Timestamp};
use crate::domain::moment::Moment;
use crate::domain::money::Currency;

/// A day of the calendar, UTC, by how many days it is after 1970-01-01.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i64);

impl Day {
    /// The day of a time.
    pub fn of(time: Timestamp) -> Self {
        Self(time.as_microsecond().div_euclid(DAY_MICROS))
    }

    /// Its first moment; for a day that no time can name, the nearest that can be named.
    pub fn begins(self) -> Timestamp {
        let end = if self.0 < 0 { Timestamp::MIN } else { Timestamp::MAX };
        Timestamp::from_microsecond(self.0.saturating_mul(DAY_MICROS)).unwrap_or(end)
    }
}

const DAY_MICROS: i64 = 86_400_000_000;

/// Sums by day, in two directions, for a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BarSeries {
    /// The number of days in a stretch: 1, except for a history of more days than a picture has use for.
    pub n_days: i64,
    /// The first groups, in the order of the question.
    pub groups: Vec<BarGroup>,
    /// The number of further groups.
    pub n_more: u64,
    /// The number of changes, in all groups, that belong to no day: they come before the first time in the log.
    pub n_undated: u64,
}

/// The sums in one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BarGroup {
    /// The currency of the sums; `None` for plain units.
    pub unit: Option<Currency>,
    /// The stretches in which something changed, rising.
    pub stretches: Vec<BarStretch>,
}

/// The sums of a day, or of several days in a row, in minor units. A sum below zero goes the other way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BarStretch {
    /// The first of the days.
    pub day: Day,
    /// The sum that is drawn upwards.
    pub up: i128,
    /// The sum that is drawn downwards.
    pub down: i128,
}

/// Sums over the log, for a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineSeries {
    /// The first groups, in the order of the question.
    pub groups: Vec<LineGroup>,
    /// The number of further groups.
    pub n_more: u64,
    /// The position of [`LineGroup::then`].
    pub as_of: GlobalPosition,
    /// The checkpoint of the answer.
    pub checkpoint: Moment,
}

/// The sums in one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineGroup {
    /// The currency of the sums; `None` for plain units.
    pub unit: Option<Currency>,
    /// The sum at the position of the question; `None` before the group had a stream.
    pub then: Option<GroupTotal>,
    /// The sums from these positions on, rising: samples, evenly spread over the log, each with the position at which the
    /// sum became what it was.
    pub points: Vec<(GlobalPosition, i128)>,
}

/// The sum over all streams of one unit. A stream of which no event was understood is not counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupTotal {
    /// The currency of the sum; `None` for plain units.
    pub unit: Option<Currency>,
    /// The sum, in minor units.
    pub sum: i128,
    pub n_streams: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_also_before_1970() {
        let day = |time: &str| Day::of(time.parse().unwrap());
        assert_eq!(day("1970-01-01T23:59:59.999999Z"), Day(0));
        assert_eq!(day("1969-12-31T23:59:59.999999Z"), Day(-1));
        assert_eq!(day("1969-12-31T00:00:00Z"), Day(-1));
        assert_eq!(day("2024-03-14T10:00:00Z").begins().to_string(), "2024-03-14T00:00:00Z");
        assert_eq!((Day(i64::MIN).begins(), Day(i64::MAX).begins()), (Timestamp::MIN, Timestamp::MAX));
    }
}
