//! A store after some commands, and the outcome of one more.

use foldback::command_handler::{CommandContext, HandleError, Participants, handle, preview};
use foldback::domain::aggregates::Aggregates;
use foldback::domain::aggregates::account::fold::AccountFold;
use foldback::domain::aggregates::account::state::AccountState;
use foldback::domain::command::Command;
use foldback::domain::decider::{PlannedChange, Refusal};
use foldback::domain::event::{GlobalPosition, RecordedEvent, StreamPosition};
use foldback::store::sqlite::SqliteStore;
use foldback::store::{Appended, Conflict, Direction, EventReader, EventStore};
use uuid::Uuid;

use crate::support::{at, stream};

pub(crate) fn command(text: &str) -> Command {
    Aggregates::bank().commands().parse(text).unwrap()
}

pub(crate) fn context(id: u128) -> CommandContext {
    CommandContext { id: Uuid::from_u128(id), now: at(1_700_000_000), expected: None }
}

pub(crate) fn expecting(id: u128, version: u64) -> CommandContext {
    CommandContext { expected: Some(StreamPosition::new(version)), ..context(id) }
}

pub(crate) fn run(
    store: &mut SqliteStore,
    command: &Command,
    context: &CommandContext,
) -> Result<Appended, HandleError> {
    handle_by_a_plain_fold(store, command, context)
}

/// Handles a command on states that are folded from the first events.
pub(crate) fn handle_by_a_plain_fold(
    store: &mut dyn EventStore,
    command: &Command,
    context: &CommandContext,
) -> Result<Appended, HandleError> {
    let aggregates = Aggregates::bank().read_by(store.mappings().unwrap());
    let participants = Participants::from_first_events(store, &aggregates, command).unwrap();
    handle(store, &aggregates, command, context, participants)
}

pub(crate) fn look(store: &SqliteStore, text: &str) -> Result<Vec<PlannedChange>, HandleError> {
    let command = command(text);
    let participants = Participants::from_first_events(store, &Aggregates::bank(), &command).unwrap();
    preview(&Aggregates::bank(), &command, None, &participants)
}

/// Handles commands one after another, each with an id of its own.
pub(crate) fn given(store: &mut SqliteStore, commands: &[&str]) {
    for text in commands {
        run(store, &command(text), &CommandContext { id: Uuid::now_v7(), ..context(0) }).unwrap();
    }
}

pub(crate) fn log(store: &SqliteStore) -> Vec<RecordedEvent> {
    store.read_all(GlobalPosition::START, Direction::Forward, usize::MAX).unwrap()
}

pub(crate) fn state(store: &SqliteStore, name: &str) -> AccountState {
    let fold = AccountFold { mappings: store.mappings().unwrap() };
    let mut state = AccountState::default();
    for event in store.read_stream(&stream(name), StreamPosition::new(1), usize::MAX).unwrap() {
        fold.evolve_account(&mut state, &event);
    }
    state
}

pub(crate) fn refusal(result: Result<Appended, HandleError>) -> Refusal {
    match result {
        Err(HandleError::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

pub(crate) fn conflict(result: Result<Appended, HandleError>) -> Conflict {
    match result {
        Err(HandleError::Conflict(conflict)) => conflict,
        other => panic!("no conflict: {other:?}"),
    }
}
