//! The SQL editor: its lines, wrapped, around the cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Span;
use ratatui_textarea::DataCursor;

use crate::tui::layout::editor_cells;
use crate::tui::model::Model;
use crate::tui::model::console::{Console, ConsolePart};
use crate::tui::model::focus::QueryClock;
use crate::tui::text::span;
use crate::tui::theme::Theme;
use crate::tui::widgets::pane::{PaneFrame, note, padded, put};
use crate::tui::window::rows_around;
use crate::tui::wrapped_line::WrappedLine;

/// The text in an empty editor.
const EMPTY: &str = "SELECT … FROM {tables}";

/// Draws the editor with its frame. Returns the cursor's place.
pub(super) fn draw(
    model: &Model,
    part: ConsolePart,
    theme: &Theme,
    area: Rect,
    buf: &mut Buffer,
) -> Option<Position> {
    let frame = PaneFrame {
        title: vec![span("Ask in SQL", theme.strong)],
        bottom_right: clock(model, theme),
        is_focused: part == ConsolePart::Editor,
        ..PaneFrame::default()
    };
    let inner = padded(frame.draw_over(theme, area, buf), 1);
    let room = usize::from(inner.height);
    let lines = model.console.editor.lines();
    if lines.iter().all(String::is_empty) && lines.len() == 1 {
        let empty = model.presentation.worded(EMPTY);
        note(&empty, theme.dim, inner, buf);
        return (room > 0).then_some(Position::new(inner.x, inner.y));
    }
    let (rows, at) = around_cursor(&model.console, editor_cells(area), room);
    let style = if part == ConsolePart::Editor { theme.strong } else { theme.text };
    let sight = rows_around(at.0, rows.len(), room);
    let first = sight.start;
    for (row, line) in rows.into_iter().skip(first).take(room).enumerate() {
        put(vec![span(line, style)], inner, row, buf);
    }
    let x = inner.x.saturating_add(u16::try_from(at.1).unwrap_or(u16::MAX));
    let y = inner.y.saturating_add(u16::try_from(at.0 - first).unwrap_or(u16::MAX));
    sight.contains(&at.0).then(|| Position::new(x.min(inner.right().saturating_sub(1)), y))
}

/// The clock of the question, if it is not the query side's own.
fn clock(model: &Model, theme: &Theme) -> Vec<Span<'static>> {
    match model.query_clock {
        QueryClock::Checkpoint => Vec::new(),
        QueryClock::Playhead => vec![span("follows the playhead", theme.playhead)],
    }
}

/// The rows of the lines around the cursor, up to `room` on either side, and the cursor's row and cell among them.
fn around_cursor(console: &Console, cells: usize, room: usize) -> (Vec<String>, (usize, usize)) {
    let DataCursor(line, column) = console.editor.cursor();
    let first = line.saturating_sub(room);
    let mut rows = Vec::new();
    let mut at = (0, 0);
    for (nth, text) in console.editor.lines().iter().enumerate().skip(first).take(2 * room + 1) {
        let wrapped = WrappedLine::of(text, (nth == line).then_some(column), cells);
        if nth == line {
            at = (rows.len() + wrapped.cursor.0, wrapped.cursor.1);
        }
        rows.extend(wrapped.rows);
    }
    (rows, at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture::{Bank, picture};

    #[test]
    fn a_long_question_is_wrapped_and_shown_around_its_cursor() {
        let bank = Bank::little();
        let mut model = bank.screen(80, 24);
        bank.press(
            &mut model,
            "SSELECT account, owner<a-enter>FROM 一二三四五六七八<a-enter>\u{9b}\u{202e}<c-j>x",
        );
        let mut cursors = Vec::new();
        let mut drawn = String::new();
        for keys in ["", "<up><up><right>", "<up><up><left>"] {
            bank.press(&mut model, keys);
            drawn += &picture(20, 6, |area, buf| {
                cursors.push(draw(&model, ConsolePart::Editor, &Theme::plain(), area, buf));
            });
        }
        let expected = r#"
╭┤ Ask in SQL ├────╮
│ FROM 一二三四五  │
│ 六七八           │
│ ⟨U+009B⟩⟨U+202E⟩ │
│ x                │
╰──────────────────╯
╭┤ Ask in SQL ├────╮
│ SELECT account,  │
│ owner            │
│ FROM 一二三四五  │
│ 六七八           │
╰──────────────────╯
╭┤ Ask in SQL ├────╮
│ SELECT account,  │
│ owner            │
│ FROM 一二三四五  │
│ 六七八           │
╰──────────────────╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
        let at = |x, y| Some(Position::new(x, y));
        assert_eq!(cursors, [at(3, 4), at(3, 3), at(2, 1)]);
    }
}
