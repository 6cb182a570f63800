//! Differences between query view and state: expected at another moment, otherwise a defect.

use ratatui::style::Style;
use ratatui::text::Span;

use crate::domain::aggregates::account::state::AccountState;
use crate::read_model::rows::StreamRow;
use crate::tui::model::Model;
use crate::tui::questions::comparison::{ComparedStream, Comparison};
use crate::tui::text::{count, line_width, span};
use crate::tui::theme::{DEFECT, DIFFERS, Theme};
use crate::tui::widgets::totals;

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
    pub(super) fn state_of(self, compared: &ComparedStream) -> Option<&AccountState> {
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

/// The differences of one row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Differences {
    pub(super) owner: Difference,
    pub(super) balance: Difference,
    pub(super) status: Difference,
}

impl Differences {
    /// No differences while there is no comparison for this playhead and the position of the rows.
    pub(super) fn of(model: &Model, row: &StreamRow) -> Self {
        compared_with(model, row).map_or_else(Self::default, |compared| Self::between(row, compared))
    }

    fn between(row: &StreamRow, compared: &ComparedStream) -> Self {
        let ComparedStream { at_playhead, at_rows, version_at_rows, n_not_understood_at_rows, .. } = compared;
        let owner = |state: &AccountState| state.owner.clone();
        let balance = |state: &AccountState| (state.balance, state.currency);
        let mut differences = Self {
            owner: Difference::between(&row.owner, &owner(at_rows), &owner(at_playhead)),
            balance: Difference::between(
                &(row.balance, row.currency),
                &balance(at_rows),
                &balance(at_playhead),
            ),
            status: Difference::between(&row.status, &at_rows.status, &at_playhead.status),
        };
        // Fields without a column of their own are marked after the last column.
        let is_otherwise = (row.version, row.n_not_understood, row.overdraft_limit)
            != (*version_at_rows, *n_not_understood_at_rows, at_rows.overdraft_limit);
        if is_otherwise && !differences.has(Difference::Defect) {
            differences.status = Difference::Defect;
        }
        differences
    }

    fn has(self, difference: Difference) -> bool {
        [self.owner, self.balance, self.status].contains(&difference)
    }
}

/// The states of this row's account; `None` until they are known for this playhead and the position of the rows.
pub(super) fn compared_with<'a>(model: &'a Model, row: &StreamRow) -> Option<&'a ComparedStream> {
    comparison(model)?.streams.iter().find(|compared| compared.stream == row.stream)
}

/// The comparison for what is on the screen; `None` if rows and states come from different mappings.
fn comparison(model: &Model) -> Option<&Comparison> {
    let listing = model.listing.answer()?;
    let comparison = model.comparison.answer()?;
    let is_of_rows = (comparison.rows_at, &comparison.read_by) == (listing.as_of, &listing.read_by);
    let is_here = comparison.playhead == model.playhead.position && is_of_rows;
    (is_here && !comparison.is_of_older_mapping).then_some(comparison)
}

/// Whether the rows on the screen are known to come from an older mapping than the log's.
pub(super) fn is_of_older_mapping(model: &Model) -> bool {
    let read_by = model.listing.answer().map(|listing| &listing.read_by);
    let comparison = model.comparison.answer().filter(|comparison| Some(&comparison.read_by) == read_by);
    comparison.is_some_and(|comparison| comparison.is_of_older_mapping)
}

/// The meaning of the visible marks.
pub(super) fn legend(model: &Model, theme: &Theme, room: usize) -> Vec<Span<'static>> {
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
        [format!(" otherwise at {at}: {cause}"), format!(" {cause}"), String::new()]
            .map(|words| vec![span(DEFECT, theme.bad), span(words, theme.bad)])
    } else if has_total(Difference::Defect) {
        [" a total is not the sum of its rows", " total: a defect", ""]
            .map(|words| vec![span(DEFECT, theme.bad), span(words, theme.bad)])
    } else if has(Difference::OtherMoment) || has_total(Difference::OtherMoment) {
        let at = count(playhead.number());
        let whole = if listing.as_of < playhead {
            format!(" lag: not yet as at {at}")
        } else {
            format!(" otherwise at {at}")
        };
        [whole, " otherwise".to_owned(), String::new()]
            .map(|words| vec![span(DIFFERS, theme.differs), span(words, theme.dim)])
    } else {
        return Vec::new();
    };
    let [_, _, shortest] = &forms;
    let shortest = shortest.clone();
    forms.into_iter().find(|form| line_width(form) <= room).unwrap_or(shortest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::SourceId;
    use crate::tui::fixture::{Bank, picture};
    use crate::tui::widgets::query_view::draw;

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
        comparison.streams[0].at_rows.balance += 1;
        comparison.streams[1].at_playhead.balance += 1;
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
