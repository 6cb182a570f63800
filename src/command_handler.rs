//! Load, fold, decide, append.

use std::fmt;

use anyhow::anyhow;
use uuid::Uuid;

use crate::cancel::Cancel;
use crate::domain::aggregates::Aggregates;
use crate::domain::command::Command;
use crate::domain::command::language::takes_no_commands;
use crate::domain::decider::{PlannedChange, PlannedEvent, Refusal};
use crate::domain::event::{NewEvent, RecordedEvent, StreamName, StreamPosition, Timestamp};
use crate::domain::provenance::{Provenance, event_id, metadata};
use crate::domain::state::State;
use crate::replay::fold_loop::fold_stream;
use crate::replay::not_understood::NotUnderstoodOf;
use crate::replay::trace::Trace;
use crate::store::{AppendError, Appended, Conflict, Direction, EventReader, EventStore, StreamWrite};

/// How often a command is decided again because another append came first. With four writers on one stream a command
/// loses a handful of times; a hundred in a row means that something else is wrong.
pub const ATTEMPTS_MAX: usize = 100;

/// The most events of one command. They are appended in one transaction, and read again when its id comes again.
pub const EVENTS_OF_A_COMMAND_MAX: usize = 100;

/// The inputs of a command that come from the outside world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandContext {
    /// The command's id. The same id again means the same command.
    pub id: Uuid,
    /// The time of its events.
    pub now: Timestamp,
    /// The version that the caller expects the acting stream to have. With `None`, a command is decided again after a
    /// conflict.
    pub expected: Option<StreamPosition>,
}

/// A command that was not carried out.
#[derive(Debug)]
pub enum HandleError {
    /// A rule refuses it.
    Refused(Refusal),
    /// The stream has another version than expected, or other appends came first again and again.
    Conflict(Conflict),
    /// The id belongs to another command.
    IdReused { id: Uuid, command: String },
    /// The store failed.
    Store(anyhow::Error),
}

impl fmt::Display for HandleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Conflict(conflict) => conflict.fmt(f),
            Self::IdReused { id, command } => {
                write!(f, "the id {id} belongs to another command ({command}); use a new one")
            }
            Self::Store(error) => write!(f, "{error:#}"),
        }
    }
}

impl std::error::Error for HandleError {}

impl From<anyhow::Error> for HandleError {
    fn from(error: anyhow::Error) -> Self {
        Self::Store(error)
    }
}

/// Decides a command on the states of its participants and appends its events: all of them, on the disk, or none. Always acts
/// on the present: where somebody else appended first, it folds on from there and decides again.
///
/// # Errors
/// See [`HandleError`].
pub fn handle(
    store: &mut dyn EventStore,
    aggregates: &Aggregates,
    command: &Command,
    context: &CommandContext,
    mut participants: Participants,
) -> Result<Appended, HandleError> {
    let mut attempt = 1;
    loop {
        // The earlier append may have been this very command.
        if let Some(earlier) = earlier_result(store, command, context.id)? {
            return Ok(earlier);
        }
        participants.check_expected(context.expected)?;
        let planned = participants.decide(aggregates, command, context.id).map_err(HandleError::Refused)?;
        if planned.len() > EVENTS_OF_A_COMMAND_MAX {
            let n_events = planned.len();
            let why =
                anyhow!("it leads to {n_events} events; a command has {EVENTS_OF_A_COMMAND_MAX} at most");
            return Err(HandleError::Store(why));
        }
        match store.append(&participants.writes(planned, command, context)) {
            Ok(appended) => return Ok(appended),
            Err(AppendError::Conflict(conflict)) => {
                let is_expected = context.expected.is_some() && conflict.stream == command.stream;
                if is_expected || attempt >= ATTEMPTS_MAX {
                    return Err(HandleError::Conflict(conflict));
                }
                attempt += 1;
                participants.catch_up(store, aggregates)?;
            }
            Err(AppendError::IdReused { .. }) => {
                // Another process has done a command with this id meanwhile: the same one, or not.
                let earlier = earlier_result(store, command, context.id)?;
                return earlier.ok_or_else(|| id_reused(context.id, "no command"));
            }
            Err(AppendError::Store(error)) => return Err(HandleError::Store(error)),
        }
    }
}

/// The events that a command would append now, with their effects, or why it would be refused. Nothing is read or
/// written.
///
/// # Errors
/// A refusal, or an acting stream of another version than expected.
pub fn preview(
    aggregates: &Aggregates,
    command: &Command,
    expected: Option<StreamPosition>,
    participants: &Participants,
) -> Result<Vec<PlannedChange>, HandleError> {
    participants.check_expected(expected)?;
    let planned = participants.decide(aggregates, command, Uuid::nil()).map_err(HandleError::Refused)?;
    let mut changes: Vec<PlannedChange> = Vec::new();
    for event in planned {
        let fold = aggregates.fold_of(&event.stream);
        // An earlier event of the command may be of the same stream.
        let earlier = changes.iter().rev().find(|change| change.event.stream == event.stream);
        let trace = participants.trace(&event.stream);
        let (before, version) = match (earlier, trace) {
            (Some(earlier), _) => (earlier.after.clone(), earlier.version),
            (None, Some(trace)) => (trace.state.clone(), trace.version),
            (None, None) => (fold.initial(), StreamPosition::START),
        };
        changes.push(event.change(fold, before, version));
    }
    Ok(changes)
}

