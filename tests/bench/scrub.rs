//! A minute of scrubbing over a long log: how long a key waits for the frame with the exact state, in the real program in a
//! terminal and in the model alone, beside what bare SQLite takes to read the same rows; opening, memory, idling, tailing.
//!
//! FOLDBACK_BENCH_EVENTS says how many events the log has. The store is made once, in target/bench-stores.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_precision_loss,
    reason = "a benchmark ends with the first thing that is not as it says"
)]

#[path = "scrub/in_process.rs"]
mod in_process;
#[path = "scrub/minute.rs"]
mod minute;
#[path = "scrub/session.rs"]
mod session;
#[path = "../support.rs"]
mod support;

use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use foldback::domain::event::{GlobalPosition, StreamName};
use foldback::read_model::catch_up::project_to_head;
use foldback::read_model::location::Location;
use foldback::sample::{BankShape, SampleEvent, bank};
use foldback::store::import::{ImportOptions, import};
use foldback::store::jsonl::input::LogInput;
use foldback::store::sqlite::SqliteStore;
use foldback::store::{EventReader, EventStore};
use minute::minute;
use rusqlite::Connection;
use session::Session;
use support::{deposit, write};

/// How many times the program is started to see how fast it opens.
const N_STARTS: usize = 10;

/// How long it is watched idling, and tailing.
const WATCHED: Duration = Duration::from_secs(5);

/// How often the writer that is tailed appends.
const APPENDS_A_SECOND: u32 = 200;

fn main() {
    let n_events = std::env::var("FOLDBACK_BENCH_EVENTS").map_or(1_000_000, |text| text.parse().unwrap());
    let path = store(n_events);
    let store = SqliteStore::open_read_only(&path).unwrap();
    let head = store.head().unwrap();
    let busiest = busiest(&path);
    let n_of_busiest = store.version_at(&busiest, head).unwrap().number();
    println!("{head} events; the busiest account, {busiest}, has {n_of_busiest} of them");
    let middle = store.places(&busiest, store.version_at(&busiest, head).unwrap().minus(n_of_busiest / 2), 1);
    let minute = minute(middle.unwrap()[0]);

    let walked = in_process::walk(&store, &location(&store), &minute);
    tell("model, update and view alone, key to frame with the exact state", &walked.took);
    tell("  of that, drawing", &walked.drawing);
    tell("bare SQLite, the same rows by key", &in_process::bare(&path, &walked.rows));
    drop(store);

    opening(&path);
    scrubbing(&path, &minute, &walked.positions);
    idling_and_tailing(&path);
}

fn opening(path: &Path) {
    let mut first = Vec::new();
    let mut exact = Vec::new();
    for _ in 0..N_STARTS {
        let began = Instant::now();
        let mut session = Session::start(path);
        first.push(session.wait_for(|frame| frame.is_whole()) - began);
        exact.push(session.wait_for(|frame| frame.is_exact) - began);
        session.quit();
    }
    tell(&format!("process start to the first whole frame, {N_STARTS} starts"), &first);
    tell("process start to the exact state", &exact);
}

fn scrubbing(path: &Path, minute: &[minute::Stroke], positions: &[GlobalPosition]) {
    let mut session = Session::start(path);
    session.wait_for(|frame| frame.is_exact);
    let cpu = session.cpu();
    let scrubbed = session.scrub(minute, positions);
    let cpu = session.cpu() - cpu;
    tell("the program in a terminal, key to frame with the exact state", &scrubbed.took);
    for part in minute::PARTS {
        let of_part = minute.iter().zip(&scrubbed.each).filter(|(stroke, _)| stroke.part == part);
        tell(&format!("  {part}"), &of_part.filter_map(|(_, took)| *took).collect::<Vec<_>>());
    }
    let n_lost = scrubbed.each.iter().filter(|took| took.is_none()).count();
    let (n_frames, secs) = (scrubbed.n_frames, scrubbed.lasted.as_secs_f64());
    println!(
        "  {} keys in {secs:.0} s, {n_frames} frames ({} inexact), {:.0}% of a core, {n_lost} keys overtaken",
        minute.len(),
        scrubbed.n_inexact,
        cpu.as_secs_f64() / secs * 100.0
    );
    println!("  memory after it: {}", session.memory());
    session.quit();
}

