//! How many events the projector may take now, and how many a second it takes.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use crate::read_model::rows::steering::Pace;

/// How often events are taken at a speed of many a second: a person sees that as flowing.
const TAKE_EVERY: Duration = Duration::from_millis(50);

/// The stretch of time over which the rate is measured: it settles within a second, and does not flicker.
const RATE_OVER: Duration = Duration::from_secs(1);

/// Lets as many events through as the pace says.
#[derive(Debug)]
pub(super) struct Gate {
    pace: Pace,
    /// Events that may be taken although it is held.
    n_steps: u64,
    /// At a speed: since when what may be taken is counted.
    since: Instant,
}

impl Gate {
    pub(super) fn new(pace: Pace) -> Self {
        Self { pace, n_steps: 0, since: Instant::now() }
    }

    pub(super) fn pace(&self) -> Pace {
        self.pace
    }

    pub(super) fn set_pace(&mut self, pace: Pace) {
        if pace != self.pace {
            (self.pace, self.n_steps, self.since) = (pace, 0, Instant::now());
        }
    }

    /// Lets so many events more through although it is held.
    pub(super) fn step(&mut self, n_events: u64) {
        self.n_steps = self.n_steps.saturating_add(n_events);
    }

    /// Steps for which nothing waits are not kept for what comes later.
    pub(super) fn forget_steps(&mut self) {
        self.n_steps = 0;
    }

    /// How many events may be taken now, up to `n_max`.
    pub(super) fn n_allowed(&self, n_max: usize) -> usize {
        let n_max_wide = u64::try_from(n_max).unwrap_or(u64::MAX);
        let n_allowed = match (self.pace.is_held, self.pace.per_second) {
            (true, _) => self.n_steps,
            (false, None) => n_max_wide,
            (false, Some(speed)) => n_due(speed, self.since.elapsed()),
        };
        usize::try_from(n_allowed.min(n_max_wide)).unwrap_or(n_max)
    }

    /// So many events have been taken.
    pub(super) fn took(&mut self, n_events: u64) {
        self.n_steps = self.n_steps.saturating_sub(n_events);
        if let Some(speed) = self.pace.per_second {
            let owed = Duration::from_secs_f64(n_events as f64 / f64::from(speed.get()));
            // What could have been taken while nothing waited is not made up for, but for half a turn: a late wake is.
            let earliest = Instant::now().checked_sub(interval(speed) / 2).unwrap_or(self.since);
            self.since = (self.since + owed).max(earliest);
        }
    }

    /// How long until events may be taken, where that is a matter of time.
    pub(super) fn due_in(&self) -> Option<Duration> {
        match (self.pace.is_held, self.pace.per_second) {
            (true, _) | (false, None) => None,
            (false, Some(speed)) => Some(interval(speed).saturating_sub(self.since.elapsed())),
        }
    }
}

/// How long events are saved up at a speed until some are taken.
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

/// Counts events a second.
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

    /// Events a second, as measured last.
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
