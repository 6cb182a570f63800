//! Moves of the playhead.

use crate::domain::event::GlobalPosition;
use crate::tui::effect::Effect;
use crate::tui::layout::layout;
use crate::tui::model::active_time::ActiveTime;
use crate::tui::model::ruler::{Axis, Ruler, RulerPlace, RulerRange};
use crate::tui::model::{Model, Selection, Tone};
use crate::tui::questions::place::{Destination, Place};
use crate::tui::questions::timing::Ticket;
use crate::tui::questions::{LogQuestion, Question};
use crate::tui::update::finding;

/// Moves the playhead to a position, at most to the head; at the head it follows new events.
pub(super) fn go(model: &mut Model, position: GlobalPosition) {
    drop_seek(model);
    model.by_time.leave();
    if position >= model.head.position {
        model.playhead = model.head;
        model.follows_head = true;
    } else {
        // The old clock stays until the answer for the new position brings its own.
        model.playhead.position = position;
        model.follows_head = false;
    }
    keep_in_sight(model);
}

/// [`go`], remembering the present position.
pub(super) fn jump(model: &mut Model, position: GlobalPosition) {
    if position != model.playhead.position {
        model.places.leave(model.playhead.position);
    }
    go(model, position);
}

/// Moves by a number of events.
pub(super) fn step(model: &mut Model, by: i64) {
    let here = model.playhead.position;
    let there = if by < 0 { here.minus(by.unsigned_abs()) } else { here.plus(by.unsigned_abs()) };
    go(model, there);
}

/// Moves by a number of the selected account's events. Steps that come before the answer to the previous one are kept.
pub(super) fn along_account(model: &mut Model, by: i64, effects: &mut Vec<Effect>) {
    let Some(stream) = model.selected().cloned() else {
        model.notify(Tone::Plain, "no account is selected yet");
        return;
    };
    if let Some(waiting) = &mut model.stream_steps {
        *waiting = waiting.saturating_add(by);
        return;
    }
    seek(model, Place::OfAccount { stream, from: model.playhead.position, by }, effects);
    model.stream_steps = Some(0);
}

/// Moves by a number of columns of the ruler; at least by one event.
pub(super) fn by_columns(model: &mut Model, by: i64, effects: &mut Vec<Effect>) {
    let Some(panes) = layout(model) else { return };
    let ruler = Ruler::of(model, panes.ruler_rows.line.width);
    let here = ruler.column_of(model.playhead).map_or(0, i64::from);
    let column = here.saturating_add(by).clamp(0, i64::from(panes.ruler_rows.line.width) - 1);
    let column = u16::try_from(column).unwrap_or(0);
    // The move is at least one event, even if several columns belong to one event, or several events to one column.
    let here = model.playhead.position;
    let (least, most) =
        if by < 0 { (GlobalPosition::START, here.minus(1)) } else { (here.plus(1), model.head.position) };
    match ruler.place_of(column) {
        RulerPlace::Position(position) => go(model, position.min(most).max(least)),
        RulerPlace::Time(time) => seek(model, Place::Time { time, least, most }, effects),
    }
}

/// Asks for the position of a place, to go there; an older seek is dropped.
pub(super) fn seek(model: &mut Model, place: Place, effects: &mut Vec<Effect>) {
    drop_seek(model);
    model.seeks_place = true;
    effects.push(Effect::Ask(model.seek, Question::Log(LogQuestion::Place(place))));
}

/// Drops a pending seek.
fn drop_seek(model: &mut Model) {
    model.seek += 1;
    model.seeks_place = false;
    model.stream_steps = None;
    finding::drop_wait(model);
}

/// Takes the position of a place and moves the playhead there. An answer to an older seek is dropped.
pub(super) fn arrive(
    model: &mut Model,
    ticket: Ticket,
    place: &Place,
    located: Option<Destination>,
    effects: &mut Vec<Effect>,
) {
    if ticket != model.seek {
        return;
    }
    model.seeks_place = false;
    if let Place::Account(name) = place {
        match located {
            Some(_) => model.selection = Selection::Pinned(name.clone()),
            None => model.notify(Tone::Bad, super::no_such_account(name)),
        }
        return;
    }
    if let Place::OfAccount { by, stream, .. } = place {
        let waiting = model.stream_steps.take().unwrap_or(0);
        match located {
            Some(located) => go(model, located.moment.position),
            None if *by > 0 => model.notify(Tone::Plain, format!("{stream} has no later event")),
            None => model.notify(Tone::Plain, format!("{stream} has no earlier event")),
        }
        if located.is_some() && waiting != 0 {
            along_account(model, waiting, effects);
        }
        return;
    }
    if let Some(located) = located {
        go(model, located.moment.position);
        model.playhead.clock = located.moment.clock;
        if let Some(time) = located.of_time {
            model.by_time.place(time);
        }
        keep_in_sight(model);
    }
}

