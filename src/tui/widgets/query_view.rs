//! The query view: the accounts as the read model has them, and where that differs from the state.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::domain::account::{AccountState, Status};
use crate::domain::money::{grouped, with_code};
use crate::read_model::rows::{AccountRow, Lag, TotalRow};
use crate::tui::layout::totals_rows;
use crate::tui::model::{Model, Pane, QueryForm};
use crate::tui::theme::{DIFFERS, SELECTED_ROW, Theme};
use crate::tui::widgets::pane::{PaneFrame, has_focus, padded, put, title_room};
use crate::tui::widgets::text::{
    count, counted, fit, fit_end, left, left_end, line_width, right, span, width, wrap,
};
use crate::tui::widgets::{flows, money, statement};

/// The widest that an account's name is shown.
const ACCOUNT_CELLS_MAX: usize = 24;

/// The widest that an owner is shown.
const OWNER_CELLS_MAX: usize = 28;

/// The widest status.
const STATUS_CELLS: usize = 6;

/// Draws the query view with its frame.
pub(crate) fn draw(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) {
    if let (QueryForm::Statement { scroll }, Some(account)) = (model.query_form, model.selected()) {
        statement::draw(model, theme, account, scroll, area, buf);
        return;
    }
    match model.query_form {
        QueryForm::Flows => return flows::draw(model, theme, area, buf),
        QueryForm::Money => return money::draw(model, theme, area, buf),
        QueryForm::Accounts | QueryForm::Statement { .. } => {}
    }
    let place = place_among(model, theme);
    let legend_room = title_room(area).saturating_sub(line_width(&place) + 2);
    let frame = PaneFrame {
        title: title(&[span("Query view", theme.strong)], model, theme, area),
        bottom_left: differences_legend(model, theme, legend_room),
        bottom_right: place,
        is_focused: has_focus(model, Pane::Query),
    };
    let inner = frame.draw(theme, area, buf);
    let n_totals = totals_rows(inner.height);
    let n_rows = usize::from(inner.height.saturating_sub(1 + n_totals));
    let rows = model.account_rows();
    if rows.is_empty() {
        nothing_yet(model, theme, padded(inner, 1), buf);
    } else {
        let columns = Columns::of(rows, usize::from(inner.width));
        put(columns.heading(theme), inner, 0, buf);
        for (at, row) in rows.iter().take(n_rows).enumerate() {
            put(columns.row(model, row, theme), inner, at + 1, buf);
        }
    }
    let bottom = |n_rows: u16| Rect {
        y: (inner.y + inner.height).saturating_sub(n_rows),
        height: n_rows.min(inner.height),
        ..inner
    };
    let Some(why) = &model.read_side.failure else {
        totals(model.totals(), theme, bottom(n_totals), buf);
        return;
    };
    // Why it stands still is worth more than a few rows of what it had.
    let lines = wrap(why, usize::from(inner.width), usize::from(inner.height / 2).max(1));
    let area = bottom(u16::try_from(lines.len()).unwrap_or(0));
    for (row, line) in lines.into_iter().enumerate() {
        put(vec![span(line, theme.bad)], area, row, buf);
    }
}

