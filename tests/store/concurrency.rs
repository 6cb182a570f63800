//! Several writers: no expectation is ever violated, and no version is missing.

use foldback::domain::aggregates::Aggregates;
use std::collections::BTreeMap;
use std::path::Path;

use foldback::domain::event::GlobalPosition;
use foldback::store::sqlite::SqliteStore;
use foldback::store::{AppendError, EventReader, EventStore};

use crate::contract::all;
use crate::import::{imported, new_source, progress};
use crate::support::{self, TempStore, event, rounds, stream, with_id, write_expecting};

const N_WRITERS: usize = 4;

/// Number of events per writer.
fn n_events() -> usize {
    usize::try_from(rounds(50)).unwrap()
}

/// Appends events with the version that they expect, and decides again after each conflict.
fn append_each(path: &Path, writer: &str) {
    let mut store = SqliteStore::open(path, &Aggregates::bank()).unwrap();
    for n in 0..n_events() {
        loop {
            let expected = store.version_at(&stream("a"), store.head().unwrap()).unwrap().number();
            let event = with_id(&format!("{writer}-{n}"), event("Expected", &expected.to_string()));
            match store.append(&[write_expecting("a", expected, vec![event])]) {
                Ok(appended) => break assert!(!appended.was_there),
                Err(AppendError::Conflict(_)) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }
}

fn check(store: &SqliteStore) {
    let events = all(store);
    assert_eq!(events.len(), N_WRITERS * n_events());
    let mut per_writer = BTreeMap::new();
    for (n, event) in (1..).zip(&events) {
        assert_eq!(
            (event.position.number(), event.version.number(), &event.data),
            (n, n, &(n - 1).to_string())
        );
        let writer = event.id.as_deref().unwrap().split('-').next().unwrap();
        *per_writer.entry(writer.to_owned()).or_insert(0) += 1;
    }
    assert_eq!(per_writer.into_values().collect::<Vec<_>>(), [n_events(); N_WRITERS]);
}

#[test]
fn threads_with_expected_versions_leave_no_gap() {
    let temp = TempStore::new();
    std::thread::scope(|scope| {
        for writer in 0..N_WRITERS {
            let path = temp.path();
            scope.spawn(move || append_each(&path, &writer.to_string()));
        }
    });
    check(&temp.store);
}

/// The child of the next test.
#[test]
fn child_that_appends() {
    let Some(path) = std::env::var_os("FOLDBACK_TEST_APPEND") else { return };
    append_each(Path::new(&path), &std::process::id().to_string());
}

#[test]
fn processes_with_expected_versions_leave_no_gap() {
    let temp = TempStore::new();
    let child = || support::child("concurrency::child_that_appends", "FOLDBACK_TEST_APPEND", &temp.path());
    let children: Vec<_> = (0..N_WRITERS).map(|_| child()).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    check(&temp.store);
}

#[test]
fn an_import_and_commands_share_a_store() {
    let mut temp = TempStore::new();
    let log = temp.store.add_source(&new_source("bank.jsonl")).unwrap();
    std::thread::scope(|scope| {
        let path = temp.path();
        scope.spawn(move || append_each(&path, "0"));
        temp.store.begin_bulk().unwrap();
        for n in 0..100 {
            let events: Vec<_> =
                (0..20).map(|m| imported(log, "b", n * 20 + m + 1, event("Imported", "1"))).collect();
            let batch = temp.store.import(&events, &progress(log, n)).unwrap();
            assert_eq!((batch.n_events, batch.n_duplicates), (20, 0));
        }
        temp.store.end_bulk().unwrap();
    });
    let positions: Vec<_> = all(&temp.store).iter().map(|event| event.position.number()).collect();
    let n_all = u64::try_from(n_events() + 2_000).unwrap();
    assert_eq!(positions, (1..=n_all).collect::<Vec<_>>());
    for (name, n) in [("a", n_events()), ("b", 2_000)] {
        let events = temp.store.read_stream(&stream(name), Default::default(), usize::MAX).unwrap();
        let versions: Vec<_> = events.iter().map(|event| event.version.number()).collect();
        assert_eq!(versions, (1..=u64::try_from(n).unwrap()).collect::<Vec<_>>());
        let version = temp.store.version_at(&stream(name), GlobalPosition::new(n_all)).unwrap();
        assert_eq!(version.number(), u64::try_from(n).unwrap());
    }
}

#[test]
#[should_panic(expected = "there is no test no_such_test")]
fn a_child_that_would_run_no_test_is_not_started() {
    let temp = TempStore::new();
    drop(support::child("no_such_test", "FOLDBACK_TEST_NOTHING", &temp.path()));
}
