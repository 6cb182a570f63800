//! Kept snapshots: states that make every seek short. Each carries a checksum; a snapshot whose checksum fails is ignored.
//!
//! A snapshot is a row that anybody could have changed, made by a fold or a mapping that may have changed since, of a
//! log that may have been replaced. So its checksum is a hash over all of that: the state, the version of the fold, the
//! mappings of its events' logs, and the event at its position. A reader computes the hash again, with the event that
//! is in the log now. If the two differ, an earlier snapshot is used, or none.

use std::time::Duration;

use anyhow::Result;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::domain::aggregates::Aggregates;
use crate::domain::event::{RecordedEvent, StreamName, StreamPosition};
use crate::read_model::engine::generation::Generation;
use crate::read_model::engine::location::Location;
use crate::read_model::engine::projector::Projector;
use crate::read_model::engine::sealed_states::{SealedState, insert, seal, sealed};
use crate::read_model::engine::traces;
use crate::read_model::questions::query::{ReadModel, ReadTransaction};
use crate::replay::reconstruct::Reconstruction;
use crate::replay::snapshots::{SNAPSHOT_SPACING_EVENTS, Snapshots};
use crate::replay::trace::Trace;
use crate::store::folded_log::FoldedLog;
use crate::store::sql::position::SqlPosition;

/// A seek that folds at least this many events saves its snapshots: reading that many by index takes some ten
/// milliseconds, longer than the next seek should take.
pub const FAR_EVENTS: u64 = 10 * SNAPSHOT_SPACING_EVENTS;

/// The most snapshots that are tried if the nearest ones do not match. After a change of a mapping none does, and
/// trying them all would take longer than folding.
const TRIED_MAX: i64 = 8;

/// The snapshots in the read model of one store. Whatever is wrong with them, a seek only takes longer, so nothing here
/// fails.
#[derive(Debug)]
pub struct KeptSnapshots {
    read_model: ReadModel,
}

impl KeptSnapshots {
    /// The snapshots in this read model, whether or not it exists yet.
    pub fn open(location: &Location) -> Self {
        Self { read_model: ReadModel::open(location) }
    }

    /// Loads the nearest snapshot of a stream up to `version` into memory, unless memory has one that is near enough.
    pub fn bring(
        &mut self,
        to: &mut Snapshots,
        folded_log: FoldedLog<'_>,
        stream: &StreamName,
        version: StreamPosition,
    ) {
        let in_memory = to.nearest(stream, version).map_or(StreamPosition::START, |trace| trace.version);
        if version.since(in_memory) < SNAPSHOT_SPACING_EVENTS {
            return;
        }
        let Ok(reading) = self.read_model.reading() else { return };
        if let Ok(Some(trace)) = nearest(&reading, folded_log, stream, version)
            && trace.version > in_memory
        {
            to.put(stream, trace);
        }
    }

    /// The states after every `step` events of a stream, rising, as far as they are kept without a gap; none after
    /// `version`.
    pub fn every(
        &mut self,
        step: u64,
        folded_log: FoldedLog<'_>,
        stream: &StreamName,
        version: StreamPosition,
    ) -> Vec<Trace> {
        let mut found = Vec::new();
        let Ok(reading) = self.read_model.reading() else { return found };
        let mut next = StreamPosition::new(step);
        while next <= version {
            match nearest(&reading, folded_log, stream, next) {
                Ok(Some(trace)) if trace.version == next => found.push(trace),
                _ => break,
            }
            next = next.plus(step);
        }
        found
    }

    /// Whether a snapshot of the stream is kept at a version after `after`, up to `up_to`. Its checksum is not
    /// verified.
    pub fn has_between(&mut self, stream: &StreamName, after: StreamPosition, up_to: StreamPosition) -> bool {
        self.try_has_between(stream, after, up_to).unwrap_or(false)
    }

    fn try_has_between(
        &mut self,
        stream: &StreamName,
        after: StreamPosition,
        up_to: StreamPosition,
    ) -> Result<bool> {
        let reading = self.read_model.reading()?;
        let Some(tx) = &reading.tx else { return Ok(false) };
        let sql =
            "SELECT EXISTS (SELECT 1 FROM snapshots WHERE stream = ?1 AND version > ?2 AND version <= ?3)";
        let params = params![stream.as_str(), after.to_sql(), up_to.to_sql()];
        Ok(tx.prepare_cached(sql)?.query_row(params, |row| row.get(0))?)
    }

