//! The query view's other form: the selected account's statement, its newest line first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::domain::event::StreamName;
use crate::domain::money::{Currency, grouped};
use crate::read_model::rows::StatementRow;
use crate::tui::model::{Model, Pane};
use crate::tui::theme::{NOT_UNDERSTOOD, Theme};
use crate::tui::widgets::pane::{PaneFrame, has_focus, padded, put};
use crate::tui::widgets::query_view;
use crate::tui::widgets::text::{
    DAY, count, fit, fit_end, left, left_end, right, signed, span, time, width, wrap,
};

/// The widest that a type is shown.
const TYPE_CELLS_MAX: usize = 20;

/// The widest that the account at the other end of a transfer is shown.
const COUNTERPARTY_CELLS_MAX: usize = 24;

/// Draws the statement with its frame, `scroll` lines scrolled towards older ones.
pub(super) fn draw(
    model: &Model,
    theme: &Theme,
    account: &StreamName,
    scroll: u16,
    area: Rect,
    buf: &mut Buffer,
) {
    let is_of_account = model.statement.question().is_some_and(|question| question.account == *account);
    let statement = model.statement.answer().filter(|_| is_of_account);
    let rows = statement.map(|statement| statement.lines.as_slice());
    let n_newer = statement.map_or(0, |statement| statement.n_newer);
    let mut title = vec![span("Statement", theme.strong), span(" of ", theme.text)];
    title.push(span(fit_end(account.as_str(), 24), theme.selected));
    let frame = PaneFrame {
        title: query_view::title(&title, model, theme, area),
        bottom_left: left_out(model, account, theme),
        bottom_right: vec![span("newest first", theme.dim)],
        is_focused: has_focus(model, Pane::Query),
    };
    let inner = padded(frame.draw(theme, area, buf), 1);
    let Some(rows) = rows.filter(|rows| !rows.is_empty()) else {
        let text = if rows.is_some() { "The query view has nothing of this account yet." } else { "…" };
        for (row, line) in
            wrap(text, usize::from(inner.width), usize::from(inner.height)).into_iter().enumerate()
        {
            put(vec![span(line, theme.dim)], inner, row, buf);
        }
        return;
    };
    let look = model.look.answer().and_then(|look| look.state.as_ref());
    let in_state = look.filter(|state| state.stream == *account).and_then(|state| state.trace.state.currency);
    let in_list =
        model.account_rows().iter().find(|row| row.account == *account).and_then(|row| row.currency);
    let currency = in_list.or(in_state);
    let columns = Columns::of(rows, currency, usize::from(inner.width));
    put(columns.heading(theme), inner, 0, buf);
    let n_rows = usize::from(inner.height.saturating_sub(1));
    let skipped = usize::from(scroll).saturating_sub(n_newer).min(rows.len().saturating_sub(1));
    for (at, row) in rows.iter().rev().skip(skipped).take(n_rows).enumerate() {
        let is_at = row.position == model.playhead.position;
        put(columns.row(row, currency, is_at, theme), inner, at + 1, buf);
    }
}

/// How many of the account's events are not understood, where some are.
fn left_out(model: &Model, account: &StreamName, theme: &Theme) -> Vec<Span<'static>> {
    let row = model.account_rows().iter().find(|row| row.account == *account);
    row.map_or_else(Vec::new, |row| query_view::left_out(row, theme))
}

/// How wide the columns are; 0 = not shown.
struct Columns {
    day: usize,
    event_type: usize,
    counterparty: usize,
    amount: usize,
    balance: usize,
}

impl Columns {
    fn of(rows: &[StatementRow], currency: Option<Currency>, room: usize) -> Self {
        let widest = |text: &dyn Fn(&StatementRow) -> usize| rows.iter().map(text).max().unwrap_or(0);
        let other = |row: &StatementRow| {
            row.counterparty.as_ref().map_or(0, |name| width(&fit_end(name.as_str(), COUNTERPARTY_CELLS_MAX)))
        };
        let mut columns = Self {
            day: 10,
            event_type: widest(&|row| width(&fit(&row.event_type, TYPE_CELLS_MAX))).max(4),
            counterparty: widest(&other),
            amount: widest(&|row| amount(row, currency).len()).max("amount".len()),
            balance: widest(&|row| grouped(i128::from(row.balance), currency).len()).max("balance".len()),
        };
        let steps: [&dyn Fn(&mut Self); 6] = [
            &|_| {},
            &|c| c.event_type = c.event_type.min(11),
            &|c| c.counterparty = c.counterparty.min(8),
            &|c| c.day = 5,
            &|c| c.counterparty = 0,
            &|c| c.day = 0,
        ];
        for step in steps {
            step(&mut columns);
            if columns.total() <= room {
                let spare = room - columns.total();
                if columns.counterparty > 0 {
                    columns.counterparty += spare;
                } else {
                    columns.event_type += spare;
                }
                break;
            }
        }
        columns
    }

    fn total(&self) -> usize {
        let shown = [self.day, self.event_type, self.counterparty, self.amount, self.balance];
        shown.iter().sum::<usize>() + shown.iter().filter(|width| **width > 0).count() - 1
    }

    fn heading(&self, theme: &Theme) -> Vec<Span<'static>> {
        let mut text = String::new();
        for (width, word) in [(self.day, "date"), (self.event_type, "type"), (self.counterparty, "with")] {
            if width > 0 {
                text += &left(word, width);
                text.push(' ');
            }
        }
        let (amount, balance) = (right("amount", self.amount), right("balance", self.balance));
        vec![span(format!("{text}{amount} {balance}"), theme.dim)]
    }

    fn row(
        &self,
        row: &StatementRow,
        currency: Option<Currency>,
        is_at: bool,
        theme: &Theme,
    ) -> Vec<Span<'static>> {
        let base = if is_at { theme.playhead } else { theme.text };
        let day = match (row.time, self.day) {
            (Some(at), 5) => time(at, "%m-%d"),
            (Some(at), _) => time(at, DAY),
            (None, _) => format!("@{}", count(row.position.number())),
        };
        let other = row.counterparty.as_ref().map_or("", |name| name.as_str());
        let type_style = if row.is_understood { base } else { theme.not_understood };
        let mut spans = Vec::new();
        for (width, text, style) in [
            (self.day, left(&day, self.day), theme.dim),
            (self.event_type, left(&row.event_type, self.event_type), type_style),
            (self.counterparty, left_end(other, self.counterparty), base),
        ] {
            if width > 0 {
                spans.push(span(text + " ", style));
            }
        }
        let amount_style = match row.amount {
            Some(amount) if amount < 0 => theme.loss,
            None => theme.not_understood,
            _ => theme.gain,
        };
        spans.push(span(right(&amount(row, currency), self.amount) + " ", amount_style));
        let balance_style = if row.balance < 0 { theme.loss } else { base };
        spans.push(span(right(&grouped(i128::from(row.balance), currency), self.balance), balance_style));
        spans
    }
}

fn amount(row: &StatementRow, currency: Option<Currency>) -> String {
    match row.amount {
        Some(amount) => signed(i128::from(amount), currency),
        None if row.is_understood => String::new(),
        None => NOT_UNDERSTOOD.to_owned(),
    }
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
│ date       type             with      amount balance │
│ 2024-03-01 AccountFrozen                     -250.00 │
│ 2024-03-01 TransferReceived acc-2     +50.00 -250.00 │
│ 2024-03-01 Withdrawn                 -300.00 -300.00 │
│ 2024-03-01 LoanGranted                     ?    0.00 │
╰ ? 1 of 5 events not understood ──────── newest first ╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }
}
