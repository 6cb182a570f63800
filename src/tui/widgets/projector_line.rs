//! The projector's line in the query view: who projects, how fast, and what waits.

use ratatui::text::Span;

use crate::read_model::rows::steering::ProjectorStatus;
use crate::tui::model::Model;
use crate::tui::text::{count, line_width, seconds_words, span};
use crate::tui::theme::Theme;

/// Remaining times below this are not shown: they are over before they are read.
const LEFT_FROM_SECONDS: u64 = 2;

/// Cells of the bar for the queue's fill.
const FILL_CELLS: u64 = 5;

/// The line, as much of it as fits.
pub(super) fn line(model: &Model, theme: &Theme, room: usize) -> Vec<Span<'static>> {
    let status = &model.read_side.status;
    let mut spans = vec![span(who(model), theme.dim)];
    // If projecting takes long, the remaining time replaces the activity.
    let parts = match left(model, theme) {
        Some(left) => [rate(status, theme).into(), Some(left).into(), queue(status, theme).into()],
        None => [doing(model, theme), queue(status, theme).into(), rate(status, theme).into()],
    };
    for Forms(forms) in parts {
        let used = line_width(&spans) + 3;
        // A part that has no room leaves it to the next one.
        if let Some(part) = forms.into_iter().find(|part| used + line_width(part) <= room) {
            spans.push(span(" · ", theme.dim));
            spans.extend(part);
        }
    }
    spans
}

/// A part of the line, in its forms from the longest to the shortest.
struct Forms(Vec<Vec<Span<'static>>>);

impl From<Option<Vec<Span<'static>>>> for Forms {
    fn from(part: Option<Vec<Span<'static>>>) -> Self {
        Self(part.into_iter().collect())
    }
}

fn who(model: &Model) -> String {
    match (model.read_side.is_followed, model.read_side.status.process) {
        (false, _) => "projector here".to_owned(),
        (true, Some(process)) => format!("projector {process}"),
        (true, None) => "projector elsewhere".to_owned(),
    }
}

fn doing(model: &Model, theme: &Theme) -> Forms {
    let status = &model.read_side.status;
    let (forms, style) = match (&status.failure, status.pace.is_held, status.pace.per_second) {
        (Some(_), ..) => (vec!["FAILED".to_owned()], theme.bad),
        (None, true, Some(speed)) => {
            let speed = count(speed.get().into());
            let forms = [format!("HELD, then {speed}/s at most"), format!("HELD, {speed}/s at most")];
            (forms.into_iter().chain(["HELD".to_owned()]).collect(), theme.differs)
        }
        (None, true, None) => (vec!["HELD".to_owned()], theme.differs),
        (None, false, Some(speed)) => {
            (vec![format!("{}/s at most", count(speed.get().into()))], theme.differs)
        }
        (None, false, None) if model.lag().n_events > 0 => (vec!["projecting".to_owned()], theme.dim),
        (None, false, None) => (vec!["idle".to_owned()], theme.dim),
    };
    Forms(forms.into_iter().map(|words| vec![span(words, style)]).collect())
}

/// The fill of the queue.
fn queue(status: &ProjectorStatus, theme: &Theme) -> Option<Vec<Span<'static>>> {
    if status.n_queued == 0 {
        return None;
    }
    let n_full = (status.n_queued * FILL_CELLS).div_ceil(status.n_queued_max.max(1)).min(FILL_CELLS);
    let cells = |glyph: &str, n: u64| glyph.repeat(usize::try_from(n).unwrap_or(0));
    Some(vec![
        span("queue ", theme.dim),
        span(cells("▰", n_full), theme.read_side),
        span(cells("▱", FILL_CELLS - n_full), theme.dim),
        span(format!(" {}", count(status.n_queued)), theme.read_side),
    ])
}

/// The remaining time to the head, if it is awaited.
fn left(model: &Model, theme: &Theme) -> Option<Vec<Span<'static>>> {
    let status = &model.read_side.status;
    if status.failure.is_some() || status.pace.is_held || status.pace.per_second.is_some() {
        return None;
    }
    let seconds = model.lag().n_events.checked_div(status.per_second)?;
    let words = format!("{} left", seconds_words(seconds.saturating_mul(1000)));
    (seconds >= LEFT_FROM_SECONDS).then(|| vec![span(words, theme.dim)])
}

fn rate(status: &ProjectorStatus, theme: &Theme) -> Option<Vec<Span<'static>>> {
    (status.per_second > 0).then(|| vec![span(format!("{}/s", count(status.per_second)), theme.read_side)])
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;
    use crate::tui::fixture::Bank;

    #[test]
    fn where_projecting_takes_long_it_says_how_long() {
        let mut model = Bank::little().projected_to(1).screen(120, 36);
        let says = |model: &Model, room: usize| -> String {
            line(model, &Theme::plain(), room).iter().map(|span| span.content.as_ref()).collect()
        };
        let status = &mut model.read_side.status;
        (status.pace.is_held, status.per_second) = (false, 3);
        assert_eq!(says(&model, 60), "projector here · 3/s · 3 s left · queue ▰▰▰▱▱ 9");
        assert_eq!(says(&model, 38), "projector here · 3/s · 3 s left");
        model.read_side.status.per_second = 9;
        assert_eq!(says(&model, 60), "projector here · projecting · queue ▰▰▰▱▱ 9 · 9/s");
        model.read_side.status.pace.is_held = true;
        assert_eq!(says(&model, 60), "projector here · HELD · queue ▰▰▰▱▱ 9 · 9/s");
        model.read_side.status.pace.per_second = NonZeroU32::new(3);
        assert_eq!(says(&model, 60), "projector here · HELD, then 3/s at most · queue ▰▰▰▱▱ 9");
        assert_eq!(says(&model, 38), "projector here · HELD, 3/s at most");
        assert_eq!(says(&model, 32), "projector here · HELD · 9/s");
    }
}
