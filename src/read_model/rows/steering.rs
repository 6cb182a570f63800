//! Steering the projector: its status and its orders, as plain values.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use crate::read_model::rows::Failure;

/// The speeds that keys go through, in events a second: slow enough to count along, up to hardly slowed down.
const SPEEDS: [u32; 5] = [1, 10, 100, 1_000, 10_000];

/// How fast events are taken from the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    /// Whether none is taken.
    pub is_held: bool,
    /// How many a second at most, once it is not held; `None`: as fast as it goes.
    pub per_second: Option<NonZeroU32>,
}

impl Pace {
    /// The pace after an order.
    pub fn after(self, order: Order) -> Self {
        match order {
            Order::Hold | Order::Step(_) => Self { is_held: true, ..self },
            Order::Release => Self { is_held: false, ..self },
            Order::Speed(per_second) => Self { per_second, ..self },
            Order::Retry | Order::Skip(_) => self,
        }
    }

    /// The next slower speed.
    pub fn slower(self) -> Option<NonZeroU32> {
        let current = self.per_second.map_or(u32::MAX, NonZeroU32::get);
        let slower = SPEEDS.into_iter().rev().find(|speed| *speed < current);
        slower.and_then(NonZeroU32::new).or(self.per_second)
    }

    /// The next faster speed.
    pub fn faster(self) -> Option<NonZeroU32> {
        let current = self.per_second?.get();
        SPEEDS.into_iter().find(|speed| *speed > current).and_then(NonZeroU32::new)
    }
}

/// What the one who projects can be told, from whichever process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    /// Take nothing from the queue until released.
    Hold,
    /// Go on.
    Release,
    /// Take so many events that wait, and then nothing until released.
    Step(u64),
    /// Take so many events a second at most; `None`: as many as there are.
    Speed(Option<NonZeroU32>),
    /// Try again what failed.
    Retry,
    /// Pass over the event at this position, which could not be projected.
    Skip(u64),
}

/// Who another process is, as far as that is known: `process 42`.
pub fn process_words(process: Option<u32>) -> String {
    process.map_or_else(|| "another process".to_owned(), |id| format!("process {id}"))
}

/// How the one who projects stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectorStatus {
    /// Its process id, where it is known.
    pub process: Option<u32>,
    /// How fast it takes events.
    pub pace: Pace,
    /// Events that wait in its queue.
    pub n_queued: u64,
    /// How many events the queue holds at most.
    pub n_queued_max: u64,
    /// Events that it projects a second.
    pub per_second: u64,
    /// Why it stands still, if it does.
    pub failure: Option<Failure>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_go_from_free_to_one_a_second_and_back() {
        let mut pace = Pace::default();
        let mut gone_through = Vec::new();
        let mut note = |pace: Pace| gone_through.push(pace.per_second.map(NonZeroU32::get));
        for _ in 0..6 {
            pace.per_second = pace.slower();
            note(pace);
        }
        for _ in 0..6 {
            pace.per_second = pace.faster();
            note(pace);
        }
        let down = [10_000, 1_000, 100, 10, 1, 1].map(Some);
        let up = [Some(10), Some(100), Some(1_000), Some(10_000), None, None];
        assert_eq!(gone_through, [down, up].concat());
    }
}
