//! Where the query view has a value otherwise than the state: because it shows another moment, or by a defect.

use ratatui::style::Style;
use ratatui::text::Span;

use crate::domain::account::AccountState;
use crate::read_model::rows::AccountRow;
use crate::tui::model::Model;
use crate::tui::model::answers::{ComparedAccount, Comparison};
use crate::tui::theme::{DEFECT, DIFFERS, Theme};
use crate::tui::widgets::text::{count, line_width, span};
use crate::tui::widgets::totals;

/// How a value of the query view stands to the state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Difference {
    /// It is the same, or not known to be otherwise.
    #[default]
    None,
    /// The state has it otherwise at the playhead, and the query view shows another position.
    OtherMoment,
    /// The state has it otherwise at the very position that the query view shows.
    Defect,
}

impl Difference {
    /// How a value of a row compares with the state's at the position of the rows and at the playhead.
    pub(super) fn between<T: PartialEq>(row: &T, at_rows: &T, at_playhead: &T) -> Self {
        if row != at_rows {
            Self::Defect
        } else if row != at_playhead {
            Self::OtherMoment
        } else {
            Self::None
        }
    }

    /// The state from which a value differs in this way; `None` where it does not differ.
    pub(super) fn state_of(self, compared: &ComparedAccount) -> Option<&AccountState> {
        match self {
            Self::None => None,
            Self::OtherMoment => Some(&compared.at_playhead),
            Self::Defect => Some(&compared.at_rows),
        }
    }

    /// The mark in the cell behind the value, with its style.
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
    /// None while there is no comparison with the state at this playhead and at the position of the rows.
    pub(super) fn of(model: &Model, row: &AccountRow) -> Self {
        compared_with(model, row).map_or_else(Self::default, |compared| Self::between(row, compared))
    }

    fn between(row: &AccountRow, compared: &ComparedAccount) -> Self {
        let ComparedAccount { at_playhead, at_rows, version_at_rows, n_not_understood_at_rows, .. } =
            compared;
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
        // What has no column of its own is marked behind the last one.
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

/// What the state has for the account of this row; `None` while that is not known at this playhead and at the position of
/// the rows.
pub(super) fn compared_with<'a>(model: &'a Model, row: &AccountRow) -> Option<&'a ComparedAccount> {
    comparison(model)?.accounts.iter().find(|compared| compared.account == row.account)
}

/// The comparison that belongs to what is on the screen.
fn comparison(model: &Model) -> Option<&Comparison> {
    let rows_at = model.accounts.answer()?.as_of;
    let comparison = model.comparison.answer()?;
    (comparison.playhead == model.playhead.position && comparison.rows_at == rows_at).then_some(comparison)
}

/// What the marks mean that are in sight.
pub(super) fn legend(model: &Model, theme: &Theme, room: usize) -> Vec<Span<'static>> {
    let differences: Vec<_> = model.account_rows().iter().map(|row| Differences::of(model, row)).collect();
    let Some(accounts) = model.accounts.answer() else { return Vec::new() };
    let has = |difference| differences.iter().any(|differences| differences.has(difference));
    let totals = totals::on_screen(model);
    let has_total = |difference| totals.iter().any(|total| total.mark == difference);
    let playhead = model.playhead.position;
    let forms = if has(Difference::Defect) {
        let at = count(accounts.as_of.number());
        let cause =
            if accounts.skipped.n_events > 0 { "events were skipped" } else { "a projection's defect" };
        [format!(" otherwise at {at}: {cause}"), format!(" {cause}"), String::new()]
            .map(|words| vec![span(DEFECT, theme.bad), span(words, theme.bad)])
    } else if has_total(Difference::Defect) {
        [" a total is not the sum of its rows", " total: a defect", ""]
            .map(|words| vec![span(DEFECT, theme.bad), span(words, theme.bad)])
    } else if has(Difference::OtherMoment) || has_total(Difference::OtherMoment) {
        let at = count(playhead.number());
        let whole = if accounts.as_of < playhead {
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
