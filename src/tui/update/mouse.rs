//! The mouse.

use ratatui::layout::{Position, Rect};

use crate::tui::layout::{
    Panes, event_rows, inside, layout, listing_heading_rows, position_at_row, results_rows,
};
use crate::tui::message::{Mouse, MouseAction};
use crate::tui::model::Model;
use crate::tui::model::console::ConsolePart;
use crate::tui::model::focus::{Pane, Selection};
use crate::tui::model::mode::Mode;
use crate::tui::model::query_form::{QueryForm, ShownForm};
use crate::tui::update::console::asking;
use crate::tui::update::{actions, console, guide, moves, overlay, stream_list};

/// Events per turn of the wheel.
const WHEEL_EVENTS: i64 = 3;

/// Rows of an answer per turn of the wheel.
const WHEEL_ROWS: isize = 3;

/// Handles the mouse. While something is open over the panes, only the wheel has an effect, and scrolls that.
pub(super) fn mouse(model: &mut Model, mouse: Mouse) {
    let Some(panes) = layout(model) else { return };
    let at = Position::new(mouse.column, mouse.row);
    let wheel = match mouse.action {
        MouseAction::WheelUp => -1,
        MouseAction::WheelDown => 1,
        _ => 0,
    };
    match &model.mode {
        Mode::Browse => {}
        Mode::Inspect(_) | Mode::Help { .. } => {
            overlay::scroll_overlay(model, wheel);
            return;
        }
        Mode::Guide(open) => {
            let open = *open;
            guide::move_in(model, open, wheel);
            return;
        }
        Mode::Console(part) if !panes.ruler.contains(at) && !model.drags_playhead => {
            in_console(model, *part, &panes, at, mouse.action);
            return;
        }
        Mode::Console(_) => {}
        _ => return,
    }
    match mouse.action {
        MouseAction::Press => press(model, &panes, at),
        MouseAction::Drag if model.drags_playhead => to_column_at(model, &panes, at),
        MouseAction::Drag => {}
        MouseAction::Release => model.drags_playhead = false,
        MouseAction::WheelUp | MouseAction::WheelDown => turn(model, &panes, at, wheel),
    }
}

fn press(model: &mut Model, panes: &Panes, at: Position) {
    if panes.ruler.contains(at) {
        model.drags_playhead = true;
        model.places.leave(model.playhead.position);
        model.playback.stop();
        to_column_at(model, panes, at);
    } else if let Some(row) = row_in(panes.events, at) {
        model.focus = Pane::Events;
        to_event_row(model, panes, row);
    } else if let Some(row) = row_in(panes.query, at) {
        model.focus = Pane::Query;
        if model.query_form == QueryForm::Rows {
            let row = panes
                .query
                .and_then(|pane| row.checked_sub(listing_heading_rows(pane)))
                .and_then(|row| model.listed_rows().get(row));
            if let Some(name) = row.map(|row| row.stream.clone()) {
                model.selection = Selection::Pinned(name);
            }
        }
    } else if panes.state.is_some_and(|pane| pane.contains(at)) {
        model.focus = Pane::State;
    }
}

fn turn(model: &mut Model, panes: &Panes, at: Position, by: i64) {
    if panes.ruler.contains(at) {
        moves::by_columns(model, by);
        return;
    }
    if panes.query.is_some_and(|pane| pane.contains(at)) {
        match model.shown_form() {
            ShownForm::Rows => stream_list::select_row(model, by),
            ShownForm::Table(..) => actions::choose_line(model, by),
            ShownForm::Bars(..) | ShownForm::Line(_) => moves::step(model, by * WHEEL_EVENTS),
        }
        return;
    }
    moves::step(model, by * WHEEL_EVENTS);
}

/// Handles the mouse in the SQL console: a click chooses a part, a row or a saved question; the wheel scrolls.
fn in_console(model: &mut Model, part: ConsolePart, panes: &Panes, at: Position, action: MouseAction) {
    let by = match action {
        MouseAction::WheelUp => -WHEEL_ROWS,
        MouseAction::WheelDown => WHEEL_ROWS,
        MouseAction::Press => 0,
        MouseAction::Drag | MouseAction::Release => return,
    };
    if by != 0 {
        console::scroll(model, by);
        return;
    }
    let Some(console) = panes.console else { return };
    if console.editor.is_some_and(|pane| pane.contains(at)) {
        model.mode = Mode::Console(ConsolePart::Editor);
    } else if model.console.shows_saved(part) {
        if let Some(row) = row_in(console.below, at) {
            asking::take_saved(model, row);
        }
    } else if console.below.is_some_and(|pane| pane.contains(at)) {
        model.mode = Mode::Console(ConsolePart::Results);
        // The first row is the heading.
        let row = row_in(console.below, at).and_then(|row| row.checked_sub(1));
        if let Some(row) = row.filter(|row| *row < results_rows(panes)) {
            console::choose_in_sight(model, row);
        }
    }
}

fn to_column_at(model: &mut Model, panes: &Panes, at: Position) {
    let line = panes.ruler_rows.line;
    let column = at.x.saturating_sub(line.x).min(line.width.saturating_sub(1));
    moves::to_column(model, column);
}

fn to_event_row(model: &mut Model, panes: &Panes, row: usize) {
    let Some(look) = model.look.answer() else { return };
    if let Some(position) = position_at_row(look, event_rows(panes), row) {
        moves::go(model, position);
    }
}

/// The index of the row inside a pane's frame.
fn row_in(pane: Option<Rect>, at: Position) -> Option<usize> {
    let inner = inside(pane?);
    inner.contains(at).then(|| usize::from(at.y - inner.y))
}
