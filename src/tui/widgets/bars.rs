//! Sums by day, as bars above and below a line.
//!
//! Its files:
//!
//! - `day_columns.rs`: bars of one unit over days, up and down

mod day_columns;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::domain::counted::counted;
use crate::domain::event::GlobalPosition;
use crate::domain::money::{grouped, with_code};
use crate::read_model::rows::saved::{BarsLook, SavedQuestion};
use crate::read_model::rows::series::{BarGroup, BarSeries, BarStretch, Day};
use crate::tui::layout::inside;
use crate::tui::model::Model;
use crate::tui::model::active_time::ActiveTime;
use crate::tui::model::focus::Pane;
use crate::tui::text::{DAY, count, line_width, span, time};
use crate::tui::theme::{IDLE, Theme};
use crate::tui::widgets::bars::day_columns::{Bars, DayColumns, DayRange, PlayheadColumn};
use crate::tui::widgets::pane::{PaneFrame, below, has_focus, more, note, padded, put, stacked};
use crate::tui::widgets::query_frame;

/// The fewest rows of a unit: its caption, two up, the line, and two down.
const ROWS_MIN: u16 = 6;

/// The most rows of a unit: bars that are higher do not say more.
const ROWS_MAX: u16 = 18;

/// How often the width of the labels is recomputed, which changes each time a sum gains a digit.
const N_FITTINGS_MAX: usize = 4;

/// Draws the chart with its frame.
pub(super) fn draw(
    model: &Model,
    theme: &Theme,
    question: &SavedQuestion,
    look: &BarsLook,
    area: Rect,
    buf: &mut Buffer,
) {
    let title = query_frame::title(&[span(question.name, theme.strong)], model, theme, area);
    let frame = |bottom_left, bottom_right| PaneFrame {
        title,
        bottom_left,
        bottom_right,
        is_focused: has_focus(model, Pane::Query),
    };
    let inner = padded(inside(area), 1);
    let series = model.saved.answer().and_then(|answer| answer.bars(question));
    let span_of_days = series.and_then(|series| days_of(series, model));
    let (Some(series), Some(days)) = (series, span_of_days) else {
        let text = match series {
            None => "…",
            Some(series) if series.n_undated > 0 => "No event of this log has a time: there are no days.",
            Some(_) => look.nothing,
        };
        frame(Vec::new(), Vec::new()).draw(theme, area, buf);
        return note(text, theme.dim, inner, buf);
    };
    // The last row shows the first and the last day.
    let room = Rect { height: inner.height.saturating_sub(1), ..inner };
    let places = stacked(room, series.groups.len(), ROWS_MIN, ROWS_MAX);
    let shown: Vec<&BarGroup> = series.groups.iter().take(places.len()).collect();
    let active = active_days(series, days);
    let axis = fitting_axis(&shown, days, &active, series.n_days, inner.width);
    let n_more = series.n_more + (series.groups.len() - places.len()) as u64;
    frame(legend(&axis, series, theme), more(n_more, theme)).draw(theme, area, buf);
    let standing = standing(model, &axis);
    for (group, place) in shown.iter().zip(&places) {
        put(caption(group, &axis, look, model, usize::from(place.width), theme), *place, 0, buf);
        let rows = place.height.saturating_sub(1);
        Bars::of(group, &axis, rows, standing).draw(theme, below(*place, 1), buf);
    }
    if let Some(last) = places.last() {
        let row = (last.y + last.height).saturating_sub(inner.y);
        put(vec![span(axis.footing(), theme.dim)], inner, usize::from(row), buf);
    }
}

