//! The layout: the place of each pane.
//!
//! Wide (from 100 columns): three panes side by side. Narrower: the events on the left, the state above the query
//! view on the right. Small (under 70 columns or 20 rows): the pane that has the focus, and the ruler.

use ratatui::layout::Rect;

use crate::domain::event::GlobalPosition;
use crate::tui::model::Model;
use crate::tui::model::console::ConsolePart;
use crate::tui::model::focus::Pane;
use crate::tui::model::mode::Mode;
use crate::tui::model::size::Size;
use crate::tui::questions::look::Look;
use crate::tui::window::rows_around;
use crate::tui::wrapped_line::n_rows;

/// The smallest screen on which the panes are drawn; a smaller one gets a sentence.
pub const SIZE_MIN: Size = Size { width: 40, height: 10 };

/// The largest screen that is drawn, more than any display has; the rest of a larger terminal stays empty. A screen is
/// held cell by cell, twice, and one with all the cells that a terminal can report would not fit into memory.
pub const SIZE_MAX: Size = Size { width: 1_000, height: 1_000 };

/// With at least this many columns the panes are side by side.
const SIDE_BY_SIDE_COLUMNS: u16 = 100;

/// Below this size one pane is shown at a time.
const ONE_PANE: Size = Size { width: 70, height: 20 };

/// The part of a terminal of that size that is drawn on.
pub fn drawn(size: Size) -> Size {
    Size { width: size.width.min(SIZE_MAX.width), height: size.height.min(SIZE_MAX.height) }
}

/// Rows of a prompt: its line and the text under it, with the frame.
const PROMPT_ROWS: u16 = 8;

/// Rows of the search prompt: its line, the completions, and two lines on what it would search for.
const FIND_ROWS: u16 = 6;

/// The fewest and the most rows of a question's editor, if there is room. A longer question scrolls.
const EDITOR_ROWS: (u16, u16) = (3, 8);

/// Below this many rows the SQL console shows only the part that has the focus.
const CONSOLE_BOTH_ROWS: u16 = 9;

/// The places of everything on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Panes {
    /// The top line.
    pub header: Rect,
    /// The event list, with its frame; `None` if there is no room for it.
    pub events: Option<Rect>,
    /// The state, with its frame.
    pub state: Option<Rect>,
    /// The query view, with its frame.
    pub query: Option<Rect>,
    /// The ruler, with its frame if it has one.
    pub ruler: Rect,
    /// Whether the ruler has a frame, whose top line shows the dates of its ends.
    pub ruler_has_frame: bool,
    /// The rows of the ruler, whose width is its number of columns.
    pub ruler_rows: RulerRows,
    /// The bottom line: hints, or a notice.
    pub hints: Rect,
    /// The prompt, with its frame, over the bottom of the panes; `None` unless something is being typed.
    pub prompt: Option<Rect>,
    /// The SQL console, over the panes; `None` unless it is open.
    pub console: Option<ConsolePanes>,
    /// The area of the panes, over which the inspector and the help are drawn.
    pub middle: Rect,
}

/// The parts of the SQL console, each with its frame; `None` if there is no room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConsolePanes {
    /// The question.
    pub editor: Option<Rect>,
    /// The answer, or the saved questions.
    pub below: Option<Rect>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RulerRows {
    /// The bars: how many events, or how fast they came.
    pub density: Rect,
    /// The selected stream's events; `None` if there is no room.
    pub stream: Option<Rect>,
    /// The line with playhead, checkpoint and head.
    pub line: Rect,
}

/// The areas on a screen of the model's size; `None` if that is smaller than [`SIZE_MIN`].
pub fn layout(model: &Model) -> Option<Panes> {
    layout_in(model, model.size)
}

/// [`layout`] on a screen of another size: the terminal may have been resized before the model knows.
pub fn layout_in(model: &Model, size: Size) -> Option<Panes> {
    let Size { width, height } = size;
    if width < SIZE_MIN.width || height < SIZE_MIN.height {
        return None;
    }
    let ruler_has_frame = height >= ONE_PANE.height;
    let ruler_height = match height {
        30.. => 6,
        20.. => 5,
        _ => 3,
    };
    let header = Rect::new(0, 0, width, 1);
    let hints = Rect::new(0, height - 1, width, 1);
    let ruler = Rect::new(0, height - 1 - ruler_height, width, ruler_height);
    let middle = Rect::new(0, 1, width, height - 2 - ruler_height);
    let mut panes = Panes {
        header,
        ruler,
        ruler_has_frame,
        ruler_rows: ruler_rows(ruler, ruler_has_frame),
        hints,
        middle,
        prompt: prompt(model, middle),
        console: console(model, middle),
        ..Panes::default()
    };
    place_panes(&mut panes, model, size);
    Some(panes)
}

