//! The lines of the fields: name, value, change, and the position that last set it.

use ratatui::style::Style;
use ratatui::text::Span;

use crate::domain::shape::{FieldId, FieldSpec, Weight};
use crate::domain::state::State;
use crate::domain::value::FieldValue;
use crate::replay::diff::Change;
use crate::replay::reconstruct::Reconstruction;
use crate::tui::questions::look::Look;
use crate::tui::text::{count, fit, left, line_width, signed, span, width};
use crate::tui::theme::Theme;
use crate::tui::widgets::names::shortened;

/// The fewest and the most cells for the fields' names.
const LABEL_CELLS: (usize, usize) = (10, 16);

/// The fewest cells of a value beside the position that set it.
const VALUE_CELLS_MIN: usize = 8;

/// The most fields whose names are compared to be shortened: more than any screen has room for.
const SHORTENED_MAX: usize = 200;

/// A line or two per field, in the order of the shape. `charted` is the name of the field that the chart draws. A low
/// pane leaves out what says little.
pub(super) fn fields(
    charted: Option<&str>,
    look: &Look,
    state: &Reconstruction,
    theme: &Theme,
    room: usize,
    is_low: bool,
) -> Vec<Vec<Span<'static>>> {
    let folded = &state.trace.state;
    let shape = folded.shape();
    // A change at the playhead is news; a change at an earlier event of a chosen stream is not.
    let at_playhead = look.events.get(look.playhead_row()).map(|event| event.position);
    let is_news = at_playhead == Some(state.trace.position);
    let mut shown = Vec::new();
    for (field, spec) in shape.ids().zip(shape.fields.iter()) {
        let is_nothing = matches!(folded.field(field), FieldValue::Null | FieldValue::Integer(0));
        // The amounts say the currency, too.
        let says_little = shape.is_currency(field) || (!spec.is_listed && is_nothing);
        let change = state.changes.iter().find(|change| change.field == field && is_news);
        // A field that came with an event and was removed again is of no interest any more.
        let is_gone = folded.is_open() && is_nothing && folded.field(field) == FieldValue::Null;
        if !((is_low && says_little) || is_gone) || change.is_some() {
            shown.push((field, spec, change));
        }
    }
    let (least, most) = LABEL_CELLS;
    let widest = shape.fields.iter().map(|spec| width(&spec.label) + 1).max().unwrap_or(0);
    let label_cells = widest.clamp(least, most);
    let named = shown.iter().take(SHORTENED_MAX).map(|(_, spec, _)| spec.label.as_ref());
    let labels = shortened(named, label_cells.saturating_sub(1));
    let line = |(field, spec, change): (FieldId, &FieldSpec, Option<&Change>)| {
        let line = FieldLine {
            field,
            spec,
            label: left(&labels.of(&spec.label), label_cells),
            is_charted: charted == Some(&spec.name) && shape.measure != Some(field),
            state: folded,
            change,
            at: state.trace.last_set(field).number(),
        };
        line.lines(theme, room)
    };
    shown.into_iter().flat_map(line).collect()
}

struct FieldLine<'a> {
    field: FieldId,
    spec: &'a FieldSpec,
    /// The name of the field, with the blanks after it.
    label: String,
    /// Whether the chart draws it, and not the measure.
    is_charted: bool,
    state: &'a State,
    change: Option<&'a Change>,
    at: u64,
}

impl FieldLine<'_> {
    /// One line; a second one for the change, or for the value before, if these do not fit beside value and position.
    fn lines(&self, theme: &Theme, room: usize) -> Vec<Vec<Span<'static>>> {
        let (value, value_style) = self.value(theme);
        let difference: Vec<_> =
            self.difference(theme).map(|(text, style)| span(format!(" {text}"), style)).into_iter().collect();
        let position: Vec<_> =
            (self.at > 0).then(|| span(format!("  @{}", count(self.at)), theme.dim)).into_iter().collect();
        let room_for = |right: &[Span<'_>]| room.saturating_sub(width(&self.label) + line_width(right));
        let fits = |right: &[Span<'_>]| width(&fit(&value, room)) <= room_for(right);
        let whole = [difference.clone(), position.clone()].concat();
        if fits(&whole) {
            return vec![self.line(&value, value_style, whole, theme, room)];
        }
        if !self.state.is_open() {
            // The fields of an aggregate are known to be short, and a figure is never cut: the position gives way.
            let (right, below) =
                if fits(&difference) { (difference, Vec::new()) } else { (Vec::new(), difference) };
            return with_line_below(self.line(&value, value_style, right, theme, room), below, theme, room);
        }
        let (value, below) = match (self.texts(), difference) {
            (Some([before, after]), _) if !before.is_empty() => {
                // Cut where it is said that there was another value, neither could be read.
                let before = format!("was {}", fit(&before, room.saturating_sub(width(&self.label) + 4)));
                (after, vec![span(before, theme.dim)])
            }
            (_, difference) => (value, difference),
        };
        // A value of which hardly anything would be left has the room of the position.
        let is_narrow =
            room_for(&position) < VALUE_CELLS_MIN && width(&fit(&value, room)) > room_for(&position);
        let right = if is_narrow { Vec::new() } else { position };
        with_line_below(self.line(&value, value_style, right, theme, room), below, theme, room)
    }

    /// The name, the value in the room that is left for it, and what stands at the end.
    fn line(
        &self,
        value: &str,
        style: Style,
        right: Vec<Span<'static>>,
        theme: &Theme,
        room: usize,
    ) -> Vec<Span<'static>> {
        let middle = room.saturating_sub(width(&self.label) + line_width(&right));
        let label_style = if self.is_charted { theme.selected } else { theme.dim };
        let mut line = vec![span(self.label.clone(), label_style), span(left(value, middle), style)];
        line.extend(right);
        line
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
                let text = match self.texts() {
                    Some([before, after]) if !before.is_empty() => format!("{before} → {after}"),
                    Some([_, after]) => after,
                    None => String::new(),
                };
                (text, if is_plain { fresh } else { theme.strong })
            }
        }
    }

    /// A value that is no integer, after the one before it if the event at the playhead has changed it; that is empty if
    /// there was none. `None` for a value that is written with its difference.
    fn texts(&self) -> Option<[String; 2]> {
        let value = self.state.field(self.field);
        if matches!(value, FieldValue::Integer(_)) || self.state.shape().is_currency(self.field) {
            return None;
        }
        let text = self.spec.written_whole(&value, None);
        let before = self.change.and_then(|change| self.spec.written_whole(&change.before, None));
        Some(match before {
            Some(before) => [before, text.unwrap_or_else(|| "none".to_owned())],
            None => [String::new(), text.unwrap_or_else(|| "–".to_owned())],
        })
    }

    fn difference(&self, theme: &Theme) -> Option<(String, Style)> {
        let Change { before, after, .. } = self.change?;
        let by = i128::from(after.as_integer()?) - i128::from(before.as_integer()?);
        let style = if by < 0 { theme.loss } else { theme.gain };
        Some((signed(by, self.state.currency_of(self.field)), style.patch(theme.strong)))
    }
}

/// The line, and below it one with these pieces at its end, if there are any.
fn with_line_below(
    line: Vec<Span<'static>>,
    below: Vec<Span<'static>>,
    theme: &Theme,
    room: usize,
) -> Vec<Vec<Span<'static>>> {
    if below.is_empty() {
        return vec![line];
    }
    let fill = " ".repeat(room.saturating_sub(line_width(&below)));
    vec![line, std::iter::once(span(fill, theme.text)).chain(below).collect()]
}
