//! Moves of the playhead.

use crate::domain::event::{GlobalPosition, StreamName};
use crate::domain::moment::Moment;
use crate::replay::at::At;
use crate::tui::effect::Effect;
use crate::tui::keymap::action::KeyAction;
use crate::tui::keymap::key_name;
use crate::tui::layout::layout;
use crate::tui::model::Model;
use crate::tui::model::active_time::ActiveTime;
use crate::tui::model::focus::{Pane, Selection};
use crate::tui::model::notice::Tone;
use crate::tui::model::ruler::{Axis, Ruler, RulerPlace, RulerRange};
use crate::tui::questions::existence::ExistenceQuestion;
use crate::tui::questions::look::Arrival;
use crate::tui::questions::place::{Along, Anchor, Place, Walk};
use crate::tui::questions::timing::Ticket;
use crate::tui::questions::{LogQuestion, Question};

/// Moves the playhead to a position, at most to the head; at the head it follows new events.
pub(super) fn go(model: &mut Model, position: GlobalPosition) {
    turn_off(model);
    // The old clock stays until the answer for the new position brings its own.
    place(model, Moment { position, ..model.playhead });
}

/// [`go`], remembering the present position.
pub(super) fn jump(model: &mut Model, position: GlobalPosition) {
    if position != model.playhead.position {
        model.places.leave(model.playhead.position);
    }
    go(model, position);
}

/// Puts the playhead at a moment, at most at the head.
fn place(model: &mut Model, there: Moment) {
    model.by_time.leave();
    model.follows_head = there.position >= model.head.position;
    model.playhead = if model.follows_head { model.head } else { there };
    if model.follows_head {
        model.playback.stop();
    }
    keep_in_sight(model);
}

/// Drops whatever the playhead, or the selection, is on its way to.
fn turn_off(model: &mut Model) {
    model.heading = None;
    model.named.clear();
    model.find.drop_wait();
}

/// Sends the playhead to a place that only the log knows.
pub(super) fn head_for(model: &mut Model, place: Place) {
    turn_off(model);
    model.heading = Some(place);
}

/// Moves by a number of events: at once if they are in sight.
pub(super) fn step(model: &mut Model, by: i64) {
    let there = in_sight(model, by).filter(|_| model.heading.is_none());
    match there {
        Some(there) => go(model, there),
        None => walk(model, Along::Events, by),
    }
}

/// The position that is a number of events away from the playhead, if it is known without asking the log.
fn in_sight(model: &Model, by: i64) -> Option<GlobalPosition> {
    let here = model.playhead.position;
    let is_at_end = if by < 0 { here == GlobalPosition::START } else { here >= model.head.position };
    if is_at_end { Some(here) } else { model.look.answer()?.step(here, by) }
}

/// Moves by a number of the selected stream's events.
pub(super) fn along_stream(model: &mut Model, by: i64) {
    match model.selected().cloned() {
        Some(stream) => walk(model, Along::Stream(stream), by),
        None => model.notify(Tone::Plain, model.presentation.worded("no {stream} is selected yet")),
    }
}

/// Moves by a number of columns of the ruler; at least by one event.
pub(super) fn by_columns(model: &mut Model, by: i64) {
    let Some(panes) = layout(model) else { return };
    let ruler = Ruler::of(model, panes.ruler_rows.line.width);
    walk(model, Along::Ruler(ruler), by);
}

/// Goes further, from the place to which the playhead is on its way: keys that come before it has arrived are kept.
fn walk(model: &mut Model, along: Along, by: i64) {
    let from = model.heading.take().unwrap_or_else(|| Place::position(model.playhead.position));
    turn_off(model);
    match from.clone().further(along, by) {
        Some(place) => model.heading = Some(place),
        None => {
            model.heading = Some(from);
            model.notify(
                Tone::Plain,
                "too many keys at once: the playhead is still on its way, this one was left out",
            );
        }
    }
}

/// Takes the moment that the log has found for a place, and the time of the question, if it is the place of a time.
pub(super) fn arrive(model: &mut Model, asked: &Place, arrival: Arrival) {
    let Arrival { there: found, of_time } = arrival;
    if !asked.is_to_be_found() {
        // Between two events, the playhead goes to the one before.
        let is_before = found.position < model.playhead.position && !model.follows_head;
        model.playhead = if is_before { found } else { Moment { clock: found.clock, ..model.playhead } };
        // By time, the place on the ruler is known only now.
        keep_in_sight(model);
        return;
    }
    if let (Anchor::Position(from), [Walk { along: Along::Stream(stream), by }]) = (asked.from, &*asked.walks)
        && from == found.position
    {
        let which = if *by > 0 { "later" } else { "earlier" };
        model.notify(Tone::Plain, format!("{stream} has no {which} event"));
    }
    place(model, found);
    if let Some(time) = of_time {
        model.by_time.place(time);
    }
    model.heading = model.heading.take().and_then(|heading| heading.after(asked, found.position));
}

/// Selects the stream whose name was entered, if there is one.
pub(super) fn select_named(model: &mut Model, ticket: Ticket, is_there: bool) {
    if !model.named.receive(ticket, is_there) {
        return;
    }
    let Some(name) = model.named.question().map(|question| question.stream.clone()) else { return };
    if is_there {
        model.selection = Selection::Pinned(name);
    } else {
        model.notify(Tone::Bad, no_such_stream(model, &name));
    }
}

