//! The table of the selected stream's events, newest first.
//!
//! Its files:
//!
//! - `widths.rs`: the widths of the columns of a stream's table, which do not depend on the lines in sight

mod widths;

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::domain::event::{StreamName, Timestamp};
use crate::domain::money::{Currency, grouped};
use crate::read_model::rows::saved::{CellKind, SavedQuestion, StreamTable};
use crate::read_model::rows::stream_table::StreamTableRow;
use crate::tui::model::Model;
use crate::tui::model::focus::Pane;
use crate::tui::questions::saved::SavedRequest;
use crate::tui::text::{self, DAY, count, fit_end, left, left_end, right, signed, span};
use crate::tui::theme::{NOT_UNDERSTOOD, PLAYHEAD_ROW, Theme};
use crate::tui::widgets::by_how_much;
use crate::tui::widgets::names::{ShortNames, shortened};
use crate::tui::widgets::pane::{PaneFrame, below, has_focus, note, padded, put};
use crate::tui::widgets::query_frame;
use crate::tui::widgets::stream_table::widths::ColumnWidths;
use crate::tui::window::rows_around;

/// The fewest lines of a table, with its heading, that leave room for the differences above it.
const TABLE_LINES_MIN: u16 = 4;

/// A day of at least this many cells includes its year.
const WHOLE_DAY_CELLS: usize = 10;

/// What is drawn.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    /// The saved question.
    pub question: &'a Arc<SavedQuestion>,
    /// Its columns.
    pub table: &'a StreamTable,
    pub stream: &'a StreamName,
    /// The chosen line.
    pub line: usize,
}

/// Draws the table with its frame.
pub(super) fn draw(model: &Model, theme: &Theme, subject: Subject<'_>, area: Rect, buf: &mut Buffer) {
    let Subject { question, table, stream, line } = subject;
    let is_of_stream = model.saved.question().and_then(SavedRequest::stream) == Some(stream);
    let window = model.stream_table().filter(|_| is_of_stream);
    let mut title = vec![span(question.name, theme.strong), span(" of ", theme.text)];
    title.push(span(fit_end(stream.as_str(), 24), theme.selected));
    let is_focused = has_focus(model, Pane::Query);
    let frame = PaneFrame {
        title: query_frame::title(&title, model, theme, area),
        bottom_left: left_out(model, stream, theme),
        bottom_right: vec![span("newest first", theme.dim)],
        is_focused,
    };
    let inner = differing(model, theme, frame.draw(theme, area, buf), buf);
    let Some(window) = window.filter(|window| !window.rows.is_empty()) else {
        let is_empty = window.is_some();
        note(if is_empty { table.nothing } else { "…" }, theme.dim, padded(inner, 1), buf);
        return;
    };
    let in_sight = rows_around(line, window.n_known(), usize::from(inner.height.saturating_sub(1)));
    let rows: Vec<(usize, &StreamTableRow)> =
        in_sight.filter_map(|nth| Some((nth, window.row(nth)?))).collect();
    let widths = ColumnWidths::of(table, usize::from(inner.width), count(model.head.position.number()).len());
    let types_in = widths.first_of(table, CellKind::EventType);
    let types = rows.iter().filter_map(|(_, row)| row.text(types_in.place));
    let chosen = rows.iter().find(|(nth, _)| *nth == line).or(rows.first());
    let days_in = widths.first_of(table, CellKind::Day).place;
    let year = chosen.and_then(|(_, row)| time_in(row, days_in));
    let shown = Shown {
        table,
        unit: unit(model, stream),
        year: year.map(|time| text::time(time, "%Y")).unwrap_or_default(),
        types: shortened(model.seen.types().chain(types), types_in.cells),
        widths,
    };
    put(shown.heading(theme), inner, 0, buf);
    for (at, (nth, row)) in rows.into_iter().enumerate() {
        let is_at = row.position == model.playhead.position;
        let base = match (nth == line && is_focused, is_at) {
            (true, _) => theme.cursor,
            (false, true) => theme.playhead,
            (false, false) => theme.text,
        };
        put(shown.row(row, is_at, base, theme), inner, at + 1, buf);
    }
}

/// Draws by how much the stream's row differs from the state, one line per field, if that leaves enough lines for the
/// table. Returns the area below.
fn differing(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) -> Rect {
    let n_lines = usize::from(area.height.saturating_sub(TABLE_LINES_MIN));
    let within = padded(area, 1);
    let room = usize::from(area.width).saturating_sub(1);
    let lines = by_how_much::lines(&by_how_much::of_selected(model), theme, room);
    let n_lines = lines.len().min(n_lines);
    for (at, line) in lines.into_iter().take(n_lines).enumerate() {
        put(line, Rect { width: area.width.saturating_sub(1), ..within }, at, buf);
    }
    below(area, n_lines)
}

/// The number of the stream's events that are not understood, if any.
fn left_out(model: &Model, stream: &StreamName, theme: &Theme) -> Vec<Span<'static>> {
    let row = model.listed_rows().iter().find(|row| row.stream == *stream);
    row.map_or_else(Vec::new, |row| query_frame::left_out(row, theme))
}

/// The unit of the stream's amounts, if it is known.
fn unit(model: &Model, stream: &StreamName) -> Option<Currency> {
    let look = model.look.answer().and_then(|look| look.state.as_ref());
    let state = look.filter(|look| look.stream == *stream).map(|look| &look.trace.state);
    let in_state = state.and_then(|state| state.currency_of(state.shape().measure?));
    let row = model.listed_rows().iter().find(|row| row.stream == *stream);
    let in_list = row.and_then(|row| row.measured()?.1);
    in_list.or(in_state)
}

