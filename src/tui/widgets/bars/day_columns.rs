//! Bars of one unit over days, up and down.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::domain::money::{Currency, grouped};
use crate::read_model::rows::series::{BarGroup, Day};
use crate::tui::model::active_time::ActiveTime;
use crate::tui::text::{DAY, right, span, time, width};
use crate::tui::theme::{IDLE, PLAYHEAD, Theme};
use crate::tui::widgets::pane::put;
use crate::tui::widgets::plot::{Glyph, excess_bits, part_of, push};

/// The most cells of a bar, with the gap after it.
const BAR_CELLS_MAX: u16 = 4;

/// A bar that grows upwards, by the eighths of a cell that it fills.
const UP: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A bar that grows downwards. There are glyphs only for one, four and eight eighths.
const DOWN: [char; 9] = [' ', '▔', '▔', '▀', '▀', '▀', '▀', '█', '█'];

/// Parts of a cell that a bar can fill.
const PARTS: u16 = 8;

/// From how many rows on there is a line between the two directions.
const ROUNDED_ROWS: u16 = 3;

/// The days from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DayRange {
    pub(super) first: Day,
    pub(super) last: Day,
}

/// Days laid over columns, evenly but for long stretches without any change, which are drawn short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DayColumns {
    days: DayRange,
    /// The days without idle stretches.
    active: ActiveTime,
    /// Days per column.
    pub(super) days_a_column: i64,
    n_columns: u16,
    /// Cells per column.
    cells: u16,
    /// Cells of the labels beside the columns.
    pub(super) label_cells: usize,
}

/// The playhead's place among the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PlayheadColumn {
    /// Before all of them.
    Before,
    /// In this one.
    On(u16),
}

impl DayColumns {
    /// The days in an area of that width. At least `n_days_min` share a column, and the
    /// labels take `label_cells` cells.
    pub(super) fn of(
        days: DayRange,
        active: ActiveTime,
        n_days_min: i64,
        width: u16,
        label_cells: usize,
    ) -> Self {
        let room = width.saturating_sub(u16::try_from(label_cells + 1).unwrap_or(u16::MAX)).max(1);
        let n_days = drawn_days(&active, days.first, days.last).saturating_add(1);
        let n_days_min = n_days_min.max(1);
        let n_least = n_days.div_euclid(n_days_min) + i64::from(n_days % n_days_min > 0);
        let a_column = n_least.div_euclid(room.into()) + i64::from(n_least % i64::from(room) > 0);
        let days_a_column = a_column.max(1) * n_days_min;
        let n_columns = (n_days - 1) / days_a_column + 1;
        let n_columns = u16::try_from(n_columns).unwrap_or(room).min(room);
        let cells = (room / n_columns).min(BAR_CELLS_MAX);
        Self { days, active, days_a_column, n_columns, cells, label_cells }
    }

    /// The column of a day; for a day past an end, the column at that end.
    pub(super) fn column_of(&self, day: Day) -> u16 {
        let column = drawn_days(&self.active, self.days.first, day) / self.days_a_column;
        u16::try_from(column).unwrap_or(u16::MAX).min(self.n_columns - 1)
    }

    /// The first and the last day of a column.
    pub(super) fn days_of(&self, column: u16) -> DayRange {
        let first = self.active.number_of(self.days.first.0.into());
        let begins = first + i128::from(column) * i128::from(self.days_a_column);
        let day = |number: i128| i64::try_from(self.active.time_of(number)).map_or(self.days.last, Day);
        let begin = if column == 0 { self.days.first } else { Day(day(begins - 1).0.saturating_add(1)) };
        let end = day(begins + i128::from(self.days_a_column) - 1).min(self.days.last);
        DayRange { first: begin, last: end.max(begin) }
    }

    /// Number of days left out.
    pub(super) fn n_skipped(&self) -> u64 {
        u64::try_from(self.active.skipped()).unwrap_or(0)
    }

    /// Whether days are left out in this column.
    fn is_idle(&self, column: u16) -> bool {
        let first = self.active.number_of(self.days.first.0.into());
        let column_of = |number: i128| (number - first) / i128::from(self.days_a_column);
        self.active.middles().any(|middle| column_of(middle) == i128::from(column))
    }

