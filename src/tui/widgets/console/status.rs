//! The frame of a SQL answer: row count, duration, and the position that it is as of.

use std::time::Duration;

use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::domain::counted::counted;
use crate::read_model::rows::AsOf;
use crate::tui::model::Model;
use crate::tui::model::console::ConsolePart;
use crate::tui::model::mode::Mode;
use crate::tui::model::results::Results;
use crate::tui::questions::sql::AnswerOutcome;
use crate::tui::text::{count, fit, line_width, span};
use crate::tui::theme::{INEXACT, Theme};

/// The most cells for the name of the column by which the rows are sorted.
const SORTED_CELLS_MAX: usize = 24;

/// The title; `≈` marks an answer that still belongs to the previous question.
pub(super) fn title(model: &Model, theme: &Theme) -> Vec<Span<'static>> {
    let mut title = vec![span("Answer", theme.strong)];
    if is_inexact(model) {
        title.push(span(format!(" {INEXACT}"), theme.dim));
    } else if model.console.is_running() {
        title.push(span(" · running", theme.read_side));
    }
    title
}

fn is_inexact(model: &Model) -> bool {
    let answer = &model.console.answer;
    answer.answer().is_some() && !answer.is_settled()
}

/// The number of rows, the sorting and the duration; with the focus, also the place among the rows.
pub(super) fn rows(model: &Model, is_focused: bool, theme: &Theme, area: Rect) -> Vec<Span<'static>> {
    let Some(results) = model.console.answer.answer().filter(|results| !results.columns().is_empty()) else {
        return Vec::new();
    };
    let n_rows = u64::try_from(results.n_rows()).unwrap_or(u64::MAX);
    let row = u64::try_from(results.row).unwrap_or(u64::MAX).saturating_add(1);
    let how = results.end().map(|end| &end.how);
    let number = if is_focused && n_rows > 0 {
        format!("row {} of {}", count(row), count(n_rows))
    } else {
        counted(n_rows, "row")
    };
    let mut parts = vec![match how {
        None => span(format!("{number} so far"), theme.text),
        Some(AnswerOutcome::Cut) => span(format!("{number} and more"), theme.differs),
        Some(AnswerOutcome::Stopped) => span(format!("{number}, then stopped"), theme.differs),
        Some(AnswerOutcome::Whole | AnswerOutcome::Failed(_)) => span(number, theme.text),
    }];
    if let Some(took) = results.end().and_then(|end| end.took) {
        parts.push(span(format!(" · {}", took_words(took)), theme.dim));
    }
    if let Some(by) = sorted_by(results) {
        parts.push(span(format!(" · {by}"), theme.selected));
    }
    // The least informative part goes first.
    let room = usize::from(area.width).saturating_sub(line_width(&as_of(model, theme, area)) + 8);
    while parts.len() > 1 && line_width(&parts) > room {
        parts.pop();
    }
    parts
}

fn sorted_by(results: &Results) -> Option<String> {
    let sorting = results.sorting?;
    let name = fit(results.columns().get(sorting.column)?, SORTED_CELLS_MAX);
    Some(format!("by {name} {}", if sorting.is_descending { "↓" } else { "↑" }))
}

/// A duration in a unit that suits it: `3 ms`, `1.2 s`.
fn took_words(took: Duration) -> String {
    match took.as_millis() {
        0 => "under 1 ms".to_owned(),
        ms @ 1..1_000 => format!("{ms} ms"),
        _ => format!("{:.1} s", took.as_secs_f64()),
    }
}

/// The answer's position and clock, and whether the read model has newer events; shorter if there is little room.
pub(super) fn as_of(model: &Model, theme: &Theme, area: Rect) -> Vec<Span<'static>> {
    let Some(results) = model.console.answer.answer() else { return Vec::new() };
    let Some(position) = results.as_of() else { return Vec::new() };
    let mark = if is_inexact(model) { format!("{INEXACT} ") } else { String::new() };
    let at = count(position.number());
    let words = match results.asked {
        AsOf::Checkpoint => format!("{mark}at the checkpoint {at}"),
        AsOf::Position(asked) if asked > position => format!("{mark}as of {at}, the checkpoint"),
        AsOf::Position(_) => format!("{mark}as of {at}"),
    };
    let is_old = model.console.is_behind(model.query_position());
    let is_looked_at = matches!(model.mode, Mode::Console(ConsolePart::Results));
    let key = if is_looked_at { "r" } else { "Enter" };
    let newer = is_old.then(|| span(format!(" · newer events: {key} asks again"), theme.differs));
    let brief = is_old.then(|| span(format!(" · newer: {key}"), theme.differs));
    let words = span(words, theme.read_side);
    let short = span(format!("{mark}at {at}"), theme.read_side);
    let forms = [
        vec![words.clone()].into_iter().chain(newer).collect::<Vec<_>>(),
        vec![words].into_iter().chain(brief.clone()).collect(),
        vec![short].into_iter().chain(brief).collect(),
    ];
    // The number of rows is on the same line.
    let room = usize::from(area.width).saturating_sub(26);
    let briefest = forms.last().cloned().unwrap_or_default();
    forms.into_iter().find(|form| line_width(form) <= room).unwrap_or(briefest)
}
