//! The state pane: the selected stream's fields at the playhead, the change of each, and the event that last set it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::domain::counted::counted;
use crate::domain::fold::Meaning;
use crate::domain::shape::{FieldId, FieldSpec, Weight};
use crate::domain::state::State;
use crate::domain::value::FieldValue;
use crate::replay::diff::Change;
use crate::replay::reconstruct::{FoldFrom, Reconstruction};
use crate::replay::trace::Trace;
use crate::tui::keymap::action::KeyAction;
use crate::tui::keymap::{key_name, with_key};
use crate::tui::model::Model;
use crate::tui::model::focus::{Pane, Selection};
use crate::tui::questions::look::Look;
use crate::tui::text::{count, fit, fit_end, left, line_width, signed, span, width, wrap};
use crate::tui::theme::{INEXACT, NOT_UNDERSTOOD, Theme};
use crate::tui::widgets::chart;
use crate::tui::widgets::pane::{PaneFrame, below, cut, has_focus, note, padded, put, title_room};

/// The fewest and the most cells for the fields' names.
const LABEL_CELLS: (usize, usize) = (10, 16);

/// The most cells for a stream's name in the title.
const NAME_CELLS_MAX: usize = 24;

/// With at least this many rows there are empty rows between the parts.
const SPACIOUS_ROWS: u16 = 14;

/// The fewest rows in which a chart is useful.
const CHART_ROWS_MIN: usize = 3;

/// With at least this many rows there are some for the fields beside those of a chart.
const CHART_BESIDE_ROWS: u16 = 6;

/// Draws the state with its frame.
pub(crate) fn draw(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let frame = PaneFrame {
        title: title(model, theme, title_room(area)),
        is_focused: has_focus(model, Pane::State),
        ..PaneFrame::default()
    };
    let inner = padded(frame.draw(theme, area, buf), 1);
    let Some((look, state)) = model.look.answer().and_then(|look| Some((look, look.state.as_ref()?))) else {
        nothing_yet(model, theme, inner, buf);
        return;
    };
    let is_spacious = inner.height >= SPACIOUS_ROWS;
    let mut lines = Vec::new();
    fields(&mut lines, look, state, theme, inner);
    let remarks = remarks(model, look, state, theme, inner, is_spacious);
    let for_chart = rows_for_chart(model, inner.height);
    let room =
        usize::from(inner.height).saturating_sub(remarks.len() + usize::from(is_spacious) + for_chart);
    cut(&mut lines, room, theme);
    if is_spacious {
        lines.push(Vec::new());
    }
    lines.extend(remarks);
    let n_lines = lines.len();
    for (row, line) in lines.into_iter().enumerate() {
        put(line, inner, row, buf);
    }
    let chart_from = n_lines + usize::from(is_spacious);
    if usize::from(inner.height) >= chart_from + CHART_ROWS_MIN {
        chart::draw(model, theme, below(inner, chart_from), buf);
    }
}

/// Rows that the fields leave to the chart of a field that a person chose; it gets all that are free in any case.
fn rows_for_chart(model: &Model, height: u16) -> usize {
    let is_chosen = model.charted_field.is_some() && chart::of_selected(model).is_some();
    if is_chosen && height >= CHART_BESIDE_ROWS { CHART_ROWS_MIN + 1 } else { 0 }
}

