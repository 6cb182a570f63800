//! Our own log in one SQLite file.
//!
//! Its files:
//!
//! - `append.rs`: appends of what commands decided: all of it on the disk, or nothing
//! - `file.rs`: the file of a store: opening, checking, writing, and the files beside it
//! - `import.rs`: imports: many events at once, each with its origin, together with the progress of its log
//! - `log.rs`: the port to a log, implemented by our own store: each connection opens the file by its path
//! - `proof.rs`: the proof of a store in its tables: checked reading, links, integrity, and the receipt beside it
//! - `read.rs`: reads of the log: each reads only the rows that it answers, by key

mod append;
pub mod file;
pub mod import;
pub mod log;
pub mod proof;
pub mod read;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};
use rusqlite::Connection;
use serde_json::value::RawValue;

use crate::domain::aggregates::Aggregates;
use crate::domain::event::{EVENT_ID_BYTES_MAX, EVENT_TYPE_BYTES_MAX, NewEvent, Timestamp};
use crate::store::clock;
use crate::store::jsonl::{DEPTH_MAX, fingerprint};
use crate::store::proof::receipt::Receipt;
use crate::store::sqlite::file::beside;
use crate::store::sqlite::file::beside::AfterClose;
use crate::store::sqlite::file::error;
use crate::store::sqlite::file::identity;
use crate::store::sqlite::file::identity::Identity;
use crate::store::sqlite::file::open;
use crate::store::sqlite::file::open::StoreFile;
use crate::store::sqlite::file::open_error::OpenError;
use crate::store::sqlite::file::turns::YieldAfterLongHold;
use crate::store::sqlite::import::id_filter::IdFilter;
use crate::store::sqlite::import::open_import::OpenImport;
use crate::store::sqlite::proof::links;
use crate::store::sqlite::proof::links::Link;
use crate::store::sqlite::proof::receipt_file;
use crate::store::sqlite::proof::receipt_file::ReceiptFile;
use crate::store::sqlite::read::rows;
use crate::store::sqlite::read::rows::Names;
use crate::store::sqlite::read::streams;
use crate::store::sqlite::read::streams::WrittenStreams;

/// The longest data, and the longest metadata, of an event, in bytes: the same as the longest line of a log. Events are
/// shown and folded whole, so this bounds the cost of a screen.
pub const EVENT_TEXT_BYTES_MAX: usize = 16 * 1024 * 1024;

/// An event store in one SQLite file. This is a connection, used by one thread at a time; any number of connections, in
/// any number of processes, may be open on one file.
pub struct SqliteStore {
    conn: Connection,
    path: PathBuf,
    identity: Identity,
    id: String,
    names: RefCell<Names>,
    written: WrittenStreams,
    let_others_in: YieldAfterLongHold,
    id_filter: IdFilter,
    importing: Option<OpenImport>,
    receipt: ReceiptFile,
    aggregates: Aggregates,
    /// See [`StoreFile::receipt`].
    receipt_before: Option<Receipt>,
    /// See [`StoreFile::present_state_reason`].
    present_state_reason: Option<String>,
    /// See [`StoreFile::is_immutable`].
    is_immutable: bool,
    /// The task for after the connection is closed: declared after it, and so dropped after it.
    _after_close: AfterClose,
}

impl SqliteStore {
    /// Creates a store and opens it for reading and writing. Its streams belong to these aggregates.
    ///
    /// # Errors
    /// Something is at the path already; the folder is missing or cannot be written; SQLite's write-ahead log does not
    /// work on the disk. No file is left over then.
    pub fn create(path: &Path, aggregates: &Aggregates) -> Result<Self, OpenError> {
        open::create(path).map(|opened| Self::for_writing(opened, aggregates))
    }

    /// Opens a store for reading and writing. Its streams belong to these aggregates.
    ///
    /// # Errors
    /// See [`open_error::Problem`]; file and folder are unchanged then.
    pub fn open(path: &Path, aggregates: &Aggregates) -> Result<Self, OpenError> {
        open::for_writing(path).map(|opened| Self::for_writing(opened, aggregates))
    }

    /// Opens a store for reading. Its streams belong to these aggregates. None of its bytes change, and what others append is seen. In a folder that cannot be
    /// written, the store is read in its present state.
    ///
    /// # Errors
    /// See [`open_error::Problem`].
    pub fn open_read_only(path: &Path, aggregates: &Aggregates) -> Result<Self, OpenError> {
        open::for_reading(path).map(|opened| {
            let identity = Identity::of(&opened.path);
            Self::new(opened, identity, aggregates)
        })
    }

    fn for_writing(opened: StoreFile, aggregates: &Aggregates) -> Self {
        let identity = Identity::with_log(&opened.path);
        Self::new(opened, identity, aggregates)
    }

