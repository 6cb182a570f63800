//! The comparison of the selected row with the state, field by field.

use ratatui::text::Span;

use crate::domain::money::{grouped, with_code};
use crate::domain::shape::{FieldId, FieldSpec};
use crate::read_model::rows::StreamRow;
use crate::tui::model::Model;
use crate::tui::questions::comparison::ComparedStream;
use crate::tui::text::{fit, line_width, signed, span};
use crate::tui::theme::Theme;
use crate::tui::widgets::differences::{
    Difference, Quantity, RowComparison, compared_with, of_column, unlisted,
};

/// The most cells of a text.
const TEXT_CELLS: usize = 24;

/// A field that differs, with both values as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FieldDifference {
    pub(super) mark: Difference,
    field: String,
    /// Whether it is the field that is meant where none is named.
    is_measure: bool,
    /// The state's value: for a defect at the position of the row, otherwise at the playhead.
    state: String,
    row: String,
    /// Row − state, with its sign; `None` if the values cannot be subtracted: words, and amounts in two currencies.
    difference: Option<String>,
}

impl FieldDifference {
    fn count(mark: Difference, field: &str, state: u64, row: u64) -> Self {
        let [state, row] = [state, row].map(i128::from);
        let difference = Some(signed(row - state, None));
        let [state, row] = [state, row].map(|number| grouped(number, None));
        Self { mark, field: field.to_owned(), is_measure: false, state, row, difference }
    }

    fn between(mark: Difference, field: &FieldSpec, state: &Quantity<'_>, row: &Quantity<'_>) -> Self {
        let (is_measure, label) = (false, field.label.clone().into_owned());
        let Some((at_state, in_row)) = state.value.as_integer().zip(row.value.as_integer()) else {
            let text = |of: &Quantity<'_>| {
                let text = field.written_whole(&of.value, of.currency);
                fit(text.as_deref().unwrap_or("–"), TEXT_CELLS)
            };
            let (state, row) = (text(state), text(row));
            return Self { mark, field: label, is_measure, state, row, difference: None };
        };
        // A stream that does not exist yet has nothing, in whatever currency it will have.
        let is_nothing = |of: &Quantity<'_>| of.value.as_integer() == Some(0) && of.currency.is_none();
        let is_one_currency = state.currency == row.currency || is_nothing(state) || is_nothing(row);
        let currency = row.currency.or(state.currency);
        let difference = i128::from(in_row) - i128::from(at_state);
        if is_one_currency && difference != 0 {
            let [state, row] = [at_state, in_row].map(|amount| grouped(i128::from(amount), currency));
            let difference = Some(signed(difference, currency));
            return Self { mark, field: label, is_measure, state, row, difference };
        }
        let state = with_code(i128::from(at_state), state.currency);
        let row = with_code(i128::from(in_row), row.currency);
        Self { mark, field: label, is_measure, state, row, difference: None }
    }

    /// The text in several lengths, the longest first.
    fn forms(&self) -> Vec<String> {
        let Self { field, state, row, difference, .. } = self;
        let values = format!("{field}: state {state}, row {row}");
        let Some(difference) = difference else { return vec![values, field.clone()] };
        let mut forms = vec![format!("{values}, difference {difference}"), format!("{values}, {difference}")];
        if self.is_measure {
            forms.push(format!("state {state} row {row} {difference}"));
        }
        // The row itself is visible.
        forms.push(format!("{field}: state {state}, {difference}"));
        forms.push(format!("{field} {difference}"));
        forms
    }

    fn spans(&self, words: &str, theme: &Theme) -> Vec<Span<'static>> {
        let (glyph, style) = self.mark.mark(theme);
        vec![span(glyph, style), span(format!(" {words}"), theme.text)]
    }

    /// The longest form that fits; empty if none does.
    fn line(&self, theme: &Theme, room: usize) -> Vec<Span<'static>> {
        let forms = self.forms().into_iter().map(|words| self.spans(&words, theme));
        forms.into_iter().find(|form| line_width(form) <= room).unwrap_or_default()
    }
}

/// The fields in which a row differs from the state: the measure, words, the other listed ones, then the rest.
pub(super) fn fields(row: &StreamRow, comparison: RowComparison<'_>) -> Vec<FieldDifference> {
    let shape = row.columns.shape();
    let roles = shape.roles();
    let (words, others): (Vec<_>, Vec<_>) = roles
        .others
        .into_iter()
        .chain(roles.subject)
        .partition(|field| shape.spec(*field).is_some_and(FieldSpec::is_word));
    let listed = roles.measure.into_iter().chain(words).chain(others);
    let listed = listed.filter_map(|column| differing(row, comparison, column));
    let unlisted = unlisted(row).filter_map(|column| differing(row, comparison, column));
    let mut fields: Vec<_> =
        listed.chain(unlisted.filter(|field| field.mark == Difference::Defect)).collect();
    let RowComparison { compared, is_of_row } = comparison;
    let ComparedStream { version_at_rows, n_not_understood_at_rows, .. } = compared;
    if !is_of_row {
        return fields;
    }
    if row.version != *version_at_rows {
        let (state, of_row) = (version_at_rows.number(), row.version.number());
        fields.push(FieldDifference::count(Difference::Defect, "version", state, of_row));
    }
    if row.n_not_understood != *n_not_understood_at_rows {
        let (state, of_row) = (*n_not_understood_at_rows, row.n_not_understood);
        fields.push(FieldDifference::count(Difference::Defect, "not understood", state, of_row));
    }
    fields
}

