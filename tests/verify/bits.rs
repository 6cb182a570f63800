//! Single flipped bits all over a store: each that changes a byte of an event is found, at its position.

use foldback::domain::aggregates::Aggregates;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};

use foldback::cancel::Cancel;
use foldback::domain::event::GlobalPosition;
use foldback::sample::bank;
use foldback::sample::bank_shape::BankShape;
use foldback::store::EventStore;
use foldback::store::import::import;
use foldback::store::import::options::ImportOptions;
use foldback::store::jsonl::input::LogInput;
use foldback::store::proof::finding::Check;
use foldback::store::sqlite::SqliteStore;
use foldback::store::sqlite::file::open_error::Problem;

use crate::support::{event, rounds, write};
use crate::{copy_alone, faults, position_of, random};

/// Number of bits that are flipped, one at a time.
const N_FLIPS: u32 = 50;

/// Number of events in the store, by default and when more flips are asked for.
const N_EVENTS: (u64, u64) = (2_000, 50_000);

/// An event's row with its stream's name, as stored.
type RawEvent = Vec<Value>;

/// The events of a file in the order of the table, up to the first that cannot be read.
fn events_in(path: &Path) -> Vec<RawEvent> {
    let mut events = Vec::new();
    let Ok(conn) = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY) else { return events };
    let sql =
        "SELECT e.*, (SELECT s.name FROM streams s WHERE s.id = e.stream) FROM events e ORDER BY e.position";
    let Ok(mut statement) = conn.prepare(sql) else { return events };
    let n = statement.column_count();
    let Ok(mut rows) = statement.query([]) else { return events };
    while let Ok(Some(row)) = rows.next() {
        let Ok(event) = (0..n).map(|column| row.get(column)).collect() else { break };
        events.push(event);
    }
    events
}

/// A store at rest with a generated bank.
fn banked(n_events: u64) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("whole.db");
    let mut store = SqliteStore::create(&path, &Aggregates::bank()).unwrap();
    let shape = BankShape { n_events, n_accounts: n_events / 40, seed: 7 };
    let log: String = bank(&shape).map(|event| event.to_json_line() + "\n").collect();
    let input = LogInput::Stream { name: "bank".to_owned(), bytes: Box::new(std::io::Cursor::new(log)) };
    import(&mut store, input, &ImportOptions::default(), &Cancel::never(), &mut |_| {}).unwrap();
    (folder, path)
}

#[test]
fn every_flipped_bit_of_an_event_is_found_at_its_position() {
    let n_flips = rounds(N_FLIPS);
    let n_events = if n_flips > N_FLIPS { N_EVENTS.1 } else { N_EVENTS.0 };
    let (_folder, whole) = banked(n_events);
    let before = events_in(&whole);
    assert_eq!(before.len() as u64, n_events);
    assert_eq!(faults(&SqliteStore::open_read_only(&whole, &Aggregates::bank()).unwrap(), &[]), []);
    let bytes = fs::read(&whole).unwrap();
    let mut n_of_events = 0;
    for _ in 0..n_flips {
        let bit = random(bytes.len() as u64 * 8);
        let at = usize::try_from(bit / 8).unwrap();
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (bit % 8);
        let (_folder, path) = copy_alone(&whole);
        fs::write(&path, flipped).unwrap();
        let after = events_in(&path);
        let n_same = before.iter().zip(&after).take_while(|(before, after)| before == after).count();
        let changed = (n_same < before.len() || after.len() > before.len()).then_some(n_same as u64 + 1);
        let Some(position) = changed else { continue };
        n_of_events += 1;
        match SqliteStore::open_read_only(&path, &Aggregates::bank()) {
            Ok(store) => {
                let found = faults(&store, &[]);
                let chain = position_of(&found, Check::Chain);
                assert_eq!(chain, Some(GlobalPosition::new(position)), "bit {bit}: {found:?}");
            }
            // Too much of it is damaged.
            Err(error) => assert!(
                matches!(error.problem, Problem::Damaged(_) | Problem::NotAStore),
                "bit {bit}: {error}"
            ),
        }
    }
    println!("{n_of_events} of {n_flips} flipped bits changed an event; every one of them was found");
    assert!(n_of_events > 0);
}

/// A row's header has the type and length of each text: a single bit turns a text into bytes of the same length.
#[test]
fn a_text_that_has_become_bytes_is_found_at_its_position() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole.db");
    let mut store = SqliteStore::create(&whole, &Aggregates::bank()).unwrap();
    // The text's type is 13 + 2 * 57 = 127, one byte that does not occur elsewhere.
    let data = format!("\"{}\"", "x".repeat(55));
    for amount in ["1", &data, "2"] {
        store.append(&[write("a", vec![event("Deposited", amount)])]).unwrap();
    }
    drop(store);
    let mut bytes = fs::read(&whole).unwrap();
    let text = bytes.windows(data.len()).position(|window| window == data.as_bytes()).unwrap();
    let header = (text - 80..text).rev().find(|at| bytes[*at] == 127).unwrap();
    bytes[header] ^= 1;
    fs::write(&whole, bytes).unwrap();
    let found = faults(&SqliteStore::open_read_only(&whole, &Aggregates::bank()).unwrap(), &[]);
    assert_eq!(position_of(&found, Check::Chain), Some(GlobalPosition::new(2)), "{found:?}");
}