    fn new(opened: StoreFile, identity: Identity, aggregates: &Aggregates) -> Self {
        Self {
            receipt: ReceiptFile::of(&opened.path, &opened.id),
            aggregates: aggregates.clone(),
            receipt_before: opened.receipt,
            present_state_reason: opened.present_state_reason,
            is_immutable: opened.is_immutable,
            conn: opened.conn,
            path: opened.path,
            identity,
            id: opened.id,
            names: RefCell::default(),
            written: WrittenStreams::default(),
            let_others_in: YieldAfterLongHold::default(),
            id_filter: IdFilter::default(),
            importing: None,
            _after_close: opened.after_close,
        }
    }

    /// Removes an unwanted store, with the files beside it except its read model.
    ///
    /// # Errors
    /// The file cannot be removed.
    pub fn discard(self) -> Result<()> {
        let path = self.path.clone();
        drop(self);
        beside::remove(&path).with_context(|| format!("removing {}", path.display()))
    }

    /// The store's UUID. Data derived from its log is kept with this id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The store's absolute path, symbolic links followed.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A number that changes exactly when another connection has written. Compare it only with earlier answers of the
    /// same connection.
    ///
    /// # Errors
    /// Errors of the store.
    pub fn data_version(&self) -> Result<i64> {
        self.explained(|conn| Ok(rows::data_version(conn)?))
    }

    /// Checks that the file at the store's path is still the opened one and has not been truncated. Cheap.
    ///
    /// # Errors
    /// It was deleted, replaced or truncated while it was open; the message says what to do.
    pub fn check_place(&self) -> Result<()> {
        self.identity.check()
    }

    /// A note for readers on how the store is read: it has other names, by which somebody may have written events that
    /// are not seen here, or it is read in its present state because of its disk.
    pub fn notice(&self) -> Option<String> {
        let n_names = identity::n_names(&self.path);
        let other_names = (n_names > 1).then(|| identity::other_names(&self.path, n_names));
        other_names.or_else(|| self.present_state_reason.clone())
    }

    /// Number of streams.
    ///
    /// # Errors
    /// Errors of the store.
    pub fn n_streams(&self) -> Result<u64> {
        self.explained(|conn| Ok(rows::from_sql(streams::last_id(conn)?)))
    }

    /// Why the last commit is not in the receipt beside the store; reported once. The commit itself succeeded.
    pub fn take_receipt_trouble(&mut self) -> Option<anyhow::Error> {
        self.receipt.take_trouble()
    }

    /// Syncs the receipt to the disk, if it has waited for that for a second.
    ///
    /// # Errors
    /// Errors of the disk.
    pub fn sync_receipt_when_due(&mut self) -> Result<()> {
        self.receipt.sync_when_due().context("the receipt beside the store was not synced")
    }

    /// When [`SqliteStore::sync_receipt_when_due`] will have something to do; `None` if nothing waits.
    pub fn receipt_sync_due(&self) -> Option<Instant> {
        self.receipt.sync_due()
    }

    /// The receipt in the file beside the store; `None` if there is none.
    ///
    /// # Errors
    /// It cannot be read, or is not a receipt.
    pub fn receipt_beside(&self) -> Result<Option<Receipt>> {
        match &self.receipt_before {
            Some(receipt) => Ok(Some(receipt.clone())),
            None => receipt_file::beside(&self.path),
        }
    }

    /// The receipt of the store's present state.
    ///
    /// # Errors
    /// Errors of the store.
    pub fn receipt(&self) -> Result<Receipt> {
        let Link { place, hash } = self.newest()?;
        Ok(Receipt { store: self.id.clone(), place, hash })
    }

    /// The newest link.
    fn newest(&self) -> Result<Link> {
        self.explained(|conn| {
            // The transaction makes all reads see the same state.
            let moment = conn.unchecked_transaction()?;
            links::newest(&moment)
        })
    }

    /// The result of a query; an error gets a sentence that says what it means and what to do.
    fn explained<T>(&self, question: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        question(&self.conn).map_err(|error| error::explain(&self.path, error))
    }
}

/// The present time.
fn now() -> Timestamp {
    clock::noted_now()
}

