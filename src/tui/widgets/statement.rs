//! The statement: the selected account's transactions, newest first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::domain::event::StreamName;
use crate::domain::money::{Currency, grouped};
use crate::read_model::rows::StatementRow;
use crate::tui::layout::event_window;
use crate::tui::model::{Model, Pane};
use crate::tui::text::{self, DAY, count, fit_end, left, left_end, right, signed, span, width};
use crate::tui::theme::{NOT_UNDERSTOOD, PLAYHEAD_ROW, Theme};
use crate::tui::widgets::by_how_much;
use crate::tui::widgets::names::{ShortNames, shortened};
use crate::tui::widgets::pane::{PaneFrame, below, has_focus, note, padded, put};
use crate::tui::widgets::query_view;

/// The fewest lines of a statement, with its heading, before differences get lines of their own.
const STATEMENT_LINES_MIN: u16 = 4;

/// Draws the statement with its frame; `line` is the chosen line.
pub(super) fn draw(
    model: &Model,
    theme: &Theme,
    account: &StreamName,
    line: usize,
    area: Rect,
    buf: &mut Buffer,
) {
    let is_of_account = model.statement.question().is_some_and(|question| question.account == *account);
    let statement = model.statement.answer().filter(|_| is_of_account);
    let mut title = vec![span("Statement", theme.strong), span(" of ", theme.text)];
    title.push(span(fit_end(account.as_str(), 24), theme.selected));
    let is_focused = has_focus(model, Pane::Query);
    let frame = PaneFrame {
        title: query_view::title(&title, model, theme, area),
        bottom_left: left_out(model, account, theme),
        bottom_right: vec![span("newest first", theme.dim)],
        is_focused,
    };
    let inner = differing(model, theme, frame.draw(theme, area, buf), buf);
    let Some(statement) = statement.filter(|statement| !statement.lines.is_empty()) else {
        let is_empty = statement.is_some();
        note(
            if is_empty { "The query view has nothing of this account yet." } else { "…" },
            theme,
            padded(inner, 1),
            buf,
        );
        return;
    };
    let n_rows = usize::from(inner.height.saturating_sub(1));
    let window = event_window(line, statement.n_known(), n_rows);
    let rows: Vec<(usize, &StatementRow)> =
        window.filter_map(|nth| Some((nth, statement.line(nth)?))).collect();
    let columns = StatementColumns::of(usize::from(inner.width), count(model.head.position.number()).len());
    let year = rows.iter().find(|(nth, _)| *nth == line).or(rows.first()).and_then(|(_, row)| row.time);
    let types = rows.iter().map(|(_, row)| row.event_type.as_str());
    let shown = Shown {
        columns,
        currency: currency(model, account),
        year: year.map(|time| text::time(time, "%Y")).unwrap_or_default(),
        types: shortened(model.seen.types().chain(types), columns.event_type),
    };
    put(shown.heading(theme), inner, 0, buf);
    for (at, (nth, row)) in rows.into_iter().enumerate() {
        let is_at = row.position == model.playhead.position;
        let base = match (nth == line && is_focused, is_at) {
            (true, _) => theme.cursor,
            (false, true) => theme.playhead,
            (false, false) => theme.text,
        };
        put(shown.row(row, is_at, base, theme), inner, at + 1, buf);
    }
}

/// Draws by how much the account's row differs from the state, one line per field, if that leaves enough lines for the
/// statement. Returns the area below.
fn differing(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) -> Rect {
    let n_lines = usize::from(area.height.saturating_sub(STATEMENT_LINES_MIN));
    let within = padded(area, 1);
    let room = usize::from(area.width).saturating_sub(1);
    let lines = by_how_much::lines(&by_how_much::of_selected(model), theme, room);
    let n_lines = lines.len().min(n_lines);
    for (at, line) in lines.into_iter().take(n_lines).enumerate() {
        put(line, Rect { width: area.width.saturating_sub(1), ..within }, at, buf);
    }
    below(area, n_lines)
}

