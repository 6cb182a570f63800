//! A store with several names: through hard links nothing is written to it, and symbolic links lead to its one name.

#![cfg(unix)]

use foldback::domain::aggregates::Aggregates;
use std::fs;
use std::os::unix::fs::symlink;

use foldback::store::sqlite::SqliteStore;
use foldback::store::sqlite::file::open_error::Problem;
use foldback::store::{Direction, EventReader, EventStore};

use crate::support::{TempStore, deposit, write};

/// Number of events that the store at a path has when it is opened now.
fn n_events(path: &std::path::Path) -> usize {
    let store = SqliteStore::open_read_only(path, &Aggregates::bank()).unwrap();
    store.read_all(foldback::domain::event::GlobalPosition::START, Direction::Forward, 99).unwrap().len()
}

#[test]
fn a_store_with_several_names_is_only_read_and_says_why() {
    let mut temp = TempStore::new();
    temp.store.append(&[write("a", vec![deposit(1)])]).unwrap();
    let (path, other) = (fs::canonicalize(temp.path()).unwrap(), temp.folder.path().join("other.db"));
    let _folder = temp.close();
    fs::hard_link(&path, &other).unwrap();
    for name in [&path, &other] {
        let error = SqliteStore::open(name, &Aggregates::bank()).err().unwrap();
        assert!(matches!(error.problem, Problem::OtherNames(2)), "{error}");
        let name = fs::canonicalize(name).unwrap();
        let name = name.display();
        let expected = format!(
            "{name} has 2 names (hard links), and events written through one of them are not seen through another and can be lost; \
             remove the other names (find / -samefile {name}), or copy the store"
        );
        assert!(error.to_string().ends_with(&expected), "{error}");
    }
    let reader = SqliteStore::open_read_only(&other, &Aggregates::bank()).unwrap();
    assert!(reader.notice().is_some_and(|said| said.contains("has 2 names")));
    assert_eq!(n_events(&other), 1);
    drop(reader);
    // With one name again it is like every store.
    fs::remove_file(&other).unwrap();
    let mut store = SqliteStore::open(&path, &Aggregates::bank()).unwrap();
    assert_eq!(store.notice(), None);
    store.append(&[write("a", vec![deposit(2)])]).unwrap();
    assert_eq!(n_events(&path), 2);
}

#[test]
fn nothing_is_written_once_a_second_name_has_come_while_the_store_is_open() {
    let mut temp = TempStore::new();
    let (path, other) = (temp.path(), temp.folder.path().join("other.db"));
    temp.store.append(&[write("a", vec![deposit(1)])]).unwrap();
    fs::hard_link(&path, &other).unwrap();
    for _ in 0..2 {
        let refused = temp.store.append(&[write("a", vec![deposit(2)])]).unwrap_err().to_string();
        assert!(refused.starts_with("nothing was written: ") && refused.contains("has 2 names"), "{refused}");
    }
    assert_eq!(temp.store.head().unwrap().number(), 1);
    fs::remove_file(&other).unwrap();
    assert_eq!(temp.store.append(&[write("a", vec![deposit(2)])]).unwrap().head.number(), 2);
}

#[test]
fn two_symbolic_links_share_one_write_ahead_log() {
    let temp = TempStore::new();
    let (path, folder) = (temp.path(), temp.close());
    let names = ["one.db", "two.db"].map(|name| folder.path().join(name));
    for name in &names {
        symlink(&path, name).unwrap();
    }
    let [mut one, mut two] =
        names.each_ref().map(|name| SqliteStore::open(name, &Aggregates::bank()).unwrap());
    for n in 1..=3 {
        assert_eq!(
            one.append(&[write("a", vec![deposit(n)])]).unwrap().head.number(),
            2 * n.unsigned_abs() - 1
        );
        assert_eq!(two.append(&[write("b", vec![deposit(n)])]).unwrap().head.number(), 2 * n.unsigned_abs());
    }
    assert!(path.with_extension("db-wal").exists());
    assert!(!names.iter().any(|name| name.with_extension("db-wal").exists()));
    drop((one, two));
    assert_eq!(n_events(&path), 6);
}
