//! Changes of a store by other programs: every change is found, even if the chain is rewritten.

use foldback::domain::aggregates::Aggregates;
use std::ops::Deref;
use std::path::Path;

use proptest::prelude::*;
use rusqlite::types::Value;
use rusqlite::{Connection, params};

use foldback::domain::event::GlobalPosition;
use foldback::store::proof::finding::{Check, Fault};
use foldback::store::proof::receipt::Receipt;
use foldback::store::sqlite::SqliteStore;
use foldback::store::sqlite::import::sources::NewSource;
use foldback::store::sqlite::import::{ImportedEvent, SourceProgress};
use foldback::store::sqlite::proof::receipt_file::path_of;
use foldback::store::{EventReader, EventStore};

use crate::documented::links_as_documented;
use crate::support::{TempStore, cases, deposit, stream, with_id, with_time, write};
use crate::{faults, position_of};

const N_EVENTS: u64 = 12;

/// A store with events of commands and of an imported log, with ids and without.
fn filled() -> TempStore {
    let mut temp = TempStore::new();
    let log = NewSource {
        log: None,
        name: "bank.jsonl".to_owned(),
        beginning_bytes: 7,
        beginning_hash: "ab".to_owned(),
        mapping: Some("[meaning]\ncurrency = \"EUR\"".to_owned()),
    };
    let log = temp.store.add_source(&log).unwrap();
    for n in 0..4 {
        let second = i64::from(n) * 10;
        let new = with_time(second, with_id(&format!("id-{n}"), deposit(1)));
        temp.store.append(&[write("a", vec![new]), write("b", vec![deposit(2)])]).unwrap();
        let event = ImportedEvent {
            source: log,
            place: u64::try_from(n).unwrap() + 1,
            stream: stream("c"),
            event: with_id(&format!("018cc255-f215-7ca5-85e7-bb0f1227857{n}"), deposit(3)),
        };
        let progress = SourceProgress { log, read_bytes: 1, read_hash: String::new(), read_lines: 1 };
        temp.store.import(&[event], &progress).unwrap();
    }
    assert_eq!(temp.store.head().unwrap().number(), N_EVENTS);
    temp
}

/// A program that removes foldback's triggers while it changes a store, and then restores them.
struct Stranger {
    conn: Connection,
    triggers: Vec<String>,
}

fn stranger(path: &Path) -> Stranger {
    let conn = Connection::open(path).unwrap();
    let sql = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'";
    let mut statement = conn.prepare(sql).unwrap();
    let triggers = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let triggers: Vec<(String, String)> = triggers.map(Result::unwrap).collect();
    drop(statement);
    for (name, _) in &triggers {
        conn.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
    }
    Stranger { conn, triggers: triggers.into_iter().map(|(_, sql)| sql).collect() }
}

impl Deref for Stranger {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.conn
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        for sql in &self.triggers {
            self.conn.execute_batch(sql).unwrap();
        }
    }
}

fn faults_of(temp: &TempStore, receipts: &[Receipt]) -> Vec<(Check, Fault)> {
    faults(&SqliteStore::open_read_only(&temp.path(), &Aggregates::bank()).unwrap(), receipts)
}

/// Rewrites the chain with full knowledge of its form.
fn rewrite_chain(conn: &Connection) {
    for ((position, mapping), hash) in links_as_documented(conn).into_iter().skip(1) {
        let is_of_mapping = conn
            .execute(
                "UPDATE mappings SET hash = ?1 WHERE id = ?2 AND head = ?3",
                params![hash, mapping, position],
            )
            .unwrap();
        if is_of_mapping == 0 || position > 0 {
            conn.execute("UPDATE events SET hash = ?1 WHERE position = ?2", params![hash, position]).unwrap();
        }
    }
}