/// What is shown, ` at 12,431 · lag 12 events, 3h 10m`, and what keeps the read side from going on; in fewer words
/// where there is little room, down to the last two.
pub(super) fn title(what: &[Span<'static>], model: &Model, theme: &Theme, area: Rect) -> Vec<Span<'static>> {
    let read_side = &model.read_side;
    let lag = model.lag();
    let stands_still = match (&read_side.failure, read_side.is_held) {
        (Some(_), _) => Some(span(" · FAILED", theme.bad)),
        (None, true) => Some(span(" · HELD", theme.differs)),
        (None, false) => None,
    };
    let lag_style = if lag.n_events > 0 { theme.differs } else { theme.text };
    let follows = read_side.is_followed.then(|| span(" · follows another explorer", theme.dim));
    let at = span(format!(" at {}", count(read_side.checkpoint.position.number())), theme.text);
    let said = |at: Option<Span<'static>>, lag: String, follows: Option<Span<'static>>| {
        let lag = [span(" · ", theme.text), span(lag, lag_style)];
        what.iter()
            .cloned()
            .chain(at)
            .chain(stands_still.clone())
            .chain(lag)
            .chain(follows)
            .collect::<Vec<_>>()
    };
    let brief = format!("lag {}", count(lag.n_events));
    let forms = [
        said(Some(at.clone()), lag_words(&lag), follows.clone()),
        said(Some(at.clone()), brief.clone(), follows),
        said(Some(at), brief.clone(), None),
        said(None, brief, None),
    ];
    let fewest = forms.last().cloned().unwrap_or_default();
    forms.into_iter().find(|form| line_width(form) <= title_room(area)).unwrap_or(fewest)
}

fn lag_words(lag: &Lag) -> String {
    match (lag.n_events, lag.time) {
        (0, _) => "lag 0".to_owned(),
        (n, Some(time)) if time.as_secs() > 0 => {
            format!("lag {}, {}", counted(n, "event"), span_words(time.as_secs()))
        }
        (n, _) => format!("lag {}", counted(n, "event")),
    }
}

/// A stretch of time in its two largest units: `3h 10m`.
fn span_words(seconds: i64) -> String {
    let units = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];
    let largest = units.iter().position(|(_, unit)| seconds >= *unit).unwrap_or(units.len() - 1);
    let mut left = seconds;
    let mut words = Vec::new();
    for (name, unit) in units.iter().skip(largest).take(2) {
        if left / unit > 0 {
            words.push(format!("{}{name}", count((left / unit).unsigned_abs())));
        }
        left %= unit;
    }
    words.join(" ")
}

fn nothing_yet(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let read_side = &model.read_side;
    let text = match model.accounts.answer() {
        None => "…",
        Some(_) if read_side.is_held => {
            "Nothing has been projected yet: the projector is held. p lets it go."
        }
        Some(_) => "No accounts yet: the projector fills this view as events come.",
    };
    for (row, line) in wrap(text, usize::from(area.width), usize::from(area.height)).into_iter().enumerate() {
        put(vec![span(line, theme.dim)], area, row, buf);
    }
}

/// What `≠` means, while there is one.
fn differences_legend(model: &Model, theme: &Theme, room: usize) -> Vec<Span<'static>> {
    let differs = |row: &AccountRow| Differences::of(model, row).any();
    if !model.account_rows().iter().any(differs) {
        return Vec::new();
    }
    let at = count(model.playhead.position.number());
    let legend = |words: String| vec![span(DIFFERS, theme.differs), span(words, theme.dim)];
    let whole = legend(format!(" otherwise at {at}"));
    if line_width(&whole) <= room { whole } else { legend(" otherwise".to_owned()) }
}

/// Which of the accounts is selected, where that is known; and how many there are.
fn place_among(model: &Model, theme: &Theme) -> Vec<Span<'static>> {
    let Some(accounts) = model.accounts.answer().filter(|accounts| accounts.n_accounts > 0) else {
        return Vec::new();
    };
    let selected = accounts.rows.iter().position(|row| model.selected() == Some(&row.account));
    let at = selected.and_then(|at| u64::try_from(at).ok());
    let n_rows = u64::try_from(accounts.rows.len()).unwrap_or(0);
    let place = match at {
        Some(at) if !accounts.has_before => Some(at + 1),
        Some(at) if !accounts.has_after => (accounts.n_accounts + at + 1).checked_sub(n_rows),
        _ => None,
    };
    let text = match place {
        Some(place) => format!("{} of {}", count(place), count(accounts.n_accounts)),
        None => counted(accounts.n_accounts, "account"),
    };
    let more = match (accounts.has_before, accounts.has_after) {
        (true, true) => "↕ ",
        (true, false) => "↑ ",
        (false, true) => "↓ ",
        (false, false) => "",
    };
    vec![span(format!("{more}{text}"), theme.dim)]
}

/// Which values of a row are otherwise in the state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Differences {
    owner: bool,
    balance: bool,
    status: bool,
}

