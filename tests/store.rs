//! The store: what every event store promises, and what ours promises besides.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends with the first thing that is not as it says"
)]

mod support;

use foldback::domain::event::GlobalPosition;
use foldback::store::{Direction, EventReader, EventStore};
use support::{TempStore, deposit, stream, with_id, with_time, write, write_expecting};

#[test]
fn smoke() {
    let mut t = TempStore::new();
    let a = t
        .store
        .append(&[
            write_expecting("a", 0, vec![with_id("1", with_time(5, deposit(1))), deposit(2)]),
            write("b", vec![with_time(3, deposit(2))]),
        ])
        .unwrap();
    assert_eq!(a.events, t.store.read_all(GlobalPosition::START, Direction::Forward, 10).unwrap());
    println!("{:#?}", a);
    println!(
        "{:?} {:?}",
        t.store.version_at(&stream("a"), GlobalPosition::new(1)),
        t.store.read_stream(&stream("a"), Default::default(), 10).unwrap().len()
    );
    let path = t.path();
    println!(
        "{:?}",
        std::fs::read_dir(t.folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect::<Vec<_>>()
    );
    let r = foldback::store::sqlite::SqliteStore::open_read_only(&path).unwrap();
    println!("{:?} {:?}", r.head(), r.id());
    t.store.begin_bulk().unwrap();
    t.store.end_bulk().unwrap();
    drop(t.store);
    println!(
        "{:?}",
        std::fs::read_dir(t.folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect::<Vec<_>>()
    );
    drop(r);
    println!(
        "{:?}",
        std::fs::read_dir(t.folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect::<Vec<_>>()
    );
    let r = foldback::store::sqlite::SqliteStore::open(&path).unwrap();
    println!("{:?} {:?}", r.head(), r.id());
    drop(r);
    let r = foldback::store::sqlite::SqliteStore::open_read_only(&path).unwrap();
    println!("{:?} {:?}", r.head(), r.id());
    drop(r);
    println!(
        "{:?}",
        std::fs::read_dir(t.folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect::<Vec<_>>()
    );
}
