//! A line of the SQL editor, wrapped into rows of cells.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::domain::visible::visible;
use crate::tui::model::console::Console;

/// The rows that the question takes in lines of `cells` cells, at most `rows_max`.
pub(crate) fn n_rows(console: &Console, cells: usize, rows_max: usize) -> usize {
    let cursor = console.editor.cursor();
    let mut n_rows = 0;
    for (nth, line) in console.editor.lines().iter().enumerate() {
        n_rows += WrappedLine::of(line, (nth == cursor.0).then_some(cursor.1), cells).rows.len();
        if n_rows >= rows_max {
            return rows_max;
        }
    }
    n_rows
}

/// A line with control characters made visible, wrapped into rows.
pub(crate) struct WrappedLine {
    cells: usize,
    /// The rows, each of at most so many cells.
    pub(crate) rows: Vec<String>,
    /// Filled cells of the last row.
    used: usize,
    /// The cursor's row and cell.
    pub(crate) cursor: (usize, usize),
}

impl WrappedLine {
    /// Wraps the line. The cursor is before the `column`-th character; at the line's end it takes a cell of its own.
    pub(crate) fn of(line: &str, column: Option<usize>, cells: usize) -> Self {
        let mut wrapped = Self { cells: cells.max(1), rows: vec![String::new()], used: 0, cursor: (0, 0) };
        let Some(column) = column else {
            wrapped.put(line);
            return wrapped;
        };
        let at = line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
        let (before, after) = line.split_at_checked(at).unwrap_or((line, ""));
        wrapped.put(before);
        if wrapped.used >= wrapped.cells {
            wrapped.begin_row();
        }
        wrapped.cursor = (wrapped.rows.len() - 1, wrapped.used);
        wrapped.put(after);
        wrapped
    }

    fn put(&mut self, text: &str) {
        for grapheme in visible(text).graphemes(true) {
            let cells = grapheme.width();
            if self.used + cells > self.cells {
                self.begin_row();
            }
            if let Some(row) = self.rows.last_mut() {
                row.push_str(grapheme);
            }
            self.used += cells;
        }
    }

    fn begin_row(&mut self) {
        self.rows.push(String::new());
        self.used = 0;
    }
}