impl Differences {
    /// None while there is no comparison with the state at this playhead.
    fn of(model: &Model, row: &AccountRow) -> Self {
        let comparison = model.comparison.answer().filter(|c| c.playhead == model.playhead.position);
        let states = comparison.map_or(&[][..], |comparison| &comparison.states);
        let state = states.iter().find(|(account, ..)| *account == row.account).map(|(_, state, _)| state);
        state.map_or_else(Self::default, |state| Self::between(row, state))
    }

    fn between(row: &AccountRow, state: &AccountState) -> Self {
        Self {
            owner: row.owner != state.owner,
            balance: (row.balance, row.currency) != (state.balance, state.currency),
            status: row.status != state.status,
        }
    }

    fn any(self) -> bool {
        self.owner || self.balance || self.status
    }
}

/// How wide the columns are. Behind owner, balance and status there is a cell for `≠`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Columns {
    account: usize,
    owner: usize,
    balance: usize,
    /// Whether each row says its currency, as they have several.
    says_currency: bool,
    /// The currency that all rows have.
    currency: Option<crate::domain::money::Currency>,
}

impl Columns {
    fn of(rows: &[AccountRow], room: usize) -> Self {
        let currency = rows.first().and_then(|row| row.currency);
        let says_currency = rows.iter().any(|row| row.currency != currency);
        let widest = |text: &dyn Fn(&AccountRow) -> usize| rows.iter().map(text).max().unwrap_or(0);
        let mut columns = Self {
            account: widest(&|row| width(&fit_end(row.account.as_str(), ACCOUNT_CELLS_MAX)))
                .max("account".len()),
            owner: widest(&|row| row.owner.as_deref().map_or(1, |owner| width(&fit(owner, OWNER_CELLS_MAX))))
                .max("owner".len()),
            balance: 0,
            says_currency,
            currency,
        };
        columns.balance = widest(&|row| columns.balance_of(row).len()).max("balance EUR".len());
        let has_owners = rows.iter().any(|row| row.owner.is_some());
        // The owner gives way first, then the name, then the balance.
        let too_wide = |columns: &Self| columns.total().saturating_sub(room);
        let over = too_wide(&columns);
        columns.owner = if columns.owner.saturating_sub(over) < "owner".len() || !has_owners {
            0
        } else {
            columns.owner - over
        };
        columns.account = columns.account.saturating_sub(too_wide(&columns)).max(6.min(columns.account));
        columns.balance = columns.balance.saturating_sub(too_wide(&columns)).max(4);
        let spare = room.saturating_sub(columns.total());
        if columns.owner > 0 {
            columns.owner += spare;
        } else {
            columns.account += spare;
        }
        columns
    }

    fn total(&self) -> usize {
        let owner = if self.owner > 0 { self.owner + 2 } else { 0 };
        1 + self.account + 1 + owner + self.balance + 2 + STATUS_CELLS + 1
    }

    fn balance_of(&self, row: &AccountRow) -> String {
        let balance = i128::from(row.balance);
        if self.says_currency { with_code(balance, row.currency) } else { grouped(balance, row.currency) }
    }

    fn heading(&self, theme: &Theme) -> Vec<Span<'static>> {
        let owner = if self.owner > 0 { left("owner", self.owner) + "  " } else { String::new() };
        let unit = match self.currency {
            Some(currency) if !self.says_currency => format!("balance {currency}"),
            _ => "balance".to_owned(),
        };
        let (account, balance) = (left("account", self.account), right(&unit, self.balance));
        vec![span(format!(" {account} {owner}{balance}  status"), theme.dim)]
    }

    fn row(&self, model: &Model, row: &AccountRow, theme: &Theme) -> Vec<Span<'static>> {
        let is_selected = model.selected() == Some(&row.account);
        let base = match (is_selected, has_focus(model, Pane::Query)) {
            (true, true) => theme.cursor,
            (true, false) => theme.selected.patch(theme.strong),
            (false, _) => theme.text,
        };
        let is_plain = !(is_selected && has_focus(model, Pane::Query));
        let on = |style: Style| if is_plain { base.patch(style) } else { base };
        let differences = Differences::of(model, row);
        let mark = |differs: bool| span(if differs { DIFFERS } else { " " }, on(theme.differs));
        let mut spans = vec![
            span(if is_selected { SELECTED_ROW } else { " " }, theme.playhead),
            span(left_end(row.account.as_str(), self.account) + " ", base),
        ];
        if self.owner > 0 {
            spans.push(span(left(row.owner.as_deref().unwrap_or("–"), self.owner), base));
            spans.push(mark(differences.owner));
            spans.push(span(" ", base));
        }
        let balance_style = if row.balance < 0 { on(theme.loss) } else { base };
        spans.push(span(right(&self.balance_of(row), self.balance), balance_style));
        spans.push(mark(differences.balance));
        spans.push(span(" ", base));
        let status_style = match row.status {
            Status::Open => base,
            Status::Frozen => on(theme.strong),
            Status::Closed | Status::None => on(theme.dim),
        };
        spans.push(span(left(row.status.word(), STATUS_CELLS), status_style));
        spans.push(mark(differences.status));
        spans
    }
}

