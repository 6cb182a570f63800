//! The events around the playhead.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::Span;

use crate::domain::event::{GlobalPosition, Timestamp};
use crate::tui::layout::{event_lines, inside};
use crate::tui::model::answers::{EventRow, Look};
use crate::tui::model::{Model, Pane, StoreKind};
use crate::tui::theme::{BROKEN, HIT, INEXACT, LATE, NOT_UNDERSTOOD, PLAYHEAD_ROW, Theme};
use crate::tui::widgets::pane::{PaneFrame, has_focus, padded, put};
use crate::tui::widgets::text::{
    count, fit, fit_end, left, left_end, right, signed, span, time, width, wrap,
};

/// The widest that a type is shown: our own longest is `OverdraftLimitSet`.
const TYPE_CELLS_MAX: usize = 24;

/// The widest that an account's name is shown.
const STREAM_CELLS_MAX: usize = 24;

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
    let days = Days::of(shown);
    let mut title = vec![span("Events", theme.strong)];
    if let Some(common) = days.common(shown) {
        title.push(span(format!(" · {common}"), theme.text));
    }
    if !model.is_exact() {
        title.push(span(format!(" {INEXACT}"), theme.dim));
    }
    let inner = PaneFrame { title, is_focused, ..PaneFrame::default() }.draw(theme, area, buf);
    let columns = Columns::of(&look.events, days, usize::from(inner.width));
    let mut row = 0;
    if lines.shows_beginning {
        let style = if is_focused { theme.cursor } else { theme.playhead };
        let text = format!("{PLAYHEAD_ROW} {}  the beginning of the log", right("0", columns.position));
        put(vec![span(left(&text, usize::from(inner.width)), style)], inner, 0, buf);
        row = 1;
    }
    let playhead_row = look.playhead_row();
    for (at, event) in lines.events.zip(shown) {
        let is_at = at == playhead_row && !lines.shows_beginning;
        let mark = mark(model, theme, event.position);
        let selected = model.selected() == Some(&event.stream);
        let drawn = EventLine { look, event, is_at, mark, is_focused, selected };
        put(drawn.spans(&columns, theme), inner, row, buf);
        row += 1;
    }
}

fn nothing_yet(model: &Model, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let text = match (model.head.position.number(), model.store.kind) {
        (0, StoreKind::Log) if model.import.is_none() => "The log holds no events.",
        (0, StoreKind::ReadOnly) => "The log holds no events.",
        (0, _) if model.import.is_some() => "The first events are being read in …",
        (0, _) => {
            "Nothing has happened yet. Open an account:  : open acc-1 --owner \"Ada Lovelace\" --currency EUR"
        }
        _ => "…",
    };
    for (row, line) in wrap(text, usize::from(area.width), usize::from(area.height)).into_iter().enumerate() {
        put(vec![span(line, theme.dim)], area, row, buf);
    }
}

/// How much of the times differs among the events in sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Days {
    One,
    OneYear,
    OneCentury,
    Many,
}

impl Days {
    fn of(events: &[EventRow]) -> Self {
        let all_share = |form: &str| {
            let mut texts = events.iter().filter_map(|event| event.time).map(|t| time(t, form));
            let first = texts.next();
            texts.all(|text| Some(&text) == first.as_ref())
        };
        if all_share("%Y-%m-%d") {
            Self::One
        } else if all_share("%Y") {
            Self::OneYear
        } else if all_share("%C") {
            Self::OneCentury
        } else {
            Self::Many
        }
    }

    /// What the times in sight have in common, for the title.
    fn common(self, events: &[EventRow]) -> Option<String> {
        let first: Timestamp = events.iter().find_map(|event| event.time)?;
        match self {
            Self::One => Some(time(first, "%Y-%m-%d")),
            Self::OneYear => Some(time(first, "%Y")),
            Self::OneCentury | Self::Many => None,
        }
    }

