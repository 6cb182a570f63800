//! The receipt beside a store: never ahead of it, never replaced by an older one; and nothing is added to a store that
//! lacks what it says.

use foldback::domain::aggregates::Aggregates;
use std::fs;
use std::path::Path;
use std::sync::Barrier;
use std::thread;

use rusqlite::Connection;

use foldback::store::proof::receipt::{RECEIPT_BYTES, Receipt};
use foldback::store::sqlite::SqliteStore;
use foldback::store::sqlite::import::sources::NewSource;
use foldback::store::sqlite::import::{ImportedEvent, SourceProgress};
use foldback::store::sqlite::proof::receipt_file::{beside, path_of};
use foldback::store::{AppendError, EventReader, EventStore};

use crate::support::{TempStore, deposit, stream, write};

fn new_source(mapping: &str) -> NewSource {
    let (name, beginning_hash) = ("bank.jsonl".to_owned(), "ab".to_owned());
    NewSource { log: None, name, beginning_bytes: 7, beginning_hash, mapping: Some(mapping.to_owned()) }
}

/// The receipt beside the store.
fn kept(temp: &TempStore) -> Receipt {
    beside(&temp.path()).unwrap().unwrap()
}

/// The message when the store is opened for appending.
fn refusal(path: &Path) -> String {
    let mut store = SqliteStore::open(path, &Aggregates::bank()).unwrap();
    let head = store.head().unwrap();
    let Err(AppendError::Store(refused)) = store.append(&[write("a", vec![deposit(9)])]) else { panic!() };
    assert_eq!(store.head().unwrap(), head);
    let refused = format!("{refused:#}");
    assert_eq!(format!("{:#}", store.add_source(&new_source("c = 1")).unwrap_err()), refused);
    // An empty bulk updates nothing.
    store.begin_bulk().unwrap();
    store.end_bulk().unwrap();
    refused
}

#[test]
fn whatever_is_committed_is_written_down_before_it_is_acknowledged() {
    let mut temp = TempStore::new();
    assert_eq!(kept(&temp), temp.store.receipt().unwrap());
    temp.store.append(&[write("a", vec![deposit(1), deposit(2)])]).unwrap();
    assert_eq!(kept(&temp), temp.store.receipt().unwrap());
    let log = temp.store.add_source(&new_source("a = 1")).unwrap();
    assert_eq!(kept(&temp), temp.store.receipt().unwrap());
    temp.store.set_mapping(log, "b = 1").unwrap();
    assert_eq!((kept(&temp), kept(&temp).place.mapping), (temp.store.receipt().unwrap(), 2));
    let event = ImportedEvent { source: log, place: 1, stream: stream("b"), event: deposit(3) };
    let progress = SourceProgress { log, read_bytes: 1, read_hash: String::new(), read_lines: 1 };
    temp.store.import(&[event], &progress).unwrap();
    assert_eq!(kept(&temp), temp.store.receipt().unwrap());
    assert_eq!(fs::metadata(path_of(&temp.path())).unwrap().len(), RECEIPT_BYTES as u64);
}

#[test]
fn a_bulk_is_written_down_once_it_is_on_the_disk() {
    let mut temp = TempStore::new();
    let before = kept(&temp);
    temp.store.begin_bulk().unwrap();
    temp.store.append(&[write("a", vec![deposit(1)])]).unwrap();
    assert_eq!(kept(&temp), before);
    temp.store.end_bulk().unwrap();
    assert_eq!(kept(&temp), temp.store.receipt().unwrap());
}

#[test]
fn of_many_concurrent_writers_the_newest_receipt_stays() {
    const N_WRITERS: usize = 4;
    let temp = TempStore::new();
    let (path, begin) = (temp.path(), Barrier::new(N_WRITERS));
    thread::scope(|scope| {
        for n in 0..N_WRITERS {
            let (path, begin) = (&path, &begin);
            scope.spawn(move || {
                let mut store = SqliteStore::open(path, &Aggregates::bank()).unwrap();
                begin.wait();
                for _ in 0..25 {
                    let head = store.append(&[write(&format!("s{n}"), vec![deposit(1)])]).unwrap().head;
                    let there = beside(path).unwrap().unwrap();
                    assert!(there.place.position >= head, "{} is behind {head}", there.place);
                    assert!(store.take_receipt_trouble().is_none());
                }
            });
        }
    });
    assert_eq!(kept(&temp), temp.store.receipt().unwrap());
    assert_eq!(temp.store.head().unwrap().number(), 100);
}

#[test]
fn nothing_is_added_to_a_store_that_lost_its_newest_events() {
    let mut temp = TempStore::new();
    temp.store.append(&[write("a", vec![deposit(1)])]).unwrap();
    let path = temp.path();
    Connection::open(&path).unwrap().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let older = fs::read(&path).unwrap();
    temp.store.append(&[write("a", vec![deposit(2)])]).unwrap();
    let folder = temp.close();
    let receipt = path_of(&path).canonicalize().unwrap();
    fs::write(&path, older).unwrap();
    for end in ["-wal", "-shm"] {
        _ = fs::remove_file(folder.path().join(format!("bank.db{end}")));
    }
    let expected = format!(
        "nothing was written: the store had position 2 according to its receipt {}, and has position 1 now: the newest part was lost; `foldback verify` reports more; to continue with the events that are left, remove the receipt",
        receipt.display()
    );
    assert!(refusal(&path).ends_with(&expected), "{}", refusal(&path));
    // Going back on purpose includes removing the receipt.
    fs::remove_file(receipt).unwrap();
    let mut store = SqliteStore::open(&path, &Aggregates::bank()).unwrap();
    store.append(&[write("a", vec![deposit(3)])]).unwrap();
    assert_eq!(beside(&path).unwrap(), Some(store.receipt().unwrap()));
}

