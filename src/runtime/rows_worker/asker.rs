//! The person's SQL, answered in the background: only the newest question, with cancel.

use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::cancel::{Cancel, NewestTask};
use crate::read_model::engine::location::Location;
use crate::read_model::questions::query::ReadModel;
use crate::read_model::questions::sql::answer::{AnswerHeader, QueryFailure, RowSink};
use crate::read_model::questions::sql::limits::Limits;
use crate::read_model::questions::sql::{N_SCREEN_ROWS_MAX, Room};
use crate::read_model::rows::Value;
use crate::runtime::rows_worker::question;
use crate::tui::message::Message;
use crate::tui::questions::Answer;
use crate::tui::questions::sql::{AnswerEnd, AnswerOutcome, SqlAnswer, SqlQuestion};

/// The most rows in one message to the screen: few enough that taking them in is not felt.
const CHUNK_ROWS: usize = 500;

/// After this time waiting rows are sent with the next row.
const CHUNK_TIME: Duration = Duration::from_millis(20);

/// The thread that answers the SQL questions of one explorer.
#[derive(Debug)]
pub struct Asker {
    jobs: Sender<SqlJob>,
    newest: NewestTask,
    thread: JoinHandle<()>,
}

#[derive(Debug)]
struct SqlJob {
    ticket: u64,
    question: SqlQuestion,
    cancel: Cancel,
}

impl Asker {
    /// Answers from this read model, to the inbox.
    pub fn start(location: &Location, inbox: Sender<Message>) -> Self {
        // The loop must not wait. Questions that arrive meanwhile wait, and all but the last are skipped.
        let (jobs, waiting) = channel();
        let location = location.clone();
        let thread = thread::spawn(move || answer_all(&location, &waiting, &inbox));
        Self { jobs, newest: NewestTask::default(), thread }
    }

    /// Asks a question; the running one stops.
    ///
    /// # Errors
    /// The thread has ended.
    pub fn ask(&self, ticket: u64, question: SqlQuestion) -> Result<()> {
        let job = SqlJob { ticket, question, cancel: self.newest.replace() };
        self.jobs.send(job).context("the thread that answers questions has ended before the screen")
    }

    /// Stops the running question.
    pub fn stop(&self) {
        self.newest.cancel();
    }

    /// Stops it, and waits until the read model is closed.
    pub fn stop_and_wait(self) {
        self.stop();
        drop(self.jobs);
        drop(self.thread.join());
    }
}

fn answer_all(location: &Location, jobs: &Receiver<SqlJob>, inbox: &Sender<Message>) {
    for SqlJob { ticket, question, cancel } in jobs {
        if cancel.is_cancelled() {
            continue;
        }
        let limits = Limits { cancel, ..Limits::default() };
        // When the program is ending, there is no receiver.
        let mut delivery = AnswerReporter::new(ticket, |message| drop(inbox.send(message)));
        let answered = question::ask(location, &question.sql, question.as_of, &limits, &mut delivery);
        delivery.end(answered);
    }
}

/// The whole answer to a question, as far as a screen takes it. It does not contain a duration, so that a picture is
/// the same each time.
pub fn answer_at_once(read_model: &mut ReadModel, ticket: u64, question: &SqlQuestion) -> Message {
    let answered = read_model.table(&question.sql, question.as_of, N_SCREEN_ROWS_MAX, &Limits::default());
    match answered {
        Ok(table) => {
            let how = if table.is_cut { AnswerOutcome::Cut } else { AnswerOutcome::Whole };
            let answered = SqlAnswer {
                columns: table.columns,
                in_minor_units: table.in_minor_units,
                rows: table.rows,
                as_of: table.as_of,
                checkpoint: table.checkpoint,
                end: Some(AnswerEnd { how, took: None }),
            };
            Message::Answered(ticket, Answer::SqlBeginning(Box::new(answered)))
        }
        Err(why) => Message::Answered(
            ticket,
            Answer::SqlEnd(AnswerEnd { how: AnswerOutcome::Failed(why.to_string()), took: None }),
        ),
    }
}

/// An answer on its way to the screen, in chunks.
struct AnswerReporter<F> {
    ticket: u64,
    send: F,
    began: Instant,
    sent: Instant,
    /// The beginning of the answer, until it has been sent.
    beginning: Option<SqlAnswer>,
    rows: Vec<Vec<Value>>,
    room: Room,
    has_rows: bool,
    is_cut: bool,
}

impl<F: FnMut(Message)> AnswerReporter<F> {
    fn new(ticket: u64, send: F) -> Self {
        let now = Instant::now();
        Self {
            ticket,
            send,
            began: now,
            sent: now,
            beginning: None,
            rows: Vec::new(),
            room: Room::for_rows(N_SCREEN_ROWS_MAX),
            has_rows: false,
            is_cut: false,
        }
    }

    /// Sends the rows since the last message.
    fn send_rows(&mut self, end: Option<AnswerEnd>) {
        let rows = std::mem::take(&mut self.rows);
        self.sent = Instant::now();
        match self.beginning.take() {
            Some(beginning) => {
                let answered = SqlAnswer { rows, end, ..beginning };
                (self.send)(Message::Answered(self.ticket, Answer::SqlBeginning(Box::new(answered))));
            }
            None => {
                if !rows.is_empty() {
                    (self.send)(Message::Answered(self.ticket, Answer::SqlRows(rows)));
                }
                if let Some(end) = end {
                    (self.send)(Message::Answered(self.ticket, Answer::SqlEnd(end)));
                }
            }
        }
    }

    fn end(mut self, answered: Result<(), QueryFailure>) {
        let how = match answered {
            Ok(()) if self.is_cut => AnswerOutcome::Cut,
            Ok(()) => AnswerOutcome::Whole,
            Err(QueryFailure::Cancelled) => AnswerOutcome::Stopped,
            Err(why) => AnswerOutcome::Failed(why.to_string()),
        };
        let is_answered = matches!(how, AnswerOutcome::Whole | AnswerOutcome::Cut);
        // A question that fails before its first row has no table.
        if !is_answered && !self.has_rows {
            self.beginning = None;
        }
        let took = Some(self.began.elapsed());
        self.send_rows(Some(AnswerEnd { how, took }));
    }
}

impl<F: FnMut(Message)> RowSink for AnswerReporter<F> {
    fn begin(&mut self, beginning: AnswerHeader) {
        let AnswerHeader { columns, in_minor_units, as_of, checkpoint } = beginning;
        self.beginning =
            Some(SqlAnswer { columns, in_minor_units, as_of, checkpoint, ..SqlAnswer::default() });
    }

    fn row(&mut self, row: Vec<Value>) -> ControlFlow<()> {
        if !self.room.take(&row) {
            self.is_cut = true;
            return ControlFlow::Break(());
        }
        self.has_rows = true;
        self.rows.push(row);
        if self.rows.len() >= CHUNK_ROWS || self.sent.elapsed() >= CHUNK_TIME {
            self.send_rows(None);
        }
        ControlFlow::Continue(())
    }
}
