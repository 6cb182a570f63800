//! Leftovers of a creation that was killed: the next one can use the name, and no other file is ever turned into a
//! store.

use foldback::domain::aggregates::Aggregates;
use std::fs;
use std::process::{Command, ExitStatus};

use foldback::store::sqlite::SqliteStore;
use foldback::store::sqlite::file::open_error::Problem;
use rusqlite::Connection;

#[test]
fn a_file_with_anything_in_it_is_never_made_a_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bank.db");
    let journal = folder.path().join("bank.db-journal");
    // Somebody else's database whose last change was interrupted.
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch("CREATE TABLE t (x); BEGIN; INSERT INTO t VALUES (zeroblob(9000))").unwrap();
    let interrupted = fs::read(&journal).unwrap();
    conn.execute_batch("COMMIT").unwrap();
    drop(conn);
    let theirs = fs::read(&path).unwrap();
    for (bytes, beside) in [(&theirs[..], Some(&interrupted[..])), (&theirs, None), (b"x", None)] {
        fs::write(&path, bytes).unwrap();
        if let Some(beside) = beside {
            fs::write(&journal, beside).unwrap();
        }
        let why = SqliteStore::create(&path, &Aggregates::bank()).err().unwrap();
        assert!(matches!(why.problem, Problem::Exists), "{why}");
        assert_eq!(fs::read(&path).unwrap(), bytes);
        _ = fs::remove_file(&journal);
    }
    let link = folder.path().join("link.db");
    fs::write(folder.path().join("empty"), "").unwrap();
    std::os::unix::fs::symlink(folder.path().join("empty"), &link).unwrap();
    assert!(matches!(
        SqliteStore::create(&link, &Aggregates::bank()).err().unwrap().problem,
        Problem::Exists
    ));
}

#[test]
fn of_those_that_make_a_store_of_a_leftover_at_once_one_succeeds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bank.db");
    fs::write(&path, "").unwrap();
    let make = |_| Command::new(env!("CARGO_BIN_EXE_foldback")).arg("new").arg(&path).spawn().unwrap();
    let makers: Vec<_> = (0..6).map(make).collect();
    let made = makers.into_iter().map(|mut maker| maker.wait().unwrap()).filter(ExitStatus::success);
    assert_eq!(made.count(), 1);
    SqliteStore::open(&path, &Aggregates::bank()).unwrap();
}

#[test]
fn a_creation_that_fails_because_of_another_one_removes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bank.db");
    fs::write(&path, "").unwrap();
    // The other creation is under way: it has its lock, and has not committed.
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE; CREATE TABLE t (x)").unwrap();
    let why = SqliteStore::create(&path, &Aggregates::bank()).err().unwrap();
    assert!(matches!(why.problem, Problem::Locked), "{why}");
    other.execute_batch("COMMIT").unwrap();
    drop(other);
    let theirs = fs::read(&path).unwrap();
    let why = SqliteStore::create(&path, &Aggregates::bank()).err().unwrap();
    assert!(matches!(why.problem, Problem::Exists), "{why}");
    assert_eq!(fs::read(&path).unwrap(), theirs);
    assert!(!theirs.is_empty());
}
