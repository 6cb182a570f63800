//! The log worker: answers the screen's questions to the log, on a thread with its own reader.
//!
//! Its files:
//!
//! - `chart.rs`: the chart of a stream: its measure after each event, folded as far as asked
//! - `comparing.rs`: states of the write side for the rows that the query view shows, so that both can be compared
//! - `connection.rs`: a worker's own connection to the log, which takes commands if the log does
//! - `currencies.rs`: the currency of an account at an event, for amounts in the event list
//! - `idle.rs`: the longest periods without an event, found by bisection, never by reading the log
//! - `issuing.rs`: commands from the screen: preview and execution
//! - `late.rs`: the count of late events for the screen, made in the background and remembered
//! - `located.rs`: the position of a place in history, for the screen
//! - `rising.rs`: repeated binary searches over a sorted column: earlier probes narrow later ones
//! - `seeker.rs`: the seeker: a stream's state from the nearest snapshot in memory or in the read model, or from the first event
//! - `survey.rs`: the survey: what each column of the ruler holds, nearest to the playhead first

mod chart;
mod comparing;
pub mod connection;
mod currencies;
mod idle;
mod issuing;
mod late;
mod located;
mod rising;
pub mod seeker;
mod survey;

use std::mem::discriminant;
use std::num::NonZeroUsize;
use std::sync::mpsc::{Receiver, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::Result;
use lru::LruCache;

use crate::domain::aggregates::account::fold::AccountFold;
use crate::domain::event::{GlobalPosition, RecordedEvent, StreamName, StreamPosition};
use crate::domain::fold::Meaning;
use crate::replay::reconstruct::{FoldFrom, Reconstruction};
use crate::replay::trace::Trace;
use crate::runtime::log_worker::chart::ChartInProgress;
use crate::runtime::log_worker::connection::LogConnection;
use crate::runtime::log_worker::currencies::{CountsIn, Currencies, FOLDED_AT_A_TIME};
use crate::runtime::log_worker::issuing::Issuing;
use crate::runtime::log_worker::late::LateEvents;
use crate::runtime::log_worker::seeker::Seeker;
use crate::runtime::log_worker::survey::Surveyor;
use crate::runtime::shell::outbox::{Outbox, Waited};
use crate::store::{Direction, EventReader};
use crate::tui::effect::Effect;
use crate::tui::message::Message;
use crate::tui::model::prompt::CANDIDATES_MAX;
use crate::tui::questions::chart::{Chart, ChartQuestion};
use crate::tui::questions::inspection::Inspected;
use crate::tui::questions::look::{EventRow, Look, LookQuestion};

/// How many states of compared accounts are kept: for each row of a tall screen the one at the playhead and the one in the
/// query view, several times over.
const COMPARED_MAX: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1_023);

/// How long is worked on an answer that may take long before the screen is told what can be shown of it, and other
/// questions have their turn.
const PART_TIME: Duration = Duration::from_millis(5);

/// Answers from the log.
pub struct StoreWorker {
    store: LogConnection,
    fold: AccountFold,
    seeker: Seeker,
    currencies: Currencies,
    chart: Option<ChartInProgress>,
    compared: LruCache<(StreamName, StreamPosition), Trace>,
    surveyor: Surveyor,
    late: LateEvents,
    data_version: i64,
}

/// Starts a thread that answers what comes through `effects`.
pub fn start(
    store: LogConnection,
    seeker: Seeker,
    effects: Receiver<Effect>,
    inbox: Sender<Message>,
) -> JoinHandle<()> {
    thread::spawn(move || {
        let mut outbox = Outbox::new(effects);
        let mut worker = match StoreWorker::new(store, seeker) {
            Ok(worker) => worker,
            Err(error) => {
                // Nobody listens any more when the program is ending.
                drop(inbox.send(Message::Failed(format!("{error:#}"))));
                return;
            }
        };
        loop {
            let effect = match outbox.wait(worker.store.sync_due()) {
                Waited::For(effect) => Some(effect),
                Waited::InVain => None,
                Waited::ToTheEnd => return,
            };
            if let Some(writer) = worker.store.writer()
                && let Err(error) = writer.sync_receipt_when_due()
            {
                drop(inbox.send(Message::Failed(format!("{error:#}"))));
            }
            let Some(effect) = effect else { continue };
            let kind = discriminant(&effect);
            let turn = Turn::of(&effect);
            let unfinished = (turn != Turn::ToTheEnd).then(|| effect.clone());
            let began = Instant::now();
            let message = worker.answer(effect, &mut || {
                !outbox.has_newer(kind)
                    && match turn {
                        Turn::ToTheEnd => true,
                        Turn::UntilAnythingWaits => !outbox.has_waiting(),
                        Turn::ForAWhile => began.elapsed() < PART_TIME,
                    }
            });
            if let Some(unfinished) = unfinished.filter(|_| message.as_ref().is_none_or(is_part)) {
                if outbox.has_newer(kind) {
                    continue;
                }
                outbox.put_back(unfinished);
            }
            // Where nobody listens any more a command that waits is done all the same.
            drop(message.map(|message| inbox.send(message)));
        }
    })
}

