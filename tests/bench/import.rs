//! The speed of importing a log, compared with a bare parse and insert of the same rows into the same tables: in turn,
//! in one run.
//!
//! FOLDBACK_BENCH_EVENTS is the number of events in the logs (default: a million). The bare insert does only the
//! unavoidable work: a typed parse on a second thread, the rows, and both tables that index them, each filled in the
//! order of its keys; batches in a write-ahead log, and at the end one checkpoint and one sync. It detects no
//! duplicates and remembers no log. It runs once without a chain, whose events have no hash, and once with one: the
//! difference is the cost of chaining.

#[path = "stores.rs"]
mod stores;

use foldback::domain::aggregates::Aggregates;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::{Duration, Instant};

use foldback::cancel::Cancel;
use foldback::domain::chain::{self, EventLink};
use foldback::domain::event::{EventText, GlobalPosition, SourceId, StreamPosition, Timestamp};
use foldback::domain::hash::{ChainHash, ContentHash};
use foldback::store::import::import;
use foldback::store::import::options::ImportOptions;
use foldback::store::jsonl::input::LogInput;
use foldback::store::sqlite::SqliteStore;
use rusqlite::Connection;
use serde_json::value::RawValue;
use stores::{median, n_events};
use uuid::Uuid;

const N_ACCOUNTS: u64 = 10_000;
const N_SAMPLES: usize = 3;
const BATCH: usize = 100_000;

/// The ids of a log's events.
#[derive(Clone, Copy, Debug)]
enum Ids {
    None,
    TimeOrdered,
    Random,
}

fn main() {
    let n = n_events();
    println!("{n} events of {N_ACCOUNTS} accounts; medians of {N_SAMPLES}, in turn");
    for ids in [Ids::None, Ids::TimeOrdered, Ids::Random] {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log.jsonl");
        write_log(&log, n, ids);
        let mut samples = [const { Vec::new() }; 4];
        for _ in 0..N_SAMPLES {
            for (measure, samples) in [raw_read, bare, chained, ours].into_iter().zip(&mut samples) {
                let store = folder.path().join("bank.db");
                let since = Instant::now();
                measure(&log, &store, n);
                samples.push(since.elapsed());
                _ = std::fs::remove_file(store);
            }
        }
        let [read, bare, chained, ours] = samples.map(|times| median(&times));
        let per_second = |time: Duration| n as f64 / time.as_secs_f64();
        println!(
            "ids {ids:?}: raw read {:.2} s, bare {:.2} s ({:.0}/s), chained {:.2} of that, import {:.2} s ({:.0}/s), ratio \
             {:.2}, at most {} MiB",
            read.as_secs_f64(),
            bare.as_secs_f64(),
            per_second(bare),
            chained.as_secs_f64() / bare.as_secs_f64(),
            ours.as_secs_f64(),
            per_second(ours),
            ours.as_secs_f64() / bare.as_secs_f64(),
            peak_mib(&log, &folder.path().join("child.db")),
        );
    }
}

fn write_log(path: &Path, n: u64, ids: Ids) {
    let mut out = BufWriter::new(File::create(path).unwrap());
    let mut random = 1_u64;
    let mut next = || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        random >> 16 ^ random << 40
    };
    for n in 0..n {
        let (account, amount) = (next() % N_ACCOUNTS, next() % 100_000);
        let millis = 1_600_000_000_000 + n * 997;
        let time = Timestamp::from_millisecond(i64::try_from(millis).unwrap()).unwrap();
        write!(
            out,
            r#"{{"stream":"acc-{account:06}","type":"Deposited","time":"{time}","data":{{"amount":{amount},"currency":"EUR","reference":"made up {n}"}},"metadata":{{"by":"somebody","host":"a-host-{account}"}}"#
        )
        .unwrap();
        let low = next();
        match ids {
            Ids::None => {}
            Ids::TimeOrdered => {
                write!(out, r#","id":"{}""#, Uuid::from_u64_pair(millis << 16 | 0x7abc, low)).unwrap();
            }
            Ids::Random => write!(out, r#","id":"{}""#, Uuid::from_u64_pair(next(), low)).unwrap(),
        }
        out.write_all(b"}\n").unwrap();
    }
    out.flush().unwrap();
}

fn raw_read(log: &Path, _: &Path, _: u64) {
    let mut file = File::open(log).unwrap();
    let mut buffer = vec![0; 256 * 1024];
    while file.read(&mut buffer).unwrap() > 0 {}
}

fn ours(log: &Path, store: &Path, n: u64) {
    let mut store = SqliteStore::create(store, &Aggregates::bank()).unwrap();
    let input = LogInput::at(log).unwrap();
    let report = import(&mut store, input, &ImportOptions::default(), &Cancel::never(), &mut |_| {}).unwrap();
    assert_eq!(report.n_events, n);
}

#[derive(serde::Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    stream: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    event_type: Cow<'a, str>,
    #[serde(borrow)]
    time: Cow<'a, str>,
    #[serde(borrow)]
    data: &'a RawValue,
    #[serde(borrow)]
    metadata: &'a RawValue,
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
}

struct Row {
    stream: String,
    event_type: String,
    micros: i64,
    data: String,
    metadata: String,
    id: Option<Uuid>,
    content: Option<ContentHash>,
}

