//! Step lines over the log in braille cells, with the playhead marked.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::tui::model::ruler::Scale;
use crate::tui::text::{count, right, span, width};
use crate::tui::theme::{PLAYHEAD, Theme};
use crate::tui::widgets::pane::put;

/// The dots of a braille character, by column and by row from the top.
const DOTS: [[u32; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];

/// The braille character without dots.
const BRAILLE: u32 = 0x2800;

/// Amounts are reduced to fewer bits than this before they are multiplied with rows of dots; no screen has 2^20 of
/// those.
const AMOUNT_BITS_MAX: u32 = 100;

/// The data of a line of steps.
#[derive(Clone, Debug)]
pub(super) struct Steps {
    /// Positions, each with the amount from there on, in one unit for all; `None` begins a gap. Rising.
    pub points: Vec<(u64, Option<i128>)>,
    /// What is written beside the line.
    pub labels: StepLabels,
    /// The first position that is drawn.
    pub from: u64,
    /// The last position that is drawn.
    pub to: u64,
    /// The position at which the line ends.
    pub known_to: u64,
    /// The playhead's position.
    pub playhead: u64,
}

/// The amounts that are written beside a line.
#[derive(Clone, Debug)]
pub(super) struct StepLabels {
    /// That of the lowest row.
    pub lowest: String,
    /// That of the highest row.
    pub highest: String,
    pub zero: String,
}

impl StepLabels {
    /// The labels of a line through these amounts.
    pub(super) fn of<T: Ord + Copy>(
        amounts: impl Iterator<Item = T> + Clone,
        zero: T,
        written: impl Fn(T) -> String,
    ) -> Self {
        let (lowest, highest) = ends(amounts, zero);
        Self { lowest: written(lowest), highest: written(highest), zero: written(zero) }
    }
}

/// The lowest and the highest amount, including zero.
fn ends<T: Ord + Copy>(amounts: impl Iterator<Item = T> + Clone, zero: T) -> (T, T) {
    (amounts.clone().fold(zero, T::min), amounts.fold(zero, T::max))
}

impl Steps {
    /// Cells of the labels beside the line, in an area of that width.
    pub(super) fn label_cells(&self, cells: u16) -> usize {
        let StepLabels { lowest, highest, .. } = &self.labels;
        width(lowest).max(width(highest)).min(usize::from(cells / 2))
    }
}

/// The line laid out over cells.
#[derive(Debug)]
pub(super) struct Plot {
    steps: Steps,
    columns: u16,
    rows: u16,
    label_cells: usize,
    lowest: i128,
    highest: i128,
    /// For each column of dots, the upper and the lower end of the line.
    strokes: Vec<Option<(u16, u16)>>,
    /// The playhead's column of cells, and its row.
    playhead: Option<(u16, Option<u16>)>,
    zero_row: Option<u16>,
}

impl Plot {
    /// The line in `cells` columns and `rows` rows, with labels of `label_cells` cells beside it.
    pub(super) fn of(steps: Steps, cells: u16, rows: u16, label_cells: usize) -> Self {
        let (lowest, highest) = ends(steps.points.iter().filter_map(|(_, amount)| *amount), 0);
        let columns = cells.saturating_sub(u16::try_from(label_cells + 1).unwrap_or(u16::MAX));
        let mut plot = Self {
            steps,
            columns,
            rows,
            label_cells,
            lowest,
            highest,
            strokes: Vec::new(),
            playhead: None,
            zero_row: None,
        };
        plot.zero_row = (lowest < 0).then(|| plot.dot_row(0) / 4);
        plot.strokes = plot.strokes();
        plot.playhead = plot.marked();
        plot
    }

    /// Draws the labels and the line.
    pub(super) fn draw(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let labels = self.labels();
        for row in 0..self.rows {
            let label = labels.iter().find(|(at, _)| *at == row).map_or("", |(_, text)| text);
            let mut line = vec![span(format!("{} ", right(label, self.label_cells)), theme.dim)];
            line.extend(self.row(row, theme));
            put(line, area, usize::from(row), buf);
        }
    }

    /// The line below, with the positions of the ends.
    pub(super) fn footing(&self, theme: &Theme) -> Vec<Span<'static>> {
        let (from, to) = (format!("@{}", count(self.steps.from)), format!("@{}", count(self.steps.to)));
        let fill = usize::from(self.columns).saturating_sub(width(&from) + width(&to));
        vec![span(format!("{}{from}{}{to}", " ".repeat(self.label_cells + 1), " ".repeat(fill)), theme.dim)]
    }

    fn scale(&self, n_columns: u16) -> Scale {
        Scale::new(i128::from(self.steps.from), i128::from(self.steps.to), n_columns)
    }

    /// The row of dots of an amount, from the top.
    fn dot_row(&self, amount: i128) -> u16 {
        let last = self.rows.saturating_mul(4).saturating_sub(1);
        let span = self.highest.saturating_sub(self.lowest);
        if span == 0 {
            return last / 2;
        }
        part_of(self.highest.saturating_sub(amount), span, last)
    }

    /// The playhead's place: on the line, as far as the line goes.
    fn marked(&self) -> Option<(u16, Option<u16>)> {
        let playhead = self.steps.playhead;
        let column = self.scale(self.columns.saturating_mul(2)).column_of(i128::from(playhead))? / 2;
        let n_known = self.steps.points.partition_point(|(position, _)| *position <= playhead);
        let known = n_known.checked_sub(1).and_then(|at| self.steps.points.get(at));
        let amount = known.filter(|_| playhead <= self.steps.known_to).and_then(|(_, amount)| *amount);
        Some((column, amount.map(|amount| self.dot_row(amount) / 4)))
    }

    /// The line: level between steps, vertical at each step.
    fn strokes(&self) -> Vec<Option<(u16, u16)>> {
        let n_dots = self.columns.saturating_mul(2);
        let scale = self.scale(n_dots);
        let known_to = self.steps.known_to.min(self.steps.to).max(self.steps.from);
        let end = scale.column_of(i128::from(known_to)).unwrap_or(n_dots);
        let mut strokes = vec![None; usize::from(n_dots)];
        let mut points = self.steps.points.iter().peekable();
        let mut carried: Option<u16> = None;
        for (column, stroke) in (0..n_dots).zip(&mut strokes).take_while(|(column, _)| *column <= end) {
            let mut ends = carried.map(|row| (row, row));
            while let Some((at, amount)) = points.peek() {
                if scale.column_of(i128::from(*at)) > Some(column) {
                    break;
                }
                carried = amount.map(|amount| self.dot_row(amount));
                if let Some(row) = carried {
                    let (upper, lower) = ends.unwrap_or((row, row));
                    ends = Some((upper.min(row), lower.max(row)));
                }
                points.next();
            }
            *stroke = ends;
        }
        strokes
    }

    /// The labels beside the line, each with its row: the highest and the lowest amount, and zero between them.
    fn labels(&self) -> Vec<(u16, String)> {
        let StepLabels { lowest, highest, zero } = &self.steps.labels;
        let last = self.rows.saturating_sub(1);
        let mut labels = vec![(0, highest.clone()), (last, lowest.clone())];
        if let Some(row) = self.zero_row.filter(|row| (1..last).contains(row)) {
            labels.push((row, zero.clone()));
        }
        labels
    }

    fn row(&self, row: u16, theme: &Theme) -> Vec<Span<'static>> {
        let mut spans: Vec<Span<'static>> = Vec::new();
        for column in 0..self.columns {
            push(&mut spans, self.cell(column, row, theme));
        }
        spans
    }

    fn cell(&self, column: u16, row: u16, theme: &Theme) -> Glyph {
        let dots = self.dots(column, row);
        let is_below_zero = self.zero_row.is_some_and(|zero| row > zero);
        let line = if is_below_zero { theme.loss } else { theme.selected };
        let (symbol, style) = match self.playhead {
            Some((at, Some(mark))) if (at, mark) == (column, row) => {
                (PLAYHEAD.chars().next().unwrap_or('●'), theme.playhead)
            }
            Some((at, _)) if at == column && dots == 0 => ('┊', theme.dim),
            Some((at, _)) if at < column && dots > 0 => (braille(dots), theme.dim),
            None if dots > 0 => (braille(dots), theme.dim),
            _ if dots > 0 => (braille(dots), line),
            _ if self.zero_row == Some(row) => ('┈', theme.dim),
            _ => (' ', theme.text),
        };
        Glyph { symbol, style }
    }

    fn dots(&self, column: u16, row: u16) -> u32 {
        let mut dots = 0;
        for (half, rows) in DOTS.iter().enumerate() {
            let Some(Some((upper, lower))) = self.strokes.get(usize::from(column) * 2 + half) else {
                continue;
            };
            for (nth, bit) in (0_u16..).zip(rows) {
                let at = row.saturating_mul(4).saturating_add(nth);
                if (*upper..=*lower).contains(&at) {
                    dots |= bit;
                }
            }
        }
        dots
    }
}