/// The reason why the store does not accept the event, if so.
fn unacceptable(event: &NewEvent) -> Option<String> {
    let too_long = |what: &str, n: usize, max: usize| {
        (n > max).then(|| format!("its {what} has {n} bytes, and {max} are the most that is taken"))
    };
    let not_json = |what: &str, text: &str| {
        let parsed: Result<&RawValue, _> = serde_json::from_str(text);
        parsed.err().map(|why| format!("its {what} is not JSON: {why}"))
    };
    let too_deep = |what: &str, text: &str| {
        (fingerprint::depth(text) > DEPTH_MAX)
            .then(|| format!("its {what} is nested deeper than {DEPTH_MAX}"))
    };
    let metadata = event.metadata.as_deref();
    too_long("type", event.event_type.len(), EVENT_TYPE_BYTES_MAX)
        .or_else(|| event.id.as_ref().and_then(|id| too_long("id", id.len(), EVENT_ID_BYTES_MAX)))
        .or_else(|| too_long("data", event.data.len(), EVENT_TEXT_BYTES_MAX))
        .or_else(|| metadata.and_then(|text| too_long("metadata", text.len(), EVENT_TEXT_BYTES_MAX)))
        .or_else(|| too_deep("data", &event.data))
        .or_else(|| metadata.and_then(|text| too_deep("metadata", text)))
        .or_else(|| not_json("data", &event.data))
        .or_else(|| metadata.and_then(|text| not_json("metadata", text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::{GlobalPosition, StreamName};
    use crate::store::{AppendError, Direction, EventReader, EventStore, StreamWrite};

    fn write(data: &str) -> [StreamWrite; 1] {
        let event = NewEvent {
            id: None,
            event_type: "T".to_owned(),
            time: None,
            data: data.to_owned(),
            metadata: None,
        };
        [StreamWrite { stream: StreamName::new("a").unwrap(), expected: None, events: vec![event] }]
    }

    #[test]
    fn the_stores_own_connections_cannot_change_events() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bank.db");
        let mut created = SqliteStore::create(&path, &Aggregates::bank()).unwrap();
        created.append(&write("1")).unwrap();
        let opened = SqliteStore::open(&path, &Aggregates::bank()).unwrap();
        let reader = SqliteStore::open_read_only(&path, &Aggregates::bank()).unwrap();
        for store in [&created, &opened, &reader] {
            for sql in [
                "UPDATE events SET data = '2'",
                "DELETE FROM events",
                "INSERT OR REPLACE INTO events (position, stream, version, type, data) VALUES (1, 1, 1, 'T', '2')",
                "REPLACE INTO versions SELECT * FROM versions",
                "UPDATE streams SET name = 'b'",
                "PRAGMA writable_schema = 1; DELETE FROM sqlite_schema",
            ] {
                assert!(store.conn.execute_batch(sql).is_err(), "{sql}");
            }
        }
        let events = reader.read_all(GlobalPosition::START, Direction::Forward, 9).unwrap();
        let data: Vec<_> = events.iter().map(|event| event.data.as_str()).collect();
        assert_eq!(data, ["1"]);
    }

    #[test]
    fn every_commit_is_on_the_disk_except_in_bulk() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bank.db");
        let settings = |store: &SqliteStore| {
            ["journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "wal_autocheckpoint"].map(
                |name| {
                    let value = store
                        .conn
                        .pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0));
                    match value.unwrap() {
                        rusqlite::types::Value::Text(text) => text,
                        rusqlite::types::Value::Integer(number) => number.to_string(),
                        other => panic!("{other:?}"),
                    }
                },
            )
        };
        let usual = ["wal", "2", "1", "1", "1000"].map(str::to_owned);
        assert_eq!(settings(&SqliteStore::create(&path, &Aggregates::bank()).unwrap()), usual);
        let mut store = SqliteStore::open(&path, &Aggregates::bank()).unwrap();
        assert_eq!(settings(&store), usual);
        store.begin_bulk().unwrap();
        assert_eq!(settings(&store)[..2], ["wal", "1"].map(str::to_owned));
        store.end_bulk().unwrap();
        assert_eq!(settings(&store), usual);
    }

    #[test]
    fn a_full_disk_is_named_and_nothing_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = SqliteStore::create(&folder.path().join("bank.db"), &Aggregates::bank()).unwrap();
        store.append(&write("1")).unwrap();
        let n_pages: i64 = store.conn.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        store.conn.pragma_update(None, "max_page_count", n_pages).unwrap();
        let long = format!("\"{}\"", "x".repeat(100_000));
        let Err(AppendError::Store(error)) = store.append(&write(&long)) else { panic!("it was appended") };
        assert_eq!(
            error.to_string(),
            format!(
                "the disk is full and nothing was written to {}; make room and try again",
                store.path().display()
            )
        );
        assert!(store.conn.is_autocommit());
        assert_eq!(store.head().unwrap(), GlobalPosition::new(1));
        store.conn.pragma_update(None, "max_page_count", i64::from(i32::MAX)).unwrap();
        assert_eq!(store.append(&write(&long)).unwrap().head, GlobalPosition::new(2));
    }
}
