//! The events that a search finds: all of them, and the next one.

use crate::domain::event::GlobalPosition;
use crate::domain::moment::Moment;
use crate::replay::search::Search;

/// A question: where are the matching events?
#[derive(Clone, Debug, PartialEq)]
pub struct FindQuestion {
    pub search: Search,
    /// The hits nearest to this position, on either side, are reported first.
    pub around: GlobalPosition,
    /// Only events after this position match.
    pub after: GlobalPosition,
    /// Only events up to this position match.
    pub head: GlobalPosition,
}

/// New hits, and the progress of the search.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewHits {
    /// The new hits, rising.
    pub marks: Vec<Moment>,
    /// Number of hits since the search began.
    pub n_hits: u64,
    /// The part that has not been searched yet; `None` = everything has been.
    pub unsearched: Option<RingPart>,
    /// The part that has not been searched yet, or whose hits were only partly reported.
    pub untold: Option<RingPart>,
    pub progress: FindProgress,
}

/// A part of the log, seen as a ring, both ends included: it may extend past the head and continue at the beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RingPart {
    /// Its first position.
    pub first: GlobalPosition,
    /// Its last position.
    pub last: GlobalPosition,
}

/// The progress of a search.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FindProgress {
    /// Events searched.
    pub n_done: u64,
    /// Events to search.
    pub n_all: u64,
    /// Events per second; `None` until that is known.
    pub per_second: Option<u64>,
    /// The estimated remaining time in seconds.
    pub seconds_left: Option<u64>,
}

/// A question: where is the next matching event?
#[derive(Clone, Debug, PartialEq)]
pub struct NextHitQuestion {
    pub search: Search,
    /// The position after which the search begins, in its direction.
    pub from: GlobalPosition,
    /// Whether to search towards the head.
    pub is_forward: bool,
}