    /// The first and the last day, below the first and the last column.
    pub(super) fn footing(&self) -> String {
        let (first, last) = (time(self.days.first.begins(), DAY), time(self.days.last.begins(), DAY));
        let margin = " ".repeat(self.label_cells + 1);
        if first == last {
            return margin + &first;
        }
        let fill = usize::from(self.n_columns * self.cells).saturating_sub(width(&first) + width(&last));
        format!("{margin}{first}{}{last}", " ".repeat(fill.max(1)))
    }

    /// The cell of a column that is marked for the playhead: the middle of its bar.
    fn marked_cell(&self, column: u16) -> u16 {
        column * self.cells + self.cells.max(2).div_ceil(2) - 1
    }
}

/// The number of drawn days from one to another; 0 if the second is not later.
fn drawn_days(active: &ActiveTime, from: Day, to: Day) -> i64 {
    let days = active.number_of(to.0.into()) - active.number_of(from.0.into());
    i64::try_from(days.max(0)).unwrap_or(i64::MAX)
}

/// The bars of one unit.
#[derive(Debug)]
pub(super) struct Bars<'a> {
    axis: &'a DayColumns,
    standing: PlayheadColumn,
    unit: Option<Currency>,
    /// What the highest and the lowest bar stand for.
    ends: (i128, i128),
    /// The height and the depth of each column's bar, in eighths of a row.
    columns: Vec<(u16, u16)>,
    rows_up: u16,
    rows_down: u16,
    has_line: bool,
}

/// How many cells the labels beside the bars over these days take.
pub(super) fn label_cells(group: &BarGroup, axis: &DayColumns) -> usize {
    let ends = sums(group, axis).into_iter().fold((0, 0), |most, sum| (sum.0.max(most.0), sum.1.max(most.1)));
    width(&grouped(ends.0, group.unit)).max(width(&grouped(ends.1, group.unit)))
}

impl<'a> Bars<'a> {
    /// The bars over these days in so many rows.
    pub(super) fn of(group: &BarGroup, axis: &'a DayColumns, rows: u16, standing: PlayheadColumn) -> Self {
        let sums = sums(group, axis);
        let up = sums.iter().map(|(up, _)| *up).max().unwrap_or(0);
        let down = sums.iter().map(|(_, down)| *down).max().unwrap_or(0);
        let has_line = rows >= ROUNDED_ROWS;
        let rows = rows.saturating_sub(u16::from(has_line));
        let least = |amount: i128| u16::from(amount > 0 && rows > 1);
        let rows_up = match up.saturating_add(down) {
            0 => rows / 2,
            both => part_of(up, both, rows).clamp(least(up), rows.saturating_sub(least(down)).max(least(up))),
        };
        let rows_down = rows.saturating_sub(rows_up);
        let (whole, parts) =
            measure(BarDirection { most: up, rows: rows_up }, BarDirection { most: down, rows: rows_down });
        let high = |amount: i128| if amount > 0 { part_of(amount, whole, parts).max(1) } else { 0 };
        let columns = sums.iter().map(|(up, down)| (high(*up), high(*down))).collect();
        Self { axis, standing, unit: group.unit, ends: (up, down), columns, rows_up, rows_down, has_line }
    }

    /// Draws the labels and the bars.
    pub(super) fn draw(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let labels = self.labels();
        for row in 0..self.n_rows() {
            let label = labels.iter().find(|(at, _)| *at == row).map_or("", |(_, text)| text);
            let mut line = vec![span(format!("{} ", right(label, self.axis.label_cells)), theme.dim)];
            line.extend(self.row(row, theme));
            put(line, area, usize::from(row), buf);
        }
    }

    fn n_rows(&self) -> u16 {
        self.rows_up + u16::from(self.has_line) + self.rows_down
    }

