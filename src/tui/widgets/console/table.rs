//! A SQL answer as a table, as wide as its visible rows need.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::read_model::rows::Value;
use crate::tui::model::results::Results;
use crate::tui::text::{fit, left, right, span, width};
use crate::tui::theme::{SELECTED_ROW, Theme};
use crate::tui::widgets::pane::put;

/// The widest column while others lack room.
const COLUMN_CELLS: usize = 28;

/// The fewest cells to which a text at the right end is cut.
const CUT_CELLS_MIN: usize = 4;

/// The widest column in any case.
const COLUMN_CELLS_MAX: usize = 200;

/// The gap between two columns.
const GAP: &str = "  ";

/// The text of a NULL.
const NULL: &str = "NULL";

/// Draws the heading and the visible rows.
pub(super) fn draw(results: &Results, is_focused: bool, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let room = usize::from(area.height.saturating_sub(1));
    // There may be less room than the model assumes; the chosen row is visible all the same.
    let top = results.top.clamp((results.row + 1).saturating_sub(room.max(1)), results.row);
    let rows: Vec<(usize, &[Value])> =
        (top..results.n_rows()).take(room).filter_map(|nth| Some((nth, results.row_at(nth)?))).collect();
    let columns = AnswerColumn::all(results, &rows, usize::from(area.width).saturating_sub(2));
    put(heading(results, &columns, is_focused, theme), area, 0, buf);
    for (at, (nth, row)) in rows.iter().enumerate() {
        let is_chosen = is_focused && *nth == results.row;
        put(line(row, &columns, is_chosen, results, theme), area, at + 1, buf);
    }
}

/// A visible column.
struct AnswerColumn {
    nth: usize,
    cells: usize,
    /// Cells needed for all of its visible values.
    wanted: usize,
    /// Whether its values are numbers or show amounts, which are right-aligned.
    has_numbers: bool,
}

impl AnswerColumn {
    /// The columns that fit into `room` cells, including the chosen one. The last one may be cut.
    fn all(results: &Results, rows: &[(usize, &[Value])], room: usize) -> Vec<Self> {
        let of = |nth| Self::of(nth, results, rows);
        let mut columns: Vec<Self> = (0..results.columns().len()).map(of).collect();
        // Scroll until the chosen column is visible.
        while columns.first().is_some_and(|first| first.nth < results.column)
            && Self::total(columns.get(..=Self::place(&columns, results.column)).unwrap_or(&columns)) > room
        {
            columns.remove(0);
        }
        let mut left = room;
        let mut n_fitting = 0;
        for column in &mut columns {
            let gap = if n_fitting == 0 { 0 } else { GAP.len() };
            let cells = column.cells.min(left.saturating_sub(gap));
            let is_worth_it = n_fitting == 0 || cells == column.cells;
            if !is_worth_it && (column.has_numbers || cells < CUT_CELLS_MIN) {
                break;
            }
            column.cells = cells;
            left = left.saturating_sub(gap + cells);
            n_fitting += 1;
        }
        columns.truncate(n_fitting);
        // The remaining room goes to the columns that were cut.
        for column in &mut columns {
            let more = left.min(column.wanted.saturating_sub(column.cells));
            column.cells += more;
            left -= more;
        }
        columns
    }

    fn total(columns: &[Self]) -> usize {
        let cells: usize = columns.iter().map(|column| column.cells).sum();
        cells + GAP.len() * columns.len().saturating_sub(1)
    }

    fn place(columns: &[Self], nth: usize) -> usize {
        columns.iter().position(|column| column.nth == nth).unwrap_or(0)
    }

    fn of(nth: usize, results: &Results, rows: &[(usize, &[Value])]) -> Self {
        let values = rows.iter().filter_map(|(_, row)| row.get(nth));
        let has_numbers = results.has_numbers(nth);
        let widest = values.map(|value| width(&shown(value, COLUMN_CELLS_MAX))).max().unwrap_or(0);
        let is_sorted = results.sorting.is_some_and(|sorting| sorting.column == nth);
        let name = width(&fit(&results.heading(nth), COLUMN_CELLS_MAX)) + if is_sorted { 2 } else { 0 };
        let wanted = widest.max(name).clamp(1, COLUMN_CELLS_MAX);
        Self { nth, cells: wanted.min(COLUMN_CELLS), wanted, has_numbers }
    }

    fn place_text(&self, text: &str) -> String {
        if self.has_numbers { right(text, self.cells) } else { left(text, self.cells) }
    }
}

