//! The chart: the selected stream's measure over its events, as steps.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::model::Model;
use crate::tui::questions::chart::Chart;
use crate::tui::text::{count, fit, span, width};
use crate::tui::theme::Theme;
use crate::tui::widgets::pane::{below, put};
use crate::tui::widgets::plot::{Plot, Steps};

/// The greatest height of a chart, as a percentage of its width: in a higher one, steps look like cliffs.
const HEIGHT_PERCENT_MAX: u16 = 45;

/// With at least this many rows the chart has a heading and a footing.
const FRAMED_ROWS: u16 = 7;

/// The greatest height of a chart of that width.
pub(super) fn rows_max(width: u16) -> u16 {
    width.min(1_000) * HEIGHT_PERCENT_MAX / 100
}

/// Draws the selected stream's chart, if there is one.
pub(super) fn draw(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let Some(chart) = model.chart.answer().filter(|chart| Some(&chart.stream) == model.selected()) else {
        return;
    };
    let Some((first, _)) = chart.points.first() else { return };
    let height = area.height.min(rows_max(area.width).max(FRAMED_ROWS));
    let is_framed = height >= FRAMED_ROWS;
    let rows = if is_framed { height - 2 } else { height };
    let steps = steps(chart, first.number(), model);
    let label_cells = steps.label_cells(area.width);
    let plot = Plot::of(steps, area.width, rows, label_cells);
    if !is_framed {
        plot.draw(theme, area, buf);
        return;
    }
    let unit = chart.currency.map_or_else(String::new, |currency| format!(" · {currency}"));
    // Between two points the measure may have been higher or lower than the line.
    let every =
        if chart.every > 1 { format!(" · per {} events", count(chart.every)) } else { String::new() };
    let room = usize::from(area.width);
    let label = &chart.label;
    let forms = [format!("{label} over the log{unit}{every}"), format!("{label}{unit}{every}")];
    let [long, short] = &forms;
    let heading = if width(long) <= room { long } else { short };
    put(vec![span(fit(heading, room), theme.dim)], area, 0, buf);
    plot.draw(theme, below(area, 1), buf);
    put(plot.footing(theme), area, usize::from(height - 1), buf);
}

fn steps(chart: &Chart, from: u64, model: &Model) -> Steps {
    let last = chart.points.last().map_or(0, |(at, _)| at.number());
    let to = model.head.position.number().max(last).max(from);
    Steps {
        points: chart.points.iter().map(|(at, value)| (at.number(), i128::from(*value))).collect(),
        currency: chart.currency,
        from,
        to,
        known_to: to,
        playhead: model.playhead.position.number(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture::{Bank, picture};

    #[test]
    fn a_measure_goes_in_steps_and_below_zero() {
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