/// The notice for the name of a stream that does not exist.
pub(super) fn no_such_stream(model: &Model, name: &StreamName) -> String {
    format!("no {} is called {name}", model.presentation.noun_of(name.as_str()).singular)
}

/// Asks whether there is a stream of a name, to select it.
pub(super) fn select(model: &mut Model, stream: StreamName, effects: &mut Vec<Effect>) {
    turn_off(model);
    let asked = model.named.ask(ExistenceQuestion { stream });
    effects.extend(
        asked.map(|(ticket, question)| Effect::Ask(ticket, Question::Log(LogQuestion::Existence(question)))),
    );
}

/// What goes to the head: in the query view's list and in a table, the key for it goes to the last line.
pub(super) fn words_to_head(model: &Model) -> String {
    let is_in_list = model.focus == Pane::Query && !model.shown_form().is_picture();
    if is_in_list { format!("{}goto head", key_name(KeyAction::Command)) } else { key_name(KeyAction::Head) }
}

/// Goes to the place of a column of the ruler.
pub(super) fn to_column(model: &mut Model, column: u16) {
    let Some(panes) = layout(model) else { return };
    match Ruler::of(model, panes.ruler_rows.line.width).place_of(column) {
        _ if column == 0 && model.ruler.zoomed.is_none() => go(model, GlobalPosition::START),
        RulerPlace::Position(position) => go(model, position),
        RulerPlace::Time(time) => head_for(model, Place::at(At::Time(time))),
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
    use crate::tui::key::Key;
    use crate::tui::message::{Message, Mouse, MouseAction};
    use crate::tui::model::size::Size;
    use crate::tui::update::update;

    /// A bank with `n_events` events by this ruler, with the playhead at a position.
    fn screen(n_events: usize, ruler: &str, position: u64) -> (Bank, Model) {
        let bank = Bank::of(&vec![("acc-1", "Deposited", r#"{"amount":1}"#); n_events]);
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, &format!(":goto {position}<enter>{ruler}"));
        assert_eq!(model.playhead.position, at(position));
        (bank, model)
    }

    fn at(position: u64) -> GlobalPosition {
        GlobalPosition::new(position)
    }

    /// The place that the log has to look up for the playhead.
    fn place_of(effects: &[Effect]) -> Option<Place> {
        effects.iter().find_map(|effect| match effect {
            Effect::Ask(_, Question::Log(LogQuestion::Look(question))) => {
                Some(question.at.clone()).filter(Place::is_to_be_found)
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
                for (key, is_back) in [("H", true), ("L", false)] {
                    let (bank, mut model) = screen(n_events, "", here);
                    update(&mut model, Message::Resized(Size { width, height: 36 }));
                    bank.press(&mut model, key);
                    let there = model.playhead.position.number();
                    let is_right = match is_back {
                        true => there < here || here == 0 && there == 0,
                        false => there > here || here == head && there == head,
                    };
                    assert!(is_right, "{key} in {width} columns: from {here} of {head} to {there}");
                }
            }
        }
        let (bank, mut model) = screen(10, "", 5);
        bank.press(&mut model, "H");
        assert_eq!(model.playhead.position, at(4));
    }

    #[test]
    fn columns_are_counted_from_where_the_keys_lead_even_if_they_come_at_once() {
        for ruler in ["", "t"] {
            let (_, mut model) = screen(10, ruler, 5);
            let keys = ['H', 'H', 'L'].map(|key| update(&mut model, Message::Key(Key::char(key))));
            let ruler = Ruler::of(&model, layout(&model).unwrap().ruler_rows.line.width);
            let back = Place::position(at(5)).further(Along::Ruler(ruler.clone()), -1);
            assert_eq!(keys.map(|effects| place_of(&effects)), [back, None, None]);
            let walk = |by| Walk { along: Along::Ruler(ruler.clone()), by };
            assert_eq!(model.heading.map(|heading| heading.walks), Some(vec![walk(-2), walk(1)]));
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
            let (_, mut model) = screen(300, ruler, 150);
            assert_eq!(place_of(&click(&mut model, 0)), None, "by {ruler:?} there is nothing to look up");
            assert_eq!(model.playhead.position, at(0), "by {ruler:?}");
        }
        let (_, mut model) = screen(300, "", 150);
        click(&mut model, u16::MAX);
        assert_eq!(model.playhead.position, at(300));
        click(&mut model, 1);
        assert!((1..10).contains(&model.playhead.position.number()), "{:?}", model.playhead.position);
        let (_, mut model) = screen(300, "t", 150);
        assert!(matches!(
            place_of(&click(&mut model, 1)),
            Some(Place { from: Anchor::At(At::Time(_)), walks }) if walks.is_empty()
        ));
    }

    #[test]
    fn a_click_on_the_first_column_of_a_stretch_goes_to_its_beginning() {
        let (_, mut model) = screen(300, "z", 200);
        click(&mut model, 0);
        assert!(model.ruler.zoomed.is_some());
        assert!((50..200).contains(&model.playhead.position.number()), "{:?}", model.playhead.position);
        let (_, mut model) = screen(300, "tz", 200);
        assert!(place_of(&click(&mut model, 0)).is_some());
    }
}
