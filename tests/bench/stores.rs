//! Generated stores for benchmarks, created once under target/bench-stores, and the report of times.

#![allow(dead_code, reason = "no benchmark needs all of it")]

use foldback::domain::aggregates::Aggregates;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use foldback::cancel::Cancel;
use foldback::domain::event::StreamName;
use foldback::read_model::engine::catch_up::{CatchUpOptions, project_to_head};
use foldback::read_model::engine::location::Location;
use foldback::sample::bank;
use foldback::sample::bank_shape::BankShape;
use foldback::sample::event::SampleEvent;
use foldback::store::import::import;
use foldback::store::import::options::ImportOptions;
use foldback::store::jsonl::input::LogInput;
use foldback::store::sqlite::SqliteStore;
use rusqlite::Connection;

/// Number of events in the logs: a million, or FOLDBACK_BENCH_EVENTS.
pub fn n_events() -> u64 {
    let told = std::env::var("FOLDBACK_BENCH_EVENTS").ok();
    told.map_or(1_000_000, |text| text.replace('_', "").parse().expect("FOLDBACK_BENCH_EVENTS is a number"))
}

/// The folder of data that is created once and used by many benchmarks.
pub fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench-stores");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The store of a generated bank with a hundred events per account, and one account with a twentieth of all events;
/// created if it does not exist.
pub fn store(n_events: u64) -> PathBuf {
    store_of(n_events, n_events.div_ceil(100))
}

/// The same with that many accounts.
pub fn store_of(n_events: u64, n_accounts: u64) -> PathBuf {
    let path = folder().join(format!("{n_events}-{n_accounts}.db"));
    // A store that was begun and not finished is created again.
    let done = path.with_extension("done");
    let is_readable = || SqliteStore::open_read_only(&path, &Aggregates::bank()).is_ok();
    if !done.exists() || !is_readable() {
        drop(std::fs::remove_file(&path));
        drop(std::fs::remove_dir_all(path.with_extension("read")));
        let lines = Lines::new(n_events, n_accounts);
        let input = LogInput::Stream { name: "made up".to_owned(), bytes: Box::new(lines) };
        let mut store = SqliteStore::create(&path, &Aggregates::bank()).unwrap();
        let began = Instant::now();
        import(&mut store, input, &ImportOptions::default(), &Cancel::never(), &mut |_| {}).unwrap();
        println!("made {} in {:.0?}", path.display(), began.elapsed());
        drop(store);
        std::fs::write(done, "").unwrap();
    }
    path
}

/// [`store`] with its read model.
pub fn projected_store(n_events: u64) -> PathBuf {
    let path = store(n_events);
    let store = SqliteStore::open_read_only(&path, &Aggregates::bank()).unwrap();
    project_to_head(&store, &location(&store), &CatchUpOptions::default(), &mut |_| {}).unwrap();
    path
}

/// The location of its read model.
pub fn location(store: &SqliteStore) -> Location {
    Location::of(&store.log_identity()).unwrap()
}

/// The events of a generated bank as lines of a log, generated while they are read.
pub struct Lines {
    events: Box<dyn Iterator<Item = SampleEvent> + Send>,
    line: Vec<u8>,
    n_read: usize,
}

impl Lines {
    pub fn new(n_events: u64, n_accounts: u64) -> Self {
        let events = bank(&BankShape { n_events, n_accounts, seed: 1 });
        Self { events: Box::new(events), line: Vec::new(), n_read: 0 }
    }
}

impl Read for Lines {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.n_read == self.line.len() {
            let Some(event) = self.events.next() else { return Ok(0) };
            self.line = format!("{}\n", event.to_json_line()).into_bytes();
            self.n_read = 0;
        }
        let n = buffer.len().min(self.line.len() - self.n_read);
        buffer[..n].copy_from_slice(&self.line[self.n_read..self.n_read + n]);
        self.n_read += n;
        Ok(n)
    }
}

/// The account with the most events: one of the first accounts.
pub fn busiest(path: &Path) -> StreamName {
    let conn = Connection::open(path).unwrap();
    let sql = "SELECT name FROM streams WHERE id <= 100 \
               ORDER BY (SELECT max(version) FROM versions WHERE stream = streams.id) DESC LIMIT 1";
    let name: String = conn.query_row(sql, [], |row| row.get(0)).unwrap();
    StreamName::new(&name).unwrap()
}

/// Prints the distribution of times, in milliseconds.
pub fn tell(what: &str, times: &[Duration]) {
    println!("{what}: {}", distribution(times));
}

/// The distribution of times, in milliseconds.
pub fn distribution(times: &[Duration]) -> String {
    let mut times = times.to_vec();
    times.sort();
    let Some(last) = times.len().checked_sub(1) else { return "none".to_owned() };
    let share = |percent: usize| times[last * percent / 100].as_secs_f64() * 1e3;
    format!(
        "p50 {:.2} ms, p90 {:.2}, p99 {:.2}, max {:.2} ({} times)",
        share(50),
        share(90),
        share(99),
        share(100),
        times.len()
    )
}

/// The median of some times.
pub fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort();
    times[times.len() / 2]
}
