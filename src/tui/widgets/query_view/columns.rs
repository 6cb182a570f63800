//! The columns of the query view, with widths that hold still while scrubbing.

use ratatui::style::Style;
use ratatui::text::Span;

use crate::domain::aggregates::account::state::Status;
use crate::domain::money::{Currency, grouped, with_code};
use crate::read_model::rows::StreamRow;
use crate::tui::model::Model;
use crate::tui::model::focus::Pane;
use crate::tui::model::seen::SeenInLog;
use crate::tui::text::{fit, left, left_end, right, span, width};
use crate::tui::theme::{NOT_UNDERSTOOD, SELECTED_ROW, Theme};
use crate::tui::widgets::differences::{Difference, Differences};
use crate::tui::widgets::pane::has_focus;

/// The fewest and the most cells of an account's name.
const ACCOUNT_CELLS: (usize, usize) = (7, 24);

/// Owner and balance get this much before the account gets more than its least, and two thirds of the rest.
const FIELD_CELLS: usize = 24;

/// With less than this the owner is left out: a name of a few letters beside a balance of `-17,427.15 EUR`.
const FIELD_CELLS_MIN: usize = 20;

/// Cells of a balance if there is no room for an owner.
const BALANCE_CELLS: usize = 14;

/// The widest status.
const STATUS_CELLS: usize = 6;

/// The mark of the selected row, the gap after the account, the mark after the balance, a gap, and the mark after the
/// status.
const OTHER_CELLS: usize = 5;

/// The widths of the columns. They depend on everything shown so far instead of the visible rows, so that nothing moves
/// sideways while one scrolls through history. Owner and balance share a field: the owner on the left gets what the
/// balance of its row leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RowColumns {
    account: usize,
    /// Owner and balance, with a cell between them for the mark of a differing owner.
    field: usize,
    has_owner: bool,
    /// The currency of all balances; `None` if each row shows its own.
    currency: Option<Currency>,
    /// Whether there is a cell for the mark of rows that leave events out: if any account of the log needs it.
    has_flags: bool,
}

impl RowColumns {
    pub(super) fn of(seen: &SeenInLog, has_flags: bool, room: usize) -> Self {
        let shared = room.saturating_sub(OTHER_CELLS + STATUS_CELLS + usize::from(has_flags));
        let (least, most) = ACCOUNT_CELLS;
        let wanted = seen.name_cells().min(shared.saturating_sub(FIELD_CELLS_MIN));
        let share = least + shared.saturating_sub(least + FIELD_CELLS) / 3;
        let account = share.max(wanted).min(most).min(shared);
        let has_owner = seen.has_owners() && shared - account >= FIELD_CELLS_MIN;
        let account = if has_owner { account } else { shared.saturating_sub(BALANCE_CELLS).min(most) };
        let currency = seen.only_currency();
        Self { account, field: shared - account, has_owner, currency, has_flags }
    }

    fn balance_of(&self, row: &StreamRow) -> String {
        let balance = i128::from(row.balance);
        if self.currency.is_some() {
            grouped(balance, row.currency)
        } else {
            with_code(balance, row.currency)
        }
    }

