//! The words on the frame of the query pane: what is shown, by which clock, how far behind, and how many events are left out.

use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::domain::counted::counted;
use crate::read_model::rows::{AsOf, Lag, StreamRow};
use crate::tui::layout::{info_rows, inside};
use crate::tui::model::Model;
use crate::tui::model::query_form::{QueryForm, ShownForm};
use crate::tui::text::{count, line_width, span};
use crate::tui::theme::{INEXACT, NOT_UNDERSTOOD, Theme};
use crate::tui::widgets::differences;
use crate::tui::widgets::pane::title_room;

/// What is shown, the clock (` now, at 12,431` or ` as of 8,112`), the lag, and what stops the read side; shorter if
/// there is little room.
pub(super) fn title(what: &[Span<'static>], model: &Model, theme: &Theme, area: Rect) -> Vec<Span<'static>> {
    let status = &model.read_side.status;
    let lag = model.lag();
    let has_line = model.query_form == QueryForm::Rows && info_rows(inside(area).height) > 0;
    let stands_still = match (&status.failure, status.pace.is_held) {
        // The line below says so.
        _ if has_line => None,
        (Some(_), _) => Some(span(" · FAILED", theme.bad)),
        (None, true) => Some(span(" · HELD", theme.differs)),
        (None, false) => None,
    };
    let n_skipped = model.listing.answer().map_or(0, |listing| listing.skipped.n_events);
    let skipped =
        (!has_line && n_skipped > 0).then(|| span(format!(" · {} skipped", count(n_skipped)), theme.bad));
    let [rebuilt, rebuilt_in_brief] = rebuilt_words(model).map(|words| span(words, theme.differs));
    let lag_style = if lag.n_events > 0 { theme.differs } else { theme.text };
    let [clock, clock_in_brief] = clock_words(model).map(|words| span(words, theme.text));
    let said = |clock: &Span<'static>, rebuilt: &Span<'static>, lag: String| {
        let lag = [span(" · ", theme.text), span(lag, lag_style)];
        let all = what
            .iter()
            .cloned()
            .chain([clock.clone()])
            .chain(Some(rebuilt.clone()).filter(|rebuilt| !rebuilt.content.is_empty()))
            .chain(stands_still.clone())
            .chain(skipped.clone())
            .chain(lag);
        all.collect::<Vec<_>>()
    };
    let brief = format!("lag {}", count(lag.n_events));
    let forms = [
        said(&clock, &rebuilt, lag_words(&lag)),
        said(&clock, &rebuilt, brief.clone()),
        said(&clock, &rebuilt_in_brief, brief.clone()),
        said(&clock_in_brief, &rebuilt_in_brief, brief),
    ];
    let fewest = forms.last().cloned().unwrap_or_default();
    forms.into_iter().find(|form| line_width(form) <= title_room(area)).unwrap_or(fewest)
}

/// A note that the rows are being rebuilt, in a long and a short form.
fn rebuilt_words(model: &Model) -> [String; 2] {
    let brief = " · being rebuilt";
    match (differences::is_of_older_mapping(model), model.read_side.is_begun_again) {
        (true, _) => [format!("{brief}: another mapping"), brief.to_owned()],
        (false, true) if model.lag().n_events > 0 => [brief, brief].map(str::to_owned),
        (false, _) => [String::new(), String::new()],
    }
}

/// The clock by which the query side is read, in a long and a short form.
fn clock_words(model: &Model) -> [String; 2] {
    let checkpoint = model.read_side.checkpoint.position;
    // Charts show all of history, and the playhead's place in it.
    let is_picture = model.shown_form().is_picture();
    match model.query_as_of() {
        _ if is_picture => [format!(" now, at {}", count(checkpoint.number())), " now".to_owned()],
        AsOf::Checkpoint => [format!(" now, at {}", count(checkpoint.number())), " now".to_owned()],
        AsOf::Position(playhead) => {
            let is_settled = match model.shown_form() {
                ShownForm::Table(..) => model.saved.is_settled(),
                _ => model.listing.is_settled(),
            };
            let inexact = if is_settled { "" } else { INEXACT };
            let at = count(playhead.min(checkpoint).number());
            let late = if checkpoint < playhead { ", the checkpoint" } else { "" };
            [format!(" as of {inexact}{at}{late}"), format!(" as of {inexact}{at}")]
        }
    }
}

fn lag_words(lag: &Lag) -> String {
    match (lag.n_events, lag.time) {
        (0, _) => "lag 0".to_owned(),
        (n, Some(time)) if time.as_secs() > 0 => {
            format!("lag {}, {}", counted(n, "event"), span_words(time.as_secs()))
        }
        (n, _) => format!("lag {}", counted(n, "event")),
    }
}

/// A duration in its two largest units: `3h 10m`.
fn span_words(seconds: i64) -> String {
    let units = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];
    let largest = units.iter().position(|(_, unit)| seconds >= *unit).unwrap_or(units.len() - 1);
    let mut left = seconds;
    let mut words = Vec::new();
    for (name, unit) in units.iter().skip(largest).take(2) {
        if left / unit > 0 {
            words.push(format!("{}{name}", count((left / unit).unsigned_abs())));
        }
        left %= unit;
    }
    words.join(" ")
}

/// The number of a stream's events that the row leaves out; empty if there are none.
pub(super) fn left_out(row: &StreamRow, theme: &Theme) -> Vec<Span<'static>> {
    if row.n_not_understood == 0 {
        return Vec::new();
    }
    let (n, n_events) = (count(row.n_not_understood), count(row.version.number()));
    vec![span(format!("{NOT_UNDERSTOOD} {n} of {n_events} events not understood"), theme.differs)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_of_time_is_given_in_its_two_largest_units() {
        let words = [0, 59, 61, 11_400, 90_000, 86_400 * 400].map(span_words);
        assert_eq!(words, ["", "59s", "1m 1s", "3h 10m", "1d 1h", "400d"]);
    }
}
