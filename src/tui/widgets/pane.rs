//! Panes: a frame, and lines in it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Widget};

use crate::domain::counted::counted;
use crate::tui::layout::inside;
use crate::tui::model::Model;
use crate::tui::model::focus::Pane;
use crate::tui::model::mode::Mode;
use crate::tui::text::{count, fit_line, line_width, span, wrap};
use crate::tui::theme::Theme;

/// Whether a pane has the focus and nothing is open over the panes.
pub(super) fn has_focus(model: &Model, pane: Pane) -> bool {
    model.focus == pane && matches!(model.mode, Mode::Browse | Mode::Copy | Mode::Filter(_))
}

/// The texts in a pane's frame.
#[derive(Default)]
pub(super) struct PaneFrame {
    pub title: Vec<Span<'static>>,
    /// The left part of the bottom line.
    pub bottom_left: Vec<Span<'static>>,
    /// The right part of the bottom line.
    pub bottom_right: Vec<Span<'static>>,
    /// Whether the pane has the focus.
    pub is_focused: bool,
}

/// Cells of the posts beside a title.
const POSTS_CELLS: usize = 4;

/// The cell in which a title begins: after the corner and the post.
pub(super) const TITLE_AT: u16 = 3;

/// The cells available for the title of a pane.
pub(super) fn title_room(pane: Rect) -> usize {
    usize::from(pane.width).saturating_sub(2 + POSTS_CELLS)
}

impl PaneFrame {
    /// Draws the frame and returns the area inside.
    pub(super) fn draw(self, theme: &Theme, area: Rect, buf: &mut Buffer) -> Rect {
        let border = if self.is_focused { theme.border_focused } else { theme.border };
        Block::bordered().border_type(BorderType::Rounded).border_style(border).render(area, buf);
        // Two posts around the title mark the focus without colours.
        let posts = if self.is_focused { ["┤ ", " ├"] } else { ["─ ", " ─"] };
        let room = usize::from(area.width.saturating_sub(2));
        put_at_left(between(posts, fit_line(self.title, title_room(area)), border), area, 0, buf);
        let last = usize::from(area.height.saturating_sub(1));
        if last > 0 {
            let right = between([" ", " "], self.bottom_right, border);
            let left_room = room.saturating_sub(line_width(&right) + 2);
            put_at_right(right, area, last, buf);
            put_at_left(fit_line(between([" ", " "], self.bottom_left, border), left_room), area, last, buf);
        }
        inside(area)
    }

    /// Like [`PaneFrame::draw`], without clearing what is there.
    pub(super) fn draw_over(self, theme: &Theme, area: Rect, buf: &mut Buffer) -> Rect {
        Clear.render(area, buf);
        self.draw(theme, area, buf)
    }
}

/// The line with something before and after it; empty if the line is empty.
fn between([before, after]: [&'static str; 2], line: Vec<Span<'static>>, style: Style) -> Vec<Span<'static>> {
    if line.is_empty() {
        return line;
    }
    let before = std::iter::once(span(before, style));
    before.chain(line).chain(std::iter::once(span(after, style))).collect()
}

/// Writes a line over the `row`-th row of a frame, from its left corner.
pub(super) fn put_at_left(line: Vec<Span<'static>>, frame: Rect, row: usize, buf: &mut Buffer) {
    let room = frame.width.saturating_sub(2);
    let line = fit_line(line, usize::from(room));
    let width = cells(&line);
    put(line, Rect { x: frame.x.saturating_add(1), width, ..frame }, row, buf);
}

/// Writes a line over the `row`-th row of a frame, up to its right corner.
pub(super) fn put_at_right(line: Vec<Span<'static>>, frame: Rect, row: usize, buf: &mut Buffer) {
    let room = frame.width.saturating_sub(2);
    let line = fit_line(line, usize::from(room));
    let width = cells(&line);
    put(line, Rect { x: frame.x.saturating_add(1 + room - width), width, ..frame }, row, buf);
}

/// Writes a line over the `row`-th row of a frame, centred.
pub(super) fn put_in_middle(line: Vec<Span<'static>>, frame: Rect, row: usize, buf: &mut Buffer) {
    let room = frame.width.saturating_sub(2);
    let line = fit_line(line, usize::from(room));
    let width = cells(&line);
    put(line, Rect { x: frame.x.saturating_add(1 + (room - width) / 2), width, ..frame }, row, buf);
}

/// Cuts lines that have no room, and says how many.
pub(super) fn cut(lines: &mut Vec<Vec<Span<'static>>>, room: usize, theme: &Theme) {
    if lines.len() <= room {
        return;
    }
    let n_left = lines.len() - room.saturating_sub(1);
    lines.truncate(room.saturating_sub(1));
    lines.push(vec![span(format!("… {}", counted(n_left as u64, "more line")), theme.dim)]);
}

/// The cells of a line, which fits into a screen.
fn cells(line: &[Span<'_>]) -> u16 {
    u16::try_from(line_width(line)).unwrap_or(u16::MAX)
}

/// Replaces the `row`-th row of an area by a line; does nothing if there is no such row.
pub(super) fn put(spans: Vec<Span<'static>>, area: Rect, row: usize, buf: &mut Buffer) {
    let Ok(row) = u16::try_from(row) else { return };
    if row < area.height {
        let place = Rect { y: area.y.saturating_add(row), height: 1, ..area };
        // This also removes styles, such as a border's dimness.
        Clear.render(place, buf);
        Line::from(fit_line(spans, usize::from(area.width))).render(place, buf);
    }
}

/// Writes a line at the end of the `row`-th row of an area.
pub(super) fn put_at_end(spans: Vec<Span<'static>>, area: Rect, row: usize, buf: &mut Buffer) {
    let line = fit_line(spans, usize::from(area.width));
    let width = cells(&line).min(area.width);
    put(line, Rect { x: area.x + (area.width - width), width, ..area }, row, buf);
}

/// As many areas of equal height as fit, one above the other. Each has from `rows_min` to `rows_max` rows, and spare
/// rows separate them. If not even one fits, it gets all the room.
pub(super) fn stacked(area: Rect, n: usize, rows_min: u16, rows_max: u16) -> Vec<Rect> {
    let room = (area.height / rows_min.max(1)).max(u16::from(area.height > 0));
    let n = u16::try_from(n).unwrap_or(u16::MAX).min(room);
    let gap = |each: u16| u16::from(n > 1 && each > rows_min);
    let each = area.height.checked_div(n).unwrap_or(0).min(rows_max.max(rows_min).saturating_add(1));
    (0..n).map(|nth| Rect { y: area.y + nth * each, height: each - gap(each), ..area }).collect()
}

/// A note that there are more; empty if there are none.
pub(super) fn more(n_more: u64, theme: &Theme) -> Vec<Span<'static>> {
    if n_more == 0 { Vec::new() } else { vec![span(format!("+{} more", count(n_more)), theme.dim)] }
}

/// Writes a text over an area, wrapped: a reason why there is nothing to show, or a hint.
pub(super) fn note(text: &str, style: Style, area: Rect, buf: &mut Buffer) {
    let lines = wrap(text, usize::from(area.width), usize::from(area.height));
    for (row, line) in lines.into_iter().enumerate() {
        put(vec![span(line, style)], area, row, buf);
    }
}

/// The area without `columns` columns on either side.
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
