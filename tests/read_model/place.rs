//! The location of a read model: its generations, its pointer, its lock; deleted, damaged, replaced.

use std::fs;
use std::process::Command;
use std::sync::mpsc::channel;
use std::thread;

use foldback::domain::aggregates::Aggregates;
use foldback::domain::event::GlobalPosition;
use foldback::domain::moment::Moment;
use foldback::read_model::engine::catch_up::{CatchUp, CatchUpOptions, project_to_head};
use foldback::read_model::engine::generation::{Generation, RebuildReason};
use foldback::read_model::engine::location::Location;
use foldback::read_model::engine::projector::{OpenedProjector, Projector, Standing};
use foldback::read_model::questions::query::ReadModel;
use foldback::store::EventReader;
use rusqlite::Connection;

use crate::logs::{
    append_deposits, apply, catch_up, dump, events_of, location_in, location_of, projector_at,
    store_of_deposits,
};
use crate::support::{TempStore, files, log_identity, rounds};

/// Why catching up began again, if it did; it must end at the head.
fn begun(temp: &TempStore, location: &Location) -> Option<RebuildReason> {
    match project_to_head(&temp.store, location, &CatchUpOptions::default(), &mut |_| {}).unwrap() {
        CatchUp::Done { checkpoint, begun } => {
            assert_eq!(checkpoint.position, temp.store.head().unwrap());
            begun
        }
        other => panic!("{other:?}"),
    }
}

fn checkpoint(read_model: &mut ReadModel) -> u64 {
    read_model.reading().unwrap().checkpoint().unwrap().position.number()
}

fn current_connection(location: &Location) -> Connection {
    Connection::open(location.generation_path(location.current().unwrap().unwrap().number)).unwrap()
}

#[test]
fn a_read_model_is_kept_beside_its_store_or_in_the_cache_folder() {
    let folder = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(folder.path()).unwrap();
    let beside =
        |name: &str| Location::of(&log_identity(&root.join(name), "id")).unwrap().folder().to_path_buf();
    assert_eq!(beside("bank.db"), root.join("bank.read"));
    assert_eq!(beside("bank.sqlite"), root.join("bank.sqlite.read"));
    assert_eq!(beside("bank"), root.join("bank.read"));
    let cached = |id: &str| {
        Location::in_cache(&root.join("cache"), &log_identity(&root, id)).unwrap().folder().to_path_buf()
    };
    assert!(cached("a").starts_with(root.join("cache/read")));
    assert!(cached("../../a").starts_with(root.join("cache/read")));
    assert_ne!(cached("a"), cached("../../a"));
    assert_eq!(cached("a"), cached("a"));
}

#[test]
fn where_nothing_can_be_made_beside_the_store_the_cache_folder_is_used() {
    let temp = store_of_deposits(3);
    let cache = temp.folder.path().join("cache");
    // A file in the way blocks everybody, even users who may write everywhere.
    fs::write(temp.folder.path().join("bank.read"), "in the way").unwrap();
    let mut query = Command::new(env!("CARGO_BIN_EXE_foldback"));
    query.arg("query").arg(temp.path()).arg("SELECT count(*) AS n FROM transactions").arg("--json");
    let output = query.env("FOLDBACK_CACHE", &cache).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "{\"n\":3}\n");
    let location = Location::in_cache(&cache, &temp.store.log_identity()).unwrap();
    assert_eq!(checkpoint(&mut ReadModel::open(&location)), 3);
    assert_eq!(fs::read(temp.folder.path().join("bank.read")).unwrap(), b"in the way");
}

