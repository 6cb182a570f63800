//! Bounds on event times, for a part of history given by dates.

use crate::domain::event::{RecordedEvent, Timestamp};

/// A stretch of time, both ends included; `None` has no end on that side. An event lies inside by its own time, wherever
/// it is in the log. An event without a time counts by the clock at its position, and before any time is known as earlier
/// than all times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeBounds {
    /// The first time.
    pub from: Option<Timestamp>,
    /// The last one.
    pub to: Option<Timestamp>,
}

impl TimeBounds {
    /// Whether every event lies inside.
    pub fn are_open(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the event lies inside.
    pub fn contain(&self, event: &RecordedEvent) -> bool {
        let time = event.time.or(event.clock);
        self.from.is_none_or(|from| time >= Some(from)) && self.to.is_none_or(|to| time <= Some(to))
    }
}
