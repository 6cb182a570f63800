//! A generation of a read model: one SQLite file with the rows of all projections.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, params};

use crate::cancel::Cancel;
use crate::read_model::engine::contradiction::Contradiction;
use crate::read_model::engine::known::KnownStreams;
use crate::read_model::engine::layout;
use crate::read_model::engine::location::{Location, Pointer};
use crate::read_model::projections::declared::file::N_PROJECTION_STATEMENTS_MAX;
use crate::read_model::projections::list::Projections;
use crate::store::clock;
use crate::store::sql::unreadable::is_unreadable;

/// The application id that marks an SQLite file as a read model: "fbrm".
const APPLICATION_ID: i64 = 0x6662_726d;

/// Has to rise whenever `schema.sql` changes; the projections have versions of their own.
const SCHEMA_VERSION: i64 = 9;

/// How long a writer waits for another one. Two meet only if a lock was deleted, and a batch takes far less time.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The writer's page cache, in KiB: the right edges of all tables, and the rows of some 100,000 streams.
const CACHE_KIB: i64 = 32 * 1024;

/// Pages in the write-ahead log before it is moved into the file: about 32 MiB, so that a page that several batches
/// change is moved once.
const CHECKPOINT_PAGES: i64 = 8192;

/// Prepared statements that a connection keeps: more than all projections have, because preparing a statement for each
/// event costs more than running it.
const N_STATEMENTS: usize = 64 + N_PROJECTION_STATEMENTS_MAX;

/// Instructions of SQLite's virtual machine between two checks for cancellation, which also happen while it sorts.
const N_INSTRUCTIONS: i32 = 1000;

/// Attempts to create a generation before giving up: each failure takes another process that deletes the folder at just
/// that moment, or creates the same generation in a folder that was deleted.
const N_CREATE_ATTEMPTS_MAX: usize = 4;

/// A generation, opened by the projector.
#[derive(Debug)]
pub struct Generation {
    pub(in crate::read_model) pointer: Pointer,
    pub(in crate::read_model) connection: Connection,
    /// The projections that fill it.
    pub(in crate::read_model) projections: Projections,
    pub(in crate::read_model) known: KnownStreams,
    /// Whether it was begun here, so that this process wrote all its rows.
    pub(in crate::read_model) is_begun_here: bool,
    pub(in crate::read_model) cancel: Cancel,
}

/// Why a file cannot be used as the read model, so that another generation is begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RebuildReason {
    /// There is none, or its file is missing.
    Missing,
    /// It is not a database, or is damaged.
    Damaged(String),
    /// It belongs to another store, or to another generation.
    Foreign,
    /// It was made by other versions of the projections.
    OtherVersion,
    /// It was filled with states of other aggregates.
    OtherAggregates,
    /// The event at the checkpoint is not the one in the log.
    OtherLog,
    /// The mapping by which projected events were read has changed.
    OtherMapping,
}

impl RebuildReason {
    /// Whether somebody or something has damaged or misplaced it. The other reasons occur in normal use.
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged(_) | Self::Foreign | Self::OtherLog)
    }
}

impl fmt::Display for RebuildReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("there was no read model"),
            Self::Damaged(why) => write!(f, "the read model was damaged ({why})"),
            Self::Foreign => f.write_str("the read model belonged to another store"),
            Self::OtherVersion => f.write_str("the read model was made by other projections"),
            Self::OtherAggregates => f.write_str("the read model was made by other folds of the events"),
            Self::OtherLog => f.write_str("the read model was made from another log"),
            Self::OtherMapping => f.write_str("the mapping of a log has changed since it was projected"),
        }
    }
}

impl Generation {
    /// Creates the next generation, empty, beside the others; it is not the current one yet.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn create(location: &Location) -> Result<Self> {
        let mut last = Self::try_create(location);
        for _ in 1..N_CREATE_ATTEMPTS_MAX {
            if last.is_ok() {
                break;
            }
            last = Self::try_create(location);
        }
        last
    }

    fn try_create(location: &Location) -> Result<Self> {
        let number = location.reserve()?;
        let pointer = Pointer { number, id: clock::new_id().to_string() };
        let path = location.generation_path(number);
        let fill = || -> Result<Connection> {
            let mut connection = open_for_writing(&path)?;
            location.projections().on(&connection)?;
            let tx = connection.transaction()?;
            layout::make(&tx, location.projections())?;
            let row = params![location.store_id(), pointer.id, location.aggregates().digest()];
            tx.execute("INSERT INTO generation VALUES (1, ?1, ?2, ?3)", row)?;
            for version in versions(location.projections()) {
                tx.execute("INSERT INTO projections VALUES (?1, ?2)", version)?;
            }
            tx.pragma_update(None, "application_id", APPLICATION_ID)?;
            tx.pragma_update(None, "user_version", SCHEMA_VERSION)?;
            tx.commit()?;
            Ok(connection)
        };
        match fill().and_then(|connection| Self::of(&pointer, connection, location, true)) {
            Ok(created) => Ok(created),
            Err(error) => {
                let _ = std::fs::remove_file(&path);
                Err(error.context(format!("{} cannot be begun", path.display())))
            }
        }
    }

    fn of(
        pointer: &Pointer,
        connection: Connection,
        location: &Location,
        is_begun_here: bool,
    ) -> Result<Self> {
        let (pointer, known, cancel) = (pointer.clone(), KnownStreams::default(), Cancel::never());
        let projections = location.projections().on(&connection)?;
        let mut new = Self { pointer, connection, projections, known, is_begun_here, cancel };
        if new.projections.statement_deadline().is_some() {
            new.cancel_when(&Cancel::never())?;
        }
        Ok(new)
    }

    /// Stops writing as soon as this token is cancelled: nothing of the current batch is kept.
    pub(in crate::read_model) fn cancel_when(&mut self, cancel: &Cancel) -> rusqlite::Result<()> {
        self.cancel = cancel.clone();
        let Some(deadline) = self.projections.statement_deadline().cloned() else {
            return stop_when(&mut self.connection, cancel);
        };
        let cancel = cancel.clone();
        let is_over = move || cancel.is_cancelled() || deadline.is_over();
        self.connection.progress_handler(N_INSTRUCTIONS, Some(is_over))
    }

    pub(in crate::read_model) fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    pub fn pointer(&self) -> &Pointer {
        &self.pointer
    }

    /// Opens the generation of a pointer, or says why it cannot be used.
    ///
    /// # Errors
    /// The file cannot be opened at the moment; nothing is known about it.
    pub fn open(location: &Location, pointer: &Pointer) -> Result<Result<Self, RebuildReason>> {
        let path = location.generation_path(pointer.number);
        if !path.exists() {
            return Ok(Err(RebuildReason::Missing));
        }
        let checked = open_for_writing(&path)
            .and_then(|connection| Ok(check(&connection, location, pointer)?.map_or(Ok(connection), Err)));
        match checked {
            Ok(Ok(connection)) => Self::of(pointer, connection, location, false).map(Ok),
            Ok(Err(reason)) => Ok(Err(reason)),
            // It was deleted between the check and the opening.
            Err(_) if !path.exists() => Ok(Err(RebuildReason::Missing)),
            Err(error) => match damage(&error) {
                Some(why) => Ok(Err(RebuildReason::Damaged(why))),
                None => Err(error.context(format!("{} cannot be opened", path.display()))),
            },
        }
    }
}

