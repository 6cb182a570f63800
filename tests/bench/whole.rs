//! The speed of reading, folding and projecting a whole log, compared with SQLite alone on the same rows.
//!
//! A million events, or FOLDBACK_BENCH_EVENTS. The stores are created once, in `target/bench-stores`.

#[path = "stores.rs"]
mod stores;

use foldback::domain::aggregates::Aggregates;
use std::path::Path;
use std::time::{Duration, Instant};

use foldback::cancel::Cancel;
use foldback::domain::event::GlobalPosition;
use foldback::read_model::engine::catch_up::{CatchUp, CatchUpOptions, project_to_head};
use foldback::read_model::engine::location::Location;
use foldback::runtime::whole_fold::fold_all;
use foldback::store::EventReader;
use foldback::store::sqlite::SqliteStore;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, params_from_iter};
use stores::{folder, median, n_events, store_of};

/// Accounts of the two banks: few enough for every cache, and more than a batch of events touches.
const N_ACCOUNTS: [u64; 2] = [1_000, 100_000];

/// Rounds in which each is measured in turn; the medians are compared.
const N_ROUNDS: usize = 3;

/// Events per read.
const N_CHUNK: usize = 4_096;

/// Rows per transaction of the bare insert.
const N_ROWS: usize = 200_000;

fn main() {
    let n_events = n_events();
    for n_accounts in N_ACCOUNTS {
        let path = store_of(n_events, n_accounts);
        println!("\n{n_events} events of {n_accounts} accounts");
        let (mut steps, mut scans, mut folds) = (Vec::new(), Vec::new(), Vec::new());
        let (mut projected, mut inserts, mut n_rows) = (Vec::new(), Vec::new(), 0);
        for _ in 0..N_ROUNDS {
            steps.push(timed(|| step(&path)));
            scans.push(timed(|| scan(&path)));
            folds.push(timed(|| fold(&path)));
        }
        for _ in 0..N_ROUNDS {
            let folder = tempfile::tempdir_in(folder()).unwrap();
            projected.push(timed(|| project(&path, folder.path())));
            let (time, n) = insert_bare(folder.path());
            inserts.push(time);
            n_rows = n;
        }
        let [step, scan, fold, project, insert] =
            [steps, scans, folds, projected, inserts].map(|times| median(&times));
        let line = |what: &str, time: Duration, beside: &str| {
            let rate = n_events as f64 / time.as_secs_f64();
            println!("  {what:<44} {:>7.3} s  {rate:>10.0} events/s  {beside}", time.as_secs_f64());
        };
        let times = |a: Duration, b: Duration| a.as_secs_f64() / b.as_secs_f64();
        line("rows stepped", step, "");
        line("scan of the columns", scan, &format!("{:.2} x stepping", times(scan, step)));
        line("fold of the whole log", fold, &format!("{:.2} x the scan", times(fold, scan)));
        line(&format!("bare insert of the {n_rows} rows projected"), insert, "");
        line("projecting", project, &format!("{:.2} x the bare insert", times(project, insert)));
    }
}

fn timed(work: impl FnOnce()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}

fn connection(path: &Path) -> Connection {
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}

fn step(path: &Path) {
    let connection = connection(path);
    let mut select = connection.prepare("SELECT * FROM events ORDER BY position").unwrap();
    let mut rows = select.query([]).unwrap();
    let mut n_rows = 0;
    while rows.next().unwrap().is_some() {
        n_rows += 1;
    }
    assert!(n_rows > 0);
}

fn scan(path: &Path) {
    let store = SqliteStore::open_read_only(path, &Aggregates::bank()).unwrap();
    let (mut position, mut events) = (GlobalPosition::START, Vec::new());
    loop {
        store.read_on(position.plus(1), N_CHUNK, &mut events, 0).unwrap();
        let Some(last) = events.last() else { break };
        position = last.position;
    }
    assert_eq!(position, store.head().unwrap());
}

fn fold(path: &Path) {
    let store = SqliteStore::open_read_only(path, &Aggregates::bank()).unwrap();
    let head = store.head().unwrap();
    let states = fold_all(&store, head, &Cancel::never(), &mut |_| {}).unwrap().unwrap();
    assert_eq!(states.n_streams() as u64, store.n_streams().unwrap());
}

fn project(path: &Path, folder: &Path) {
    let store = SqliteStore::open_read_only(path, &Aggregates::bank()).unwrap();
    let location = Location::in_folder(folder.join("bank.read"), &store.log_identity());
    let done = project_to_head(&store, &location, &CatchUpOptions::default(), &mut |_| {}).unwrap();
    assert!(matches!(done, CatchUp::Done { .. }), "{done:?}");
}

/// Inserts the rows of all tables of a read model, in the order of their keys, into the same tables of another file.
/// Returns the time of that alone, and the number of rows.
fn insert_bare(folder: &Path) -> (Duration, usize) {
    let is_database = |path: &std::path::PathBuf| path.extension().is_some_and(|ending| ending == "db");
    let mut files = std::fs::read_dir(folder.join("bank.read")).unwrap().map(|entry| entry.unwrap().path());
    let from = connection(&files.find(is_database).unwrap());
    let mut to = Connection::open(folder.join("bare.db")).unwrap();
    to.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 8192;
         PRAGMA cache_size = -32768",
    )
    .unwrap();
    let mut tables = from
        .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        .unwrap();
    let tables = tables.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let tables: Vec<(String, String)> = tables.collect::<Result<_, _>>().unwrap();
    let (mut time, mut n_rows) = (Duration::ZERO, 0);
    for (name, sql) in tables {
        to.execute_batch(&sql).unwrap();
        let mut select = from.prepare(&format!("SELECT * FROM {name}")).unwrap();
        let n_columns = select.column_count();
        let places: Vec<String> = (1..=n_columns).map(|n| format!("?{n}")).collect();
        let insert = format!("INSERT INTO {name} VALUES ({})", places.join(", "));
        let mut rows = select.query([]).unwrap();
        loop {
            let mut some: Vec<Vec<Value>> = Vec::new();
            while some.len() < N_ROWS
                && let Some(row) = rows.next().unwrap()
            {
                some.push((0..n_columns).map(|column| row.get(column).unwrap()).collect());
            }
            if some.is_empty() {
                break;
            }
            n_rows += some.len();
            time += timed(|| {
                let transaction = to.transaction().unwrap();
                let mut insert = transaction.prepare_cached(&insert).unwrap();
                for row in &some {
                    insert.execute(params_from_iter(row)).unwrap();
                }
                drop(insert);
                transaction.commit().unwrap();
            });
        }
    }
    (time, n_rows)
}
