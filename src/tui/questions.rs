//! The questions of the screen, a file each: the question as a value, and its answer.
//!
//! Its files:
//!
//! - `chart.rs`: a field of a stream's state after each of its events
//! - `comparison.rs`: the write side's states of the streams that the query view shows
//! - `existence.rs`: the question whether there is a stream of a name
//! - `find.rs`: the events that a search finds: all of them, and the next one
//! - `idle.rs`: the stretches of time up to the head in which nothing happens
//! - `inspection.rs`: an event in full
//! - `late.rs`: the number of late events that the place of a time leaves out
//! - `listing.rs`: a window of the read model's streams, with its totals
//! - `look.rs`: the events around the playhead, and the selected stream's state there
//! - `names.rs`: the names of streams that begin with a text, to complete a line that is being typed
//! - `not_understood.rs`: the number of events up to the checkpoint that are not understood
//! - `place.rs`: a place in history, at which the screen looks: only the log can find most of them
//! - `preview.rs`: the events that a command would append, or why it is refused
//! - `saved.rs`: a saved question of the domain, and the part of its answer that the query pane shows
//! - `sql.rs`: a person's question in SQL to the read model
//! - `survey.rs`: the survey: the content of the columns of the ruler
//! - `timing.rs`: the moments at which a question is asked: after another of its kind, and again

pub mod chart;
pub mod comparison;
pub mod existence;
pub mod find;
pub mod idle;
pub mod inspection;
pub mod late;
pub mod listing;
pub mod look;
pub mod names;
pub mod not_understood;
pub mod place;
pub mod preview;
pub mod saved;
pub mod sql;
pub mod survey;
pub mod timing;

use crate::domain::event::GlobalPosition;
use crate::read_model::rows::Value;
use crate::tui::model::active_time::ActiveTime;
use crate::tui::questions::chart::{Chart, ChartQuestion};
use crate::tui::questions::comparison::{CompareQuestion, Comparison};
use crate::tui::questions::existence::ExistenceQuestion;
use crate::tui::questions::find::{FindQuestion, NewHits, NextHitQuestion};
use crate::tui::questions::idle::IdleQuestion;
use crate::tui::questions::inspection::{Inspection, InspectionQuestion};
use crate::tui::questions::late::LateQuestion;
use crate::tui::questions::listing::{Listing, ListingQuestion};
use crate::tui::questions::look::{Arrival, Look, LookQuestion};
use crate::tui::questions::names::NamesQuestion;
use crate::tui::questions::not_understood::NotUnderstoodQuestion;
use crate::tui::questions::preview::{Preview, PreviewQuestion};
use crate::tui::questions::saved::{SavedAnswer, SavedRequest};
use crate::tui::questions::sql::{AnswerEnd, SqlAnswer, SqlQuestion};
use crate::tui::questions::survey::{Survey, SurveyQuestion};

/// A question, by who can answer it.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// To the log.
    Log(LogQuestion),
    /// To the read model.
    Rows(RowsQuestion),
    /// To the read model, in SQL: the answer comes in parts.
    Sql(SqlQuestion),
    /// To the finder: the answer comes in parts.
    Find(FindQuestion),
    /// To the finder.
    NextHit(NextHitQuestion),
}

/// A question to the log.
#[derive(Clone, Debug, PartialEq)]
pub enum LogQuestion {
    /// The events around a place, where the playhead goes.
    Look(LookQuestion),
    /// The columns of the ruler.
    Survey(SurveyQuestion),
    /// The idle stretches of time.
    Idle(IdleQuestion),
    /// The late events that an answer by time leaves out.
    Late(LateQuestion),
    /// A field of the selected stream's state after each of its events.
    Chart(ChartQuestion),
    /// The write side's states of the streams in the query view.
    Comparison(CompareQuestion),
    /// The events that a command would append.
    Preview(PreviewQuestion),
    /// The names that begin with a text.
    Names(NamesQuestion),
    /// An event in full.
    Inspection(InspectionQuestion),
    /// Whether there is a stream of a name.
    Existence(ExistenceQuestion),
}

/// A question to the read model.
#[derive(Clone, Debug, PartialEq)]
pub enum RowsQuestion {
    /// A window of the query view.
    Listing(ListingQuestion),
    /// The saved question that the query pane shows.
    Saved(SavedRequest),
    /// The number of events that are not understood.
    NotUnderstood(NotUnderstoodQuestion),
}