/// The number of the account's events that are not understood, if any.
fn left_out(model: &Model, account: &StreamName, theme: &Theme) -> Vec<Span<'static>> {
    let row = model.account_rows().iter().find(|row| row.account == *account);
    row.map_or_else(Vec::new, |row| query_view::left_out(row, theme))
}

/// The account's currency, if it is known.
fn currency(model: &Model, account: &StreamName) -> Option<Currency> {
    let state = model.look.answer().and_then(|look| look.state.as_ref());
    let in_state =
        state.filter(|state| state.stream == *account).and_then(|state| state.trace.state.account().currency);
    let in_list =
        model.account_rows().iter().find(|row| row.account == *account).and_then(|row| row.currency);
    in_list.or(in_state)
}

/// The widths of the columns; 0 = not shown. They do not depend on the visible lines.
#[derive(Clone, Copy)]
struct StatementColumns {
    position: usize,
    /// 10 for a whole date; with 5 the year is in the heading.
    day: usize,
    event_type: usize,
    /// The account at the other end of a transfer.
    counterparty: usize,
    amount: usize,
    balance: usize,
}

/// Day, type, counterparty, amount and balance, from the widest layout to the narrowest.
const STEPS: [[usize; 5]; 8] = [
    [10, 17, 12, 12, 13],
    [10, 17, 8, 10, 11],
    [10, 11, 8, 9, 10],
    [10, 9, 0, 9, 10],
    [5, 9, 0, 9, 10],
    [5, 7, 0, 9, 9],
    [0, 7, 0, 9, 9],
    [0, 4, 0, 8, 8],
];

/// A day of at least this many cells includes its year.
const WHOLE_DAY_CELLS: usize = 10;

/// With at least this many cells there is room to spare.
const ROOMY_CELLS: usize = 48;

/// The mark of the playhead.
const LEAD_CELLS: usize = 1;

impl StatementColumns {
    fn of(room: usize, position: usize) -> Self {
        let all = STEPS.map(|[day, event_type, counterparty, amount, balance]| Self {
            position,
            day,
            event_type,
            counterparty,
            amount,
            balance,
        });
        let [.., least] = all;
        let mut columns = all.into_iter().find(|columns| columns.total() <= room).unwrap_or(least);
        // With room to spare the balance does not touch the frame.
        let spare = room.saturating_sub(columns.total() + usize::from(room >= ROOMY_CELLS));
        if columns.counterparty > 0 {
            columns.counterparty += spare;
        } else {
            columns.event_type += spare;
        }
        columns
    }

    fn total(&self) -> usize {
        let shown = [self.position, self.day, self.event_type, self.counterparty, self.amount, self.balance];
        LEAD_CELLS + shown.iter().sum::<usize>() + shown.iter().filter(|cells| **cells > 0).count() - 1
    }
}

/// The format of all lines.
struct Shown {
    columns: StatementColumns,
    currency: Option<Currency>,
    /// The year of the chosen line, for the heading if days have no year.
    year: String,
    types: ShortNames,
}

