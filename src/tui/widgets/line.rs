//! Sums over the log, as steps, one unit below the other.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::domain::money::grouped;
use crate::read_model::rows::saved::SavedQuestion;
use crate::read_model::rows::series::{LineGroup, LineSeries};
use crate::tui::layout::inside;
use crate::tui::model::Model;
use crate::tui::model::focus::Pane;
use crate::tui::text::span;
use crate::tui::theme::{INEXACT, Theme};
use crate::tui::widgets::chart::rows_max;
use crate::tui::widgets::pane::{PaneFrame, below, has_focus, more, note, padded, put, stacked};
use crate::tui::widgets::plot::{Plot, StepLabels, Steps};
use crate::tui::widgets::query_frame;

/// The fewest rows of a unit: its heading, and a line that can be told from a level one.
const ROWS_MIN: u16 = 5;

/// Draws the chart with its frame.
pub(super) fn draw(model: &Model, theme: &Theme, question: &SavedQuestion, area: Rect, buf: &mut Buffer) {
    let series = model.saved.answer().and_then(|answer| answer.lines(question));
    let inner = padded(inside(area), 1);
    let n_groups = series.map_or(0, |series| series.groups.len());
    // The last row is the positions of the ends.
    let room = Rect { height: inner.height.saturating_sub(1), ..inner };
    let places = stacked(room, n_groups, ROWS_MIN, rows_max(inner.width) + 1);
    let n_more = series.map_or(0, |series| series.n_more) + (n_groups - places.len()) as u64;
    let frame = PaneFrame {
        title: query_frame::title(&[span(question.name, theme.strong)], model, theme, area),
        bottom_right: more(n_more, theme),
        is_focused: has_focus(model, Pane::Query),
        ..PaneFrame::default()
    };
    frame.draw(theme, area, buf);
    let Some(series) = series else { return note("…", theme.dim, inner, buf) };
    if series.groups.is_empty() {
        return note(
            &format!("There are no {} yet.", model.presentation.noun().plural),
            theme.dim,
            inner,
            buf,
        );
    }
    let lines: Vec<Steps> = series.groups.iter().map(|group| steps(group, series, model)).collect();
    let shown = || lines.iter().zip(&series.groups).zip(&places);
    let label_cells = shown().map(|((steps, _), _)| steps.label_cells(inner.width)).max().unwrap_or(0);
    let mut footing = None;
    for ((steps, group), place) in shown() {
        put(heading(group, series, model, theme), *place, 0, buf);
        let rows = place.height.saturating_sub(1);
        let plot = Plot::of(steps.clone(), place.width, rows, label_cells);
        plot.draw(theme, below(*place, 1), buf);
        footing = Some((plot.footing(theme), place.y.saturating_add(place.height)));
    }
    if let Some((line, y)) = footing {
        put(line, below(inner, usize::from(y.saturating_sub(inner.y))), 0, buf);
    }
}

fn steps(group: &LineGroup, series: &LineSeries, model: &Model) -> Steps {
    let known_to = series.checkpoint.position.number();
    let sums = group.points.iter().map(|(_, sum)| *sum);
    Steps {
        points: group.points.iter().map(|(position, sum)| (position.number(), Some(*sum))).collect(),
        labels: StepLabels::of(sums, 0, |sum| grouped(sum, group.unit)),
        from: 1,
        to: model.head.position.number().max(known_to),
        known_to,
        playhead: model.playhead.position.number(),
    }
}

/// The unit, its sum at the playhead, and in how many streams.
fn heading(group: &LineGroup, series: &LineSeries, model: &Model, theme: &Theme) -> Vec<Span<'static>> {
    let unit = group.unit.map_or_else(|| "plain units".to_owned(), |currency| currency.to_string());
    let mut spans = vec![span(format!("{unit}  "), theme.dim)];
    if series.as_of != model.playhead.position.min(series.checkpoint.position) {
        spans.push(span(format!("{INEXACT} "), theme.dim));
    }
    match &group.then {
        Some(then) => {
            let style = if then.sum < 0 { theme.loss } else { theme.strong };
            spans.push(span(grouped(then.sum, group.unit), style));
            spans.push(span(format!(" · {}", model.presentation.noun().counted(then.n_streams)), theme.dim));
        }
        None => spans.push(span(format!("no {} yet", model.presentation.noun().singular), theme.dim)),
    }
    spans
}

#[cfg(test)]
mod tests {
    use crate::tui::fixture::Bank;
    use crate::tui::widgets::query_view::tests::drawn;

    #[test]
    fn each_currency_has_its_line_and_its_total_at_the_playhead() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "hhhhhvv");
        let drawn: String = drawn(&model, 46, 16);
        let expected = r#"
╭─ Money by currency now, at 10 · lag 0 ─────╮
│ EUR  900.00 · 2 accounts                   │
│ 1,200.00    ⢸⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⢹                   │
│             ⢸          ●⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉ │
│             ⢸          ┊                   │
│     0.00 ⣀⣀⣀⣸          ┊                   │
│                                            │
│ JPY  no account yet                        │
│      900               ┊      ⢸⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉ │
│                        ┊      ⢸            │
│                        ┊      ⢸            │
│        0               ┊   ⣀⣀⣀⣸            │
│          @1                            @10 │
│                                            │
│                                            │
╰────────────────────────────────────────────╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn a_line_ends_at_the_checkpoint_and_goes_below_zero() {
        let bank = Bank::of(&[
            ("acc-1", "AccountOpened", r#"{"currency":"EUR"}"#),
            ("acc-1", "Deposited", r#"{"amount":5000}"#),
            ("acc-1", "Withdrawn", r#"{"amount":12000}"#),
            ("acc-1", "Deposited", r#"{"amount":3000}"#),
            ("acc-1", "Withdrawn", r#"{"amount":1}"#),
            ("acc-1", "Withdrawn", r#"{"amount":1}"#),
        ]);
        let bank = bank.projected_to(4);
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "vv");
        let mut drawn: String = drawn(&model, 46, 9);
        // This answer belongs to another playhead.
        model.playhead.position = model.playhead.position.minus(3);
        drawn += &self::drawn(&model, 46, 9);
        let expected = r#"
╭─ Money by currency now · HELD · lag 2 ─────╮
│ EUR  -40.00 · 1 account                    │
│  50.00        ⡏⠉⠉⠉⠉⠉⠉⡇                   ┊ │
│               ⡇      ⡇                   ┊ │
│   0.00 ⠉⠉⠉⠉⠉⠉⠉⠁┈┈┈┈┈┈⡇┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┊ │
│                      ⡇     ⢠             ┊ │
│ -70.00               ⣇⣀⣀⣀⣀⣀⣸             ┊ │
│        @1                               @6 │
╰────────────────────────────────────────────╯
╭─ Money by currency now · HELD · lag 2 ─────╮
│ EUR  ≈ -40.00 · 1 account                  │
│  50.00        ⡏⠉⠉⠉⠉⠉⠉⡇                     │
│               ⡇      ⡇                     │
│   0.00 ⠉⠉⠉⠉⠉⠉⠉⠁┈┈┈┈┈┈⡇┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈ │
│                      ⡇     ⢠               │
│ -70.00               ●⣀⣀⣀⣀⣀⣸               │
│        @1                               @6 │
╰────────────────────────────────────────────╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn where_there_is_nothing_to_draw_it_says_so() {
        let bank = Bank::of(&[]);
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "vv");
        let drawn: String = drawn(&model, 40, 4);
        let expected = r#"
╭─ Money by currency now · lag 0 ──────╮
│ There are no accounts yet.           │
│                                      │
╰──────────────────────────────────────╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }
}
