//! The log worker: answers the screen's questions to the log, on a thread with its own reader.
//!
//! Its files:
//!
//! - `chart.rs`: the chart of a stream: a field of its state after each event, folded as far as asked
//! - `charting.rs`: the answer about a chart: the choice of its field, and its points up to the head
//! - `comparing.rs`: states of the write side for the rows that the query view shows, so that both can be compared
//! - `connection.rs`: a worker's own connection to the log, which takes commands if the log does
//! - `currencies.rs`: the currency of a stream's measure at an event, for amounts in the event list
//! - `idle.rs`: the longest periods without an event, found by bisection, never by reading the log
//! - `issuing.rs`: commands from the screen: preview and execution
//! - `late.rs`: the count of late events for the screen, made in the background and remembered
//! - `located.rs`: the position of a place in history, for the screen
//! - `narrowed_search.rs`: repeated binary searches over a sorted column: earlier probes narrow later ones
//! - `outlines.rs`: outlines of events for the event list: from the currency of the stream there, or from the states around it
//! - `seeker.rs`: the seeker: a stream's state from the nearest snapshot in memory or in the read model, or from the first event
//! - `survey.rs`: the survey: what each column of the ruler holds, nearest to the playhead first

mod chart;
mod charting;
mod comparing;
pub mod connection;
mod currencies;
mod idle;
mod issuing;
mod late;
mod located;
mod narrowed_search;
mod outlines;
pub mod seeker;
mod survey;

use std::num::NonZeroUsize;
use std::sync::mpsc::Sender;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::Result;
use lru::LruCache;

use crate::cancel::{Cancel, Cancelled};
use crate::domain::aggregates::Aggregates;
use crate::domain::command::Command;
use crate::domain::event::{GlobalPosition, RecordedEvent, StreamName, StreamPosition};
use crate::domain::fold::Meaning;
use crate::domain::moment::Moment;
use crate::replay::reconstruct::{FoldFrom, Reconstruction};
use crate::replay::trace::Trace;
use crate::runtime::log_worker::chart::ChartInProgress;
use crate::runtime::log_worker::connection::LogConnection;
use crate::runtime::log_worker::issuing::Issuing;
use crate::runtime::log_worker::late::LateEvents;
use crate::runtime::log_worker::located::{arrival, locate};
use crate::runtime::log_worker::outlines::{OutlinedEvent, Outlines};
use crate::runtime::log_worker::seeker::Seeker;
use crate::runtime::log_worker::survey::Surveyor;
use crate::runtime::shell::outbox::{Job, Outbox, SentJob, Wait};
use crate::store::Direction;
use crate::store::folded_log::FoldedLog;
use crate::tui::message::Message;
use crate::tui::model::prompt::CANDIDATES_MAX;
use crate::tui::questions::inspection::Inspection;
use crate::tui::questions::look::{Arrival, EventRow, Look, LookQuestion};
use crate::tui::questions::place::Place;
use crate::tui::questions::{Answer, LogQuestion, Turn};

/// The most states of compared streams that are kept: for each row of a high screen the one at the playhead and the
/// one in the query view, several times over.
const COMPARED_MAX: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1_023);

/// How long an answer is computed before the screen gets the part that can be shown, and other questions have their
/// turn.
const PART_TIME: Duration = Duration::from_millis(5);

/// A job for the log's worker: a question, or a deed that needs the log.
pub type LogJob = Job<LogQuestion, LogDeed>;

/// An action on the log.
#[derive(Clone, Debug, PartialEq)]
pub enum LogDeed {
    /// Decide a command and append its events.
    Submit(Command),
    /// Read the event at a place as JSON, to be copied.
    ReadForCopy(Place),
}

/// Answers questions from the log.
pub struct LogWorker {
    store: LogConnection,
    aggregates: Aggregates,
    seeker: Seeker,
    outlines: Outlines,
    chart: Option<ChartInProgress>,
    compared: LruCache<(StreamName, StreamPosition), Trace>,
    surveyor: Surveyor,
    late: LateEvents,
    data_version: i64,
    /// How long the amounts of a look may take before it is answered without the rest; `None` for all of them.
    amounts_time: Option<Duration>,
}

/// Starts a thread that handles the jobs of an outbox.
pub fn start(
    store: LogConnection,
    seeker: Seeker,
    mut outbox: Outbox<LogQuestion, LogDeed>,
    inbox: Sender<Message>,
) -> JoinHandle<()> {
    thread::spawn(move || {
        let mut worker = match LogWorker::new(store, seeker) {
            Ok(worker) => LogWorker { amounts_time: Some(PART_TIME), ..worker },
            Err(error) => {
                // When the program is ending, there is no receiver.
                drop(inbox.send(Message::Failed(format!("{error:#}"))));
                return;
            }
        };
        loop {
            let job = match outbox.wait(worker.store.sync_due()) {
                Wait::Job(job) => Some(job),
                Wait::TimedOut => None,
                Wait::Closed => return,
            };
            if let Some(writer) = worker.store.writer()
                && let Err(error) = writer.sync_receipt_when_due()
            {
                drop(inbox.send(Message::Failed(format!("{error:#}"))));
            }
            let Some(SentJob { job, cancel }) = job else { continue };
            let turn = match &job {
                Job::Ask(_, question) => question.turn(),
                Job::Do(_) => Turn::ToTheEnd,
            };
            let unfinished = (turn != Turn::ToTheEnd).then(|| job.clone());
            let mut message = worker.answer(job, &end_of_turn(turn, &cancel, &mut outbox));
            if let Some(mut job) = unfinished.filter(|_| message.as_ref().is_none_or(is_part)) {
                if cancel.is_cancelled() {
                    continue;
                }
                message = message.or_else(|| worker.arrive(&mut job));
                outbox.put_back(SentJob { job, cancel });
            }
            // A command that waits is carried out even if there is no receiver for the answer.
            drop(message.map(|message| inbox.send(message)));
        }
    })
}

