//! The rows of an answer as a table, as wide as what is in sight needs.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::read_model::rows::Value;
use crate::tui::model::results::Results;
use crate::tui::theme::{SELECTED_ROW, Theme};
use crate::tui::widgets::pane::put;
use crate::tui::widgets::text::{fit, left, right, span, width};

/// The widest that a column is while others have no room.
const COLUMN_CELLS: usize = 28;

/// The widest that a column is in any case.
const COLUMN_CELLS_MAX: usize = 200;

/// What lies between two columns.
const GAP: &str = "  ";

/// How a value that is none is written.
const NULL: &str = "NULL";

/// Draws the heading and the rows in sight.
pub(super) fn draw(results: &Results, is_focused: bool, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let room = usize::from(area.height.saturating_sub(1));
    let last = results.n_rows().saturating_sub(room.max(1));
    let rows: Vec<(usize, &[Value])> = (results.top.min(last)..results.n_rows())
        .take(room)
        .filter_map(|nth| Some((nth, results.row_at(nth)?)))
        .collect();
    let columns = Column::all(results, &rows, usize::from(area.width).saturating_sub(2));
    put(heading(results, &columns, is_focused, theme), area, 0, buf);
    for (at, (nth, row)) in rows.iter().enumerate() {
        let is_chosen = is_focused && *nth == results.row;
        put(line(row, &columns, is_chosen, results.column, theme), area, at + 1, buf);
    }
}

/// A column in sight.
struct Column {
    nth: usize,
    cells: usize,
    /// Whether all values in sight are numbers: these stand on the right.
    has_numbers: bool,
}

impl Column {
    /// The columns that fit into so many cells, the chosen one among them.
    fn all(results: &Results, rows: &[(usize, &[Value])], room: usize) -> Vec<Self> {
        let of = |(nth, name): (usize, &String)| Self::of(nth, name, results, rows);
        let mut columns: Vec<Self> = results.columns().iter().enumerate().map(of).collect();
        let total = |columns: &[Self]| {
            columns.iter().map(|column| column.cells).sum::<usize>()
                + GAP.len() * columns.len().saturating_sub(1)
        };
        if total(&columns) > room {
            let wanted: Vec<usize> = columns.iter().map(|column| column.cells).collect();
            for column in &mut columns {
                column.cells = column.cells.min(COLUMN_CELLS);
            }
            // What is left is for those that were cut.
            let mut spare = room.saturating_sub(total(&columns));
            for (column, wanted) in columns.iter_mut().zip(wanted) {
                let more = spare.min(wanted - column.cells);
                column.cells += more;
                spare -= more;
            }
        }
        // Scrolled until the chosen one is in sight.
        while columns.len() > 1
            && columns.first().is_some_and(|first| first.nth < results.column)
            && total(columns.get(..=Self::place(&columns, results.column)).unwrap_or(&columns)) > room
        {
            columns.remove(0);
        }
        let mut n_fitting = columns.len();
        while n_fitting > 1 && total(columns.get(..n_fitting).unwrap_or(&columns)) > room {
            n_fitting -= 1;
        }
        // The last one may be in sight in part.
        if let Some(next) = columns.get(n_fitting) {
            let used = total(columns.get(..n_fitting).unwrap_or(&columns)) + GAP.len();
            let left = room.saturating_sub(used);
            let cells = left.min(next.cells);
            if cells >= 4 && !next.has_numbers {
                n_fitting += 1;
                if let Some(next) = columns.get_mut(n_fitting - 1) {
                    next.cells = cells;
                }
            }
        }
        columns.truncate(n_fitting);
        if let Some(first) = columns.first_mut() {
            first.cells = first.cells.min(room);
        }
        columns
    }

    fn place(columns: &[Self], nth: usize) -> usize {
        columns.iter().position(|column| column.nth == nth).unwrap_or(0)
    }

    fn of(nth: usize, name: &str, results: &Results, rows: &[(usize, &[Value])]) -> Self {
        let values = || rows.iter().filter_map(|(_, row)| row.get(nth));
        let is_number = |value: &Value| matches!(value, Value::Integer(_) | Value::Real(_));
        let has_numbers = values().any(is_number) && values().all(|v| is_number(v) || *v == Value::Null);
        let widest = values().map(|value| width(&shown(value, COLUMN_CELLS_MAX))).max().unwrap_or(0);
        let is_sorted = results.sorting.is_some_and(|sorting| sorting.column == nth);
        let name = width(&fit(name, COLUMN_CELLS_MAX)) + if is_sorted { 2 } else { 0 };
        Self { nth, cells: widest.max(name).clamp(1, COLUMN_CELLS_MAX), has_numbers }
    }

    fn place_text(&self, text: &str) -> String {
        if self.has_numbers { right(text, self.cells) } else { left(text, self.cells) }
    }
}

/// The names of the columns, with an arrow at the one by which they are sorted. `‹` and `›` say that there are more.
fn heading(results: &Results, columns: &[Column], is_focused: bool, theme: &Theme) -> Vec<Span<'static>> {
    let has_before = columns.first().is_some_and(|column| column.nth > 0);
    let has_after = columns.last().is_some_and(|column| column.nth + 1 < results.columns().len());
    let mut spans = vec![span(if has_before { "‹" } else { " " }, theme.key)];
    for (at, column) in columns.iter().enumerate() {
        let name = results.columns().get(column.nth).map_or("", String::as_str);
        let sorting = results.sorting.filter(|sorting| sorting.column == column.nth);
        let text = match sorting {
            Some(sorting) => {
                let arrow = if sorting.is_descending { " ↓" } else { " ↑" };
                fit(name, column.cells.saturating_sub(2)) + arrow
            }
            None => fit(name, column.cells),
        };
        let is_chosen = is_focused && column.nth == results.column;
        let style = if is_chosen { theme.playhead } else { theme.dim };
        if at > 0 {
            spans.push(span(GAP, theme.text));
        }
        spans.push(span(column.place_text(&text), style));
    }
    if has_after {
        spans.push(span("›", theme.key));
    }
    spans
}

fn line(
    row: &[Value],
    columns: &[Column],
    is_chosen: bool,
    chosen_column: usize,
    theme: &Theme,
) -> Vec<Span<'static>> {
    let base = if is_chosen { theme.selected.patch(theme.strong) } else { theme.text };
    let mut spans = vec![span(if is_chosen { SELECTED_ROW } else { " " }, theme.playhead)];
    for (at, column) in columns.iter().enumerate() {
        let value = row.get(column.nth).unwrap_or(&Value::Null);
        let style = match value {
            _ if is_chosen && column.nth == chosen_column => theme.cursor,
            _ if is_chosen => base,
            Value::Null => theme.dim,
            Value::Integer(number) if *number < 0 => theme.loss,
            Value::Real(number) if *number < 0.0 => theme.loss,
            _ => Style::new(),
        };
        if at > 0 {
            spans.push(span(GAP, theme.text));
        }
        spans.push(span(column.place_text(&shown(value, column.cells)), style));
    }
    spans
}

/// A value in no more than so many cells.
fn shown(value: &Value, cells: usize) -> String {
    match value {
        Value::Null => NULL.to_owned(),
        Value::Integer(number) => number.to_string(),
        // As Rust writes it for itself: `1.0` is no integer, and a long one has an exponent.
        Value::Real(number) => format!("{number:?}"),
        Value::Text(text) => fit(text, cells),
        Value::Blob(bytes) => {
            let digits = bytes.iter().take(cells / 2 + 1).map(|byte| format!("{byte:02x}"));
            fit(&format!("x'{}'", digits.collect::<String>()), cells)
        }
    }
}
