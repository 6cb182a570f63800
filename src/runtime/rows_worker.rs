//! The rows worker: answers the screen's questions to the read model, on a thread with its own connection.
//!
//! Its files:
//!
//! - `asker.rs`: the person's SQL, answered in the background: only the newest question, with cancel
//! - `file_checker.rs`: the check of the read model's file in the background, once after each write
//! - `question.rs`: one SQL question on its own thread, which is abandoned if it does not stop in time

pub mod asker;
pub mod file_checker;
pub mod question;

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread::{self, JoinHandle};

use anyhow::{Result, bail};

use crate::read_model::engine::generation::unreadable_value;
use crate::read_model::engine::location::Location;
use crate::read_model::questions::query::ReadModel;
use crate::read_model::rows::saved::Draw;
use crate::read_model::rows::{StreamRow, WindowPlace};
use crate::runtime::shell::outbox::{Job, Outbox};
use crate::tui::message::Message;
use crate::tui::questions::listing::{Around, ComparedTotals, Listing, ListingQuestion};
use crate::tui::questions::saved::{SavedAnswer, SavedPart, SavedRequest, SavedRows};
use crate::tui::questions::timing::Ticket;
use crate::tui::questions::{Answer, RowsQuestion};
use crate::tui::window::rows_around;

/// Answers questions from the read model.
pub struct RowsWorker {
    read_model: ReadModel,
    has_reported_damage: bool,
}

/// Starts a thread that handles the jobs of an outbox.
pub fn start(
    mut worker: RowsWorker,
    outbox: Outbox<RowsQuestion, Infallible>,
    inbox: Sender<Message>,
) -> JoinHandle<()> {
    thread::spawn(move || {
        for job in outbox {
            let message = match job {
                Job::Ask(ticket, question) => worker.answer(ticket, &question),
                Job::Do(never) => match never {},
            };
            if inbox.send(message).is_err() {
                return;
            }
        }
    })
}

impl RowsWorker {
    /// Answers from this read model, whether or not it exists yet.
    pub fn new(location: &Location) -> Self {
        Self { read_model: ReadModel::open(location), has_reported_damage: false }
    }

    /// The answer to a question. An error becomes a message, too. A value that cannot be read is reported as damage, so
    /// that the read model is rebuilt; but once only, in case that does not help.
    pub fn answer(&mut self, ticket: Ticket, question: &RowsQuestion) -> Message {
        match self.try_answer(question) {
            Ok(answer) => Message::Answered(ticket, answer),
            Err(error) => match unreadable_value(&error) {
                Some(wrong) if !self.has_reported_damage => {
                    self.has_reported_damage = true;
                    Message::ReadModelDamaged(wrong)
                }
                _ => Message::Failed(format!("{:#}", error.context("the query view cannot be read"))),
            },
        }
    }

    fn try_answer(&mut self, question: &RowsQuestion) -> Result<Answer> {
        Ok(match question {
            RowsQuestion::Listing(question) => Answer::Listing(Box::new(self.listing(question)?)),
            RowsQuestion::Saved(request) => Answer::Saved(Box::new(self.saved(request)?)),
            RowsQuestion::NotUnderstood(_) => {
                Answer::NotUnderstood(self.read_model.reading()?.n_not_understood()?)
            }
        })
    }

    fn listing(&mut self, question: &ListingQuestion) -> Result<Listing> {
        let reading = self.read_model.reading()?.as_of(question.as_of)?;
        let place = match &question.around {
            Around::First => WindowPlace::From(""),
            Around::Stream(name) => WindowPlace::From(name.as_str()),
            Around::Last => WindowPlace::End,
        };
        // A page on either side.
        let n_rows = question.n_rows;
        let window = reading.streams_with(&question.filter, place, n_rows, n_rows + 1)?;
        let as_of = reading.position()?;
        let is_other_moment = question.playhead != as_of;
        let compared_totals = ComparedTotals {
            playhead: question.playhead,
            at_playhead: if is_other_moment { reading.totals_at(question.playhead)? } else { None },
            of_rows: reading.sums_of_rows()?,
        };
        let shown = rows_around(window.at, window.rows.len(), n_rows);
        let names = |rows: Option<&[StreamRow]>| {
            rows.unwrap_or_default().iter().map(|row| row.stream.clone()).collect::<Vec<_>>()
        };
        Ok(Listing {
            names_before: names(window.rows.get(..shown.start)),
            names_after: names(window.rows.get(shown.end..)),
            has_before: window.has_before || shown.start > 0,
            has_after: window.has_after || shown.end < window.rows.len(),
            rows: window.rows.get(shown).map(<[_]>::to_vec).unwrap_or_default(),
            filter: question.filter.clone(),
            n_listed: window.n_listed,
            n_streams: window.n_streams,
            totals: reading.totals()?,
            compared_totals,
            as_of,
            read_by: reading.mappings()?,
            skipped: reading.skipped()?,
        })
    }

    fn saved(&mut self, request: &SavedRequest) -> Result<SavedAnswer> {
        let question = &request.question;
        let reading = self.read_model.reading()?;
        let shown = match (&request.part, &question.draw) {
            (SavedPart::Window { stream, n_newer, n_rows, as_of }, Draw::StreamTable(table)) => {
                let reading = reading.as_of(*as_of)?;
                SavedRows::Table(reading.stream_table(question, table, stream, *n_newer, *n_rows)?)
            }
            (SavedPart::Bars, Draw::Bars(look)) => SavedRows::Bars(reading.bar_series(question, look)?),
            (SavedPart::Samples { playhead, n_points }, Draw::Line(look)) => {
                SavedRows::Line(reading.line_series(question, look, *playhead, *n_points)?)
            }
            _ => bail!("`{}` is not drawn that way", question.name),
        };
        Ok(SavedAnswer { question: Arc::clone(question), shown })
    }
}
