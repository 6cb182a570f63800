//! The actions of keys.

use crate::domain::event::GlobalPosition;
use crate::read_model::rows::stream_table::TableWindow;
use crate::tui::effect::{Deed, Effect, TerminalEffect};
use crate::tui::key::Key;
use crate::tui::keymap::action::KeyAction;
use crate::tui::keymap::{action_of, key_name};
use crate::tui::layout::{event_rows, inside, layout, listing_rows};
use crate::tui::model::Model;
use crate::tui::model::focus::{Pane, QueryClock, Selection};
use crate::tui::model::mode::Inspector;
use crate::tui::model::mode::Mode;
use crate::tui::model::notice::Tone;
use crate::tui::model::query_form::{QueryForm, ShownForm};
use crate::tui::model::ruler::{Axis, Ruler};
use crate::tui::model::slot::Slot;
use crate::tui::update::console::asking;
use crate::tui::update::{charting, finding, moves, prompts, rebuild, steering, stream_list, verifying};

/// Carries out an action, `count` times.
pub(super) fn act(model: &mut Model, action: KeyAction, count: i64, effects: &mut Vec<Effect>) {
    match action {
        KeyAction::StepBack => moves::step(model, -count),
        KeyAction::StepOn => moves::step(model, count),
        KeyAction::StreamBack => moves::along_stream(model, -count),
        KeyAction::StreamOn => moves::along_stream(model, count),
        KeyAction::ColumnBack => moves::by_columns(model, -count),
        KeyAction::ColumnOn => moves::by_columns(model, count),
        KeyAction::PageBack => page(model, -count),
        KeyAction::PageOn => page(model, count),
        KeyAction::Beginning => to_end(model, false),
        KeyAction::Head => to_end(model, true),
        KeyAction::Play => play(model),
        KeyAction::Slower => model.playback.slower(),
        KeyAction::Faster => model.playback.faster(),
        KeyAction::Up => up_or_down(model, -count),
        KeyAction::Down => up_or_down(model, count),
        KeyAction::NextPane => model.focus = next_pane(model.focus, 1),
        KeyAction::PreviousPane => model.focus = next_pane(model.focus, 2),
        KeyAction::Open => open(model),
        KeyAction::Command => prompts::open_command(model, ""),
        KeyAction::Find => prompts::open_find(model),
        KeyAction::Filter => stream_list::open_filter(model),
        KeyAction::Sql => asking::open(model),
        KeyAction::FindNext => finding::go_on(model, true, effects),
        KeyAction::FindPrevious => finding::go_on(model, false, effects),
        KeyAction::PlaceBack => to_place(model, true),
        KeyAction::PlaceForward => to_place(model, false),
        KeyAction::Axis => turn_axis(model),
        KeyAction::ZoomIn | KeyAction::ZoomOut | KeyAction::ZoomReset => zoom(model, action),
        KeyAction::Pin => pin(model),
        KeyAction::FoldFrom => model.fold_from = model.fold_from.other(),
        KeyAction::ChartField => charting::next_field(model),
        KeyAction::Picture => next_picture(model),
        KeyAction::Hold => steering::hold(model, effects),
        KeyAction::StepProjector => steering::step(model, count, effects),
        KeyAction::SlowProjector => steering::slower(model, effects),
        KeyAction::SpeedProjector => steering::faster(model, effects),
        KeyAction::Retry => steering::retry(model, effects),
        KeyAction::Skip => steering::propose_skip(model),
        KeyAction::Fault => verifying::to_fault(model),
        KeyAction::Rebuild => rebuild::begin_or_stop(model, effects),
        KeyAction::QueryClock => steering::turn_clock(model),
        KeyAction::Copy => model.mode = Mode::Copy,
        KeyAction::TakeMouse => take_mouse(model, effects),
        KeyAction::Help => model.mode = Mode::Help { scroll: 0 },
        KeyAction::Escape => escape(model, effects),
        KeyAction::Quit => effects.push(Effect::Do(Deed::Quit)),
        KeyAction::Suspend => effects.push(Effect::Terminal(TerminalEffect::AskToSuspend)),
    }
}

/// Opens a prompt if the key does so, which is possible whenever no text is being typed.
pub(super) fn prompt_key(model: &mut Model, key: Key, effects: &mut Vec<Effect>) {
    if let Some(action @ (KeyAction::Command | KeyAction::Find)) = action_of(key) {
        act(model, action, 1, effects);
    }
}

