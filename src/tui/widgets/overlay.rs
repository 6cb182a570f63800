//! Overlays of scrolling lines: the help, the guide, and the inspector.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::tui::layout::Panes;
use crate::tui::model::Model;
use crate::tui::model::mode::{Inspector, OpenGuide};
use crate::tui::pages::guide::{PAGES, contents};
use crate::tui::pages::piece::{PageLine, PagePiece, PieceKind};
use crate::tui::pages::{help, inspector, room};
use crate::tui::text::{count, span};
use crate::tui::theme::{INEXACT, Theme};
use crate::tui::widgets::pane::{PaneFrame, padded, put};

/// Draws the help over the panes.
pub(crate) fn help(model: &Model, scroll: u16, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let lines = help::lines(&model.presentation, room(area).0);
    draw(vec![span("Help", theme.strong)], lines, scroll, theme, area, buf);
}

/// Draws the guide over the panes: the list with the chosen page in sight, or the page.
pub(crate) fn guide(open: OpenGuide, theme: &Theme, area: Rect, buf: &mut Buffer) {
    match (open.page_scroll, PAGES.get(open.chosen)) {
        (Some(scroll), Some(page)) => {
            let title = vec![span(page.title(), theme.strong)];
            draw(title, page.lines(room(area).0), scroll, theme, area, buf);
        }
        _ => {
            let scroll = open.chosen.saturating_sub(room(area).1 / 2);
            let scroll = u16::try_from(scroll).unwrap_or(u16::MAX);
            draw(vec![span("Guide", theme.strong)], contents(open.chosen), scroll, theme, area, buf);
        }
    }
}

/// Draws the inspector over the panes.
pub(crate) fn inspector(
    model: &Model,
    inspector: &Inspector,
    theme: &Theme,
    panes: &Panes,
    buf: &mut Buffer,
) {
    let area = inspector::place(panes);
    let inspected = inspector.event.answer();
    let lines = match inspected {
        Some(inspected) => inspector::lines(model, inspected, room(area).0),
        None => vec![vec![PagePiece { text: "…".to_owned(), kind: PieceKind::Secondary }]],
    };
    let position = inspected.map_or(model.playhead.position, |inspected| inspected.event.position);
    let mut title =
        vec![span("Event", theme.strong), span(format!(" {}", count(position.number())), theme.strong)];
    if !inspector.event.is_settled() {
        title.push(span(format!(" {INEXACT}"), theme.dim));
    }
    draw(title, lines, inspector.scroll, theme, area, buf);
}

/// Draws the lines with their frame over an area, scrolled no further than they go.
fn draw(
    title: Vec<Span<'static>>,
    lines: Vec<PageLine>,
    scroll: u16,
    theme: &Theme,
    area: Rect,
    buf: &mut Buffer,
) {
    let (_, room) = room(area);
    let first = usize::from(scroll).min(lines.len().saturating_sub(room));
    let frame = PaneFrame {
        title,
        bottom_right: scrolled(first, room, lines.len(), theme),
        is_focused: true,
        ..PaneFrame::default()
    };
    let inner = padded(frame.draw_over(theme, area, buf), 1);
    for (row, line) in lines.into_iter().skip(first).take(room).enumerate() {
        let spans = line.into_iter().map(|piece| span(piece.text, style(piece.kind, theme)));
        put(spans.collect(), inner, row, buf);
    }
}

/// The style of a piece.
fn style(kind: PieceKind, theme: &Theme) -> Style {
    match kind {
        PieceKind::Text => theme.text,
        PieceKind::Secondary => theme.dim,
        PieceKind::Emphasis => theme.strong,
        PieceKind::Key => theme.key,
        PieceKind::Selected => theme.selected,
        PieceKind::Playhead => theme.playhead,
        PieceKind::ReadSide => theme.read_side,
        PieceKind::Differs => theme.differs,
        PieceKind::NotUnderstood => theme.not_understood,
        PieceKind::Hit => theme.hit,
        PieceKind::Rate => theme.bars,
        PieceKind::Fault => theme.bad,
    }
}

/// The range of visible lines, unless all are visible.
fn scrolled(first: usize, room: usize, n_lines: usize, theme: &Theme) -> Vec<Span<'static>> {
    if n_lines <= room {
        return Vec::new();
    }
    let last = (first + room).min(n_lines);
    vec![span(format!("{}–{last} of {n_lines}", first + 1), theme.dim)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture::{Bank, picture};
    use crate::tui::layout::layout;
    use crate::tui::model::mode::Mode;

    #[test]
    fn an_event_is_laid_out_in_full() {
        let bank = Bank::little();
        let mut model = bank.screen(60, 26);
        bank.press(&mut model, ":goto 7<enter><enter>");
        let panes = layout(&model).unwrap();
        let Mode::Inspect(inspected) = &model.mode else { panic!("the inspector is open") };
        let drawn: String =
            picture(60, 22, |_, buf| inspector(&model, inspected, &Theme::plain(), &panes, buf));
        let expected = r#"

╭┤ Event 7 ├───────────────────────────────────────────────╮
│ type        Deposited                                    │
│ account     acc-3                                        │
│ version     2                                            │
│ position    7                                            │
│ time        2024-03-01 13:00:00 UTC  ◂ late: the log was │
│             further on already                           │
│ clock       2024-03-01 15:00:00 UTC                      │
│ id          id-6                                         │
│ source      a command                                    │
│ hash        f323f74fea7e1314867edef1f230857c             │
│             901c199bd5deb15b39e1605c21251b79             │
│ meaning     understood: it is in the state               │
│                                                          │
│ data                                                     │
│ {                                                        │
│   "amount": 900                                          │
│ }                                                        │
╰──────────────────────────────────────────────────────────╯


"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn a_fault_of_an_event_comes_first_and_in_full() {
        let bank = Bank::little();
        let lines_of = |keys: &str, width| {
            let mut model = bank.screen(width, 30);
            model.verification = Some(bank.broken_at(7));
            bank.press(&mut model, keys);
            let panes = layout(&model).unwrap();
            let Mode::Inspect(inspected) = &model.mode else { panic!("the inspector is open") };
            let drawn =
                picture(width, 26, |_, buf| inspector(&model, inspected, &Theme::plain(), &panes, buf));
            let lines = drawn.lines().skip(1).take_while(|line| !line.contains(" time "));
            lines.map(|line| format!("{line}\n")).collect::<String>()
        };
        let drawn = [(":goto 7<enter><enter>", 60), ("<enter>!", 160), (":goto 6<enter><enter>", 60)]
            .map(|(keys, width)| lines_of(keys, width))
            .concat();
        let expected = r#"
╭┤ Event 7 ├───────────────────────────────────────────────╮
│ ✘ expected  the hash                                     │
│             aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa             │
│             aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa             │
│ ✘ found     the hash                                     │
│             99999999999999999999999999999999             │
│             99999999999999999999999999999999             │
│ type        Deposited                                    │
│ account     acc-3                                        │
│ version     2                                            │
│ position    7                                            │
                                                        ╭┤ Event 7 ├───────────────────────────────────────────────────────────────────────────────────────────╮
                                                        │ ✘ expected  the hash aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa                │
                                                        │ ✘ found     the hash 9999999999999999999999999999999999999999999999999999999999999999                │
                                                        │ type        Deposited                                                                                │
                                                        │ account     acc-3                                                                                    │
                                                        │ version     2                                                                                        │
                                                        │ position    7                                                                                        │
╭┤ Event 6 ├───────────────────────────────────────────────╮
│ type        AccountOpened                                │
│ account     acc-3                                        │
│ version     1                                            │
│ position    6                                            │
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }
}
