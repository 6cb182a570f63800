//! Read access to the read model: a read-only connection that follows the pointer.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use crate::domain::aggregates::Aggregates;
use crate::domain::caseless::has_caseless;
use crate::domain::event::{GlobalPosition, StreamName};
use crate::read_model::engine::generation::{check, damage, guard};
use crate::read_model::engine::location::{Location, Pointer};
use crate::read_model::projections::list::Projections;

/// How long a question waits for a lock. Readers and the writer of a generation do not wait for each other, except when
/// the first connection after a crash recovers the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Attempts to open the generation for one question: each failure takes another process that replaces it at just that
/// moment, which on a busy machine happens several times in a row.
const N_ATTEMPTS_MAX: usize = 64;

/// A read model for questions. If there is none, it answers like an empty one.
#[derive(Debug)]
pub struct ReadModel {
    location: Location,
    /// The pointer that was followed last, even to a generation that cannot be used.
    looked_at: Option<Pointer>,
    opened: Option<OpenGeneration>,
    n_opened: i64,
    aggregates: Aggregates,
}

#[derive(Debug)]
struct OpenGeneration {
    pointer: Pointer,
    connection: Connection,
}

/// Questions that are all answered at one checkpoint, however far others project meanwhile.
#[derive(Debug)]
pub struct ReadTransaction<'r> {
    /// `None` if there is no read model.
    pub(in crate::read_model) tx: Option<Transaction<'r>>,
    /// The position of the answers; `None` means the checkpoint.
    pub(in crate::read_model) as_of: Option<GlobalPosition>,
    /// The kinds of the streams' states.
    pub(in crate::read_model) aggregates: &'r Aggregates,
    /// The projections whose rows there are.
    pub(in crate::read_model) projections: &'r Projections,
}

impl ReadModel {
    /// The read model at this location, whether or not it exists yet.
    pub fn open(location: &Location) -> Self {
        let (location, aggregates) = (location.clone(), location.aggregates().clone());
        Self { location, looked_at: None, opened: None, n_opened: 0, aggregates }
    }

    pub fn location(&self) -> &Location {
        &self.location
    }

    /// Begins to ask the current generation.
    ///
    /// # Errors
    /// The read model exists and cannot be read.
    pub fn reading(&mut self) -> Result<ReadTransaction<'_>> {
        self.follow_pointer()?;
        let (aggregates, projections) = (&self.aggregates, self.location.projections());
        let Some(opened) = &mut self.opened else {
            return Ok(ReadTransaction { tx: None, as_of: None, aggregates, projections });
        };
        let tx = opened.connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
        // A deferred transaction sees the read model as of its first query, so there is one now.
        tx.prepare_cached("SELECT position FROM checkpoint")?.query_row([], |_| Ok(()))?;
        Ok(ReadTransaction { tx: Some(tx), as_of: None, aggregates, projections })
    }

    /// A pair of numbers that changes whenever somebody has written to the read model or replaced it. Cheap.
    ///
    /// # Errors
    /// The read model exists and cannot be read.
    pub fn data_version(&mut self) -> Result<(i64, i64)> {
        self.follow_pointer()?;
        let Some(opened) = &self.opened else { return Ok((self.n_opened, 0)) };
        let version = opened.connection.pragma_query_value(None, "data_version", |row| row.get(0))?;
        Ok((self.n_opened, version))
    }

    /// Opens the generation of the pointer, unless it is open already.
    fn follow_pointer(&mut self) -> Result<()> {
        let mut missing: Option<Pointer> = None;
        for _ in 0..N_ATTEMPTS_MAX {
            let pointer = self.location.current()?;
            // A pointer is replaced before its file is deleted. So this file was deleted by somebody else, like a whole
            // read model may be.
            let is_deleted = pointer.is_some() && missing == pointer;
            if self.looked_at == pointer || is_deleted {
                return Ok(());
            }
            (self.opened, self.looked_at) = (None, None);
            self.n_opened += 1;
            let Some(pointer) = pointer else { return Ok(()) };
            let path = self.location.generation_path(pointer.number);
            match open_for_reading(&path, &self.location, &pointer, &self.aggregates) {
                Ok(connection) => {
                    self.looked_at = Some(pointer.clone());
                    self.opened = connection.map(|connection| OpenGeneration { pointer, connection });
                    return Ok(());
                }
                // It was replaced between reading the pointer and opening the file.
                Err(_) if !path.exists() => missing = Some(pointer),
                Err(error) => {
                    return Err(error).with_context(|| format!("{} cannot be read", path.display()));
                }
            }
        }
        bail!("the read model is being replaced again and again; ask again in a moment")
    }
}

/// A generation to read from; `None` if it cannot be used and will be replaced.
fn open_for_reading(
    path: &Path,
    location: &Location,
    pointer: &Pointer,
    aggregates: &Aggregates,
) -> Result<Option<Connection>> {
    let open = || -> Result<Option<Connection>> {
        let connection = connect(path)?;
        know_texts_of_rows(&connection, aggregates)?;
        Ok(if check(&connection, location, pointer)?.is_some() { None } else { Some(connection) })
    };
    open().or_else(|error| if damage(&error).is_some() && path.exists() { Ok(None) } else { Err(error) })
}

/// Registers two functions for our own queries, because SQLite's own `lower` knows only ASCII: `has_text(text, …)` says
/// whether one of the other values contains the text, which is caseless already, and `has_listed_text(text, name, state)`
/// whether the name of a stream does, or a text among the listed fields of its state in JSON.
fn know_texts_of_rows(connection: &Connection, aggregates: &Aggregates) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("has_text", -1, flags, |context| {
        let text = |nth| Ok::<_, rusqlite::Error>(context.get_raw(nth).as_str_or_null()?);
        let texts = (1..context.len()).map(text).collect::<rusqlite::Result<Vec<_>>>()?;
        Ok(has_caseless(texts.into_iter().flatten(), text(0)?.unwrap_or_default()))
    })?;
    let aggregates = aggregates.clone();
    connection.create_scalar_function("has_listed_text", 3, flags, move |context| {
        let text = |nth| Ok::<_, rusqlite::Error>(context.get_raw(nth).as_str_or_null()?);
        let (part, name) = (text(0)?.unwrap_or_default(), text(1)?.unwrap_or_default());
        let stream = StreamName::new(name).ok();
        let fold = stream.as_ref().map(|stream| aggregates.fold_of(stream));
        let state = fold.zip(text(2)?).and_then(|(fold, json)| fold.initial().restored(json));
        let listed = state.iter().flat_map(|state| {
            let texts = state.shape().listed().filter(|(_, spec)| !spec.is_word());
            texts.map(|(field, _)| state.field(field))
        });
        let texts: Vec<_> = listed.filter_map(|value| value.as_text().map(str::to_owned)).collect();
        Ok(has_caseless(std::iter::once(name).chain(texts.iter().map(String::as_str)), part))
    })?;
    Ok(())
}

/// A connection that can write nothing and trusts nothing in the file.
pub(in crate::read_model) fn connect(path: &Path) -> Result<Connection> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    guard(&connection)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

impl ReadModel {
    /// The file of the current generation; `None` if there is no read model.
    pub(in crate::read_model) fn current_path(&mut self) -> Result<Option<std::path::PathBuf>> {
        self.follow_pointer()?;
        Ok(self.opened.as_ref().map(|opened| self.location.generation_path(opened.pointer.number)))
    }
}
