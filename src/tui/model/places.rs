//! The visited places, back and forth.

use crate::domain::event::GlobalPosition;

/// The most places that are remembered.
pub const PLACES_MAX: usize = 100;

/// The visited places, like the page history of a browser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VisitedPlaces {
    back: Vec<GlobalPosition>,
    forward: Vec<GlobalPosition>,
}

impl VisitedPlaces {
    /// Remembers a place before a jump to a distant one.
    pub fn leave(&mut self, place: GlobalPosition) {
        self.forward.clear();
        if self.back.last() == Some(&place) {
            return;
        }
        if self.back.len() == PLACES_MAX {
            self.back.remove(0);
        }
        self.back.push(place);
    }

    /// The place visited before this one.
    pub fn back(&mut self, here: GlobalPosition) -> Option<GlobalPosition> {
        let place = self.back.pop()?;
        self.forward.push(here);
        Some(place)
    }

    /// The place from which the last step back came.
    pub fn forward(&mut self, here: GlobalPosition) -> Option<GlobalPosition> {
        let place = self.forward.pop()?;
        self.back.push(here);
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_and_forth_again_is_here() {
        let at = GlobalPosition::new;
        let mut places = VisitedPlaces::default();
        places.leave(at(1));
        places.leave(at(2));
        assert_eq!(places.back(at(3)), Some(at(2)));
        assert_eq!(places.back(at(2)), Some(at(1)));
        assert_eq!(places.back(at(1)), None);
        assert_eq!(places.forward(at(1)), Some(at(2)));
        assert_eq!(places.forward(at(2)), Some(at(3)));
        assert_eq!(places.forward(at(3)), None);
    }

    #[test]
    fn no_more_places_are_kept_than_the_limit() {
        let mut places = VisitedPlaces::default();
        for place in 0..PLACES_MAX as u64 + 7 {
            places.leave(GlobalPosition::new(place));
        }
        assert_eq!(places.back.len(), PLACES_MAX);
        assert_eq!(places.back.first(), Some(&GlobalPosition::new(7)));
    }
}
