//! The events around the playhead, and the selected account's state there.

use crate::domain::event::{GlobalPosition, StreamName, StreamPosition, Timestamp};
use crate::domain::money::Currency;
use crate::replay::reconstruct::{FoldFrom, Reconstruction};
use crate::replay::trace::{StateAt, StateByTime};
use crate::tui::questions::late::CountOfLate;
use crate::tui::questions::timing::PaneQuestion;

/// What stands around the playhead, and what is the selected account's state there?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookQuestion {
    /// The playhead.
    pub playhead: GlobalPosition,
    /// The head, as far as it is in sight: a newer one may bring more rows.
    pub head_in_sight: GlobalPosition,
    /// The account that was chosen; `None` takes that of the last event up to the playhead.
    pub pinned: Option<StreamName>,
    /// Where the fold of the state begins.
    pub from: FoldFrom,
    /// How many events to show up to the playhead.
    pub n_before: usize,
    /// How many to show after it.
    pub n_after: usize,
}

impl PaneQuestion for LookQuestion {}

/// What stands around the playhead.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// The playhead that this answers.
    pub playhead: GlobalPosition,
    /// The clock there.
    pub clock: Option<Timestamp>,
    /// The events around it, rising.
    pub events: Vec<EventRow>,
    /// The account whose state this is: the chosen one, or that of the last event up to the playhead.
    pub selected: Option<StreamName>,
    /// Its state at the playhead.
    pub state: Option<Reconstruction>,
}

impl Look {
    /// Whether all of it has been found out.
    pub fn is_whole(&self) -> bool {
        !self.events.iter().any(|event| event.has_amount_to_come)
    }

    /// The row of the event at the playhead, or of the last one before it.
    pub fn playhead_row(&self) -> usize {
        self.events.iter().rposition(|event| event.position <= self.playhead).unwrap_or(0)
    }

    /// The selected account's state as JSON, in the shape that scripts get. `late` is what the place of a time leaves out,
    /// and `n_lines_left_out` the number of lines of imported logs that are not in the log.
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

/// An event as the list shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct EventRow {
    /// Its place in the log.
    pub position: GlobalPosition,
    /// The account.
    pub stream: StreamName,
    /// Its place in the account's history.
    pub version: StreamPosition,
    /// What kind of thing happened.
    pub event_type: String,
    /// When it says it happened.
    pub time: Option<Timestamp>,
    /// Whether it happened before something that stands before it.
    pub is_late: bool,
    /// Whether the fold understands it.
    pub is_understood: bool,
    /// By how much it changes the balance, in minor units of the currency that the account counts in there.
    pub amount: Option<(i64, Option<Currency>)>,
    /// Whether the amount is still to come: it is not known yet what the account counts in there.
    pub has_amount_to_come: bool,
}