#[test]
fn nothing_is_added_to_a_store_whose_receipt_is_anothers_or_damaged() {
    let mut temp = TempStore::new();
    temp.store.append(&[write("a", vec![deposit(1)])]).unwrap();
    let (path, receipt) = (temp.path(), path_of(&temp.path()));
    let right = fs::read_to_string(&receipt).unwrap();
    let of_another = TempStore::new().store.receipt().unwrap().to_string();
    let another_hash = Receipt { hash: Receipt::parse(&of_another).unwrap().hash, ..kept(&temp) }.to_string();
    for (text, why) in [
        (of_another.as_str(), "is of another store"),
        ("foldback", "it is not a receipt of foldback"),
        (&right.replace("position", "Position"), "it is not a receipt of foldback"),
        (&right.replace("  1 mapping", "  2 mapping"), "it is damaged"),
        (&another_hash, "up to position 1 the store differs from its receipt"),
    ] {
        fs::write(&receipt, text).unwrap();
        // The same holds the next time, and for a write without new events.
        for _ in 0..2 {
            let refused = refusal(&path);
            assert!(refused.contains(why) && refused.contains("remove the receipt"), "{text}: {refused}");
        }
        assert_eq!(fs::read_to_string(&receipt).unwrap(), text);
    }
    fs::write(&receipt, &right).unwrap();
    temp.store.append(&[write("a", vec![deposit(2)])]).unwrap();
}

#[test]
fn a_receipt_that_cannot_be_written_loses_nothing_and_is_reported() {
    let mut temp = TempStore::new();
    let receipt = path_of(&temp.path());
    fs::remove_file(&receipt).unwrap();
    temp.store.append(&[write("a", vec![deposit(1)])]).unwrap();
    assert_eq!(kept(&temp), temp.store.receipt().unwrap(), "one that is missing is made");
    fs::remove_file(&receipt).unwrap();
    // A dangling link: there is no receipt to read, and none can be created.
    std::os::unix::fs::symlink(temp.folder.path().join("no/where"), &receipt).unwrap();
    assert_eq!(temp.store.append(&[write("a", vec![deposit(2)])]).unwrap().head.number(), 2);
    let trouble = temp.store.take_receipt_trouble().unwrap().to_string();
    assert!(trouble.starts_with("the last commit was not recorded in the receipt"), "{trouble}");
    assert!(temp.store.take_receipt_trouble().is_none());
}

#[test]
fn a_receipt_whose_creation_was_interrupted_is_ignored() {
    let mut temp = TempStore::new();
    let receipt = path_of(&temp.path());
    fs::write(&receipt, "").unwrap();
    assert_eq!(beside(&temp.path()).unwrap(), None);
    temp.store.append(&[write("a", vec![deposit(1)])]).unwrap();
    assert_eq!(kept(&temp), temp.store.receipt().unwrap());
}

#[cfg(unix)]
#[test]
fn everybody_who_may_write_to_the_store_may_write_its_receipt() {
    use std::os::unix::fs::PermissionsExt;
    let mut temp = TempStore::new();
    let (store, receipt) = (temp.path(), path_of(&temp.path()));
    fs::set_permissions(&store, fs::Permissions::from_mode(0o660)).unwrap();
    fs::remove_file(&receipt).unwrap();
    temp.store.append(&[write("a", vec![deposit(1)])]).unwrap();
    assert_eq!(fs::metadata(&receipt).unwrap().permissions().mode() & 0o777, 0o660);
}

#[test]
fn a_store_that_was_lengthened_on_another_history_is_not_vouched_for() {
    let mut temp = TempStore::new();
    temp.store.append(&[write("a", vec![deposit(1)])]).unwrap();
    let path = temp.path();
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let older = fs::read(&path).unwrap();
    temp.store.append(&[write("a", vec![deposit(2)])]).unwrap();
    let said = fs::read_to_string(path_of(&path)).unwrap();
    drop(conn);
    let folder = temp.close();
    for end in ["-wal", "-shm", "-receipt"] {
        _ = fs::remove_file(folder.path().join(format!("bank.db{end}")));
    }
    fs::write(&path, older).unwrap();
    let mut store = SqliteStore::open(&path, &Aggregates::bank()).unwrap();
    store.append(&[write("a", vec![deposit(8), deposit(9)])]).unwrap();
    drop(store);
    // The store is longer than the receipt says, and has another history.
    fs::write(path_of(&path), &said).unwrap();
    for _ in 0..2 {
        assert!(refusal(&path).contains("up to position 2 the store differs from its receipt"));
    }
    assert_eq!(fs::read_to_string(path_of(&path)).unwrap(), said);
}

#[test]
fn a_receipt_that_the_system_does_not_read_is_not_to_be_removed() {
    let mut temp = TempStore::new();
    temp.store.append(&[write("a", vec![deposit(1)])]).unwrap();
    let path = path_of(&temp.path());
    fs::remove_file(&path).unwrap();
    // A folder can be opened, but not read.
    fs::create_dir(&path).unwrap();
    let Err(AppendError::Store(refused)) = temp.store.append(&[write("a", vec![deposit(2)])]) else {
        panic!()
    };
    let expected = format!(
        "nothing was written: the receipt {} cannot be read; check its permissions and the disk, and try again",
        path.display()
    );
    assert_eq!((refused.to_string(), temp.store.head().unwrap().number()), (expected, 1));
}
