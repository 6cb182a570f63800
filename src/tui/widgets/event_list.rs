//! The event list: the events around the playhead.
//!
//! Its files:
//!
//! - `columns.rs`: the columns of the event list, with widths that do not depend on the events in sight

mod columns;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::Span;

use crate::domain::event::GlobalPosition;
use crate::tui::layout::{event_lines, inside};
use crate::tui::model::Model;
use crate::tui::model::focus::Pane;
use crate::tui::questions::look::{EventRow, Look};
use crate::tui::text::{count, left, left_end, right, signed, span, width, wrap};
use crate::tui::theme::{BROKEN, HIT, INEXACT, LATE, NOT_UNDERSTOOD, PLAYHEAD_ROW, Theme};
use crate::tui::widgets::event_list::columns::{CommonTime, EventColumns};
use crate::tui::widgets::names::{ShortNames, shortened};
use crate::tui::widgets::pane::{PaneFrame, has_focus, note, padded, put};

/// Draws the event list with its frame.
pub(crate) fn draw(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let is_focused = has_focus(model, Pane::Events);
    let look = model.look.answer().filter(|look| !look.events.is_empty());
    let room = usize::from(inside(area).height);
    let Some(look) = look else {
        let title = vec![span("Events", theme.strong)];
        let inner = PaneFrame { title, is_focused, ..PaneFrame::default() }.draw(theme, area, buf);
        nothing_yet(model, theme, padded(inner, 1), buf);
        return;
    };
    let lines = event_lines(look, room);
    let shown = look.events.get(lines.events.clone()).unwrap_or(&[]);
    let playhead_row = look.playhead_row();
    let columns = columns(model, look, usize::from(inside(area).width));
    let common = CommonTime::of(shown, playhead_row.saturating_sub(lines.events.start), columns.time);
    let mut title = vec![span("Events", theme.strong)];
    if let Some(common) = common {
        title.push(span(format!(" · {}", common.words()), theme.text));
    }
    if !model.is_exact() {
        title.push(span(format!(" {INEXACT}"), theme.dim));
    }
    let inner = PaneFrame { title, is_focused, ..PaneFrame::default() }.draw(theme, area, buf);
    let types = shortened(
        model.seen.types().chain(shown.iter().map(|event| event.event_type.as_str())),
        columns.event_type,
    );
    let mut row = 0;
    if lines.shows_beginning {
        let style = if is_focused { theme.cursor } else { theme.playhead };
        let text = format!("{PLAYHEAD_ROW} {}  the beginning of the log", right("0", columns.position));
        put(vec![span(left(&text, usize::from(inner.width)), style)], inner, 0, buf);
        row = 1;
    }
    for (at, event) in lines.events.zip(shown) {
        let is_at = at == playhead_row && !lines.shows_beginning;
        let mark = mark(model, theme, event.position);
        let selected = model.selected() == Some(&event.stream);
        let drawn = TableLine { look, event, common, is_at, mark, is_focused, selected };
        put(drawn.spans(&columns, &types, theme), inner, row, buf);
        row += 1;
    }
}

/// The columns for everything that is known of the log.
fn columns(model: &Model, look: &Look, room: usize) -> EventColumns {
    let last = look.events.last().map_or(GlobalPosition::START, |event| event.position);
    let position = count(model.head.position.max(last).number()).len();
    let is_timed = model.head.clock.or(model.first_clock).is_some();
    let has_times = is_timed || look.events.iter().any(|event| event.time.is_some());
    EventColumns::of(room, position, has_times, model.presentation.has_measure())
}

/// Draws why nothing of the log could be read: each sentence begins a line, with an empty line between them if there is
/// room.
fn why_nothing(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    let mut lines = Vec::new();
    for sentence in &model.why_nothing {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(wrap(sentence, width, height));
    }
    if lines.len() > height {
        lines.retain(|line| !line.is_empty());
    }
    for (row, line) in lines.into_iter().take(height).enumerate() {
        put(vec![span(line, theme.bad)], area, row, buf);
    }
}

fn nothing_yet(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) {
    if model.head.position.number() == 0 && !model.why_nothing.is_empty() {
        why_nothing(model, theme, area, buf);
        return;
    }
    let text = match (model.head.position.number(), model.store.takes_commands) {
        (0, _) if model.import.is_some() => "The first events are being read in …",
        (0, false) => "The log holds no events.",
        (0, true) => "Nothing has happened yet. {first_step}",
        _ => "…",
    };
    let text = model.presentation.worded(text);
    note(&text, theme.dim, area, buf);
}

fn amount(event: &EventRow) -> String {
    match event.amount {
        Some((amount, currency)) => signed(i128::from(amount), currency),
        None if event.has_amount_to_come => "…".to_owned(),
        None => String::new(),
    }
}