impl Shown {
    fn heading(&self, theme: &Theme) -> Vec<Span<'static>> {
        let StatementColumns { position, day, event_type, counterparty, amount, balance } = self.columns;
        let date = if day < WHOLE_DAY_CELLS { &self.year } else { "date" };
        let cells = [
            (right("@", position), position),
            (left(date, day), day),
            (left("type", event_type), event_type),
            (left("with", counterparty), counterparty),
            (right("amount", amount), amount),
            (right("balance", balance), balance),
        ];
        let shown = cells.into_iter().filter(|(_, cells)| *cells > 0).map(|(text, _)| text);
        vec![span(format!(" {}", shown.collect::<Vec<_>>().join(" ")), theme.dim)]
    }

    fn day(&self, row: &StatementRow) -> String {
        let Some(time) = row.time else { return String::new() };
        let year = text::time(time, "%Y");
        match self.columns.day {
            WHOLE_DAY_CELLS.. => text::time(time, DAY),
            _ if year == self.year => text::time(time, "%m-%d"),
            _ => year,
        }
    }

    fn row(&self, row: &StatementRow, is_at: bool, base: Style, theme: &Theme) -> Vec<Span<'static>> {
        let columns = self.columns;
        let is_plain = base != theme.cursor;
        let on = |style: Style| if is_plain { base.patch(style) } else { base };
        let balance = right_whole(&grouped(i128::from(row.balance), self.currency), columns.balance);
        let over = width(&balance) - columns.balance;
        let amount = match row.amount {
            Some(amount) => signed(i128::from(amount), self.currency),
            None if row.is_understood => String::new(),
            None => NOT_UNDERSTOOD.to_owned(),
        };
        let amount = right_whole(&amount, columns.amount.saturating_sub(over));
        // Figures are never cut: wide ones take cells from the text beside them.
        let over = (width(&amount) + width(&balance)).saturating_sub(columns.amount + columns.balance);
        let (event_type, counterparty) = if columns.counterparty > 0 {
            (columns.event_type, columns.counterparty.saturating_sub(over).max(1))
        } else {
            (columns.event_type.saturating_sub(over).max(1), 0)
        };
        let other = row.counterparty.as_ref().map_or("", |name| name.as_str());
        let amount_style = match row.amount {
            Some(amount) if amount < 0 => theme.loss,
            Some(_) => theme.gain,
            None => theme.not_understood,
        };
        let type_style = if row.is_understood { base } else { on(theme.not_understood) };
        let balance_style = if row.balance < 0 { on(theme.loss) } else { base };
        let cells = [
            (right(&count(row.position.number()), columns.position), on(theme.dim)),
            (left(&self.day(row), columns.day), on(theme.dim)),
            (left(&self.types.of(&row.event_type), event_type), type_style),
            (left_end(other, counterparty), base),
            (amount, on(amount_style)),
            (balance, balance_style),
        ];
        let mut spans = vec![span(if is_at { PLAYHEAD_ROW } else { " " }, on(theme.playhead))];
        for (nth, (text, style)) in cells.into_iter().filter(|(text, _)| !text.is_empty()).enumerate() {
            if nth > 0 {
                spans.push(span(" ", base));
            }
            spans.push(span(text, style));
        }
        spans
    }
}

/// The figure right-aligned in `cells` cells, or in as many as it needs.
fn right_whole(figure: &str, cells: usize) -> String {
    right(figure, cells.max(width(figure)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture::{Bank, picture};
    use crate::tui::widgets::query_view;

    #[test]
    fn a_statement_begins_with_its_newest_line() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "<tab><tab><enter>");
        let drawn: String = picture(56, 7, |area, buf| query_view::draw(&model, &Theme::plain(), area, buf));
        let expected = r#"
╭┤ Statement of acc-2 now, at 10 · lag 0 ├─────────────╮
│  @ date       type                 amount    balance │
│▶10 2024-03-01 AccountFrozen                  -250.00 │
│  9 2024-03-01 TransferReceived     +50.00    -250.00 │
│  5 2024-03-01 Withdrawn           -300.00    -300.00 │
│  4 2024-03-01 LoanGranted               ?       0.00 │
╰ ? 1 of 5 events not understood ──────── newest first ╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn the_chosen_line_stays_in_sight_and_its_year_is_said() {
        let bank = Bank::of(&[("acc-1", "Deposited", r#"{"amount":123456789}"#); 9]);
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "<tab><tab><enter>jjjjjjj<enter>");
        let drawn: String = picture(40, 6, |area, buf| query_view::draw(&model, &Theme::plain(), area, buf));
        let expected = r#"
╭┤ Statement of acc-1 now · lag 0 ├────╮
│ @ 2024  type         amount   balance│
│ 3 03-01 Dep… +123,456,789 370,370,367│
│▶2 03-01 Dep… +123,456,789 246,913,578│
│ 1 03-01 Dep… +123,456,789 123,456,789│
╰──────────────────────── newest first ╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
        assert_eq!(model.playhead.position.number(), 2);
    }
}