    /// The form of a time, from the most that can be said down to nothing.
    fn form(self, detail: TimeDetail) -> &'static str {
        match (self, detail) {
            (_, TimeDetail::Nothing) => "",
            (Self::One, TimeDetail::Seconds) => "%H:%M:%S",
            (Self::One, _) => "%H:%M",
            (Self::OneYear, TimeDetail::Seconds) => "%m-%d %H:%M:%S",
            (Self::OneYear, TimeDetail::Minutes) => "%m-%d %H:%M",
            (Self::OneYear, TimeDetail::Day) => "%m-%d",
            (Self::OneCentury | Self::Many, TimeDetail::Seconds) => "%Y-%m-%d %H:%M:%S",
            (Self::OneCentury | Self::Many, TimeDetail::Minutes) => "%Y-%m-%d %H:%M",
            (Self::OneCentury, TimeDetail::Day) => "%y-%m-%d",
            (Self::Many, TimeDetail::Day) => "%Y-%m-%d",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TimeDetail {
    Seconds,
    Minutes,
    Day,
    Nothing,
}

/// How wide the columns are; 0 = not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Columns {
    days: Days,
    detail: TimeDetail,
    position: usize,
    time: usize,
    event_type: usize,
    stream: usize,
    amount: usize,
    flag: usize,
    gap: usize,
}

impl Columns {
    /// As wide as what stands in them, and cut down step by step until all fit, the least telling first.
    fn of(events: &[EventRow], days: Days, room: usize) -> Self {
        let widest = |text: &dyn Fn(&EventRow) -> usize| events.iter().map(text).max().unwrap_or(0);
        let has_times = events.iter().any(|event| event.time.is_some());
        let has_flags = events.iter().any(|event| event.is_late || !event.is_understood);
        let types = widest(&|event| width(&fit(&event.event_type, TYPE_CELLS_MAX)));
        let streams = widest(&|event| width(&fit_end(event.stream.as_str(), STREAM_CELLS_MAX)));
        let mut columns = Self {
            days,
            detail: if has_times { TimeDetail::Seconds } else { TimeDetail::Nothing },
            position: widest(&|event| count(event.position.number()).len()),
            time: 0,
            event_type: types,
            stream: streams,
            amount: widest(&|event| amount(event).len()),
            flag: usize::from(has_flags),
            gap: 2,
        };
        let steps: [&dyn Fn(&mut Self); 17] = [
            &|_| {},
            &|c| c.gap = 1,
            &|c| c.less_time(TimeDetail::Minutes),
            &|c| c.stream = c.stream.min(12),
            &|c| c.event_type = c.event_type.min(17),
            &|c| c.less_time(TimeDetail::Day),
            &|c| c.event_type = c.event_type.min(11),
            // Which day it was says more than the end of a type; which minute of one day does not. Whose it was says
            // more than both.
            &|c| c.event_type = if c.days == Days::One { c.event_type } else { c.event_type.min(7) },
            &|c| c.less_time(TimeDetail::Nothing),
            &|c| c.event_type = c.event_type.min(9),
            &|c| c.event_type = c.event_type.min(7),
            &|c| c.stream = c.stream.min(8),
            &|c| c.event_type = c.event_type.min(6),
            &|c| c.stream = c.stream.min(6),
            &|c| c.event_type = c.event_type.min(5),
            &|c| c.event_type = c.event_type.min(4),
            &|c| c.amount = 0,
        ];
        for step in steps {
            step(&mut columns);
            columns.time = match columns.detail {
                TimeDetail::Nothing => 0,
                detail => time(Timestamp::UNIX_EPOCH, days.form(detail)).len(),
            };
            if columns.total() <= room {
                // What is left gives back what was cut off, to the streams first.
                let spare = room - columns.total();
                let to_streams = spare.min(streams - columns.stream);
                let to_types = (spare - to_streams).min(types - columns.event_type);
                columns.event_type += to_types;
                columns.stream += spare - to_types;
                return columns;
            }
        }
        columns
    }

    fn less_time(&mut self, detail: TimeDetail) {
        if self.detail != TimeDetail::Nothing {
            self.detail = detail;
        }
    }

    fn total(&self) -> usize {
        let columns = [self.position, self.time, self.event_type, self.stream, self.amount, self.flag];
        let n_shown = columns.iter().filter(|width| **width > 0).count();
        2 + columns.iter().sum::<usize>() + self.gap * n_shown.saturating_sub(1)
    }
}

fn amount(event: &EventRow) -> String {
    event.amount.map_or_else(String::new, |(amount, currency)| signed(i128::from(amount), currency))
}

/// An event and how it stands to the playhead.
struct EventLine<'a> {
    look: &'a Look,
    event: &'a EventRow,
    is_at: bool,
    /// What is marked there, where the playhead is not.
    mark: Option<(&'static str, Style)>,
    is_focused: bool,
    selected: bool,
}

/// What is marked at an event: that the log is broken there, or that it is a hit.
fn mark(model: &Model, theme: &Theme, position: GlobalPosition) -> Option<(&'static str, Style)> {
    let is_broken = model.fault().and_then(|fault| fault.at).is_some_and(|at| at.position == position);
    let is_hit = model.find.hits.as_ref().is_some_and(|hits| hits.is_at(position));
    is_broken.then_some((BROKEN, theme.bad)).or(is_hit.then_some((HIT, theme.hit)))
}

impl EventLine<'_> {
    fn spans(&self, columns: &Columns, theme: &Theme) -> Vec<Span<'static>> {
        let event = self.event;
        let is_ahead = event.position > self.look.playhead;
        // The row itself says where it stands; what is in it adds to that.
        let row = match (self.is_at, self.is_focused, is_ahead) {
            (true, true, _) => theme.cursor,
            (true, false, _) => theme.strong,
            (false, _, true) => theme.dim,
            (false, _, false) => theme.text,
        };
        let is_plain = !(self.is_at && self.is_focused);
        let on = |style: Style| if is_plain { row.patch(style) } else { row };
        let (mark, mark_style) = match (self.is_at, self.mark) {
            (true, _) => (PLAYHEAD_ROW, on(theme.playhead)),
            (false, Some((mark, style))) => (mark, on(style)),
            (false, None) => (" ", row),
        };
        let mut spans = vec![span(format!("{mark} "), mark_style)];
        let gap = " ".repeat(columns.gap);
        let mut cell = |width: usize, text: String, style: Style| {
            if width > 0 {
                spans.push(span(text, style));
                spans.push(span(gap.clone(), row));
            }
        };
        let type_style = if event.is_understood { row } else { on(theme.not_understood) };
        let stream_style = if self.selected { on(theme.selected) } else { row };
        let amount_style = match event.amount {
            Some((amount, _)) if amount < 0 => on(theme.loss),
            Some(_) => on(theme.gain),
            None => row,
        };
        let form = columns.days.form(columns.detail);
        let when = event.time.map_or_else(String::new, |t| time(t, form));
        let flag = match (event.is_understood, event.is_late) {
            (false, _) => NOT_UNDERSTOOD,
            (true, true) => LATE,
            (true, false) => " ",
        };
        let time_style = if self.is_at { row } else { row.add_modifier(Modifier::DIM) };
        cell(columns.position, right(&count(event.position.number()), columns.position), row);
        cell(columns.time, left(&when, columns.time), time_style);
        cell(columns.event_type, left(&event.event_type, columns.event_type), type_style);
        cell(columns.stream, left_end(event.stream.as_str(), columns.stream), stream_style);
        cell(columns.amount, right(&amount(event), columns.amount), amount_style);
        cell(columns.flag, flag.to_owned(), on(theme.not_understood));
        spans.pop();
        spans
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::{StreamName, StreamPosition};
    use crate::tui::fixture::{Bank, picture};
    use crate::tui::layout::layout;