/// The sums, under a rule where there is room for one.
fn totals(rows: &[TotalRow], theme: &Theme, area: Rect, buf: &mut Buffer) {
    if rows.is_empty() || area.height == 0 {
        return;
    }
    let has_rule = area.height > 1;
    if has_rule {
        put(vec![span("─".repeat(usize::from(area.width)), theme.border)], area, 0, buf);
    }
    let n_lines = usize::from(area.height) - usize::from(has_rule);
    let sums: Vec<String> = rows.iter().map(|row| with_code(row.balance, row.currency)).collect();
    let widest = sums.iter().take(n_lines).map(|sum| width(sum)).max().unwrap_or(0);
    let n_more = rows.len().saturating_sub(n_lines);
    for (at, (row, sum)) in rows.iter().zip(&sums).take(n_lines).enumerate() {
        let more = if at + 1 == n_lines && n_more > 0 { format!("  +{n_more} more") } else { String::new() };
        let n_accounts = counted(row.n_accounts, "account");
        let line = vec![
            span(" Σ ", theme.dim),
            span(right(sum, widest), theme.strong),
            span(format!(" · {n_accounts}{more}"), theme.dim),
        ];
        put(line, area, at + usize::from(has_rule), buf);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture::{Bank, picture};

    #[test]
    fn a_stretch_of_time_is_told_in_its_two_largest_units() {
        let told = [0, 59, 61, 11_400, 90_000, 86_400 * 400].map(span_words);
        assert_eq!(told, ["", "59s", "1m 1s", "3h 10m", "1d 1h", "400d"]);
    }

    #[test]
    fn what_is_otherwise_in_the_state_is_marked() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "hhh");
        let drawn: String = picture(54, 9, |area, buf| draw(&model, &Theme::plain(), area, buf));
        let expected = r#"
╭─ Query view at 10 · lag 0 ─────────────────────────╮
│ account owner                      balance  status │
│ acc-1   Ada Lovelace          1,150.00 EUR≠ open   │
│ acc-2   李小龍                 -250.00 EUR≠ frozen≠│
│▌acc-3   Grace Hopper               900 JPY  open   │
│                                                    │
│                                                    │
│ Σ 900.00 EUR · 2 accounts  +1 more                 │
╰ ≠ otherwise at 7 ────────────────────────── 3 of 3 ╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn a_held_projector_lags() {
        let model = Bank::little().projected_to(7).screen(120, 36);
        let drawn: String = picture(54, 16, |area, buf| draw(&model, &Theme::plain(), area, buf));
        let expected = r#"
╭─ Query view at 7 · HELD · lag 3 events, 3h ────────╮
│ account owner                      balance  status │
│ acc-1   Ada Lovelace          1,200.00 EUR≠ open   │
│▌acc-2   李小龍                 -300.00 EUR≠ open  ≠│
│ acc-3   Grace Hopper               900 JPY  open   │
│                                                    │
│                                                    │
│                                                    │
│                                                    │
│                                                    │
│                                                    │
│                                                    │
│────────────────────────────────────────────────────│
│ Σ 900.00 EUR · 2 accounts                          │
│ Σ    900 JPY · 1 account                           │
╰ ≠ otherwise at 10 ───────────────────────── 2 of 3 ╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }
}