/// Moves by pages in the pane with the focus: by streams, by lines, or by events.
fn page(model: &mut Model, pages: i64) {
    let Some(panes) = layout(model) else { return };
    let of_pane = |rows: usize| pages.saturating_mul(i64::try_from(rows.max(1)).unwrap_or(1));
    match (model.focus, model.shown_form()) {
        (Pane::Query, ShownForm::Rows) => stream_list::select_row(model, of_pane(listing_rows(&panes))),
        (Pane::Query, ShownForm::Table(..)) => {
            let rows = panes.query.map_or(0, |pane| inside(pane).height.saturating_sub(1));
            choose_line(model, of_pane(usize::from(rows)));
        }
        _ => moves::step(model, of_pane(event_rows(&panes))),
    }
}

fn play(model: &mut Model) {
    // At the end of the log, playing starts again at the beginning.
    if !model.playback.is_playing && model.playhead.position >= model.head.position {
        moves::jump(model, GlobalPosition::START);
    }
    if model.head.position > GlobalPosition::START {
        model.playback.toggle();
    }
}

fn up_or_down(model: &mut Model, by: i64) {
    match (model.focus, model.shown_form()) {
        (Pane::Events, _) => moves::step(model, by),
        (Pane::State, _) => moves::along_stream(model, by),
        (Pane::Query, ShownForm::Rows) => stream_list::select_row(model, by),
        (Pane::Query, ShownForm::Table(..)) => choose_line(model, by),
        // In a picture, the arrows move the playhead.
        (Pane::Query, ShownForm::Bars(..) | ShownForm::Line(_)) => moves::step(model, by),
    }
}

/// Moves the choice in the table by a number of lines, at most to the oldest.
pub(super) fn choose_line(model: &mut Model, by: i64) {
    let ShownForm::Table(_, _, line) = model.shown_form() else { return };
    let n_lines = model.stream_table().map_or(0, TableWindow::n_known);
    let there = i64::try_from(line).unwrap_or(i64::MAX).saturating_add(by).max(0);
    let line = usize::try_from(there).unwrap_or(usize::MAX).min(n_lines.saturating_sub(1));
    model.query_form = model.query_form.with_line(line);
}

/// Chooses the newest line of the table, which is the first, or the oldest.
fn choose_end_line(model: &mut Model, is_last: bool) {
    let oldest = model.stream_table().map_or(0, TableWindow::oldest);
    model.query_form = model.query_form.with_line(if is_last { oldest } else { 0 });
}

/// Goes to the beginning or the end of the list in the pane with the focus.
fn to_end(model: &mut Model, is_last: bool) {
    match (model.focus, model.shown_form()) {
        (Pane::Query, ShownForm::Rows) => {
            stream_list::choose_end(model, is_last);
        }
        (Pane::Query, ShownForm::Table(..)) => choose_end_line(model, is_last),
        _ if is_last => moves::jump(model, model.head.position),
        _ => moves::jump(model, GlobalPosition::START),
    }
}

fn next_pane(pane: Pane, by: usize) -> Pane {
    let panes = [Pane::Events, Pane::State, Pane::Query];
    let here = panes.iter().position(|p| *p == pane).unwrap_or(0);
    panes.into_iter().cycle().nth(here + by).unwrap_or(pane)
}

fn open(model: &mut Model) {
    match (model.focus, model.shown_form()) {
        (Pane::Query, ShownForm::Rows) if model.selected().is_some() => {
            open_row(model);
        }
        (Pane::Query, ShownForm::Table(_, _, line)) => to_line(model, line),
        _ if model.playhead.position == GlobalPosition::START => {
            let forward = key_name(KeyAction::StepOn);
            model.notify(Tone::Plain, format!("there are no events yet at 0: step forward with {forward}"));
        }
        _ => inspect(model),
    }
}

/// Opens the selected stream's table; without one the stream stays selected, and it is said how to go on.
fn open_row(model: &mut Model) {
    if let Some(table) = QueryForm::of_stream(&model.presentation) {
        model.query_form = table;
        return;
    }
    let Some(stream) = model.selected().cloned() else { return };
    let [back, on] = [KeyAction::StreamBack, KeyAction::StreamOn].map(key_name);
    let text =
        format!("{stream} stays selected, with its state beside it; {back} {on} step through its events");
    model.selection = Selection::Pinned(stream);
    model.notify(Tone::Plain, text);
}

