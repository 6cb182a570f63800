//! The ruler as it is laid out for the part of history that the model shows.

use crate::tui::model::Model;
use crate::tui::model::active_time::ActiveTime;
use crate::tui::model::ruler::{Axis, Ruler, RulerRange, Scale, micros, number};

impl Ruler {
    /// The model's ruler over `n_columns` columns. If no event has a time, it is by position.
    pub fn of(model: &Model, n_columns: u16) -> Self {
        let whole = Self::whole(model, n_columns);
        let Some(stretch) = model.ruler.zoomed else { return whole };
        // A range that extends past an end of history is moved back inside, not shortened.
        let to = stretch.to.min(whole.scale.to).max(whole.scale.from + stretch.span());
        let from = (to - stretch.span()).max(whole.scale.from);
        let to = to.min(whole.scale.to);
        Self { scale: Scale::new(from, to, n_columns), ..whole }
    }

    /// The ruler of all history.
    fn whole(model: &Model, n_columns: u16) -> Self {
        match (model.ruler.axis, model.first_clock, model.head.clock) {
            (axis @ (Axis::Time | Axis::ActiveTime), Some(from), Some(to)) => {
                let known = model.active_time.answer().filter(|_| axis == Axis::ActiveTime);
                let active = known.cloned().unwrap_or_default();
                let [from, to] = [from, to].map(|time| active.number_of(micros(time)));
                Self { axis, scale: Scale::new(from, to, n_columns), beginning: from, active }
            }
            _ => {
                let scale = Scale::new(0, number(model.head.position), n_columns);
                Self { axis: Axis::Position, scale, beginning: 0, active: ActiveTime::default() }
            }
        }
    }

    /// Whether a range is as long as all of history.
    pub fn is_all_of(&self, model: &Model, stretch: RulerRange) -> bool {
        stretch.span() >= Self::whole(model, self.scale.n_columns).scale.span()
    }
}