fn place_panes(panes: &mut Panes, model: &Model, size: Size) {
    let middle = panes.middle;
    let Size { width, height } = size;
    if width < ONE_PANE.width || height < ONE_PANE.height {
        match model.focus {
            Pane::Events => panes.events = Some(middle),
            Pane::State => panes.state = Some(middle),
            Pane::Query => panes.query = Some(middle),
        }
        return;
    }
    if width >= SIDE_BY_SIDE_COLUMNS {
        let (events, state) = (percent(width, 35), percent(width, 30));
        let column = |x: u16, width: u16| Some(Rect { x, width, ..middle });
        panes.events = column(0, events);
        panes.state = column(events, state);
        panes.query = column(events + state, width - events - state);
        return;
    }
    let events = percent(width, 44);
    let right = Rect { x: events, width: width - events, ..middle };
    // The state contains a chart, and the query view scrolls.
    let above = percent(middle.height, 55);
    panes.events = Some(Rect { width: events, ..middle });
    panes.state = Some(Rect { height: above, ..right });
    panes.query = Some(Rect { y: right.y + above, height: right.height - above, ..right });
}

/// A percentage of a length.
fn percent(length: u16, hundredths: u32) -> u16 {
    u16::try_from(u32::from(length) * hundredths / 100).unwrap_or(length)
}

fn ruler_rows(ruler: Rect, has_frame: bool) -> RulerRows {
    let frame = u16::from(has_frame);
    let inner = Rect {
        x: ruler.x + 1,
        y: ruler.y + frame,
        width: ruler.width.saturating_sub(2),
        height: ruler.height.saturating_sub(2 * frame),
    };
    let row = |y: u16, height: u16| Rect { y: inner.y + y, height, ..inner };
    match inner.height {
        4.. => RulerRows { density: row(0, 2), stream: Some(row(2, 1)), line: row(3, 1) },
        3 => RulerRows { density: row(0, 1), stream: Some(row(1, 1)), line: row(2, 1) },
        _ => RulerRows { density: row(0, 1), stream: None, line: row(1, 1) },
    }
}

fn prompt(model: &Model, middle: Rect) -> Option<Rect> {
    let height = match model.mode {
        Mode::Command(_) => PROMPT_ROWS.min(middle.height),
        Mode::Find(_) => FIND_ROWS.min(middle.height),
        _ => return None,
    };
    Some(Rect { y: middle.y + middle.height - height, height, ..middle })
}

fn console(model: &Model, middle: Rect) -> Option<ConsolePanes> {
    let Mode::Console(part) = *model.over_panes() else { return None };
    if middle.height < CONSOLE_BOTH_ROWS {
        return Some(match part {
            ConsolePart::Editor => ConsolePanes { editor: Some(middle), below: None },
            ConsolePart::Results | ConsolePart::Saved => ConsolePanes { editor: None, below: Some(middle) },
        });
    }
    let frame = 2;
    let (least, most) = EDITOR_ROWS;
    // A third of the room at most: the answer matters more than the question.
    let most = most.min((middle.height - frame) / 3);
    let n_rows = n_rows(&model.console, editor_cells(middle), usize::from(most));
    let height = frame + u16::try_from(n_rows).unwrap_or(most).max(least.min(most));
    let editor = Rect { height, ..middle };
    let below = Rect { y: middle.y + height, height: middle.height - height, ..middle };
    Some(ConsolePanes { editor: Some(editor), below: Some(below) })
}

/// Cells of a question's line, in an editor with this frame.
pub fn editor_cells(frame: Rect) -> usize {
    usize::from(frame.width.saturating_sub(4))
}

/// Rows of an answer that fit, without their heading.
pub fn results_rows(panes: &Panes) -> usize {
    let below = panes.console.and_then(|console| console.below);
    below.map_or(0, |pane| usize::from(inside(pane).height.saturating_sub(1)))
}

/// The area inside a pane's frame.
pub fn inside(pane: Rect) -> Rect {
    Rect {
        x: pane.x + 1,
        y: pane.y + 1,
        width: pane.width.saturating_sub(2),
        height: pane.height.saturating_sub(2),
    }
}

/// Rows of events that fit; 0 if only the state pane is shown.
pub fn event_rows(panes: &Panes) -> usize {
    panes.events.map_or(1, |pane| usize::from(inside(pane).height))
}

