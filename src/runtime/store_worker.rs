//! What the screen asks of the log, answered on a thread with a connection of its own.

use std::mem::discriminant;
use std::num::NonZeroUsize;
use std::sync::mpsc::{Receiver, Sender};
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result};
use lru::LruCache;
use uuid::Uuid;

use crate::command_handler::{self, CommandContext, HandleError};
use crate::domain::account::AccountFold;
use crate::domain::command::Command;
use crate::domain::event::{GlobalPosition, RecordedEvent, StreamName, StreamPosition, Timestamp};
use crate::domain::fold::Fold;
use crate::domain::money::Currency;
use crate::replay::at::{At, of_share};
use crate::replay::snapshots::Snapshots;
use crate::replay::{FOLD_CHUNK_EVENTS, Reconstruction, Trace, reconstruct};
use crate::runtime::outbox::Outbox;
use crate::store::sqlite::SqliteStore;
use crate::store::{Direction, EventReader};
use crate::tui::effect::{
    ChartQuestion, CompareQuestion, Effect, Located, LookQuestion, Place, SurveyQuestion,
};
use crate::tui::message::Message;
use crate::tui::model::answers::{
    Chart, Comparison, EventRow, Inspected, Look, Preview, Submitted, Survey, SurveyColumn, WouldAppend,
};
use crate::tui::model::prompt::CANDIDATES_MAX;
use crate::tui::model::ruler::RulerPlace;

/// How many accounts' currencies are kept, for the amounts in the event list.
const CURRENCIES_MAX: NonZeroUsize = NonZeroUsize::MIN.saturating_add(4_095);

/// How many of an account's first events are read to learn its currency: it is opened by the first, or nearly.
const OPENING_EVENTS: usize = 8;

/// How many points of a balance chart are kept: more than any screen has columns, with two points to each.
const CHART_POINTS_MAX: usize = 1_024;

/// Answers from the log.
pub struct StoreWorker {
    store: SqliteStore,
    fold: AccountFold,
    snapshots: Snapshots,
    currencies: LruCache<StreamName, Currency>,
    chart: Option<ChartInProgress>,
    data_version: i64,
}

struct ChartInProgress {
    stream: StreamName,
    trace: Trace,
    points: Vec<(GlobalPosition, i64)>,
    stride: u64,
}

/// Starts a thread that answers what comes through `effects`.
pub fn start(store: SqliteStore, effects: Receiver<Effect>, inbox: Sender<Message>) -> JoinHandle<()> {
    thread::spawn(move || {
        let mut outbox = Outbox::new(effects);
        let mut worker = match StoreWorker::new(store) {
            Ok(worker) => worker,
            Err(error) => {
                // Nobody listens any more when the program is ending.
                drop(inbox.send(Message::Failed(format!("{error:#}"))));
                return;
            }
        };
        while let Some(effect) = outbox.next() {
            let kind = discriminant(&effect);
            let message = worker.answer(effect, &mut || !outbox.has_newer(kind));
            if message.is_some_and(|message| inbox.send(message).is_err()) {
                return;
            }
        }
    })
}

