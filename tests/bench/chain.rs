//! The cost of the chain and the receipt for an append, and the speed of verifying: each measured in turn with the same
//! work without them, in one run.
//!
//! FOLDBACK_BENCH_EVENTS is the number of events in the verified store (default: a million).

#[path = "stores.rs"]
mod stores;
#[path = "../support.rs"]
mod support;

use foldback::domain::aggregates::Aggregates;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use foldback::cancel::Cancel;
use foldback::domain::chain::{self, EventLink};
use foldback::domain::event::{GlobalPosition, StreamPosition};
use foldback::domain::hash::ChainHash;
use foldback::store::proof::receipt::{LinkPlace, Receipt};
use foldback::store::proof::verify::chain::CheckedChain;
use foldback::store::proof::verify::verify_chain;
use foldback::store::sqlite::SqliteStore;
use foldback::store::{EventReader, EventStore};
use rusqlite::{Connection, TransactionBehavior};
use stores::{distribution, median, n_events, store};
use support::{TempStore, with_id, with_time, write};

/// Commits that are measured of each kind, by turns.
const N_COMMITS: usize = 2_000;

/// Commits per turn.
const N_COMMITS_A_TURN: usize = 50;

fn main() {
    appends();
    links(n_events());
}

/// Commits of one event by bare SQLite, without a chain and with one and its receipt, and by the store.
fn appends() {
    let (mut plain, mut chained, mut ours) = (Bare::new(false), Bare::new(true), TempStore::new());
    let mut times = [const { Vec::new() }; 3];
    let mut n = 0;
    while times[0].len() < N_COMMITS {
        for (which, times) in times.iter_mut().enumerate() {
            for _ in 0..N_COMMITS_A_TURN {
                n += 1;
                let new = with_id(&uuid::Uuid::now_v7().to_string(), with_time(n, support::deposit(n)));
                let since = Instant::now();
                match which {
                    0 => plain.append(&new),
                    1 => chained.append(&new),
                    _ => drop(ours.store.append(&[write("acc-1", vec![new])]).unwrap()),
                }
                times.push(since.elapsed());
            }
        }
    }
    let [plain, chained, ours] = &times;
    for (what, times) in [("bare", plain), ("with chain and receipt", chained), ("append", ours)] {
        println!("{what}: {}, {:.2} of bare", distribution(times), ratio(times, plain));
    }
}

fn ratio(times: &[Duration], to: &[Duration]) -> f64 {
    median(times).as_secs_f64() / median(to).as_secs_f64()
}

/// The tables of a store, for the least work that an append needs.
struct Bare {
    conn: Connection,
    temp: TempStore,
    receipt: std::path::PathBuf,
    has_chain: bool,
}

impl Bare {
    fn new(has_chain: bool) -> Self {
        let temp = TempStore::new();
        let conn = Connection::open(temp.path()).unwrap();
        conn.execute_batch("PRAGMA synchronous = FULL; INSERT INTO streams VALUES (1, 'acc-1')").unwrap();
        if !has_chain {
            conn.execute_batch("ALTER TABLE events DROP COLUMN hash").unwrap();
        }
        let receipt = temp.folder.path().join("receipt");
        File::create(&receipt).unwrap();
        Self { conn, temp, receipt, has_chain }
    }

