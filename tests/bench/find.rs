//! The speed of searching and exporting a log, compared with SQLite's own step over the same columns of the same rows.

#[path = "stores.rs"]
mod stores;

use foldback::domain::aggregates::Aggregates;
use std::path::Path;
use std::time::{Duration, Instant};

use foldback::cancel::Cancel;
use foldback::domain::event::GlobalPosition;
use foldback::replay::search::Search;
use foldback::runtime::finder::{find, find_next};
use foldback::store::EventReader;
use foldback::store::export::export;
use foldback::store::sqlite::SqliteStore;
use foldback::tui::questions::find::{FindQuestion, NextHitQuestion};
use rusqlite::{Connection, OpenFlags};
use stores::{median, n_events, store};

/// Rounds in which each is measured, in turn with the others; medians are reported.
const N_ROUNDS: usize = 5;

/// A text that does not occur in the log.
const NOWHERE: &str = "zebra crossing";

fn main() {
    let n_events = n_events();
    let path = store(n_events);
    let works: [(&str, &dyn Fn()); 7] = [
        ("step the columns that are searched", &|| step(&path, SEARCHED)),
        ("find a text that stands nowhere, one core", &|| find_one_core(&path, NOWHERE)),
        ("find a text that stands nowhere, both sides", &|| find_all(&path, NOWHERE)),
        ("find a type that no event has", &|| find_all(&path, "type:Nothing")),
        ("find 42 in all data", &|| find_all(&path, "42")),
        ("step the columns that are exported", &|| step(&path, EXPORTED)),
        ("export", &|| export_all(&path)),
    ];
    let mut took = vec![Vec::new(); works.len()];
    for _ in 0..N_ROUNDS {
        for (work, took) in works.iter().zip(&mut took) {
            let began = Instant::now();
            (work.1)();
            took.push(began.elapsed());
        }
    }
    let medians: Vec<Duration> = took.into_iter().map(|times| median(&times)).collect();
    println!("{n_events} events, medians of {N_ROUNDS}:");
    for (nth, ((name, _), median)) in works.iter().zip(&medians).enumerate() {
        let bare = if nth < 5 { medians[0] } else { medians[5] };
        let rate = u128::from(n_events) * 1_000_000 / median.as_micros().max(1);
        let ratio = median.as_secs_f64() / bare.as_secs_f64();
        println!(
            "{name:46} {:>9.1} ms  {rate:>10} events/s  {ratio:.2} of the bare step",
            median.as_secs_f64() * 1e3
        );
    }
}

/// The columns that a search for a text reads.
const SEARCHED: &str = "position, stream, type, clock, data";

/// The columns that a line of a log is made from.
const EXPORTED: &str = "position, stream, version, time, clock, source, type, id, data, metadata";

/// SQLite's own step over these columns, reading each in place.
fn step(path: &Path, columns: &str) {
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut statement = conn.prepare(&format!("SELECT {columns} FROM events ORDER BY position")).unwrap();
    let n_columns = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        for column in 0..n_columns {
            std::hint::black_box(row.get_ref(column).unwrap());
        }
    }
}

fn find_all(path: &Path, line: &str) {
    let store = SqliteStore::open_read_only(path, &Aggregates::bank()).unwrap();
    let head = store.head().unwrap();
    let around = GlobalPosition::new(head.number() / 2);
    let search = Search::parse(line).unwrap();
    let question = FindQuestion { search, around, after: GlobalPosition::START, head };
    let mut n_done = 0;
    find(&store.log(), &question, &Cancel::never(), &mut |came| n_done = came.progress.n_done).unwrap();
    assert_eq!(n_done, head.number());
}

fn find_one_core(path: &Path, line: &str) {
    let store = SqliteStore::open_read_only(path, &Aggregates::bank()).unwrap();
    let from = GlobalPosition::START;
    let question = NextHitQuestion { search: Search::parse(line).unwrap(), from, is_forward: true };
    assert_eq!(find_next(&store, &question, &Cancel::never()).unwrap(), Ok(None));
}

fn export_all(path: &Path) {
    let store = SqliteStore::open_read_only(path, &Aggregates::bank()).unwrap();
    let mut out = std::io::sink();
    let n_events = export(&store.log(), None, &mut out, &Cancel::never(), &mut |_| {}).unwrap();
    assert_eq!(n_events, store.head().unwrap().number());
}
