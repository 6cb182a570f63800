//! How the playhead gets from one place to another.

use crate::domain::event::GlobalPosition;
use crate::tui::effect::{Effect, Place};
use crate::tui::layout::layout;
use crate::tui::model::ruler::{Ruler, RulerPlace};
use crate::tui::model::{Model, Tone};

/// Puts the playhead at a position, or at the head where that is past it; at the head it follows.
pub(super) fn go(model: &mut Model, position: GlobalPosition) {
    if position >= model.head.position {
        model.playhead = model.head;
        model.follows_head = true;
    } else {
        // The clock that was there stays until the look around the new place brings its own.
        model.playhead.position = position;
        model.follows_head = false;
    }
    keep_in_sight(model);
}

/// [`go`], with the place that is left remembered.
pub(super) fn jump(model: &mut Model, position: GlobalPosition) {
    if position != model.playhead.position {
        model.places.leave(model.playhead.position);
    }
    go(model, position);
}

/// So many events on, or back.
pub(super) fn step(model: &mut Model, by: i64) {
    let here = model.playhead.position;
    let there = if by < 0 { here.minus(by.unsigned_abs()) } else { here.plus(by.unsigned_abs()) };
    go(model, there);
}

/// So many events of the selected account on, or back. Steps that come before the answer to the last one are kept.
pub(super) fn along_account(model: &mut Model, by: i64, effects: &mut Vec<Effect>) {
    let Some(stream) = model.selected().cloned() else {
        model.tell(Tone::Plain, "no account is selected yet");
        return;
    };
    if let Some(waiting) = &mut model.account_steps {
        *waiting = waiting.saturating_add(by);
        return;
    }
    model.account_steps = Some(0);
    effects.push(Effect::Locate(Place::OfAccount { stream, from: model.playhead.position, by }));
}

/// So many columns of the ruler on, or back; at least one event.
pub(super) fn by_columns(model: &mut Model, by: i64, effects: &mut Vec<Effect>) {
    let Some(panes) = layout(model) else { return };
    let ruler = Ruler::of(model, panes.ruler_rows.line.width);
    let here = ruler.column_of(model.playhead).map_or(0, i64::from);
    let column = here.saturating_add(by).clamp(0, i64::from(panes.ruler_rows.line.width) - 1);
    let column = u16::try_from(column).unwrap_or(0);
    let least_step = if by < 0 { model.playhead.position.minus(1) } else { model.playhead.position.plus(1) };
    match ruler.place_of(column) {
        RulerPlace::Position(position) if by < 0 => go(model, position.min(least_step)),
        RulerPlace::Position(position) => go(model, position.max(least_step)),
        RulerPlace::Time(time) => {
            let least = if by < 0 { GlobalPosition::START } else { least_step };
            effects.push(Effect::Locate(Place::Time { time, least }));
        }
    }
}

/// To what stands in a column of the ruler.
pub(super) fn to_column(model: &mut Model, column: u16, effects: &mut Vec<Effect>) {
    let Some(panes) = layout(model) else { return };
    match Ruler::of(model, panes.ruler_rows.line.width).place_of(column) {
        RulerPlace::Position(position) => go(model, position),
        RulerPlace::Time(time) => {
            effects.push(Effect::Locate(Place::Time { time, least: GlobalPosition::START }));
        }
    }
}

/// Moves the stretch that was zoomed to along with a playhead that has left it.
fn keep_in_sight(model: &mut Model) {
    let Some(stretch) = model.ruler.zoomed else { return };
    let Some(panes) = layout(model) else { return };
    let ruler = Ruler::of(model, panes.ruler_rows.line.width);
    if ruler.column_of(model.playhead).is_none() {
        model.ruler.zoomed = Some(ruler.stretch_around(model.playhead, stretch.to - stretch.from));
    }
}
