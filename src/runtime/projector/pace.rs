//! The projector's pace: how many events it may take now, and how many a second it takes.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use crate::read_model::rows::steering::Pace;

/// The interval in which events are taken at a high speed, which looks like a flow.
const TAKE_EVERY: Duration = Duration::from_millis(50);

/// The window over which the rate is measured: it settles within a second, and does not flicker.
const RATE_OVER: Duration = Duration::from_secs(1);

/// The duration of a catch-up that a person can watch: long enough to look from the key to the ruler.
const CATCH_UP_OVER: Duration = Duration::from_millis(1_500);

/// Lets as many events through as the pace allows. Callers pass the present time.
#[derive(Debug)]
pub(super) struct Gate {
    pace: Pace,
    /// Events that may be taken although it is held.
    n_steps: u64,
    /// The most events per second until the waiting events are taken; `None` if none waited.
    catching_up: Option<NonZeroU32>,
    /// With a limited speed, the time since when events are counted.
    since: Instant,
}

impl Gate {
    pub(super) fn new(pace: Pace, now: Instant) -> Self {
        Self { pace, n_steps: 0, catching_up: None, since: now }
    }

    pub(super) fn pace(&self) -> Pace {
        self.pace
    }

    pub(super) fn set_pace(&mut self, pace: Pace, now: Instant) {
        if pace != self.pace {
            *self = Self::new(pace, now);
        }
    }

    /// Takes the waiting events no faster than a person can watch.
    pub(super) fn catch_up_watchably(&mut self, n_waiting: usize, now: Instant) {
        let millis = CATCH_UP_OVER.as_millis();
        let per_second = (n_waiting as u128 * 1000).div_ceil(millis);
        self.catching_up = NonZeroU32::new(u32::try_from(per_second).unwrap_or(u32::MAX));
        self.since = now;
    }

    /// Nothing waits any more, so the usual pace applies again.
    pub(super) fn has_caught_up(&mut self) {
        self.catching_up = None;
    }

    /// The most events per second; `None` for no limit.
    fn speed(&self) -> Option<NonZeroU32> {
        match (self.pace.per_second, self.catching_up) {
            (Some(requested), Some(watchable)) => Some(requested.min(watchable)),
            (requested, watchable) => requested.or(watchable),
        }
    }

    /// Lets this many more events through although it is held.
    pub(super) fn step(&mut self, n_events: u64) {
        self.n_steps = self.n_steps.saturating_add(n_events);
    }

    /// Drops the steps for which no event waits.
    pub(super) fn forget_steps(&mut self) {
        self.n_steps = 0;
    }

    /// Number of events that may be taken now, at most `n_max`.
    pub(super) fn n_allowed(&self, n_max: usize, now: Instant) -> usize {
        let n_max_wide = u64::try_from(n_max).unwrap_or(u64::MAX);
        let n_allowed = match (self.pace.is_held, self.speed()) {
            (true, _) => self.n_steps,
            (false, None) => n_max_wide,
            (false, Some(speed)) => n_due(speed, now.saturating_duration_since(self.since)),
        };
        usize::try_from(n_allowed.min(n_max_wide)).unwrap_or(n_max)
    }

    /// Records that events have been taken.
    pub(super) fn took(&mut self, n_events: u64, now: Instant) {
        self.n_steps = self.n_steps.saturating_sub(n_events);
        if let Some(speed) = self.speed() {
            let owed = Duration::from_secs_f64(n_events as f64 / f64::from(speed.get()));
            // Time in which nothing waited is not made up for, except half an interval, which a late wake-up needs.
            let earliest = now.checked_sub(interval(speed) / 2).unwrap_or(self.since);
            self.since = (self.since + owed).max(earliest);
        }
    }

    /// The time until events may be taken; `None` if that does not depend on time.
    pub(super) fn due_in(&self, now: Instant) -> Option<Duration> {
        match (self.pace.is_held, self.speed()) {
            (true, _) | (false, None) => None,
            (false, Some(speed)) => {
                Some(interval(speed).saturating_sub(now.saturating_duration_since(self.since)))
            }
        }
    }
}

/// The interval for which events accumulate at a speed before some are taken.
fn interval(speed: NonZeroU32) -> Duration {
    Duration::from_secs_f64(1.0 / f64::from(speed.get())).max(TAKE_EVERY)
}