    /// The labels, each with its row: the ends of the longest bars, and the line between them.
    fn labels(&self) -> Vec<(u16, String)> {
        let text = |amount: i128| grouped(amount, self.unit);
        let (highest, deepest) = self.ends;
        let most = |parts: &dyn Fn(&(u16, u16)) -> u16| self.columns.iter().map(parts).max().unwrap_or(0);
        let rows = |parts: u16| parts.div_ceil(PARTS).max(1);
        let mut labels = Vec::new();
        if highest > 0 && self.rows_up > 0 {
            labels.push((self.rows_up.saturating_sub(rows(most(&|column| column.0))), text(highest)));
        }
        if deepest > 0 && self.rows_down > 0 {
            let line = self.rows_up + u16::from(self.has_line);
            labels.push((line + rows(most(&|column| column.1)) - 1, text(deepest)));
        }
        if self.has_line {
            labels.push((self.rows_up, text(0)));
        }
        labels
    }

    fn row(&self, row: u16, theme: &Theme) -> Vec<Span<'static>> {
        let mut spans = Vec::new();
        for column in 0..self.axis.n_columns {
            for cell in 0..self.axis.cells {
                push(&mut spans, self.cell(column, cell, row, theme));
            }
        }
        spans
    }

    fn cell(&self, column: u16, cell: u16, row: u16, theme: &Theme) -> Glyph {
        let glyph = |symbol, style| Glyph { symbol, style };
        let is_marked = self.standing == PlayheadColumn::On(column)
            && column * self.axis.cells + cell == self.axis.marked_cell(column);
        if self.has_line && row == self.rows_up {
            let playhead = PLAYHEAD.chars().next().unwrap_or('●');
            let idle = IDLE.chars().next().unwrap_or('⌇');
            return match (is_marked, self.axis.is_idle(column)) {
                (true, _) => glyph(playhead, theme.playhead),
                (false, true) => glyph(idle, theme.dim),
                (false, false) => glyph('─', theme.dim),
            };
        }
        let (up, down) = self.columns.get(usize::from(column)).copied().unwrap_or_default();
        let (parts, symbols, style, nth) = if row < self.rows_up {
            (up, UP, theme.gain, self.rows_up - 1 - row)
        } else {
            (down, DOWN, theme.loss, row - self.rows_up - u16::from(self.has_line))
        };
        let parts = parts.saturating_sub(nth * PARTS).min(PARTS);
        let is_gap = self.axis.cells > 1 && cell + 1 == self.axis.cells;
        if parts == 0 || is_gap {
            return if is_marked { glyph('┊', theme.dim) } else { glyph(' ', theme.text) };
        }
        let is_later = match self.standing {
            PlayheadColumn::Before => true,
            PlayheadColumn::On(at) => at < column,
        };
        let symbol = symbols.get(usize::from(parts)).copied().unwrap_or('█');
        glyph(symbol, if is_later { theme.dim } else { style })
    }
}

/// The bars that grow one way.
#[derive(Clone, Copy, Debug)]
struct BarDirection {
    /// The amount of the longest, in minor units.
    most: i128,
    /// The rows for them.
    rows: u16,
}

/// The common scale of both directions, as an amount and the parts that it fills: the larger amount per row of the two.
/// A direction without rows has no scale.
fn measure(up: BarDirection, down: BarDirection) -> (i128, u16) {
    let shift = excess_bits(up.most.max(down.most));
    let is_up = (up.most >> shift) * i128::from(down.rows) >= (down.most >> shift) * i128::from(up.rows);
    let is_up = down.rows == 0 || (is_up && up.rows > 0);
    let larger = if is_up { up } else { down };
    (larger.most, larger.rows.saturating_mul(PARTS))
}

