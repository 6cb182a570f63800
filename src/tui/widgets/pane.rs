//! The frame around a pane, and lines put into it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Widget};

use crate::tui::layout::inside;
use crate::tui::theme::Theme;
use crate::tui::widgets::text::{fit_line, span};

/// What stands in a pane's frame.
#[derive(Default)]
pub(super) struct PaneFrame {
    /// The title.
    pub title: Vec<Span<'static>>,
    /// What the bottom line says on its left.
    pub bottom_left: Vec<Span<'static>>,
    /// What the bottom line says on its right.
    pub bottom_right: Vec<Span<'static>>,
    /// Whether the pane has the focus.
    pub is_focused: bool,
}

impl PaneFrame {
    /// Draws the frame; answers what is inside.
    pub(super) fn draw(self, theme: &Theme, area: Rect, buf: &mut Buffer) -> Rect {
        let border = if self.is_focused { theme.border_focused } else { theme.border };
        let mut block = Block::bordered().border_type(BorderType::Rounded).border_style(border);
        let room = usize::from(area.width).saturating_sub(6);
        // A focused pane's title stands between two posts: seen without colours too.
        let (before, after) = if self.is_focused { ("┤ ", " ├") } else { ("─ ", " ─") };
        let framed = |spans: Vec<Span<'static>>, room: usize| {
            let mut framed = vec![span(before, border)];
            framed.extend(fit_line(spans, room));
            framed.push(span(after, border));
            Line::from(framed)
        };
        let quiet = |spans: Vec<Span<'static>>, room: usize| {
            let mut line = vec![span(" ", border)];
            line.extend(fit_line(spans, room));
            line.push(span(" ", border));
            Line::from(line)
        };
        if !self.title.is_empty() {
            block = block.title_top(framed(self.title, room));
        }
        let half = if self.bottom_right.is_empty() || self.bottom_left.is_empty() { room } else { room / 2 };
        if !self.bottom_left.is_empty() {
            block = block.title_bottom(quiet(self.bottom_left, half));
        }
        if !self.bottom_right.is_empty() {
            block = block.title_bottom(quiet(self.bottom_right, half).right_aligned());
        }
        block.render(area, buf);
        inside(area)
    }

    /// [`PaneFrame::draw`] over what is there already.
    pub(super) fn draw_over(self, theme: &Theme, area: Rect, buf: &mut Buffer) -> Rect {
        Clear.render(area, buf);
        self.draw(theme, area, buf)
    }
}

/// Puts a line into the `row`-th row of an area; nothing where there is none.
pub(super) fn put(spans: Vec<Span<'static>>, area: Rect, row: usize, buf: &mut Buffer) {
    let Ok(row) = u16::try_from(row) else { return };
    if row < area.height {
        let place = Rect { y: area.y.saturating_add(row), height: 1, ..area };
        Line::from(fit_line(spans, usize::from(area.width))).render(place, buf);
    }
}

/// The area without so many columns on its left and its right.
pub(super) fn padded(area: Rect, columns: u16) -> Rect {
    Rect {
        x: area.x.saturating_add(columns.min(area.width)),
        width: area.width.saturating_sub(columns.saturating_mul(2)),
        ..area
    }
}

/// The area from its `row`-th row on.
pub(super) fn below(area: Rect, row: usize) -> Rect {
    let row = u16::try_from(row).unwrap_or(u16::MAX).min(area.height);
    Rect { y: area.y.saturating_add(row), height: area.height - row, ..area }
}
