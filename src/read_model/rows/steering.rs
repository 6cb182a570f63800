//! Steering the projector: its status and its orders, as plain values.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use crate::read_model::rows::Failure;

/// The speeds that the keys choose from, in events per second: from slow enough to count along, up to hardly slowed
/// down.
const SPEEDS: [u32; 5] = [1, 10, 100, 1_000, 10_000];

/// The pace at which events are taken from the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    /// Whether the projector is held.
    pub is_held: bool,
    /// The most events per second when it is not held; `None` for no limit.
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

/// An order to the projector, from any process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    /// Take nothing from the queue until released.
    Hold,
    /// Go on.
    Release,
    /// Take this many waiting events, and then nothing until released.
    Step(u64),
    /// Take at most this many events per second; `None` for no limit.
    Speed(Option<NonZeroU32>),
    /// Retry the failed event.
    Retry,
    /// Skip the event at this position, which could not be projected.
    Skip(u64),
}

/// Names another process, if its id is known: `process 42`.
pub fn process_words(process: Option<u32>) -> String {
    process.map_or_else(|| "another process".to_owned(), |id| format!("process {id}"))
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectorStatus {
    /// Its process id, if known.
    pub process: Option<u32>,
    pub pace: Pace,
    /// Events waiting in its queue.
    pub n_queued: u64,
    /// The capacity of the queue, in events.
    pub n_queued_max: u64,
    /// Events projected per second.
    pub per_second: u64,
    /// Why it has stopped, if it has.
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