fn idling_and_tailing(path: &Path) {
    let mut session = Session::start(path);
    session.wait_for(|frame| frame.is_exact);
    session.settle();
    let (cpu, n_frames) = (session.cpu(), session.n_frames);
    session.watch(WATCHED, |_| {});
    let share = (session.cpu() - cpu).as_secs_f64() / WATCHED.as_secs_f64() * 100.0;
    println!("idle: {share:.1}% of a core, {} frames in {WATCHED:?}", session.n_frames - n_frames);
    let mut writer = SqliteStore::open(path).unwrap();
    let (cpu, n_frames) = (session.cpu(), session.n_frames);
    let mut n_appended = 0;
    session.watch(WATCHED, |elapsed| {
        while elapsed * APPENDS_A_SECOND >= Duration::from_secs(1) * n_appended {
            writer.append(&[write(&format!("tailed-{}", n_appended % 50), vec![deposit(1)])]).unwrap();
            n_appended += 1;
        }
    });
    let share = (session.cpu() - cpu).as_secs_f64() / WATCHED.as_secs_f64() * 100.0;
    println!(
        "tailing {APPENDS_A_SECOND} appends a second: {share:.1}% of a core, {} frames in {WATCHED:?}",
        session.n_frames - n_frames
    );
    session.quit();
}

/// The distribution of times, in milliseconds.
fn tell(what: &str, times: &[Duration]) {
    let mut times = times.to_vec();
    times.sort();
    let Some(last) = times.len().checked_sub(1) else { return println!("{what}: none") };
    let share = |percent: usize| times[last * percent / 100].as_secs_f64() * 1e3;
    println!(
        "{what}: p50 {:.2} ms, p90 {:.2}, p99 {:.2}, max {:.2} ({} times)",
        share(50),
        share(90),
        share(99),
        share(100),
        times.len()
    );
}

fn location(store: &SqliteStore) -> Location {
    Location::beside(store.path(), store.id()).unwrap()
}

/// The store with so many events and its read model, made unless it is there.
fn store(n_events: u64) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench-stores");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("{n_events}.db"));
    // Whatever was begun and not finished is made anew.
    let done = folder.join(format!("{n_events}.done"));
    if !done.exists() {
        drop(std::fs::remove_file(&path));
        let shape = BankShape { n_events, n_accounts: n_events.div_ceil(100), seed: 1 };
        let lines = Lines { events: bank(&shape), line: Vec::new(), read: 0 };
        let input = LogInput::Stream { name: "made up".to_owned(), bytes: Box::new(lines) };
        let mut store = SqliteStore::create(&path).unwrap();
        let began = Instant::now();
        import(&mut store, input, &ImportOptions::default(), &mut |_| ControlFlow::Continue(())).unwrap();
        println!("made {} in {:.0?}", path.display(), began.elapsed());
        drop(store);
        std::fs::write(done, "").unwrap();
    }
    let store = SqliteStore::open_read_only(&path).unwrap();
    project_to_head(&store, &location(&store), None, &mut |_| ControlFlow::Continue(())).unwrap();
    path
}

/// Events as the lines of a log, made while they are read.
struct Lines<I> {
    events: I,
    line: Vec<u8>,
    read: usize,
}

impl<I: Iterator<Item = SampleEvent>> Read for Lines<I> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.read == self.line.len() {
            let Some(event) = self.events.next() else { return Ok(0) };
            self.line = format!("{}\n", event.to_json_line()).into_bytes();
            self.read = 0;
        }
        let n = buffer.len().min(self.line.len() - self.read);
        buffer[..n].copy_from_slice(&self.line[self.read..self.read + n]);
        self.read += n;
        Ok(n)
    }
}

/// The account with the most events: one of the first, which are the most popular.
fn busiest(path: &Path) -> StreamName {
    let conn = Connection::open(path).unwrap();
    let sql = "SELECT name FROM streams WHERE id <= 100 \
               ORDER BY (SELECT max(version) FROM versions WHERE stream = streams.id) DESC LIMIT 1";
    let name: String = conn.query_row(sql, [], |row| row.get(0)).unwrap();
    StreamName::new(&name).unwrap()
}