/// A character of one cell, with its style.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glyph {
    pub(super) symbol: char,
    pub(super) style: Style,
}

/// Appends a glyph to a line, to the last span if the style is the same.
pub(super) fn push(spans: &mut Vec<Span<'static>>, glyph: Glyph) {
    match spans.last_mut() {
        Some(last) if last.style == glyph.style => last.content.to_mut().push(glyph.symbol),
        _ => spans.push(span(glyph.symbol.to_string(), glyph.style)),
    }
}

/// The parts that an amount fills, rounded, if the whole has `n_parts`; 0 for a negative amount.
pub(super) fn part_of(amount: i128, whole: i128, n_parts: u16) -> u16 {
    let shift = excess_bits(whole);
    let (amount, whole) = (amount.max(0) >> shift, whole >> shift);
    if whole <= 0 {
        return 0;
    }
    let twice = amount.saturating_mul(2 * i128::from(n_parts)).saturating_add(whole);
    u16::try_from(twice / (2 * whole)).unwrap_or(u16::MAX)
}

/// The number of bits by which amounts up to this one have to be shifted before they are multiplied.
pub(super) fn excess_bits(most: i128) -> u32 {
    (i128::BITS - most.leading_zeros()).saturating_sub(AMOUNT_BITS_MAX)
}

fn braille(dots: u32) -> char {
    char::from_u32(BRAILLE + dots).unwrap_or(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_rounded_and_may_exceed_the_whole() {
        assert_eq!([0, 4, 5, 14, 15, 99, -7].map(|amount| part_of(amount, 100, 10)), [0, 0, 1, 1, 2, 10, 0]);
        assert_eq!([i128::MAX, i128::MAX / 2].map(|amount| part_of(amount, i128::MAX, 10)), [10, 5]);
        assert_eq!((part_of(5, 0, 10), part_of(5, -1, 10), part_of(5, 2, 10)), (0, 0, 25));
        assert_eq!(part_of(i128::MAX, 1, 10), u16::MAX);
    }
}