    pub(super) fn heading(&self, theme: &Theme) -> Vec<Span<'static>> {
        let balance = match self.currency {
            Some(currency) => format!("balance {currency}"),
            None => "balance".to_owned(),
        };
        let account = left("account", self.account);
        let owner = if self.has_owner { "owner" } else { "" };
        let balance = right(&balance, self.field.saturating_sub(owner.len()));
        vec![span(format!(" {account} {owner}{balance}  status"), theme.dim)]
    }

    pub(super) fn row(&self, model: &Model, row: &StreamRow, theme: &Theme) -> Vec<Span<'static>> {
        let is_selected = model.selected() == Some(&row.stream);
        let base = match (is_selected, has_focus(model, Pane::Query)) {
            (true, true) => theme.cursor,
            (true, false) => theme.selected.patch(theme.strong),
            (false, _) => theme.text,
        };
        let is_plain = !(is_selected && has_focus(model, Pane::Query));
        let on = |style: Style| if is_plain { base.patch(style) } else { base };
        let differences = Differences::of(model, row);
        let mark = |difference: Difference| {
            let (glyph, style) = difference.mark(theme);
            span(glyph, on(style))
        };
        let balance = fit(&self.balance_of(row), self.field);
        let room = self.field - width(&balance);
        let owner = if self.has_owner { row.owner.as_deref().unwrap_or("–") } else { "" };
        let owner = fit(owner, room.saturating_sub(1));
        let between = room.saturating_sub(width(&owner) + 1);
        let balance_style = if row.balance < 0 { on(theme.loss) } else { base };
        let status_style = match row.status {
            Status::Open => base,
            Status::Frozen => on(theme.strong),
            Status::Closed | Status::None => on(theme.dim),
        };
        let mut spans = vec![
            span(if is_selected { SELECTED_ROW } else { " " }, theme.playhead),
            span(left_end(row.stream.as_str(), self.account) + " ", base),
            span(owner, base),
        ];
        if room > 0 {
            spans.push(mark(if self.has_owner { differences.owner } else { Difference::None }));
        }
        spans.extend([
            span(" ".repeat(between), base),
            span(balance, balance_style),
            mark(differences.balance),
            span(" ", base),
            span(left(row.status.word(), STATUS_CELLS), status_style),
            mark(differences.status),
        ]);
        if self.has_flags && row.n_not_understood > 0 {
            spans.push(span(NOT_UNDERSTOOD, on(theme.differs)));
        }
        spans
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::{GlobalPosition, StreamName, StreamPosition};
    use crate::tui::fixture::{Bank, picture};
    use crate::tui::questions::listing::Listing;
    use crate::tui::widgets::query_view::draw;

    /// The widths of account, and of owner and balance, after an account of this name and owner was shown.
    fn widths<const N: usize>(name: &str, owner: Option<&str>, rooms: [usize; N]) -> [(usize, usize); N] {
        let row = StreamRow {
            stream: StreamName::new(name).unwrap(),
            owner: owner.map(str::to_owned),
            currency: None,
            balance: 0,
            overdraft_limit: 0,
            status: Status::Open,
            version: StreamPosition::default(),
            position: GlobalPosition::START,
            n_not_understood: 0,
        };
        let mut seen = SeenInLog::default();
        seen.see_listing(&Listing { rows: vec![row], ..Listing::default() });
        rooms.map(|room| {
            let columns = RowColumns::of(&seen, false, room);
            (columns.account, columns.field)
        })
    }

    #[test]
    fn accounts_get_a_third_of_spare_room() {
        assert_eq!(
            widths("acc-01", Some("Ada"), [8, 33, 38, 40, 58, 200]),
            [(0, 0), (8, 14), (7, 20), (7, 22), (12, 35), (24, 165)]
        );
    }

    #[test]
    fn names_have_the_cells_that_they_need_before_owners_and_all_of_them_where_there_is_no_owner() {
        assert_eq!(widths("acc-0712", Some("Ada"), [38, 40, 58]), [(7, 20), (8, 21), (12, 35)]);
        assert_eq!(widths("account-2146", Some("Ada"), [40]), [(9, 20)]);
        assert_eq!(widths("account-2146", None, [40, 200]), [(15, 14), (24, 165)]);
    }

    #[test]
    fn nothing_moves_sideways_while_one_goes_through_history() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "ag");
        let mut rows = Vec::new();
        for _ in 0..=10 {
            let drawn = picture(60, 12, |area, buf| draw(&model, &Theme::plain(), area, buf));
            rows.extend(drawn.lines().filter(|line| line.contains("acc-")).map(str::to_owned));
            bank.press(&mut model, ".");
        }
        let places = |of: &str| -> Vec<usize> {
            let at = |row: &String| row.find(of).map(|at| width(row.get(..at).unwrap_or("")));
            let mut places: Vec<usize> = rows.iter().filter_map(at).collect();
            places.sort_unstable();
            places.dedup();
            places
        };
        assert_eq!(rows.len(), 33);
        let [account, owner, status] = ["acc-", "Ada", "open"].map(places);
        assert_eq!((account, owner, status), (vec![2], vec![15], vec![51]), "{rows:#?}");
        assert_eq!((places(" EUR").len(), places(" JPY").len()), (1, 1), "{rows:#?}");
    }
}
