//! The time to compute a state at any position of a long history: with and without snapshots, in one process and as a
//! whole process, compared with SQLite reading the same rows by key.
//!
//! FOLDBACK_BENCH_EVENTS is the number of events.

#[path = "stores.rs"]
mod stores;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use foldback::cancel::Cancel;
use foldback::domain::aggregates::Aggregates;
use foldback::domain::event::{GlobalPosition, StreamName};
use foldback::replay::reconstruct::FoldFrom;
use foldback::replay::snapshots::SNAPSHOT_SPACING_EVENTS;
use foldback::runtime::log_worker::seeker::Seeker;
use foldback::store::EventReader;
use foldback::store::folded_log::FoldedLog;
use foldback::store::sqlite::SqliteStore;
use rusqlite::Connection;
use stores::{busiest, location, median, n_events, projected_store, tell};

const N_SEEKS: u64 = 400;
const N_PROCESSES: usize = 20;

fn main() {
    let n_events = n_events();
    let path = projected_store(n_events);
    let name = busiest(&path);
    let store = SqliteStore::open_read_only(&path, &Aggregates::bank()).unwrap();
    let n_of_busiest = store.version_at(&name, GlobalPosition::new(u64::MAX)).unwrap();
    println!(
        "{n_events} events, {n_of_busiest} of them of {name}; a snapshot every {SNAPSHOT_SPACING_EVENTS}"
    );
    tell("seek, cold: a new connection each, busiest account", &times(n_events, |at| cold(&path, &name, at)));
    let mut warm = Seeker::new(&location(&store));
    let aggregates = Aggregates::bank().read_by(store.mappings().unwrap());
    let mut seek = |at| {
        let at = GlobalPosition::new(at);
        warm.state_at(
            FoldedLog { log: &store, aggregates: &aggregates },
            &name,
            at,
            FoldFrom::Snapshot,
            &Cancel::never(),
        )
        .unwrap();
    };
    tell("seek, warm: the same connection, busiest account", &times(n_events, &mut seek));
    for n_rows in [125, 250, 500, 1_000, 2_000] {
        let of_rows = times(n_events, |at| by_key(&path, &name, at, n_rows));
        tell(&format!("  SQLite alone: {n_rows} rows of it by key, a new connection each"), &of_rows);
    }
    whole(n_events, &store, &name);
    processes(&path, &name);
}

/// The times of an operation at positions all over the log.
fn times(n_events: u64, mut what: impl FnMut(u64)) -> Vec<Duration> {
    let position = |nth: u64| 1 + (nth * 7_919 + 13) * n_events / (N_SEEKS * 7_919) % n_events;
    let time = |nth| {
        let began = Instant::now();
        what(position(nth * 5_279 % N_SEEKS));
        began.elapsed()
    };
    (0..N_SEEKS).map(time).collect()
}

fn cold(path: &Path, name: &StreamName, at: u64) {
    let store = SqliteStore::open_read_only(path, &Aggregates::bank()).unwrap();
    let aggregates = Aggregates::bank().read_by(store.mappings().unwrap());
    let at = GlobalPosition::new(at);
    let mut seeker = Seeker::new(&location(&store));
    seeker
        .state_at(
            FoldedLog { log: &store, aggregates: &aggregates },
            name,
            at,
            FoldFrom::Snapshot,
            &Cancel::never(),
        )
        .unwrap();
}

/// Reads that many rows of the stream with nothing but SQLite.
fn by_key(path: &Path, name: &StreamName, at: u64, n_rows: u64) {
    let conn = Connection::open(path).unwrap();
    let sql = "SELECT e.type, e.data FROM versions v CROSS JOIN events e ON e.position = v.position \
               WHERE v.stream = (SELECT id FROM streams WHERE name = ?1) AND v.version BETWEEN ?2 AND ?2 + ?3";
    let last: i64 = conn
        .query_row(
            "SELECT max(version) FROM versions WHERE stream = (SELECT id FROM streams WHERE name = ?1)",
            [name.as_str()],
            |row| row.get(0),
        )
        .unwrap();
    // The place in the stream does not matter for the time.
    let first = (at.cast_signed() % last).max(1);
    let mut select = conn.prepare(sql).unwrap();
    let mut rows = select.query((name.as_str(), first, n_rows.cast_signed() - 1)).unwrap();
    while let Some(row) = rows.next().unwrap() {
        std::hint::black_box(row.get_ref(1).unwrap());
    }
}

/// Without snapshots, from the first event.
fn whole(n_events: u64, store: &SqliteStore, name: &StreamName) {
    let aggregates = Aggregates::bank().read_by(store.mappings().unwrap());
    let mut seeker = Seeker::new(&location(store));
    let began = Instant::now();
    let at = GlobalPosition::new(n_events / 2);
    let sought = seeker
        .state_at(
            FoldedLog { log: store, aggregates: &aggregates },
            name,
            at,
            FoldFrom::FirstEvent,
            &Cancel::never(),
        )
        .unwrap();
    let took = began.elapsed();
    println!("without snapshots, in the middle: {:.0?} for {} events", took, sought.n_folded);
}

/// The verb as a whole process.
fn processes(path: &Path, name: &StreamName) {
    let run = |more: &[&str]| {
        let began = Instant::now();
        let status = Command::new(env!("CARGO_BIN_EXE_foldback"))
            .arg("state")
            .args([path.as_os_str(), name.as_str().as_ref(), "--at".as_ref(), "50%".as_ref()])
            .args(more)
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(status.success());
        began.elapsed()
    };
    let with: Vec<Duration> = (0..N_PROCESSES).map(|_| run(&[])).collect();
    tell("state STORE STREAM --at 50%, the whole process", &with);
    let without: Vec<Duration> = (0..3).map(|_| run(&["--no-snapshots"])).collect();
    let ratio = median(&without).as_secs_f64() / median(&with).as_secs_f64();
    println!("  without snapshots {:.0?}, {ratio:.0} times as long", median(&without));
}
