//! A process that is killed while it appends loses nothing that it acknowledged, and leaves nothing half done.

mod support;

use foldback::domain::aggregates::Aggregates;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
#[cfg(unix)]
use std::io::Write;
use std::io::{BufRead, BufReader};
use std::path::Path;
#[cfg(unix)]
use std::process::{Command, Stdio};

use foldback::domain::counted::counted;
use foldback::domain::event::{GlobalPosition, RecordedEvent, StreamPosition};
use foldback::domain::money::grouped;
use foldback::store::sqlite::SqliteStore;
use foldback::store::sqlite::import::sources::NewSource;
use foldback::store::sqlite::import::{ImportedEvent, SourceProgress};
use foldback::store::{Direction, EventReader, EventStore};
use support::{TempStore, deposit, event, rounds, stream, with_id, write};

/// Number of kills.
const N_KILLS: u32 = 20;

/// The most acknowledgements to wait for before a process is killed.
const N_ACKNOWLEDGED_MAX: u64 = 80;

/// A random number below a limit.
fn random(limit: u64) -> u64 {
    RandomState::new().hash_one(0) % limit
}

/// Runs the child on the store, kills it after some acknowledgements, and returns everything that it wrote.
fn killed(child: &str, variable: &str, store: &Path) -> Vec<String> {
    let mut child = support::child(child, variable, store);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut acknowledged = Vec::new();
    let n_awaited = random(N_ACKNOWLEDGED_MAX);
    let mut take = |line: String| acknowledged.extend(line.strip_prefix("done ").map(str::to_owned));
    let mut n = 0;
    while n < n_awaited {
        let line = lines.next().expect("the child ended by itself").unwrap();
        n += u64::from(line.starts_with("done "));
        take(line);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // Output from before the kill is still in the pipe; its last line may be incomplete.
    for line in lines.map_while(Result::ok) {
        take(line);
    }
    acknowledged
}

fn all(store: &SqliteStore) -> Vec<RecordedEvent> {
    store.read_all(GlobalPosition::START, Direction::Forward, usize::MAX).unwrap()
}

/// Checks that positions and versions have no gap, and that each stream is found by its versions.
fn check_order(store: &SqliteStore, events: &[RecordedEvent]) {
    let mut versions = HashMap::new();
    for (n, event) in (1..).zip(events) {
        let version = versions.entry(event.stream.clone()).or_insert(0);
        *version += 1;
        assert_eq!((event.position.number(), event.version.number()), (n, *version), "{}", event.stream);
    }
    for name in versions.keys() {
        let read = store.read_stream(name, StreamPosition::START, usize::MAX).unwrap();
        let expected: Vec<_> = events.iter().filter(|event| event.stream == *name).cloned().collect();
        assert_eq!(read, expected);
    }
}

/// The child: deposits and transfers in turn, until it is killed. It prints a line after each.
#[test]
fn child_that_appends() {
    let Some(path) = std::env::var_os("FOLDBACK_TEST_CRASH") else { return };
    let mut store = SqliteStore::open(Path::new(&path), &Aggregates::bank()).unwrap();
    println!();
    for n in 0_u64.. {
        let id = format!("{}-{n}", std::process::id());
        let writes = if n % 2 == 0 {
            vec![write(&format!("acc-{}", n % 3), vec![with_id(&id, deposit(1))])]
        } else {
            let sent = with_id(&id, event("TransferSent", &format!("\"{id}\"")));
            let received = with_id(&format!("{id}-to"), event("TransferReceived", &format!("\"{id}\"")));
            vec![write("acc-0", vec![sent]), write("acc-1", vec![received])]
        };
        let appended = store.append(&writes).unwrap();
        println!("done {} {id} .", appended.events[0].position);
    }
}

#[test]
fn acknowledged_events_are_there_and_no_half_transfer() {
    // Further kills use another store: each check takes longer as the store grows.
    (0..rounds(1)).for_each(|_| appends_are_killed());
}

fn appends_are_killed() {
    let temp = TempStore::new();
    let path = temp.path();
    let _folder = temp.close();
    let mut acknowledged = Vec::new();
    for round in 0..N_KILLS {
        acknowledged.extend(killed("child_that_appends", "FOLDBACK_TEST_CRASH", &path));
        // Every other time the next child finds the store as the killed one left it.
        if round % 2 == 0 {
            check_appended(&SqliteStore::open_read_only(&path, &Aggregates::bank()).unwrap(), &acknowledged);
        }
    }
    assert!(!acknowledged.is_empty());
    check_appended(&SqliteStore::open(&path, &Aggregates::bank()).unwrap(), &acknowledged);
}

fn check_appended(store: &SqliteStore, acknowledged: &[String]) {
    let events = all(store);
    check_order(store, &events);
    for line in acknowledged {
        let [position, id, "."] = line.split(' ').collect::<Vec<_>>()[..] else { continue };
        let event = &events[usize::try_from(position.parse::<u64>().unwrap() - 1).unwrap()];
        assert_eq!(event.id.as_deref(), Some(id), "{position} was acknowledged");
    }
    let mut halves = HashMap::new();
    for event in events.iter().filter(|event| event.event_type.starts_with("Transfer")) {
        let (sent, received) = halves.entry(event.data.clone()).or_insert((0, 0));
        *(if event.event_type == "TransferSent" { sent } else { received }) += 1;
    }
    assert!(halves.values().all(|halves| *halves == (1, 1)), "{halves:?}");
}

/// Events per batch of the importing child.
const BATCH: u64 = 50;

/// The child: imports an endless log, from where reading stopped.
#[test]
fn child_that_imports() {
    let Some(path) = std::env::var_os("FOLDBACK_TEST_CRASH_IMPORT") else { return };
    let mut store = SqliteStore::open(Path::new(&path), &Aggregates::bank()).unwrap();
    let source = store.sources().unwrap().pop().unwrap();
    store.begin_bulk().unwrap();
    println!();
    let mut read_lines = source.read_lines;
    loop {
        let events: Vec<_> = (read_lines..read_lines + BATCH)
            .map(|line| ImportedEvent {
                source: source.id,
                place: line / 3 + 1,
                stream: stream(&format!("acc-{}", line % 3)),
                event: event("Line", &line.to_string()),
            })
            .collect();
        read_lines += BATCH;
        let progress =
            SourceProgress { log: source.id, read_bytes: read_lines, read_hash: String::new(), read_lines };
        store.import(&events, &progress).unwrap();
        println!("done {read_lines} .");
    }
}

#[test]
fn an_import_continues_where_it_was_killed() {
    (0..rounds(1)).for_each(|_| an_import_is_killed());
}

fn an_import_is_killed() {
    let mut temp = TempStore::new();
    let source = NewSource {
        log: None,
        name: "endless.jsonl".to_owned(),
        beginning_bytes: 0,
        beginning_hash: String::new(),
        mapping: None,
    };
    temp.store.add_source(&source).unwrap();
    let path = temp.path();
    let _folder = temp.close();
    let mut acknowledged = 0;
    for _ in 0..N_KILLS {
        for line in killed("child_that_imports", "FOLDBACK_TEST_CRASH_IMPORT", &path) {
            let [read_lines, "."] = line.split(' ').collect::<Vec<_>>()[..] else { continue };
            acknowledged = read_lines.parse().unwrap();
        }
        let store = SqliteStore::open(&path, &Aggregates::bank()).unwrap();
        let events = all(&store);
        let read_lines = store.sources().unwrap()[0].read_lines;
        assert!(read_lines >= acknowledged, "{read_lines} lines are there, {acknowledged} were acknowledged");
        let lines: Vec<u64> = events.iter().map(|event| event.data.parse().unwrap()).collect();
        assert_eq!(lines, (0..read_lines).collect::<Vec<_>>());
        check_order(&store, &events);
    }
}

/// Lines for the interrupted import: some batches, the last one not full.
#[cfg(unix)]
const N_LINES: u64 = 30_000;

/// A log with that many events, half of them with an id.
#[cfg(unix)]
fn log(n: u64) -> String {
    let line = |n: u64| {
        let id = if n.is_multiple_of(2) { format!(r#","id":"{n}""#) } else { String::new() };
        format!("{{\"stream\":\"acc-{}\",\"type\":\"Line\",\"data\":{n}{id}}}\n", n % 7)
    };
    (0..n).map(line).collect()
}

/// The import is interrupted while it waits for a pipe that stays open, so it must not wait for that.
#[cfg(unix)]
#[test]
fn an_interrupted_import_leaves_an_intact_store_and_says_how_to_continue() {
    let folder = tempfile::tempdir().unwrap();
    let (store, file) = (folder.path().join("bank.db"), folder.path().join("log.jsonl"));
    std::fs::write(&file, log(N_LINES)).unwrap();
    let foldback = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_foldback"));
        command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    let shown = store.to_str().unwrap();
    let mut child = foldback(&["new", shown, "--from", "-"]).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(log(N_LINES / 2).as_bytes()).unwrap();
    while SqliteStore::open_read_only(&store, &Aggregates::bank())
        .map_or(0, |store| store.head().unwrap().number())
        == 0
    {
        std::thread::yield_now();
    }
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    drop(pipe);
    let opened = SqliteStore::open(&store, &Aggregates::bank()).unwrap();
    let events = all(&opened);
    check_order(&opened, &events);
    drop(opened);
    let n = events.len();
    let said = format!(
        "stopped after {}, which are in {shown} now; `foldback import {shown} -` with the same log adds the rest\n",
        counted(n as u64, "event")
    );
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(1), said));

    let output = foldback(&["import", shown, file.to_str().unwrap()]).output().unwrap();
    let n_new = usize::try_from(N_LINES).unwrap() - n;
    let said = format!(
        "{shown}: {} of 7 streams added, {} already there, 0 bad lines; head at {N_LINES}\n",
        counted(n_new as u64, "event"),
        grouped(n as i128, None)
    );
    assert_eq!(String::from_utf8(output.stdout).unwrap(), said);
    let data: Vec<_> = all(&SqliteStore::open(&store, &Aggregates::bank()).unwrap())
        .into_iter()
        .map(|event| event.data)
        .collect();
    assert_eq!(data, (0..N_LINES).map(|n| n.to_string()).collect::<Vec<_>>());
}