impl StoreWorker {
    /// Answers from this store.
    ///
    /// # Errors
    /// The store's mappings cannot be read.
    pub fn new(store: SqliteStore) -> Result<Self> {
        let fold = AccountFold { mappings: store.mappings()? };
        let data_version = store.data_version()?;
        let currencies = LruCache::new(CURRENCIES_MAX);
        Ok(Self { store, fold, snapshots: Snapshots::default(), currencies, chart: None, data_version })
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
                self.survey(&question, goes_on)?.map(|survey| Message::Surveyed(ticket, survey))
            }
            Effect::Chart(ticket, question) => {
                self.chart(&question, goes_on)?.map(|chart| Message::Charted(ticket, chart))
            }
            Effect::Compare(ticket, question) => {
                self.compare(&question, goes_on)?.map(|comparison| Message::Compared(ticket, comparison))
            }
            Effect::Preview(ticket, command) => Some(Message::Previewed(ticket, self.preview(&command)?)),
            Effect::Names(ticket, prefix) => {
                let names = self.store.streams(&prefix, CANDIDATES_MAX)?;
                Some(Message::NamesRead(ticket, names.iter().map(ToString::to_string).collect()))
            }
            Effect::Submit(command) => Some(Message::Submitted(self.submit(&command))),
            Effect::Inspect(ticket, position) => {
                self.inspect(position)?.map(|event| Message::InspectedEvent(ticket, Box::new(event)))
            }
            Effect::ReadForCopy(position) => self
                .event_at(position)?
                .map(|event| serde_json::to_string(&event))
                .transpose()?
                .map(Message::ReadForCopy),
            Effect::Locate(place) => {
                let located = self.locate(&place)?;
                Some(Message::Located(place, located))
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
            self.snapshots.clear();
            self.currencies.clear();
            self.chart = None;
        }
        Ok(())
    }

    fn look(&mut self, question: &LookQuestion, goes_on: &mut dyn FnMut() -> bool) -> Result<Option<Look>> {
        let playhead = question.playhead;
        let mut events = self.store.read_all(playhead, Direction::Backward, question.n_before)?;
        events.reverse();
        let selected = question.pinned.clone().or_else(|| events.last().map(|event| event.stream.clone()));
        events.extend(self.store.read_all(playhead.plus(1), Direction::Forward, question.n_after)?);
        let state = match &selected {
            Some(stream) => match self.state_at(stream, playhead, goes_on)? {
                Some(state) => Some(state),
                None => return Ok(None),
            },
            None => None,
        };
        let clock = self.store.clock_at(playhead)?;
        let events = events.into_iter().map(|event| self.row(event)).collect::<Result<_>>()?;
        Ok(Some(Look { playhead, clock, events, selected, state }))
    }

    fn state_at(
        &mut self,
        stream: &StreamName,
        at: GlobalPosition,
        goes_on: &mut dyn FnMut() -> bool,
    ) -> Result<Option<Reconstruction>> {
        let version = self.store.version_at(stream, at)?;
        let store = &self.store;
        let read = |from: StreamPosition, limit: usize| store.read_stream(stream, from, limit);
        reconstruct(&self.fold, &mut self.snapshots, stream, version, read, goes_on)
    }

    fn row(&mut self, event: RecordedEvent) -> Result<EventRow> {
        let currency = self.currency_of(&event.stream)?;
        let (read, default) = self.fold.mappings.read(&event, currency);
        let amount = match &read {
            Ok(happened) => {
                happened.balance_change().and_then(Result::ok).map(|units| (units, currency.or(default)))
            }
            Err(_) => None,
        };
        Ok(EventRow {
            is_late: event.is_late(),
            is_ours: read.is_ok(),
            amount,
            position: event.position,
            stream: event.stream,
            version: event.version,
            event_type: event.event_type,
            time: event.time,
        })
    }

    fn currency_of(&mut self, stream: &StreamName) -> Result<Option<Currency>> {
        if let Some(currency) = self.currencies.get(stream) {
            return Ok(Some(*currency));
        }
        let mut state = self.fold.initial();
        for event in self.store.read_stream(stream, StreamPosition::new(1), OPENING_EVENTS)? {
            self.fold.evolve(&mut state, &event);
        }
        if let Some(currency) = state.currency {
            self.currencies.put(stream.clone(), currency);
        }
        Ok(state.currency)
    }

    fn survey(&self, question: &SurveyQuestion, goes_on: &mut dyn FnMut() -> bool) -> Result<Option<Survey>> {
        let ruler = question.ruler;
        let mut columns = Vec::with_capacity(usize::from(question.n_columns));
        let mut before = self.edge(ruler.before(), question.stream.as_ref())?;
        for column in 0..question.n_columns {
            if !goes_on() {
                return Ok(None);
            }
            let last = self.edge(ruler.last_in(column), question.stream.as_ref())?;
            let micros = match (before.clock, last.clock) {
                (Some(from), Some(to)) => to.as_microsecond().saturating_sub(from.as_microsecond()),
                _ => 0,
            };
            columns.push(SurveyColumn {
                n_events: last.position.since(before.position),
                micros: u64::try_from(micros).unwrap_or(0),
                n_of_account: last.version.since(before.version),
            });
            before = last;
        }
        Ok(Some(Survey { columns }))
    }

    fn edge(&self, place: RulerPlace, stream: Option<&StreamName>) -> Result<Edge> {
        let position = match place {
            RulerPlace::Position(position) => position,
            RulerPlace::Time(time) => self.store.position_at(time)?,
        };
        let version = match stream {
            Some(stream) => self.store.version_at(stream, position)?,
            None => StreamPosition::START,
        };
        Ok(Edge { position, clock: self.store.clock_at(position)?, version })
    }

    fn chart(
        &mut self,
        question: &ChartQuestion,
        goes_on: &mut dyn FnMut() -> bool,
    ) -> Result<Option<Chart>> {
        let stream = &question.stream;
        let kept = self.chart.take().filter(|chart| chart.stream == *stream);
        let fresh = || ChartInProgress {
            stream: stream.clone(),
            trace: Trace::default(),
            points: Vec::new(),
            stride: 1,
        };
        let mut chart = kept.unwrap_or_else(fresh);
        let version = self.store.version_at(stream, question.head)?;
        while chart.trace.version < version {
            let events = self.store.read_stream(stream, chart.trace.version.plus(1), FOLD_CHUNK_EVENTS)?;
            if events.is_empty() {
                break;
            }
            for event in events.iter().take_while(|event| event.version <= version) {
                chart.trace.step(&self.fold, event);
                self.snapshots.offer(stream, &chart.trace);
                chart.push();
            }
            if !goes_on() {
                return Ok(None);
            }
        }
        let currency = chart.trace.state.currency;
        let mut points = chart.points.clone();
        let last = (chart.trace.position, chart.trace.state.balance);
        if points.last() != Some(&last) && chart.trace.version > StreamPosition::START {
            points.push(last);
        }
        self.chart = Some(chart);
        Ok(Some(Chart { stream: stream.clone(), currency, points }))
    }

    fn compare(
        &mut self,
        question: &CompareQuestion,
        goes_on: &mut dyn FnMut() -> bool,
    ) -> Result<Option<Comparison>> {
        let mut states = Vec::with_capacity(question.accounts.len());
        for account in &question.accounts {
            let Some(at) = self.state_at(account, question.playhead, goes_on)? else { return Ok(None) };
            states.push((account.clone(), at.trace.state, at.trace.version));
            if !goes_on() {
                return Ok(None);
            }
        }
        Ok(Some(Comparison { playhead: question.playhead, states }))
    }

    fn preview(&mut self, command: &Command) -> Result<Preview> {
        let would = match command_handler::preview(&self.store, command, &mut self.snapshots) {
            Ok(would) => would,
            Err(HandleError::Refused(refusal)) => return Ok(Preview::Refused(refusal.to_string())),
            Err(error) => {
                return Err(anyhow::Error::new(error)).context("could not see what the command would do");
            }
        };
        Ok(Preview::Would(would.into_iter().map(would_append).collect()))
    }

    fn submit(&mut self, command: &Command) -> Submitted {
        let context = CommandContext { id: Uuid::now_v7(), now: Timestamp::now(), expected: None };
        let handled = match command_handler::handle(&mut self.store, command, &context, &mut self.snapshots) {
            Ok(handled) => handled,
            Err(HandleError::Refused(refusal)) => return Submitted::Refused(refusal.to_string()),
            Err(error) => return Submitted::Failed(format!("{command}: {error}")),
        };
        let clock = self.store.clock_at(handled.head).unwrap_or_default();
        let first = handled.events.first().map_or(handled.head, |event| event.position);
        Submitted::Appended { first, head: handled.head, clock }
    }

    fn event_at(&self, position: GlobalPosition) -> Result<Option<RecordedEvent>> {
        Ok(self.store.read_all(position, Direction::Backward, 1)?.pop())
    }

    fn inspect(&self, position: GlobalPosition) -> Result<Option<Inspected>> {
        let Some(event) = self.event_at(position)? else { return Ok(None) };
        let stream = event.stream.clone();
        let mut before = Trace::default();
        // The meaning of an event alone: its currency matters only for how its amount is written.
        let (meaning, _) = before.step(&self.fold, &event);
        let sources = self.store.sources().with_context(|| format!("reading where {stream} came from"))?;
        let source = event.source.and_then(|id| sources.into_iter().find(|s| s.id == id)).map(|s| s.name);
        Ok(Some(Inspected { event, meaning, source }))
    }

    fn locate(&self, place: &Place) -> Result<Option<Located>> {
        let head = self.store.head()?;
        let position = match place {
            Place::At(At::Head) => head,
            Place::At(At::Position(position)) => (*position).min(head),
            Place::At(At::Share(millionths)) => of_share(*millionths, head),
            Place::At(At::Time(time)) => self.store.position_at(*time)?,
            Place::Time { time, least } => self.store.position_at(*time)?.max(*least).min(head),
            Place::OfAccount { stream, from, by } => match self.along_account(stream, *from, *by)? {
                Some(position) => position,
                None => return Ok(None),
            },
        };
        Ok(Some(Located { position, clock: self.store.clock_at(position)? }))
    }

    /// The event of the stream that is so many of its events away, or its first or last one where there are not as
    /// many.
    fn along_account(
        &self,
        stream: &StreamName,
        from: GlobalPosition,
        by: i64,
    ) -> Result<Option<GlobalPosition>> {
        let position_of = |version: StreamPosition| -> Result<Option<GlobalPosition>> {
            Ok(self.store.read_stream(stream, version, 1)?.first().map(|event| event.position))
        };
        let here = self.store.version_at(stream, from)?;
        let distance = by.unsigned_abs();
        let there = if by > 0 {
            let last = self.store.version_at(stream, self.store.head()?)?;
            here.plus(distance).min(last)
        } else if position_of(here)? == Some(from) {
            here.minus(distance).max(StreamPosition::new(1))
        } else {
            here.plus(1).minus(distance).max(StreamPosition::new(1))
        };
        let position = position_of(there)?;
        Ok(position.filter(|position| if by > 0 { *position > from } else { *position < from }))
    }
}

/// What stands at the right edge of a column of the ruler.
struct Edge {
    position: GlobalPosition,
    clock: Option<Timestamp>,
    version: StreamPosition,
}

impl ChartInProgress {
    /// Takes the balance now as a point; where there are too many, every second one goes.
    fn push(&mut self) {
        if !self.trace.version.number().is_multiple_of(self.stride) {
            return;
        }
        self.points.push((self.trace.position, self.trace.state.balance));
        if self.points.len() > CHART_POINTS_MAX {
            let mut nth = 0;
            self.points.retain(|_| {
                nth += 1;
                nth % 2 == 0
            });
            self.stride *= 2;
        }
    }
}

fn would_append(would: command_handler::Would) -> WouldAppend {
    WouldAppend {
        stream: would.stream,
        event_type: would.event.type_name().to_owned(),
        before: would.before,
        after: would.after,
        version: would.version,
    }
}