fn time_in(row: &StreamTableRow, column: usize) -> Option<Timestamp> {
    Timestamp::from_microsecond(row.integer(column)?).ok()
}

/// The format of all lines.
struct Shown<'a> {
    table: &'a StreamTable,
    widths: ColumnWidths,
    unit: Option<Currency>,
    /// The year of the chosen line, for the heading if days have no year.
    year: String,
    types: ShortNames,
}

impl Shown<'_> {
    fn heading(&self, theme: &Theme) -> Vec<Span<'static>> {
        let mut cells = vec![right("@", self.widths.position)];
        for (column, width) in self.table.columns.iter().zip(&self.widths.columns) {
            let heading = match column.cells {
                CellKind::Day if *width < WHOLE_DAY_CELLS => &self.year,
                _ => column.heading,
            };
            match column.cells {
                _ if *width == 0 => {}
                CellKind::Change | CellKind::Amount => cells.push(right(heading, *width)),
                CellKind::Day | CellKind::EventType | CellKind::Stream => cells.push(left(heading, *width)),
            }
        }
        vec![span(format!(" {}", cells.join(" ")), theme.dim)]
    }

    fn day(&self, time: Option<Timestamp>, cells: usize) -> String {
        let Some(time) = time else { return String::new() };
        let year = text::time(time, "%Y");
        match cells {
            WHOLE_DAY_CELLS.. => text::time(time, DAY),
            _ if year == self.year => text::time(time, "%m-%d"),
            _ => year,
        }
    }

    /// The figures of a row; no text in the columns of other kinds.
    fn figure(&self, row: &StreamTableRow, column: usize, cells: CellKind) -> Option<String> {
        let amount = row.integer(column).map(i128::from);
        match cells {
            CellKind::Amount => Some(amount.map_or_else(String::new, |amount| grouped(amount, self.unit))),
            CellKind::Change => Some(match amount {
                Some(amount) => signed(amount, self.unit),
                None if row.is_understood => String::new(),
                None => NOT_UNDERSTOOD.to_owned(),
            }),
            CellKind::Day | CellKind::EventType | CellKind::Stream => None,
        }
    }

    fn row(&self, row: &StreamTableRow, is_at: bool, base: Style, theme: &Theme) -> Vec<Span<'static>> {
        let is_plain = base != theme.cursor;
        let on = |style: Style| if is_plain { base.patch(style) } else { base };
        let columns = || self.table.columns.iter().enumerate();
        let figures: Vec<Option<String>> =
            columns().map(|(place, column)| self.figure(row, place, column.cells)).collect();
        let widths = self.widths.with_figures(self.table, &figures);
        let mut spans = vec![
            span(if is_at { PLAYHEAD_ROW } else { " " }, on(theme.playhead)),
            span(right(&count(row.position.number()), widths.position), on(theme.dim)),
        ];
        for ((place, column), figure) in columns().zip(figures) {
            let cells = widths.columns.get(place).copied().filter(|cells| *cells > 0);
            let Some(cells) = cells else { continue };
            let amount = row.integer(place);
            let style = match column.cells {
                CellKind::Day => on(theme.dim),
                CellKind::EventType if row.is_understood => base,
                CellKind::EventType => on(theme.not_understood),
                CellKind::Stream => base,
                CellKind::Change => on(match amount {
                    Some(amount) if amount < 0 => theme.loss,
                    Some(_) => theme.gain,
                    None => theme.not_understood,
                }),
                CellKind::Amount if amount.is_some_and(|amount| amount < 0) => on(theme.loss),
                CellKind::Amount => base,
            };
            let text = match (figure, column.cells) {
                (Some(figure), _) => right(&figure, cells),
                (None, CellKind::Day) => left(&self.day(time_in(row, place), cells), cells),
                (None, CellKind::EventType) => {
                    left(&row.text(place).map_or_else(String::new, |name| self.types.of(name)), cells)
                }
                (None, _) => left_end(row.text(place).unwrap_or_default(), cells),
            };
            spans.extend([span(" ", base), span(text, style)]);
        }
        spans
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture::{Bank, picture};
    use crate::tui::widgets::query_view;

    #[test]
    fn a_statement_begins_with_its_newest_line() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "<tab><tab><enter>");
        let drawn: String = picture(56, 7, |area, buf| query_view::draw(&model, &Theme::plain(), area, buf));
        let expected = r#"
╭┤ Statement of acc-2 now, at 10 · lag 0 ├─────────────╮
│  @ date       type                 amount    balance │
│▶10 2024-03-01 AccountFrozen                  -250.00 │
│  9 2024-03-01 TransferReceived     +50.00    -250.00 │
│  5 2024-03-01 Withdrawn           -300.00    -300.00 │
│  4 2024-03-01 LoanGranted               ?       0.00 │
╰ ? 1 of 5 events not understood ──────── newest first ╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn the_chosen_line_stays_in_sight_and_its_year_is_said() {
        let bank = Bank::of(&[("acc-1", "Deposited", r#"{"amount":123456789}"#); 9]);
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "<tab><tab><enter>jjjjjjj<enter>");
        let drawn: String = picture(40, 6, |area, buf| query_view::draw(&model, &Theme::plain(), area, buf));
        let expected = r#"
╭┤ Statement of acc-1 now · lag 0 ├────╮
│ @ 2024  type         amount   balance│
│ 3 03-01 Dep… +123,456,789 370,370,367│
│▶2 03-01 Dep… +123,456,789 246,913,578│
│ 1 03-01 Dep… +123,456,789 123,456,789│
╰──────────────────────── newest first ╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
        assert_eq!(model.playhead.position.number(), 2);
    }
}
