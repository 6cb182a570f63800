//! The events around the playhead, and the selected stream's state there.

use crate::domain::event::{GlobalPosition, StreamName, StreamPosition, Timestamp};
use crate::domain::left_out::LeftOut;
use crate::domain::moment::Moment;
use crate::domain::money::Currency;
use crate::replay::reconstruct::{FoldFrom, Reconstruction};
use crate::replay::trace::{StateAt, StateByTime};
use crate::tui::questions::late::CountOfLate;
use crate::tui::questions::place::Place;
use crate::tui::questions::timing::{Basis, PaneQuestion, Timing};

/// A question: which events are around a place, and what is the selected stream's state there? The playhead goes to
/// that place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookQuestion {
    /// The place.
    pub at: Place,
    /// The head, where the window may reach it: a newer one may bring more rows.
    pub head_in_sight: GlobalPosition,
    /// The chosen stream; `None` selects that of the last event up to the playhead.
    pub pinned: Option<StreamName>,
    /// The beginning of the state's fold.
    pub from: FoldFrom,
    /// Number of events to show up to the place.
    pub n_before: usize,
    /// Number of events to show after it.
    pub n_after: usize,
}

impl PaneQuestion for LookQuestion {
    const BASIS: Basis = Basis::Folds;

    fn timing(&self, before: &Self) -> Timing {
        let is_of_same =
            *self == Self { at: self.at.clone(), head_in_sight: self.head_in_sight, ..before.clone() };
        // A place that has to be found is on the way to the next one. Steps would never arrive if each of them made the
        // log begin again.
        let is_on_the_way = self.at.is_to_be_found() && before.at.is_to_be_found();
        Timing::of_same(is_of_same && (self.at == before.at || is_on_the_way))
    }
}

/// The place of a look that had to be found. It comes before the look where the state takes a long fold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// An event, or the place before all events.
    pub there: Moment,
    /// The time of the question, if that is how the place was found.
    pub of_time: Option<Timestamp>,
}

/// The events around the playhead.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// The place of the question, where the playhead is now: an event, or the place before all events.
    pub playhead: GlobalPosition,
    /// The clock there.
    pub clock: Option<Timestamp>,
    /// Number of events up to there.
    pub n_events: u64,
    /// The time of the question, if that is how the place was found.
    pub of_time: Option<Timestamp>,
    /// The events around it, rising.
    pub events: Vec<EventRow>,
    /// The stream of the state: the chosen one, or that of the last event up to the playhead.
    pub selected: Option<StreamName>,
    /// Its state at the playhead.
    pub state: Option<Reconstruction>,
}

impl Look {
    /// The place of the look.
    pub fn arrival(&self) -> Arrival {
        Arrival { there: Moment { position: self.playhead, clock: self.clock }, of_time: self.of_time }
    }

    /// Whether everything is known.
    pub fn is_whole(&self) -> bool {
        !self.events.iter().any(|event| event.has_amount_to_come)
    }

    /// The row of the event at the playhead, or of the last one before it.
    pub fn playhead_row(&self) -> usize {
        self.events.iter().rposition(|event| event.position <= self.playhead).unwrap_or(0)
    }

    /// Number of events after the playhead.
    pub fn n_after(&self) -> usize {
        self.events.iter().filter(|event| event.position > self.playhead).count()
    }

    /// The number of events up to a position; `None` if it is not among the rows.
    pub fn n_up_to(&self, position: GlobalPosition) -> Option<u64> {
        if position == self.playhead {
            return Some(self.n_events);
        }
        let rows_up_to = |position| self.events.partition_point(|event| event.position <= position) as u64;
        let is_in_sight = self.events.iter().any(|event| event.position == position);
        is_in_sight.then(|| (self.n_events + rows_up_to(position)).saturating_sub(rows_up_to(self.playhead)))
    }

    /// The position that is a number of events away from another one; `None` if the rows do not reach that far.
    pub fn step(&self, from: GlobalPosition, by: i64) -> Option<GlobalPosition> {
        let n_up_to = self.events.partition_point(|event| event.position <= from);
        let is_known = match n_up_to.checked_sub(1) {
            Some(nth) => self.events.get(nth).is_some_and(|event| event.position == from),
            None => from == GlobalPosition::START && self.playhead == from,
        };
        let n_up_to = i64::try_from(n_up_to).ok().filter(|_| is_known)?;
        let nth = usize::try_from(n_up_to.checked_add(by)?.checked_sub(1)?).ok()?;
        self.events.get(nth).map(|event| event.position)
    }

    /// The selected stream's state as JSON, in the form that scripts get. `late` is the number of late events that an
    /// answer by time leaves out; `left_out` are the lines of imported logs that are not in the log.
    pub fn state_json(&self, late: Option<CountOfLate>, left_out: &LeftOut) -> Option<String> {
        let trace = &self.state.as_ref()?.trace;
        let stream = self.selected.as_ref()?;
        let state_at = StateAt {
            stream,
            position: self.playhead,
            version: trace.version,
            n_not_understood: trace.n_not_understood,
            n_partly_understood: trace.n_partly_understood,
            fold: trace.state.fold_kind(),
            state: &trace.state,
        };
        let n_late_left_out = match late {
            None => Some(0),
            Some(CountOfLate::Known(n_late)) => Some(n_late),
            Some(CountOfLate::NotKnownYet) => None,
        };
        let (n_lines_left_out, n_times_unread) = (left_out.n(), left_out.n_times_unread());
        let answer = StateByTime { state_at, n_late_left_out, n_lines_left_out, n_times_unread };
        serde_json::to_string(&answer).ok()
    }
}

/// A row of the event list.
#[derive(Clone, Debug, PartialEq)]
pub struct EventRow {
    /// Its place in the log.
    pub position: GlobalPosition,
    pub stream: StreamName,
    /// Its stream position.
    pub version: StreamPosition,
    pub event_type: String,
    /// Its own time.
    pub time: Option<Timestamp>,
    /// Whether its time is earlier than the clock.
    pub is_late: bool,
    /// Whether the fold understood it.
    pub is_understood: bool,
    /// The change of the measure, in minor units of the stream's currency at that event.
    pub amount: Option<(i64, Option<Currency>)>,
    /// Whether the amount is not known yet, because the stream's currency at that event is not.
    pub has_amount_to_come: bool,
}
