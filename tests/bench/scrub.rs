//! A minute of scrubbing over a long log: the time from a key to the frame with the exact state, in the real program in
//! a terminal and in the model alone, compared with bare SQLite reading the same rows; also opening, memory, idling and
//! tailing.
//!
//! FOLDBACK_BENCH_EVENTS is the number of events. The store is created once, in target/bench-stores.

#[path = "scrub/in_process.rs"]
mod in_process;
#[path = "scrub/minute.rs"]
mod minute;
#[path = "scrub/session.rs"]
mod session;
#[path = "stores.rs"]
mod stores;
#[path = "../support.rs"]
mod support;

use foldback::domain::aggregates::Aggregates;
use std::path::Path;
use std::time::{Duration, Instant};

use foldback::domain::event::GlobalPosition;
use foldback::store::sqlite::SqliteStore;
use foldback::store::{EventReader, EventStore};
use minute::minute;
use session::Session;
use stores::{busiest, location, n_events, projected_store, tell};
use support::{deposit, write};

/// Number of starts that are measured.
const N_STARTS: usize = 10;

/// How long idling and tailing are measured.
const WATCHED: Duration = Duration::from_secs(5);

/// The rate at which the tailed writer appends.
const APPENDS_A_SECOND: u32 = 200;

fn main() {
    let path = projected_store(n_events());
    let store = SqliteStore::open_read_only(&path, &Aggregates::bank()).unwrap();
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
    let mut writer = SqliteStore::open(path, &Aggregates::bank()).unwrap();
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
