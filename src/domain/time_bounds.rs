//! Bounds on event times, for a part of history given by dates.

use crate::domain::event::{RecordedEvent, Timestamp};

/// A range of time, both ends included; `None` is unbounded. An event belongs to it by its own time, wherever it is in
/// the log. An event without a time counts by the clock at its position, and as earlier than all times if there is no
/// clock yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeBounds {
    /// The first time.
    pub from: Option<Timestamp>,
    /// The last one.
    pub to: Option<Timestamp>,
}

impl TimeBounds {
    /// Whether both sides are unbounded.
    pub fn are_open(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the event is inside.
    pub fn contain(&self, event: &RecordedEvent) -> bool {
        let time = event.time.or(event.clock);
        self.from.is_none_or(|from| time >= Some(from)) && self.to.is_none_or(|to| time <= Some(to))
    }
}
