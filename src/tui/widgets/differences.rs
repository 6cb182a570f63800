//! Differences between query view and state: expected at another moment, otherwise a defect.

use ratatui::style::Style;

use crate::domain::money::Currency;
use crate::domain::shape::FieldId;
use crate::domain::state::State;
use crate::domain::value::FieldValue;
use crate::read_model::rows::StreamRow;
use crate::tui::model::Model;
use crate::tui::questions::comparison::ComparedStream;
use crate::tui::theme::{DEFECT, DIFFERS, Theme};

/// How a value of the query view relates to the state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Difference {
    /// They are equal, or not known to differ.
    #[default]
    None,
    /// The state at the playhead differs, and the query view is as of another position.
    OtherMoment,
    /// The state at the query view's own position differs.
    Defect,
}

impl Difference {
    /// Compares a value of a row with the state's values at the position of the rows and at the playhead.
    pub(super) fn between<T: PartialEq>(row: &T, at_rows: &T, at_playhead: &T) -> Self {
        if row != at_rows {
            Self::Defect
        } else if row != at_playhead {
            Self::OtherMoment
        } else {
            Self::None
        }
    }

    /// The state from which a value differs in this way; `None` if it does not differ.
    pub(super) fn state_of(self, compared: &ComparedStream) -> Option<&State> {
        match self {
            Self::None => None,
            Self::OtherMoment => Some(&compared.at_playhead),
            Self::Defect => Some(&compared.at_rows),
        }
    }

    /// The mark in the cell after the value, with its style.
    pub(super) fn mark(self, theme: &Theme) -> (&'static str, Style) {
        match self {
            Self::None => (" ", theme.text),
            Self::OtherMoment => (DIFFERS, theme.differs),
            Self::Defect => (DEFECT, theme.bad),
        }
    }
}

/// A value, and the currency that an amount is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Quantity<'a> {
    pub(super) value: FieldValue<'a>,
    pub(super) currency: Option<Currency>,
}

impl<'a> Quantity<'a> {
    /// The value of a row's column.
    pub(super) fn of_row(row: &'a StreamRow, column: FieldId) -> Self {
        Self { value: row.columns.field(column), currency: row.columns.currency_of(column) }
    }

    /// The value of a state's field; `None` if it has no field of this name.
    pub(super) fn of_state(state: &'a State, name: &str) -> Option<Self> {
        let field = state.shape().find(name)?;
        Some(Self { value: state.field(field), currency: state.currency_of(field) })
    }
}

/// The states that the write side has for a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct RowComparison<'a> {
    pub(super) compared: &'a ComparedStream,
    /// Whether its state at the rows is that of this row. A newer row is compared with the state at the playhead only.
    pub(super) is_of_row: bool,
}

/// How a column of a row relates to the field of the same name; a column without one is not compared.
pub(super) fn of_column(row: &StreamRow, comparison: RowComparison<'_>, column: FieldId) -> Difference {
    let RowComparison { compared, is_of_row } = comparison;
    let name = row.columns.shape().spec(column).map_or("", |spec| spec.name.as_ref());
    let of_row = Quantity::of_row(row, column);
    let Some(at_playhead) = Quantity::of_state(&compared.at_playhead, name) else { return Difference::None };
    match Quantity::of_state(&compared.at_rows, name) {
        Some(at_rows) if is_of_row => Difference::between(&of_row, &at_rows, &at_playhead),
        Some(_) => Difference::between(&of_row, &of_row, &at_playhead),
        None => Difference::None,
    }
}

/// The columns that lists leave out and that are compared all the same, but only at the position of the row. The
/// currency of amounts is compared with these.
pub(super) fn unlisted(row: &StreamRow) -> impl Iterator<Item = FieldId> {
    let shape = row.columns.shape();
    let is_unlisted = |field: &FieldId| shape.spec(*field).is_some_and(|spec| !spec.is_listed);
    shape.ids().filter(is_unlisted).filter(|field| !shape.is_currency(*field))
}

/// The differences of one row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Differences {
    listed: Vec<(FieldId, Difference)>,
    /// Whether only something that lists leave out is otherwise.
    pub(super) is_otherwise: bool,
}

impl Differences {
    /// No differences while there is no comparison for this playhead.
    pub(super) fn of(model: &Model, row: &StreamRow) -> Self {
        compared_with(model, row).map_or_else(Self::default, |comparison| Self::between(row, comparison))
    }

    fn between(row: &StreamRow, comparison: RowComparison<'_>) -> Self {
        let listed = row.columns.shape().listed();
        let listed: Vec<_> = listed.map(|(field, _)| (field, of_column(row, comparison, field))).collect();
        let has_defect = listed.iter().any(|(_, difference)| *difference == Difference::Defect);
        let RowComparison { compared, is_of_row } = comparison;
        let is_otherwise = is_of_row
            && ((row.version, row.n_not_understood)
                != (compared.version_at_rows, compared.n_not_understood_at_rows)
                || unlisted(row).any(|column| of_column(row, comparison, column) == Difference::Defect));
        Self { listed, is_otherwise: is_otherwise && !has_defect }
    }

