//! A saved question of the domain, and the part of its answer that the query pane shows.

use std::sync::Arc;

use crate::domain::event::{GlobalPosition, StreamName};
use crate::read_model::rows::AsOf;
use crate::read_model::rows::saved::SavedQuestion;
use crate::read_model::rows::series::{BarSeries, LineSeries};
use crate::read_model::rows::stream_table::TableWindow;
use crate::tui::questions::timing::{Basis, PaneQuestion, Timing};

/// What is the answer to a saved question?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedRequest {
    /// The saved question.
    pub question: Arc<SavedQuestion>,
    /// The part of the answer that is shown.
    pub part: SavedPart,
    /// The checkpoint that is shown.
    pub checkpoint: GlobalPosition,
}

/// A part of an answer, by the way in which the answer is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SavedPart {
    /// A window of a table of a stream's events.
    Window {
        stream: StreamName,
        /// Number of newest rows that are skipped.
        n_newer: usize,
        /// Number of rows that are read after those.
        n_rows: usize,
        /// The position that the table is as of.
        as_of: AsOf,
    },
    /// All bars.
    Bars,
    /// Samples of lines.
    Samples {
        /// The position at which the sums are answered as well.
        playhead: GlobalPosition,
        /// Number of samples of a line.
        n_points: usize,
    },
}

/// The answer to a saved question, with the question.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedAnswer {
    /// The saved question.
    pub question: Arc<SavedQuestion>,
    /// The answer.
    pub shown: SavedRows,
}

/// An answer, by the way in which it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum SavedRows {
    /// A window of a table of a stream's events.
    Table(TableWindow),
    /// Bars by day.
    Bars(BarSeries),
    /// Lines over the log.
    Line(LineSeries),
}

impl PaneQuestion for SavedRequest {
    const BASIS: Basis = Basis::Rows;

    fn timing(&self, before: &Self) -> Timing {
        if self.question != before.question {
            return Timing::AtOnce;
        }
        match (&self.part, &before.part) {
            (
                SavedPart::Window { stream, as_of, .. },
                SavedPart::Window { stream: stream_before, as_of: as_of_before, .. },
            ) => Timing::of_same((stream, as_of) == (stream_before, as_of_before)),
            // The checkpoint may move faster than a picture can be drawn.
            _ => Timing::AfterAnswer,
        }
    }
}

impl SavedRequest {
    /// The number of rows of a table that are asked for.
    pub fn n_rows(&self) -> usize {
        match self.part {
            SavedPart::Window { n_rows, .. } => n_rows,
            SavedPart::Bars | SavedPart::Samples { .. } => 0,
        }
    }

    /// The stream whose table is asked for.
    pub fn stream(&self) -> Option<&StreamName> {
        match &self.part {
            SavedPart::Window { stream, .. } => Some(stream),
            SavedPart::Bars | SavedPart::Samples { .. } => None,
        }
    }
}

impl SavedAnswer {
    /// The table, where that is the answer to this question.
    pub fn table(&self, question: &SavedQuestion) -> Option<&TableWindow> {
        match &self.shown {
            SavedRows::Table(table) if *self.question == *question => Some(table),
            _ => None,
        }
    }

    /// The bars, where they are the answer to this question.
    pub fn bars(&self, question: &SavedQuestion) -> Option<&BarSeries> {
        match &self.shown {
            SavedRows::Bars(series) if *self.question == *question => Some(series),
            _ => None,
        }
    }

    /// The lines, where they are the answer to this question.
    pub fn lines(&self, question: &SavedQuestion) -> Option<&LineSeries> {
        match &self.shown {
            SavedRows::Line(series) if *self.question == *question => Some(series),
            _ => None,
        }
    }
}