fn title(model: &Model, theme: &Theme, room: usize) -> Vec<Span<'static>> {
    let look = model.look.answer();
    let at = look.map_or(model.playhead.position, |look| look.playhead);
    let is_merged =
        look.and_then(|look| look.state.as_ref()).is_some_and(|state| state.trace.state.is_merged());
    let word = if is_merged { "Merged" } else { "State" };
    let mut spans = vec![span(word, theme.strong), span(format!(" at {}", count(at.number())), theme.text)];
    let mut behind = Vec::new();
    if matches!(model.selection, Selection::Pinned(_)) {
        behind.push(span(" · pinned", theme.strong));
    }
    if !model.is_exact() {
        behind.push(span(format!(" {INEXACT}"), theme.dim));
    }
    if let Some(name) = model.selected() {
        spans.push(span(" · ", theme.text));
        let name_cells = width(&fit_end(name.as_str(), NAME_CELLS_MAX));
        if line_width(&spans) + name_cells + line_width(&behind) > room {
            // The header shows the playhead's position, but nothing else shows the stream.
            spans.remove(1);
        }
        let left = room.saturating_sub(line_width(&spans) + line_width(&behind));
        spans.push(span(fit_end(name.as_str(), left.min(NAME_CELLS_MAX)), theme.selected));
        let state = look.and_then(|look| look.state.as_ref()).filter(|state| state.stream == *name);
        let version = state.map(|state| format!(" v{}", count(state.trace.version.number())));
        // A version with its end cut off would be another number.
        let left = room.saturating_sub(line_width(&spans) + line_width(&behind));
        spans.extend(
            version.filter(|version| width(version) <= left).map(|version| span(version, theme.text)),
        );
    }
    spans.extend(behind);
    spans
}

fn nothing_yet(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let text = match (model.head.position.number(), model.look.answer()) {
        (0, _) if !model.why_nothing.is_empty() => "There is no state: nothing of the log could be read.",
        (0, _) => "No state yet: {a stream}'s state is its events, applied in order.",
        (_, None) => "…",
        (_, Some(_)) => "Before the first event there is no state; press {key} to go to the first event.",
    };
    let text = with_key(&model.presentation.worded(text), KeyAction::StepOn);
    note(&text, theme.dim, area, buf);
}

/// One line per field: name, value, change, and the position that last set it.
fn fields(
    lines: &mut Vec<Vec<Span<'static>>>,
    look: &Look,
    state: &Reconstruction,
    theme: &Theme,
    area: Rect,
) {
    let is_low = area.height < SPACIOUS_ROWS;
    let folded = &state.trace.state;
    let shape = folded.shape();
    let (least, most) = LABEL_CELLS;
    let label_cells = shape.fields.iter().map(|spec| width(&spec.label) + 1).max().unwrap_or(0);
    let label_cells = label_cells.clamp(least, most);
    // A change at the playhead is news; a change at an earlier event of a chosen stream is not.
    let at_playhead = look.events.get(look.playhead_row()).map(|event| event.position);
    let is_news = at_playhead == Some(state.trace.position);
    for (field, spec) in shape.ids().zip(shape.fields.iter()) {
        let is_nothing = matches!(folded.field(field), FieldValue::Null | FieldValue::Integer(0));
        // The amounts say the currency, too.
        let says_little = shape.is_currency(field) || (!spec.is_listed && is_nothing);
        let change = state.changes.iter().find(|change| change.field == field && is_news);
        // A field that came with an event and was removed again is of no interest any more.
        let is_gone = folded.is_open() && is_nothing && folded.field(field) == FieldValue::Null;
        if ((is_low && says_little) || is_gone) && change.is_none() {
            continue;
        }
        let line = FieldLine {
            field,
            spec,
            label_cells,
            state: folded,
            change,
            at: state.trace.last_set(field).number(),
        };
        lines.extend(line.lines(theme, usize::from(area.width)));
    }
}

struct FieldLine<'a> {
    field: FieldId,
    spec: &'a FieldSpec,
    label_cells: usize,
    state: &'a State,
    change: Option<&'a Change>,
    at: u64,
}