/// An answer, or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// To [`LogQuestion::Look`].
    Look(Box<Look>),
    /// To [`LogQuestion::Look`]: the place alone, because the rest takes longer.
    Arrival(Arrival),
    /// To [`LogQuestion::Survey`], as far as it is known.
    Survey(Box<Survey>),
    /// To [`LogQuestion::Idle`].
    Idle(ActiveTime),
    /// To [`LogQuestion::Late`]: the number of events.
    Late(u64),
    /// To [`LogQuestion::Chart`].
    Chart(Box<Chart>),
    /// To [`LogQuestion::Comparison`].
    Comparison(Comparison),
    /// To [`LogQuestion::Preview`].
    Preview(Preview),
    /// To [`LogQuestion::Names`].
    Names(Vec<String>),
    /// To [`LogQuestion::Inspection`].
    Inspection(Box<Inspection>),
    /// To [`LogQuestion::Existence`].
    Existence(bool),
    /// To [`RowsQuestion::Listing`].
    Listing(Box<Listing>),
    /// To [`RowsQuestion::Saved`].
    Saved(Box<SavedAnswer>),
    /// To [`RowsQuestion::NotUnderstood`]: the number of events.
    NotUnderstood(u64),
    /// The beginning of an answer to [`Question::Sql`], or all of it.
    SqlBeginning(Box<SqlAnswer>),
    /// More rows of that answer.
    SqlRows(Vec<Vec<Value>>),
    /// The end of that answer, which may come before any row.
    SqlEnd(AnswerEnd),
    /// To [`Question::Find`]: hits, and the progress of the search.
    Hits(Box<NewHits>),
    /// To [`Question::Find`]: why the search failed.
    NoSearch(String),
    /// To [`Question::NextHit`]; `None` if there is no hit.
    NextHit(Option<GlobalPosition>),
}

impl Answer {
    /// Whether it is a part of the answer, so that the question is to be continued.
    pub fn is_part(&self) -> bool {
        match self {
            Self::Survey(survey) => !survey.is_whole(),
            Self::Look(look) => !look.is_whole(),
            Self::Arrival(_) => true,
            Self::Idle(_)
            | Self::Late(_)
            | Self::Chart(_)
            | Self::Comparison(_)
            | Self::Preview(_)
            | Self::Names(_)
            | Self::Inspection(_)
            | Self::Existence(_)
            | Self::Listing(_)
            | Self::Saved(_)
            | Self::NotUnderstood(_)
            | Self::SqlEnd(_)
            | Self::NoSearch(_)
            | Self::NextHit(_) => false,
            // The thread that answers these sends all their parts by itself.
            Self::SqlBeginning(_) | Self::SqlRows(_) | Self::Hits(_) => false,
        }
    }
}

/// The thread that answers a question to the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Desk {
    /// The thread for answers that the user waits for: they take milliseconds.
    Interactive,
    /// The thread for answers that may take long.
    Background,
}

/// How long a question is processed before others have their turn. A question that gives way keeps its results so far
/// and continues later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Until it is answered.
    ToTheEnd,
    /// Until another question waits, which is short, and may move the playhead away.
    UntilAnythingWaits,
    /// For a few milliseconds.
    ForAWhile,
}

impl LogQuestion {
    /// The thread that answers it.
    pub fn desk(&self) -> Desk {
        match self {
            Self::Look(_) | Self::Preview(_) | Self::Names(_) | Self::Inspection(_) | Self::Existence(_) => {
                Desk::Interactive
            }
            Self::Survey(_) | Self::Idle(_) | Self::Late(_) | Self::Chart(_) | Self::Comparison(_) => {
                Desk::Background
            }
        }
    }

    /// How long it is processed at a time.
    pub fn turn(&self) -> Turn {
        match self {
            // The playhead goes to the place before a long fold is done.
            Self::Look(look) if look.at.is_to_be_found() => Turn::ForAWhile,
            Self::Look(_) => Turn::UntilAnythingWaits,
            Self::Survey(_) | Self::Late(_) | Self::Chart(_) => Turn::ForAWhile,
            Self::Idle(_)
            | Self::Comparison(_)
            | Self::Preview(_)
            | Self::Names(_)
            | Self::Inspection(_)
            | Self::Existence(_) => Turn::ToTheEnd,
        }
    }
}
