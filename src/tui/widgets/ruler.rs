//! The ruler: density, the selected stream's events, playhead, checkpoint and head on one axis.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::domain::counted::counted;
use crate::domain::event::Timestamp;
use crate::domain::moment::Moment;
use crate::replay::reconstruct::FoldFrom;
use crate::tui::layout::Panes;
use crate::tui::model::Model;
use crate::tui::model::ruler::{Axis, Ruler, RulerPlace};
use crate::tui::questions::survey::{ColumnMarks, Survey, SurveyColumn};
use crate::tui::text::{DAY, DAY_AND_TIME, count, fit, line_width, span, time, width};
use crate::tui::theme::{
    BROKEN, CHECKPOINT, HEAD, HIT, IDLE, INEXACT, PLAYHEAD, SNAPSHOT, TICK, TICKS, Theme, UNKNOWN,
};
use crate::tui::widgets::density::{self, Density};
use crate::tui::widgets::pane::{PaneFrame, put, put_at_left, put_at_right, put_in_middle};

/// Draws the ruler with its frame, if it has one.
pub(crate) fn draw(model: &Model, theme: &Theme, panes: &Panes, buf: &mut Buffer) {
    let rows = panes.ruler_rows;
    let ruler = Ruler::of(model, rows.line.width);
    let survey = surveyed(model, &ruler, rows.line.width);
    let density = survey.map(|survey| Density::of(&survey.columns, ruler.axis));
    if panes.ruler_has_frame {
        let unit = density.as_ref().and_then(Density::unit);
        frame(model, theme, &ruler, unit, panes.ruler, buf);
    }
    if let Some(density) = &density {
        density::draw(density, theme, rows.density, buf);
    }
    idle(theme, &ruler, rows.density, buf);
    if let (Some(area), Some(survey)) = (rows.stream, survey)
        && survey.stream.as_ref() == model.selected()
    {
        put(marks(model, &survey.columns, theme), area, 0, buf);
    }
    hits(model, theme, &ruler, rows.stream.unwrap_or(rows.density), buf);
    fault(model, theme, &ruler, rows.stream.unwrap_or(rows.density), buf);
    put(line(model, theme, &ruler, rows.line.width), rows.line, 0, buf);
}

/// Marks a fault of the log, over everything else in its column.
fn fault(model: &Model, theme: &Theme, ruler: &Ruler, area: Rect, buf: &mut Buffer) {
    let place = model.fault().and_then(|fault| fault.place(model.head));
    if let Some(column) = place.and_then(|place| ruler.column_of(place)) {
        let cell = Rect { x: area.x.saturating_add(column), width: 1, ..area };
        put(vec![span(BROKEN, theme.bad)], cell, 0, buf);
    }
}

/// Marks the hits of a search, over other marks in their columns.
fn hits(model: &Model, theme: &Theme, ruler: &Ruler, area: Rect, buf: &mut Buffer) {
    let Some(hits) = &model.find.hits else { return };
    let mut before = ruler.before();
    for column in 0..area.width {
        let last = ruler.last_in(column);
        if hits.is_between(before, last) {
            let cell = Rect { x: area.x.saturating_add(column), width: 1, ..area };
            put(vec![span(HIT, theme.hit)], cell, 0, buf);
        }
        before = last;
    }
}

/// The content of the columns, if it is known for the present layout of the ruler. The stream's events may still be
/// those of another stream.
fn surveyed<'a>(model: &'a Model, ruler: &Ruler, n_columns: u16) -> Option<&'a Survey> {
    let survey = model.survey.answer()?;
    (survey.ruler == *ruler && survey.columns.len() == usize::from(n_columns)).then_some(survey)
}

/// A mark in each column with events of the selected stream, and another mark in unknown columns. Before the first
/// answer there are no marks: it usually arrives within a moment.
fn marks(model: &Model, columns: &[SurveyColumn], theme: &Theme) -> Vec<Span<'static>> {
    if columns.iter().all(|column| column.marks.is_none()) {
        return Vec::new();
    }
    let are_used = uses_snapshots(model);
    let mark = |column: &SurveyColumn| match column.marks {
        None => (UNKNOWN, theme.dim),
        Some(ColumnMarks { has_snapshot: true, .. }) if are_used => (SNAPSHOT, theme.selected),
        Some(ColumnMarks { n_events: 0, .. }) => (" ", theme.selected),
        Some(ColumnMarks { n_events: 1, .. }) => (TICK, theme.selected),
        Some(_) => (TICKS, theme.selected),
    };
    joined(columns.iter().map(mark))
}