/// The sums of each column. A sum below zero goes the other way.
fn sums(group: &BarGroup, axis: &DayColumns) -> Vec<(i128, i128)> {
    let mut sums = vec![(0_i128, 0_i128); usize::from(axis.n_columns)];
    for stretch in &group.stretches {
        let Some((up, down)) = sums.get_mut(usize::from(axis.column_of(stretch.day))) else { continue };
        *up = up.saturating_add(stretch.up.max(0)).saturating_add(stretch.down.min(0).saturating_neg());
        *down = down.saturating_add(stretch.down.max(0)).saturating_add(stretch.up.min(0).saturating_neg());
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_model::rows::series::BarStretch;
    use crate::tui::fixture::picture;
    use proptest::prelude::*;

    fn flows(days: &[(i64, i128, i128)]) -> BarGroup {
        let stretch = |&(day, inflow, outflow): &_| BarStretch { day: Day(day), up: inflow, down: outflow };
        BarGroup { unit: None, stretches: days.iter().map(stretch).collect() }
    }

    #[test]
    fn both_directions_have_one_measure_and_the_least_shows() {
        let flows = flows(&[(0, 80, 0), (1, 40, 20), (2, 1, 1), (3, 0, 60)]);
        let axis = DayColumns::of(DayRange { first: Day(0), last: Day(3) }, ActiveTime::default(), 1, 20, 2);
        let mut drawn = String::new();
        for rows in [8, 3, 2, 1] {
            let bars = Bars::of(&flows, &axis, rows, PlayheadColumn::On(1));
            drawn += &picture(20, rows, |area, buf| bars.draw(&Theme::plain(), area, buf));
        }
        let expected = r#"
80 ███  ┊
   ███  ┊
   ███ ███
   ███ ███ ▁▁▁
 0 ─────●──────────
       ███ ▔▔▔ ███
        ┊      ███
60      ┊      ███
80 ███ ▄▄▄ ▁▁▁
 0 ─────●──────────
60     ▔▔▔ ▔▔▔ ▀▀▀
80 ███ ▄▄▄ ▁▁▁
60     ▔▔▔ ▔▔▔ ▀▀▀
80 ███ ▄▄▄ ▁▁▁
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    proptest! {
        #[test]
        fn every_day_has_a_column_and_columns_fit(
            first in -3_000_000_i64..3_000_000,
            n_days in prop_oneof![1_i64..400, 1_i64..7_000_000],
            n_days_min in prop_oneof![Just(1_i64), 1_i64..2_000],
            width in 0_u16..200,
            label_cells in 0_usize..40,
        ) {
            let last = Day(first + n_days - 1);
            let days = DayRange { first: Day(first), last };
            let axis = DayColumns::of(days, ActiveTime::default(), n_days_min, width, label_cells);
            let room = usize::from(width).saturating_sub(label_cells + 1).max(1);
            prop_assert!(usize::from(axis.n_columns * axis.cells) <= room);
            prop_assert_eq!(axis.days_a_column % n_days_min, 0);
            prop_assert_eq!((axis.column_of(Day(first)), axis.column_of(last)), (0, axis.n_columns - 1));
            for column in 0..axis.n_columns.min(50) {
                let begins = first + i64::from(column) * axis.days_a_column;
                prop_assert_eq!(axis.column_of(Day(begins)), column);
                let ends = Day((begins + axis.days_a_column - 1).min(last.0));
                prop_assert_eq!(axis.column_of(ends), column);
                prop_assert_eq!(axis.days_of(column), DayRange { first: Day(begins), last: ends });
            }
        }

        #[test]
        fn no_bar_is_longer_than_its_rows_and_the_longest_fills_them(
            days in prop::collection::vec((any::<i64>(), any::<i64>()), 1..30),
            rows in 0_u16..30,
        ) {
            let days: Vec<_> = (0_i64..).zip(days).map(|(nth, (up, down))| (nth, up.into(), down.into())).collect();
            let flows = flows(&days);
            let days = DayRange { first: Day(0), last: flows.stretches.last().unwrap().day };
            let axis = DayColumns::of(days, ActiveTime::default(), 1, 80, 10);
            let bars = Bars::of(&flows, &axis, rows, PlayheadColumn::Before);
            prop_assert_eq!(bars.n_rows(), rows);
            let (rows_up, rows_down) = (bars.rows_up * PARTS, bars.rows_down * PARTS);
            if bars.rows_up > 0 {
                prop_assert!(bars.columns.iter().all(|(up, _)| *up <= rows_up));
            }
            if bars.rows_down > 0 {
                prop_assert!(bars.columns.iter().all(|(_, down)| *down <= rows_down));
            }
            if rows > 3 {
                let is_full = |(up, down): &(u16, u16)| *up == rows_up || *down == rows_down;
                prop_assert!(bars.columns.iter().any(is_full));
            }
        }
    }
}