/// Whether more of an answer will follow. A deed and an error have no parts.
fn is_part(message: &Message) -> bool {
    matches!(message, Message::Answered(_, answer) if answer.is_part())
}

/// The token for one turn of a question: cancelled with the question, and when others should have their turn. Giving way
/// is not the end of the question: it is put back, and continues with what is known by then.
fn end_of_turn(turn: Turn, question: &Cancel, outbox: &mut Outbox<LogQuestion, LogDeed>) -> Cancel {
    match turn {
        Turn::ToTheEnd => question.clone(),
        Turn::UntilAnythingWaits => question.or_when(outbox.alarm()),
        Turn::ForAWhile => after(PART_TIME, question),
    }
}

/// The same token, which also counts as cancelled once this time has passed.
fn after(time: Duration, cancel: &Cancel) -> Cancel {
    let began = Instant::now();
    cancel.or_when(move || began.elapsed() >= time)
}

impl LogWorker {
    /// Answers from this store, with this seeker.
    ///
    /// # Errors
    /// The store's mappings cannot be read.
    pub fn new(store: LogConnection, seeker: Seeker) -> Result<Self> {
        let aggregates = store.aggregates()?;
        let data_version = store.data_version()?;
        let outlines = Outlines::default();
        let (compared, surveyor) = (LruCache::new(COMPARED_MAX), Surveyor::default());
        let late = LateEvents::default();
        Ok(Self {
            store,
            aggregates,
            seeker,
            outlines,
            chart: None,
            compared,
            surveyor,
            late,
            data_version,
            amounts_time: None,
        })
    }

    /// Does a job and returns its message; `None` if there is nothing to report, or if it was cancelled. An error becomes
    /// a message, too.
    pub fn answer(&mut self, job: LogJob, cancel: &Cancel) -> Option<Message> {
        let done = match job {
            Job::Ask(ticket, question) => {
                let answer = self.answer_question(question, cancel);
                answer.map(|answer| answer.map(|answer| Message::Answered(ticket, answer)))
            }
            Job::Do(deed) => self.perform(deed),
        };
        match done {
            Ok(message) => message,
            Err(error) if error.is::<Cancelled>() => None,
            Err(error) => Some(Message::Failed(format!("{error:#}"))),
        }
    }

    /// Finds the place of a look that is not answered yet, and reports it: from now on the look is one at that position.
    /// `None` for any other job.
    pub fn arrive(&mut self, job: &mut LogJob) -> Option<Message> {
        let Job::Ask(ticket, LogQuestion::Look(question)) = job else { return None };
        if !question.at.is_to_be_found() {
            return None;
        }
        Some(match arrival(&*self.store, &question.at) {
            Ok(arrival) => {
                question.at = Place::position(arrival.there.position);
                Message::Answered(*ticket, Answer::Arrival(arrival))
            }
            Err(error) => Message::Failed(format!("{error:#}")),
        })
    }

    fn answer_question(&mut self, question: LogQuestion, cancel: &Cancel) -> Result<Option<Answer>> {
        self.notice_new_mappings()?;
        Ok(Some(match question {
            LogQuestion::Look(question) => Answer::Look(Box::new(self.look(&question, cancel)?)),
            LogQuestion::Survey(question) => {
                let (_, kept) = self.seeker.snapshots();
                Answer::Survey(Box::new(self.surveyor.survey(&*self.store, kept, &question, cancel)?))
            }
            LogQuestion::Chart(question) => Answer::Chart(Box::new(self.chart(&question, cancel)?)),
            LogQuestion::Idle(_) => Answer::Idle(idle::active_time(&*self.store, cancel)?),
            LogQuestion::Late(question) => Answer::Late(self.late.count(&*self.store, &question, cancel)?),
            LogQuestion::Comparison(question) => Answer::Comparison(self.compare(&question, cancel)?),
            LogQuestion::Preview(question) => Answer::Preview(self.issue().preview(&question.command)?),
            LogQuestion::Names(question) => {
                let names = self.store.streams(&question.prefix, CANDIDATES_MAX)?;
                Answer::Names(names.iter().map(ToString::to_string).collect())
            }
            LogQuestion::Inspection(question) => {
                let Some(inspection) = self.inspect(question.at, cancel)? else { return Ok(None) };
                Answer::Inspection(Box::new(inspection))
            }
            LogQuestion::Existence(question) => {
                let first = self.store.places(&question.stream, StreamPosition::new(1), 1)?;
                Answer::Existence(!first.is_empty())
            }
        }))
    }

