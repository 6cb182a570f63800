//! The pages that open over the panes: their lines, and how far they scroll.
//!
//! Its files:
//!
//! - `guide.rs`: the guide: its pages, built into the program, and the list of them
//! - `help.rs`: the help: panes, keys and marks
//! - `inspector.rs`: the inspector: an event in full
//! - `json.rs`: raw JSON laid out in lines, every number, name, duplicate and escape as it came
//! - `piece.rs`: the pieces of a page's lines: texts, each of a kind, which the widget gives a style

pub mod guide;
pub(crate) mod help;
pub(crate) mod inspector;
mod json;
pub(crate) mod piece;

use ratatui::layout::Rect;

/// The columns and rows that fit over an area.
pub(crate) fn room(area: Rect) -> (usize, usize) {
    (usize::from(area.width.saturating_sub(4)), usize::from(area.height.saturating_sub(2)))
}

/// How far `n_lines` lines can be scrolled over an area.
pub(crate) fn scroll_max(n_lines: usize, area: Rect) -> u16 {
    u16::try_from(n_lines.saturating_sub(room(area).1)).unwrap_or(u16::MAX)
}
