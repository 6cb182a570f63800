//! The chain: made as it is documented, so that somebody else can check it, and so that everything is under it.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rusqlite::Connection;
use rusqlite::types::Value;
use sha2::{Digest, Sha256};

use foldback::domain::chain::ChainHash;
use foldback::domain::event::GlobalPosition;
use foldback::store::sqlite::SqliteStore;
use foldback::store::sqlite::import::{ImportedEvent, SourceProgress};
use foldback::store::sqlite::sources::NewSource;
use foldback::store::{Direction, EventReader, EventStore};

use crate::support::{TempStore, cases, deposit, event, stream, with_id, with_time, write};

/// A number in eight bytes; what there is none of is a one and 63 noughts.
fn number(value: &Value) -> Vec<u8> {
    match value {
        Value::Integer(number) => number.to_be_bytes().to_vec(),
        Value::Null => (1_u64 << 63).to_be_bytes().to_vec(),
        other => panic!("{other:?}"),
    }
}

fn text(value: &Value) -> &[u8] {
    match value {
        Value::Text(text) => text.as_bytes(),
        Value::Null => b"",
        other => panic!("{other:?}"),
    }
}

fn length(value: &Value) -> Vec<u8> {
    match value {
        Value::Null => number(&Value::Null),
        some => (text(some).len() as u64).to_be_bytes().to_vec(),
    }
}

fn hash(parts: &[Vec<u8>]) -> [u8; 32] {
    Sha256::digest(parts.concat()).into()
}

fn rows(conn: &Connection, sql: &str) -> Vec<Vec<Value>> {
    let mut statement = conn.prepare(sql).unwrap();
    let n = statement.column_count();
    let rows = statement.query_map([], |row| (0..n).map(|column| row.get(column)).collect()).unwrap();
    rows.map(Result::unwrap).collect()
}

/// The hash of every link, in order, made from the tables with nothing of foldback's: position and mapping, and the hash.
fn links_as_documented(conn: &Connection) -> Vec<((i64, i64), [u8; 32])> {
    let store = &rows(conn, "SELECT created, id FROM store")[0];
    let mut before = hash(&[b"foldback store 1".to_vec(), number(&store[0]), text(&store[1]).to_vec()]);
    let mut links = vec![((0, 0), before)];
    let mut mappings: BTreeMap<i64, Vec<Vec<Value>>> = BTreeMap::new();
    for row in rows(
        conn,
        "SELECT m.head, m.id, m.source, s.log, m.since, m.head, s.beginning_bytes, s.name, s.beginning_hash, m.text \
         FROM mappings m JOIN sources s ON s.id = m.source ORDER BY m.id",
    ) {
        let Value::Integer(head) = row[0] else { panic!() };
        mappings.entry(head).or_default().push(row[1..].to_vec());
    }
    let mut newest = 0;
    let mut link_mappings = |position: i64, before: &mut [u8; 32], links: &mut Vec<_>| {
        for row in mappings.remove(&position).unwrap_or_default() {
            let numbers = row[..6].iter().flat_map(number).collect();
            let lengths = row[6..].iter().flat_map(length).collect();
            let texts = row[6..].iter().flat_map(text).copied().collect();
            *before = hash(&[b"foldback map   1".to_vec(), before.to_vec(), numbers, lengths, texts]);
            let Value::Integer(id) = row[0] else { panic!() };
            newest = id;
            links.push(((position, id), *before));
        }
        newest
    };
    let mut mapping = link_mappings(0, &mut before, &mut links);
    for (position, row) in (1..).zip(rows(
        conn,
        "SELECT e.time, s.name, e.type, e.id, e.data, e.metadata, e.position, e.version, e.source, e.place \
         FROM events e JOIN streams s ON s.id = e.stream ORDER BY e.position",
    )) {
        let lengths = row[1..6].iter().flat_map(length).collect();
        let texts = row[1..6].iter().flat_map(text).copied().collect();
        let content = hash(&[b"foldback event 1".to_vec(), number(&row[0]), lengths, texts]);
        let place = row[6..].iter().flat_map(number).collect();
        before = hash(&[b"foldback link  1".to_vec(), before.to_vec(), content.to_vec(), place]);
        links.push(((position, mapping), before));
        mapping = link_mappings(position, &mut before, &mut links);
    }
    links
}