/// Whether seeks start at snapshots; if not, snapshots are not marked.
fn uses_snapshots(model: &Model) -> bool {
    model.fold_from == FoldFrom::Snapshot
}

/// Joins glyphs of the same style into spans.
fn joined(glyphs: impl Iterator<Item = (&'static str, Style)>) -> Vec<Span<'static>> {
    let mut spans: Vec<Span<'static>> = Vec::new();
    for (glyph, style) in glyphs {
        match spans.last_mut() {
            Some(last) if last.style == style => last.content.to_mut().push_str(glyph),
            _ => spans.push(span(glyph, style)),
        }
    }
    spans
}

/// A place on the ruler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spot {
    /// Before the visible range.
    Before,
    /// In a column.
    At(u16),
    /// After the visible range.
    After,
}

impl Spot {
    fn of(ruler: &Ruler, moment: Moment) -> Self {
        if let Some(column) = ruler.column_of(moment) {
            return Self::At(column);
        }
        let is_before = match ruler.place_of(0) {
            RulerPlace::Position(first) => moment.position < first,
            RulerPlace::Time(first) => moment.clock.is_none_or(|clock| clock < first),
        };
        if is_before { Self::Before } else { Self::After }
    }

    /// Whether a column is before this place.
    fn is_past(self, column: u16) -> bool {
        match self {
            Self::Before => false,
            Self::At(at) => column < at,
            Self::After => true,
        }
    }
}

/// The line that shows how far playhead and read side have come.
fn line(model: &Model, theme: &Theme, ruler: &Ruler, n_columns: u16) -> Vec<Span<'static>> {
    let read_side = model.read_side.checkpoint;
    let checkpoint = Moment { position: read_side.position, clock: read_side.clock };
    let playhead = Spot::of(ruler, model.playhead);
    let head = Spot::of(ruler, model.head);
    let checkpoint = match (Spot::of(ruler, checkpoint), head) {
        // A lag is visible, however short it is compared with history.
        (Spot::At(at), Spot::At(head)) if model.lag().n_events > 0 && at + 2 > head => {
            Spot::At(head.saturating_sub(2))
        }
        (checkpoint, _) => checkpoint,
    };
    let glyph = |column: u16| {
        let here = Spot::At(column);
        let is_projected = checkpoint.is_past(column);
        if playhead == here {
            (PLAYHEAD, theme.playhead)
        } else if head == here {
            (HEAD, theme.strong)
        } else if checkpoint == here {
            (CHECKPOINT, if model.read_side.status.failure.is_some() { theme.bad } else { theme.read_side })
        } else if playhead.is_past(column) && is_projected {
            ("━", theme.playhead)
        } else if playhead.is_past(column) {
            ("┄", theme.read_side)
        } else if is_projected {
            ("─", theme.dim)
        } else if head.is_past(column) {
            ("┄", theme.read_side)
        } else {
            (" ", theme.text)
        }
    };
    joined((0..n_columns).map(glyph))
}

/// Draws the frame: above, the ends of the range and what the bars mean; below, what the marks mean.
fn frame(model: &Model, theme: &Theme, ruler: &Ruler, unit: Option<String>, area: Rect, buf: &mut Buffer) {
    let (from, to) = ends(model, ruler);
    let axis = axis_words(model, ruler);
    let zoomed = if model.ruler.zoomed.is_some() { " · zoomed" } else { "" };
    let unit = unit.map_or_else(String::new, |unit| format!(" · {unit}"));
    let legend = legend(model, theme, ruler, usize::from(area.width).saturating_sub(6));
    let to_cells = width(&to);
    PaneFrame { bottom_left: legend, ..PaneFrame::default() }.draw(theme, area, buf);
    let dated =
        |date: String| vec![span(" ", theme.border), span(date, theme.strong), span(" ", theme.border)];
    put_at_left(dated(from), area, 0, buf);
    put_at_right(dated(to), area, 0, buf);
    let fits = |about: &String| width(about) + 2 * (to_cells + 6) <= usize::from(area.width);
    let forms = [format!("{axis}{unit}{zoomed}"), format!("{axis}{zoomed}")];
    if let Some(about) = forms.into_iter().find(fits) {
        put_in_middle(vec![span(format!(" {about} "), theme.dim)], area, 0, buf);
    }
}

