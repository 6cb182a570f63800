//! Shared by several test binaries: how often to try, a temporary store, events to put into it.

#![allow(dead_code, reason = "no test binary needs all of it")]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use foldback::cancel::Cancel;
use foldback::domain::aggregates::Aggregates;
use foldback::domain::event::{NewEvent, StreamName, StreamPosition, Timestamp};
use foldback::store::StreamWrite;
use foldback::store::import::import;
use foldback::store::import::options::ImportOptions;
use foldback::store::jsonl::input::LogInput;
use foldback::store::log::LogIdentity;
use foldback::store::sqlite::SqliteStore;
use foldback::store::sqlite::log::SqliteLog;

/// The number of rounds of a test: the given number times the environment's FOLDBACK_ROUNDS, if that is set.
pub fn rounds(n: u32) -> u32 {
    let factor = std::env::var("FOLDBACK_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    n.saturating_mul(factor)
}

/// A proptest configuration with that many cases, times FOLDBACK_ROUNDS, which keeps no files of failures.
pub fn cases(n: u32) -> proptest::test_runner::Config {
    proptest::test_runner::Config {
        cases: rounds(n),
        failure_persistence: None,
        ..proptest::test_runner::Config::default()
    }
}

/// A new store in a folder that is removed with it.
pub struct TempStore {
    pub store: SqliteStore,
    pub folder: tempfile::TempDir,
}

impl TempStore {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::create(&folder.path().join("bank.db"), &Aggregates::bank()).unwrap();
        Self { store, folder }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("bank.db")
    }

    /// Closes the store; the folder stays.
    pub fn close(self) -> tempfile::TempDir {
        self.folder
    }
}

/// The identity of a bank's log.
pub fn log_identity(path: &Path, id: &str) -> LogIdentity {
    let (id, path, aggregates) = (id.to_owned(), path.to_path_buf(), Aggregates::bank());
    LogIdentity { id, path, aggregates, attach_events: None }
}

/// The log in a file, read only, even if there is no such file.
pub fn log_at(path: &Path) -> Arc<SqliteLog> {
    let unopened = |_| SqliteLog::of(log_identity(path, ""));
    Arc::new(SqliteLog::open_read_only(path, &Aggregates::bank()).unwrap_or_else(unopened))
}

/// A stream's name.
pub fn stream(name: &str) -> StreamName {
    StreamName::new(name).unwrap()
}

