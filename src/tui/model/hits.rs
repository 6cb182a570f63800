//! Hits of a search, and the part of the log not searched yet.

use crate::domain::event::{GlobalPosition, Timestamp};
use crate::domain::moment::Moment;
use crate::replay::search::Search;
use crate::tui::model::ruler::RulerPlace;
use crate::tui::questions::find::{FindProgress, HitsCame, RingPart};

/// From how many kept hits on what is appended is not searched any more: they take some five megabytes, and who has that
/// many is not looking for the next one. A search takes as many again at the most.
const MARKS_KEPT_MAX: usize = 200_000;

/// What is searched for and where that stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Find {
    /// What is looked for, as a person wrote it; empty = nothing yet.
    pub text: String,
    /// The same as it reads.
    pub search: Search,
    /// Which search it is; an answer to another is stale.
    pub ticket: u64,
    /// Which question for the next hit it is that may still move the playhead.
    pub next_ticket: u64,
    /// What has been found; `None` where no hits are shown.
    pub hits: Option<Hits>,
    /// The way to the hit that the playhead goes to as soon as it is known which it is; `true` = towards the head.
    pub waits: Option<bool>,
    /// Whether the store has been asked which hit that is.
    pub has_asked: bool,
}

/// Whether a search goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindState {
    /// It does.
    Running,
    /// It has been stopped.
    Stopped,
    /// It has looked at everything up to the head that there was, and goes on when there is more.
    Whole,
}

/// The hits of a search.
#[derive(Clone, Debug, PartialEq)]
pub struct Hits {
    /// Hits, rising: all of those outside of `untold`, and inside it so many that each column of a ruler has one.
    marks: Vec<Moment>,
    /// How many were found before the stretch that is being searched now.
    n_before: u64,
    /// How many have been found.
    pub n_hits: u64,
    /// The head up to which the log is searched.
    pub head: GlobalPosition,
    /// What has not been searched yet.
    pub unsearched: Option<RingPart>,
    untold: Option<RingPart>,
    /// Whether it goes on.
    pub state: FindState,
    /// How far it is in the stretch that is being searched; `None` before anything is known, and where that is no more
    /// than what has been appended a moment ago.
    pub progress: Option<FindProgress>,
    is_of_appended: bool,
}

/// What is known about the next hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextHit {
    /// It is this one.
    At(Moment),
    /// There is no hit at all.
    Nowhere,
    /// What lies in between has not been searched yet.
    NotSearched,
    /// What lies in between has more hits than are kept.
    NotKept,
}

impl Hits {
    /// Those of a search that begins at the playhead, up to the head of this moment.
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

    /// Whether events have been appended that are to be searched too: where everything before them has been, and all its
    /// hits are kept.
    pub fn wants_appended(&self, head: GlobalPosition) -> bool {
        self.marks.len() < MARKS_KEPT_MAX
            && self.state == FindState::Whole
            && self.untold.is_none()
            && head > self.head
    }

    /// Goes on with what has been appended since.
    pub fn go_on(&mut self, head: GlobalPosition) {
        let appended = RingPart { first: self.head.plus(1), last: head };
        (self.unsearched, self.untold) = (Some(appended), Some(appended));
        (self.head, self.state, self.is_of_appended) = (head, FindState::Running, true);
        self.n_before = self.n_hits;
    }

    /// Whether what is searched now is no more than what has been appended a moment ago.
    pub fn is_of_appended(&self) -> bool {
        self.is_of_appended
    }

    /// Takes in what has come.
    pub fn take(&mut self, came: HitsCame) {
        self.marks.extend(came.marks);
        // What comes is rising, and so is what is there: there are few runs to merge.
        self.marks.sort_by_key(|mark| mark.position);
        self.n_hits = self.n_before.saturating_add(came.n_hits);
        (self.unsearched, self.untold) = (came.unsearched, came.untold);
        self.progress = Some(came.progress).filter(|_| !self.is_of_appended);
        if came.unsearched.is_none() {
            (self.state, self.progress) = (FindState::Whole, None);
        }
    }

    /// The next hit beyond a position, towards the head or back; past an end of the log it is looked for from the other.
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
        // The nearest hit may be beyond; what has been searched in between may have more hits than were told.
        match self.unsearched {
            Some(unsearched) if ring.way_into(from, unsearched, is_forward) <= to_untold => {
                NextHit::NotSearched
            }
            _ => NextHit::NotKept,
        }
    }

    /// Which of all hits stands there, from 1 on, where all are known.
    pub fn nth(&self, position: GlobalPosition) -> Option<u64> {
        if self.untold.is_some() {
            return None;
        }
        let at = self.marks.binary_search_by_key(&position, |mark| mark.position).ok()?;
        u64::try_from(at).ok().map(|at| at + 1)
    }

    /// Whether a hit stands there, as far as that is known.
    pub fn is_at(&self, position: GlobalPosition) -> bool {
        self.marks.binary_search_by_key(&position, |mark| mark.position).is_ok()
    }

    /// Whether a hit is known behind one place of a ruler, up to another.
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

/// The log as a ring of so many positions.
struct Ring {
    n: u64,
}

impl Ring {
    /// How many steps it is from a position to another, one at least.
    fn way(&self, from: GlobalPosition, to: GlobalPosition, is_forward: bool) -> u64 {
        let n = i128::from(self.n.max(1));
        // Before the first event is also behind the last one.
        let from = i128::from(from.number().min(self.n + u64::from(!is_forward)));
        let from = if from == 0 && !is_forward { n + 1 } else { from };
        let steps = i128::from(to.number()) - from;
        let steps = (if is_forward { steps - 1 } else { -steps - 1 }).rem_euclid(n);
        u64::try_from(steps).unwrap_or(0) + 1
    }

    /// How many steps it is from a position into a part.
    fn way_into(&self, from: GlobalPosition, part: RingPart, is_forward: bool) -> u64 {
        let (near, far) = if is_forward { (part.first, part.last) } else { (part.last, part.first) };
        let (to_near, to_far) = (self.way(from, near, is_forward), self.way(from, far, is_forward));
        // Whoever comes to the far end first is inside.
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
        /// Whatever has been searched, and in whatever order: a hit that is told is the next one, and one that is not
        /// yet told lies beyond what has not been searched.
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
            let told = |hit: &&u64| searched.contains(hit);
            let marks = hits.iter().filter(told).map(|hit| Moment { position: at(*hit), clock: None }).collect();
            let mut found = Hits::begun(at(start), at(n));
            found.take(HitsCame { marks, unsearched, untold: unsearched, ..HitsCame::default() });
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
        hits.take(HitsCame { marks: moments(&[10, 20, 40, 90]), n_hits: 9, untold, ..HitsCame::default() });
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
    fn what_is_appended_is_searched_once_the_rest_is() {
        let mut hits = Hits::begun(at(3), at(10));
        assert!(!hits.wants_appended(at(12)));
        let mark = |position| Moment { position: at(position), clock: None };
        hits.take(HitsCame { marks: vec![mark(4)], n_hits: 1, ..HitsCame::default() });
        assert!(!hits.wants_appended(at(10)) && hits.wants_appended(at(12)));
        hits.go_on(at(12));
        assert_eq!(hits.next(at(4), true), NextHit::NotSearched);
        assert_eq!(hits.next(at(5), false), NextHit::At(mark(4)));
        hits.take(HitsCame { marks: vec![mark(12)], n_hits: 1, ..HitsCame::default() });
        assert_eq!(
            (hits.n_hits, hits.next(at(4), true), hits.nth(at(12))),
            (2, NextHit::At(mark(12)), Some(2))
        );
    }
}
