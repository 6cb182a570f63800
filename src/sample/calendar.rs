//! The business hours of a made-up bank: busy by day, quiet at night and on weekends.

use crate::domain::event::Timestamp;

/// Monday, 1 January 2024, 00:00 UTC, in seconds since 1970: where every made-up log begins.
const BEGINNING_SECONDS: i64 = 1_704_067_200;

const HOUR_MS: u64 = 3_600_000;

/// The relative activity of each hour of a working day.
const WORKING_DAY: [u64; 24] =
    [1, 1, 0, 0, 0, 1, 4, 12, 24, 34, 38, 36, 30, 28, 34, 36, 34, 30, 22, 16, 10, 6, 4, 2];

/// The relative activity of each hour of a weekend day, in the same unit.
const WEEKEND_DAY: [u64; 24] = [2, 1, 1, 0, 0, 0, 1, 2, 4, 8, 11, 12, 11, 9, 8, 8, 7, 6, 6, 5, 4, 4, 3, 2];

/// The activity of a whole week.
const WEEK_SUM: u64 = 5 * sum(&WORKING_DAY) + 2 * sum(&WEEKEND_DAY);

const fn sum(hours: &[u64]) -> u64 {
    match hours {
        [first, rest @ ..] => *first + sum(rest),
        [] => 0,
    }
}

/// A clock that runs fast in quiet hours and slowly in busy ones. It uses integers only, so that the results are the
/// same on every machine.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// Hours since the beginning.
    hour: u64,
    /// Effort left in the current hour.
    left: u64,
    /// Average effort of one event. An hour has its activity times [`HOUR_MS`].
    per_event: u64,
}

/// A moment of the calendar: a time and its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CalendarTime {
    /// The time, to the millisecond.
    pub time: Timestamp,
    /// Days since the beginning.
    pub day: u64,
}

impl Calendar {
    /// A calendar in which `n_events` events take about `n_days` days.
    pub fn new(n_events: u64, n_days: u64) -> Self {
        let effort = u128::from(n_days) * u128::from(WEEK_SUM * HOUR_MS / 7);
        let per_event = effort / u128::from(n_events.max(1));
        Self { hour: 0, left: busyness(0) * HOUR_MS, per_event: u64::try_from(per_event).unwrap_or(u64::MAX) }
    }

    /// The effort of an average event. Advancing by it `n_events` times uses up the calendar's days.
    pub fn per_event(&self) -> u64 {
        self.per_event
    }

    /// Advances by `effort`.
    pub fn advance(&mut self, mut effort: u64) {
        while effort >= self.left {
            effort -= self.left;
            self.hour += 1;
            self.left = busyness(self.hour) * HOUR_MS;
        }
        self.left -= effort;
    }

    /// The current time, to the millisecond.
    pub fn now(&self) -> CalendarTime {
        let busyness = busyness(self.hour).max(1);
        let into_hour = HOUR_MS - (self.left / busyness).min(HOUR_MS);
        let since_beginning = self.hour.saturating_mul(HOUR_MS).saturating_add(into_hour);
        let since_1970 = (BEGINNING_SECONDS * 1000).saturating_add_unsigned(since_beginning);
        // Past the year 9999, which no sample reaches, time stops.
        let time = Timestamp::from_millisecond(since_1970).unwrap_or(Timestamp::MAX);
        CalendarTime { time, day: self.hour / 24 }
    }
}

/// The activity of an hour, counted from the beginning, which is a Monday.
fn busyness(hour: u64) -> u64 {
    let day = if (hour / 24) % 7 < 5 { &WORKING_DAY } else { &WEEKEND_DAY };
    usize::try_from(hour % 24).ok().and_then(|h| day.get(h)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_of_events_is_busy_by_day_and_quiet_at_night_and_on_weekends() {
        let mut calendar = Calendar::new(7000, 7);
        let mut by_hour = [0_u32; 24 * 7];
        let mut before = calendar.now().time;
        for _ in 0..7000 {
            calendar.advance(calendar.per_event());
            let now = calendar.now();
            assert!(now.time >= before);
            before = now.time;
            let hours = (now.time.as_second() - BEGINNING_SECONDS) / 3600;
            by_hour[usize::try_from(hours).unwrap().min(167)] += 1;
        }
        let of = |days: std::ops::Range<usize>, hours: std::ops::Range<usize>| -> u32 {
            days.flat_map(|d| hours.clone().map(move |h| by_hour[d * 24 + h])).sum()
        };
        assert!(of(0..5, 9..17) > 7000 / 2, "business hours take more than half: {by_hour:?}");
        assert!(of(0..7, 0..6) < 7000 / 50, "nights take less than a fiftieth: {by_hour:?}");
        assert!(of(5..7, 0..24) < 7000 / 8, "a weekend takes less than an eighth: {by_hour:?}");
        let last = before.as_second() - BEGINNING_SECONDS;
        assert!((6 * 86_400..7 * 86_400 + 3600).contains(&last), "a week is over: {before}");
    }

    #[test]
    fn time_stops_when_nothing_happens_and_never_overflows() {
        let mut calendar = Calendar::new(0, u64::MAX);
        assert_eq!(calendar.now().time.to_string(), "2024-01-01T00:00:00Z");
        calendar.advance(0);
        assert_eq!(calendar.now().day, 0);
        assert_eq!(calendar.per_event(), u64::MAX);
    }
}