    fn perform(&mut self, deed: LogDeed) -> Result<Option<Message>> {
        self.notice_new_mappings()?;
        Ok(match deed {
            LogDeed::Submit(command) => Some(Message::Submitted(self.issue().submit(&command))),
            LogDeed::ReadForCopy(place) => self
                .event_at(locate(&*self.store, &place)?.position)?
                .map(|event| serde_json::to_string(&event))
                .transpose()?
                .map(Message::ReadForCopy),
        })
    }

    /// Another process may have imported a log with a mapping, or changed a mapping.
    fn notice_new_mappings(&mut self) -> Result<()> {
        let data_version = self.store.data_version()?;
        if data_version == self.data_version {
            return Ok(());
        }
        self.data_version = data_version;
        let mappings = self.store.mappings()?;
        if mappings != *self.aggregates.mappings() {
            self.aggregates = self.aggregates.read_by(mappings);
            self.seeker.forget();
            self.outlines.forget();
            self.chart = None;
            self.compared.clear();
        }
        Ok(())
    }

    fn look(&mut self, question: &LookQuestion, cancel: &Cancel) -> Result<Look> {
        let Arrival { there: Moment { position: playhead, clock }, of_time } =
            arrival(&*self.store, &question.at)?;
        let mut events = self.events(playhead, Direction::Backward, question.n_before)?;
        events.reverse();
        let selected = question.pinned.clone().or_else(|| events.last().map(|event| event.stream.clone()));
        events.extend(self.events(playhead.plus(1), Direction::Forward, question.n_after)?);
        let state = match &selected {
            Some(stream) => Some(self.state_at(stream, playhead, question.from, cancel)?),
            None => None,
        };
        // A look that is late is worth nothing to a person who goes on stepping.
        let end_of_part = self.amounts_time.map_or_else(Cancel::never, |time| after(time, cancel));
        let events =
            events.into_iter().map(|event| self.row(event, &end_of_part, cancel)).collect::<Result<_>>()?;
        let n_events = self.store.count(GlobalPosition::START, playhead)?;
        Ok(Look { playhead, clock, n_events, of_time, events, selected, state })
    }

    fn state_at(
        &mut self,
        stream: &StreamName,
        at: GlobalPosition,
        from: FoldFrom,
        cancel: &Cancel,
    ) -> Result<Reconstruction> {
        let log = FoldedLog { log: &*self.store, aggregates: &self.aggregates };
        self.seeker.state_at(log, stream, at, from, cancel)
    }

    /// Up to `n` events, in the order of the direction.
    fn events(&self, from: GlobalPosition, direction: Direction, n: usize) -> Result<Vec<RecordedEvent>> {
        let (mut events, mut next) = (Vec::with_capacity(n), from);
        while events.len() < n {
            let read = self.store.read_all(next, direction, n - events.len())?;
            let Some(last) = read.last().map(|event| event.position) else { break };
            events.extend(read);
            next = match direction {
                Direction::Forward => last.plus(1),
                Direction::Backward if last.number() <= 1 => break,
                Direction::Backward => last.minus(1),
            };
        }
        Ok(events)
    }

    /// The row of an event, without the rest of its data.
    fn row(&mut self, event: RecordedEvent, end_of_part: &Cancel, cancel: &Cancel) -> Result<EventRow> {
        let log = FoldedLog { log: &*self.store, aggregates: &self.aggregates };
        let OutlinedEvent { is_understood, amount, has_amount_to_come } =
            self.outlines.of(log, &mut self.seeker, &event, end_of_part, cancel)?;
        Ok(EventRow {
            is_late: event.is_late(),
            is_understood,
            amount,
            has_amount_to_come,
            position: event.position,
            stream: event.stream,
            version: event.version,
            event_type: event.event_type,
            time: event.time,
        })
    }

    /// The context for issuing commands.
    fn issue(&mut self) -> Issuing<'_> {
        Issuing { store: &mut self.store, aggregates: &self.aggregates, seeker: &mut self.seeker }
    }

    fn event_at(&self, position: GlobalPosition) -> Result<Option<RecordedEvent>> {
        Ok(self.store.read_all(position, Direction::Backward, 1)?.pop())
    }

    fn inspect(&mut self, position: GlobalPosition, cancel: &Cancel) -> Result<Option<Inspection>> {
        let Some(event) = self.event_at(position)? else { return Ok(None) };
        let at = event.position;
        let state = self.state_at(&event.stream, at, FoldFrom::Snapshot, cancel)?;
        let meaning = state.meaning.unwrap_or(Meaning::Understood);
        let source = match event.source {
            Some(id) => {
                self.store.sources()?.into_iter().find(|source| source.id == id).map(|source| source.name)
            }
            None => None,
        };
        Ok(Some(Inspection { event, meaning, source }))
    }
}
