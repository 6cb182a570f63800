//! Promises that no other test keeps: looking changes nothing, nobody changes the log, money is conserved.

#[path = "support/pty.rs"]
mod pty;
mod support;

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::process::Command;

use foldback::cli::print::{PrintedScreen, screen};
use foldback::domain::aggregates::Aggregates;
use foldback::domain::aggregates::account::fold::AccountFold;
use foldback::domain::event::GlobalPosition;
use foldback::store::sqlite::SqliteStore;
use foldback::store::{Direction, EventReader};
use foldback::tui::key::Key;
use foldback::tui::keymap::action::KeyAction;
use foldback::tui::keymap::bindings::BINDINGS;
use foldback::tui::model::size::Size;
use pty::Session;
use support::{files, rounds, sample_store};

/// The bytes of a store's file and of its write-ahead log, if that is not empty.
fn log_bytes(store: &Path) -> Vec<(String, Vec<u8>)> {
    let mut kept = files(store.parent().unwrap());
    kept.retain(|(name, bytes)| !name.ends_with("-shm") && !bytes.is_empty());
    kept
}

/// Every key of the keymap, except those that would end the session or enter something.
fn keys_that_look() -> Vec<Key> {
    let is_looking =
        |action: &KeyAction| !matches!(action, KeyAction::Quit | KeyAction::Suspend | KeyAction::TakeMouse);
    let all = BINDINGS.iter().flat_map(|binding| binding.keys).filter(|(action, _)| is_looking(action));
    all.flat_map(|(_, keys)| keys.iter().copied()).collect()
}

#[test]
fn a_session_of_every_key_changes_no_byte_of_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = sample_store(folder.path(), "bank");
    let before = log_bytes(&path);
    for key in keys_that_look() {
        // From a position in the past, and with text in any open line.
        let keys = [Key::char(','), key, Key::char('5'), key, Key::char('x')];
        let size = Size { width: 120, height: 36 };
        screen(&PrintedScreen {
            path: &path,
            map: None,
            at: None,
            keys: &keys,
            size,
            aggregates: &Aggregates::bank(),
        })
        .unwrap();
        assert!(log_bytes(&path) == before, "{} has changed the log", key.name());
    }
    // All in one session, in a terminal, where the store is open for writing.
    let mut session = Session::start(120, 36, &[path.to_str().unwrap()]);
    session.wait_for("407 · lag 0");
    for key in keys_that_look() {
        session.type_keys(&pty::sent_by(key));
        session.type_keys(pty::ESC);
    }
    session.type_keys(&format!("{0}{0}{0}g", pty::ESC));
    session.wait_for(" 0 of ");
    assert!(
        log_bytes(&path).iter().all(|file| before.contains(file) || file.1.is_empty()),
        "the log has changed"
    );
    session.type_keys("\x03");
    assert_eq!(session.ends_and_gives_the_terminal_back().0, 0);
    assert!(log_bytes(&path) == before, "the log has changed");
}

/// SQL that would change the log, or files beside it, if it were executed; STORE stands for its path.
const HOSTILE_SQL: [&str; 16] = [
    "INSERT INTO events (position, stream, version, type, data) VALUES (1, 1, 1, 'T', '2')",
    "UPDATE events SET data = '{}'",
    "DELETE FROM events",
    "REPLACE INTO transactions VALUES (1)",
    "ATTACH 'STORE' AS log",
    "ATTACH 'STORE' AS log; DELETE FROM log.events",
    "SELECT 1; ATTACH 'STORE' AS log",
    "PRAGMA writable_schema = 1",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA wal_checkpoint(TRUNCATE)",
    "UPDATE sqlite_schema SET sql = ''",
    "VACUUM INTO 'STORE'",
    "SELECT load_extension('STORE')",
    "SELECT writefile('STORE', 'x')",
    "CREATE TABLE x (y)",
    "SELECT * FROM (SELECT 1) UNION SELECT edit('STORE')",
];

