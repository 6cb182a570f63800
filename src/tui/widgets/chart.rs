//! The selected account's balance over its events, as steps.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::domain::money::{grouped, with_code};
use crate::tui::model::Model;
use crate::tui::model::answers::Chart;
use crate::tui::model::ruler::Scale;
use crate::tui::theme::{PLAYHEAD, Theme};
use crate::tui::widgets::pane::put;
use crate::tui::widgets::text::{count, right, span, width};

/// How high a chart is drawn at most, in hundredths of its width: higher, steps look like cliffs.
const HEIGHT_PERCENT_MAX: u16 = 45;

/// From how many rows on there is a heading over the chart and a footing under it.
const FRAMED_ROWS: u16 = 7;

/// The dots of a braille character, by column and by row from the top.
const DOTS: [[u32; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];

/// The braille character without dots.
const BRAILLE: u32 = 0x2800;

/// Draws the chart, if there is one of the selected account.
pub(super) fn draw(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let Some(chart) = model.chart.answer().filter(|chart| Some(&chart.stream) == model.selected()) else {
        return;
    };
    let Some((first, _)) = chart.points.first() else { return };
    let height = area.height.min((area.width.min(1_000) * HEIGHT_PERCENT_MAX / 100).max(FRAMED_ROWS));
    let is_framed = height >= FRAMED_ROWS;
    let rows = if is_framed { height - 2 } else { height };
    let plot = Plot::of(chart, first.number(), model, area.width, rows);
    let labels = plot.labels(chart);
    if is_framed {
        let unit = chart.currency.map_or_else(String::new, |currency| format!(" · {currency}"));
        put(vec![span(format!("balance over the log{unit}"), theme.dim)], area, 0, buf);
    }
    for row in 0..rows {
        let label = labels.iter().find(|(at, _)| *at == row).map_or("", |(_, text)| text);
        let mut line = vec![span(format!("{} ", right(label, plot.label_cells)), theme.dim)];
        line.extend(plot.row(row, theme));
        put(line, area, usize::from(row + u16::from(is_framed)), buf);
    }
    if is_framed {
        let (from, to) = (format!("@{}", count(plot.from)), format!("@{}", count(plot.to)));
        let room = usize::from(plot.columns);
        let fill = room.saturating_sub(width(&from) + width(&to));
        let text = format!("{}{from}{}{to}", " ".repeat(plot.label_cells + 1), " ".repeat(fill));
        put(vec![span(text, theme.dim)], area, usize::from(height - 1), buf);
    }
}

/// The chart laid out over cells.
struct Plot {
    from: u64,
    to: u64,
    columns: u16,
    rows: u16,
    label_cells: usize,
    lowest: i64,
    highest: i64,
    /// Each column of dots: the rows of dots from the upper to the lower end of the line there.
    strokes: Vec<Option<(u16, u16)>>,
    /// The column of cells that the playhead stands in, and its row.
    playhead: Option<(u16, Option<u16>)>,
    zero_row: Option<u16>,
}

impl Plot {
    fn of(chart: &Chart, from: u64, model: &Model, cells: u16, rows: u16) -> Self {
        let to =
            model.head.position.number().max(chart.points.last().map_or(0, |(at, _)| at.number())).max(from);
        let balances = chart.points.iter().map(|(_, balance)| *balance);
        let (lowest, highest) =
            (balances.clone().min().unwrap_or(0).min(0), balances.max().unwrap_or(0).max(0));
        let label = |balance: i64| width(&grouped(i128::from(balance), chart.currency));
        let label_cells = label(lowest).max(label(highest)).min(usize::from(cells / 2));
        let columns = cells.saturating_sub(u16::try_from(label_cells + 1).unwrap_or(u16::MAX));
        let mut plot = Self {
            from,
            to,
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
        plot.stroke(chart);
        let playhead = model.playhead.position;
        let at = plot
            .scale(columns.saturating_mul(2))
            .column_of(i128::from(playhead.number()))
            .map(|dots| dots / 2);
        let known = chart.points.partition_point(|(position, _)| *position <= playhead);
        let balance = known.checked_sub(1).and_then(|at| chart.points.get(at)).map(|(_, balance)| *balance);
        plot.playhead = at.map(|column| (column, balance.map(|balance| plot.dot_row(balance) / 4)));
        plot
    }

    fn scale(&self, n_columns: u16) -> Scale {
        Scale::new(i128::from(self.from), i128::from(self.to), n_columns)
    }

    /// The row of dots of a balance, from the top.
    fn dot_row(&self, balance: i64) -> u16 {
        let last = i128::from(self.rows.saturating_mul(4).saturating_sub(1));
        let span = i128::from(self.highest) - i128::from(self.lowest);
        let below_top = i128::from(self.highest) - i128::from(balance);
        if span == 0 {
            return u16::try_from(last / 2).unwrap_or(0);
        }
        u16::try_from((2 * below_top * last + span) / (2 * span)).unwrap_or(0)
    }

    /// The line: level from one event to the next, then straight up or down.
    fn stroke(&mut self, chart: &Chart) {
        let n_dots = self.columns.saturating_mul(2);
        let scale = self.scale(n_dots);
        let mut strokes = vec![None; usize::from(n_dots)];
        let mut points = chart.points.iter().peekable();
        let mut carried: Option<u16> = None;
        for (column, stroke) in (0..n_dots).zip(&mut strokes) {
            let mut ends = carried.map(|row| (row, row));
            while let Some((at, balance)) = points.peek() {
                if scale.column_of(i128::from(at.number())) > Some(column) {
                    break;
                }
                let row = self.dot_row(*balance);
                let (upper, lower) = ends.unwrap_or((row, row));
                ends = Some((upper.min(row), lower.max(row)));
                carried = Some(row);
                points.next();
            }
            *stroke = ends;
        }
        self.strokes = strokes;
    }

    /// The labels beside the chart, each with its row: the highest and the lowest balance, and zero between them.
    fn labels(&self, chart: &Chart) -> Vec<(u16, String)> {
        let text = |balance: i64| match self.label_cells {
            0 => with_code(i128::from(balance), chart.currency),
            _ => grouped(i128::from(balance), chart.currency),
        };
        let last = self.rows.saturating_sub(1);
        let mut labels = vec![(0, text(self.highest)), (last, text(self.lowest))];
        if let Some(row) = self.zero_row.filter(|row| (1..last).contains(row)) {
            labels.push((row, text(0)));
        }
        labels
    }

    fn row(&self, row: u16, theme: &Theme) -> Vec<Span<'static>> {
        let mut spans: Vec<Span<'static>> = Vec::new();
        for column in 0..self.columns {
            let (glyph, style) = self.cell(column, row, theme);
            match spans.last_mut() {
                Some(last) if last.style == style => last.content.to_mut().push(glyph),
                _ => spans.push(span(glyph.to_string(), style)),
            }
        }
        spans
    }

    fn cell(&self, column: u16, row: u16, theme: &Theme) -> (char, Style) {
        let dots = self.dots(column, row);
        let is_below_zero = self.zero_row.is_some_and(|zero| row > zero);
        let line = if is_below_zero { theme.loss } else { theme.selected };
        match self.playhead {
            Some((at, Some(mark))) if (at, mark) == (column, row) => {
                (PLAYHEAD.chars().next().unwrap_or('●'), theme.playhead)
            }
            Some((at, _)) if at == column && dots == 0 => ('┊', theme.dim),
            Some((at, _)) if at < column && dots > 0 => (braille(dots), theme.dim),
            None if dots > 0 => (braille(dots), theme.dim),
            _ if dots > 0 => (braille(dots), line),
            _ if self.zero_row == Some(row) => ('┈', theme.dim),
            _ => (' ', theme.text),
        }
    }

    fn dots(&self, column: u16, row: u16) -> u32 {
        let mut dots = 0;
        for (half, rows) in DOTS.iter().enumerate() {
            let Some(Some((upper, lower))) = self.strokes.get(usize::from(column) * 2 + half) else {
                continue;
            };
            for (nth, bit) in (0_u16..).zip(rows) {
                let at = row * 4 + nth;
                if (*upper..=*lower).contains(&at) {
                    dots |= bit;
                }
            }
        }
        dots
    }
}

fn braille(dots: u32) -> char {
    char::from_u32(BRAILLE + dots).unwrap_or(' ')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture::{Bank, picture};

    #[test]
    fn a_balance_goes_in_steps_and_below_zero() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "h");
        let drawn: String = picture(44, 8, |area, buf| draw(&model, &Theme::plain(), area, buf));
        let expected = r#"
balance over the log · EUR
   0.00 ⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⡇┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┊┈┈┈┈┈
                  ⡇                   ┊
                  ⡇                   ┊
                  ⡇                   ┊
                  ⡇                   ●⣀⣀⣀⣀⣀
-300.00           ⣇⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣸
        @3                               @10
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }
}
