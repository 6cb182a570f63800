//! The log is append-only for everybody who uses foldback's own settings.

use foldback::domain::aggregates::Aggregates;
use foldback::store::EventStore;
use foldback::store::sqlite::SqliteStore;
use foldback::store::sqlite::import::sources::NewSource;
use rusqlite::Connection;
use rusqlite::config::DbConfig;

use crate::contract::all;
use crate::support::{TempStore, deposit, with_id, write};

/// A store with something in each of its tables.
fn filled() -> TempStore {
    let mut temp = TempStore::new();
    temp.store.append(&[write("a", vec![with_id("1", deposit(1)), deposit(2)])]).unwrap();
    let source = NewSource {
        log: None,
        name: "a.jsonl".to_owned(),
        beginning_bytes: 1,
        beginning_hash: "h".to_owned(),
        mapping: Some("[envelope]".to_owned()),
    };
    let log = temp.store.add_source(&source).unwrap();
    crate::import::import(&mut temp.store, log, &[crate::import::imported(log, "a", 1, deposit(3))]);
    temp
}

/// SQLite with the settings with which foldback opens its stores.
fn shell(temp: &TempStore) -> Connection {
    let conn = Connection::open(temp.path()).unwrap();
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true).unwrap();
    conn.pragma_update(None, "recursive_triggers", true).unwrap();
    conn
}

#[test]
fn no_row_of_an_event_can_be_changed_or_deleted() {
    let temp = filled();
    let conn = shell(&temp);
    for (table, column) in [
        ("events", "data"),
        ("streams", "name"),
        ("versions", "position"),
        ("stretches", "version"),
        ("mappings", "text"),
        ("store", "created"),
    ] {
        let n_rows: i64 =
            conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert!(n_rows > 0, "{table} holds nothing that could be refused");
        let update = conn.execute(&format!("UPDATE {table} SET {column} = {column}"), []);
        assert!(update.is_err(), "{table} was updated");
    }
    for table in ["events", "streams", "versions", "stretches", "mappings", "sources", "store"] {
        assert!(conn.execute(&format!("DELETE FROM {table}"), []).is_err(), "{table} was deleted from");
    }
}

#[test]
fn no_row_of_an_event_can_be_replaced() {
    let temp = filled();
    let before = all(&temp.store);
    let conn = shell(&temp);
    for replace in [
        "INSERT OR REPLACE INTO events SELECT * FROM events",
        "INSERT OR REPLACE INTO events (position, stream, version, hash, type, data) VALUES (1, 1, 1, x'', 'T', '{}')",
        "INSERT OR REPLACE INTO streams (id, name) VALUES (1, 'z')",
        "INSERT OR REPLACE INTO streams (id, name) VALUES (9, 'a')",
        "INSERT OR REPLACE INTO versions (stream, version, position) VALUES (1, 1, 2)",
        "INSERT OR REPLACE INTO ids (id, position) VALUES ('1', 2)",
        "INSERT INTO events SELECT * FROM events WHERE true ON CONFLICT DO UPDATE SET data = '{}'",
    ] {
        let refused = conn.execute(replace, []).unwrap_err().to_string();
        assert_eq!(refused, "the log is only appended to", "{replace}");
    }
    assert_eq!(all(&temp.store), before);
}

#[test]
fn the_schema_cannot_be_written_past_the_triggers() {
    let temp = filled();
    let conn = shell(&temp);
    conn.pragma_update(None, "writable_schema", true).unwrap();
    assert!(conn.execute("DELETE FROM sqlite_schema WHERE type = 'trigger'", []).is_err());
}

#[test]
fn who_only_reads_cannot_append() {
    let temp = filled();
    let mut reader = SqliteStore::open_read_only(&temp.path(), &Aggregates::bank()).unwrap();
    let before = all(&reader);
    let error = reader.append(&[write("a", vec![deposit(1)])]).unwrap_err().to_string();
    assert!(error.contains("can only be read"), "{error}");
    assert_eq!(all(&temp.store), before);
}

#[test]
fn the_schema_explains_itself_in_the_shell() {
    let temp = filled();
    let conn = shell(&temp);
    let sql: String =
        conn.query_row("SELECT sql FROM sqlite_schema WHERE name = 'events'", [], |row| row.get(0)).unwrap();
    assert!(sql.contains("-- place in the whole log"), "{sql}");
    let rows: Vec<(i64, String, i64, String)> = conn
        .prepare("SELECT position, stream, version, type FROM log")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let row = |n| (n, "a".to_owned(), n, "Deposited".to_owned());
    assert_eq!(rows, [row(1), row(2), row(3)]);
}
