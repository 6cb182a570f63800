//! Answers to the screen's questions, as plain values.

use crate::domain::aggregates::account::decider::Would;
use crate::domain::aggregates::account::state::AccountState;
use crate::domain::event::{GlobalPosition, RecordedEvent, StreamName, StreamPosition, Timestamp};
use crate::domain::fold::Meaning;
use crate::domain::mapping::MappingDigests;
use crate::domain::money::Currency;
use crate::read_model::rows::{AccountRow, SkippedEvents, StatementRow, TotalRow};
use crate::replay::not_understood::NotUnderstoodOf;
use crate::replay::reconstruct::Reconstruction;
use crate::replay::trace::{StateAt, StateByTime};
use crate::tui::model::by_time::CountOfLate;
use crate::tui::model::ruler::Ruler;

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

/// What the columns of a ruler hold, as far as it has been found out.
#[derive(Clone, Debug, PartialEq)]
pub struct Survey {
    /// The ruler that it is about.
    pub ruler: Ruler,
    /// The account whose events are marked.
    pub stream: Option<StreamName>,
    /// One for each column, from left to right.
    pub columns: Vec<SurveyColumn>,
}

impl Survey {
    /// Whether all of it has been found out.
    pub fn is_whole(&self) -> bool {
        let has_marks = self.stream.is_some();
        self.columns.iter().all(|column| column.events.is_some() && column.marks.is_some() == has_marks)
    }
}

/// What one column of the ruler holds; `None` = not known yet.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SurveyColumn {
    /// The events of all accounts.
    pub events: Option<ColumnEvents>,
    /// What the selected account has there; never known where none is selected.
    pub marks: Option<ColumnMarks>,
}

/// The events in a column of the ruler.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ColumnEvents {
    /// How many.
    pub n_events: u64,
    /// How much time goes by over them, in microseconds.
    pub micros: u64,
}

/// What the selected account has in a column of the ruler.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ColumnMarks {
    /// How many of the events are its own.
    pub n_events: u64,
    /// Whether the read model keeps a snapshot of it at one of them.
    pub has_snapshot: bool,
}

/// The balance of an account over its events.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// Whose.
    pub stream: StreamName,
    /// What it counts in.
    pub currency: Option<Currency>,
    /// Balances in minor units after the events at these positions, rising: after the first and the newest event, and after
    /// every so many in between.
    pub points: Vec<(GlobalPosition, i64)>,
    /// How many: 1 = after each.
    pub every: u64,
}

/// A window of the read model's accounts, and its totals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    /// The window, in the order of names.
    pub rows: Vec<AccountRow>,
    /// The names right before the window, up to a screenful: a page goes there.
    pub names_before: Vec<StreamName>,
    /// The names right after it.
    pub names_after: Vec<StreamName>,
    /// Whether there are accounts before the window.
    pub has_before: bool,
    /// Whether there are accounts after it.
    pub has_after: bool,
    /// The text that the list was asked for with: only accounts are listed whose name or owner has it; empty = all.
    pub filter: String,
    /// How many accounts are listed, in the window and beside it.
    pub n_listed: u64,
    /// How many accounts there are.
    pub n_accounts: u64,
    /// The sums, a row a currency.
    pub totals: Vec<TotalRow>,
    /// What they are compared with.
    pub compared_totals: ComparedTotals,
    /// The position as of which all of this is.
    pub as_of: GlobalPosition,
    /// The mappings by which the projected events were read.
    pub read_by: MappingDigests,
    /// The events that were skipped up to there.
    pub skipped: SkippedEvents,
}

/// What the read model itself has to compare its totals with, a row a currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComparedTotals {
    /// The playhead that this answers.
    pub playhead: GlobalPosition,
    /// The totals as of the playhead; `None` where that is the position shown, and where the read model has not come to it.
    pub at_playhead: Option<Vec<TotalRow>>,
    /// The sums of the accounts' rows at the position shown; `None` where there are too many rows to add them up for a screen.
    pub of_rows: Option<Vec<TotalRow>>,
}

/// A window of an account's statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    /// How many lines are newer than these.
    pub n_newer: usize,
    /// The lines, oldest first.
    pub lines: Vec<StatementRow>,
}

impl Statement {
    /// The `nth` line, 0 being the newest; `None` where it has not been read.
    pub fn line(&self, nth: usize) -> Option<&StatementRow> {
        self.lines.iter().rev().nth(nth.checked_sub(self.n_newer)?)
    }

    /// Which line is the oldest, counted from the newest: by the version of a line that has been read, which says how many
    /// events of the account come before it. Where some were skipped there are fewer lines.
    pub fn oldest(&self) -> usize {
        let n_older = self.lines.first().map_or(0, |line| line.version.number().saturating_sub(1));
        let last_read = self.n_known().saturating_sub(1);
        last_read.saturating_add(usize::try_from(n_older).unwrap_or(usize::MAX))
    }

    /// How many lines there are at least.
    pub fn n_known(&self) -> usize {
        self.n_newer.saturating_add(self.lines.len())
    }
}

/// What the write side says of accounts that the query view shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The playhead that this answers.
    pub playhead: GlobalPosition,
    /// The position as of which the query view shows the accounts.
    pub rows_at: GlobalPosition,
    /// The mappings by which the rows were read.
    pub read_by: MappingDigests,
    /// Whether the log has another mapping by now: then the rows are being rebuilt, and differ by no defect.
    pub is_of_older_mapping: bool,
    /// The accounts.
    pub accounts: Vec<ComparedAccount>,
}

/// What the write side says of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedAccount {
    /// Which.
    pub account: StreamName,
    /// Its state at the playhead.
    pub at_playhead: AccountState,
    /// Its state as of where the query view shows it.
    pub at_rows: AccountState,
    /// Its version there.
    pub version_at_rows: StreamPosition,
    /// How many of its events up to there are not understood.
    pub n_not_understood_at_rows: u64,
}

/// An event in full.
#[derive(Clone, Debug, PartialEq)]
pub struct Inspected {
    /// The event as it stands in the log.
    pub event: RecordedEvent,
    /// What it means for an account.
    pub meaning: Meaning,
    /// The name of the log that it was imported from.
    pub source: Option<String>,
}

/// What a command would do, or why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Preview {
    /// It would be done.
    Would {
        /// The events that it would append.
        events: Vec<Would>,
        /// The events that the states on which it is decided leave out.
        left_out: NotUnderstoodOf,
    },
    /// A rule refuses it, or it is no command; the text says why.
    Refused(String),
}

/// What became of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submitted {
    /// It is on the disk: the position of its first event, and the new head.
    Appended {
        /// The position of its first event.
        first: GlobalPosition,
        /// The new head.
        head: GlobalPosition,
        /// The clock at the new head.
        clock: Option<Timestamp>,
        /// What went wrong beside that, though the command is done.
        trouble: Option<String>,
    },
    /// A rule refused it.
    Refused(String),
    /// It could not be done.
    Failed(String),
}