/// How long a question is worked on before others have their turn. Of those that give way, what has been found out is kept:
/// they go on where they were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    ToTheEnd,
    /// What else waits is short, and may move the playhead away.
    UntilAnythingWaits,
    ForAWhile,
}

impl Turn {
    fn of(effect: &Effect) -> Self {
        match effect {
            Effect::Look(..) => Self::UntilAnythingWaits,
            Effect::Survey(..) | Effect::CountLate(..) | Effect::Chart(..) => Self::ForAWhile,
            _ => Self::ToTheEnd,
        }
    }
}

/// Whether more is to come of an answer.
fn is_part(message: &Message) -> bool {
    match message {
        Message::Surveyed(_, survey) => !survey.is_whole(),
        Message::Looked(_, look) => look.events.iter().any(|event| event.has_amount_to_come),
        _ => false,
    }
}

impl StoreWorker {
    /// Answers from this store, in which `seeker` seeks.
    ///
    /// # Errors
    /// The store's mappings cannot be read.
    pub fn new(store: LogConnection, seeker: Seeker) -> Result<Self> {
        let fold = AccountFold { mappings: store.mappings()? };
        let data_version = store.data_version()?;
        let currencies = Currencies::default();
        let (compared, surveyor) = (LruCache::new(COMPARED_MAX), Surveyor::default());
        let late = LateEvents::default();
        Ok(Self { store, fold, seeker, currencies, chart: None, compared, surveyor, late, data_version })
    }

    /// The answer to an effect of the log's; `None` where there is none to give, or where `goes_on` said between two
    /// reads that nobody waits for it any more. An error is a message too.
    pub fn answer(&mut self, effect: Effect, goes_on: &mut dyn FnMut() -> bool) -> Option<Message> {
        self.try_answer(effect, goes_on).unwrap_or_else(|error| Some(Message::Failed(format!("{error:#}"))))
    }

    fn try_answer(&mut self, effect: Effect, goes_on: &mut dyn FnMut() -> bool) -> Result<Option<Message>> {
        self.notice_new_mappings()?;
        Ok(match effect {
            Effect::Look(ticket, question) => {
                self.look(&question, goes_on)?.map(|look| Message::Looked(ticket, Box::new(look)))
            }
            Effect::Survey(ticket, question) => {
                let (_, kept) = self.seeker.snapshots();
                let survey = self.surveyor.survey(&*self.store, kept, &question, goes_on)?;
                Some(Message::Surveyed(ticket, Box::new(survey)))
            }
            Effect::Chart(ticket, question) => {
                self.chart(&question, goes_on)?.map(|chart| Message::Charted(ticket, chart))
            }
            Effect::FindIdle(ticket, _) => {
                let active = idle::active_time(&*self.store, goes_on)?;
                active.map(|active| Message::IdleFound(ticket, active))
            }
            Effect::CountLate(ticket, question) => {
                let n_late = self.late.count(&*self.store, &question, goes_on)?;
                n_late.map(|n_late| Message::LateCounted(ticket, n_late))
            }
            Effect::Compare(ticket, question) => {
                self.compare(&question, goes_on)?.map(|comparison| Message::Compared(ticket, comparison))
            }
            Effect::Preview(ticket, command) => {
                Some(Message::Previewed(ticket, self.issue().preview(&command)?))
            }
            Effect::Names(ticket, prefix) => {
                let names = self.store.streams(&prefix, CANDIDATES_MAX)?;
                Some(Message::NamesRead(ticket, names.iter().map(ToString::to_string).collect()))
            }
            Effect::Submit(command) => Some(Message::Submitted(self.issue().submit(&command))),
            Effect::Inspect(ticket, position) => {
                self.inspect(position, goes_on)?.map(|event| Message::InspectedEvent(ticket, Box::new(event)))
            }
            Effect::ReadForCopy(position) => self
                .event_at(position)?
                .map(|event| serde_json::to_string(&event))
                .transpose()?
                .map(Message::ReadForCopy),
            Effect::Locate(ticket, place) => {
                let located = located::locate(&*self.store, &place)?;
                Some(Message::Located(ticket, place, located))
            }
            _ => None,
        })
    }

