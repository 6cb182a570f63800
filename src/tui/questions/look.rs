//! The events around the playhead, and the selected account's state there.

use crate::domain::event::{GlobalPosition, StreamName, StreamPosition, Timestamp};
use crate::domain::money::Currency;
use crate::replay::reconstruct::{FoldFrom, Reconstruction};
use crate::replay::trace::{StateAt, StateByTime};
use crate::tui::questions::late::CountOfLate;
use crate::tui::questions::timing::PaneQuestion;

/// A question: which events are around the playhead, and what is the selected account's state there?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookQuestion {
    /// The playhead.
    pub playhead: GlobalPosition,
    /// The head, as far as it is visible: a newer one may bring more rows.
    pub head_in_sight: GlobalPosition,
    /// The chosen account; `None` selects that of the last event up to the playhead.
    pub pinned: Option<StreamName>,
    /// The beginning of the state's fold.
    pub from: FoldFrom,
    /// Number of events to show up to the playhead.
    pub n_before: usize,
    /// Number of events to show after the playhead.
    pub n_after: usize,
}

impl PaneQuestion for LookQuestion {}

/// The events around the playhead.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// The playhead of the question.
    pub playhead: GlobalPosition,
    /// The clock there.
    pub clock: Option<Timestamp>,
    /// The events around it, rising.
    pub events: Vec<EventRow>,
    /// The account of the state: the chosen one, or that of the last event up to the playhead.
    pub selected: Option<StreamName>,
    /// Its state at the playhead.
    pub state: Option<Reconstruction>,
}

impl Look {
    /// Whether everything is known.
    pub fn is_whole(&self) -> bool {
        !self.events.iter().any(|event| event.has_amount_to_come)
    }

    /// The row of the event at the playhead, or of the last one before it.
    pub fn playhead_row(&self) -> usize {
        self.events.iter().rposition(|event| event.position <= self.playhead).unwrap_or(0)
    }

    /// The selected account's state as JSON, in the form that scripts get. `late` is the number of late events that an
    /// answer by time leaves out, and `n_lines_left_out` the number of lines of imported logs that are not in the log.
    pub fn state_json(&self, late: Option<CountOfLate>, n_lines_left_out: u64) -> Option<String> {
        let trace = &self.state.as_ref()?.trace;
        let stream = self.selected.as_ref()?;
        let state_at = StateAt {
            stream,
            position: self.playhead,
            version: trace.version,
            n_not_understood: trace.n_not_understood,
            n_partly_understood: trace.n_partly_understood,
            state: &trace.state,
        };
        let n_late_left_out = match late {
            None => Some(0),
            Some(CountOfLate::Known(n_late)) => Some(n_late),
            Some(CountOfLate::NotKnownYet) => None,
        };
        serde_json::to_string(&StateByTime { state_at, n_late_left_out, n_lines_left_out }).ok()
    }
}

/// A row of the event list.
#[derive(Clone, Debug, PartialEq)]
pub struct EventRow {
    /// Its place in the log.
    pub position: GlobalPosition,
    /// Its stream.
    pub stream: StreamName,
    /// Its stream position.
    pub version: StreamPosition,
    /// Its type.
    pub event_type: String,
    /// Its own time.
    pub time: Option<Timestamp>,
    /// Whether its time is earlier than the clock.
    pub is_late: bool,
    /// Whether the fold understood it.
    pub is_understood: bool,
    /// The change of the balance, in minor units of the account's currency at that event.
    pub amount: Option<(i64, Option<Currency>)>,
    /// Whether the amount is not known yet, because the account's currency at that event is not.
    pub has_amount_to_come: bool,
}