#[test]
fn a_read_model_that_does_not_fit_is_rebuilt() {
    let mut temp = store_of_deposits(30);
    let location = location_of(&temp);
    assert_eq!(begun(&temp, &location), Some(RebuildReason::Missing));
    let good = dump(&location);
    assert_eq!(begun(&temp, &location), None);

    let spoil = |sql: &str| current_connection(&location).execute_batch(sql).unwrap();
    let is_anew = |why: RebuildReason| {
        assert_eq!(begun(&temp, &location), Some(why));
        assert_eq!(dump(&location), good);
        let numbers = files(location.folder()).into_iter().filter(|(name, _)| name.ends_with(".db")).count();
        assert_eq!(numbers, 1, "only the current generation is kept");
    };
    spoil("UPDATE generation SET store = 'another'");
    is_anew(RebuildReason::Foreign);
    spoil("UPDATE projections SET version = version + 1 WHERE name = 'totals'");
    is_anew(RebuildReason::OtherVersion);
    spoil("PRAGMA user_version = 99");
    is_anew(RebuildReason::OtherVersion);
    spoil("UPDATE generation SET aggregates = zeroblob(32)");
    is_anew(RebuildReason::OtherAggregates);
    spoil("UPDATE checkpoint SET position = position + 1");
    is_anew(RebuildReason::OtherLog);
    spoil("UPDATE checkpoint SET event = zeroblob(32)");
    is_anew(RebuildReason::OtherLog);
    spoil("DELETE FROM checkpoint");
    is_anew(RebuildReason::Damaged("a row is missing".to_owned()));
    spoil("DROP TABLE generation");
    is_anew(RebuildReason::Damaged("no such table: generation".to_owned()));
    fs::remove_file(location.generation_path(location.current().unwrap().unwrap().number)).unwrap();
    is_anew(RebuildReason::Missing);
    fs::write(location.folder().join("current"), "\u{0}garbage").unwrap();
    is_anew(RebuildReason::Missing);
    fs::remove_dir_all(location.folder()).unwrap();
    is_anew(RebuildReason::Missing);

    let path = location.generation_path(location.current().unwrap().unwrap().number);
    for end in ["-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{end}", path.display()));
    }
    fs::write(&path, "this is no database, and longer than the header of one would be".repeat(10)).unwrap();
    is_anew(RebuildReason::Damaged("file is not a database".to_owned()));

    // Damage that is found only on writing.
    current_connection(&location).execute_batch("DROP TABLE account_positions").unwrap();
    append_deposits(&mut temp, 5);
    let why = begun(&temp, &location);
    assert!(
        matches!(&why, Some(RebuildReason::Damaged(text)) if text.contains("account_positions")),
        "{why:?}"
    );
    let rows = dump(&location);
    fs::remove_dir_all(location.folder()).unwrap();
    catch_up(&temp, &location);
    assert_eq!(dump(&location), rows);
}

#[test]
fn a_read_model_deleted_while_it_is_open_is_made_again_and_the_write_side_does_not_notice() {
    let mut temp = store_of_deposits(20);
    let location = location_of(&temp);
    let aggregates = Aggregates::bank();
    let mut projector = projector_at(&location);
    apply(&mut projector, GlobalPosition::START, &events_of(&temp), &aggregates).unwrap();
    let mut read_model = ReadModel::open(&location);
    let opened = read_model.data_version().unwrap();
    assert_eq!(checkpoint(&mut read_model), 20);

    fs::remove_dir_all(location.folder()).unwrap();
    assert_eq!(projector.standing(), Standing::Unlocked);
    let reading = read_model.reading().unwrap();
    assert!(!reading.exists());
    assert_eq!(reading.checkpoint().unwrap(), Moment::default());
    assert_eq!(reading.streams("", 5, 5).unwrap().n_streams, 0);
    drop(reading);

    append_deposits(&mut temp, 10);
    // A projector with a deleted file can still write to it, but nobody reads that.
    let events = events_of(&temp);
    apply(&mut projector, GlobalPosition::new(20), &events[20..], &aggregates).unwrap();
    assert_eq!(catch_up(&temp, &location).position.number(), 30);
    // The new file has the number of the old one, whose connections are closed now: they must not remove its -wal.
    assert_eq!(location.current().unwrap().unwrap().number, 1);
    let rows = dump(&location);
    drop(projector);
    assert_eq!(checkpoint(&mut read_model), 30);
    assert_ne!(read_model.data_version().unwrap(), opened);
    assert_eq!(dump(&location), rows);
    let undisturbed = location_in(&temp.folder.path().join("undisturbed"));
    let mut projector = projector_at(&undisturbed);
    apply(&mut projector, GlobalPosition::START, &events, &aggregates).unwrap();
    assert_eq!(dump(&undisturbed), rows);
}