/// Rows of streams that fit into the query view, without its heading, the projector's lines at the top and the totals
/// at the bottom.
pub fn listing_rows(panes: &Panes) -> usize {
    panes.query.map_or(0, |pane| {
        let height = inside(pane).height;
        usize::from(height.saturating_sub(1 + info_rows(height) + totals_rows(height)))
    })
}

/// Rows of the query view above its first stream: the projector's lines, and the heading.
pub fn listing_heading_rows(pane: Rect) -> usize {
    usize::from(info_rows(inside(pane).height) + 1)
}

/// Lines at the top of the query view for the projector, given the height inside the frame; 0 if the streams need the
/// room.
pub fn info_rows(height: u16) -> u16 {
    u16::from(height >= 8)
}

/// Lines at the bottom of the query view for totals, given the height inside the frame: a rule and two currencies, the
/// frequent case. A low pane has one, a very low one none.
pub fn totals_rows(height: u16) -> u16 {
    match height {
        12.. => 3,
        5.. => 1,
        _ => 0,
    }
}

/// The content of the event list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventLines {
    /// Whether its first row is the beginning of the log, which is then the playhead's position.
    pub shows_beginning: bool,
    /// The range of the events in the rows, or in the rows after the first.
    pub events: std::ops::Range<usize>,
}

/// The rows of the event list.
pub fn event_lines(look: &Look, room: usize) -> EventLines {
    let shows_beginning = look.playhead == GlobalPosition::START && !look.events.is_empty();
    let room = room.saturating_sub(usize::from(shows_beginning));
    EventLines { shows_beginning, events: rows_around(look.playhead_row(), look.events.len(), room) }
}

/// The position at a row of the event list; `None` for a row without one.
pub fn position_at_row(look: &Look, room: usize, row: usize) -> Option<GlobalPosition> {
    let lines = event_lines(look, room);
    if lines.shows_beginning && row == 0 {
        return Some(GlobalPosition::START);
    }
    let row = row.checked_sub(usize::from(lines.shows_beginning))?;
    look.events.get(lines.events)?.get(row).map(|event| event.position)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::aggregates::Aggregates;
    use crate::read_model::presentation_of;
    use crate::tui::fixture::Bank;
    use crate::tui::model::store::{OpenStore, StoreKind};
    use proptest::prelude::*;

    fn model(width: u16, height: u16) -> Model {
        let store = OpenStore { name: "bank.db".to_owned(), kind: StoreKind::Own, takes_commands: true };
        Model::new(store, presentation_of(&Aggregates::bank()), Size { width, height })
    }

    proptest! {
        #[test]
        fn panes_lie_beside_each_other_and_inside_the_screen(
            width in prop_oneof![1_u16..300, Just(u16::MAX)], height in prop_oneof![1_u16..120, Just(u16::MAX)], focus in 0_usize..3
        ) {
            let mut model = model(width, height);
            model.focus = [Pane::Events, Pane::State, Pane::Query][focus];
            let Some(panes) = layout(&model) else {
                prop_assert!(width < SIZE_MIN.width || height < SIZE_MIN.height);
                return Ok(());
            };
            let screen = Rect::new(0, 0, width, height);
            let all: Vec<Rect> = [panes.events, panes.state, panes.query].into_iter().flatten()
                .chain([panes.header, panes.ruler, panes.hints]).collect();
            prop_assert_eq!(all.iter().map(|r| u32::from(r.width) * u32::from(r.height)).sum::<u32>(),
                u32::from(width) * u32::from(height));
            for (i, pane) in all.iter().enumerate() {
                prop_assert_eq!(pane.intersection(screen), *pane);
                prop_assert!(all.iter().skip(i + 1).all(|other| !pane.intersects(*other)));
            }
            let rows = panes.ruler_rows;
            for row in [Some(rows.density), rows.stream, Some(rows.line)].into_iter().flatten() {
                prop_assert_eq!(row.intersection(panes.ruler), row);
            }
        }
    }

    #[test]
    fn before_everything_the_first_row_is_the_beginning_and_the_events_follow() {
        let bank = Bank::little();
        let mut model = bank.screen(120, 36);
        let rows = |model: &Model| {
            let look = model.look.answer().unwrap();
            [0, 1, 3, 4].map(|row| position_at_row(look, 4, row).map(GlobalPosition::number))
        };
        assert_eq!(rows(&model), [Some(7), Some(8), Some(10), None]);
        bank.press(&mut model, "g");
        assert_eq!(rows(&model), [Some(0), Some(1), Some(3), None]);
    }
}
