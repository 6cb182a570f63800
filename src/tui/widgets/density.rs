//! The bars above the ruler: how fast events came, or how many there are.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::model::ruler::Axis;
use crate::tui::questions::survey::{ColumnEvents, SurveyColumn};
use crate::tui::text::{count, span};
use crate::tui::theme::{Theme, UNKNOWN};
use crate::tui::widgets::pane::put;

/// The heights of a cell.
const EIGHTHS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// The ratio of the fastest column to the slowest that still has a visible bar: rates in one log differ by more than
/// the steps of a bar.
/// by more than a bar has steps.
const RATES_RANGE: f64 = 10_000.0;

/// The height of each column's bar, if known, and the value of the highest.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Density {
    /// Between 0 and 1; `None` = not known yet.
    heights: Vec<Option<f64>>,
    highest: Option<Peak>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Peak {
    /// Events in one column.
    Count(u64),
    /// Events per second.
    Rate(f64),
}

impl Density {
    /// By time: the events in each column. By position each column has the same number, so the bars show how fast they
    /// came.
    pub(super) fn of(columns: &[SurveyColumn], axis: Axis) -> Self {
        match axis {
            Axis::Time | Axis::ActiveTime => Self::of_counts(columns),
            Axis::Position => Self::of_rates(columns),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a bar has sixteen steps")]
    fn of_counts(columns: &[SurveyColumn]) -> Self {
        let known = columns.iter().filter_map(|column| column.events);
        let most = known.map(|events| events.n_events).max().filter(|most| *most > 0);
        let height = |events: ColumnEvents| (events.n_events as f64 / most.unwrap_or(1) as f64).sqrt();
        let heights = columns.iter().map(|column| column.events.map(height)).collect();
        Self { heights, highest: most.map(Peak::Count) }
    }

    #[expect(clippy::cast_precision_loss, reason = "a bar has sixteen steps")]
    fn of_rates(columns: &[SurveyColumn]) -> Self {
        let rate = |events: ColumnEvents| match (events.n_events, events.micros) {
            (0, _) => None,
            (_, 0) => Some(f64::INFINITY),
            (n, micros) => Some(n as f64 * 1e6 / micros as f64),
        };
        let known = columns.iter().filter_map(|column| column.events);
        let finite = known.filter_map(rate).filter(|rate| rate.is_finite());
        let fastest = finite.clone().fold(0.0, f64::max);
        if fastest <= 0.0 {
            let heights = columns.iter().map(|column| column.events.map(|_| 0.0)).collect();
            return Self { heights, highest: None };
        }
        let slowest = finite.fold(fastest, f64::min).max(fastest / RATES_RANGE);
        let span = (fastest / slowest).ln();
        let height = |events: ColumnEvents| match rate(events) {
            None => 0.0,
            Some(rate) if rate >= fastest => 1.0,
            Some(rate) if span > 0.0 => (rate / slowest).ln().max(0.0) / span,
            Some(_) => 1.0,
        };
        // A column with any event has at least the lowest bar.
        let least = 1.0 / 16.0;
        let visible = |events: ColumnEvents| match height(events) {
            _ if events.n_events == 0 => 0.0,
            height => least + height * (1.0 - least),
        };
        let heights = columns.iter().map(|column| column.events.map(visible)).collect();
        Self { heights, highest: Some(Peak::Rate(fastest)) }
    }

    /// The unit of the bars, and the value of the highest.
    pub(super) fn unit(&self) -> Option<String> {
        Some(match self.highest? {
            Peak::Count(most) => format!("events, up to {}", count(most)),
            Peak::Rate(fastest) => {
                let (n, unit) = by_unit(fastest);
                format!("events {unit}, up to {}", count(n))
            }
        })
    }
}

/// A rate in the smallest unit of time in which it is a sensible whole number.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded up from a positive rate"
)]
fn by_unit(per_second: f64) -> (u64, &'static str) {
    let units = [("a second", 1.0), ("a minute", 60.0), ("an hour", 3600.0), ("a day", 86_400.0)];
    let found = units.into_iter().find(|(_, seconds)| per_second * seconds >= 2.0);
    let (unit, seconds) = found.unwrap_or(("a day", 86_400.0));
    ((per_second * seconds).round().max(1.0) as u64, unit)
}

/// Draws the bars as high as the area. A mark at the bottom stands for an unknown bar.
pub(super) fn draw(density: &Density, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let n_rows = usize::from(area.height);
    for row in 0..n_rows {
        // The eighths below this row.
        let foot = (n_rows - 1 - row) * 8;
        let cell = |height: &Option<f64>| match height {
            Some(height) => cell(*height, n_rows * 8, foot),
            None if foot == 0 => UNKNOWN,
            None => " ",
        };
        let text: String = density.heights.iter().map(cell).collect();
        put(vec![span(text, theme.bars)], area, row, buf);
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "0 to 16"
)]
fn cell(height: f64, steps: usize, foot: usize) -> &'static str {
    if height <= 0.0 {
        return " ";
    }
    let eighths = ((height * steps as f64).round() as usize).clamp(1, steps);
    EIGHTHS.get(eighths.saturating_sub(foot).min(8)).copied().unwrap_or(" ")
}
