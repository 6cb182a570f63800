//! Hits of a search, and the part of the log not searched yet.

use crate::domain::event::{GlobalPosition, Timestamp};
use crate::domain::moment::Moment;
use crate::replay::search::Search;
use crate::tui::model::ruler::RulerPlace;
use crate::tui::questions::find::{FindProgress, NewHits, RingPart};

/// Once this many hits are kept, newly appended events are no longer searched. They take about five megabytes, and one
/// search adds at most as many again.
const MARKS_KEPT_MAX: usize = 200_000;

/// The search and its state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Find {
    /// The search as typed; empty = none yet.
    pub text: String,
    /// The parsed search.
    pub search: Search,
    /// The number of the search; answers to other searches are stale.
    pub ticket: u64,
    /// The newest question for the next hit. Only its answer may move the playhead.
    pub next_ticket: u64,
    /// The hits; `None` if none are shown.
    pub hits: Option<Hits>,
    /// The direction of the hit to which the playhead will go when it is known; `true` = towards the head.
    pub waits: Option<bool>,
    /// Whether the store has been asked for that hit.
    pub has_asked: bool,
}

impl Find {
    /// Cancels a pending move to a hit. Returns whether there was one.
    pub fn drop_wait(&mut self) -> bool {
        self.next_ticket += 1;
        self.waits.take().is_some()
    }
}

/// Whether a search continues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindState {
    /// It runs.
    Running,
    /// It was stopped.
    Stopped,
    /// It has scanned everything up to the head, and continues when there are new events.
    Whole,
}

/// The hits of a search.
#[derive(Clone, Debug, PartialEq)]
pub struct Hits {
    /// Hits, rising: all of those outside of `untold`, and inside it enough to give each column of a ruler one.
    marks: Vec<Moment>,
    /// Hits found before the current part of the search.
    n_before: u64,
    /// Hits found in all.
    pub n_hits: u64,
    /// The head up to which the log is searched.
    pub head: GlobalPosition,
    /// The part that has not been searched yet.
    pub unsearched: Option<RingPart>,
    untold: Option<RingPart>,
    /// Whether it continues.
    pub state: FindState,
    /// The progress in the current part; `None` before the first report, and for a part that holds only new events.
    pub progress: Option<FindProgress>,
    is_of_appended: bool,
}

/// The result of looking for the next hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextHit {
    /// It is this one.
    At(Moment),
    /// There is no hit at all.
    Nowhere,
    /// The part in between has not been searched yet.
    NotSearched,
    /// The part in between has more hits than are kept.
    NotKept,
}

impl Hits {
    /// The hits of a search that begins at the playhead and goes up to the given head.
    pub fn begun(playhead: GlobalPosition, head: GlobalPosition) -> Self {
        let whole = RingPart { first: playhead.plus(1), last: playhead };
        let unsearched = (head > GlobalPosition::START).then_some(whole);
        Self {
            marks: Vec::new(),
            n_before: 0,
            n_hits: 0,
            head,
            unsearched,
            untold: unsearched,
            state: FindState::Running,
            progress: None,
            is_of_appended: false,
        }
    }

    /// Whether new events are to be searched too: everything before them has been searched, and all hits are kept.
    pub fn wants_appended(&self, head: GlobalPosition) -> bool {
        self.marks.len() < MARKS_KEPT_MAX
            && self.state == FindState::Whole
            && self.untold.is_none()
            && head > self.head
    }

    /// Continues with the new events.
    pub fn go_on(&mut self, head: GlobalPosition) {
        let appended = RingPart { first: self.head.plus(1), last: head };
        (self.unsearched, self.untold) = (Some(appended), Some(appended));
        (self.head, self.state, self.is_of_appended) = (head, FindState::Running, true);
        self.n_before = self.n_hits;
    }

    /// Whether only new events are being searched.
    pub fn is_of_appended(&self) -> bool {
        self.is_of_appended
    }

