//! A place in history, at which the screen looks: only the log can find most of them.

use crate::domain::event::{GlobalPosition, StreamName};
use crate::replay::at::At;
use crate::tui::model::ruler::Ruler;

/// The most walks of one place. Keys of different kinds add one each, as long as the place of the first key is being
/// looked up. No person types so fast; a script that does gets a message.
pub const WALKS_MAX: usize = 64;

/// A place: where to begin, and which way to go from there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The beginning.
    pub from: Anchor,
    /// The way from there, walk after walk; empty for the beginning itself.
    pub walks: Vec<Walk>,
}

/// The beginning of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// A position; between two events, the event before it.
    Position(GlobalPosition),
    /// A place as a person writes it.
    At(At),
}

/// A part of the way to a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walk {
    /// What is counted.
    pub along: Along,
    /// How many of them; negative is back. The way ends at the first and at the last.
    pub by: i64,
}

/// What a walk counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Along {
    /// Events of the log.
    Events,
    /// Events of this stream.
    Stream(StreamName),
    /// Columns of this ruler, and at least one event.
    Ruler(Ruler),
}

impl Place {
    pub fn position(position: GlobalPosition) -> Self {
        Self { from: Anchor::Position(position), walks: Vec::new() }
    }

    /// A place as a person writes it.
    pub fn at(at: At) -> Self {
        Self { from: Anchor::At(at), walks: Vec::new() }
    }

    /// Whether only the log knows its position.
    pub fn is_to_be_found(&self) -> bool {
        !self.walks.is_empty() || matches!(self.from, Anchor::At(_))
    }

    /// The place that is a walk further on; `None` if it has [too many](WALKS_MAX).
    pub fn further(mut self, along: Along, by: i64) -> Option<Self> {
        let n_walks = self.walks.len();
        match self.walks.last_mut() {
            // To and fro is two walks: the way may end between them.
            Some(last) if last.along == along && last.by.signum() == by.signum() => {
                last.by = last.by.saturating_add(by);
            }
            _ if n_walks >= WALKS_MAX => return None,
            _ => self.walks.push(Walk { along, by }),
        }
        Some(self)
    }

    /// The place, seen from where an earlier one was found: the rest of the way, if it leads on from there. `None` if
    /// that is the place itself.
    pub fn after(self, earlier: &Self, found: GlobalPosition) -> Option<Self> {
        if self == *earlier {
            return None;
        }
        let rest = self.walks_after(earlier);
        Some(rest.map_or(self, |walks| Self { from: Anchor::Position(found), walks }))
    }

    /// The walks that are left once an earlier place is reached; `None` if the way does not lead by it.
    fn walks_after(&self, earlier: &Self) -> Option<Vec<Walk>> {
        let Some((last, whole)) = earlier.walks.split_last() else {
            return (self.from == earlier.from).then(|| self.walks.clone());
        };
        let (before, rest) = self.walks.split_at_checked(whole.len())?;
        let (next, rest) = rest.split_first()?;
        let leads_by = self.from == earlier.from && before == whole && next.along == last.along;
        let left = Walk { along: next.along.clone(), by: next.by.saturating_sub(last.by) };
        leads_by
            .then(|| std::iter::once(left).filter(|left| left.by != 0).chain(rest.iter().cloned()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(position: u64) -> GlobalPosition {
        GlobalPosition::new(position)
    }

    fn stream() -> Along {
        Along::Stream(StreamName::new("acc-1").unwrap())
    }

    fn place(from: u64, walks: &[(Along, i64)]) -> Place {
        let further = |place: Place, (along, by): &(Along, i64)| place.further(along.clone(), *by).unwrap();
        walks.iter().fold(Place::position(at(from)), further)
    }

    #[test]
    fn steps_of_one_kind_in_one_direction_are_one_walk() {
        let events = |by| Walk { along: Along::Events, by };
        let steps = [(Along::Events, -1), (Along::Events, -1), (Along::Events, 3), (Along::Events, 1)];
        assert_eq!(place(9, &steps).walks, [events(-2), events(4)]);
    }

    #[test]
    fn of_a_way_under_way_the_rest_is_left() {
        let asked = place(9, &[(Along::Events, -1)]);
        let on = |walks: &[(Along, i64)]| place(9, walks).after(&asked, at(8));
        assert_eq!(on(&[(Along::Events, -1)]), None);
        assert_eq!(on(&[(Along::Events, -3)]), Some(place(8, &[(Along::Events, -2)])));
        assert_eq!(on(&[(Along::Events, -1), (stream(), 2)]), Some(place(8, &[(stream(), 2)])));
        let both = [(Along::Events, -2), (stream(), 2)];
        assert_eq!(on(&both), Some(place(8, &[(Along::Events, -1), (stream(), 2)])));
        let goto = Place::at(At::Head);
        let behind = goto.clone().further(Along::Events, -2);
        assert_eq!(behind.unwrap().after(&goto, at(100)), Some(place(100, &[(Along::Events, -2)])));
    }

    #[test]
    fn a_place_that_an_earlier_one_is_not_on_the_way_to_stays() {
        let asked = place(9, &[(stream(), -1)]);
        for other in [Place::at(At::Head), place(9, &[(Along::Events, -2)]), place(7, &[(stream(), -2)])] {
            assert_eq!(other.clone().after(&asked, at(4)), Some(other));
        }
    }

    #[test]
    fn a_way_has_a_limit() {
        let turn = |nth: usize| if nth.is_multiple_of(2) { Along::Events } else { stream() };
        let whole = (0..WALKS_MAX).fold(place(9, &[]), |place, nth| place.further(turn(nth), 1).unwrap());
        assert_eq!(whole.clone().further(turn(WALKS_MAX), 1), None);
        assert!(whole.further(turn(WALKS_MAX - 1), 1).is_some());
    }
}
