//! Overlays of scrolling lines.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::tui::text::span;
use crate::tui::theme::Theme;
use crate::tui::widgets::pane::{PaneFrame, padded, put};

/// The columns and rows that fit over an area.
pub(super) fn room(area: Rect) -> (usize, usize) {
    (usize::from(area.width.saturating_sub(4)), usize::from(area.height.saturating_sub(2)))
}

/// How far `n_lines` lines can be scrolled over an area.
pub(super) fn scroll_max(n_lines: usize, area: Rect) -> u16 {
    u16::try_from(n_lines.saturating_sub(room(area).1)).unwrap_or(u16::MAX)
}

/// Draws the lines with their frame over an area, scrolled no further than they go.
pub(super) fn draw(
    title: Vec<Span<'static>>,
    lines: Vec<Vec<Span<'static>>>,
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
        put(line, inner, row, buf);
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