    /// Another process may have imported a log with a mapping, or changed one.
    fn notice_new_mappings(&mut self) -> Result<()> {
        let data_version = self.store.data_version()?;
        if data_version == self.data_version {
            return Ok(());
        }
        self.data_version = data_version;
        let mappings = self.store.mappings()?;
        if mappings != self.fold.mappings {
            self.fold = AccountFold { mappings };
            self.seeker.forget();
            self.currencies.forget();
            self.chart = None;
            self.compared.clear();
        }
        Ok(())
    }

    fn look(&mut self, question: &LookQuestion, goes_on: &mut dyn FnMut() -> bool) -> Result<Option<Look>> {
        let playhead = question.playhead;
        let clock = self.store.clock_at(playhead)?;
        let mut events = self.events(playhead, Direction::Backward, question.n_before)?;
        events.reverse();
        let selected = question.pinned.clone().or_else(|| events.last().map(|event| event.stream.clone()));
        events.extend(self.events(playhead.plus(1), Direction::Forward, question.n_after)?);
        let state = match &selected {
            Some(stream) => match self.state_at(stream, playhead, question.from, goes_on)? {
                Some(state) => Some(state),
                None => return Ok(None),
            },
            None => None,
        };
        let mut n_left = FOLDED_AT_A_TIME;
        let events = events.into_iter().map(|event| self.row(event, &mut n_left)).collect::<Result<_>>()?;
        Ok(Some(Look { playhead, clock, events, selected, state }))
    }

    fn state_at(
        &mut self,
        stream: &StreamName,
        at: GlobalPosition,
        from: FoldFrom,
        goes_on: &mut dyn FnMut() -> bool,
    ) -> Result<Option<Reconstruction>> {
        self.seeker.state_at((&*self.store, &self.fold), stream, at, from, goes_on)
    }

    /// So many events, in the order of the direction.
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

    /// The row of an event; what its data says beside that is not kept.
    fn row(&mut self, event: RecordedEvent, n_left: &mut usize) -> Result<EventRow> {
        let store: &dyn EventReader = &*self.store;
        let seeking = (store, &self.fold, &mut self.seeker);
        let (is_understood, amount, has_amount_to_come) = match self.currencies.at(seeking, &event, n_left)? {
            CountsIn::NotKnownYet => (true, None, true),
            CountsIn::Unreadable => (false, None, false),
            CountsIn::Known(currency) => {
                let (read, default_currency) = self.fold.mappings.read(&event, currency);
                // An account that counts in another unit after an event has not understood it.
                let read = read.ok().filter(|read| match read.event.is_opening() {
                    true => read.currency.or(default_currency) == currency,
                    false => read.currency.is_none() || currency.is_some(),
                });
                let change = read.as_ref().and_then(|read| read.event.balance_change()?.ok());
                (read.is_some(), change.map(|units| (units, currency)), false)
            }
        };
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

    fn chart(
        &mut self,
        question: &ChartQuestion,
        goes_on: &mut dyn FnMut() -> bool,
    ) -> Result<Option<Chart>> {
        let kept = self.chart.take().filter(|chart| chart.is_of(&question.stream));
        let mut chart = kept.unwrap_or_else(|| ChartInProgress::new(question.stream.clone()));
        let is_done = chart.catch_up((&*self.store, &self.fold), &mut self.seeker, question.head, goes_on)?;
        let drawn = is_done.then(|| chart.drawn());
        // What has been folded so far is kept, so that an account that is asked for again goes on from there.
        self.chart = Some(chart);
        Ok(drawn)
    }

    /// What issues commands.
    fn issue(&mut self) -> Issuing<'_> {
        Issuing { store: &mut self.store, fold: &self.fold, seeker: &mut self.seeker }
    }

    fn event_at(&self, position: GlobalPosition) -> Result<Option<RecordedEvent>> {
        Ok(self.store.read_all(position, Direction::Backward, 1)?.pop())
    }

    fn inspect(
        &mut self,
        position: GlobalPosition,
        goes_on: &mut dyn FnMut() -> bool,
    ) -> Result<Option<Inspected>> {
        let Some(event) = self.event_at(position)? else { return Ok(None) };
        let at = event.position;
        let Some(state) = self.state_at(&event.stream, at, FoldFrom::Snapshot, goes_on)? else {
            return Ok(None);
        };
        let meaning = state.meaning.unwrap_or(Meaning::Understood);
        let source = match event.source {
            Some(id) => {
                self.store.sources()?.into_iter().find(|source| source.id == id).map(|source| source.name)
            }
            None => None,
        };
        Ok(Some(Inspected { event, meaning, source }))
    }
}
