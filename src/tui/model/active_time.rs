//! Active time: a time as a number without idle periods, and the way back.

use std::sync::Arc;

/// The most idle stretches that are left out. With more, a ruler would show little else.
pub const N_IDLE_MAX: usize = 24;

/// An idle stretch is at least one n-th of the time that remains.
pub const SHARE_MIN: i128 = 20;

/// And it is at least this many times as long as the average gap between the remaining events.
const USUAL_MIN: i128 = 8;

/// An idle stretch keeps one n-th of the remaining time: room for a mark on any screen.
const ROOM_SHARE: i128 = 40;

/// The least that it keeps, so that there is a number between its ends.
const ROOM_MIN: i128 = 2;

/// The stretch between two consecutive events, in numbers that rise with time: microseconds, or days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdleStretch {
    /// The event at its beginning.
    pub from: i128,
    /// The event at its end.
    pub to: i128,
}

impl IdleStretch {
    pub fn length(&self) -> i128 {
        self.to - self.from
    }
}

/// Time with its idle stretches compressed: each takes a little room, and nothing else changes. The numbers rise with
/// time. Without idle stretches they equal the times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActiveTime {
    /// Rising; each is longer than `room`.
    idle: Arc<[IdleStretch]>,
    /// The room that each keeps.
    room: i128,
}

impl ActiveTime {
    /// Finds the idle stretches among the longest ones. `whole` is the time from the first to the last event, and
    /// `n_stretches` the number of all stretches in between.
    pub fn without(mut longest: Vec<IdleStretch>, whole: i128, n_stretches: u64) -> Self {
        longest.sort_by_key(|stretch| std::cmp::Reverse(stretch.length()));
        let (mut left, mut n_idle, mut room) = (whole, 0, 0);
        for (nth, stretch) in (1..).zip(longest.iter().take(N_IDLE_MAX)) {
            left -= stretch.length();
            let n_left = i128::from(n_stretches) - nth;
            let is_idle = n_left > 0
                && stretch.length() * SHARE_MIN >= left
                && stretch.length() * n_left >= left * USUAL_MIN;
            // A shorter one can be idle only if all longer ones are left out.
            if is_idle {
                (n_idle, room) = (nth, (left / ROOM_SHARE).max(ROOM_MIN));
            }
        }
        longest.truncate(usize::try_from(n_idle).unwrap_or(0));
        longest.retain(|stretch| stretch.length() > room);
        longest.sort_by_key(|stretch| stretch.from);
        Self { idle: longest.into(), room }
    }

    /// Leaves out the idle stretches between these rising times.
    pub fn between(times: &[i128]) -> Self {
        let pairs = times.iter().zip(times.iter().skip(1));
        let all: Vec<_> = pairs.map(|(from, to)| IdleStretch { from: *from, to: *to }).collect();
        let whole = times.first().zip(times.last()).map_or(0, |(first, last)| last - first);
        let n = all.len() as u64;
        Self::without(all, whole, n)
    }

    /// The number of a time, which is smaller than the time by what is left out before it.
    pub fn number_of(&self, time: i128) -> i128 {
        let mut cut = 0;
        for idle in self.idle.iter().take_while(|idle| idle.from < time) {
            if time < idle.to {
                return idle.from - cut + (time - idle.from) * self.room / idle.length();
            }
            cut += idle.length() - self.room;
        }
        time - cut
    }

    /// The last time with this number.
    pub fn time_of(&self, number: i128) -> i128 {
        let mut cut = 0;
        for idle in self.idle.iter() {
            let into = number - (idle.from - cut);
            if into < 0 {
                break;
            }
            if into < self.room {
                return idle.from + ((into + 1) * idle.length() + self.room - 1) / self.room - 1;
            }
            cut += idle.length() - self.room;
        }
        number + cut
    }

    /// The total time left out.
    pub fn skipped(&self) -> i128 {
        self.idle.iter().map(IdleStretch::length).sum()
    }

    /// The numbers in the middle of the idle stretches, rising.
    pub fn middles(&self) -> impl Iterator<Item = i128> + '_ {
        self.idle.iter().map(|idle| self.number_of(idle.from) + self.room / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: i128 = 86_400_000_000;

    #[test]
    fn two_years_without_an_event_are_left_out_and_nights_are_not() {
        let mut times: Vec<i128> = (0..60).map(|nth| nth * DAY / 2 + nth % 3 * DAY / 9).collect();
        assert_eq!(ActiveTime::between(&times), ActiveTime::default());
        let last = *times.last().unwrap();
        times.extend([last + 700 * DAY, last + 701 * DAY]);
        let active = ActiveTime::between(&times);
        assert_eq!(active.skipped(), 700 * DAY);
        let end = active.number_of(last + 701 * DAY);
        assert!(end < 33 * DAY, "{} days", end / DAY);
    }

    #[test]
    fn bursts_with_equal_breaks_between_them_lose_all_breaks() {
        let times: Vec<i128> =
            (0..10).flat_map(|year| (0..50).map(move |n| year * 365 * DAY + n * DAY / 50)).collect();
        let active = ActiveTime::between(&times);
        assert_eq!(active.middles().count(), 9);
    }

    #[test]
    fn of_events_that_come_evenly_nothing_is_idle_and_of_few_there_is_no_usual() {
        for n in 0..6 {
            let times: Vec<i128> = (0..n).map(|nth| nth * DAY).collect();
            assert_eq!(ActiveTime::between(&times).skipped(), 0, "{n}");
        }
    }

    fn active() -> impl Strategy<Value = (Vec<i128>, ActiveTime)> {
        let gap = prop_oneof![8 => 0_i128..100, 1 => 0_i128..1_000_000];
        prop::collection::vec(gap, 0..80).prop_map(|gaps| {
            let mut at = -500;
            let times: Vec<i128> = gaps
                .into_iter()
                .map(|gap| {
                    at += gap;
                    at
                })
                .collect();
            let active = ActiveTime::between(&times);
            (times, active)
        })
    }

    proptest! {
        #[test]
        fn numbers_rise_with_time_and_lead_back((times, active) in active(), more in prop::collection::vec(-1_000_i128..9_000_000, 0..40)) {
            let mut all: Vec<i128> = times.iter().copied().chain(more).collect();
            all.sort_unstable();
            let numbers: Vec<i128> = all.iter().map(|time| active.number_of(*time)).collect();
            prop_assert!(numbers.is_sorted());
            for (time, number) in all.iter().zip(&numbers) {
                let back = active.time_of(*number);
                prop_assert_eq!(active.number_of(back), *number);
                prop_assert!(back >= *time && active.number_of(back + 1) > *number);
                let is_idle = active.idle.iter().any(|idle| idle.from <= *time && *time < idle.to);
                prop_assert!(is_idle || back == *time);
            }
        }

        #[test]
        fn every_number_has_a_time((_, active) in active(), number in -1_000_i128..100_000) {
            prop_assert_eq!(active.number_of(active.time_of(number)), number);
        }

        #[test]
        fn no_event_is_in_the_time_left_out((times, active) in active()) {
            for idle in active.idle.iter() {
                prop_assert!(!times.iter().any(|time| idle.from < *time && *time < idle.to));
                prop_assert!(idle.length() > active.room);
            }
        }
    }
}
