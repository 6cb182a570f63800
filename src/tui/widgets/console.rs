//! The SQL console: the editor, and below it the answer or the saved questions.
//!
//! Its files:
//!
//! - `editor.rs`: the SQL editor: its lines, wrapped, around the cursor
//! - `status.rs`: the frame of a SQL answer: row count, duration, and the position that it is as of
//! - `table.rs`: a SQL answer as a table, as wide as its visible rows need

mod editor;
mod status;
mod table;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::tui::keymap::console::{ConsoleAction, console_key_names};
use crate::tui::layout::Panes;
use crate::tui::model::Model;
use crate::tui::model::console::ConsolePart;
use crate::tui::model::results::Results;
use crate::tui::questions::sql::AnswerOutcome;
use crate::tui::text::{left, span, width, wrap};
use crate::tui::theme::{SELECTED_ROW, Theme};
use crate::tui::widgets::pane::{PaneFrame, padded, put};

/// The most lines for the reason why there is no answer, or no more of it.
const REASON_LINES_MAX: usize = 4;

/// Draws the console over the panes. Returns the cursor's place.
pub(crate) fn draw(
    model: &Model,
    part: ConsolePart,
    theme: &Theme,
    panes: &Panes,
    buf: &mut Buffer,
) -> Option<Position> {
    let console = panes.console?;
    let cursor = console.editor.and_then(|area| editor::draw(model, part, theme, area, buf));
    if let Some(area) = console.below {
        if model.console.shows_saved(part) {
            draw_saved(model, part, theme, area, buf);
        } else {
            draw_answer(model, part, theme, area, buf);
        }
    }
    cursor.filter(|_| part == ConsolePart::Editor)
}

fn draw_answer(model: &Model, part: ConsolePart, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let is_focused = part == ConsolePart::Results;
    let frame = PaneFrame {
        title: status::title(model, theme),
        bottom_left: status::rows(model, is_focused, theme, area),
        bottom_right: status::as_of(model, theme, area),
        is_focused,
    };
    let inner = frame.draw_over(theme, area, buf);
    let Some(results) = model.console.answer.answer() else {
        let asks = || format!("{} asks; the answer appears here.", console_key_names(&[ConsoleAction::Ask]));
        let text = if model.console.is_running() { "…".to_owned() } else { asks() };
        put(vec![span(text, theme.dim)], padded(inner, 1), 0, buf);
        return;
    };
    let reason = reason(results, usize::from(inner.width.saturating_sub(2)));
    // The reason is below the rows, if there are some.
    let n_lines = u16::try_from(reason.len()).unwrap_or(0).min(inner.height);
    let has_table = !results.columns().is_empty();
    let rest = Rect { height: if has_table { inner.height - n_lines } else { 0 }, ..inner };
    table::draw(results, is_focused, theme, rest, buf);
    let under = padded(Rect { y: inner.y + rest.height, height: inner.height - rest.height, ..inner }, 1);
    let style = if matches!(results.end().map(|end| &end.how), Some(AnswerOutcome::Failed(_))) {
        theme.bad
    } else {
        theme.dim
    };
    for (row, line) in reason.into_iter().enumerate() {
        put(vec![span(line, style)], under, row, buf);
    }
}

/// Why there is no answer, or no more of it, or none with rows.
fn reason(results: &Results, cells: usize) -> Vec<String> {
    match results.end().map(|end| &end.how) {
        Some(AnswerOutcome::Failed(why)) => wrap(why, cells, REASON_LINES_MAX),
        Some(AnswerOutcome::Stopped) if results.columns().is_empty() => {
            wrap("The question was stopped before any of its answer came.", cells, REASON_LINES_MAX)
        }
        Some(AnswerOutcome::Whole) if results.n_rows() == 0 => wrap("No rows.", cells, 1),
        _ => Vec::new(),
    }
}

