//! Load, fold, decide, append.

use std::fmt;

use uuid::Uuid;

use crate::domain::aggregates::Aggregates;
use crate::domain::aggregates::account::command::Command;
use crate::domain::aggregates::account::decider::{Decided, Would, decide};
use crate::domain::aggregates::account::refusal::Refusal;
use crate::domain::aggregates::account::state::AccountState;
use crate::domain::event::{NewEvent, RecordedEvent, StreamName, StreamPosition, Timestamp};
use crate::domain::provenance::{Provenance, event_id, metadata};
use crate::replay::reconstruct::{FoldStep, fold_on};
use crate::replay::snapshots::Snapshots;
use crate::replay::trace::Trace;
use crate::store::{AppendError, Appended, Conflict, Direction, EventReader, EventStore, StreamWrite};

/// How often a command is decided again because another append came first. With four writers on one account a command
/// loses a handful of times; a hundred in a row means that something else is wrong.
pub const ATTEMPTS_MAX: usize = 100;

/// The most events of one command: the two legs of a transfer, with room for more.
const EVENTS_OF_A_COMMAND_MAX: usize = 8;

/// The inputs of a command that come from the outside world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandContext {
    /// The command's id. The same id again means the same command.
    pub id: Uuid,
    /// The time of its events.
    pub now: Timestamp,
    /// The version that the caller expects the acting account to have. With `None`, a command is decided again after a
    /// conflict.
    pub expected: Option<StreamPosition>,
}

/// A command that was not carried out.
#[derive(Debug)]
pub enum HandleError {
    /// A rule refuses it.
    Refused(Refusal),
    /// The account has another version than expected, or other appends came first again and again.
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

/// Decides a command and appends its events: all of them, on the disk, or none. Always acts on the present. Folding
/// begins at the snapshots and leaves new ones.
///
/// # Errors
/// See [`HandleError`].
pub fn handle(
    store: &mut dyn EventStore,
    command: &Command,
    context: &CommandContext,
    snapshots: &mut Snapshots,
) -> Result<Appended, HandleError> {
    let aggregates = Aggregates::bank().read_by(store.mappings()?);
    let mut parties = Parties::of(command, &aggregates, snapshots);
    let mut attempt = 1;
    loop {
        // The earlier append may have been this very command.
        if let Some(earlier) = earlier_result(store, command, context.id)? {
            return Ok(earlier);
        }
        parties.catch_up(store, &aggregates, snapshots)?;
        parties.check_expected(context.expected)?;
        let decided = parties.decide(command, context.id).map_err(HandleError::Refused)?;
        match store.append(&parties.writes(decided, command, context)) {
            Ok(appended) => return Ok(appended),
            Err(AppendError::Conflict(conflict)) => {
                let is_expected = context.expected.is_some() && conflict.stream == command.account;
                if is_expected || attempt >= ATTEMPTS_MAX {
                    return Err(HandleError::Conflict(conflict));
                }
                attempt += 1;
            }
            Err(AppendError::IdReused { .. }) => {
                // Another process has used this id meanwhile, for the same command or for another.
                let earlier = earlier_result(store, command, context.id)?;
                return earlier.ok_or_else(|| id_reused(context.id, "no command of an account"));
            }
            Err(AppendError::Store(error)) => return Err(HandleError::Store(error)),
        }
    }
}

/// The events that a command would append now, or why it would be refused. Nothing is written.
///
/// # Errors
/// A refusal, an acting account of another version than expected, or an error of the store.
pub fn preview(
    store: &dyn EventReader,
    command: &Command,
    expected: Option<StreamPosition>,
    snapshots: &mut Snapshots,
) -> Result<Vec<Would>, HandleError> {
    let aggregates = Aggregates::bank().read_by(store.mappings()?);
    let mut parties = Parties::of(command, &aggregates, snapshots);
    parties.catch_up(store, &aggregates, snapshots)?;
    parties.check_expected(expected)?;
    let decided = parties.decide(command, Uuid::nil()).map_err(HandleError::Refused)?;
    let would = decided.into_iter().map(|decided| {
        let before =
            parties.trace(&decided.stream).map_or(&AccountState::NONE, |trace| trace.state.account());
        let version = parties.version(&decided.stream);
        decided.would(before.clone(), version)
    });
    Ok(would.collect())
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

/// The accounts that a command is about, the acting one first, with their states as far as they have been read.
struct Parties(Vec<(StreamName, Trace)>);

impl Parties {
    fn of(command: &Command, aggregates: &Aggregates, snapshots: &mut Snapshots) -> Self {
        let names = std::iter::once(&command.account).chain(command.counterparty());
        let newest = StreamPosition::new(u64::MAX);
        let begun = names.map(|name| {
            let begin = || Trace::before_the_first_event(aggregates.fold_of(name));
            (name.clone(), snapshots.nearest(name, newest).unwrap_or_else(begin))
        });
        Self(begun.collect())
    }

    /// Folds each account's new events.
    fn catch_up(
        &mut self,
        store: &dyn EventReader,
        aggregates: &Aggregates,
        snapshots: &mut Snapshots,
    ) -> anyhow::Result<()> {
        for (stream, trace) in &mut self.0 {
            let newest = StreamPosition::new(u64::MAX);
            let read = |from, limit| store.read_stream(stream, from, limit);
            let offer = |step: FoldStep<'_>| snapshots.offer(stream, step.trace);
            fold_on(aggregates.fold_of(stream), trace, newest, read, || true, offer)?;
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

    fn decide(&self, command: &Command, id: Uuid) -> Result<Vec<Decided>, Refusal> {
        let account = |nth: usize| self.0.get(nth).map(|(_, trace)| trace.state.account());
        decide(command, account(0).unwrap_or(&AccountState::NONE), account(1), &id.to_string())
    }

    /// The appends for the decision, with the version of each account that it was decided on.
    fn writes(&self, decided: Vec<Decided>, command: &Command, context: &CommandContext) -> Vec<StreamWrite> {
        let metadata = metadata(context.id, command);
        let writes = decided.into_iter().enumerate().map(|(nth, Decided { stream, event })| StreamWrite {
            expected: Some(self.version(&stream)),
            events: vec![NewEvent {
                id: Some(event_id(context.id, nth).to_string()),
                event_type: event.type_name().to_owned(),
                time: Some(context.now),
                data: event.to_json(),
                metadata: Some(metadata.clone()),
            }],
            stream,
        });
        writes.collect()
    }
}
