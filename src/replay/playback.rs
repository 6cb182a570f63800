//! Playback: whether the playhead moves by itself, and how fast.

use std::time::Duration;

/// The speeds in events per second: from slow enough to read each event to fast enough to watch a year go by.
pub const SPEEDS: [u32; 12] = [1, 2, 5, 10, 25, 50, 100, 250, 1_000, 5_000, 25_000, 100_000];

/// The shortest time between two visible steps: 30 per second look like movement; more would cost and show nothing.
pub const FRAME: Duration = Duration::from_millis(33);

/// Whether the playhead moves by itself, and how fast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Playback {
    /// Whether it moves.
    pub is_playing: bool,
    speed: usize,
    /// The elapsed part of the current event's time, in nanoseconds times events per second.
    owed: u128,
}

impl Default for Playback {
    fn default() -> Self {
        Self { is_playing: false, speed: 2, owed: 0 }
    }
}

impl Playback {
    /// The speed in events per second.
    pub fn events_per_second(&self) -> u32 {
        SPEEDS.get(self.speed).copied().unwrap_or(1)
    }

    /// The next higher speed, up to the highest.
    pub fn faster(&mut self) {
        self.speed = (self.speed + 1).min(SPEEDS.len() - 1);
    }

    /// The next lower speed, down to the lowest.
    pub fn slower(&mut self) {
        self.speed = self.speed.saturating_sub(1);
    }

    /// Starts, or stops.
    pub fn toggle(&mut self) {
        self.is_playing = !self.is_playing;
        self.owed = 0;
    }

    pub fn stop(&mut self) {
        self.is_playing = false;
        self.owed = 0;
    }

    /// The number of events that the playhead moves in that time. A fraction of an event is kept for the next call.
    pub fn advance(&mut self, elapsed: Duration) -> u64 {
        if !self.is_playing {
            return 0;
        }
        self.owed += elapsed.as_nanos() * u128::from(self.events_per_second());
        let events = self.owed / NANOS_PER_SECOND;
        self.owed %= NANOS_PER_SECOND;
        u64::try_from(events).unwrap_or(u64::MAX)
    }

    /// The time to the next visible step; `None` if it does not move.
    pub fn due(&self) -> Option<Duration> {
        let left = NANOS_PER_SECOND.saturating_sub(self.owed) / u128::from(self.events_per_second());
        let next_event = Duration::from_nanos(u64::try_from(left).unwrap_or(u64::MAX));
        self.is_playing.then(|| next_event.max(FRAME))
    }
}

const NANOS_PER_SECOND: u128 = 1_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn however_time_is_cut_the_same_number_of_events_goes_by(
            cuts in prop::collection::vec(0_u64..90, 1..50), faster in 0_usize..12
        ) {
            let mut playback = Playback::default();
            playback.toggle();
            for _ in 0..faster { playback.faster(); }
            let mut whole = playback.clone();
            let in_parts: u64 = cuts.iter().map(|ms| playback.advance(Duration::from_millis(*ms))).sum();
            prop_assert_eq!(in_parts, whole.advance(Duration::from_millis(cuts.iter().sum())));
        }
    }

    #[test]
    fn a_stopped_playback_neither_moves_nor_wakes() {
        let mut playback = Playback::default();
        assert_eq!((playback.advance(Duration::from_secs(9)), playback.due()), (0, None));
    }

    #[test]
    fn at_one_event_a_second_it_sleeps_for_a_second() {
        let mut playback = Playback::default();
        playback.toggle();
        for _ in 0..SPEEDS.len() {
            playback.slower();
        }
        assert_eq!(playback.due(), Some(Duration::from_secs(1)));
        assert_eq!(playback.advance(Duration::from_millis(400)), 0);
        assert_eq!(playback.due(), Some(Duration::from_millis(600)));
        assert_eq!(playback.advance(Duration::from_millis(600)), 1);
    }
}