/// The difference between a column of a row and the field of the same name, if there is one.
fn differing(row: &StreamRow, comparison: RowComparison<'_>, column: FieldId) -> Option<FieldDifference> {
    let mark = of_column(row, comparison, column);
    let spec = row.columns.shape().spec(column)?;
    let state = Quantity::of_state(mark.state_of(comparison.compared)?, &spec.name)?;
    let is_measure = row.columns.shape().measure == Some(column);
    let found = FieldDifference::between(mark, spec, &state, &Quantity::of_row(row, column));
    Some(FieldDifference { is_measure, ..found })
}

/// The differing fields of the selected stream; empty if there is no comparison for what is on the screen.
pub(super) fn of_selected(model: &Model) -> Vec<FieldDifference> {
    let row = model.listed_rows().iter().find(|row| model.selected() == Some(&row.stream));
    let compared = row.and_then(|row| Some((row, compared_with(model, row)?)));
    compared.map_or_else(Vec::new, |(row, comparison)| fields(row, comparison))
}

/// All fields on one line if they fit, otherwise the first one in the longest form that fits.
pub(super) fn line(fields: &[FieldDifference], theme: &Theme, room: usize) -> Vec<Span<'static>> {
    let Some(first) = fields.first() else { return Vec::new() };
    let joined = |nth: usize| {
        let mut line = Vec::new();
        for field in fields {
            if !line.is_empty() {
                line.push(span(" · ", theme.dim));
            }
            let forms = field.forms();
            let words = forms.get(nth).filter(|_| field.difference.is_some()).or(forms.first());
            line.extend(field.spans(words.map_or("", String::as_str), theme));
        }
        line
    };
    let all = [joined(0), joined(1)].into_iter().find(|line| line_width(line) <= room);
    all.unwrap_or_else(|| first.line(theme, room))
}