/// Draws the saved questions, one per line.
fn draw_saved(model: &Model, part: ConsolePart, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let is_focused = part == ConsolePart::Saved;
    let frame =
        PaneFrame { title: vec![span("Saved questions", theme.strong)], is_focused, ..PaneFrame::default() };
    let inner = frame.draw_over(theme, area, buf);
    let names = model.presentation.in_console().map(|question| width(question.name)).max().unwrap_or(0);
    for (nth, question) in model.presentation.in_console().enumerate() {
        let is_chosen = is_focused && model.console.saved == nth;
        let base = if is_chosen { theme.cursor } else { theme.text };
        let beside = if is_chosen { theme.cursor } else { theme.dim };
        let mark = if is_chosen { SELECTED_ROW } else { " " };
        let cells = usize::from(inner.width).saturating_sub(names + 6);
        let line = vec![
            span(mark, theme.playhead),
            span(format!("{} ", nth + 1), if is_chosen { base } else { theme.key }),
            span(left(question.name, names), base),
            span(format!("  {}", left(question.answers, cells)), beside),
        ];
        put(line, inner, nth, buf);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture::{Bank, picture};
    use crate::tui::key::Key;
    use crate::tui::layout::layout;
    use crate::tui::message::Message;
    use crate::tui::model::mode::Mode;
    use crate::tui::update::update;

    fn drawn(model: &Model) -> String {
        let panes = layout(model).unwrap();
        let Mode::Console(part) = model.mode else { panic!("the console is open") };
        let rows = model.size.height - panes.ruler.height - 1;
        picture(model.size.width, rows, |_, buf| {
            draw(model, part, &Theme::plain(), &panes, buf);
        })
    }

    #[test]
    fn an_answer_says_how_many_rows_it_has_and_as_of_when() {
        let bank = Bank::little().projected_to(7);
        let mut model = bank.screen(70, 20);
        bank.press(&mut model, "SSELECT *<enter><tab><right><right>oa,,,,");
        let drawn: String = drawn(&model);
        let expected = r#"

╭─ Ask in SQL ───────────────────────────────────────────────────────╮
│ SELECT *                                                           │
│                                                                    │
│                                                                    │
╰────────────────────────────────────────────── follows the playhead ╯
╭┤ Answer ├──────────────────────────────────────────────────────────╮
│ account  owner         balance ↑  status                           │
│▌acc-2    李小龍           -30000  open                             │
│ acc-3    Grace Hopper          0  open                             │
│ acc-1    Ada Lovelace     120000  open                             │
│                                                                    │
│                                                                    │
╰ row 1 of 3 · 3 ms · by balance ↑ ───────────────────────── as of 6 ╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn old_content_is_marked_while_the_playhead_has_moved_on() {
        let bank = Bank::little();
        let mut model = bank.screen(60, 15);
        bank.press(&mut model, "SSELECT *<enter><tab>a,");
        update(&mut model, Message::Key(Key::char(',')));
        let drawn = drawn(&model);
        let expected = r#"
╭┤ Answer ≈ ├──────────────────────────────────────────────╮
│ account  owner         balance  status                   │
│▌acc-1    Ada Lovelace   115000  open                     │
│ acc-2    李小龍         -25000  open                     │
│ acc-3    Grace Hopper      900  open                     │
╰ row 1 of 3 · 3 ms ──────────────────────────── ≈ as of 9 ╯
"#;
        let answer: String = drawn.lines().skip(5).flat_map(|line| ["\n", line]).collect();
        assert_eq!(format!("{answer}\n"), expected, "\n{drawn}");
    }

    #[test]
    fn a_running_or_failed_question_is_reported_in_place_of_the_answer() {
        let bank = Bank::little();
        let mut model = bank.screen(60, 15);
        let mut text = String::new();
        for keys in ["Sendless<enter>", "<esc>", "<c-u>nonsense<enter>"] {
            bank.press(&mut model, keys);
            let drawn = drawn(&model);
            text.extend(drawn.lines().skip(5).take(2).flat_map(|line| [line, "\n"]));
        }
        let expected = r#"
╭─ Answer · running ───────────────────────────────────────╮
│ …                                                        │
╭─ Answer ─────────────────────────────────────────────────╮
│ The question was stopped before any of its answer came.  │
╭─ Answer ─────────────────────────────────────────────────╮
│ near "nonsense": syntax error                            │
"#;
        assert_eq!(format!("\n{text}"), expected, "\n{text}");
    }
}
