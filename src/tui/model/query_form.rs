//! The forms of the query pane: the list of streams, or a saved question of the domain.

use std::sync::Arc;

use crate::read_model::rows::presentation::Presentation;
use crate::read_model::rows::saved::{BarsLook, Draw, SavedQuestion, StreamTable};

/// What the query pane shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QueryForm {
    /// A row for each stream, with totals.
    #[default]
    Rows,
    /// The answer to a saved question.
    Saved {
        /// The number of the question.
        nth: usize,
        /// The chosen line of a table; 0 is the newest.
        line: usize,
    },
}

/// What the query pane shows, with the question.
#[derive(Clone, Copy, Debug)]
pub enum ShownForm<'a> {
    /// A row for each stream, with totals.
    Rows,
    /// A table of the selected stream's events, with this line chosen.
    Table(&'a Arc<SavedQuestion>, &'a StreamTable, usize),
    /// Bars by day.
    Bars(&'a Arc<SavedQuestion>, &'a BarsLook),
    /// Lines over the log.
    Line(&'a Arc<SavedQuestion>),
}

impl QueryForm {
    /// The form, with its question from this presentation.
    pub fn shown(self, presentation: &Presentation) -> ShownForm<'_> {
        let Self::Saved { nth, line } = self else { return ShownForm::Rows };
        let Some(question) = presentation.question(nth) else { return ShownForm::Rows };
        match &question.draw {
            Draw::StreamTable(table) => ShownForm::Table(question, table, line),
            Draw::Bars(look) => ShownForm::Bars(question, look),
            Draw::Line(_) => ShownForm::Line(question),
            // The console shows it.
            Draw::Table => ShownForm::Rows,
        }
    }

    /// The table of the selected stream, with its newest line chosen.
    pub fn of_stream(presentation: &Presentation) -> Option<Self> {
        presentation.of_stream().map(|nth| Self::Saved { nth, line: 0 })
    }

    /// The same, with this line of a table chosen.
    #[must_use]
    pub fn with_line(self, line: usize) -> Self {
        match self {
            Self::Rows => Self::Rows,
            Self::Saved { nth, .. } => Self::Saved { nth, line },
        }
    }

    /// The next picture: the first one after the rows or the table, and the rows after the last one.
    #[must_use]
    pub fn next_picture(self, presentation: &Presentation) -> Self {
        let next = match (self, self.shown(presentation)) {
            (Self::Saved { nth, .. }, ShownForm::Bars(..) | ShownForm::Line(_)) => nth.saturating_add(1),
            _ => 0,
        };
        presentation.picture_from(next).map_or(Self::Rows, |nth| Self::Saved { nth, line: 0 })
    }
}

impl ShownForm<'_> {
    /// Whether it is a picture, which shows all of history.
    pub fn is_picture(&self) -> bool {
        matches!(self, Self::Bars(..) | Self::Line(_))
    }
}
