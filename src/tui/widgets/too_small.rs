//! The message on a screen that is too small.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::layout::SIZE_MIN;
use crate::tui::theme::Theme;
use crate::tui::widgets::pane::note;

/// Draws the sentence.
pub(crate) fn draw(theme: &Theme, area: Rect, buf: &mut Buffer) {
    let (width, height) = (SIZE_MIN.width, SIZE_MIN.height);
    let text = format!("foldback needs {width}×{height} cells; here are {}×{}", area.width, area.height);
    note(&text, theme.text, area, buf);
}