/// An event, and its relation to the playhead.
struct TableLine<'a> {
    look: &'a Look,
    event: &'a EventRow,
    /// The part of the time that is in the pane's title.
    common: Option<CommonTime>,
    is_at: bool,
    /// The mark at the event, unless the playhead is there.
    mark: Option<(&'static str, Style)>,
    is_focused: bool,
    selected: bool,
}

/// The mark at an event: a fault of the log, or a hit.
fn mark(model: &Model, theme: &Theme, position: GlobalPosition) -> Option<(&'static str, Style)> {
    let is_broken = model.fault().and_then(|fault| fault.at).is_some_and(|at| at.position == position);
    let is_hit = model.find.hits.as_ref().is_some_and(|hits| hits.is_at(position));
    is_broken.then_some((BROKEN, theme.bad)).or(is_hit.then_some((HIT, theme.hit)))
}

impl TableLine<'_> {
    fn spans(&self, columns: &EventColumns, types: &ShortNames, theme: &Theme) -> Vec<Span<'static>> {
        let event = self.event;
        let row = self.row_style(theme);
        let is_plain = !(self.is_at && self.is_focused);
        let on = |style: Style| if is_plain { row.patch(style) } else { row };
        let (mark, mark_style) = match (self.is_at, self.mark) {
            (true, _) => (PLAYHEAD_ROW, on(theme.playhead)),
            (false, Some((mark, style))) => (mark, on(style)),
            (false, None) => (" ", row),
        };
        let type_style = if event.is_understood { row } else { on(theme.not_understood) };
        let stream_style = if self.selected { on(theme.selected) } else { row };
        let amount_style = match event.amount {
            Some((amount, _)) if amount < 0 => on(theme.loss),
            Some(_) => on(theme.gain),
            None => row,
        };
        let flag = match (event.is_understood, event.is_late) {
            (false, _) => NOT_UNDERSTOOD,
            (true, true) => LATE,
            (true, false) => " ",
        };
        let time_style = if self.is_at { row } else { row.add_modifier(Modifier::DIM) };
        let when = event.time.zip(self.common).map(|(time, common)| common.rest(time, columns.time));
        let amount = amount(event);
        // A figure is never cut: a wide one takes cells from the stream beside it.
        let over = width(&amount).saturating_sub(columns.amount).min(columns.stream);
        let over = if columns.amount == 0 { 0 } else { over };
        let cells = [
            (right(&count(event.position.number()), columns.position), row),
            (left(&when.unwrap_or_default(), columns.time), time_style),
            (left(&types.of(&event.event_type), columns.event_type), type_style),
            (left_end(event.stream.as_str(), columns.stream - over), stream_style),
            (
                if columns.amount == 0 { String::new() } else { right(&amount, columns.amount + over) },
                amount_style,
            ),
        ];
        let gap = " ".repeat(columns.gap);
        let mut spans = vec![span(format!("{mark} "), mark_style)];
        for (nth, (text, style)) in cells.into_iter().filter(|(text, _)| !text.is_empty()).enumerate() {
            if nth > 0 {
                spans.push(span(gap.clone(), row));
            }
            spans.push(span(text, style));
        }
        spans.push(span(flag, on(theme.not_understood)));
        spans
    }

    /// The style of the row depends on its relation to the playhead; the cells add to that.
    fn row_style(&self, theme: &Theme) -> Style {
        let is_ahead = self.event.position > self.look.playhead;
        match (self.is_at, self.is_focused, is_ahead) {
            (true, true, _) => theme.cursor,
            (true, false, _) => theme.strong,
            (false, _, true) => theme.dim,
            (false, _, false) => theme.text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture::{Bank, picture};
    use crate::tui::layout::layout;

    #[test]
    fn rows_stand_in_columns_and_are_marked() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "hhh");
        let drawn: String = picture(60, 12, |area, buf| draw(&model, &Theme::plain(), area, buf));
        let expected = r#"
╭┤ Events · 2024 ├─────────────────────────────────────────╮
│   1 03-01 09:00:00 AccountOpened     acc-1               │
│   2 03-01 10:00:00 Deposited         acc-1     +1,200.00 │
│   3 03-01 11:00:00 AccountOpened     acc-2               │
│   4 03-01 12:00:00 LoanGranted       acc-2              ?│
│   5 03-01 13:00:00 Withdrawn         acc-2       -300.00 │
│   6 03-01 14:00:00 AccountOpened     acc-3               │
│▶  7 03-01 13:00:00 Deposited         acc-3          +900◂│
│   8 03-01 16:00:00 TransferSent      acc-1        -50.00 │
│   9 03-01 17:00:00 TransferReceived  acc-2        +50.00 │
│  10 03-01 18:00:00 AccountFrozen     acc-2               │
╰──────────────────────────────────────────────────────────╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn an_amount_that_is_still_to_come_is_marked() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "hhh");
        let rows = &model.look.answer().unwrap().events;
        let mut row = rows.iter().find(|row| row.amount.is_some()).unwrap().clone();
        assert_eq!(amount(&row), "+1,200.00");
        (row.amount, row.has_amount_to_come) = (None, true);
        assert_eq!(amount(&row), "…");
    }

    #[test]
    fn a_narrow_list_shows_the_playhead_and_cuts_the_least_informative_part() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "hhh");
        let drawn: String = picture(38, 7, |area, buf| draw(&model, &Theme::plain(), area, buf));
        let expected = r#"
