//! Imports: many events at once, each with its origin, together with the progress of its log.
//!
//! Its files:
//!
//! - `batch.rs`: a batch of an import: each event is new, known, or refused
//! - `bulk.rs`: bulk mode: commits synced to the disk together at the end
//! - `id_filter.rs`: a filter of ids in memory, which spares most look-ups of new ids
//! - `id_key.rs`: the keys under which a store keeps event ids, and the positions that they lead to
//! - `ids.rs`: the index of event ids, filled in the order of its keys
//! - `left_out.rs`: lines of imported logs that the store does not have, counted by reason
//! - `open_import.rs`: an import that is under way: its transaction, and what is added to it
//! - `sources.rs`: the sources of a store: how far each log was read, its mapping, and where its events went

mod batch;
pub(in crate::store::sqlite) mod bulk;
pub(in crate::store::sqlite) mod id_filter;
pub(in crate::store::sqlite) mod id_key;
pub(in crate::store::sqlite) mod ids;
pub mod left_out;
pub mod open_import;
pub mod sources;

use std::time::Instant;

use anyhow::{Context, Result, anyhow};
use rusqlite::{Connection, params};

use crate::cancel::{Cancel, Cancelled, OrCancelled};
use crate::domain::chain;
use crate::domain::event::{GlobalPosition, NewEvent, SourceId, StreamName};
use crate::domain::left_out::LeftOut;
use crate::store::sqlite::file::error;
use crate::store::sqlite::import::batch::ImportBatch;
use crate::store::sqlite::import::left_out::Forget;
use crate::store::sqlite::import::open_import::{AddOutcome, ImportedText, OpenImport};
use crate::store::sqlite::proof::links::Link;
use crate::store::sqlite::read::rows::{self, to_sql};
use crate::store::sqlite::{SqliteStore, unacceptable};

/// The progress of reading a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceProgress {
    pub log: SourceId,
    /// Bytes read so far.
    pub read_bytes: u64,
    /// The hash of those bytes.
    pub read_hash: String,
    /// Lines read so far.
    pub read_lines: u64,
}

/// An event with its origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedEvent {
    /// The source whose mapping reads it.
    pub source: SourceId,
    /// Its place in the stream within the imported log, from 1. Places rise, with gaps allowed.
    pub place: u64,
    pub stream: StreamName,
    pub event: NewEvent,
}

/// The result of adding imported events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedBatch {
    /// The log's head.
    pub head: GlobalPosition,
    /// Number of events added.
    pub n_events: u64,
    /// Number of events that the log had already, by their ids or their places.
    pub n_duplicates: u64,
    /// The indexes of refused events, with the reasons.
    pub refused: Vec<(usize, String)>,
}

impl SqliteStore {
    /// Adds events of a log and, in the same transaction, how far the log was read. Events that are there already are
    /// counted and not added again; events that contradict them are refused, and the others are added.
    ///
    /// # Errors
    /// Errors of the store, and unknown sources; nothing was added then.
    pub fn import(&mut self, events: &[ImportedEvent], progress: &SourceProgress) -> Result<ImportedBatch> {
        let (mut n_events, mut n_duplicates, mut refused) = (0, 0, Vec::new());
        for (index, ImportedEvent { source, place, stream, event }) in events.iter().enumerate() {
            let (stream, text) = (stream.as_str(), event.as_text());
            let added = match unacceptable(event) {
                Some(why) => vec![AddOutcome::Refused(why)],
                None => self.add_imported(&[ImportedText {
                    source: *source,
                    place: *place,
                    stream,
                    event: text,
                    content: chain::content(stream, &text),
                }])?,
            };
            for added in added {
                match added {
                    AddOutcome::New => n_events += 1,
                    AddOutcome::WasThere => n_duplicates += 1,
                    AddOutcome::Refused(why) => refused.push((index, why)),
                }
            }
        }
        let head = self.commit_imported(progress, &Cancel::never())?;
        let head = head.context("the events were not committed")?;
        Ok(ImportedBatch { head, n_events, n_duplicates, refused })
    }

