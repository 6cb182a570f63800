//! No room for the files that SQLite needs beside a store: existing events can still be read, and a note says how.

use foldback::domain::aggregates::Aggregates;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use foldback::store::EventStore;
use foldback::store::sqlite::SqliteStore;

use crate::checks::{done, foldback, said};
use crate::preload::{Errno, Fault, library, with_fault};
use crate::support::{deposit, sample_store, write};

/// Runs a verb on a store while no byte can be written to the index of its write-ahead log.
fn without_index(store: &Path, cache: &Path, library: &Path, verb: &str, words: &[&str]) -> Output {
    let words: Vec<&str> = [verb, store.to_str().unwrap()].into_iter().chain(words.iter().copied()).collect();
    let mut command = foldback(cache, &words);
    let index = store.with_extension("db-shm");
    let fault = Fault { call: 1, errno: Errno::NoSpace, is_lasting: true };
    drop(fs::remove_file(cache.join("counter")));
    with_fault(&mut command, library, &index, &cache.join("counter"), fault);
    command.output().unwrap()
}

/// A store of the sample bank with one more event, which is still in its write-ahead log, as after a kill.
fn killed(folder: &Path) -> PathBuf {
    let path = sample_store(folder, "bank");
    let mut store = SqliteStore::open(&path, &Aggregates::bank()).unwrap();
    store.append(&[write("acc-01", vec![deposit(1)])]).unwrap();
    let elsewhere = folder.join("killed");
    fs::create_dir(&elsewhere).unwrap();
    let killed = elsewhere.canonicalize().unwrap().join("bank.db");
    for end in ["db", "db-wal", "db-receipt"] {
        fs::copy(path.with_extension(end), killed.with_extension(end)).unwrap();
    }
    killed
}

#[test]
fn a_store_at_rest_is_read_where_it_is_again_and_again() {
    let Some(library) = library() else { return };
    let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = sample_store(folder.path(), "bank").canonicalize().unwrap();
    // The first run leaves the beginning of the index, for which there was room.
    for _ in 0..3 {
        let output = without_index(&path, cache.path(), library, "events", &[]);
        assert_eq!(done(&output).lines().count(), 407);
        let said = said(&output);
        assert!(said.contains("in its present state") && said.contains("cannot be created there"), "{said}");
    }
    assert!(done(&without_index(&path, cache.path(), library, "state", &["acc-01"])).contains("balance"));
    let question = ["SELECT count(*) AS n FROM accounts", "--json"];
    assert_eq!(done(&without_index(&path, cache.path(), library, "query", &question)), "{\"n\":12}\n");
}

#[test]
fn events_that_wait_in_the_write_ahead_log_are_read_from_a_copy() {
    let Some(library) = library() else { return };
    let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = killed(folder.path());
    for _ in 0..2 {
        let output = without_index(&path, cache.path(), library, "events", &[]);
        assert_eq!(done(&output).lines().count(), 408);
        assert!(said(&output).contains("is read from a copy, in its present state"), "{}", said(&output));
    }
}