impl FieldLine<'_> {
    /// One line, or two if value and change do not fit beside each other.
    fn lines(&self, theme: &Theme, room: usize) -> Vec<Vec<Span<'static>>> {
        let (value, value_style) = self.value(theme);
        let difference: Vec<_> =
            self.difference(theme).map(|(text, style)| span(format!(" {text}"), style)).into_iter().collect();
        let position = (self.at > 0).then(|| span(format!("  @{}", count(self.at)), theme.dim));
        let beside =
            |right: &[Span<'_>]| self.label_cells + width(&fit(&value, room)) + line_width(right) <= room;
        let whole: Vec<_> = difference.iter().cloned().chain(position).collect();
        // The position gives way before a value is cut or the change moves to its own line.
        let (right, below) = if beside(&whole) {
            (whole, Vec::new())
        } else if beside(&difference) {
            (difference, Vec::new())
        } else {
            (Vec::new(), difference)
        };
        let middle = room.saturating_sub(self.label_cells + line_width(&right));
        let label = fit(&self.spec.label, self.label_cells.saturating_sub(1));
        let mut line = vec![span(left(&label, self.label_cells), theme.dim)];
        line.push(span(left(&value, middle), value_style));
        line.extend(right);
        let mut lines = vec![line];
        if !below.is_empty() {
            let fill = " ".repeat(room.saturating_sub(line_width(&below)));
            lines.push(std::iter::once(span(fill, theme.text)).chain(below).collect());
        }
        lines
    }

    fn value(&self, theme: &Theme) -> (String, Style) {
        let (value, currency) = (self.state.field(self.field), self.state.currency_of(self.field));
        let fresh = if self.change.is_some() { theme.strong } else { theme.text };
        let shape = self.state.shape();
        match value {
            FieldValue::Integer(number) if shape.measure == Some(self.field) => {
                let style = if number < 0 { theme.loss } else { theme.text };
                let text = match self.change {
                    Some(_) => self.spec.written(&value, currency),
                    None => self.spec.written_whole(&value, currency),
                };
                (text.unwrap_or_default(), style.patch(theme.strong))
            }
            FieldValue::Integer(number) => {
                let text = self.spec.written(&value, currency);
                (text.unwrap_or_default(), if number == 0 { theme.dim } else { fresh })
            }
            _ if shape.is_currency(self.field) => {
                (value.as_text().unwrap_or("plain units").to_owned(), fresh)
            }
            _ => {
                let weight = self.spec.weight(&value);
                let is_plain = weight == Weight::Usual || self.change.is_some();
                (self.text(&value), if is_plain { fresh } else { theme.strong })
            }
        }
    }

    /// A value that is no number, after the one before it if the event at the playhead has changed it.
    fn text(&self, value: &FieldValue<'_>) -> String {
        let text = self.spec.written_whole(value, None);
        let before = self.change.and_then(|change| self.spec.written_whole(&change.before, None));
        match before {
            Some(before) => format!("{before} → {}", text.as_deref().unwrap_or("none")),
            None => text.unwrap_or_else(|| "–".to_owned()),
        }
    }

    fn difference(&self, theme: &Theme) -> Option<(String, Style)> {
        let Change { before, after, .. } = self.change?;
        let by = i128::from(after.as_integer()?) - i128::from(before.as_integer()?);
        let style = if by < 0 { theme.loss } else { theme.gain };
        Some((signed(by, self.state.currency_of(self.field)), style.patch(theme.strong)))
    }
}

/// Whether the newest event was understood, and how the state was computed.
fn remarks(
    model: &Model,
    look: &Look,
    state: &Reconstruction,
    theme: &Theme,
    area: Rect,
    is_spacious: bool,
) -> Vec<Vec<Span<'static>>> {
    let cells = usize::from(area.width);
    let lines_max = if is_spacious { 4 } else { 1 };
    let trace = &state.trace;
    let mut lines = Vec::new();
    if trace.version.number() == 0 {
        let text = format!("no events of {} up to here", state.stream);
        lines.extend(wrap(&text, cells, lines_max).into_iter().map(|line| vec![span(line, theme.dim)]));
        return lines;
    }
    if let Some(Meaning::NotUnderstood(why) | Meaning::Partly(why)) = &state.meaning {
        let event = look.events.iter().find(|event| event.position == trace.position);
        let event_type = event.map_or("the newest event", |event| event.event_type.as_str());
        let text = format!("{event_type} @{}: {why}", count(trace.position.number()));
        lines.extend(
            wrap(&text, cells, lines_max).into_iter().map(|line| vec![span(line, theme.not_understood)]),
        );
    }
    if trace.n_not_understood > 0 {
        lines.push(vec![span(fit(&left_out_words(trace), cells), theme.not_understood)]);
    }
    if trace.n_partly_understood > 0 {
        let n = counted(trace.n_partly_understood, "event");
        let words = format!("{NOT_UNDERSTOOD} {n} understood in part");
        lines.push(vec![span(fit(&words, cells), theme.not_understood)]);
    }
    let n_folded = counted(state.n_folded, "event");
    let folded = if trace.state.is_merged() { "merged, not folded:" } else { "folded" };
    let folded = match (state.from_snapshot.number(), model.fold_from) {
        (0, FoldFrom::Snapshot) => format!("{folded} {n_folded} from the beginning"),
        (0, FoldFrom::FirstEvent) => {
            format!(
                "no snapshots ({}): {folded} {n_folded} from the beginning",
                key_name(KeyAction::FoldFrom)
            )
        }
        (version, _) => format!("{folded} {n_folded} from the snapshot at v{}", count(version)),
    };
    let is_asked_for = model.fold_from == FoldFrom::FirstEvent;
    if is_spacious || is_asked_for || (lines.is_empty() && area.height > 8) {
        let folded = wrap(&folded, cells, if is_spacious { 2 } else { 1 });
        lines.extend(folded.into_iter().map(|line| vec![span(line, theme.dim)]));
    }
    lines
}

