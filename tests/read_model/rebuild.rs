//! A rebuild: in the background, compared before it replaces the current rows, cancelled, killed.

use std::io::{BufRead, BufReader};
use std::path::Path;

use foldback::domain::aggregates::Aggregates;
use foldback::domain::event::GlobalPosition;
use foldback::read_model::engine::catch_up::CatchUpProgress;
use foldback::read_model::engine::differences::{GenerationComparison, TableDifference};
use foldback::read_model::engine::location::{Location, LockOutcome};
use foldback::read_model::engine::projector::Standing;
use foldback::read_model::engine::rebuild::{Rebuild, RebuildOptions, RebuildReport, ReplacePolicy, rebuild};
use foldback::read_model::questions::query::ReadModel;
use foldback::store::EventStore;
use foldback::store::sqlite::SqliteStore;
use rusqlite::Connection;

use crate::logs::{
    append_deposits, apply, catch_up, dump, events_of, location_of, projector_at, rebuilt, store_of_deposits,
};
use crate::support::{TempStore, child, event, files, write};

pub(crate) fn checkpoint(read_model: &mut ReadModel) -> u64 {
    read_model.reading().unwrap().checkpoint().unwrap().position.number()
}

/// The files of a read model, except those that SQLite creates whenever one of them is opened.
pub(crate) fn names(location: &Location) -> Vec<String> {
    let names = files(location.folder()).into_iter().map(|(name, _)| name);
    names.filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm")).collect()
}