    /// Adds events of a log; they become visible with the commit. Until then only this connection can write, and its
    /// other methods that write fail. Returns the result for each event.
    ///
    /// # Errors
    /// Errors of the store, and unknown sources; everything uncommitted is lost then.
    pub fn add_imported(&mut self, events: &[ImportedText<'_>]) -> Result<Vec<AddOutcome>> {
        let added = self.opened_import().and_then(|()| {
            let Self { conn, names, written, id_filter, importing, .. } = self;
            let open = importing.as_mut().context("no transaction is open")?;
            let mut batch = ImportBatch::new(conn, names.get_mut(), written, id_filter, open)?;
            let added = events.iter().map(|event| batch.add(event)).collect::<Result<_>>()?;
            batch.write_rows()?;
            Ok(added)
        });
        added.map_err(|error| self.failed_import(error))
    }

    /// Commits the added events together with how far their log was read. Returns the head. If the import is cancelled
    /// before the commit, everything uncommitted is lost.
    ///
    /// # Errors
    /// Errors of the store, and an unknown log; nothing is committed then.
    pub fn commit_imported(
        &mut self,
        progress: &SourceProgress,
        cancel: &Cancel,
    ) -> Result<OrCancelled<GlobalPosition>> {
        let written = self.opened_import().and_then(|()| {
            let Self { conn, importing, .. } = self;
            let open = importing.as_mut().context("no transaction is open")?;
            write_waiting(conn, open, progress, cancel)
        });
        let committed = written.and_then(|written| {
            let Ok(newest) = written else { return Ok(Err(Cancelled)) };
            self.commit_write(newest)?;
            Ok(Ok(newest.place.position))
        });
        match committed {
            Ok(Ok(head)) => {
                if let Some(open) = self.importing.take() {
                    self.let_others_in.held_since(open.since);
                }
                self.written.trim();
                Ok(Ok(head))
            }
            Ok(Err(Cancelled)) => {
                self.roll_back_imported();
                Ok(Err(Cancelled))
            }
            Err(error) => Err(self.failed_import(error)),
        }
    }

    /// Records the lines left out of a log, together with the next commit; see [`left_out`].
    ///
    /// # Errors
    /// Errors of the store; everything uncommitted is lost then.
    pub fn note_left_out(&mut self, log: SourceId, forget: Option<Forget>, left_out: &LeftOut) -> Result<()> {
        let noted =
            self.opened_import().and_then(|()| Ok(left_out::save(&self.conn, log, forget, left_out)?));
        noted.map_err(|error| self.failed_import(error))
    }

    /// Whether there are added events that are not committed.
    pub fn is_importing(&self) -> bool {
        self.importing.is_some()
    }

    /// Rolls back everything uncommitted.
    pub fn roll_back_imported(&mut self) {
        if let Some(open) = self.importing.take() {
            self.written.forget();
            self.roll_back();
            self.let_others_in.held_since(open.since);
        }
    }

    fn failed_import(&mut self, error: anyhow::Error) -> anyhow::Error {
        self.roll_back_imported();
        // A change of the file explains more than SQLite's error about it.
        self.identity.check().err().unwrap_or_else(|| error::explain(&self.path, error))
    }

    /// Begins a transaction, unless one is open.
    fn opened_import(&mut self) -> Result<()> {
        if self.importing.is_some() {
            return Ok(());
        }
        self.let_others_in.wait();
        let since = Instant::now();
        let newest = self.begin_write()?;
        let begun = rows::data_version(&self.conn).map_err(anyhow::Error::from);
        let begun = begun.and_then(|version| Ok((version, OpenImport::begin(&self.conn, since, newest)?)));
        match begun {
            Ok((data_version, open)) => {
                self.written.begin(data_version);
                self.id_filter.begin(data_version);
                self.importing = Some(open);
                Ok(())
            }
            Err(error) => {
                self.roll_back();
                Err(error)
            }
        }
    }
}

/// Writes everything that waits for the commit. Returns the newest link.
fn write_waiting(
    conn: &Connection,
    open: &mut OpenImport,
    progress: &SourceProgress,
    cancel: &Cancel,
) -> Result<OrCancelled<Link>> {
    if open.write_versions(conn, cancel)?.is_err() || open.ids.write(conn, cancel)?.is_err() {
        return Ok(Err(Cancelled));
    }
    save(conn, progress)?;
    Ok(Ok(open.newest))
}

fn save(conn: &Connection, progress: &SourceProgress) -> Result<()> {
    let SourceProgress { log, read_bytes, read_hash, read_lines } = progress;
    let sql =
        "UPDATE sources SET read_bytes = ?2, read_hash = ?3, read_lines = ?4 WHERE id = ?1 AND log = id";
    let params = params![log.0, to_sql(*read_bytes), read_hash, to_sql(*read_lines)];
    match conn.prepare_cached(sql)?.execute(params)? {
        1 => Ok(()),
        _ => Err(anyhow!("source {} is not an imported log", log.0)),
    }
}
