//! Stores in places where nothing may be written.

use foldback::domain::aggregates::Aggregates;
use std::fs::{self, Permissions};
use std::path::{Path, PathBuf};

use foldback::domain::event::GlobalPosition;
use foldback::store::sqlite::SqliteStore;
use foldback::store::sqlite::file::open_error::Problem;
use foldback::store::{EventReader, EventStore};

use crate::contract::all;
use crate::open::at_rest;
use crate::support::{TempStore, deposit, files, write};

/// Makes a file or a folder read-only until the end of a test.
///
/// The system allows root to write even so; as root these tests show only that foldback itself respects the mark. Files
/// that the system protects without a mark (somebody else's) cannot be created by a test.
pub(crate) struct ReadOnly(PathBuf, Permissions);

impl ReadOnly {
    pub(crate) fn new(path: &Path) -> Self {
        let before = fs::metadata(path).unwrap().permissions();
        let mut permissions = before.clone();
        permissions.set_readonly(true);
        fs::set_permissions(path, permissions).unwrap();
        Self(path.to_owned(), before)
    }
}

impl Drop for ReadOnly {
    fn drop(&mut self) {
        fs::set_permissions(&self.0, self.1.clone()).unwrap();
    }
}

/// Checks that a read-only store cannot be opened for writing, can be read, and does not change.
fn check_read_only(folder: &Path, path: &Path, n_events: usize) {
    let before = files(folder);
    let error = SqliteStore::open(path, &Aggregates::bank()).err().unwrap();
    let sentence = "cannot be written to: its file or its folder is read-only, or the disk fails or is full; \
         change that, or copy the store";
    assert_eq!(error.to_string(), format!("{} {sentence}", path.display()));
    assert_eq!(files(folder), before);
    let store = SqliteStore::open_read_only(path, &Aggregates::bank()).unwrap();
    assert_eq!(all(&store).len(), n_events);
    assert_eq!(store.path(), path);
    drop(store);
    assert_eq!(files(folder), before);
}

#[test]
fn a_read_only_file() {
    let (folder, path) = at_rest(3);
    let _mark = ReadOnly::new(&path);
    check_read_only(folder.path(), &path, 3);
}

#[test]
fn a_read_only_folder() {
    let (folder, path) = at_rest(3);
    let _mark = ReadOnly::new(folder.path());
    check_read_only(folder.path(), &path, 3);
}

#[test]
fn a_read_only_folder_in_which_the_newest_events_wait() {
    let mut temp = TempStore::new();
    temp.store.append(&[write("a", vec![deposit(1)])]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for name in ["bank.db", "bank.db-wal"] {
        fs::copy(temp.folder.path().join(name), folder.path().join(name)).unwrap();
    }
    let _mark = ReadOnly::new(folder.path());
    check_read_only(folder.path(), &folder.path().join("bank.db"), 1);
}

#[test]
fn a_store_is_not_made_in_a_read_only_folder_unless_by_root() {
    let folder = tempfile::tempdir().unwrap();
    let mark = ReadOnly::new(folder.path());
    let path = folder.path().join("bank.db");
    match SqliteStore::create(&path, &Aggregates::bank()) {
        Err(error) => assert!(matches!(error.problem, Problem::ReadOnly), "{error}"),
        // Root may write; then it is a store like any other.
        Ok(store) => assert_eq!(store.head().unwrap(), GlobalPosition::START),
    }
    drop(mark);
}
