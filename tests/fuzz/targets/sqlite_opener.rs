//! Files that are opened as a store: each is one, or a message says why not, and a file that is not a store stays
//! unchanged.

use foldback::domain::aggregates::Aggregates;
use std::path::Path;

use foldback::domain::event::{GlobalPosition, NewEvent, StreamName, StreamPosition, Timestamp};
use foldback::store::sqlite::SqliteStore;
use foldback::store::{Direction, EventReader, EventStore, StreamWrite};

use super::banks::{bytes_of_store, hostile_log, store_path};

/// Events, positions or names per question.
const LIMIT: usize = 16;

thread_local! {
    static STORE: Vec<u8> = bytes_of_store(hostile_log().as_bytes());
    static WITH_LOG: (Vec<u8>, Vec<u8>) = store_with_log();
}

/// The first byte says what the others are: a file; a write-ahead log beside a store; or changes to a store, or to the
/// write-ahead log beside one. See [`changed`].
pub fn sqlite_opener(bytes: &[u8]) {
    let Some((what, rest)) = bytes.split_first() else { return };
    let (store, log) = match what % 4 {
        0 => (rest.to_vec(), None),
        1 => (STORE.with(|store| changed(store, rest)), None),
        2 => WITH_LOG.with(|(store, log)| (store.clone(), Some(changed(log, rest)))),
        _ => WITH_LOG.with(|(store, _)| (store.clone(), Some(rest.to_vec()))),
    };
    let folder = tempfile::tempdir().unwrap();
    let path = store_path(folder.path());
    std::fs::write(&path, &store).unwrap();
    if let Some(log) = &log {
        std::fs::write(folder.path().join("bank.db-wal"), log).unwrap();
    }
    let is_unchanged = |path: &Path| std::fs::read(path).unwrap() == store;
    match SqliteStore::open_read_only(&path, &Aggregates::bank()) {
        Ok(store) => look_around(&store),
        Err(why) => assert!(!why.to_string().is_empty()),
    }
    assert!(is_unchanged(&path), "a reader has changed it");
    match SqliteStore::open(&path, &Aggregates::bank()) {
        Ok(mut store) => {
            append(&mut store);
            look_around(&store);
        }
        Err(why) => {
            assert!(!why.to_string().is_empty());
            assert!(is_unchanged(&path), "it was not opened, and is another file now: {why}");
        }
    }
}

/// A file with changes: of every four bytes the first three are an offset, and the last one is written there; 255 as
/// the first of them truncates the file there instead.
fn changed(file: &[u8], changes: &[u8]) -> Vec<u8> {
    let mut file = file.to_vec();
    for change in changes.chunks_exact(4) {
        let n = file.len().max(1);
        let place =
            usize::from(change[0] & 0x7f) << 16 | usize::from(change[1]) << 8 | usize::from(change[2]);
        match file.get_mut(place % n) {
            _ if change[0] == 255 => file.truncate(place % n),
            Some(byte) => *byte = change[3],
            None => {}
        }
    }
    file
}

/// A store of a few events, with some more in the write-ahead log beside it.
fn store_with_log() -> (Vec<u8>, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let path = store_path(folder.path());
    STORE.with(|store| std::fs::write(&path, store).unwrap());
    let mut store = SqliteStore::open(&path, &Aggregates::bank()).unwrap();
    for _ in 0..3 {
        append(&mut store);
    }
    let read = |suffix: &str| std::fs::read(folder.path().join(format!("bank.db{suffix}"))).unwrap();
    (read(""), read("-wal"))
}

/// Asks every question.
fn look_around(store: &SqliteStore) {
    let says = |why: anyhow::Error| assert!(!format!("{why:#}").is_empty());
    let at = [0, 1, 17, u64::MAX].map(GlobalPosition::new);
    let mut events = Vec::new();
    for position in at {
        for direction in [Direction::Forward, Direction::Backward] {
            match store.read_all(position, direction, LIMIT) {
                Ok(read) => {
                    assert!(read.len() <= LIMIT);
                    events.extend(read);
                }
                Err(why) => says(why),
            }
        }
        store.clock_at(position).map_or_else(says, drop);
        let mut others = events.clone();
        store.read_on(position, LIMIT, &mut others, events.len() / 2).map_or_else(says, drop);
    }
    store.head().map_or_else(says, drop);
    store.mappings().map_or_else(says, drop);
    store.sources().map_or_else(says, drop);
    store.n_streams().map_or_else(says, drop);
    for time in [Timestamp::MIN, Timestamp::from_second(1_709_800_000).unwrap(), Timestamp::MAX] {
        store.position_at(time).map_or_else(says, drop);
    }
    let mut names = store.streams("", LIMIT).unwrap_or_default();
    names.extend(events.iter().map(|event| event.stream.clone()));
    names.dedup();
    for name in names.iter().take(LIMIT) {
        store.read_stream(name, StreamPosition::new(1), LIMIT).map_or_else(says, drop);
        store.places(name, StreamPosition::START, LIMIT).map_or_else(says, drop);
        store.version_at(name, at[2]).map_or_else(says, drop);
    }
    for id in events.iter().filter_map(|event| event.id.as_deref()).take(LIMIT) {
        store.event_by_id(id).map_or_else(says, drop);
    }
}

/// Appends an event, if the store accepts one.
fn append(store: &mut SqliteStore) {
    let event = NewEvent {
        id: Some(format!("id-{}", store.head().map_or(0, GlobalPosition::number))),
        event_type: "Deposited".to_owned(),
        time: Timestamp::from_second(1_709_900_000).ok(),
        data: r#"{"amount":5}"#.to_owned(),
        metadata: None,
    };
    let stream = StreamName::new("acc-1").unwrap();
    if let Err(why) = store.append(&[StreamWrite { stream, expected: None, events: vec![event] }]) {
        assert!(!why.to_string().is_empty());
    }
}
