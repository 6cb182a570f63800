//! The widths of the columns of a stream's table, which do not depend on the lines in sight.

use crate::read_model::rows::saved::{CellKind, StreamTable};
use crate::tui::text::width;

/// With at least this many cells there is room to spare.
const ROOMY_CELLS: usize = 48;

/// The mark of the playhead.
const LEAD_CELLS: usize = 1;

/// The widths; 0 = not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ColumnWidths {
    pub(super) position: usize,
    pub(super) columns: Vec<usize>,
}

/// A column by its place, with its width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PlacedColumn {
    pub(super) place: usize,
    pub(super) cells: usize,
}

impl ColumnWidths {
    /// The widest layout of the table that fits into so many cells, or else the narrowest.
    pub(super) fn of(table: &StreamTable, room: usize, position: usize) -> Self {
        let layout = |columns: &Vec<usize>| Self { position, columns: columns.clone() };
        let fitting = table.widths.iter().map(layout).find(|widths| widths.total() <= room);
        let narrowest = || table.widths.last().map_or_else(|| layout(&Vec::new()), layout);
        let mut widths = fitting.unwrap_or_else(narrowest);
        // With room to spare the last column does not touch the frame.
        let spare = room.saturating_sub(widths.total() + usize::from(room >= ROOMY_CELLS));
        if let Some(cells) = widths.last_text(table) {
            *cells += spare;
        }
        widths
    }

    /// The first column of a kind; one past the end, without any cell, where there is none.
    pub(super) fn first_of(&self, table: &StreamTable, kind: CellKind) -> PlacedColumn {
        let place = table.columns.iter().position(|column| column.cells == kind).unwrap_or(usize::MAX);
        PlacedColumn { place, cells: self.columns.get(place).copied().unwrap_or(0) }
    }

    /// The same for a row with these figures. A figure is never cut: a wide one takes the cells that it needs from the
    /// figures before it, as far as those have cells to spare, and then from the last text.
    pub(super) fn with_figures(&self, table: &StreamTable, figures: &[Option<String>]) -> Self {
        let mut widths = self.clone();
        let mut over = 0;
        for (cells, figure) in widths.columns.iter_mut().zip(figures).rev() {
            if let Some(figure) = figure.as_ref().filter(|_| *cells > 0) {
                let given = cells.saturating_sub(over).max(width(figure));
                over = (over + given).saturating_sub(*cells);
                *cells = given;
            }
        }
        if let Some(cells) = widths.last_text(table) {
            *cells = cells.saturating_sub(over).max(1);
        }
        widths
    }

    fn last_text(&mut self, table: &StreamTable) -> Option<&mut usize> {
        let is_text = |kind: CellKind| matches!(kind, CellKind::EventType | CellKind::Stream);
        let mut in_sight = self.columns.iter_mut().zip(&table.columns).rev();
        in_sight.find(|(cells, column)| **cells > 0 && is_text(column.cells)).map(|(cells, _)| cells)
    }

    fn total(&self) -> usize {
        let shown = || std::iter::once(&self.position).chain(&self.columns).filter(|cells| **cells > 0);
        LEAD_CELLS + shown().sum::<usize>() + shown().count().saturating_sub(1)
    }
}
