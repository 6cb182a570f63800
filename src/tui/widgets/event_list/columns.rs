//! The columns of the event list, with widths that do not depend on the events in sight.

use crate::domain::event::Timestamp;
use crate::tui::questions::look::EventRow;
use crate::tui::text::{DAY, DAY_AND_TIME, time};

/// The widths of the columns; 0 = not shown. They do not depend on the visible events, so that nothing moves sideways
/// while one scrolls through history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct EventColumns {
    /// Between two columns.
    pub gap: usize,
    /// The position, as wide as the head's.
    pub position: usize,
    /// The time: 19 cells for all of it, 14 without the year, 11 without the seconds, 5 for the day or the minute.
    pub time: usize,
    pub event_type: usize,
    pub stream: usize,
    /// The amount. A wider one takes cells from the stream of its own row.
    pub amount: usize,
}

/// The mark of the playhead, and a space.
pub(super) const LEAD_CELLS: usize = 2;

/// The mark after the amount.
const FLAG_CELLS: usize = 1;

/// Gap, time, type, stream and amount, from the widest layout to the narrowest. The day says more than the end of a
/// type; the minute says less. The stream says more than both.
const STEPS: [[usize; 5]; 14] = [
    [2, 19, 24, 24, 14],
    [2, 19, 17, 12, 13],
    [2, 14, 17, 12, 12],
    [1, 14, 17, 6, 10],
    [1, 11, 17, 6, 10],
    [1, 11, 12, 6, 10],
    [1, 11, 9, 6, 9],
    [1, 5, 9, 6, 10],
    [1, 5, 9, 6, 9],
    [1, 5, 7, 6, 9],
    [1, 0, 9, 6, 9],
    [1, 0, 7, 6, 9],
    [1, 0, 5, 6, 8],
    [1, 0, 4, 4, 0],
];

/// The most cells that a type gets of spare room: our own longest is `OverdraftLimitSet`.
const TYPE_CELLS: usize = 17;

/// The spare cells that a type gets before the stream: enough for `…Received`.
const SHORT_TYPE_CELLS: usize = 9;

/// The spare cells that the stream gets before the type gets more.
const STREAM_CELLS: usize = 12;

/// A time of at least this many cells includes the day.
const DAY_CELLS: usize = 11;

impl EventColumns {
    /// The columns in `room` cells, with positions of `position` cells.
    pub(super) fn of(room: usize, position: usize, has_times: bool, has_amounts: bool) -> Self {
        let step = |[gap, time, event_type, stream, amount]: [usize; 5]| Self {
            gap,
            position,
            time: if has_times { time } else { 0 },
            event_type,
            stream,
            amount: if has_amounts { amount } else { 0 },
        };
        let all = STEPS.map(step);
        let least = step([1, 0, 4, 4, 0]);
        let mut columns = all.into_iter().find(|columns| columns.total() <= room).unwrap_or(least);
        let mut spare = room.saturating_sub(columns.total());
        let mut widen = |cells: &mut usize, most: usize| {
            let more = spare.min(most.saturating_sub(*cells));
            *cells += more;
            spare -= more;
        };
        widen(&mut columns.event_type, SHORT_TYPE_CELLS);
        widen(&mut columns.stream, STREAM_CELLS);
        widen(&mut columns.event_type, TYPE_CELLS);
        widen(&mut columns.stream, usize::MAX);
        columns
    }

    fn total(&self) -> usize {
        let columns = [self.position, self.time, self.event_type, self.stream, self.amount];
        let n_shown = columns.iter().filter(|cells| **cells > 0).count();
        let gaps = self.gap * n_shown.saturating_sub(1);
        LEAD_CELLS + columns.iter().sum::<usize>() + gaps + FLAG_CELLS
    }
}

/// The part that the visible times have in common. The title shows it, and the rows show the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CommonTime {
    /// All are on the day of this time.
    Day(Timestamp),
    /// They are on several days. The title has the year of the playhead's time, and a row of another year shows its
    /// own.
    Year(Timestamp),
}

impl CommonTime {
    /// The common part of these events' times, in columns of `cells` cells. The `nth` event is at the playhead. `None`
    /// if no event has a time.
    pub(super) fn of(events: &[EventRow], nth: usize, cells: usize) -> Option<Self> {
        let mut times = events.iter().filter_map(|event| event.time);
        let at_playhead = events.get(nth).and_then(|event| event.time);
        let first = at_playhead.or_else(|| times.clone().next())?;
        let is_one_day = cells < DAY_CELLS && times.all(|other| time(other, DAY) == time(first, DAY));
        Some(if is_one_day { Self::Day(first) } else { Self::Year(first) })
    }

    /// The text in the title.
    pub(super) fn words(self) -> String {
        match self {
            Self::Day(of) => time(of, DAY),
            Self::Year(of) => time(of, "%Y"),
        }
    }

    /// The rest of a time, in `cells` cells.
    pub(super) fn rest(self, of: Timestamp, cells: usize) -> String {
        let is_of_year = |year: Timestamp| time(year, "%Y") == time(of, "%Y");
        let form = match (self, cells) {
            (_, 19..) => DAY_AND_TIME,
            (Self::Day(_), _) => "%H:%M",
            (Self::Year(year), 14..) if is_of_year(year) => "%m-%d %H:%M:%S",
            (Self::Year(year), 11..) if is_of_year(year) => "%m-%d %H:%M",
            (Self::Year(year), _) if is_of_year(year) => "%m-%d",
            (Self::Year(_), 10..) => DAY,
            (Self::Year(_), _) => "%Y",
        };
        time(of, form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_row_of_another_year_than_the_title_says_which() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let title = CommonTime::Year(at("2124-03-01T00:00:00Z"));
        let rest = |cells| ["2124-02-03T04:05:06Z", "2024-02-03T04:05:06Z"].map(|t| title.rest(at(t), cells));
        assert_eq!(rest(5), ["02-03", "2024"]);
        assert_eq!(rest(11), ["02-03 04:05", "2024-02-03"]);
        assert_eq!(rest(14), ["02-03 04:05:06", "2024-02-03"]);
        assert_eq!(rest(19), ["2124-02-03 04:05:06", "2024-02-03 04:05:06"]);
    }

    proptest! {
        #[test]
        fn columns_fill_their_room_and_no_more(room in 20_usize..300, position in 1_usize..10, has: [bool; 2]) {
            let [has_times, has_amounts] = has;
            let columns = EventColumns::of(room, position, has_times, has_amounts);
            let least = EventColumns::of(0, position, has_times, has_amounts).total();
            prop_assert_eq!(columns.total(), room.max(least));
        }
    }
}