╭┤ Events · 2024-03-01 ├─────────────╮
│   5 13:00 Withdr… acc-2    -300.00 │
│   6 14:00 …Opened acc-3            │
│▶  7 13:00 Deposi… acc-3       +900◂│
│   8 16:00 …Sent   acc-1     -50.00 │
│   9 17:00 …Recei… acc-2     +50.00 │
╰────────────────────────────────────╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn the_beginning_comes_before_the_first_event() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "g");
        let drawn: String = picture(50, 5, |area, buf| draw(&model, &Theme::plain(), area, buf));
        let expected = r#"
╭┤ Events · 2024 ├───────────────────────────────╮
│▶  0  the beginning of the log                  │
│   1 03-01 09:00 …Opened      acc-1             │
│   2 03-01 10:00 Deposited    acc-1   +1,200.00 │
╰────────────────────────────────────────────────╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn an_empty_log_says_how_to_begin() {
        let model = Bank::of(&[]).screen(120, 36);
        let drawn: String = picture(50, 5, |area, buf| draw(&model, &Theme::plain(), area, buf));
        let expected = r#"
╭┤ Events ├──────────────────────────────────────╮
│ Nothing has happened yet. Open an account:  :  │
│ open acc-1 --owner "Ada Lovelace" --currency   │
│ EUR                                            │
╰────────────────────────────────────────────────╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn the_event_that_is_broken_is_marked_before_any_hit() {
        let bank = Bank::little();
        let mut model = bank.screen(60, 15);
        model.verification = Some(bank.broken_at(7));
        bank.press(&mut model, "/deposited<enter>gllll");
        let panes = layout(&model).unwrap();
        let drawn = picture(60, 11, |_, buf| draw(&model, &Theme::plain(), panes.events.unwrap(), buf));
        let expected = r#"

╭┤ Events · 2024 ├─────────────────────────────────────────╮
│   1 03-01 09:00:00 AccountOpened     acc-1               │
│◆  2 03-01 10:00:00 Deposited         acc-1     +1,200.00 │
│   3 03-01 11:00:00 AccountOpened     acc-2               │
│▶  4 03-01 12:00:00 LoanGranted       acc-2              ?│
│   5 03-01 13:00:00 Withdrawn         acc-2       -300.00 │
│   6 03-01 14:00:00 AccountOpened     acc-3               │
│✘  7 03-01 13:00:00 Deposited         acc-3          +900◂│
│   8 03-01 16:00:00 TransferSent      acc-1        -50.00 │
╰──────────────────────────────────────────────────────────╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn nothing_moves_sideways_while_one_goes_through_history() {
        let mut events = vec![("acc-1", "AccountOpened", r#"{"owner":"Ada","currency":"EUR"}"#)];
        let deposits = [r#"{"amount":5}"#, r#"{"amount":123456789012}"#, r#"{"amount":70000}"#];
        for nth in 0..40 {
            let stream = ["acc-1", "acc-1-of-a-long-name", "acc-12"][nth % 3];
            events.push((stream, ["Deposited", "CardBlocked"][usize::from(nth > 25)], deposits[nth % 3]));
        }
        let bank = Bank::of(&events);
        for (columns, rows) in [(120, 36), (80, 24), (60, 15), (200, 60), (40, 10)] {
            let mut model = bank.screen(columns, rows);
            let area = layout(&model).unwrap().events.unwrap();
            let mut begins = std::collections::BTreeSet::new();
            bank.press(&mut model, "/blocked<enter>g");
            for _ in 0..=events.len() {
                let mut buf = Buffer::empty(Rect::new(0, 0, columns, rows));
                draw(&model, &Theme::plain(), area, &mut buf);
                let drawn = crate::tui::fixture::text_of(&buf);
                for line in drawn.lines().filter(|line| !line.contains("beginning")) {
                    let types = ["Dep", "Car", "Acc", "…O"].into_iter().filter_map(|name| line.find(name));
                    begins.extend(types.map(|at| width(&line[..at])));
                }
                bank.press(&mut model, ".");
            }
            assert_eq!(begins.len(), 1, "at {columns}×{rows} types begin at {begins:?}");
        }
    }
}