#[test]
fn no_question_changes_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = sample_store(folder.path(), "bank");
    let store = path.to_str().unwrap();
    let query = |sql: &str| {
        Command::new(env!("CARGO_BIN_EXE_foldback")).args(["query", store, sql]).output().unwrap()
    };
    assert!(query("SELECT 1").status.success());
    let before = log_bytes(&path);
    for sql in HOSTILE_SQL.map(|sql| sql.replace("STORE", store)) {
        let output = query(&sql);
        assert_eq!(output.status.code(), Some(1), "{sql}: {}", String::from_utf8_lossy(&output.stdout));
        assert!(log_bytes(&path) == before, "{sql} has changed the log");
    }
    let mut session = Session::start(120, 36, &[store]);
    session.wait_for("407 · lag 0");
    session.type_keys("S");
    session.wait_for("┤ Ask in SQL");
    for (n, sql) in HOSTILE_SQL.iter().enumerate() {
        session.type_keys(&format!("\x15{}\r", sql.replace("STORE", store)));
        // Each is answered before the next.
        session.type_keys(&format!("\x15SELECT {n} + 7000 AS answer\r"));
        session.wait_for(&format!("{}", n + 7000));
    }
    session.type_keys("\x03");
    assert_eq!(session.ends_and_gives_the_terminal_back().0, 0);
    assert!(log_bytes(&path) == before, "the console has changed the log");
}

#[test]
fn money_is_conserved_at_every_position() {
    let folder = tempfile::tempdir().unwrap();
    let path = sample_store(folder.path(), "bank");
    let store = SqliteStore::open_read_only(&path, &Aggregates::bank()).unwrap();
    let fold = AccountFold { mappings: store.mappings().unwrap() };
    let mut states = BTreeMap::new();
    let (mut brought, mut on_its_way) = (BTreeMap::new(), 0);
    for event in store.read_all(GlobalPosition::START, Direction::Forward, usize::MAX).unwrap() {
        let state = states.entry(event.stream.clone()).or_default();
        fold.evolve_account(state, &event);
        let data: serde_json::Value = serde_json::from_str(&event.data).unwrap();
        let amount = i128::from(data["amount"].as_i64().unwrap_or(0));
        // Money that left one account with the first leg of a transfer is at the other with the second.
        match event.event_type.as_str() {
            "Deposited" => *brought.entry(state.currency).or_insert(0) += amount,
            "Withdrawn" => *brought.entry(state.currency).or_insert(0) -= amount,
            "TransferSent" => on_its_way += amount,
            "TransferReceived" => on_its_way -= amount,
            _ => {}
        }
        let mut there = BTreeMap::new();
        for state in states.values() {
            *there.entry(state.currency).or_insert(0) += i128::from(state.balance);
        }
        let (there, brought): (i128, i128) = (there.values().sum(), brought.values().sum());
        assert_eq!(there + on_its_way, brought, "at {}", event.position);
        assert!(on_its_way == 0 || event.event_type == "TransferSent", "at {}", event.position);
    }
    assert_eq!(on_its_way, 0);
}

/// Random bytes that a terminal may send, without those that end or suspend the program.
fn noise(n: usize) -> Vec<u8> {
    let hasher = RandomState::new();
    let is_end = |byte: &u8| matches!(byte, b'q' | 0x03 | 0x1a | 0x1c);
    let byte = |n: usize| u8::try_from(hasher.hash_one(n) % 256).unwrap();
    // Whole escape sequences of a terminal, too.
    let parts: [&[u8]; 6] = [b"\x1b[200~", b"\x1b[201~", b"\x1b[<0;9;9M", b"\x1b[A", b"\r", b"\x1b\x1b"];
    (0..n)
        .flat_map(|n| match byte(n + 1_000_000) {
            part @ 0..60 => parts[usize::from(part) % parts.len()].to_vec(),
            _ => vec![byte(n)],
        })
        .filter(|byte| !is_end(byte))
        .collect()
}

#[test]
fn bytes_that_nobody_chose_neither_end_nor_hang_the_explorer() {
    for _ in 0..rounds(3) {
        let folder = tempfile::tempdir().unwrap();
        let path = sample_store(folder.path(), "bank");
        let mut session = Session::start(100, 30, &[path.to_str().unwrap()]);
        session.wait_for("now · lag 0");
        let noise = noise(3_000);
        println!("{noise:?}");
        for part in noise.chunks(64) {
            session.keyboard.write_all(part).unwrap();
            session.keyboard.flush().unwrap();
            while let Ok(bytes) = session.output.try_recv() {
                session.receive(&bytes);
            }
        }
        // Ends a paste that has not ended, and closes whatever is open.
        session.type_keys(&format!("\x1b[201~{0}{0}{0}{0}{0}", pty::ESC));
        session.type_keys("?");
        session.wait_for("┤ Help");
        session.type_keys("\x03");
        assert_eq!(session.ends_and_gives_the_terminal_back().0, 0);
    }
}
