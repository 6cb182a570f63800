//! Snapshots: a seek that starts at one gives the same as folding the whole stream, whatever became of the snapshots.

use std::fs;

use foldback::cancel::Cancel;
use foldback::domain::aggregates::Aggregates;
use foldback::domain::aggregates::account::state::BALANCE;
use foldback::domain::event::{GlobalPosition, StreamName};
use foldback::read_model::engine::location::Location;
use foldback::read_model::engine::projector::{OpenedProjector, Projector};
use foldback::read_model::rows::FailedEvent;
use foldback::replay::reconstruct::{FoldFrom, Reconstruction};
use foldback::replay::snapshots::SNAPSHOT_SPACING_EVENTS;
use foldback::runtime::log_worker::seeker::Seeker;
use foldback::store::folded_log::FoldedLog;
use foldback::store::sqlite::SqliteStore;
use foldback::store::{EventReader, EventStore};
use proptest::prelude::*;
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::logs::{
    GivenEvent, any_log, apply, catch_up, dump, events_of, import_log, location_of, project_in_batches,
};
use crate::support::{TempStore, cases, event, stream, with_time, write};

/// The result of a fold, without how it was computed.
fn sought(reconstruction: &Reconstruction) -> impl PartialEq + std::fmt::Debug + use<> {
    let Reconstruction { trace, changes, meaning, .. } = reconstruction.clone();
    (trace, changes, meaning)
}

fn seek(store: &SqliteStore, name: &StreamName, at: u64, from: FoldFrom) -> Reconstruction {
    let location = Location::of(&store.log_identity()).unwrap();
    let aggregates = Aggregates::bank().read_by(store.mappings().unwrap());
    let at = GlobalPosition::new(at);
    Seeker::new(&location)
        .state_at(FoldedLog { log: store, aggregates: &aggregates }, name, at, from, &Cancel::never())
        .unwrap()
}

/// The snapshot at which a seek with nothing in memory starts. The result is compared with the whole fold.
#[track_caller]
fn started_at(store: &SqliteStore, name: &StreamName, at: u64) -> u64 {
    let from_snapshot = seek(store, name, at, FoldFrom::Snapshot);
    let whole = seek(store, name, at, FoldFrom::FirstEvent);
    assert_eq!(sought(&from_snapshot), sought(&whole), "{name} at {at}");
    assert_eq!(whole.from_snapshot.number(), 0);
    from_snapshot.from_snapshot.number()
}

/// A store with these events of a few accounts, in one append.
fn store_at_once(log: &[GivenEvent], n_accounts: u8) -> TempStore {
    let mut temp = TempStore::new();
    let writes: Vec<_> = log
        .iter()
        .map(|(account, time, event_type, data)| {
            let event = event(event_type, data);
            let event = time.map_or_else(|| event.clone(), |second| with_time(second, event.clone()));
            write(&format!("acc-{}", account % n_accounts), vec![event])
        })
        .collect();
    temp.store.append(&writes).unwrap();
    temp
}