/// A step in the life of a store.
#[derive(Clone, Debug)]
enum Step {
    Append { stream: u8, amount: i64, id: Option<u32>, second: Option<i64>, metadata: bool },
    Import { log: u8, streams: Vec<u8> },
    AddSource(Option<String>),
    SetMapping { source: u8, text: String },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let append =
        (0..4_u8, any::<i64>(), any::<Option<u32>>(), proptest::option::of(-9..9_i64), any::<bool>());
    let append = append.prop_map(|(stream, amount, id, second, metadata)| Step::Append {
        stream,
        amount,
        id,
        second,
        metadata,
    });
    let import = (0..3_u8, proptest::collection::vec(0..4_u8, 1..9))
        .prop_map(|(log, streams)| Step::Import { log, streams });
    let mapping = (0..3_u8, "[a-c]{1,2}").prop_map(|(source, text)| Step::SetMapping { source, text });
    let source = proptest::option::of("[a-c]{1,2}").prop_map(Step::AddSource);
    proptest::collection::vec(prop_oneof![4 => append, 2 => import, 2 => mapping, 1 => source], 0..24)
}

/// Takes the step, as far as it can be taken.
fn take(store: &mut SqliteStore, step: Step) {
    let sources = store.sources().unwrap();
    let source = |n: u8| sources.get(usize::from(n)).map(|source| source.id);
    match step {
        Step::Append { stream, amount, id, second, metadata } => {
            let mut new = deposit(amount);
            new = id.map_or_else(|| new.clone(), |id| with_id(&id.to_string(), new.clone()));
            new = second.map_or_else(|| new.clone(), |second| with_time(second, new.clone()));
            new.metadata = metadata.then(|| r#"{"a":"ü"}"#.to_owned());
            // An id may be there already.
            _ = store.append(&[write(&format!("s{stream}"), vec![new])]);
        }
        Step::Import { log, streams } => {
            let Some(log) = source(log) else { return };
            let mut events = Vec::new();
            for (n, name) in (1..).zip(streams) {
                let stream = stream(&format!("s{name}"));
                let place = store.last_place(log, &stream).unwrap() + n;
                events.push(ImportedEvent { source: log, place, stream, event: event("T", "{}") });
            }
            let progress = SourceProgress { log, read_bytes: 1, read_hash: String::new(), read_lines: 1 };
            store.import(&events, &progress).unwrap();
        }
        Step::AddSource(mapping) => {
            let (name, beginning_hash) = ("bank.jsonl".to_owned(), "ab".to_owned());
            store
                .add_source(&NewSource { log: None, name, beginning_bytes: 7, beginning_hash, mapping })
                .unwrap();
        }
        Step::SetMapping { source: n, text } => {
            if let Some(source) = source(n) {
                store.set_mapping(source, &text).unwrap();
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn the_hashes_are_those_that_the_documentation_gives(steps in steps()) {
        let mut temp = TempStore::new();
        let mut receipts = vec![temp.store.receipt().unwrap()];
        for step in steps {
            take(&mut temp.store, step);
            receipts.push(temp.store.receipt().unwrap());
        }
        let links = links_as_documented(&Connection::open(temp.path()).unwrap());
        let of_events: Vec<_> = temp.store.read_all(GlobalPosition::START, Direction::Forward, usize::MAX).unwrap();
        for event in of_events {
            let position = i64::try_from(event.position.number()).unwrap();
            let documented = links.iter().find(|((at, _), _)| *at == position).unwrap().1;
            prop_assert_eq!(event.hash, ChainHash(documented), "at {}", position);
        }
        for receipt in receipts {
            let place = (receipt.place.position.to_sql(), receipt.place.mapping.cast_signed());
            let documented = links.iter().find(|(at, _)| *at == place).unwrap().1;
            prop_assert_eq!(receipt.hash, ChainHash(documented), "{}", receipt.place);
        }
    }
}
