//! Query results as a table of text.

use std::io;

use crate::cli::output::Output;
use crate::cli::query::form::AnswerFormat;
use crate::domain::money::shown::ShownAmount;
use crate::domain::visible::visible;
use crate::read_model::questions::sql::n_bytes;
use crate::read_model::rows::{Value, heading};
use crate::tui::text::{fit, width};

/// The most rows that are held to measure column widths: some screens full, so that the first ones appear soon.
const N_HELD_ROWS_MAX: usize = 500;

/// The most bytes of values that are held for that.
const N_HELD_BYTES_MAX: usize = 1 << 20;

/// The widest column, in cells. On a terminal longer values are cut; elsewhere they push what follows to the right.
const N_CELLS_MAX: usize = 60;

/// The gap between two columns.
const GAP: &str = "  ";

/// The codes around a heading on a terminal: bold.
const BOLD: (&str, &str) = ("\u{1b}[1m", "\u{1b}[0m");

/// Aligns a heading and rows in columns, numbers on the right and text on the left. The first rows determine the
/// widths; later rows are written as they come.
#[derive(Default)]
pub struct AlignedTable {
    columns: Vec<TextColumn>,
    held: Vec<Vec<Value>>,
    n_held_bytes: usize,
    is_measured: bool,
}

struct TextColumn {
    name: String,
    cells: usize,
    is_right: bool,
}

impl AlignedTable {
    /// Writes the rows held so far, in columns that fit them.
    fn write_held(&mut self, out: &mut Output) -> io::Result<()> {
        self.is_measured = true;
        let held = std::mem::take(&mut self.held);
        for (i, column) in self.columns.iter_mut().enumerate() {
            let mut values = held.iter().filter_map(|row| row.get(i)).filter(|value| **value != Value::Null);
            let has_values = values.clone().next().is_some();
            column.is_right = has_values && (values.clone().all(is_number) || values.all(is_amount));
        }
        let rows: Vec<Vec<String>> =
            held.into_iter().map(|row| row.into_iter().map(|value| shown(value, out)).collect()).collect();
        for (i, column) in self.columns.iter_mut().enumerate() {
            let cells = rows.iter().filter_map(|row| row.get(i)).map(|text| width(text));
            column.cells = cells.max().unwrap_or(0).max(width(&column.name)).min(N_CELLS_MAX);
        }
        let names: Vec<String> = self.columns.iter().map(|column| column.name.clone()).collect();
        let heading = self.line(&names);
        let (begin, end) = if out.is_terminal() { BOLD } else { ("", "") };
        out.shown(&format!("{begin}{heading}{end}"))?;
        rows.iter().try_for_each(|row| out.shown(&self.line(row)))
    }

    /// A row's values in their columns, without spaces at the end.
    fn line(&self, row: &[String]) -> String {
        let mut line = String::new();
        for (i, (text, column)) in row.iter().zip(&self.columns).enumerate() {
            if i > 0 {
                line.push_str(GAP);
            }
            let fill = " ".repeat(column.cells.saturating_sub(width(text)));
            let (before, after) = if column.is_right { (fill.as_str(), "") } else { ("", fill.as_str()) };
            line.extend([before, text, after]);
        }
        line.truncate(line.trim_end_matches(' ').len());
        line
    }
}

impl AnswerFormat for AlignedTable {
    fn begin(&mut self, out: &mut Output, columns: &[String], in_minor_units: &[bool]) -> io::Result<()> {
        let column = |(place, name): (usize, &String)| {
            let heading = Value::Text(heading(name, in_minor_units, place));
            TextColumn { name: shown(heading, out), cells: 0, is_right: false }
        };
        self.columns = columns.iter().enumerate().map(column).collect();
        Ok(())
    }

    fn row(&mut self, out: &mut Output, row: Vec<Value>) -> io::Result<()> {
        if self.is_measured {
            let row: Vec<String> = row.into_iter().map(|value| shown(value, out)).collect();
            return out.shown(&self.line(&row));
        }
        self.n_held_bytes += row.iter().map(n_bytes).sum::<usize>();
        self.held.push(row);
        if self.held.len() >= N_HELD_ROWS_MAX || self.n_held_bytes >= N_HELD_BYTES_MAX {
            return self.write_held(out);
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Output) -> io::Result<()> {
        if self.is_measured { Ok(()) } else { self.write_held(out) }
    }
}

fn is_number(value: &Value) -> bool {
    matches!(value, Value::Integer(_) | Value::Real(_))
}

fn is_amount(value: &Value) -> bool {
    matches!(value, Value::Text(text) if ShownAmount::read(text).is_some())
}

fn shown(value: Value, out: &Output) -> String {
    let text = value.into_text();
    if out.is_terminal() { fit(&text, N_CELLS_MAX) } else { visible(&text).into_owned() }
}