/// The number of the stream's events that the state leaves out.
fn left_out_words(trace: &Trace) -> String {
    let (n, n_events) = (count(trace.n_not_understood), count(trace.version.number()));
    format!("{NOT_UNDERSTOOD} {n} of {n_events} events not understood")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture::{Bank, picture};

    #[test]
    fn a_field_says_what_changed_and_where_it_was_last_set() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "hhh");
        let drawn: String = picture(44, 16, |area, buf| draw(&model, &Theme::plain(), area, buf));
        let expected = r#"
╭─ State at 7 · acc-3 v2 ──────────────────╮
│ owner     Grace Hopper                @6 │
│ status    open                        @6 │
│ currency  JPY                         @6 │
│ balance   900                   +900  @7 │
│ overdraft 0                              │
│                                          │
│ folded 2 events from the beginning       │
│                                          │
│ 900          ●⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉ │
│              ⡇                           │
│              ⡇                           │
│              ⡇                           │
│              ⡇                           │
│   0 ⣀⣀⣀⣀⣀⣀⣀⣀⣀⡇                           │
╰──────────────────────────────────────────╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn an_event_that_is_not_understood_says_so() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, ":goto 4<enter>");
        let drawn: String = picture(44, 18, |area, buf| draw(&model, &Theme::plain(), area, buf));
        let expected = r#"
╭─ State at 4 · acc-2 v2 ──────────────────╮
│ owner     李小龍                      @3 │
│ status    open                        @3 │
│ currency  EUR                         @3 │
│ balance   0.00 EUR                       │
│ overdraft 500.00                      @3 │
│                                          │
│ LoanGranted @4: an account knows no such │
│ event                                    │
│ ? 1 of 2 events not understood           │
│ folded 2 events from the beginning       │
│                                          │
│    0.00 ⠉⠉⠉⠉●⠉⠉⠉⠉⡇┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈ │
│             ┊    ⡇                       │
│             ┊    ⡇                       │
│             ┊    ⡇                       │
│ -300.00     ┊    ⣇⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⡏⠉⠉⠉⠉ │
╰──────────────────────────────────────────╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn a_status_that_changed_shows_both() {
        let model = Bank::little().screen(120, 36);
        let drawn: String = picture(34, 8, |area, buf| draw(&model, &Theme::plain(), area, buf));
        let expected = r#"
╭─ State at 10 · acc-2 v5 ───────╮
│ owner     李小龍            @3 │
│ status    open → frozen    @10 │
│ balance   -250.00 EUR       @9 │
│ overdraft 500.00            @3 │
│ ? 1 of 5 events not understood │
│                                │
╰────────────────────────────────╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn an_account_that_is_not_there_yet_says_so() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "sg");
        let drawn: String = picture(44, 9, |area, buf| draw(&model, &Theme::plain(), area, buf));
        let expected = r#"
╭─ State at 0 · acc-2 v0 · pinned ─────────╮
│ owner     –                              │
│ status    none                           │
│ balance   0                              │
│ no events of acc-2 up to here            │
│    0.00 ⠉⠉⠉⠉⠉⠉⠉⠉⠉⡇┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈ │
│                  ⡇                       │
│ -300.00          ⣇⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⡖⠒⠒⠒⠒ │
╰──────────────────────────────────────────╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }
}