fn parsed(line: &str, has_chain: bool) -> Row {
    let Line { stream, event_type, time, data, metadata, id } = serde_json::from_str(line).unwrap();
    let time: Timestamp = time.parse().unwrap();
    let text = EventText {
        id: id.as_deref(),
        event_type: &event_type,
        time: Some(time),
        data: data.get(),
        metadata: Some(metadata.get()),
    };
    let content = has_chain.then(|| chain::content(&stream, &text));
    Row {
        stream: stream.into_owned(),
        event_type: event_type.into_owned(),
        micros: time.as_microsecond(),
        data: data.get().to_owned(),
        metadata: metadata.get().to_owned(),
        id: id.map(|id| id.parse().unwrap()),
        content,
    }
}

fn bare(log: &Path, store: &Path, _: u64) {
    insert_all(log, store, false);
}

fn chained(log: &Path, store: &Path, _: u64) {
    insert_all(log, store, true);
}

fn insert_all(log: &Path, store: &Path, has_chain: bool) {
    drop(SqliteStore::create(store, &Aggregates::bank()).unwrap());
    let mut conn = Connection::open(store).unwrap();
    if !has_chain {
        conn.execute_batch("ALTER TABLE events DROP COLUMN hash").unwrap();
    }
    let settings = "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -65536;
        INSERT INTO sources (id, log, name, beginning_bytes, beginning_hash) VALUES (1, 1, '', 0, '')";
    conn.execute_batch(settings).unwrap();
    let (sender, batches) = sync_channel(1);
    let mut lines = BufReader::with_capacity(256 * 1024, File::open(log).unwrap());
    let parsing = thread::spawn(move || {
        let (mut rows, mut line) = (Vec::with_capacity(BATCH), String::new());
        while lines.read_line(&mut line).unwrap() > 0 {
            rows.push(parsed(&line, has_chain));
            line.clear();
            if rows.len() == BATCH {
                sender.send(std::mem::replace(&mut rows, Vec::with_capacity(BATCH))).unwrap();
            }
        }
        sender.send(rows).unwrap();
    });
    let (mut streams, mut end) = (HashMap::new(), (0, ChainHash::default()));
    for batch in batches {
        insert(&mut conn, batch, &mut streams, &mut end);
    }
    parsing.join().unwrap();
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
}

/// Inserts rows in one transaction, with their streams and versions. `last` is the newest position with its hash.
fn insert(
    conn: &mut Connection,
    rows: Vec<Row>,
    streams: &mut HashMap<String, (i64, i64)>,
    (position, hash): &mut (i64, ChainHash),
) {
    let transaction = conn.transaction().unwrap();
    let (mut versions, mut ids) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    let prepare = |sql: &str| transaction.prepare_cached(sql).unwrap();
    let has_chain = rows.first().is_some_and(|row| row.content.is_some());
    let columns = "position, stream, version, time, clock, source, place, type, id, data, metadata";
    let values = "?1, ?2, ?3, ?4, ?4, 1, ?3, ?5, ?6, ?7, ?8";
    let mut event = prepare(&if has_chain {
        format!("INSERT INTO events ({columns}, hash) VALUES ({values}, ?9)")
    } else {
        format!("INSERT INTO events ({columns}) VALUES ({values})")
    });
    for Row { stream, event_type, micros, data, metadata, id, content } in rows {
        *position += 1;
        let next = i64::try_from(streams.len()).unwrap() + 1;
        let (number, version) = streams.entry(stream).or_insert_with_key(|name| {
            prepare("INSERT INTO streams (id, name) VALUES (?1, ?2)").execute((next, name)).unwrap();
            prepare("INSERT INTO stretches VALUES (1, ?1, 1, 1)").execute([next]).unwrap();
            (next, 0)
        });
        *version += 1;
        let text = id.map(|id| id.to_string());
        let row = (*position, *number, *version, micros, event_type, text, data, metadata);
        if let Some(content) = content {
            let version = u64::try_from(*version).unwrap();
            *hash = EventLink {
                content,
                position: GlobalPosition::new(u64::try_from(*position).unwrap()),
                version: StreamPosition::new(version),
                source: Some(SourceId(1)),
                place: Some(version),
            }
            .after(*hash);
            let (position, number, version, micros, event_type, text, data, metadata) = row;
            event
                .execute((position, number, version, micros, event_type, text, data, metadata, hash.0))
                .unwrap();
        } else {
            event.execute(row).unwrap();
        }
        versions.push((*number, *version, *position));
        ids.extend(id.map(|id| (id.into_bytes(), *position)));
    }
    versions.sort_unstable();
    let mut insert = prepare("INSERT INTO versions (stream, version, position) VALUES (?1, ?2, ?3)");
    versions.into_iter().for_each(|row| assert_eq!(insert.execute(row).unwrap(), 1));
    ids.sort_unstable();
    let mut insert_id = prepare("INSERT INTO ids (id, position) VALUES (?1, ?2)");
    ids.into_iter().for_each(|row| assert_eq!(insert_id.execute(row).unwrap(), 1));
    drop((event, insert, insert_id));
    transaction.commit().unwrap();
}

/// The peak memory of `foldback new` in MiB, as the system reports it; 0 if it does not.
fn peak_mib(log: &Path, store: &Path) -> u64 {
    let mut command = Command::new(env!("CARGO_BIN_EXE_foldback"));
    command.arg("new").arg(store).arg("--from").arg(log).stdout(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut peak_kib = 0;
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak_kib = peak.and_then(|peak| peak.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or(peak_kib);
        thread::sleep(Duration::from_millis(2));
    }
    peak_kib / 1024
}