/// Goes to the place of a column of the ruler.
pub(super) fn to_column(model: &mut Model, column: u16, effects: &mut Vec<Effect>) {
    let Some(panes) = layout(model) else { return };
    let whole = (GlobalPosition::START, model.head.position);
    match Ruler::of(model, panes.ruler_rows.line.width).place_of(column) {
        _ if column == 0 && model.ruler.zoomed.is_none() => go(model, whole.0),
        RulerPlace::Position(position) => go(model, position),
        RulerPlace::Time(time) => seek(model, Place::Time { time, least: whole.0, most: whole.1 }, effects),
    }
}

/// Moves the zoomed range along with a playhead that has left it.
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

/// Takes the idle stretches of time; the zoomed range stays visible.
pub(super) fn take_active_time(model: &mut Model, ticket: u64, active: &ActiveTime) {
    let before = model.active_time.answer().cloned().unwrap_or_default();
    if !model.active_time.receive(ticket, active.clone()) || model.ruler.axis != Axis::ActiveTime {
        return;
    }
    if let Some(RulerRange { from, to }) = &mut model.ruler.zoomed {
        for end in [from, to] {
            *end = active.number_of(before.time_of(*end));
        }
    }
    keep_in_sight(model);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture::Bank;
    use crate::tui::message::{Key, Message, Mouse, MouseAction};
    use crate::tui::model::Size;
    use crate::tui::update::update;

    /// A bank with `n_events` events by this ruler, with the playhead at a position.
    fn screen(n_events: usize, ruler: &str, position: u64) -> Model {
        let bank = Bank::of(&vec![("acc-1", "Deposited", r#"{"amount":1}"#); n_events]);
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, &format!(":goto {position}<enter>{ruler}"));
        assert_eq!(model.playhead.position, at(position));
        model
    }

    fn at(position: u64) -> GlobalPosition {
        GlobalPosition::new(position)
    }

    /// The bounds for the playhead's next position, if a key looks that up by time.
    fn located(effects: &[Effect]) -> Option<(u64, u64)> {
        effects.iter().find_map(|effect| match effect {
            Effect::Ask(_, Question::Log(LogQuestion::Place(Place::Time { least, most, .. }))) => {
                Some((least.number(), most.number()))
            }
            _ => None,
        })
    }

    #[test]
    fn a_column_back_or_on_is_at_least_one_event_and_none_past_the_ends() {
        // Several columns belong to an event, or several events to a column.
        for (n_events, width) in [(10, 120), (300, 60)] {
            let head = n_events as u64;
            for here in [0, 1, 2, head / 2, head - 1, head] {
                for (key, is_back) in [('H', true), ('L', false)] {
                    let mut model = screen(n_events, "", here);
                    update(&mut model, Message::Resized(Size { width, height: 36 }));
                    update(&mut model, Message::Key(Key::char(key)));
                    let there = model.playhead.position.number();
                    let is_right = match is_back {
                        true => there < here || here == 0 && there == 0,
                        false => there > here || here == head && there == head,
                    };
                    assert!(is_right, "{key} in {width} columns: from {here} of {head} to {there}");
                }
            }
        }
        let mut model = screen(10, "", 5);
        update(&mut model, Message::Key(Key::char('H')));
        assert_eq!(model.playhead.position, at(4));
    }

    #[test]
    fn by_time_a_column_back_is_looked_up_among_the_events_before_and_one_on_among_those_after() {
        for (key, expected) in [('H', (0, 4)), ('L', (6, 10))] {
            let mut model = screen(10, "t", 5);
            assert_eq!(located(&update(&mut model, Message::Key(Key::char(key)))), Some(expected), "{key}");
        }
    }

    /// A click on the `nth` column of the ruler.
    fn click(model: &mut Model, nth: u16) -> Vec<Effect> {
        let line = layout(model).unwrap().ruler_rows.line;
        let column = line.x + nth.min(line.width - 1);
        update(model, Message::Mouse(Mouse { action: MouseAction::Press, column, row: line.y }))
    }

    #[test]
    fn a_click_on_the_first_column_of_all_history_goes_before_the_first_event() {
        for ruler in ["", "t"] {
            let mut model = screen(300, ruler, 150);
            assert_eq!(located(&click(&mut model, 0)), None, "by {ruler:?} there is nothing to look up");
            assert_eq!(model.playhead.position, at(0), "by {ruler:?}");
        }
        let mut model = screen(300, "", 150);
        click(&mut model, u16::MAX);
        assert_eq!(model.playhead.position, at(300));
        click(&mut model, 1);
        assert!((1..10).contains(&model.playhead.position.number()), "{:?}", model.playhead.position);
        let mut model = screen(300, "t", 150);
        assert_eq!(located(&click(&mut model, 1)), Some((0, 300)));
    }

    #[test]
    fn a_click_on_the_first_column_of_a_stretch_goes_to_its_beginning() {
        let mut model = screen(300, "z", 200);
        click(&mut model, 0);
        assert!(model.ruler.zoomed.is_some());
        assert!((50..200).contains(&model.playhead.position.number()), "{:?}", model.playhead.position);
        let mut model = screen(300, "tz", 200);
        assert_eq!(located(&click(&mut model, 0)), Some((0, 300)));
    }
}