fn deposits(n: usize) -> Vec<GivenEvent> {
    (1..=n).map(|i| (0, None, "Deposited".to_owned(), format!(r#"{{"amount":{i}}}"#))).collect()
}

fn on_file<T>(location: &Location, change: impl FnOnce(&Connection) -> T) -> T {
    let current = location.current().unwrap().unwrap();
    change(&Connection::open(location.generation_path(current.number)).unwrap())
}

fn kept(location: &Location) -> Vec<Vec<Value>> {
    let tables = dump(location);
    tables.into_iter().find(|(table, _)| table == "snapshots").unwrap().1
}

proptest! {
    #![proptest_config(cases(6))]

    #[test]
    fn a_state_from_the_nearest_snapshot_is_the_fold_of_the_whole_stream(
        log in any_log(3_000),
        sizes in prop::collection::vec(1..900_usize, 0..8),
        positions in prop::collection::vec(any::<prop::sample::Index>(), 12),
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0..7_usize), 0..4),
    ) {
        let temp = store_at_once(&log, 2);
        let location = location_of(&temp);
        let n_streams = temp.store.streams("", 9).unwrap().len();
        project_in_batches(&location, &events_of(&temp), &sizes);
        let n_kept = kept(&location).len();
        on_file(&location, |file| {
            for (which, what) in damage.iter().filter(|_| n_kept > 0) {
                let set = ["state = json_set(state, '$.balance', 1 + (state->>'$.balance'))", "state = json_set(state, '$.owner', 'Mallory')",
                    "version = version + 1", "seal = x'00'",
                    "state = json_set(state, '$.status', 'nonsense')", "last_set = json_set(last_set, '$[3]', 1 + (last_set->>'$[3]'))", "newest_source = 1"][*what];
                let which = which.index(n_kept);
                let key = format!("SELECT stream, version FROM snapshots ORDER BY 1, 2 LIMIT 1 OFFSET {which}");
                file.execute(&format!("UPDATE OR IGNORE snapshots SET {set} WHERE (stream, version) IN ({key})"), []).unwrap();
            }
        });
        for position in positions {
            let at = position.index(log.len() + 1) as u64;
            for name in temp.store.streams("", n_streams).unwrap() {
                let start = started_at(&temp.store, &name, at);
                let version = temp.store.version_at(&name, GlobalPosition::new(at)).unwrap().number();
                if damage.is_empty() {
                    let newest = version.saturating_sub(1) / SNAPSHOT_SPACING_EVENTS * SNAPSHOT_SPACING_EVENTS;
                    prop_assert_eq!(start, newest);
                }
            }
        }
    }
}

#[test]
fn a_snapshot_that_differs_from_the_fold_is_skipped_for_an_earlier_one() {
    let temp = store_at_once(&deposits(1_200), 1);
    let (location, name) = (location_of(&temp), stream("acc-0"));
    catch_up(&temp, &location);
    assert_eq!(started_at(&temp.store, &name, 1_200), 1_000);
    on_file(&location, |file| {
        file.execute("UPDATE snapshots SET state = json_set(state, '$.balance', 1) WHERE version = 1000", [])
            .unwrap()
    });
    assert_eq!(started_at(&temp.store, &name, 1_200), 500);
    on_file(&location, |file| file.execute("DROP TABLE snapshots", []).unwrap());
    assert_eq!(started_at(&temp.store, &name, 1_200), 0);
}

#[test]
fn a_changed_mapping_makes_snapshots_stale_and_a_new_source_does_not() {
    let mapping = |amount: &str| {
        format!(
            "[meaning]\ncurrency = \"EUR\"\n[meaning.events.In]\nmeans = \"Deposited\"\namount = \"{amount}\"\n"
        )
    };
    let line =
        |account: &str| format!(r#"{{"stream":"{account}","type":"In","data":{{"n":"10.00","m":"3.00"}}}}"#);
    let log = |account: &str| format!("{}\n", line(account)).repeat(700).into_bytes();
    let (mut temp, name) = (TempStore::new(), stream("a"));
    import_log(&mut temp, "first", log("a"), Some(&mapping("n")));
    catch_up(&temp, &location_of(&temp));
    import_log(&mut temp, "second", log("b"), Some(&mapping("m")));
    assert_eq!(started_at(&temp.store, &name, 700), 500);
    import_log(&mut temp, "first", log("a"), Some(&mapping("m")));
    assert_eq!(started_at(&temp.store, &name, 700), 0);
    assert_eq!(
        seek(&temp.store, &name, 700, FoldFrom::Snapshot).trace.state.field(BALANCE).as_integer().unwrap(),
        700 * 300
    );
}

#[test]
fn a_snapshot_of_a_log_that_was_put_back_and_went_another_way_is_not_used() {
    let mut temp = store_at_once(&deposits(400), 1);
    let (location, name) = (location_of(&temp), stream("acc-0"));
    let backup = temp.folder.path().join("backup");
    Connection::open(temp.path()).unwrap().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    fs::copy(temp.path(), &backup).unwrap();
    let deposit = |amount: u64| event("Deposited", &format!(r#"{{"amount":{amount}}}"#));
    temp.store.append(&[write("acc-0", (0..200).map(deposit).collect())]).unwrap();
    catch_up(&temp, &location);
    assert_eq!(started_at(&temp.store, &name, 600), 500);
    let path = temp.path();
    let folder = temp.close();
    // Going back to a copy on purpose includes removing the receipt, which says that there was more.
    for end in ["-wal", "-shm", "-receipt"] {
        _ = fs::remove_file(folder.path().join(format!("bank.db{end}")));
    }
    fs::copy(&backup, &path).unwrap();
    let mut store = SqliteStore::open(&path, &Aggregates::bank()).unwrap();
    store.append(&[write("acc-0", (7..207).map(deposit).collect())]).unwrap();
    assert_eq!(started_at(&store, &name, 600), 0);
}

#[test]
fn a_seek_that_went_far_leaves_the_snapshots_that_projecting_makes() {
    let temp = store_at_once(&deposits(5_700), 1);
    let (location, name) = (location_of(&temp), stream("acc-0"));
    let near = seek(&temp.store, &name, 4_000, FoldFrom::Snapshot);
    assert_eq!((near.n_folded, location.current().unwrap()), (4_000, None));
    let far = seek(&temp.store, &name, 5_700, FoldFrom::Snapshot);
    assert_eq!((far.n_folded, far.from_snapshot.number()), (5_700, 0));
    assert_eq!(started_at(&temp.store, &name, 5_700), 5_500);
    let by_the_seek = kept(&location);
    catch_up(&temp, &location);
    assert_eq!(kept(&location), by_the_seek);
    fs::remove_dir_all(location.folder()).unwrap();
    catch_up(&temp, &location);
    assert_eq!(kept(&location), by_the_seek);
}

#[test]
fn an_account_with_a_skipped_event_leaves_no_wrong_snapshot() {
    let temp = store_at_once(&deposits(600), 1);
    let (location, name) = (location_of(&temp), stream("acc-0"));
    let OpenedProjector::Ready(mut projector, _) = Projector::open(&location).unwrap() else {
        panic!("it is free")
    };
    let skipped = FailedEvent { position: 7, stream: "acc-0".to_owned(), event_type: "Deposited".to_owned() };
    projector.skip(&skipped, "on purpose").unwrap();
    apply(&mut projector, GlobalPosition::START, &events_of(&temp), &Aggregates::bank()).unwrap();
    drop(projector);
    assert_eq!(started_at(&temp.store, &name, 600), 0);
    assert_eq!(kept(&location), Vec::<Vec<Value>>::new());
}