    #[test]
    fn rows_stand_in_columns_and_are_marked() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "hhh");
        let drawn: String = picture(60, 12, |area, buf| draw(&model, &Theme::plain(), area, buf));
        let expected = r#"
╭┤ Events · 2024-03-01 ├───────────────────────────────────╮
│   1  09:00:00  AccountOpened     acc-1                   │
│   2  10:00:00  Deposited         acc-1       +1,200.00   │
│   3  11:00:00  AccountOpened     acc-2                   │
│   4  12:00:00  LoanGranted       acc-2                  ?│
│   5  13:00:00  Withdrawn         acc-2         -300.00   │
│   6  14:00:00  AccountOpened     acc-3                   │
│▶  7  13:00:00  Deposited         acc-3            +900  ◂│
│   8  16:00:00  TransferSent      acc-1          -50.00   │
│   9  17:00:00  TransferReceived  acc-2          +50.00   │
│  10  18:00:00  AccountFrozen     acc-2                   │
╰──────────────────────────────────────────────────────────╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn a_narrow_list_shows_the_playhead_and_cuts_what_tells_least() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "hhh");
        let drawn: String = picture(38, 7, |area, buf| draw(&model, &Theme::plain(), area, buf));
        let expected = r#"
╭┤ Events · 2024-03-01 ├─────────────╮
│   5 Withdrawn     acc-2   -300.00  │
│   6 AccountOpened acc-3            │
│▶  7 Deposited     acc-3      +900 ◂│
│   8 TransferSent  acc-1    -50.00  │
│   9 TransferRece… acc-2    +50.00  │
╰────────────────────────────────────╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn before_everything_stands_the_beginning() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        bank.press(&mut model, "g");
        let drawn: String = picture(50, 5, |area, buf| draw(&model, &Theme::plain(), area, buf));
        let expected = r#"
╭┤ Events · 2024-03-01 ├─────────────────────────╮
│▶  0  the beginning of the log                  │
│   1 09:00:00 AccountOpened    acc-1            │
│   2 10:00:00 Deposited        acc-1 +1,200.00  │
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
    fn whose_an_event_was_is_cut_after_what_kind_it_was() {
        let event = |position: u64, event_type: &str| EventRow {
            position: GlobalPosition::new(position),
            stream: StreamName::new("acc-000936").unwrap(),
            version: StreamPosition::new(1),
            event_type: event_type.to_owned(),
            time: Some(Timestamp::UNIX_EPOCH),
            is_late: false,
            is_understood: true,
            amount: Some((-482_257, None)),
        };
        let events = [event(9_999_998, "TransferReceived"), event(9_999_999, "Withdrawn")];
        let widths = |room: usize| {
            let columns = Columns::of(&events, Days::One, room);
            (columns.event_type, columns.stream)
        };
        assert_eq!([50, 40, 37].map(widths), [(12, 10), (8, 10), (7, 8)]);
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

╭┤ Events · 2024-03-01 ├───────────────────────────────────╮
│   1  09:00:00  AccountOpened     acc-1                   │
│◆  2  10:00:00  Deposited         acc-1       +1,200.00   │
│   3  11:00:00  AccountOpened     acc-2                   │
│▶  4  12:00:00  LoanGranted       acc-2                  ?│
│   5  13:00:00  Withdrawn         acc-2         -300.00   │
│   6  14:00:00  AccountOpened     acc-3                   │
│✘  7  13:00:00  Deposited         acc-3            +900  ◂│
│   8  16:00:00  TransferSent      acc-1          -50.00   │
╰──────────────────────────────────────────────────────────╯
"#;
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }
}
