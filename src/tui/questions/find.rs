//! The events that a search finds: all of them, and the next one.

use crate::domain::event::GlobalPosition;
use crate::domain::moment::Moment;
use crate::replay::search::Search;

/// Where are the events that are looked for?
#[derive(Clone, Debug, PartialEq)]
pub struct FindQuestion {
    /// What is looked for.
    pub search: Search,
    /// The hits nearest to this position, on either side, are told first.
    pub around: GlobalPosition,
    /// Only events after this position.
    pub after: GlobalPosition,
    /// And up to this one.
    pub head: GlobalPosition,
}

/// Hits that have come, and how far the search is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewHits {
    /// Hits that are new, rising.
    pub marks: Vec<Moment>,
    /// How many have been found since the search began.
    pub n_hits: u64,
    /// What has not been searched yet; `None` = all has been.
    pub unsearched: Option<RingPart>,
    /// What has not been searched yet, or holds hits of which some only were told.
    pub untold: Option<RingPart>,
    /// How far it is.
    pub progress: FindProgress,
}

/// A part of the log seen as a ring, both ends included: it may go past the head and on from the beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RingPart {
    /// Where it begins.
    pub first: GlobalPosition,
    /// Where it ends.
    pub last: GlobalPosition,
}

/// How far a search is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FindProgress {
    /// Events looked at.
    pub n_done: u64,
    /// Events to look at.
    pub n_all: u64,
    /// Events a second; `None` before that can be told.
    pub per_second: Option<u64>,
    /// How long it may still take.
    pub seconds_left: Option<u64>,
}

/// Where is the next event that is looked for?
#[derive(Clone, Debug, PartialEq)]
pub struct NextHitQuestion {
    /// What is looked for.
    pub search: Search,
    /// Search beyond this position.
    pub from: GlobalPosition,
    /// Towards the head, or back.
    pub is_forward: bool,
}