    /// The difference of a column.
    pub(super) fn of_field(&self, column: FieldId) -> Difference {
        let found = self.listed.iter().find(|(field, _)| *field == column);
        found.map_or(Difference::None, |(_, difference)| *difference)
    }

    pub(super) fn has(&self, difference: Difference) -> bool {
        (difference == Difference::Defect && self.is_otherwise)
            || self.listed.iter().any(|(_, found)| *found == difference)
    }
}

/// The states of this row's stream; `None` until they are known for this playhead, and if rows and states come from
/// different mappings. While the projector runs, the rows are newer than any comparison; then the states that are known
/// are taken for what they still say.
pub(super) fn compared_with<'a>(model: &'a Model, row: &StreamRow) -> Option<RowComparison<'a>> {
    let listing = model.listing.answer()?;
    let comparison = model.comparison.answer()?;
    let is_here = comparison.playhead == model.playhead.position && comparison.read_by == listing.read_by;
    if !is_here || comparison.is_of_older_mapping {
        return None;
    }
    let compared = comparison.streams.iter().find(|compared| compared.stream == row.stream)?;
    let is_of_rows = comparison.rows_at == listing.as_of;
    let is_of_row = is_of_rows || row.version == compared.version_at_rows;
    // At the playhead's own position a difference would be a defect, which only a comparison with these rows can tell.
    (is_of_row || listing.as_of != comparison.playhead).then_some(RowComparison { compared, is_of_row })
}

/// Whether the rows on the screen are known to come from an older mapping than the log's.
pub(super) fn is_of_older_mapping(model: &Model) -> bool {
    let read_by = model.listing.answer().map(|listing| &listing.read_by);
    let comparison = model.comparison.answer().filter(|comparison| Some(&comparison.read_by) == read_by);
    comparison.is_some_and(|comparison| comparison.is_of_older_mapping)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::SourceId;
    use crate::tui::fixture::{Bank, picture};
    use crate::tui::questions::comparison::Comparison;
    use crate::tui::widgets::query_view::draw;

    fn add_to_balance(state: &mut State) {
        let State::Account(account) = state else { panic!("{state}") };
        account.balance += 1;
    }

    #[test]
    fn rows_that_are_newer_than_the_comparison_are_compared_with_what_is_known() {
        let bank = Bank::little().projected_to(7);
        let mut model = bank.screen(120, 36);
        let marks = |model: &Model| -> Vec<Vec<Difference>> {
            let of = |row| Differences::of(model, row).listed.into_iter().map(|(_, found)| found).collect();
            model.listed_rows().iter().map(of).collect()
        };
        let exact = marks(&model);
        assert!(exact.iter().flatten().any(|found| *found == Difference::OtherMoment), "{exact:?}");
        // The listing has moved on to 7, and the answer for its rows at 5 is the newest one.
        let mut older = model.comparison.answer().cloned().unwrap();
        older.rows_at = crate::domain::event::GlobalPosition::new(5);
        for compared in &mut older.streams {
            let (state, version) = bank.state_of(&compared.stream, 5);
            (compared.at_rows, compared.version_at_rows) = (state, version);
        }
        model.comparison.settle(older.clone());
        assert_eq!(marks(&model), exact);
        // Rows as of the playhead wait for their own comparison.
        model.playhead.position = model.listing.answer().unwrap().as_of;
        older.playhead = model.playhead.position;
        for compared in &mut older.streams {
            add_to_balance(&mut compared.at_playhead);
            compared.version_at_rows = compared.version_at_rows.plus(9);
        }
        model.comparison.settle(older);
        assert!(marks(&model).iter().flatten().all(|found| *found == Difference::None));
    }

    #[test]
    fn rows_of_an_older_mapping_are_said_to_be_rebuilt_and_accuse_nobody() {
        let mut model = Bank::little().screen(120, 36);
        let drawn = |model: &Model, width| {
            let drawn = picture(width, 16, |area, buf| draw(model, &Theme::plain(), area, buf));
            let says_so = drawn.contains("being rebuilt");
            (says_so, drawn.contains(DEFECT), drawn.contains(DIFFERS), drawn)
        };
        assert!(matches!(drawn(&model, 72), (false, false, false, _)));
        let mut comparison = model.comparison.answer().cloned().unwrap();
        add_to_balance(&mut comparison.streams[0].at_rows);
        add_to_balance(&mut comparison.streams[1].at_playhead);
        let answer = |model: &mut Model, comparison: Comparison| {
            model.comparison = Default::default();
            model.comparison.receive(0, comparison);
        };
        answer(&mut model, Comparison { is_of_older_mapping: true, ..comparison.clone() });
        for width in [40, 54, 72] {
            let drawn = drawn(&model, width);
            assert!(matches!(drawn, (true, false, false, _)), "{}", drawn.3);
        }
        assert!(drawn(&model, 72).3.contains("now, at 10 · being rebuilt: another mapping · lag 0"));
        // A comparison with rows of another mapping does not apply.
        let read_by = [(SourceId(1), [0; 32])].into();
        answer(&mut model, Comparison { is_of_older_mapping: true, read_by, ..comparison.clone() });
        assert!(matches!(drawn(&model, 72), (false, false, false, _)));
        answer(&mut model, comparison);
        assert!(matches!(drawn(&model, 72), (false, true, true, _)));
    }
}
