//! The speed of writing and reading events, compared with SQLite alone on the same rows.

#[path = "../support.rs"]
mod support;

use divan::Bencher;
use divan::counter::ItemsCount;
use foldback::domain::aggregates::Aggregates;
use foldback::domain::event::{GlobalPosition, SourceId, StreamName, StreamPosition};
use foldback::store::sqlite::SqliteStore;
use foldback::store::sqlite::import::sources::NewSource;
use foldback::store::sqlite::import::{ImportedEvent, SourceProgress};
use foldback::store::{Direction, EventReader, EventStore};
use rusqlite::Connection;
use support::{TempStore, deposit, stream, with_id, with_time, write_expecting};

/// Events per transaction, as in an import.
const BATCH: usize = 100_000;

fn main() {
    divan::main();
}

/// Events of a made-up bank, some accounts far busier than others.
fn events(n_batches: usize, n_streams: u64, source: SourceId, has_ids: bool) -> Vec<Vec<ImportedEvent>> {
    let names: Vec<StreamName> = (0..n_streams).map(|n| stream(&format!("acc-{n:06}"))).collect();
    let mut places = vec![0; names.len()];
    let mut random = 1_u64;
    let mut second = 1_600_000_000;
    let mut event = || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let uniform = (random >> 33) % n_streams;
        let n = usize::try_from(uniform * uniform / n_streams).unwrap();
        places[n] += 1;
        second += i64::try_from(random >> 62).unwrap();
        let data = format!(r#"{{"amount":{},"currency":"EUR","reference":"made up"}}"#, random >> 50);
        let mut event = with_time(second, support::event("Deposited", &data));
        event.id = has_ids.then(|| uuid::Uuid::now_v7().to_string());
        ImportedEvent { source, place: places[n], stream: names[n].clone(), event }
    };
    (0..n_batches).map(|_| (0..BATCH).map(|_| event()).collect()).collect()
}

fn progress(log: SourceId) -> SourceProgress {
    SourceProgress { log, read_bytes: 1, read_hash: String::new(), read_lines: 1 }
}

fn store_with_log() -> (TempStore, SourceId) {
    let mut temp = TempStore::new();
    let new = NewSource {
        log: None,
        name: "bank.jsonl".to_owned(),
        beginning_bytes: 0,
        beginning_hash: String::new(),
        mapping: None,
    };
    let log = temp.store.add_source(&new).unwrap();
    (temp, log)
}

fn import_all(store: &mut SqliteStore, log: SourceId, batches: &[Vec<ImportedEvent>]) {
    store.begin_bulk().unwrap();
    for batch in batches {
        let imported = store.import(batch, &progress(log)).unwrap();
        assert_eq!(imported.n_events, u64::try_from(BATCH).unwrap());
    }
    store.end_bulk().unwrap();
}

const STREAMS: [u64; 3] = [1_000, 50_000, 400_000];

#[divan::bench(args = STREAMS, sample_count = 3, sample_size = 1)]
fn import_1_000_000(bencher: Bencher<'_, '_>, n_streams: u64) {
    let batches = events(10, n_streams, SourceId(1), false);
    bencher.counter(ItemsCount::new(10 * BATCH)).with_inputs(store_with_log).bench_local_values(
        |(mut temp, log)| {
            import_all(&mut temp.store, log, &batches);
            temp
        },
    );
}

#[divan::bench(args = STREAMS, sample_count = 3, sample_size = 1)]
fn import_1_000_000_with_ids(bencher: Bencher<'_, '_>, n_streams: u64) {
    let batches = events(10, n_streams, SourceId(1), true);
    bencher.counter(ItemsCount::new(10 * BATCH)).with_inputs(store_with_log).bench_local_values(
        |(mut temp, log)| {
            import_all(&mut temp.store, log, &batches);
            temp
        },
    );
}

/// The same rows, inserted into the same table by SQLite alone.
#[divan::bench(args = STREAMS, sample_count = 3, sample_size = 1)]
fn bare_sqlite_1_000_000(bencher: Bencher<'_, '_>, n_streams: u64) {
    let batches = events(10, n_streams, SourceId(1), false);
    bencher.counter(ItemsCount::new(10 * BATCH)).with_inputs(|| tempfile::tempdir().unwrap()).bench_local_values(
        |folder| {
            let mut conn = Connection::open(folder.path().join("bare.db")).unwrap();
            let setup = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 32768;
                CREATE TABLE events (position INTEGER PRIMARY KEY, stream INTEGER, version INTEGER, time INTEGER,
                    clock INTEGER, source INTEGER, place INTEGER, type TEXT, id TEXT, data TEXT, metadata TEXT) STRICT";
            conn.execute_batch(setup).unwrap();
            for batch in &batches {
                let transaction = conn.transaction().unwrap();
                let sql = "INSERT INTO events (stream, version, time, clock, source, place, type, data)
                    VALUES (1, 1, ?1, ?1, 1, ?2, ?3, ?4)";
                let mut insert = transaction.prepare(sql).unwrap();
                for ImportedEvent { place, event, .. } in batch {
                    let time = event.time.map(|time| time.as_microsecond());
                    let place = i64::try_from(*place).unwrap();
                    insert.execute((time, place, &event.event_type, &event.data)).unwrap();
                }
                drop(insert);
                transaction.commit().unwrap();
            }
            conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
            folder
        },
    );
}

#[divan::bench(sample_count = 500, sample_size = 1)]
fn append_one(bencher: Bencher<'_, '_>) {
    let mut temp = TempStore::new();
    let mut version = 0;
    bencher.counter(ItemsCount::new(1_u32)).bench_local(|| {
        let event = with_id(&uuid::Uuid::now_v7().to_string(), deposit(100));
        temp.store.append(&[write_expecting("acc-1", version, vec![event])]).unwrap();
        version += 1;
    });
}

fn filled(n_batches: usize) -> TempStore {
    let (mut temp, log) = store_with_log();
    import_all(&mut temp.store, log, &events(n_batches, 1_000, log, false));
    temp
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn scan_500_000(bencher: Bencher<'_, '_>) {
    let temp = filled(5);
    bencher.counter(ItemsCount::new(5 * BATCH)).bench_local(|| {
        let mut position = GlobalPosition::START;
        loop {
            let events = temp.store.read_all(position.plus(1), Direction::Forward, 10_000).unwrap();
            let Some(last) = events.last() else { break };
            position = last.position;
        }
        assert_eq!(position.number(), u64::try_from(5 * BATCH).unwrap());
    });
}

#[divan::bench(sample_count = 200)]
fn version_at(bencher: Bencher<'_, '_>) {
    let temp = filled(5);
    let busiest = stream("acc-000000");
    bencher.bench_local(|| temp.store.version_at(&busiest, GlobalPosition::new(123_456)).unwrap());
}

#[divan::bench(sample_count = 200)]
fn position_at(bencher: Bencher<'_, '_>) {
    let temp = filled(5);
    bencher.bench_local(|| temp.store.position_at(support::at(1_600_123_456)).unwrap());
}

#[divan::bench(sample_count = 200)]
fn window_of_256_of_a_stream(bencher: Bencher<'_, '_>) {
    let temp = filled(5);
    let busiest = stream("acc-000000");
    bencher.bench_local(|| temp.store.read_stream(&busiest, StreamPosition::new(2_000), 256).unwrap());
}

#[divan::bench(sample_count = 100, sample_size = 1)]
fn open(bencher: Bencher<'_, '_>) {
    let temp = filled(5);
    let path = temp.path();
    let _folder = temp.close();
    bencher.bench_local(|| SqliteStore::open(&path, &Aggregates::bank()).unwrap());
}
