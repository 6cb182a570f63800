//! Panes: a frame, and lines in it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Widget};

use crate::tui::layout::inside;
use crate::tui::model::{Mode, Model, Pane};
use crate::tui::theme::Theme;
use crate::tui::widgets::text::{count, fit_line, line_width, span, wrap};

/// Whether a pane has the focus: while nothing lies over the panes.
pub(super) fn has_focus(model: &Model, pane: Pane) -> bool {
    model.focus == pane && matches!(model.mode, Mode::Browse | Mode::Copy | Mode::Filter(_))
}

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

/// What the posts beside a title take.
const POSTS_CELLS: usize = 4;

/// In which cell of its pane a title begins: behind the corner and the post.
pub(super) const TITLE_AT: u16 = 3;

/// How many cells there are for the title of a pane.
pub(super) fn title_room(pane: Rect) -> usize {
    usize::from(pane.width).saturating_sub(2 + POSTS_CELLS)
}

impl PaneFrame {
    /// Draws the frame; answers what is inside.
    pub(super) fn draw(self, theme: &Theme, area: Rect, buf: &mut Buffer) -> Rect {
        let border = if self.is_focused { theme.border_focused } else { theme.border };
        Block::bordered().border_type(BorderType::Rounded).border_style(border).render(area, buf);
        // A focused pane's title stands between two posts: seen without colours too.
        let posts = if self.is_focused { ("┤ ", " ├") } else { ("─ ", " ─") };
        let room = usize::from(area.width.saturating_sub(2));
        put_at_left(between(posts, fit_line(self.title, title_room(area)), border), area, 0, buf);
        let last = usize::from(area.height.saturating_sub(1));
        if last > 0 {
            let right = between((" ", " "), self.bottom_right, border);
            let left_room = room.saturating_sub(line_width(&right) + 2);
            put_at_right(right, area, last, buf);
            put_at_left(fit_line(between((" ", " "), self.bottom_left, border), left_room), area, last, buf);
        }
        inside(area)
    }

    /// [`PaneFrame::draw`] over what is there already.
    pub(super) fn draw_over(self, theme: &Theme, area: Rect, buf: &mut Buffer) -> Rect {
        Clear.render(area, buf);
        self.draw(theme, area, buf)
    }
}

/// The line with something before and after it; nothing where there is no line.
fn between(
    posts: (&'static str, &'static str),
    line: Vec<Span<'static>>,
    style: Style,
) -> Vec<Span<'static>> {
    if line.is_empty() {
        return line;
    }
    let before = std::iter::once(span(posts.0, style));
    before.chain(line).chain(std::iter::once(span(posts.1, style))).collect()
}

/// Puts a line over the `row`-th row of a frame, beginning behind its left corner.
pub(super) fn put_at_left(line: Vec<Span<'static>>, frame: Rect, row: usize, buf: &mut Buffer) {
    let room = frame.width.saturating_sub(2);
    let line = fit_line(line, usize::from(room));
    let width = cells(&line);
    put(line, Rect { x: frame.x.saturating_add(1), width, ..frame }, row, buf);
}

/// Puts a line over the `row`-th row of a frame, ending before its right corner.
pub(super) fn put_at_right(line: Vec<Span<'static>>, frame: Rect, row: usize, buf: &mut Buffer) {
    let room = frame.width.saturating_sub(2);
    let line = fit_line(line, usize::from(room));
    let width = cells(&line);
    put(line, Rect { x: frame.x.saturating_add(1 + room - width), width, ..frame }, row, buf);
}

/// Puts a line over the `row`-th row of a frame, in its middle.
pub(super) fn put_in_middle(line: Vec<Span<'static>>, frame: Rect, row: usize, buf: &mut Buffer) {
    let room = frame.width.saturating_sub(2);
    let line = fit_line(line, usize::from(room));
    let width = cells(&line);
    put(line, Rect { x: frame.x.saturating_add(1 + (room - width) / 2), width, ..frame }, row, buf);
}

/// How many cells a line takes that has been fitted into a screen.
fn cells(line: &[Span<'_>]) -> u16 {
    u16::try_from(line_width(line)).unwrap_or(u16::MAX)
}

/// Puts a line into the `row`-th row of an area, in place of what is there; nothing where there is none.
pub(super) fn put(spans: Vec<Span<'static>>, area: Rect, row: usize, buf: &mut Buffer) {
    let Ok(row) = u16::try_from(row) else { return };
    if row < area.height {
        let place = Rect { y: area.y.saturating_add(row), height: 1, ..area };
        // What was there before, a border's dimness included, is gone.
        Clear.render(place, buf);
        Line::from(fit_line(spans, usize::from(area.width))).render(place, buf);
    }
}

/// Puts a line into the `row`-th row of an area, ending where that ends.
pub(super) fn put_at_end(spans: Vec<Span<'static>>, area: Rect, row: usize, buf: &mut Buffer) {
    let line = fit_line(spans, usize::from(area.width));
    let width = cells(&line).min(area.width);
    put(line, Rect { x: area.x + (area.width - width), width, ..area }, row, buf);
}

/// As many areas, one above the other and of the same height, as there is room for: each has so many rows at least, and
/// at most, and where that leaves something a row between it and the next. Where there is not even room for one, it has
/// what there is.
pub(super) fn stacked(area: Rect, n: usize, rows_min: u16, rows_max: u16) -> Vec<Rect> {
    let room = (area.height / rows_min.max(1)).max(u16::from(area.height > 0));
    let n = u16::try_from(n).unwrap_or(u16::MAX).min(room);
    let gap = |each: u16| u16::from(n > 1 && each > rows_min);
    let each = area.height.checked_div(n).unwrap_or(0).min(rows_max.max(rows_min).saturating_add(1));
    (0..n).map(|nth| Rect { y: area.y + nth * each, height: each - gap(each), ..area }).collect()
}

/// That there are more of what is shown; nothing where there are none.
pub(super) fn more(n_more: u64, theme: &Theme) -> Vec<Span<'static>> {
    if n_more == 0 { Vec::new() } else { vec![span(format!("+{} more", count(n_more)), theme.dim)] }
}

/// Says why there is nothing to show.
pub(super) fn note(text: &str, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let lines = wrap(text, usize::from(area.width), usize::from(area.height));
    for (row, line) in lines.into_iter().enumerate() {
        put(vec![span(line, theme.dim)], area, row, buf);
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