#[test]
fn a_deleted_pointer_or_file_is_noticed_by_the_projector() {
    let temp = store_of_deposits(5);
    let location = location_of(&temp);
    let mut projector = projector_at(&location);
    assert_eq!(projector.standing(), Standing::Current);
    fs::remove_file(location.folder().join("current")).unwrap();
    assert_eq!(projector.standing(), Standing::Moved);
    assert_eq!(projector.reopen().unwrap(), Some(RebuildReason::Missing));
    assert_eq!(projector.standing(), Standing::Current);
    fs::remove_file(location.generation_path(location.current().unwrap().unwrap().number)).unwrap();
    assert_eq!(projector.standing(), Standing::Moved);
    assert_eq!(projector.reopen().unwrap(), Some(RebuildReason::Missing));
    fs::remove_file(location.folder().join("lock")).unwrap();
    assert_eq!(projector.standing(), Standing::Unlocked);
    apply(&mut projector, GlobalPosition::START, &events_of(&temp), &Aggregates::bank()).unwrap();
    assert_eq!(checkpoint(&mut ReadModel::open(&location)), 5);
}

#[test]
fn one_projects_at_a_time() {
    let temp = store_of_deposits(5);
    let location = location_of(&temp);
    let projector = projector_at(&location);
    let me = Some(std::process::id());
    assert!(matches!(Projector::open(&location).unwrap(), OpenedProjector::HeldBy(who) if who == me));
    let held = project_to_head(&temp.store, &location, &CatchUpOptions::default(), &mut |_| {}).unwrap();
    assert_eq!(held, CatchUp::HeldBy(me));
    drop(projector);
    assert_eq!(catch_up(&temp, &location).position.number(), 5);
}

#[test]
fn who_looks_while_generations_are_replaced_sees_a_whole_one() {
    let folder = tempfile::tempdir().unwrap();
    let location = location_in(&folder.path().join("read"));
    let first = Generation::create(&location).unwrap();
    location.point_to(first.pointer()).unwrap();
    let n = u64::from(rounds(20));
    let (done, is_done) = channel::<()>();
    let writer = {
        let location = location.clone();
        thread::spawn(move || {
            for _ in 0..n {
                let next = Generation::create(&location).unwrap();
                location.point_to(next.pointer()).unwrap();
            }
            drop(done);
        })
    };
    let mut read_model = ReadModel::open(&location);
    let mut newest = 1;
    while is_done.try_recv() != Err(std::sync::mpsc::TryRecvError::Disconnected) {
        let pointer = location.current().unwrap().expect("there is always a current one");
        assert!(pointer.number >= newest, "{} after {newest}", pointer.number);
        newest = pointer.number;
        let reading = read_model.reading().unwrap();
        assert!(reading.exists());
        assert_eq!(reading.checkpoint().unwrap(), Moment::default());
    }
    writer.join().unwrap();
    assert_eq!(location.current().unwrap().unwrap().number, n + 1);
}

#[test]
fn a_reading_is_of_one_checkpoint_however_far_others_project() {
    let temp = store_of_deposits(20);
    let location = location_of(&temp);
    let events = events_of(&temp);
    let aggregates = Aggregates::bank();
    let mut projector = projector_at(&location);
    apply(&mut projector, GlobalPosition::START, &events[..5], &aggregates).unwrap();
    let mut read_model = ReadModel::open(&location);
    let reading = read_model.reading().unwrap();
    apply(&mut projector, GlobalPosition::new(5), &events[5..], &aggregates).unwrap();
    assert_eq!(reading.checkpoint().unwrap().position.number(), 5);
    assert_eq!(reading.n_streams().unwrap(), 5);
    drop(reading);
    assert_eq!(checkpoint(&mut read_model), 20);
}

#[test]
fn a_cancelled_batch_is_left_out_as_a_whole_and_projected_next_time() {
    let mut temp = store_of_deposits(600);
    let location = location_of(&temp);
    let cancelled = CatchUpOptions::default();
    cancelled.cancel.cancel();
    let project = |temp: &TempStore| {
        project_to_head(&temp.store, &location, &cancelled, &mut |_| panic!("it was cancelled")).unwrap()
    };
    assert_eq!(project(&temp), CatchUp::Cancelled(Moment::default()));
    assert_eq!(catch_up(&temp, &location).position.number(), 600);
    let rows = dump(&location);
    append_deposits(&mut temp, 5);
    let CatchUp::Cancelled(checkpoint) = project(&temp) else { panic!("it went on") };
    assert_eq!((checkpoint.position.number(), dump(&location)), (600, rows));
    assert_eq!(catch_up(&temp, &location).position.number(), 605);
}