fn n_due(speed: NonZeroU32, waited: Duration) -> u64 {
    if waited < interval(speed) {
        return 0;
    }
    let most = interval(speed) * 3 / 2;
    let n = waited.min(most).as_secs_f64() * f64::from(speed.get());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
    let n = n as u64;
    n.max(1)
}

/// Measures events per second.
#[derive(Debug)]
pub(super) struct Meter {
    since: Instant,
    n_events: u64,
    per_second: u64,
}

impl Meter {
    pub(super) fn new() -> Self {
        Self { since: Instant::now(), n_events: 0, per_second: 0 }
    }

    pub(super) fn count(&mut self, n_events: u64) {
        self.n_events = self.n_events.saturating_add(n_events);
    }

    /// The last measured rate, in events per second.
    pub(super) fn per_second(&mut self) -> u64 {
        let waited = self.since.elapsed();
        if waited >= RATE_OVER {
            let millis = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX).max(1);
            self.per_second = self.n_events.saturating_mul(1000).div_ceil(millis);
            (self.since, self.n_events) = (Instant::now(), 0);
        }
        self.per_second
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The times at which the waiting events are taken after a release, in milliseconds, on a clock that follows the
    /// gate.
    fn taken(gate: &mut Gate, n_waiting: usize, began: Instant) -> Vec<u128> {
        let (mut now, mut taken) = (began, Vec::new());
        while taken.len() < n_waiting {
            let n = gate.n_allowed(n_waiting - taken.len(), now);
            if n == 0 {
                now += gate.due_in(now).unwrap().max(Duration::from_millis(1));
                continue;
            }
            gate.took(n as u64, now);
            taken.extend(std::iter::repeat_n((now - began).as_millis(), n));
        }
        gate.has_caught_up();
        taken
    }

    fn let_go(pace: Pace, began: Instant) -> Gate {
        let mut gate = Gate::new(Pace { is_held: true, ..pace }, began);
        gate.set_pace(pace, began);
        gate
    }

    #[test]
    fn waiting_events_are_taken_gradually_for_a_watching_person_and_at_once_otherwise() {
        let began = Instant::now();
        let mut gate = let_go(Pace::default(), began);
        gate.catch_up_watchably(3, began);
        assert_eq!(taken(&mut gate, 3, began), [500, 1000, 1500]);
        // Later events are taken at once again.
        assert_eq!(gate.n_allowed(7, began + Duration::from_secs(9)), 7);
        assert_eq!(taken(&mut let_go(Pace::default(), began), 3, began), [0, 0, 0]);
    }

    #[test]
    fn a_speed_that_a_person_has_chosen_is_not_exceeded() {
        let began = Instant::now();
        let slow = Pace { is_held: false, per_second: NonZeroU32::new(1) };
        let mut gate = let_go(slow, began);
        gate.catch_up_watchably(3, began);
        assert_eq!(taken(&mut gate, 3, began), [1000, 2000, 3000]);
    }

    #[test]
    fn held_again_it_takes_nothing_and_forgets_how_fast_it_was() {
        let began = Instant::now();
        let mut gate = let_go(Pace::default(), began);
        gate.catch_up_watchably(3, began);
        gate.set_pace(Pace { is_held: true, per_second: None }, began);
        assert_eq!(gate.n_allowed(3, began + Duration::from_secs(60)), 0);
        gate.set_pace(Pace::default(), began);
        assert_eq!(gate.n_allowed(3, began), 3);
    }

    proptest! {
        #[test]
        fn however_much_has_waited_it_is_taken_within_a_second_or_two(n_waiting in 1_usize..4_000) {
            let began = Instant::now();
            let mut gate = let_go(Pace::default(), began);
            gate.catch_up_watchably(n_waiting, began);
            let taken = taken(&mut gate, n_waiting, began);
            let last = *taken.last().unwrap();
            prop_assert!((900..=2_000).contains(&last), "{n_waiting} in {last} ms");
            // Less than half of it comes at once, so that it is seen to come.
            let most = taken.chunk_by(|a, b| a == b).map(<[u128]>::len).max().unwrap();
            prop_assert!(most <= n_waiting.div_ceil(2), "{most} of {n_waiting} at once");
        }
    }
}
