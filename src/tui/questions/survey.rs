//! What the columns of the ruler hold.

use crate::domain::event::{GlobalPosition, StreamName};
use crate::tui::model::ruler::Ruler;
use crate::tui::questions::timing::{PaneQuestion, Timing};

/// What do the columns of the ruler hold?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyQuestion {
    /// The ruler as it is laid out.
    pub ruler: Ruler,
    /// How many columns it has.
    pub n_columns: u16,
    /// The account whose events are marked.
    pub stream: Option<StreamName>,
    /// Whether all of the log has been projected: by then the read model keeps all snapshots that it will.
    pub is_projected: bool,
    /// The head, where the ruler reaches up to it: newer events may fall into its last columns.
    pub head_in_sight: GlobalPosition,
    /// The column to begin with: the playhead's. Where that moves, nothing new is asked.
    pub nearest: u16,
}

impl PaneQuestion for SurveyQuestion {
    fn timing(&self, before: &Self) -> Timing {
        let is_same = *self == Self { nearest: self.nearest, ..before.clone() };
        if is_same { Timing::Never } else { Timing::AtOnce }
    }
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
