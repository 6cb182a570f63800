//! The lines of a notice, on a screen of a width.

use crate::tui::text::wrap;

/// The most lines of a notice, which covers the ruler until the next key. No refusal is longer.
const NOTICE_LINES_MAX: usize = 3;

/// Cells before and after a notice.
const NOTICE_MARGIN: usize = 4;

/// The lines of a notice; the last one ends with `…` where it does not fit completely.
pub(crate) fn notice_lines(text: &str, width: u16) -> Vec<String> {
    wrap(text, cells(width), NOTICE_LINES_MAX)
}

/// Whether a notice fits completely on a screen of that width.
pub(crate) fn notice_fits(text: &str, width: u16) -> bool {
    wrap(text, cells(width), NOTICE_LINES_MAX + 1).len() <= NOTICE_LINES_MAX
}

fn cells(width: u16) -> usize {
    usize::from(width).saturating_sub(NOTICE_MARGIN)
}