    /// Compares the snapshot of a stream at an event, if there is one, with `replayed`, the result of folding from
    /// the first event.
    ///
    /// # Errors
    /// The read model exists and cannot be read.
    pub fn compared(
        &mut self,
        aggregates: &Aggregates,
        replayed: &Trace,
        event: &RecordedEvent,
    ) -> Result<ComparedSnapshot> {
        let reading = self.read_model.reading()?;
        let Some(tx) = &reading.tx else { return Ok(ComparedSnapshot::None) };
        let sql =
            format!("SELECT seal, {} FROM snapshots WHERE stream = ?1 AND version = ?2", traces::COLUMNS);
        let params = params![event.stream.as_str(), event.version.to_sql()];
        let fold = aggregates.fold_of(&event.stream);
        let found =
            tx.prepare_cached(&sql)?.query_row(params, |row| Ok(sealed(row, fold).ok())).optional()?;
        Ok(match found {
            None => ComparedSnapshot::None,
            Some(Some(SealedState { seal: kept, trace })) if kept == seal(aggregates, &trace, event) => {
                if trace == *replayed {
                    ComparedSnapshot::Same
                } else {
                    ComparedSnapshot::Other(Box::new(trace))
                }
            }
            Some(_) => ComparedSnapshot::Unused,
        })
    }

    /// Saves the snapshots that a seek made in memory to the read model, if the seek was long. Creates a read model if
    /// there is none. Does not wait for another writer.
    pub fn leave(&mut self, from: &Snapshots, folded_log: FoldedLog<'_>, sought: &Reconstruction) {
        if sought.n_folded >= FAR_EVENTS {
            // The next long seek tries again.
            _ = self.try_leave(from, folded_log, sought);
        }
    }

    fn try_leave(
        &mut self,
        from: &Snapshots,
        folded_log: FoldedLog<'_>,
        sought: &Reconstruction,
    ) -> Result<()> {
        let FoldedLog { log, aggregates } = folded_log;
        let Reconstruction { stream, trace: reached, from_snapshot, .. } = sought;
        let mut made = Vec::new();
        for trace in from.between(stream, *from_snapshot, reached.version) {
            let event = log.read_stream(stream, trace.version, 1)?.pop();
            made.extend(
                event
                    .map(|event| SealedState { trace: trace.clone(), seal: seal(aggregates, trace, &event) }),
            );
        }
        let Some(mut connection) = writer(self.read_model.location())? else { return Ok(()) };
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for made in &made {
            insert(&tx, stream, made)?;
        }
        Ok(tx.commit()?)
    }
}

/// The result of comparing a snapshot with a replay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ComparedSnapshot {
    /// There is none.
    None,
    /// It is equal.
    Same,
    /// It has another state, and would be used.
    Other(Box<Trace>),
    /// Its checksum does not match, as after a change of the mapping; nobody uses it.
    Unused,
}

/// The nearest snapshot of a stream up to a version whose checksum matches.
fn nearest(
    reading: &ReadTransaction<'_>,
    folded_log: FoldedLog<'_>,
    stream: &StreamName,
    version: StreamPosition,
) -> Result<Option<Trace>> {
    let Some(tx) = &reading.tx else { return Ok(None) };
    let FoldedLog { log, aggregates } = folded_log;
    let sql = format!(
        "SELECT seal, {} FROM snapshots WHERE stream = ?1 AND version <= ?2 ORDER BY version DESC LIMIT {TRIED_MAX}",
        traces::COLUMNS
    );
    let mut select = tx.prepare_cached(&sql)?;
    let fold = aggregates.fold_of(stream);
    let mut rows = select.query(params![stream.as_str(), version.to_sql()])?;
    while let Some(row) = rows.next()? {
        let Ok(SealedState { seal: kept_seal, trace }) = sealed(row, fold) else { continue };
        // The order of the keys may be damaged, so the result is checked as well.
        if trace.version > version {
            continue;
        }
        let event = log.read_stream(stream, trace.version, 1)?.pop();
        if event.is_some_and(|event| seal(aggregates, &trace, &event) == kept_seal) {
            return Ok(Some(trace));
        }
    }
    Ok(None)
}

/// A connection to the current generation that gives up at once if another process writes; begins a generation if there
/// is none. `None` if there is nothing to write to.
fn writer(location: &Location) -> Result<Option<Connection>> {
    if location.current()?.is_none() {
        drop(Projector::open(location)?);
    }
    let Some(pointer) = location.current()? else { return Ok(None) };
    let Ok(generation) = Generation::open(location, &pointer)? else { return Ok(None) };
    generation.connection.busy_timeout(Duration::ZERO)?;
    Ok(Some(generation.connection))
}
