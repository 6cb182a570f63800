//! A planned event in words: what a command would append, and what it would change.

use ratatui::text::Span;

use crate::domain::decider::PlannedChange;
use crate::domain::money::grouped;
use crate::domain::shape::{FieldId, FieldKind};
use crate::domain::state::State;
use crate::domain::value::FieldValue;
use crate::tui::text::{count, fit, line_width, span, width, wrap};
use crate::tui::theme::Theme;

/// The most lines for the changes of one event.
const CHANGES_LINES_MAX: usize = 3;

/// The most cells for a value of a changed field.
const TEXT_CELLS_MAX: usize = 32;

/// `would append TargetSet to hall (v15): target 19 → 22`
///
/// On several lines if it does not fit on one.
pub(super) fn lines(change: &PlannedChange, theme: &Theme, room: usize) -> Vec<Vec<Span<'static>>> {
    let PlannedChange { event, version, before, after } = change;
    let (stream, version) = (fit(event.stream.as_str(), 24), count(version.number()));
    let mut line = vec![
        span("✔ ", theme.done),
        span("would append ", theme.dim),
        span(fit(&event.event_type, 24), theme.strong),
        span(" to ", theme.dim),
        span(stream, theme.selected),
        span(format!(" (v{version}): "), theme.dim),
    ];
    let fields = after.shape().ids().filter(|field| after.differs(before, *field));
    let changes = fields.map(|field| field_change(before, after, field)).collect::<Vec<_>>().join(", ");
    if line_width(&line) + width(&changes) <= room {
        line.push(span(changes, theme.text));
        return vec![line];
    }
    let wrapped = wrap(&changes, room.saturating_sub(2), CHANGES_LINES_MAX);
    let more = wrapped.into_iter().map(|text| vec![span("  ", theme.text), span(text, theme.text)]);
    std::iter::once(line).chain(more).collect()
}

/// `target 19 → 22`, or `room hall` where there was nothing before.
fn field_change(before: &State, after: &State, field: FieldId) -> String {
    let Some(spec) = after.shape().spec(field) else { return String::new() };
    let (label, now) = (&spec.label, after.shown(field));
    let was = match (before.field(field), &spec.kind) {
        (FieldValue::Null, _) => return format!("{label} {}", fit(&now, TEXT_CELLS_MAX)),
        (FieldValue::Integer(amount), FieldKind::Money { .. }) => {
            grouped(i128::from(amount), after.currency_of(field))
        }
        _ => before.shown(field),
    };
    format!("{label} {} → {}", fit(&was, TEXT_CELLS_MAX), fit(&now, TEXT_CELLS_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::aggregates::Aggregates;
    use crate::domain::decider::PlannedEvent;
    use crate::domain::event::{StreamName, StreamPosition};

    #[test]
    fn each_field_that_changes_is_shown_under_its_label() {
        let (aggregates, stream) = (Aggregates::bank(), StreamName::new("a").unwrap());
        let fold = aggregates.fold_of(&stream);
        let (mut state, mut version) = (fold.initial(), StreamPosition::START);
        for (event_type, data, expected) in [
            (
                "AccountOpened",
                r#"{"owner":"Ada","currency":"EUR"}"#,
                "✔ would append AccountOpened to a (v1): owner Ada, status none → open, currency EUR",
            ),
            (
                "OverdraftLimitSet",
                r#"{"limit":2500}"#,
                "✔ would append OverdraftLimitSet to a (v2): overdraft 0.00 → 25.00 EUR",
            ),
            (
                "Deposited",
                r#"{"amount":125000}"#,
                "✔ would append Deposited to a (v3): balance 0.00 → 1,250.00 EUR",
            ),
            ("AccountFrozen", "{}", "✔ would append AccountFrozen to a (v4): status open → frozen"),
        ] {
            let event =
                PlannedEvent { stream: stream.clone(), event_type: event_type.into(), data: data.to_owned() };
            let change = event.change(fold, state, version);
            let text = lines(&change, &Theme::plain(), 100);
            let text: Vec<String> =
                text.iter().map(|line| line.iter().map(|span| span.content.as_ref()).collect()).collect();
            assert_eq!(text, [expected]);
            (state, version) = (change.after, change.version);
        }
    }
}
