//! The message on a screen that is too small.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::layout::SIZE_MIN;
use crate::tui::text::{span, wrap};
use crate::tui::theme::Theme;
use crate::tui::widgets::pane::put;

/// Draws the sentence.
pub(crate) fn draw(theme: &Theme, area: Rect, buf: &mut Buffer) {
    let (width, height) = (SIZE_MIN.width, SIZE_MIN.height);
    let text = format!("foldback needs {width}×{height} cells; here are {}×{}", area.width, area.height);
    for (row, line) in wrap(&text, usize::from(area.width), usize::from(area.height)).into_iter().enumerate()
    {
        put(vec![span(line, theme.text)], area, row, buf);
    }
}
