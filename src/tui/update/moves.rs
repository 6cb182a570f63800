//! How the playhead gets from one place to another.

use crate::domain::event::GlobalPosition;
use crate::tui::effect::{Effect, Place};
use crate::tui::layout::layout;
use crate::tui::model::ruler::{Ruler, RulerPlace};
use crate::tui::model::{Model, Tone};
use crate::tui::update::finding;

/// Puts the playhead at a position, or at the head where that is past it; at the head it follows.
pub(super) fn go(model: &mut Model, position: GlobalPosition) {
    drop_seek(model);
    model.by_time.leave();
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
    seek(model, Place::OfAccount { stream, from: model.playhead.position, by }, effects);
    model.account_steps = Some(0);
}

/// So many columns of the ruler on, or back; at least one event.
pub(super) fn by_columns(model: &mut Model, by: i64, effects: &mut Vec<Effect>) {
    let Some(panes) = layout(model) else { return };
    let ruler = Ruler::of(model, panes.ruler_rows.line.width);
    let here = ruler.column_of(model.playhead).map_or(0, i64::from);
    let column = here.saturating_add(by).clamp(0, i64::from(panes.ruler_rows.line.width) - 1);
    let column = u16::try_from(column).unwrap_or(0);
    // Where several columns stand for one event, or several events for one column, it is one event all the same.
    let here = model.playhead.position;
    let (least, most) =
        if by < 0 { (GlobalPosition::START, here.minus(1)) } else { (here.plus(1), model.head.position) };
    match ruler.place_of(column) {
        RulerPlace::Position(position) => go(model, position.min(most).max(least)),
        RulerPlace::Time(time) => seek(model, Place::Time { time, least, most }, effects),
    }
}

/// Asks for the position of a place, to go there; an older seek counts no more.
pub(super) fn seek(model: &mut Model, place: Place, effects: &mut Vec<Effect>) {
    drop_seek(model);
    model.seeks_place = true;
    effects.push(Effect::Locate(model.seek, place));
}

/// Whatever was still being looked up is not where one wants to be any more.
fn drop_seek(model: &mut Model) {
    model.seek += 1;
    model.seeks_place = false;
    model.account_steps = None;
    finding::drop_wait(model);
}

/// To what stands in a column of the ruler.
pub(super) fn to_column(model: &mut Model, column: u16, effects: &mut Vec<Effect>) {
    let Some(panes) = layout(model) else { return };
    let whole = (GlobalPosition::START, model.head.position);
    match Ruler::of(model, panes.ruler_rows.line.width).place_of(column) {
        _ if column == 0 && model.ruler.zoomed.is_none() => go(model, whole.0),
        RulerPlace::Position(position) => go(model, position),
        RulerPlace::Time(time) => seek(model, Place::Time { time, least: whole.0, most: whole.1 }, effects),
    }
}

/// Moves the stretch that was zoomed to along with a playhead that has left it.
pub(super) fn keep_in_sight(model: &mut Model) {
    if model.ruler.zoomed.is_none() {
        return;
    }
    let Some(panes) = layout(model) else { return };
    let ruler = Ruler::of(model, panes.ruler_rows.line.width);
    if let Some(stretch) = ruler.moved_to(model.playhead) {
        model.ruler.zoomed = Some(stretch);
    }
}
