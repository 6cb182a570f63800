//! Work that is skipped for speed, or stopped half-way, never shows in an answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use foldback::cancel::{Cancel, Cancelled};
use foldback::command_handler::{CommandContext, Participants, handle};
use foldback::domain::aggregates::Aggregates;
use foldback::domain::aggregates::account::state::BALANCE;
use foldback::domain::event::{GlobalPosition, StreamPosition};
use foldback::read_model::engine::batch::ApplyError;
use foldback::read_model::questions::query::ReadModel;
use foldback::replay::reconstruct::FoldFrom;
use foldback::runtime::log_worker::seeker::Seeker;
use foldback::store::folded_log::FoldedLog;
use foldback::store::{EventReader, EventStore};
use rusqlite::Connection;

use crate::logs::{
    append_deposits, apply, events_of, import_log, location_of, project_in_batches, projector_at, store_of,
    store_of_deposits,
};
use crate::support::{TempStore, at, deposit, stream, write};

fn deposits_to_one(n: i64) -> TempStore {
    let mut temp = TempStore::new();
    let writes: Vec<_> = (0..n).map(|_| write("a", vec![deposit(1)])).collect();
    temp.store.append(&writes).unwrap();
    temp
}

#[test]
fn a_seeker_that_forgets_folds_by_the_mapping_that_holds_now() {
    let mapping = |means: &str| {
        format!("[meaning]\ncurrency = \"EUR\"\n[meaning.events.In]\nmeans = \"{means}\"\namount = \"n\"\n")
    };
    let line = "{\"stream\":\"a\",\"type\":\"In\",\"data\":{\"n\":\"1.00\"}}\n";
    let log = line.repeat(1_200);
    let mut temp = TempStore::new();
    let mut seeker = Seeker::that_leaves_nothing(&location_of(&temp));
    let balance = |temp: &TempStore, seeker: &mut Seeker| {
        let aggregates = Aggregates::bank().read_by(temp.store.mappings().unwrap());
        let (log, head) =
            (FoldedLog { log: &temp.store, aggregates: &aggregates }, GlobalPosition::new(1_200));
        let sought = seeker.state_at(log, &stream("a"), head, FoldFrom::Snapshot, &Cancel::never()).unwrap();
        sought.trace.state.field(BALANCE).as_integer().unwrap()
    };
    import_log(&mut temp, "log", log.clone().into(), Some(&mapping("Deposited")));
    assert_eq!(balance(&temp, &mut seeker), 120_000);
    import_log(&mut temp, "log", log.into(), Some(&mapping("Withdrawn")));
    seeker.forget();
    assert_eq!(balance(&temp, &mut seeker), -120_000);
}

#[test]
fn a_command_is_decided_on_all_events_however_many_are_not_folded_yet() {
    let mut temp = deposits_to_one(2_500);
    let id = uuid::Uuid::nil();
    let context = CommandContext { id, now: at(0), expected: Some(StreamPosition::new(2_500)) };
    let command = Aggregates::bank().commands().parse("withdraw a 2500").unwrap();
    let participants = Participants::from_first_events(&temp.store, &Aggregates::bank(), &command).unwrap();
    let appended = handle(&mut temp.store, &Aggregates::bank(), &command, &context, participants).unwrap();
    assert_eq!((appended.events.len(), appended.head), (1, GlobalPosition::new(2_501)));
}

#[test]
fn a_row_that_was_read_and_not_folded_makes_no_snapshot() {
    let temp = deposits_to_one(600);
    let location = location_of(&temp);
    let events = events_of(&temp);
    project_in_batches(&location, &events[..499], &[]);
    let current = location.generation_path(location.current().unwrap().unwrap().number);
    Connection::open(&current).unwrap().execute("UPDATE account_rows SET balance = 7", []).unwrap();
    project_in_batches(&location, &events, &[]);
    let n: i64 = Connection::open(&current)
        .unwrap()
        .query_row("SELECT count(*) FROM snapshots", [], |row| row.get(0))
        .unwrap();
    assert_eq!(n, 0, "what somebody wrote into a row is not vouched for");
}

#[test]
fn a_batch_that_is_cancelled_before_it_begins_leaves_no_trace() {
    let temp = store_of_deposits(1);
    let location = location_of(&temp);
    let mut projector = projector_at(&location);
    let cancel = Cancel::new();
    cancel.cancel();
    projector.cancel_when(&cancel).unwrap();
    let applied = apply(&mut projector, GlobalPosition::START, &events_of(&temp), &Aggregates::bank());
    assert!(matches!(applied, Err(ApplyError::Cancelled)), "{applied:?}");
    drop(projector);
    let mut read_model = ReadModel::open(&location);
    assert_eq!(read_model.reading().unwrap().checkpoint().unwrap().position, GlobalPosition::START);
}

#[test]
fn a_cancelled_seek_ends_between_two_reads() {
    let temp = deposits_to_one(5_000);
    let mut seeker = Seeker::that_leaves_nothing(&location_of(&temp));
    let (aggregates, n_asked) = (Aggregates::bank(), Arc::new(AtomicU64::new(0)));
    let asked = Arc::clone(&n_asked);
    let cancel = Cancel::new().or_when(move || asked.fetch_add(1, Ordering::Relaxed) == 1);
    let (log, head) = (FoldedLog { log: &temp.store, aggregates: &aggregates }, GlobalPosition::new(5_000));
    let sought = seeker.state_at(log, &stream("a"), head, FoldFrom::FirstEvent, &cancel);
    assert!(sought.unwrap_err().is::<Cancelled>());
    assert_eq!(n_asked.load(Ordering::Relaxed), 2, "it stops at once");
}

#[test]
fn the_checkpoint_is_where_the_batch_ended() {
    let mut temp = store_of(&[]);
    append_deposits(&mut temp, 9);
    let location = location_of(&temp);
    let events = events_of(&temp);
    let mut projector = projector_at(&location);
    for n in [4, 9] {
        let after = projector.checkpoint().position;
        let applied = apply(&mut projector, after, &events[after.number() as usize..n], &Aggregates::bank());
        assert_eq!(applied.unwrap().position, GlobalPosition::new(n as u64));
        let mut read_model = ReadModel::open(&location);
        let kept = read_model.reading().unwrap().checkpoint().unwrap().position;
        assert_eq!(kept, GlobalPosition::new(n as u64));
    }
}