/// One line per field.
pub(super) fn lines(fields: &[FieldDifference], theme: &Theme, room: usize) -> Vec<Vec<Span<'static>>> {
    fields.iter().map(|field| field.line(theme, room)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::aggregates::account::state::{AccountState, BALANCE, OVERDRAFT_LIMIT, Status};
    use crate::domain::event::{GlobalPosition, StreamName, StreamPosition};
    use crate::domain::money::Currency;
    use crate::domain::state::State;
    use crate::domain::value::FieldValue;
    use crate::tui::fixture::Bank;
    use crate::tui::widgets::query_view::tests::drawn_after;

    const EUR: &str = "EUR";

    fn state(balance: i64, currency: &str, status: Status) -> State {
        let owner = (status != Status::None).then(|| "Ada".to_owned());
        let currency = Currency::from_code(currency);
        State::Account(AccountState { balance, currency, status, owner, overdraft_limit: 0 })
    }

    fn row_of(state: &State) -> StreamRow {
        StreamRow {
            stream: StreamName::new("acc-1").unwrap(),
            columns: state.document(),
            version: StreamPosition::new(3),
            position: GlobalPosition::new(9),
            n_not_understood: 0,
        }
    }

    /// The marks and the longest forms for a row, given the states at its position and at the playhead.
    fn words(row: &StreamRow, at_rows: &State, at_playhead: &State) -> Vec<String> {
        let compared = ComparedStream {
            stream: row.stream.clone(),
            at_playhead: at_playhead.clone(),
            at_rows: at_rows.clone(),
            version_at_rows: StreamPosition::new(3),
            n_not_understood_at_rows: 0,
        };
        let said = |field: &FieldDifference| {
            format!("{} {}", field.mark.mark(&Theme::plain()).0, field.forms().first().unwrap())
        };
        fields(row, RowComparison { compared: &compared, is_of_row: true }).iter().map(said).collect()
    }

    #[test]
    fn a_row_of_another_moment_says_state_row_and_difference_field_by_field() {
        let now = state(715_088, EUR, Status::Frozen);
        let expected = [
            "≠ balance: state 4,246.79, row 7,150.88, difference +2,904.09",
            "≠ status: state open, row frozen",
        ];
        assert_eq!(words(&row_of(&now), &now, &state(424_679, EUR, Status::Open)), expected);
        let not_yet = [
            "≠ balance: state 0.00, row 7,150.88, difference +7,150.88",
            "≠ status: state none, row frozen",
            "≠ owner: state –, row Ada",
        ];
        assert_eq!(words(&row_of(&now), &now, &state(0, "", Status::None)), not_yet);
        assert_eq!(words(&row_of(&now), &now, &now), [""; 0]);
    }

    #[test]
    fn a_defect_is_compared_with_the_state_at_the_position_of_the_row() {
        let (at_rows, at_playhead) = (state(100, EUR, Status::Open), state(900, EUR, Status::Open));
        let mut row = row_of(&at_rows);
        row.columns.set(BALANCE, FieldValue::Integer(1));
        row.columns.set(OVERDRAFT_LIMIT, FieldValue::Integer(5_000));
        (row.version, row.n_not_understood) = (StreamPosition::new(2), 4);
        let expected = [
            "✗ balance: state 1.00, row 0.01, difference -0.99",
            "✗ overdraft: state 0.00, row 50.00, difference +50.00",
            "✗ version: state 3, row 2, difference -1",
            "✗ not understood: state 0, row 4, difference +4",
        ];
        assert_eq!(words(&row, &at_rows, &at_playhead), expected);
    }

    #[test]
    fn amounts_in_two_currencies_are_not_subtracted() {
        let (eur, jpy) = (state(100, EUR, Status::Open), state(100, "JPY", Status::Open));
        assert_eq!(words(&row_of(&eur), &eur, &jpy), ["≠ balance: state 100 JPY, row 1.00 EUR"]);
        let (none, empty) = (state(0, "", Status::Open), state(0, EUR, Status::Open));
        assert_eq!(words(&row_of(&empty), &empty, &none), ["≠ balance: state 0, row 0.00 EUR"]);
    }

    #[test]
    fn a_figure_is_never_cut() {
        let now = state(i64::MAX, EUR, Status::Open);
        let compared = ComparedStream {
            stream: StreamName::new("acc-1").unwrap(),
            at_playhead: state(i64::MIN, EUR, Status::Open),
            at_rows: now.clone(),
            version_at_rows: StreamPosition::new(3),
            n_not_understood_at_rows: 0,
        };
        let fields = fields(&row_of(&now), RowComparison { compared: &compared, is_of_row: true });
        let said = |room: usize| -> String {
            line(&fields, &Theme::plain(), room).iter().map(|span| span.content.as_ref()).collect()
        };
        let mut forms: Vec<String> = (0..200).map(said).collect();
        forms.dedup();
        let (state, row) = ("-92,233,720,368,547,758.08", "92,233,720,368,547,758.07");
        let difference = "+184,467,440,737,095,516.15";
        let expected = [
            String::new(),
            format!("≠ balance {difference}"),
            format!("≠ balance: state {state}, {difference}"),
            format!("≠ state {state} row {row} {difference}"),
            format!("≠ balance: state {state}, row {row}, {difference}"),
            format!("≠ balance: state {state}, row {row}, difference {difference}"),
        ];
        assert_eq!(forms, expected);
    }

    /// The query view of a small bank at 7 after these keys, with the account selected that is frozen later.
    fn drawn(keys: &str, size: (u16, u16)) -> String {
        drawn_after(&Bank::little(), &format!("shhh{keys}"), size)
    }

    #[test]
    fn the_rule_above_the_totals_says_by_how_much_the_selected_row_differs() {
        let drawn = drawn("", (42, 16));
        let expected = r#"
╭─ Query view now, at 10 · lag 0 ────────╮
│ projector here · idle                  │
│ account owner         balance  status  │
│ acc-1   Ada Lov… 1,150.00 EUR≠ open    │
│▌acc-2   李小龍    -250.00 EUR≠ frozen≠?│
│ acc-3   Grace Hopper  900 JPY  open    │
│                                        │
│                                        │
│                                        │
│                                        │
│                                        │
│                                        │
│ ≠ state -300.00 row -250.00 +50.00 ────│
│ Σ 900.00 EUR · 2 accounts              │
│ Σ    900 JPY · 1 account               │
╰ ≠ differs at 7 ──────────────── 2 of 3 ╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn a_low_pane_says_it_at_its_bottom() {
        let drawn = drawn("", (54, 8));
        let expected = r#"
╭─ Query view now, at 10 · lag 0 ────────────────────╮
│ account    owner                  balance  status  │
│ acc-1      Ada Lovelace      1,150.00 EUR≠ open    │
│▌acc-2      李小龍             -250.00 EUR≠ frozen≠?│
│ acc-3      Grace Hopper           900 JPY  open    │
│                                                    │
│ Σ 900.00 EUR · 2 accounts  +1 more                 │
╰ ≠ state -300.00 row -250.00 +50.00 ──────── 2 of 3 ╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn a_statement_begins_with_the_differences() {
        let drawn = drawn("<tab><tab><enter>", (60, 9));
        let expected = r#"
╭┤ Statement of acc-2 now, at 10 · lag 0 ├─────────────────╮
│ ≠ balance: state -300.00, row -250.00, difference +50.00 │
│ ≠ status: state open, row frozen                         │
│  @ date       type        with         amount    balance │
│ 10 2024-03-01 …Frozen                            -250.00 │
│  9 2024-03-01 …Received   acc-2        +50.00    -250.00 │
│  5 2024-03-01 Withdrawn               -300.00    -300.00 │
│  4 2024-03-01 LoanGranted                   ?       0.00 │
╰ ? 1 of 5 events not understood ──────────── newest first ╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }
}