fn inspect(model: &mut Model) {
    let event = Slot::of_opening(prompts::next_opening(model));
    model.mode = Mode::Inspect(Inspector { event, scroll: 0 });
}

/// Goes to the event of a line of the table; opens the event if the playhead is there already.
fn to_line(model: &mut Model, line: usize) {
    let row = model.stream_table().and_then(|table| table.row(line));
    let Some(position) = row.map(|row| row.position) else { return };
    if position == model.playhead.position {
        inspect(model);
        return;
    }
    moves::jump(model, position);
    if model.query_clock == QueryClock::Playhead {
        // As of that event, it is the newest line.
        model.query_form = model.query_form.with_line(0);
    }
}

fn to_place(model: &mut Model, is_back: bool) {
    let here = model.playhead.position;
    let place = if is_back { model.places.back(here) } else { model.places.forward(here) };
    match place {
        Some(place) => moves::go(model, place),
        None if is_back => model.notify(Tone::Plain, "nothing to go back to"),
        None => model.notify(Tone::Plain, "nothing to go forward to"),
    }
}

fn turn_axis(model: &mut Model) {
    model.ruler.zoomed = None;
    model.ruler.axis = match model.ruler.axis {
        Axis::Position if model.head.clock.is_none() => {
            model.notify(Tone::Plain, "no event of this log has a time");
            Axis::Position
        }
        Axis::Position => Axis::Time,
        Axis::Time => Axis::ActiveTime,
        Axis::ActiveTime => Axis::Position,
    };
}

fn zoom(model: &mut Model, action: KeyAction) {
    let Some(panes) = layout(model) else { return };
    let ruler = Ruler::of(model, panes.ruler_rows.line.width);
    match action {
        KeyAction::ZoomIn => match ruler.zoomed_in(model.playhead) {
            Some(stretch) => model.ruler.zoomed = Some(stretch),
            None if ruler.axis != Axis::Position => model.notify(Tone::Plain, "no shorter time is shown"),
            None => model.notify(Tone::Plain, "every event has a column of its own already"),
        },
        KeyAction::ZoomOut if model.ruler.zoomed.is_some() => {
            let stretch = ruler.zoomed_out(model.playhead);
            model.ruler.zoomed = Some(stretch).filter(|s| !ruler.is_all_of(model, *s));
        }
        _ => model.ruler.zoomed = None,
    }
}

fn pin(model: &mut Model) {
    model.selection = match (&model.selection, model.selected()) {
        (Selection::OfPlayhead, Some(name)) => Selection::Pinned(name.clone()),
        _ => Selection::OfPlayhead,
    };
}

/// Shows the next picture, and after the last one the rows; makes the query view visible if it is not.
fn next_picture(model: &mut Model) {
    if model.presentation.picture_from(0).is_none() {
        let key = key_name(KeyAction::ChartField);
        let text = format!("there are no charts of all {{streams}}; {key} charts a field of this {{stream}}");
        return model.notify(Tone::Plain, model.presentation.worded(&text).into_owned());
    }
    model.query_form = model.query_form.next_picture(&model.presentation);
    if layout(model).is_some_and(|panes| panes.query.is_none()) {
        model.focus = Pane::Query;
    }
}

fn take_mouse(model: &mut Model, effects: &mut Vec<Effect>) {
    model.mouse_is_ours = !model.mouse_is_ours;
    effects.push(Effect::Terminal(TerminalEffect::TakeMouse(model.mouse_is_ours)));
    let text = match model.mouse_is_ours {
        true => "the mouse is taken".to_owned(),
        false => format!("the mouse is released: {} takes it back", key_name(KeyAction::TakeMouse)),
    };
    model.notify(Tone::Plain, text);
}

fn escape(model: &mut Model, effects: &mut Vec<Effect>) {
    if rebuild::stop(model, effects) || finding::escape(model, effects) {
        // Running work is stopped before anything is closed.
    } else if model.playback.is_playing {
        model.playback.stop();
    } else if model.query_form != QueryForm::Rows {
        model.query_form = QueryForm::Rows;
    } else if model.focus == Pane::Query && stream_list::clear(model) {
        // This removes the filter.
    } else if model.ruler.zoomed.is_some() {
        model.ruler.zoomed = None;
    } else if model.import.is_some() {
        effects.push(Effect::Do(Deed::StopImport));
    }
}
