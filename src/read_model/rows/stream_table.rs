//! A window of a table of one stream's events.

use crate::domain::event::{GlobalPosition, StreamPosition};
use crate::read_model::rows::Value;
use crate::read_model::rows::saved::{CellKind, Draw, SavedQuestion};

/// A window of the table, as far as it has been read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableWindow {
    /// The number of rows that are newer than these.
    pub n_newer: usize,
    /// The rows, oldest first.
    pub rows: Vec<StreamTableRow>,
}

/// An event with the values of its columns.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamTableRow {
    /// Its place in the log.
    pub position: GlobalPosition,
    /// Its place in its stream.
    pub version: StreamPosition,
    /// Whether the fold understood it; otherwise it changed nothing.
    pub is_understood: bool,
    /// The values, one a column.
    pub values: Vec<Value>,
}

impl TableWindow {
    /// The `nth` row, 0 being the newest; `None` where it has not been read.
    pub fn row(&self, nth: usize) -> Option<&StreamTableRow> {
        self.rows.iter().rev().nth(nth.checked_sub(self.n_newer)?)
    }

    /// The number of the oldest row, counted from the newest: by the version of a row that has been read, which says how
    /// many events of the stream come before it. Where some were skipped there are fewer rows.
    pub fn oldest(&self) -> usize {
        let n_older = self.rows.first().map_or(0, |row| row.version.number().saturating_sub(1));
        let last_read = self.n_known().saturating_sub(1);
        last_read.saturating_add(usize::try_from(n_older).unwrap_or(usize::MAX))
    }

    /// The texts in the columns of this kind.
    pub fn texts(&self, question: &SavedQuestion, cells: CellKind) -> Vec<&str> {
        let Draw::StreamTable(table) = &question.draw else { return Vec::new() };
        let places: Vec<usize> = table
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| column.cells == cells)
            .map(|(place, _)| place)
            .collect();
        self.rows.iter().flat_map(|row| places.iter().filter_map(|place| row.text(*place))).collect()
    }

    /// The least number of rows that there are.
    pub fn n_known(&self) -> usize {
        self.n_newer.saturating_add(self.rows.len())
    }
}

impl StreamTableRow {
    /// The text in a column; `None` if it has another value.
    pub fn text(&self, column: usize) -> Option<&str> {
        match self.values.get(column) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The whole number in a column; `None` if it has another value.
    pub fn integer(&self, column: usize) -> Option<i64> {
        match self.values.get(column) {
            Some(Value::Integer(number)) => Some(*number),
            _ => None,
        }
    }
}