/// The time at `second` seconds after 1970.
pub fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// A deposit without an id and without a time.
pub fn deposit(amount: i64) -> NewEvent {
    event("Deposited", &format!(r#"{{"amount":{amount}}}"#))
}

/// An event without an id and without a time.
pub fn event(event_type: &str, data: &str) -> NewEvent {
    NewEvent {
        id: None,
        event_type: event_type.to_owned(),
        time: None,
        data: data.to_owned(),
        metadata: None,
    }
}

/// The same event with that id.
pub fn with_id(id: &str, event: NewEvent) -> NewEvent {
    NewEvent { id: Some(id.to_owned()), ..event }
}

/// The same event at `second` seconds after 1970.
pub fn with_time(second: i64, event: NewEvent) -> NewEvent {
    NewEvent { time: Some(at(second)), ..event }
}

/// Events for a stream, whatever its version.
pub fn write(name: &str, events: Vec<NewEvent>) -> StreamWrite {
    StreamWrite { stream: stream(name), expected: None, events }
}

/// Events for a stream that must have that version.
pub fn write_expecting(name: &str, expected: u64, events: Vec<NewEvent>) -> StreamWrite {
    StreamWrite { expected: Some(StreamPosition::new(expected)), ..write(name, events) }
}

/// The names and the bytes of the files in a folder.
pub fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

/// Whether the expected pictures are to be written instead of compared.
pub fn is_blessing() -> bool {
    std::env::var_os("FOLDBACK_BLESS").is_some()
}

/// Compares the part of a document between two marks with the program's output, or writes it there.
pub fn check_part(document: &str, begin: &str, end: &str, expected: &str) {
    let text = std::fs::read_to_string(document).unwrap();
    let (before, rest) = text.split_once(begin).unwrap();
    let (part, after) = rest.split_once(end).unwrap();
    if is_blessing() {
        std::fs::write(document, format!("{before}{begin}{expected}{end}{after}")).unwrap();
    } else {
        assert_eq!(part, expected, "{document} is out of date; FOLDBACK_BLESS=1 updates it");
    }
}

/// The widest line of a page of the guide, in columns: it is also read in terminals.
pub const PAGE_WIDTH: usize = 80;

/// A text wrapped to a page's width: the first line begins with `first`, the others with as many blanks.
pub fn filled(first: &str, text: &str) -> String {
    let indent = first.chars().count();
    let mut lines = vec![first.to_owned()];
    for word in text.split(' ') {
        let line = lines.last_mut().unwrap();
        let n_chars = line.chars().count();
        if n_chars > indent && n_chars + 1 + word.chars().count() > PAGE_WIDTH {
            lines.push(" ".repeat(indent) + word);
        } else {
            let blank = if n_chars > indent { " " } else { "" };
            *line = format!("{line}{blank}{word}");
        }
    }
    lines.join("\n") + "\n"
}

/// A store with a bundled sample in a folder, named after it.
pub fn sample_store(folder: &Path, sample: &str) -> PathBuf {
    let path = folder.join(format!("{sample}.db"));
    let mut store = SqliteStore::create(&path, &Aggregates::bank()).unwrap();
    let log = foldback::sample::embedded(sample).unwrap();
    let input = LogInput::Stream { name: sample.to_owned(), bytes: Box::new(log.as_bytes()) };
    import(&mut store, input, &ImportOptions::default(), &Cancel::never(), &mut |_| {}).unwrap();
    path
}

/// This test binary in another process, running one test that does its work only if this variable names a file. A name
/// that no test has would run nothing and succeed, so it is looked up first.
pub fn child(test: &str, variable: &str, file: &Path) -> Child {
    let binary = std::env::current_exe().unwrap();
    let listed = Command::new(&binary).args(["--exact", test, "--list"]).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(listed.lines().any(|line| line == format!("{test}: test")), "there is no test {test}: {listed}");
    Command::new(binary)
        .args(["--exact", test, "--nocapture", "--quiet"])
        .env(variable, file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Imports a log given as text.
pub fn import_text(store: &mut SqliteStore, name: &str, log: &str) {
    let bytes = std::io::Cursor::new(log.as_bytes().to_vec());
    let input = LogInput::Stream { name: name.to_owned(), bytes: Box::new(bytes) };
    import(store, input, &ImportOptions::default(), &Cancel::never(), &mut |_| {}).unwrap();
}

/// Changes a store as a program can that ignores the store's promises.
pub fn changed_by_others(store: &Path, sql: &str) {
    let conn = rusqlite::Connection::open(store).unwrap();
    conn.pragma_update(None, "foreign_keys", false).unwrap();
    let names = "SELECT name FROM sqlite_schema WHERE type = 'trigger'";
    let triggers: Vec<String> =
        conn.prepare(names).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    for trigger in triggers {
        conn.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
    conn.execute_batch(sql).unwrap();
}

/// Flips one bit of a key in an index of a read model's file, after moving its write-ahead log into it.
pub fn flip_index_key(file: &Path, index: &str, key: &[u8]) {
    let root: i64 = {
        let conn = rusqlite::Connection::open(file).unwrap();
        conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        conn.query_row("SELECT rootpage FROM sqlite_schema WHERE name = ?1", [index], |row| row.get(0))
            .unwrap()
    };
    for end in ["db-wal", "db-shm"] {
        drop(std::fs::remove_file(file.with_extension(end)));
    }
    let mut bytes = std::fs::read(file).unwrap();
    let start = usize::try_from((root - 1) * 4096).unwrap();
    let at = bytes[start..start + 4096].windows(key.len()).position(|window| window == key).unwrap();
    bytes[start + at + key.len() - 1] ^= 4;
    std::fs::write(file, bytes).unwrap();
}