/// The days over as many columns as fit beside the labels. The width of the labels depends on the sums of the columns:
/// with fewer columns, each has more.
fn fitting_axis(
    shown: &[&BarGroup],
    days: DayRange,
    active: &ActiveTime,
    n_days: i64,
    width: u16,
) -> DayColumns {
    let mut axis = DayColumns::of(days, active.clone(), n_days, width, 0);
    for _ in 0..N_FITTINGS_MAX {
        let wanted = shown.iter().map(|group| day_columns::label_cells(group, &axis)).max().unwrap_or(0);
        let label_cells = wanted.min(usize::from(width / 2));
        if label_cells <= axis.label_cells {
            break;
        }
        axis = DayColumns::of(days, active.clone(), n_days, width, label_cells);
    }
    axis
}

/// The first and the last day of history: of all bars, and of the log's clock.
fn days_of(series: &BarSeries, model: &Model) -> Option<DayRange> {
    let stretches =
        || series.groups.iter().filter_map(|group| group.stretches.first().zip(group.stretches.last()));
    let first = stretches().map(|(first, _)| first.day).min()?;
    let last = stretches().map(|(_, last)| Day(last.day.0 + series.n_days - 1)).max()?;
    let (begin, end) = (model.first_clock.map(Day::of), model.head.clock.map(Day::of));
    Some(DayRange {
        first: begin.map_or(first, |day| day.min(first)),
        last: end.map_or(last, |day| day.max(last)),
    })
}

/// The days without those long stretches in which nothing changed.
fn active_days(series: &BarSeries, range: DayRange) -> ActiveTime {
    let of_stretch = |stretch: &BarStretch| [stretch.day.0, stretch.day.0 + series.n_days - 1];
    let stretches = series.groups.iter().flat_map(|group| &group.stretches);
    let mut days: Vec<i128> =
        stretches.flat_map(of_stretch).chain([range.first.0, range.last.0]).map(i128::from).collect();
    days.sort_unstable();
    days.dedup();
    ActiveTime::between(&days)
}

fn playhead_day(model: &Model) -> Option<Day> {
    let clock = model.playhead.clock.filter(|_| model.playhead.position > GlobalPosition::START);
    clock.map(Day::of)
}

fn standing(model: &Model, axis: &DayColumns) -> PlayheadColumn {
    match playhead_day(model) {
        Some(day) => PlayheadColumn::On(axis.column_of(day)),
        None => PlayheadColumn::Before,
    }
}

/// How many days a column is, where it is more than one; what belongs to no day.
fn legend(axis: &DayColumns, series: &BarSeries, theme: &Theme) -> Vec<Span<'static>> {
    let mut parts = Vec::new();
    if axis.days_a_column > 1 {
        parts.push(format!("a column is {} days", count(axis.days_a_column.unsigned_abs())));
    }
    if axis.n_skipped() > 0 {
        parts.push(format!("{IDLE} {} skipped", counted(axis.n_skipped(), "day")));
    }
    if series.n_undated > 0 {
        parts.push(format!("{} undated", count(series.n_undated)));
    }
    if parts.is_empty() { Vec::new() } else { vec![span(parts.join(" · "), theme.dim)] }
}

/// The sums of the playhead's column, in as many words as there is room for.
fn caption(
    group: &BarGroup,
    axis: &DayColumns,
    look: &BarsLook,
    model: &Model,
    room: usize,
    theme: &Theme,
) -> Vec<Span<'static>> {
    let unit = group.unit.map_or_else(|| "plain units".to_owned(), |currency| currency.to_string());
    let Some(day) = playhead_day(model) else {
        return vec![span(format!("{unit}  before the first day"), theme.dim)];
    };
    let column = axis.column_of(day);
    let in_column = group.stretches.iter().filter(|stretch| axis.column_of(stretch.day) == column);
    let (up, down) = in_column.fold((0_i128, 0_i128), |(up, down), stretch| {
        (up.saturating_add(stretch.up), down.saturating_add(stretch.down))
    });
    let words = |days: String| {
        let gap = if days.is_empty() { "" } else { "  " };
        vec![
            span(days + gap, theme.strong),
            span(format!("{} ", look.up), theme.dim),
            span(grouped(up, group.unit), theme.gain),
            span(format!("  {} ", look.down), theme.dim),
            span(with_code(down, group.unit), theme.loss),
        ]
    };
    let brief = words(String::new());
    let mut forms = column_words(axis.days_of(column)).into_iter().map(words);
    forms.find(|line| line_width(line) <= room).unwrap_or(brief)
}