    /// Takes newly found hits.
    pub fn take(&mut self, came: NewHits) {
        self.marks.extend(came.marks);
        // Both lists are rising, so that there are few runs to merge.
        self.marks.sort_by_key(|mark| mark.position);
        self.n_hits = self.n_before.saturating_add(came.n_hits);
        (self.unsearched, self.untold) = (came.unsearched, came.untold);
        self.progress = Some(came.progress).filter(|_| !self.is_of_appended);
        if came.unsearched.is_none() {
            (self.state, self.progress) = (FindState::Whole, None);
        }
    }

    /// The next hit after a position, towards the head or back. At an end of the log it wraps around.
    pub fn next(&self, from: GlobalPosition, is_forward: bool) -> NextHit {
        let marks = &self.marks;
        let mark = if is_forward {
            let at = marks.partition_point(|mark| mark.position <= from);
            marks.get(at).or_else(|| marks.first())
        } else {
            let at = marks.partition_point(|mark| mark.position < from);
            at.checked_sub(1).and_then(|at| marks.get(at)).or_else(|| marks.last())
        };
        let Some(untold) = self.untold else {
            return mark.map_or(NextHit::Nowhere, |mark| NextHit::At(*mark));
        };
        let ring = Ring { n: self.head.number() };
        let way = |to: GlobalPosition| ring.way(from, to, is_forward);
        let to_untold = ring.way_into(from, untold, is_forward);
        if let Some(mark) = mark.filter(|mark| way(mark.position) < to_untold) {
            return NextHit::At(*mark);
        }
        // There may be a nearer hit: the part in between may have more hits than were reported.
        match self.unsearched {
            Some(unsearched) if ring.way_into(from, unsearched, is_forward) <= to_untold => {
                NextHit::NotSearched
            }
            _ => NextHit::NotKept,
        }
    }

    /// The number of the hit at a position, from 1, if all hits are known.
    pub fn nth(&self, position: GlobalPosition) -> Option<u64> {
        if self.untold.is_some() {
            return None;
        }
        let at = self.marks.binary_search_by_key(&position, |mark| mark.position).ok()?;
        u64::try_from(at).ok().map(|at| at + 1)
    }

    /// Whether a hit is known at a position.
    pub fn is_at(&self, position: GlobalPosition) -> bool {
        self.marks.binary_search_by_key(&position, |mark| mark.position).is_ok()
    }

    /// Whether a hit is known after one place of the ruler, up to another.
    pub fn is_between(&self, before: RulerPlace, last: RulerPlace) -> bool {
        self.n_up_to(last) > self.n_up_to(before)
    }

    fn n_up_to(&self, place: RulerPlace) -> usize {
        let is_later = |clock: Option<Timestamp>, time| clock.is_some_and(|clock| clock > time);
        self.marks.partition_point(|mark| match place {
            RulerPlace::Position(position) => mark.position <= position,
            RulerPlace::Time(time) => !is_later(mark.clock, time),
        })
    }
}

/// The log as a ring of n positions.
struct Ring {
    n: u64,
}

impl Ring {
    /// The steps from one position to another, at least one.
    fn way(&self, from: GlobalPosition, to: GlobalPosition, is_forward: bool) -> u64 {
        let n = i128::from(self.n.max(1));
        // The place before the first event is also the place after the last one.
        let from = i128::from(from.number().min(self.n + u64::from(!is_forward)));
        let from = if from == 0 && !is_forward { n + 1 } else { from };
        let steps = i128::from(to.number()) - from;
        let steps = (if is_forward { steps - 1 } else { -steps - 1 }).rem_euclid(n);
        u64::try_from(steps).unwrap_or(0) + 1
    }

