//! Checks of a store after any fault: it opens, nothing is missing, nothing is half done.

use foldback::domain::aggregates::Aggregates;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::process::{Command, Output};

use foldback::domain::event::{GlobalPosition, RecordedEvent};
use foldback::store::sqlite::SqliteStore;
use foldback::store::{Direction, EventReader};
use rusqlite::{Connection, OpenFlags};

/// A random number below a limit.
pub fn random(limit: u64) -> u64 {
    RandomState::new().hash_one(0) % limit.max(1)
}

/// The program with these arguments, and a cache folder of its own.
pub fn foldback(cache: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_foldback"));
    command.args(words).env("FOLDBACK_CACHE", cache).env("RUST_BACKTRACE", "0");
    command
}

/// The text on stderr.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The text on stdout of a program that must have succeeded.
pub fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", said(output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// All events of a store that is consistent: SQLite's own check passes, positions and versions have no gap, no id
/// appears twice, and every transfer has both its legs or none.
pub fn events_of_whole(path: &Path) -> Vec<RecordedEvent> {
    let store = SqliteStore::open(path, &Aggregates::bank()).unwrap();
    let events = store.read_all(GlobalPosition::START, Direction::Forward, usize::MAX).unwrap();
    let (mut versions, mut ids, mut legs) = (HashMap::new(), HashSet::new(), BTreeMap::new());
    for (n, event) in (1..).zip(&events) {
        let version = versions.entry(event.stream.clone()).or_insert(0);
        *version += 1;
        assert_eq!((event.position.number(), event.version.number()), (n, *version), "{}", event.stream);
        assert!(event.id.as_ref().is_none_or(|id| ids.insert(id.clone())), "{:?} is there twice", event.id);
        let data: serde_json::Value = serde_json::from_str(&event.data).unwrap();
        if let Some(transfer) = data.get("transfer").and_then(|transfer| transfer.as_str()) {
            *legs.entry(transfer.to_owned()).or_insert(0) += 1;
        }
    }
    let halves: Vec<_> = legs.iter().filter(|(_, n)| **n != 2).collect();
    assert!(halves.is_empty(), "half transfers: {halves:?}");
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let found: String = conn.query_one("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(found, "ok");
    events
}

/// The positions and ids of the events that `do --json` reports as appended.
pub fn acknowledged(output: &Output) -> Vec<(u64, String)> {
    if !output.status.success() {
        return Vec::new();
    }
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let events = told["events"].as_array().unwrap().iter();
    events
        .map(|event| (event["position"].as_u64().unwrap(), event["id"].as_str().unwrap().to_owned()))
        .collect()
}

/// Checks that each of these events is at its acknowledged position.
pub fn expect_acknowledged(events: &[RecordedEvent], acknowledged: &[(u64, String)]) {
    for (position, id) in acknowledged {
        let event = &events[usize::try_from(position - 1).unwrap()];
        assert_eq!(event.id.as_ref(), Some(id), "{id} was acknowledged at {position}");
    }
}