/// The names of the columns, with an arrow at the one that sorts the rows. `‹` and `›` mark further columns.
fn heading(
    results: &Results,
    columns: &[AnswerColumn],
    is_focused: bool,
    theme: &Theme,
) -> Vec<Span<'static>> {
    let has_before = columns.first().is_some_and(|column| column.nth > 0);
    let has_after = columns.last().is_some_and(|column| column.nth + 1 < results.columns().len());
    let mut spans = vec![span(if has_before { "‹" } else { " " }, theme.key)];
    for (at, column) in columns.iter().enumerate() {
        let name = results.heading(column.nth);
        let sorting = results.sorting.filter(|sorting| sorting.column == column.nth);
        let text = match sorting {
            Some(sorting) => {
                let arrow = if sorting.is_descending { " ↓" } else { " ↑" };
                fit(&name, column.cells.saturating_sub(2)) + arrow
            }
            None => fit(&name, column.cells),
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
    columns: &[AnswerColumn],
    is_chosen: bool,
    results: &Results,
    theme: &Theme,
) -> Vec<Span<'static>> {
    let base = if is_chosen { theme.selected.patch(theme.strong) } else { theme.text };
    let mut spans = vec![span(if is_chosen { SELECTED_ROW } else { " " }, theme.playhead)];
    for (at, column) in columns.iter().enumerate() {
        let value = row.get(column.nth).unwrap_or(&Value::Null);
        let style = match value {
            _ if is_chosen && column.nth == results.column => theme.cursor,
            _ if is_chosen => base,
            Value::Null => theme.dim,
            _ if results.is_below_zero(column.nth, value) => theme.loss,
            _ => Style::new(),
        };
        if at > 0 {
            spans.push(span(GAP, theme.text));
        }
        spans.push(span(column.place_text(&shown(value, column.cells)), style));
    }
    spans
}

/// A value in at most `cells` cells.
fn shown(value: &Value, cells: usize) -> String {
    match value {
        Value::Null => NULL.to_owned(),
        Value::Integer(number) => number.to_string(),
        // As Rust formats it: `1.0` is not an integer, and a long number has an exponent.
        Value::Real(number) => format!("{number:?}"),
        Value::Text(text) => fit(text, cells),
        Value::Blob(bytes) => {
            let digits = bytes.iter().take(cells / 2 + 1).map(|byte| format!("{byte:02x}"));
            fit(&format!("x'{}'", digits.collect::<String>()), cells)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_model::rows::AsOf;
    use crate::tui::fixture::picture;
    use crate::tui::questions::sql::SqlAnswer;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    fn results() -> Results {
        let columns = ["id", "what\u{202e}", "share", "bytes", "long"].map(str::to_owned).to_vec();
        let row = |id, what: &str, share, byte| {
            let long = text(&"word ".repeat(20));
            vec![Value::Integer(id), text(what), share, Value::Blob(vec![byte; 3]), long]
        };
        let rows = vec![
            row(7, "漢字", Value::Real(1.0), 0xab),
            row(-12, "\u{1b}[31mred", Value::Null, 0),
            row(900, "", Value::Real(1e300), 255),
        ];
        Results::begun(SqlAnswer { columns, rows, ..SqlAnswer::default() }, AsOf::Checkpoint)
    }

    fn drawn(results: &Results, width: u16) -> String {
        picture(width, 4, |area, buf| draw(results, true, &Theme::plain(), area, buf))
    }

    #[test]
    fn numbers_stand_on_the_right_and_hidden_characters_are_shown() {
        let drawn = drawn(&results(), 72);
        let expected = r#"
  id  what⟨U+202E⟩  share  bytes      long
▌  7  漢字            1.0  x'ababab'  word word word word word word wo…
 -12  ␛[31mred       NULL  x'000000'  word word word word word word wo…
 900                1e300  x'ffffff'  word word word word word word wo…
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn amounts_stand_on_the_right() {
        let columns = ["balance", "note"].map(str::to_owned).to_vec();
        let row = |balance, note| vec![text(balance), text(note)];
        let rows = vec![row("1,250.00 EUR", "5.00 EUR"), row("-0.05 EUR", "none"), row("7 JPY", "7 JPY")];
        let results = Results::begun(SqlAnswer { columns, rows, ..SqlAnswer::default() }, AsOf::Checkpoint);
        let drawn = drawn(&results, 24);
        let expected = "
      balance  note
▌1,250.00 EUR  5.00 EUR
    -0.05 EUR  none
        7 JPY  7 JPY
";
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn a_wide_table_is_scrolled_until_the_chosen_column_is_in_sight() {
        let mut results = results();
        let mut text = drawn(&results, 30);
        results.go_right(3);
        text += &drawn(&results, 30);
        results.go_right(1);
        results.turn_sorting();
        text += &drawn(&results, 12);
        let expected = r#"
  id  what⟨U+202E⟩  share›
▌  7  漢字            1.0
 -12  ␛[31mred       NULL
 900                1e300
‹share  bytes      long
▌  1.0  x'ababab'  word word…
  NULL  x'000000'  word word…
 1e300  x'ffffff'  word word…
‹long ↑
▌word word…
 word word…
 word word…
"#;
        assert_eq!(format!("\n{text}"), expected, "\n{text}");
    }
}