/// Another value of the same kind.
fn other(value: &Value) -> Value {
    match value {
        Value::Null => Value::Integer(1),
        Value::Integer(number) => Value::Integer(number + 1),
        Value::Text(text) => Value::Text(format!("{text}1")),
        Value::Blob(bytes) => Value::Blob(bytes.iter().map(|byte| byte ^ 1).collect()),
        Value::Real(_) => unreachable!("there is no such column"),
    }
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn any_change_to_a_stored_event_is_found_at_its_position(
        position in 1..=N_EVENTS,
        column in prop::sample::select(vec![
            "stream", "version", "time", "clock", "source", "place", "hash", "type", "id", "data", "metadata",
        ]),
    ) {
        let temp = filled();
        let conn = stranger(&temp.path());
        let value: Value = conn
            .query_one(&format!("SELECT {column} FROM events WHERE position = ?1"), [position.cast_signed()], |row| row.get(0))
            .unwrap();
        let other = match (column, &value) {
            // A text where there was none.
            ("id" | "metadata", Value::Null) => Value::Text("{}".to_owned()),
            (_, value) => other(value),
        };
        // An existing stream, and an existing source.
        let other = if column == "stream" && other == Value::Integer(4) { Value::Integer(1) } else { other };
        let other = if column == "source" && other == Value::Integer(2) { Value::Null } else { other };
        let sql = format!("UPDATE events SET {column} = ?1 WHERE position = ?2");
        conn.execute(&sql, params![other, position.cast_signed()]).unwrap();
        drop(conn);
        let found = faults_of(&temp, &[]);
        prop_assert_eq!(position_of(&found, Check::Chain), Some(GlobalPosition::new(position)), "{}: {:?}", column, found);
    }

    #[test]
    fn an_event_that_is_replaced_moved_taken_out_or_put_in_is_found(position in 1..N_EVENTS, way in 0..4) {
        let temp = filled();
        let conn = stranger(&temp.path());
        let at = position.cast_signed();
        let first = match way {
            // A way around triggers that cover only updates and deletes.
            0 => conn.execute(
                "INSERT OR REPLACE INTO events SELECT position, stream, version, time, clock, source, place, hash, type, id, \
                 '{\"amount\":9}', metadata FROM events WHERE position = ?1",
                [at],
            ).map(|_| position),
            1 => conn.execute("DELETE FROM events WHERE position = ?1", [at]).map(|_| position),
            2 => conn.execute_batch(&format!(
                "UPDATE events SET position = -1 WHERE position = {at};
                 UPDATE events SET position = {at} WHERE position = {at} + 1;
                 UPDATE events SET position = {at} + 1 WHERE position = -1;"
            )).map(|()| position),
            _ => conn.execute(
                "INSERT INTO events SELECT position + 1, stream, version, time, clock, source, place, hash, type, id, data, \
                 metadata FROM events WHERE position = (SELECT max(position) FROM events)",
                [],
            ).map(|_| N_EVENTS + 1),
        }.unwrap();
        drop(conn);
        let found = faults_of(&temp, &[]);
        prop_assert_eq!(position_of(&found, Check::Chain), Some(GlobalPosition::new(first)), "{}: {:?}", way, found);
    }

    #[test]
    fn a_rewritten_chain_is_found_by_any_receipt_that_covers_the_changed_event(position in 1..=N_EVENTS, kept in 0..=N_EVENTS) {
        let mut temp = TempStore::new();
        let mut receipts = vec![temp.store.receipt().unwrap()];
        for n in 1..=N_EVENTS {
            temp.store.append(&[write("a", vec![deposit(n.cast_signed())])]).unwrap();
            receipts.push(temp.store.receipt().unwrap());
        }
        let receipt = receipts[usize::try_from(kept).unwrap()].clone();
        let conn = stranger(&temp.path());
        let sql = "UPDATE events SET data = '{\"amount\":99}' WHERE position = ?1";
        conn.execute(sql, [position.cast_signed()]).unwrap();
        rewrite_chain(&conn);
        drop(conn);
        // Anybody who is that thorough takes care of the receipt beside the store as well.
        std::fs::remove_file(path_of(&temp.path())).unwrap();
        let found = faults_of(&temp, &[]);
        prop_assert_eq!(&found, &[]);
        let found = faults_of(&temp, &[receipt]);
        let expected = (kept >= position).then(|| GlobalPosition::new(kept));
        prop_assert_eq!(position_of(&found, Check::Receipt), expected, "{:?}", found);
    }
}

#[test]
fn a_rewritten_chain_is_found_by_the_receipt_beside_the_store() {
    let temp = filled();
    let conn = stranger(&temp.path());
    conn.execute("UPDATE events SET data = '{\"amount\":99}' WHERE position = 5", []).unwrap();
    rewrite_chain(&conn);
    drop(conn);
    let found = faults_of(&temp, &[]);
    assert_eq!(found.iter().map(|(check, _)| *check).collect::<Vec<_>>(), [Check::Receipt], "{found:?}");
    assert_eq!(found[0].1.position, Some(GlobalPosition::new(N_EVENTS)));
}

