//! The query view: the read model's rows, and where they differ from the state.
//!
//! Its files:
//!
//! - `columns.rs`: the columns of the query view, with widths that hold still while scrubbing
//! - `filter.rs`: the filter in the query view's title
//! - `legend.rs`: the meaning of the marks in the query view

mod columns;
mod filter;
mod legend;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Span;

use crate::domain::aggregates::words::Noun;
use crate::domain::counted::counted;
use crate::tui::keymap::action::KeyAction;
use crate::tui::keymap::key_name;
use crate::tui::layout::{info_rows, inside, totals_rows};
use crate::tui::model::Model;
use crate::tui::model::focus::Pane;
use crate::tui::model::query_form::ShownForm;
use crate::tui::text::{count, line_width, span, width, wrap};
use crate::tui::theme::{NOT_UNDERSTOOD, Theme};
use crate::tui::widgets::by_how_much::{self, FieldDifference};
use crate::tui::widgets::pane::{
    PaneFrame, TITLE_AT, below, has_focus, note, padded, put, put_at_end, title_room,
};
use crate::tui::widgets::query_view::columns::RowColumns;
use crate::tui::widgets::{bars, line, projector_line, query_frame, stream_table, totals};

/// Draws the query view in its form, with its frame. Returns the cursor's place while the filter is being typed.
pub(crate) fn draw(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let mut cursor = None;
    match (model.shown_form(), model.selected()) {
        (ShownForm::Table(question, table, line), Some(stream)) => {
            stream_table::draw(
                model,
                theme,
                stream_table::Subject { question, table, stream, line },
                area,
                buf,
            );
        }
        (ShownForm::Bars(question, look), _) => bars::draw(model, theme, question, look, area, buf),
        (ShownForm::Line(question), _) => line::draw(model, theme, question, area, buf),
        (ShownForm::Rows | ShownForm::Table(..), _) => cursor = rows(model, theme, area, buf),
    }
    failure(model, theme, inside(area), buf);
    cursor
}

/// Draws the streams, with their totals. Returns the cursor's place in the title.
fn rows(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let (what, cursor) = filter::title(model, theme, title_room(area));
    let place = place_among(model, theme);
    let legend_room = title_room(area).saturating_sub(line_width(&place) + 2);
    let by_how_much = by_how_much::of_selected(model);
    let frame = PaneFrame {
        title: query_frame::title(&what, model, theme, area),
        bottom_left: legend(model, &by_how_much, has_rule(model, area), theme, legend_room),
        bottom_right: place,
        is_focused: has_focus(model, Pane::Query),
    };
    let framed = frame.draw(theme, area, buf);
    let n_info = info_rows(framed.height);
    info(model, theme, padded(framed, 1), usize::from(n_info), buf);
    let inner = below(framed, usize::from(n_info));
    let n_totals = totals_rows(framed.height);
    let n_rows = usize::from(inner.height.saturating_sub(1 + n_totals));
    let rows = model.listed_rows();
    if rows.is_empty() {
        nothing_yet(model, theme, padded(inner, 1), buf);
    } else {
        let has_flags = model.not_understood.answer().is_some_and(|n| *n > 0);
        let columns = RowColumns::of(model, has_flags, usize::from(inner.width));
        put(columns.heading(model, theme), inner, 0, buf);
        let names = columns.names(rows);
        for (at, row) in rows.iter().take(n_rows).enumerate() {
            put(columns.row(model, row, &names, theme), inner, at + 1, buf);
        }
    }
    if model.read_side.status.failure.is_none() {
        let beside = by_how_much::line(&by_how_much, theme, usize::from(inner.width).saturating_sub(1));
        totals::draw(model, beside, theme, bottom(inner, n_totals), buf);
    }
    cursor.map(|cell| Position::new(area.x.saturating_add(TITLE_AT).saturating_add(cell), area.y))
}

/// Whether there is a rule above the totals. Its text says by how much the selected stream differs.
fn has_rule(model: &Model, area: Rect) -> bool {
    let is_drawn = model.read_side.status.failure.is_none() && !totals::on_screen(model).is_empty();
    is_drawn && totals_rows(inside(area).height) > 1
}

/// The meaning of the visible marks. First come differing values, and by how much the selected stream differs unless
/// another line says so. Then comes the number of events that are not understood, of the selected stream or of all.
fn legend(
    model: &Model,
    by_how_much: &[FieldDifference],
    is_said: bool,
    theme: &Theme,
    room: usize,
) -> Vec<Span<'static>> {
    let of_selected = by_how_much::line(by_how_much, theme, room);
    if !is_said && !of_selected.is_empty() {
        return of_selected;
    }
    let differs = legend::of_marks(model, theme, room);
    if !differs.is_empty() {
        return differs;
    }
    let rows = model.listed_rows();
    let selected = rows.iter().find(|row| model.selected() == Some(&row.stream));
    let whole = selected.map_or_else(Vec::new, |row| query_frame::left_out(row, theme));
    let is_in_sight = rows.iter().any(|row| row.n_not_understood > 0);
    let brief = |words: &str| vec![span(format!("{NOT_UNDERSTOOD}{words}"), theme.differs)];
    let forms = [whole, brief(" events not understood"), brief(" left out"), brief("")];
    let fits = |form: &Vec<Span<'_>>| !form.is_empty() && line_width(form) <= room;
    forms.into_iter().find(fits).filter(|_| is_in_sight).unwrap_or_default()
}