/// Why this file cannot be used as the generation of the pointer, given the projections of its log.
pub(in crate::read_model) fn check(
    connection: &Connection,
    location: &Location,
    pointer: &Pointer,
) -> Result<Option<RebuildReason>> {
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application != APPLICATION_ID {
        return Ok(Some(RebuildReason::Damaged("it is not a read model".to_owned())));
    }
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version != SCHEMA_VERSION {
        return Ok(Some(RebuildReason::OtherVersion));
    }
    let of: Option<(String, String, [u8; 32])> = connection
        .query_row("SELECT store, id, aggregates FROM generation", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    match of {
        Some((store, id, _)) if store != location.store_id() || id != pointer.id => {
            return Ok(Some(RebuildReason::Foreign));
        }
        Some((.., aggregates)) if aggregates != location.aggregates().digest() => {
            return Ok(Some(RebuildReason::OtherAggregates));
        }
        Some(_) => {}
        None => return Ok(Some(RebuildReason::Foreign)),
    }
    let mut made_by: Vec<(String, i64)> = connection
        .prepare("SELECT name, version FROM projections")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let mut ours = versions(location.projections());
    made_by.sort_unstable();
    ours.sort_unstable();
    if made_by != ours {
        return Ok(Some(RebuildReason::OtherVersion));
    }
    Ok(layout::fault(connection, location.projections())?.map(RebuildReason::Damaged))
}

/// The version of each projection by its name.
fn versions(projections: &Projections) -> Vec<(String, i64)> {
    let all = projections.begin();
    all.iter().map(|projection| (projection.name().to_owned(), projection.version())).collect()
}

/// The damage of the file, if the error reports one.
pub(in crate::read_model) fn damage(error: &anyhow::Error) -> Option<String> {
    if let Some(contradiction) = error.downcast_ref::<Contradiction>() {
        return Some(contradiction.to_string());
    }
    let error = error.chain().find_map(|cause| cause.downcast_ref::<rusqlite::Error>())?;
    match error {
        rusqlite::Error::QueryReturnedNoRows => Some("a row is missing".to_owned()),
        error if is_unreadable(error) => Some(error.to_string()),
        // Our own statements fit a read model of this version: if they cannot be prepared, its schema was changed.
        rusqlite::Error::SqliteFailure(code, Some(text))
            if code.code == ErrorCode::Unknown && text.starts_with("no such") =>
        {
            Some(text.clone())
        }
        rusqlite::Error::SqlInputError { msg, .. } => Some(msg.clone()),
        _ => None,
    }
}

/// The damage of the file, if the error reports a value that cannot be read.
pub fn unreadable_value(error: &anyhow::Error) -> Option<String> {
    let error = error.chain().find_map(|cause| cause.downcast_ref::<rusqlite::Error>())?;
    is_unreadable(error).then(|| error.to_string())
}

/// Interrupts statements as soon as this token is cancelled.
pub(in crate::read_model) fn stop_when(connection: &mut Connection, cancel: &Cancel) -> rusqlite::Result<()> {
    let cancel = cancel.clone();
    connection.progress_handler(N_INSTRUCTIONS, Some(move || cancel.is_cancelled()))
}

fn open_for_writing(path: &Path) -> Result<Connection> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .context("SQLite cannot open it")?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    guard(&connection)?;
    layout::prepare(&connection)?;
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" {
        bail!(
            "its folder does not support a write-ahead log (a network folder?); set FOLDBACK_CACHE to another"
        );
    }
    // A killed process loses nothing either way; a power failure may lose the last batches, rows and checkpoint
    // together.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.set_prepared_statement_cache_capacity(N_STATEMENTS);
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    Ok(connection)
}

/// Settings of every connection to a generation: nothing in the file is trusted, and closing leaves the write-ahead log
/// in place. SQLite deletes that by its path when the last connection closes; if the folder was deleted and recreated,
/// that would be the log of the new file.
pub(in crate::read_model) fn guard(connection: &Connection) -> Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    Ok(())
}