/// The result of the command with this id, if it was carried out before.
fn earlier_result(
    store: &dyn EventReader,
    command: &Command,
    id: Uuid,
) -> Result<Option<Appended>, HandleError> {
    let Some(first) = store.event_by_id(&event_id(id, 0).to_string())? else { return Ok(None) };
    let command_of = |event: &RecordedEvent| {
        let provenance = event.metadata.as_deref().and_then(Provenance::from_json)?;
        (provenance.causation == id.to_string()).then(|| provenance.command.into_owned())
    };
    let text = command.to_string();
    match command_of(&first) {
        Some(earlier) if earlier == text => {}
        Some(earlier) => return Err(id_reused(id, &earlier)),
        None => return Err(id_reused(id, &first.event_type)),
    }
    let following = store.read_all(first.position, Direction::Forward, EVENTS_OF_A_COMMAND_MAX)?;
    let events =
        following.into_iter().take_while(|event| command_of(event).as_ref() == Some(&text)).collect();
    Ok(Some(Appended { events, head: store.head()?, was_there: true }))
}

fn id_reused(id: Uuid, command: &str) -> HandleError {
    HandleError::IdReused { id, command: command.to_owned() }
}

/// The streams that a command is about, the acting one first, with their states as far as they have been folded.
#[derive(Clone, Debug)]
pub struct Participants(Vec<(StreamName, Trace)>);

impl Participants {
    /// Those of a command; `seek` gives the state of a stream at the head.
    ///
    /// # Errors
    /// What `seek` fails with.
    pub fn of(
        command: &Command,
        mut seek: impl FnMut(&StreamName) -> anyhow::Result<Trace>,
    ) -> anyhow::Result<Self> {
        let sought = command.streams().map(|name| Ok((name.clone(), seek(name)?)));
        Ok(Self(sought.collect::<anyhow::Result<_>>()?))
    }

    /// Those of a command, folded from their first events on.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn from_first_events(
        store: &dyn EventReader,
        aggregates: &Aggregates,
        command: &Command,
    ) -> anyhow::Result<Self> {
        let begun = |stream: &StreamName| Ok(Trace::before_the_first_event(aggregates.fold_of(stream)));
        let mut participants = Self::of(command, begun)?;
        participants.catch_up(store, aggregates)?;
        Ok(participants)
    }

    /// The events that the states leave out because they are not understood.
    pub fn not_understood(&self) -> NotUnderstoodOf {
        let mut left_out = NotUnderstoodOf::default();
        self.0.iter().for_each(|(stream, trace)| left_out.add(stream, trace.n_not_understood));
        left_out
    }

    /// Folds what has come to each stream since the last time.
    fn catch_up(&mut self, store: &dyn EventReader, aggregates: &Aggregates) -> anyhow::Result<()> {
        let newest = StreamPosition::new(u64::MAX);
        for (stream, trace) in &mut self.0 {
            let read = |from, limit| store.read_stream(stream, from, limit);
            fold_stream(aggregates.fold_of(stream), trace, newest, read, &Cancel::never(), |_| {})??;
        }
        Ok(())
    }

    fn trace(&self, stream: &StreamName) -> Option<&Trace> {
        self.0.iter().find(|(name, _)| name == stream).map(|(_, trace)| trace)
    }

    fn version(&self, stream: &StreamName) -> StreamPosition {
        self.trace(stream).map_or(StreamPosition::START, |trace| trace.version)
    }

    fn check_expected(&self, expected: Option<StreamPosition>) -> Result<(), HandleError> {
        match (self.0.first(), expected) {
            (Some((stream, trace)), Some(expected)) if trace.version != expected => {
                let (stream, actual) = (stream.clone(), trace.version);
                Err(HandleError::Conflict(Conflict { stream, expected, actual }))
            }
            _ => Ok(()),
        }
    }

    fn decide(
        &self,
        aggregates: &Aggregates,
        command: &Command,
        id: Uuid,
    ) -> Result<Vec<PlannedEvent>, Refusal> {
        let Some(decider) = aggregates.decider_of(&command.stream) else {
            let (stream, name) = (command.stream.clone(), &aggregates.of(&command.stream).name);
            let sentence = takes_no_commands(name);
            return Err(Refusal { stream, sentence, data: r#"{"rule":"no_commands"}"#.to_owned() });
        };
        let states: Vec<&State> = self.0.iter().map(|(_, trace)| &trace.state).collect();
        decider.decide(command, &states, &id.to_string())
    }

    /// The appends for the decision, in its order, with the version of each stream that it was decided on.
    fn writes(
        &self,
        planned: Vec<PlannedEvent>,
        command: &Command,
        context: &CommandContext,
    ) -> Vec<StreamWrite> {
        let metadata = metadata(context.id, &command.to_string());
        let writes =
            planned.into_iter().enumerate().map(|(nth, PlannedEvent { stream, event_type, data })| {
                let expected = Some(self.version(&stream));
                let event = NewEvent {
                    id: Some(event_id(context.id, nth).to_string()),
                    event_type: event_type.into_owned(),
                    time: Some(context.now),
                    data,
                    metadata: Some(metadata.clone()),
                };
                StreamWrite { expected, events: vec![event], stream }
            });
        writes.collect()
    }
}