/// The ruler's measure, and how much time it leaves out.
fn axis_words(model: &Model, ruler: &Ruler) -> String {
    match ruler.axis {
        Axis::Position => "by position".to_owned(),
        Axis::Time => "by time".to_owned(),
        Axis::ActiveTime if model.active_time.answer().is_none() => format!("by active time {INEXACT}"),
        Axis::ActiveTime => match ruler.active.skipped() {
            0 => "by active time · nothing skipped".to_owned(),
            micros => format!("by active time · {} skipped", duration(micros)),
        },
    }
}

/// A duration in the largest unit of which there are at least two.
fn duration(micros: i128) -> String {
    let units = [("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)];
    let counts = units.map(|(unit, seconds)| (unit, micros / (seconds * 1_000_000)));
    let (unit, n) = counts.into_iter().find(|(_, n)| *n >= 2).unwrap_or(("second", 1));
    counted(u64::try_from(n).unwrap_or(u64::MAX), unit)
}

/// Marks the columns in which idle time is left out, over the bottom of the bars.
fn idle(theme: &Theme, ruler: &Ruler, area: Rect, buf: &mut Buffer) {
    for column in ruler.active.middles().filter_map(|number| ruler.scale.column_of(number)) {
        let cell = Rect { x: area.x.saturating_add(column), width: 1, ..area };
        for row in 0..area.height {
            put(vec![span(IDLE, theme.dim)], cell, usize::from(row), buf);
        }
    }
}

/// The two ends of the range as text.
fn ends(model: &Model, ruler: &Ruler) -> (String, String) {
    let last_column = u16::MAX;
    match (ruler.place_of(0), ruler.place_of(last_column)) {
        (RulerPlace::Time(from), RulerPlace::Time(to)) => dates(from, to),
        (RulerPlace::Position(from), RulerPlace::Position(to)) => match (model.first_clock, model.head.clock)
        {
            (Some(first), Some(last)) if model.ruler.zoomed.is_none() => dates(first, last),
            _ => (format!("@{}", count(from.number())), format!("@{}", count(to.number()))),
        },
        _ => (String::new(), String::new()),
    }
}

/// Two times as days; within one day, in full.
fn dates(from: Timestamp, to: Timestamp) -> (String, String) {
    let form = if time(from, DAY) == time(to, DAY) { DAY_AND_TIME } else { DAY };
    (time(from, form), time(to, form))
}

/// The meaning of the marks, as much of it as fits.
fn legend(model: &Model, theme: &Theme, ruler: &Ruler, room: usize) -> Vec<Span<'static>> {
    let selected = model.selected().map(|name| fit(name.as_str(), 16));
    let has_marked = |column: &SurveyColumn| column.marks.is_some_and(|marks| marks.has_snapshot);
    let survey = model.survey.answer().filter(|_| uses_snapshots(model));
    let has_snapshot = survey.is_some_and(|survey| survey.columns.iter().any(has_marked));
    let entries = [
        (PLAYHEAD, theme.playhead, Some("playhead".to_owned())),
        (CHECKPOINT, theme.read_side, Some("checkpoint".to_owned())),
        ("┄", theme.read_side, Some("lag".to_owned())),
        (HEAD, theme.strong, Some("head".to_owned())),
        (TICK, theme.selected, selected),
        (SNAPSHOT, theme.selected, has_snapshot.then(|| "snapshot".to_owned())),
        (IDLE, theme.dim, (ruler.active.skipped() > 0).then(|| "idle time, skipped".to_owned())),
    ];
    // A recent search comes before the marks that are always there.
    let found = model.find.hits.as_ref().map(|_| (HIT, theme.hit, Some(fit(&model.find.text, 24))));
    let is_marked = model.fault().is_some_and(|fault| fault.at.is_some());
    let broken = is_marked.then(|| (BROKEN, theme.bad, Some("broken".to_owned())));
    let entries = broken.into_iter().chain(found).chain(entries);
    let mut spans = Vec::new();
    for (glyph, style, words) in entries {
        let Some(words) = words else { continue };
        let gap = if spans.is_empty() { "" } else { "   " };
        let entry = [span(gap, theme.border), span(glyph, style), span(format!(" {words}"), theme.dim)];
        if line_width(&spans) + line_width(&entry) > room {
            break;
        }
        spans.extend(entry);
    }
    spans
}

#[cfg(test)]
mod tests;