/// A small bank with a transfer in it, projected.
pub(crate) fn bank() -> (TempStore, Location) {
    let mut temp = TempStore::new();
    let opened = |owner: &str| event("AccountOpened", &format!(r#"{{"owner":"{owner}","currency":"EUR"}}"#));
    let leg = |to: &str, other: &str| format!(r#"{{"{to}":"{other}","amount":25,"transfer":"t-1"}}"#);
    for (name, event) in [
        ("acc-1", opened("Ada")),
        ("acc-2", opened("Grace")),
        ("acc-1", event("Deposited", r#"{"amount":100}"#)),
        ("acc-1", event("TransferSent", &leg("to", "acc-2"))),
        ("acc-2", event("TransferReceived", &leg("from", "acc-1"))),
    ] {
        temp.store.append(&[write(name, vec![event])]).unwrap();
    }
    let location = location_of(&temp);
    catch_up(&temp, &location);
    (temp, location)
}

/// Writes to the current generation behind everybody's back.
pub(crate) fn tamper(location: &Location, sql: &str) {
    let current = location.current().unwrap().unwrap();
    Connection::open(location.generation_path(current.number)).unwrap().execute_batch(sql).unwrap();
}

pub(crate) fn check(temp: &TempStore, location: &Location) -> GenerationComparison {
    let options = RebuildOptions { replaces: ReplacePolicy::Never, ..RebuildOptions::default() };
    match rebuild(&temp.store, location, &options, &mut |_| {}).unwrap() {
        Rebuild::Done(rebuilt) => rebuilt.comparison,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn differences(comparison: GenerationComparison) -> Vec<TableDifference> {
    match comparison {
        GenerationComparison::Compared { differences, .. } => differences,
        GenerationComparison::Nothing(why) => panic!("{why}"),
    }
}

#[test]
fn a_rebuild_leaves_the_old_generation_to_its_readers_until_it_is_done() {
    let mut temp = store_of_deposits(2000);
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let mut projector = projector_at(&location);
    let mut read_model = ReadModel::open(&location);
    let old = location.current().unwrap();
    append_deposits(&mut temp, 1);
    let (mut seen, mut n_compared) = (Vec::new(), 0);
    let store = SqliteStore::open_read_only(&temp.path(), &Aggregates::bank()).unwrap();
    let built = rebuild(&store, &location, &RebuildOptions::default(), &mut |told| {
        match told {
            RebuildReport::Projected(CatchUpProgress { n_events, n_events_all }) => {
                seen.push((n_events, n_events_all));
            }
            RebuildReport::Comparing(compared) => assert!(compared.n_rows <= compared.n_rows_all),
            RebuildReport::Compared(comparison) => {
                // The comparison is as of the old one's checkpoint.
                let at = GlobalPosition::new(2000);
                assert_eq!(comparison, &GenerationComparison::Compared { at, differences: Vec::new() });
                n_compared += 1;
            }
        }
        assert_eq!(location.current().unwrap(), old);
        assert_eq!(checkpoint(&mut read_model), 2000);
        assert!(matches!(location.try_lock_rebuild().unwrap(), LockOutcome::HeldBy(_)));
    });
    assert_eq!((seen.last(), n_compared), (Some(&(2001, 2001)), 1));
    assert!(seen.len() > 1 && seen.is_sorted(), "{seen:?}");
    let Rebuild::Done(built) = built.unwrap() else { panic!() };
    assert_eq!((built.checkpoint.position.number(), built.n_events), (2001, 2001));
    assert_eq!(checkpoint(&mut read_model), 2001);
    assert_eq!(projector.standing(), Standing::Moved);
    assert_eq!(projector.reopen().unwrap(), None);
    assert_eq!(projector.checkpoint().position.number(), 2001);
}

#[test]
fn the_live_generation_may_advance_while_the_next_one_is_built() {
    let mut temp = store_of_deposits(100);
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let mut projector = projector_at(&location);
    let store = SqliteStore::open_read_only(&temp.path(), &Aggregates::bank()).unwrap();
    let mut n_more = 0;
    let built = rebuild(&store, &location, &RebuildOptions::default(), &mut |told| {
        if matches!(told, RebuildReport::Projected(_)) && n_more < 5 {
            n_more += 1;
            append_deposits(&mut temp, 7);
            let after = projector.checkpoint().position;
            let events = events_of(&temp);
            let new = &events[usize::try_from(after.number()).unwrap()..];
            apply(&mut projector, after, new, &Aggregates::bank()).unwrap();
        }
    });
    let Rebuild::Done(built) = built.unwrap() else { panic!() };
    let at = GlobalPosition::new(100 + 5 * 7);
    assert_eq!(built.comparison, GenerationComparison::Compared { at, differences: Vec::new() });
    assert_eq!(built.checkpoint.position, at);
}

#[test]
fn another_process_that_rebuilds_is_named() {
    let (temp, location) = bank();
    let lock = location.try_lock_rebuild().unwrap();
    let built = rebuild(&temp.store, &location, &RebuildOptions::default(), &mut |_| {}).unwrap();
    assert_eq!(built, Rebuild::HeldBy(Some(std::process::id())));
    drop(lock);
}

#[test]
fn a_check_replaces_nothing_and_leaves_no_file() {
    let (temp, location) = bank();
    tamper(&location, "UPDATE total_rows SET balance = 1");
    drop(location.try_lock_rebuild().unwrap());
    let (before, rows) = (names(&location), dump(&location));
    let found: Vec<_> = differences(check(&temp, &location)).into_iter().map(|table| table.table).collect();
    assert_eq!(found, ["totals"]);
    assert_eq!((names(&location), dump(&location)), (before, rows));
}

#[test]
fn a_rebuild_that_is_cancelled_leaves_everything_as_it_was() {
    let temp = store_of_deposits(3000);
    let location = location_of(&temp);
    catch_up(&temp, &location);
    drop(location.try_lock_rebuild().unwrap());
    let (before, rows) = (names(&location), dump(&location));
    for cancels in [
        |told: &RebuildReport<'_>| matches!(told, RebuildReport::Projected(_)),
        |told: &RebuildReport<'_>| matches!(told, RebuildReport::Comparing(_)),
        |told: &RebuildReport<'_>| matches!(told, RebuildReport::Compared(_)),
    ] {
        let options = RebuildOptions::default();
        let mut n_cancelled = 0;
        let stopped = rebuild(&temp.store, &location, &options, &mut |told| {
            if cancels(&told) {
                n_cancelled += 1;
                options.cancel.cancel();
            }
        });
        assert_eq!((stopped.unwrap(), n_cancelled), (Rebuild::Cancelled, 1));
        assert_eq!((names(&location), dump(&location)), (before.clone(), rows.clone()));
    }
}

/// The variable that names the store for the child.
const STORE: &str = "FOLDBACK_TEST_REBUILD";

#[test]
fn a_kill_while_rebuilding_leaves_the_old_generation_and_the_next_rebuild_clears_up() {
    let temp = store_of_deposits(3000);
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let (current, rows) = (location.current().unwrap(), dump(&location));
    for n_told in 1..4 {
        let mut child = child("rebuild::the_child_rebuilds", STORE, &temp.path());
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let told = lines.map_while(Result::ok).filter(|line| line.starts_with("at ")).take(n_told).count();
        assert_eq!(told, n_told);
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!((location.current().unwrap(), dump(&location)), (current.clone(), rows.clone()));
        assert!(names(&location).iter().filter(|name| name.ends_with(".db")).count() > 1, "nothing is left");
    }
    assert_eq!(differences(rebuilt(&temp, &location).comparison), []);
    assert_eq!(dump(&location), rows);
    assert_eq!(names(&location).iter().filter(|name| name.ends_with(".db")).count(), 1);
}

/// Does something only as the child of the test above.
#[test]
fn the_child_rebuilds() {
    let Some(path) = std::env::var_os(STORE) else { return };
    let store = SqliteStore::open_read_only(Path::new(&path), &Aggregates::bank()).unwrap();
    let location = Location::of(&store.log_identity()).unwrap();
    println!();
    rebuild(&store, &location, &RebuildOptions::default(), &mut |told| {
        println!("at {told:?}");
        if matches!(told, RebuildReport::Compared(_)) {
            // It is killed up to here, and not later.
            std::io::stdin().lines().for_each(drop);
        }
    })
    .unwrap();
}
