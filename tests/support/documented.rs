//! The chain as documented, computed with nothing of foldback's.

use std::collections::BTreeMap;

use rusqlite::Connection;
use rusqlite::types::Value;
use sha2::{Digest, Sha256};

/// A number in eight bytes; an absent one is a one bit and 63 zero bits.
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

pub fn rows(conn: &Connection, sql: &str) -> Vec<Vec<Value>> {
    let mut statement = conn.prepare(sql).unwrap();
    let n = statement.column_count();
    let rows = statement.query_map([], |row| (0..n).map(|column| row.get(column)).collect()).unwrap();
    rows.map(Result::unwrap).collect()
}

/// The hash of every link, in order, computed from the tables with nothing of foldback's: position and mapping, and the
/// hash.
pub fn links_as_documented(conn: &Connection) -> Vec<((i64, i64), [u8; 32])> {
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
