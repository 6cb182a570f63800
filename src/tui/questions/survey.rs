//! The survey: the content of the columns of the ruler.

use crate::domain::event::{GlobalPosition, StreamName};
use crate::tui::model::ruler::Ruler;
use crate::tui::questions::timing::{Basis, PaneQuestion, Timing};

/// A question: what do the columns of the ruler show?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyQuestion {
    /// The ruler with its layout.
    pub ruler: Ruler,
    pub n_columns: u16,
    /// The stream whose events are marked.
    pub stream: Option<StreamName>,
    /// Whether the whole log is projected: then the read model has all snapshots that it will have.
    pub is_projected: bool,
    /// The head, if the ruler reaches up to it: newer events may belong to its last columns.
    pub head_in_sight: GlobalPosition,
    /// The column to begin with: the playhead's. If that moves, nothing is asked again.
    pub nearest: u16,
}

impl PaneQuestion for SurveyQuestion {
    const BASIS: Basis = Basis::Events;

    fn timing(&self, before: &Self) -> Timing {
        let is_same = *self == Self { nearest: self.nearest, ..before.clone() };
        if is_same { Timing::Never } else { Timing::AtOnce }
    }
}

/// The content of the columns, as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Survey {
    /// The ruler of the question.
    pub ruler: Ruler,
    /// The stream whose events are marked.
    pub stream: Option<StreamName>,
    /// The columns from left to right.
    pub columns: Vec<SurveyColumn>,
}

impl Survey {
    /// Whether everything is known.
    pub fn is_whole(&self) -> bool {
        let has_marks = self.stream.is_some();
        self.columns.iter().all(|column| column.events.is_some() && column.marks.is_some() == has_marks)
    }
}

/// The content of a column of the ruler; `None` = not known yet.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SurveyColumn {
    /// The events of all streams.
    pub events: Option<ColumnEvents>,
    /// The marks of the selected stream; never known if none is selected.
    pub marks: Option<ColumnMarks>,
}

/// The events in a column of the ruler.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ColumnEvents {
    pub n_events: u64,
    /// The time that passes over them, in microseconds.
    pub micros: u64,
}

/// The marks of the selected stream in a column of the ruler.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ColumnMarks {
    pub n_events: u64,
    /// Whether the read model has a snapshot of it at one of them.
    pub has_snapshot: bool,
}
