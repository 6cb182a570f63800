//! The explorer without a terminal: each effect is answered before the next key.

use anyhow::Result;

use crate::cancel::Cancel;
use crate::domain::event::GlobalPosition;
use crate::read_model::engine::location::Location;
use crate::read_model::questions::query::ReadModel;
use crate::replay::at::At;
use crate::runtime::finder::{find, find_next};
use crate::runtime::log_worker::connection::LogConnection;
use crate::runtime::log_worker::seeker::Seeker;
use crate::runtime::log_worker::{LogDeed, LogWorker};
use crate::runtime::position::position_of;
use crate::runtime::rows_worker::RowsWorker;
use crate::runtime::rows_worker::asker::answer_at_once;
use crate::runtime::shell::outbox::Job;
use crate::runtime::verify::verifier::verified;
use crate::runtime::watcher::head_moved;
use crate::store::log::{Log, LogReader};
use crate::tui::effect::{CommandOutcome, Deed, Effect, TerminalEffect};
use crate::tui::key::Key;
use crate::tui::message::Message;
use crate::tui::model::Model;
use crate::tui::model::rebuild::RebuildEnd;
use crate::tui::questions::find::NewHits;
use crate::tui::questions::timing::Ticket;
use crate::tui::questions::{Answer, Question};
use crate::tui::update::update;

/// The most events of a log that is verified for a picture: some tenths of a second. A longer log is not verified;
/// `verify` does that.
const PROVED_EVENTS_MAX: u64 = 100_000;

/// An explorer whose answers come at once, and which changes nothing. Effects that need a terminal or another thread
/// (copying, the mouse, the projector) are ignored.
pub struct Headless<'a> {
    model: &'a mut Model,
    log: &'a dyn Log,
    store: Box<dyn LogReader>,
    log_worker: LogWorker,
    rows_worker: RowsWorker,
    read_model: ReadModel,
    /// The read side as it is, whatever a key would make of it.
    projected: Message,
}

impl<'a> Headless<'a> {
    /// Opens the screen on a log; `projected` reports the checkpoint of its read model. The playhead is at the head.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn open(
        model: &'a mut Model,
        log: &'a dyn Log,
        location: &Location,
        projected: Message,
    ) -> Result<Self> {
        let store = log.reader()?;
        let log_worker =
            LogWorker::new(LogConnection::Reading(log.reader()?), Seeker::that_leaves_nothing(location))?;
        let rows_worker = RowsWorker::new(location);
        let read_model = ReadModel::open(location);
        let mut headless =
            Self { model, log, store, log_worker, rows_worker, read_model, projected: projected.clone() };
        let moved = head_moved(&*headless.store, headless.store.head()?, None)?;
        headless.happen(moved)?;
        let n_events = headless.store.count(GlobalPosition::START, headless.store.head()?)?;
        if log.abilities().has_proof && n_events <= PROVED_EVENTS_MAX {
            headless.happen(Message::Verified(Box::new(verified(log))))?;
        }
        headless.happen(projected)?;
        Ok(headless)
    }

    /// Presses a key, and takes in every answer that it leads to.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn press(&mut self, key: Key) -> Result<()> {
        self.happen(Message::Key(key))
    }

    /// Puts the playhead at a place in history.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn go_to(&mut self, at: At) -> Result<()> {
        // A place by time says what it leaves out.
        let place = match at {
            At::Time(time) => time.to_string(),
            at => position_of(&*self.store, at)?.to_string(),
        };
        for c in format!(":goto {place}").chars() {
            self.press(Key::char(c))?;
        }
        self.press(Key::plain(crate::tui::key::KeyCode::Enter))
    }

    /// Takes in whatever can happen to the screen, and every answer that it leads to.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn happen(&mut self, message: Message) -> Result<()> {
        let mut messages = vec![message];
        while let Some(message) = messages.pop() {
            for effect in update(self.model, message) {
                messages.extend(self.answer(effect)?);
            }
        }
        Ok(())
    }

    /// The model of the screen.
    pub fn model(&self) -> &Model {
        self.model
    }

    fn answer(&mut self, effect: Effect) -> Result<Vec<Message>> {
        match effect {
            Effect::Ask(ticket, question) => {
                Ok(self.answer_question(ticket, question)?.into_iter().collect())
            }
            Effect::Do(Deed::Steer(_)) => {
                let why = "a printed screen changes nothing; the explorer steers the projector";
                Ok(vec![Message::Failed(why.to_owned()), self.projected.clone()])
            }
            Effect::Do(deed) => Ok(self.perform(&deed).into_iter().collect()),
            Effect::Terminal(
                TerminalEffect::Copy(_)
                | TerminalEffect::TakeMouse(_)
                | TerminalEffect::Redraw
                | TerminalEffect::AskToSuspend
                | TerminalEffect::Suspend
                | TerminalEffect::Resume,
            ) => Ok(Vec::new()),
        }
    }

    fn answer_question(&mut self, ticket: Ticket, question: Question) -> Result<Option<Message>> {
        Ok(match question {
            Question::Log(question) => self.log_worker.answer(Job::Ask(ticket, question), &Cancel::never()),
            Question::Rows(question) => Some(self.rows_worker.answer(ticket, &question)),
            Question::Sql(question) => Some(answer_at_once(&mut self.read_model, ticket, &question)),
            Question::Find(question) => {
                let mut all = None;
                find(self.log, &question, &Cancel::never(), &mut |came: NewHits| {
                    let mut marks = all.take().map_or_else(Vec::new, |before: NewHits| before.marks);
                    marks.extend(came.marks);
                    all = Some(NewHits { marks, ..came });
                })?;
                all.map(|came| Message::Answered(ticket, Answer::Hits(Box::new(came))))
            }
            Question::NextHit(question) => {
                let found = find_next(&*self.store, &question, &Cancel::never())?;
                found.ok().map(|found| Message::Answered(ticket, Answer::NextHit(found)))
            }
        })
    }

    fn perform(&mut self, deed: &Deed) -> Option<Message> {
        match deed {
            Deed::Submit(_) => {
                let why = "a printed screen changes nothing; `foldback do` issues commands";
                Some(Message::Submitted(CommandOutcome::Failed(why.to_owned())))
            }
            Deed::Rebuild => {
                let why = "a printed screen changes nothing; `foldback rebuild` rebuilds the read model";
                Some(Message::RebuildEnded(RebuildEnd::Failed(why.to_owned())))
            }
            Deed::ReadForCopy(place) => {
                self.log_worker.answer(Job::Do(LogDeed::ReadForCopy(place.clone())), &Cancel::never())
            }
            Deed::StopFinding
            | Deed::StopAsking
            | Deed::Project
            | Deed::Verify
            | Deed::Steer(_)
            | Deed::StopRebuild
            | Deed::StopImport
            | Deed::OpenAgain
            | Deed::Crash
            | Deed::Quit => None,
        }
    }
}