#[test]
fn events_taken_from_the_end_are_missed() {
    let temp = filled();
    let conn = stranger(&temp.path());
    let end = N_EVENTS - 2;
    for table in ["events", "versions", "ids"] {
        conn.execute(&format!("DELETE FROM {table} WHERE position > {end}"), []).unwrap();
    }
    drop(conn);
    let found = faults_of(&temp, &[]);
    assert_eq!(found.iter().map(|(check, _)| *check).collect::<Vec<_>>(), [Check::Receipt], "{found:?}");
    assert_eq!(
        found[0].1,
        Fault::at(
            GlobalPosition::new(end + 1),
            format!("all up to position {N_EVENTS} and mapping 1 by the receipt beside the store"),
            format!("nothing after position {end} and mapping 1")
        )
    );
}

#[test]
fn a_change_to_an_index_of_events_is_found() {
    for (change, check) in [
        ("UPDATE mappings SET text = 'no mapping'", Check::Chain),
        ("UPDATE mappings SET head = 3", Check::Chain),
        ("UPDATE mappings SET since = since + 1", Check::Chain),
        ("UPDATE sources SET name = 'other.jsonl'", Check::Chain),
        ("UPDATE sources SET beginning_hash = 'ac'", Check::Chain),
        ("DELETE FROM mappings", Check::Chain),
        ("INSERT INTO mappings SELECT 2, source, since, 99, text, hash FROM mappings", Check::Chain),
        ("UPDATE streams SET name = 'z' WHERE id = 2", Check::Chain),
        ("UPDATE store SET created = created + 1", Check::Chain),
        ("UPDATE versions SET position = 4 WHERE position = 3", Check::Versions),
        ("DELETE FROM versions WHERE position = 3", Check::Versions),
        ("INSERT INTO versions VALUES (1, 99, 3)", Check::Versions),
        ("INSERT INTO versions VALUES (1, 99, 1000000)", Check::Versions),
        ("UPDATE ids SET position = 4 WHERE position = 3", Check::Ids),
        ("DELETE FROM ids WHERE position = 3", Check::Ids),
        ("INSERT INTO ids VALUES ('more', 3)", Check::Ids),
        ("INSERT INTO ids VALUES ('more', 1000000)", Check::Ids),
        ("UPDATE stretches SET place = 2", Check::Origins),
        ("DELETE FROM stretches", Check::Origins),
        ("INSERT INTO stretches VALUES (1, 1, 1, 1)", Check::Origins),
        ("PRAGMA foreign_keys = OFF; DELETE FROM sources", Check::File),
        ("INSERT INTO streams VALUES (99, 'nobody')", Check::File),
        (
            "INSERT INTO sources (id, log, name, beginning_bytes, beginning_hash) VALUES (9, 9, '', 0, '')",
            Check::File,
        ),
        (
            "PRAGMA foreign_keys = OFF; INSERT INTO events SELECT 0, stream, 9, time, clock, source, place, hash, type, NULL, data, metadata FROM events WHERE position = 1",
            Check::File,
        ),
    ] {
        let temp = filled();
        stranger(&temp.path()).execute_batch(change).unwrap();
        let found = faults_of(&temp, &[]);
        assert!(found.iter().any(|(failed, _)| *failed == check), "{change}: {found:?}");
    }
}

#[test]
fn of_an_index_that_lacks_an_event_the_event_is_named() {
    for (change, check) in [
        ("UPDATE versions SET position = 4 WHERE position = 3", Check::Versions),
        ("DELETE FROM versions WHERE position = 3", Check::Versions),
        ("UPDATE ids SET position = 5 WHERE position = 3", Check::Ids),
        ("DELETE FROM ids WHERE position = 3", Check::Ids),
    ] {
        let temp = filled();
        stranger(&temp.path()).execute_batch(change).unwrap();
        let found = faults_of(&temp, &[]);
        assert_eq!(position_of(&found, check), Some(GlobalPosition::new(3)), "{change}: {found:?}");
    }
}

#[test]
fn a_store_whose_guards_are_gone_can_be_looked_at_and_takes_nothing() {
    let temp = filled();
    Connection::open(temp.path()).unwrap().execute_batch("DROP TRIGGER events_update").unwrap();
    let expected = Fault::outside(
        "nothing wrong with it",
        "its trigger events_update is missing, or not the one that a store has",
    );
    assert_eq!(faults_of(&temp, &[]), [(Check::File, expected)]);
    assert!(SqliteStore::open(&temp.path(), &Aggregates::bank()).is_err());
}

#[test]
fn an_invalid_time_is_not_an_absent_time() {
    let temp = filled();
    // In the chain an absent time is written as this number.
    let sql = format!("UPDATE events SET time = {} WHERE position = 2 AND time IS NULL", i64::MIN);
    assert_eq!(stranger(&temp.path()).execute(&sql, []).unwrap(), 1);
    assert_eq!(position_of(&faults_of(&temp, &[]), Check::Chain), Some(GlobalPosition::new(2)));
}