    /// The steps from a position into a part.
    fn way_into(&self, from: GlobalPosition, part: RingPart, is_forward: bool) -> u64 {
        let (near, far) = if is_forward { (part.first, part.last) } else { (part.last, part.first) };
        let (to_near, to_far) = (self.way(from, near, is_forward), self.way(from, far, is_forward));
        // If the far end comes first, the position is inside.
        if to_far < to_near { 1 } else { to_near }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(position: u64) -> GlobalPosition {
        GlobalPosition::new(position)
    }

    proptest! {
        /// A reported hit is always the nearest, whatever has been searched and in whatever order. A hit not yet
        /// reported is beyond the part that has not been searched.
        #[test]
        fn the_next_hit_is_the_next_of_all_or_not_known(
            n in 1_u64..30, hits in prop::collection::btree_set(1_u64..30, 0..20), start in 0_u64..30,
            n_forward in 0_u64..30, n_back in 0_u64..30, from in 0_u64..35, is_forward in any::<bool>(),
        ) {
            let start = start.min(n);
            let hits: Vec<u64> = hits.into_iter().filter(|hit| *hit <= n).collect();
            let n_forward = n_forward.min(n);
            let n_back = n_back.min(n - n_forward);
            let ring = |offset: u64| (start + offset) % n + 1;
            let searched: Vec<u64> = (0..n_forward).chain(n - n_back..n).map(ring).collect();
            let is_whole = n_forward + n_back == n;
            let unsearched = (!is_whole).then(|| RingPart { first: at(ring(n_forward)), last: at(ring(n - n_back - 1)) });
            let reported = |hit: &&u64| searched.contains(hit);
            let marks = hits.iter().filter(reported).map(|hit| Moment { position: at(*hit), clock: None }).collect();
            let mut found = Hits::begun(at(start), at(n));
            found.take(NewHits { marks, unsearched, untold: unsearched, ..NewHits::default() });
            let way: Vec<u64> = if is_forward {
                (from.min(n) + 1..=n).chain(1..=from.min(n)).collect()
            } else {
                (1..from.min(n + 1)).rev().chain((from.max(1)..=n).rev()).collect()
            };
            let first = way.iter().position(|position| hits.contains(position));
            let is_known = |upto: usize| way[..=upto].iter().all(|position| searched.contains(position));
            let expected = match first {
                Some(first) if is_known(first) => {
                    NextHit::At(Moment { position: at(way[first]), clock: None })
                }
                None if is_whole => NextHit::Nowhere,
                _ => NextHit::NotSearched,
            };
            prop_assert_eq!(found.next(at(from), is_forward), expected);
        }
    }

    #[test]
    fn where_hits_were_not_kept_the_next_one_is_not_known() {
        let moments =
            |positions: &[u64]| positions.iter().map(|p| Moment { position: at(*p), clock: None }).collect();
        let mut hits = Hits::begun(at(0), at(100));
        let untold = Some(RingPart { first: at(21), last: at(80) });
        hits.take(NewHits { marks: moments(&[10, 20, 40, 90]), n_hits: 9, untold, ..NewHits::default() });
        let next = |from, is_forward| match hits.next(at(from), is_forward) {
            NextHit::At(moment) => Some(moment.position.number()),
            NextHit::NotKept => None,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            [5, 10, 20, 30, 80, 90].map(|from| next(from, true)),
            [Some(10), Some(20), None, None, Some(90), Some(10)]
        );
        assert_eq!(
            [5, 20, 21, 40, 95].map(|from| next(from, false)),
            [Some(90), Some(10), Some(20), None, Some(90)]
        );
        assert_eq!((hits.state, hits.nth(at(10)), hits.is_at(at(40))), (FindState::Whole, None, true));
    }

    #[test]
    fn new_events_are_searched_after_the_rest() {
        let mut hits = Hits::begun(at(3), at(10));
        assert!(!hits.wants_appended(at(12)));
        let mark = |position| Moment { position: at(position), clock: None };
        hits.take(NewHits { marks: vec![mark(4)], n_hits: 1, ..NewHits::default() });
        assert!(!hits.wants_appended(at(10)) && hits.wants_appended(at(12)));
        hits.go_on(at(12));
        assert_eq!(hits.next(at(4), true), NextHit::NotSearched);
        assert_eq!(hits.next(at(5), false), NextHit::At(mark(4)));
        hits.take(NewHits { marks: vec![mark(12)], n_hits: 1, ..NewHits::default() });
        assert_eq!(
            (hits.n_hits, hits.next(at(4), true), hits.nth(at(12))),
            (2, NextHit::At(mark(12)), Some(2))
        );
    }
}
