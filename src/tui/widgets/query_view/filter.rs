//! The filter in the query view's title.

use ratatui::text::Span;

use crate::tui::model::Model;
use crate::tui::model::mode::Mode;
use crate::tui::text::{count, fit, span, width};
use crate::tui::theme::Theme;
use crate::tui::widgets::prompt::input_line;

/// The key that starts the filter, shown before the text.
const MARK: &str = "i";

/// The most cells of the text.
const TEXT_CELLS: usize = 24;

/// The least that the rest of the title needs: ` 1,712 of 2,000 now · lag 0`.
const REST_CELLS: usize = 28;

/// The filter in the title, and the cursor's cell in it while the filter is being typed.
pub(super) fn title(model: &Model, theme: &Theme, room: usize) -> (Vec<Span<'static>>, Option<u16>) {
    let text = &model.stream_list.filter;
    let room = room.saturating_sub(REST_CELLS).clamp(10, TEXT_CELLS);
    if let Mode::Filter(prompt) = &model.mode {
        let cells = (width(MARK) + width(text) + 2).min(room);
        let (mut spans, cursor) = input_line(prompt, MARK, theme, cells);
        // The cursor's cell.
        let used: usize = spans.iter().map(|span| width(&span.content)).sum();
        spans.push(span(" ".repeat((cursor + 1).saturating_sub(used)), theme.text));
        spans.extend(n_listed(model, theme));
        return (spans, u16::try_from(cursor).ok());
    }
    if text.is_empty() {
        return (vec![span("Query view", theme.strong)], None);
    }
    let mut spans = vec![span(format!("“{}”", fit(text, room)), theme.strong)];
    spans.extend(n_listed(model, theme));
    (spans, None)
}

/// The number of streams with the text, and of all listing.
fn n_listed(model: &Model, theme: &Theme) -> Option<Span<'static>> {
    let listing = model.listing.answer()?;
    let is_of_text = listing.filter == model.stream_list.filter;
    let n_listed = if is_of_text { count(listing.n_listed) } else { "…".to_owned() };
    Some(span(format!(" {n_listed} of {}", count(listing.n_streams)), theme.text))
}
