//! The meaning of the marks in the query view.

use ratatui::text::Span;

use crate::tui::model::Model;
use crate::tui::text::{count, line_width, span};
use crate::tui::theme::{DEFECT, DIFFERS, Theme};
use crate::tui::widgets::differences::{Difference, Differences};
use crate::tui::widgets::totals;

/// The meaning of the visible marks.
pub(super) fn of_marks(model: &Model, theme: &Theme, room: usize) -> Vec<Span<'static>> {
    let differences: Vec<_> = model.listed_rows().iter().map(|row| Differences::of(model, row)).collect();
    let Some(listing) = model.listing.answer() else { return Vec::new() };
    let has = |difference| differences.iter().any(|differences| differences.has(difference));
    let totals = totals::on_screen(model);
    let has_total = |difference| totals.iter().any(|total| total.mark == difference);
    let playhead = model.playhead.position;
    let forms = if has(Difference::Defect) {
        let at = count(listing.as_of.number());
        let cause =
            if listing.skipped.n_events > 0 { "events were skipped" } else { "a projection's defect" };
        [format!(" differs at {at}: {cause}"), format!(" {cause}"), String::new()]
            .map(|words| vec![span(DEFECT, theme.bad), span(words, theme.bad)])
    } else if has_total(Difference::Defect) {
        [" a total is not the sum of its rows", " total: a defect", ""]
            .map(|words| vec![span(DEFECT, theme.bad), span(words, theme.bad)])
    } else if has(Difference::OtherMoment) || has_total(Difference::OtherMoment) {
        let at = count(playhead.number());
        let whole = if listing.as_of < playhead {
            format!(" lag: not yet at {at}")
        } else {
            format!(" differs at {at}")
        };
        [whole, " differs".to_owned(), String::new()]
            .map(|words| vec![span(DIFFERS, theme.differs), span(words, theme.dim)])
    } else {
        return Vec::new();
    };
    let [_, _, shortest] = &forms;
    let shortest = shortest.clone();
    forms.into_iter().find(|form| line_width(form) <= room).unwrap_or(shortest)
}