    fn append(&mut self, event: &foldback::domain::event::NewEvent) {
        let transaction = self.conn.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
        let one = |sql: &str| -> i64 {
            transaction.prepare_cached(sql).unwrap().query_one([], |row| row.get(0)).unwrap()
        };
        let position = one("SELECT coalesce(max(position), 0) FROM events") + 1;
        let version = one("SELECT coalesce(max(version), 0) FROM versions WHERE stream = 1") + 1;
        let id = event.id.as_deref();
        let columns = "position, stream, version, time, clock, type, id, data";
        let values = "?1, 1, ?2, ?3, ?3, ?4, ?5, ?6";
        let micros = event.time.unwrap().as_microsecond();
        let mut place = None;
        if self.has_chain {
            let before = match position {
                1 => [0; 32],
                _ => {
                    let sql = "SELECT hash FROM events WHERE position = ?1";
                    let mut statement = transaction.prepare_cached(sql).unwrap();
                    statement.query_one([position - 1], |row| row.get(0)).unwrap()
                }
            };
            let position = GlobalPosition::new(u64::try_from(position).unwrap());
            let link = EventLink {
                content: chain::content("acc-1", &event.as_text()),
                position,
                version: StreamPosition::new(u64::try_from(version).unwrap()),
                source: None,
                place: None,
            };
            place = Some((LinkPlace { position, mapping: 0 }, link.after(ChainHash(before))));
        }
        match &place {
            Some((_, hash)) => transaction
                .prepare_cached(&format!("INSERT INTO events ({columns}, hash) VALUES ({values}, ?7)"))
                .unwrap()
                .execute((position, version, micros, &event.event_type, id, &event.data, hash.0)),
            None => transaction
                .prepare_cached(&format!("INSERT INTO events ({columns}) VALUES ({values})"))
                .unwrap()
                .execute((position, version, micros, &event.event_type, id, &event.data)),
        }
        .unwrap();
        let insert = |sql: &str, row: (i64, i64)| {
            transaction.prepare_cached(sql).unwrap().execute(row).unwrap();
        };
        insert("INSERT INTO versions VALUES (1, ?1, ?2)", (version, position));
        let mut insert_id = transaction.prepare_cached("INSERT INTO ids VALUES (?1, ?2)").unwrap();
        insert_id.execute((id, position)).unwrap();
        drop(insert_id);
        transaction.commit().unwrap();
        if let Some((place, hash)) = place {
            write_down(&self.receipt, &Receipt { store: self.temp.store.id().to_owned(), place, hash });
        }
    }
}

/// Reads the receipt that is there and writes a newer one over it.
fn write_down(path: &Path, receipt: &Receipt) {
    let mut file = OpenOptions::new().read(true).write(true).open(path).unwrap();
    file.lock().unwrap();
    // Not its size: the standard library queries that together with the times, after which a write is slower.
    let mut there = String::new();
    Read::by_ref(&mut file).take(1_000).read_to_string(&mut there).unwrap();
    assert!(Receipt::parse(&there).is_ok_and(|there| there.place < receipt.place) || there.is_empty());
    file.seek(SeekFrom::Start(0)).unwrap();
    file.write_all(receipt.to_string().as_bytes()).unwrap();
}

/// Verifies every link of a store, and compares that with a bare read of all bytes of its events.
fn links(n: u64) {
    let path = store(n);
    let store = SqliteStore::open_read_only(&path, &Aggregates::bank()).unwrap();
    let conn = Connection::open(&path).unwrap();
    let (mut scanned, mut verified) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        let since = Instant::now();
        let sql = "SELECT sum(length(data) + coalesce(length(metadata), 0) + length(hash)) FROM events";
        let n_bytes: i64 = conn.query_one(sql, [], |row| row.get(0)).unwrap();
        assert!(n_bytes > 0);
        scanned.push(since.elapsed());
        let since = Instant::now();
        let checked = verify_chain(
            &store.log(),
            CheckedChain::begin(&store).unwrap(),
            &Cancel::never(),
            &mut |_, _| {},
        )
        .unwrap()
        .unwrap();
        assert_eq!((checked.fault, checked.chain.place().position), (None, store.head().unwrap()));
        verified.push(since.elapsed());
    }
    let per_second = |times: &[Duration]| n as f64 / median(times).as_secs_f64();
    println!(
        "links of {n} events: {:.0} events/s; SQLite's own scan of their bytes {:.0}/s",
        per_second(&verified),
        per_second(&scanned)
    );
}