/// So many of the last rows.
fn bottom(area: Rect, n_rows: u16) -> Rect {
    let height = n_rows.min(area.height);
    Rect { y: area.y + (area.height - height), height, ..area }
}

/// Writes why projecting has stopped, if it has, over the last rows: the failure matters more than a few rows.
fn failure(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let Some(failure) = &model.read_side.status.failure else { return };
    let [retry, skip] = [KeyAction::Retry, KeyAction::Skip].map(key_name);
    let skips = if failure.event.is_some() { format!(", {skip} skips it") } else { String::new() };
    let way_out = format!(" · {retry} tries again{skips}");
    let text = format!("{failure}{way_out}");
    let room = usize::from(padded(area, 1).width);
    let lines = wrap(&text, room, usize::from(area.height / 2).max(1));
    let rows = bottom(area, u16::try_from(lines.len()).unwrap_or(0));
    for (row, line) in lines.into_iter().enumerate() {
        // Text beside it is removed, too.
        put(Vec::new(), rows, row, buf);
        put(vec![span(line, theme.bad)], padded(rows, 1), row, buf);
    }
}

/// Writes the projector's status, and which events were skipped, in `n_lines` lines.
fn info(model: &Model, theme: &Theme, area: Rect, n_lines: usize, buf: &mut Buffer) {
    if n_lines == 0 {
        return;
    }
    let skipped = model.listing.answer().map(|listing| &listing.skipped).filter(|s| s.n_events > 0);
    let Some(skipped) = skipped else {
        put(projector_line::line(model, theme, usize::from(area.width)), area, 0, buf);
        return;
    };
    // Skipped events stay visible, whatever the projector does.
    let newest: Vec<_> = skipped.newest.iter().map(|position| count(position.number())).collect();
    let more = if skipped.n_events > skipped.newest.len() as u64 { ", …" } else { "" };
    let text = format!("{} skipped: {}{more}", counted(skipped.n_events, "event"), newest.join(", "));
    let line = projector_line::line(model, theme, usize::from(area.width).saturating_sub(width(&text) + 2));
    put(line, area, 0, buf);
    put_at_end(vec![span(text, theme.bad)], area, 0, buf);
}

fn nothing_yet(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let read_side = &model.read_side;
    let Noun { singular, plural } = model.presentation.noun();
    let filtered_by = &model.presentation.first.filtered_by;
    let text = match model.listing.answer() {
        _ if !model.why_nothing.is_empty() => &format!("No {plural}: nothing of the log could be read."),
        None => "…",
        Some(listing) if listing.n_streams > 0 => {
            &format!("No {singular} has this text in its {filtered_by}.")
        }
        Some(_) if read_side.status.pace.is_held => {
            let hold = key_name(KeyAction::Hold);
            &format!("Nothing has been projected yet: the projector is held. {hold} releases it.")
        }
        Some(_) => &format!("No {plural} yet: the projector fills this view as events come."),
    };
    note(text, theme.dim, area, buf);
}

/// The number of the selected stream in the list, if known, and the number of listed streams.
fn place_among(model: &Model, theme: &Theme) -> Vec<Span<'static>> {
    let Some(listing) = model.listing.answer().filter(|listing| listing.n_listed > 0) else {
        return Vec::new();
    };
    let selected = listing.rows.iter().position(|row| model.selected() == Some(&row.stream));
    let at = selected.and_then(|at| u64::try_from(at).ok());
    let n_rows = u64::try_from(listing.rows.len()).unwrap_or(0);
    let place = match at {
        Some(at) if !listing.has_before => Some(at + 1),
        Some(at) if !listing.has_after => (listing.n_listed + at + 1).checked_sub(n_rows),
        _ => None,
    };
    let text = match place {
        Some(place) => format!("{} of {}", count(place), count(listing.n_listed)),
        None => model.presentation.noun().counted(listing.n_listed),
    };
    let more = match (listing.has_before, listing.has_after) {
        (true, true) => "↕ ",
        (true, false) => "↑ ",
        (false, true) => "↓ ",
        (false, false) => "",
    };
    vec![span(format!("{more}{text}"), theme.dim)]
}

#[cfg(test)]
pub(super) mod tests;