/// The days of a column in several lengths, the longest first.
fn column_words(days: DayRange) -> Vec<String> {
    let [first, last] = [days.first, days.last].map(Day::begins);
    let n_days = days.last.0.saturating_sub(days.first.0).saturating_add(1).unsigned_abs();
    match n_days {
        1 => vec![time(first, DAY), time(first, "%m-%d")],
        _ => vec![
            format!("{} – {}", time(first, DAY), time(last, DAY)),
            format!("{} – {}", time(first, "%m-%d"), time(last, "%m-%d")),
            counted(n_days, "day"),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;
    use crate::tui::widgets::query_view::tests::drawn;
    use std::sync::Arc;

    use crate::tui::fixture::Bank;
    use crate::tui::questions::saved::{SavedAnswer, SavedRows};

    /// A screen on the little bank, to which this is the answer.
    fn answered(series: BarSeries) -> Model {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "v");
        let request = model.saved.question().unwrap().clone();
        let question = Arc::clone(&request.question);
        model.saved.ask_again();
        let (ticket, _) = model.saved.ask(request).unwrap();
        model.saved.receive(ticket, SavedAnswer { question, shown: SavedRows::Bars(series) });
        model
    }

    fn series(code: &str, stretches: Vec<BarStretch>) -> BarSeries {
        let currencies = vec![BarGroup { unit: Currency::from_code(code), stretches }];
        BarSeries { n_days: 1, groups: currencies, n_more: 0, n_undated: 0 }
    }

    fn day(text: &str) -> Day {
        Day::of(format!("{text}T00:00:00Z").parse().unwrap())
    }

    #[test]
    fn each_currency_has_its_bars_and_the_playheads_day_its_figures() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "v");
        let drawn: String = drawn(&model, 46, 18);
        let expected = r#"
╭─ Daily flows now, at 10 · lag 0 ───────────╮
│ 2024-03-01  in 1,200.00  out 300.00 EUR    │
│ 1,200.00 ███                               │
│          ███                               │
│          ███                               │
│     0.00 ─●──                              │
│   300.00 ▀▀▀                               │
│                                            │
│ 2024-03-01  in 900  out 0 JPY              │
│      900 ███                               │
│          ███                               │
│          ███                               │
│          ███                               │
│        0 ─●──                              │
│          2024-03-01                        │
│                                            │
│                                            │
╰────────────────────────────────────────────╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn years_without_a_flow_are_drawn_short_and_marked() {
        let flow = |text: &str, inflow| BarStretch { day: day(text), up: inflow, down: 0 };
        let mut days: Vec<_> = (1..10).map(|n| flow(&format!("2022-01-0{n}"), 100 * n)).collect();
        days.push(flow("2024-02-28", 500));
        let drawn: String = drawn(&answered(series("JPY", days)), 60, 8);
        let expected = r#"
╭─ Daily flows now, at 10 · lag 0 ─────────────────────────╮
│ 2024-03-01  in 0  out 0 JPY                              │
│ 900                         ▃▃▃ ▅▅▅ ███              ┊   │
│                 ▃▃▃ ▅▅▅ ███ ███ ███ ███     ▅▅▅      ┊   │
│     ▃▃▃ ▅▅▅ ███ ███ ███ ███ ███ ███ ███     ███      ┊   │
│   0 ────────────────────────────────────⌇⌇⌇⌇─────────●── │
│     2022-01-01                                2024-03-01 │
╰ ⌇ 780 days skipped ──────────────────────────────────────╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn days_are_grouped_where_there_are_more_than_columns() {
        let first = day("2014-03-02").0;
        let stretch = |nth: i64| BarStretch {
            day: Day(first + nth),
            up: i128::from(nth % 500) * 100,
            down: i128::from(3_600 - nth) * 20,
        };
        let mut ten_years = series("EUR", (0..3_650).map(stretch).collect());
        (ten_years.n_more, ten_years.n_undated) = (2, 1);
        let drawn: String = drawn(&answered(ten_years), 60, 12);
        let expected = r#"
╭─ Daily flows now, at 10 · lag 0 ─────────────────────────╮
│ 2024-01-09 – 2024-03-01  in 6,225.00  out -245.00 EUR    │
│ 36,760.00      ▄     ▃     ▂     ▁▅     ▄     ▃     ▂  ┊ │
│             ▁▅██   ▄▇█▃  ▃▆██  ▂▅██  ▁▅██   ▄▇█▃  ▃▆██ ┊ │
│           ▂▅████▆▄█████▄▇████▃▆████▂▅████▆▄█████▄▇████▃▄ │
│      0.00 ─────────────────────────────────────────────● │
│           ████████████████████████████████████▀▀▀▀▀▀▔▔▔┊ │
│           █████████████████████████▀▀▀▀▀▔▔▔            ┊ │
│           ██████████████▀▀▀▀▀▔▔▔                       ┊ │
│ 56,968.00 ███▀▀▀▀▀▔▔▔                                  ┊ │
│           2014-03-02                          2024-03-01 │
╰ a column is 80 days · 1 undated ──────────────── +2 more ╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn days_after_the_playhead_are_drawn_too_and_negative_amounts_go_the_other_way() {
        let flow = |text, inflow, outflow| BarStretch { day: day(text), up: inflow, down: outflow };
        let days = vec![
            flow("2024-02-26", 900, 0),
            flow("2024-02-29", 0, 400),
            flow("2024-03-01", -300, 50),
            flow("2024-03-04", 1, 1),
            flow("2024-03-05", 0, i128::from(i64::MAX)),
        ];
        let mut model = answered(series("JPY", days[..4].to_vec()));
        let mut drawn: String = drawn(&model, 50, 9);
        model = answered(series("JPY", days));
        drawn += &self::drawn(&model, 50, 9);
        let expected = r#"
╭─ Daily flows now, at 10 · lag 0 ───────────────╮
│ 2024-03-01  in -300  out 50 JPY                │
│ 900 ▂▂▂              ┊                         │
│     ███              ┊                         │
│     ███              ┊          ▁▁▁            │
│   0 ─────────────────●──────────────           │
│ 400             ███ ███         ▔▔▔            │
│     2024-02-26            2024-03-04           │
╰────────────────────────────────────────────────╯
╭─ Daily flows now, at 10 · lag 0 ───────────────╮
│ 2024-03-01  in -300  out 50 JPY                │
│                     900 ▁       ┊     ▁        │
│                       0 ────────●─────────     │
│                               ▔ ▔     ▔ █      │
│                                 ┊       █      │
│ 9,223,372,036,854,775,…         ┊       █      │
│                         2024-02-26 2024-03-05  │
╰────────────────────────────────────────────────╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn where_there_is_nothing_to_draw_it_says_so() {
        let bank = Bank::of(&[]);
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "v");
        let mut drawn: String = drawn(&model, 40, 4);
        let undated = BarSeries { n_undated: 7, ..series("EUR", Vec::new()) };
        drawn += &self::drawn(&answered(undated), 40, 4);
        let expected = r#"
╭─ Daily flows now, at 0 · lag 0 ──────╮
│ No money has come in or gone out     │
│ yet.                                 │
╰──────────────────────────────────────╯
╭─ Daily flows now, at 10 · lag 0 ─────╮
│ No event of this log has a time:     │
│ there are no days.                   │
╰──────────────────────────────────────╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }
}
