//! Batches: events become rows and the checkpoint moves, in one transaction.

use std::collections::btree_map::Entry;
use std::fmt;

use anyhow::Result;
use rusqlite::{ErrorCode, Transaction, TransactionBehavior, params};

use crate::domain::aggregates::Aggregates;
use crate::domain::event::{GlobalPosition, RecordedEvent, SourceId};
use crate::domain::moment::Moment;
use crate::read_model::engine::batch_streams::{BatchStreams, RowsOf};
use crate::read_model::engine::contradiction::Contradiction;
use crate::read_model::engine::generation::Generation;
use crate::read_model::engine::projection_state::{ProjectionState, digest, read_state, write_state};
use crate::read_model::engine::sealed_states::MadeSnapshots;
use crate::read_model::engine::skipped;
use crate::read_model::engine::subscription::Batch;
use crate::read_model::projections::{Projection, Step, Touched};
use crate::read_model::rows::{FailedEvent, Failure};
use crate::replay::trace::Trace;

/// Events between two checks for cancellation: well under a millisecond of work. (While rows are written, SQLite
/// checks.)
const N_EVENTS_A_LOOK: usize = 256;

/// An event that could not be projected.
#[derive(Debug)]
pub struct StoppedAt {
    pub event: FailedEvent,
    /// The reason.
    pub why: anyhow::Error,
}

/// The result of a batch.
#[derive(Debug)]
pub(in crate::read_model) struct BatchOutcome {
    /// The state of the read model now.
    pub mark: ProjectionState,
    /// The event before which it stopped, if it did not reach the end.
    pub stopped: Option<StoppedAt>,
}

/// The reason why a batch was not projected.
#[derive(Debug)]
pub enum ApplyError {
    /// Some events between the checkpoint and the batch were not projected.
    Gap {
        checkpoint: GlobalPosition,
        /// The position after which the batch begins.
        after: GlobalPosition,
    },
    /// An event could not be projected; the ones before it were.
    Event(StoppedAt),
    /// It was cancelled: nothing of the batch is in the rows.
    Cancelled,
    /// The database failed.
    Database(anyhow::Error),
}

impl fmt::Display for ApplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap { checkpoint, after } => {
                write!(f, "the read model is at {checkpoint} and cannot continue from {after}")
            }
            Self::Event(stopped) => stopped.failure().fmt(f),
            Self::Cancelled => f.write_str("it was cancelled"),
            Self::Database(why) => write!(f, "the read model could not be written: {why:#}"),
        }
    }
}

impl std::error::Error for ApplyError {}

impl StoppedAt {
    /// The failure as plain values.
    pub fn failure(&self) -> Failure {
        Failure { event: Some(self.event.clone()), why: format!("{:#}", self.why) }
    }
}

impl From<rusqlite::Error> for ApplyError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error.into())
    }
}

/// Projects a batch. Events up to the checkpoint, which is read inside the transaction, are in the rows already and are
/// left out, as are events to be skipped. Fails on purpose on the event at `fail_at`. If an event cannot be projected,
/// the ones before it are.
///
/// # Errors
/// See [`ApplyError`], except `Event`; rows and checkpoint are unchanged then.
pub(in crate::read_model) fn apply(
    generation: &mut Generation,
    batch: &Batch,
    fail_at: Option<GlobalPosition>,
) -> Result<BatchOutcome, ApplyError> {
    match apply_whole(generation, batch, fail_at) {
        // A statement that was interrupted fails with some error or other.
        Err(_) if generation.is_cancelled() => Err(ApplyError::Cancelled),
        applied => applied,
    }
}

fn apply_whole(
    generation: &mut Generation,
    batch: &Batch,
    fail_at: Option<GlobalPosition>,
) -> Result<BatchOutcome, ApplyError> {
    let (stopped, n_before) = match try_apply(generation, batch, batch.events.len(), fail_at)? {
        BatchAttempt::Whole(mark) => return Ok(BatchOutcome { mark, stopped: None }),
        BatchAttempt::Stopped(stopped, n_before) => (stopped, n_before),
        BatchAttempt::Unclear => return apply_one_by_one(generation, batch, fail_at),
    };
    match try_apply(generation, batch, n_before, fail_at)? {
        BatchAttempt::Whole(mark) => Ok(BatchOutcome { mark, stopped: Some(stopped) }),
        BatchAttempt::Stopped(..) | BatchAttempt::Unclear => Err(ApplyError::Database(stopped.why)),
    }
}

/// [`apply`] for a batch at whose end it shows that some event cannot be projected: each event gets a transaction of
/// its own, up to the faulty one.
fn apply_one_by_one(
    generation: &mut Generation,
    batch: &Batch,
    fail_at: Option<GlobalPosition>,
) -> Result<BatchOutcome, ApplyError> {
    let mut stopped = None;
    for n_events in 1..=batch.events.len() {
        // The ones before the last of them are in the rows already, and left out.
        if let BatchAttempt::Stopped(at, _) = try_apply(generation, batch, n_events, fail_at)? {
            stopped = Some(at);
            break;
        }
    }
    Ok(BatchOutcome { mark: read_state(&generation.connection)?, stopped })
}

/// The result of trying a batch.
enum BatchAttempt {
    /// All of it is projected.
    Whole(ProjectionState),
    /// Nothing is projected, because of this event; and the number of events before it.
    Stopped(StoppedAt, usize),
    /// Nothing is projected, because of some event.
    Unclear,
}

/// Projects the first `n_events` events of the batch: all of them, or none.
fn try_apply(
    generation: &mut Generation,
    batch: &Batch,
    n_events: usize,
    fail_at: Option<GlobalPosition>,
) -> Result<BatchAttempt, ApplyError> {
    let Generation { connection, projections: chosen, known, cancel, is_begun_here, .. } = generation;
    let events = batch.events.get(..n_events).unwrap_or(&batch.events);
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut state = read_state(&tx)?;
    let checkpoint = state.checkpoint.position;
    if checkpoint < batch.after {
        return Err(ApplyError::Gap { checkpoint, after: batch.after });
    }
    let n_known = events.partition_point(|event| event.position <= checkpoint);
    let fresh = events.get(n_known..).unwrap_or_default();
    let Some(last) = fresh.last() else { return Ok(BatchAttempt::Whole(state)) };
    let skipped = skipped::after(&tx, checkpoint)?;
    // The state of a stream with a skipped event is not the fold of its events.
    let incomplete = skipped::streams(&tx)?;
    let (mut snapshots, mut projections) = (MadeSnapshots::default(), chosen.begin());
    let rows = if *is_begun_here { RowsOf::Ours } else { RowsOf::Anybody { but: &incomplete } };
    let mut streams =
        BatchStreams::new(&tx, chosen, known.take(checkpoint), rows).map_err(ApplyError::Database)?;
    for (n_before, event) in (n_known..).zip(fresh) {
        if n_before.is_multiple_of(N_EVENTS_A_LOOK) && cancel.is_cancelled() {
            return Err(ApplyError::Cancelled);
        }
        if !skipped.contains(&event.position) {
            let applied = if fail_at == Some(event.position) {
                Err(anyhow::anyhow!("it was made to fail by --fail-at"))
            } else {
                apply_one(&tx, &mut projections, &mut streams, event, &batch.aggregates)
            };
            match applied {
                // A snapshot has to be trustworthy. For states that were read from a row, a seek makes snapshots.
                Ok(touched) if touched.is_folded && !incomplete.contains(event.stream.as_str()) => {
                    snapshots.offer(&batch.aggregates, &touched.trace, event);
                }
                Ok(_) => {}
                Err(why) => return stopped(why, event, n_before),
            }
        }
        if let Some(source) = event.source {
            note_mapping(&tx, &mut state, &batch.aggregates, source)?;
        }
    }
    let (others, touched) = streams.into_known_and_touched();
    if let Err(why) = projections.iter_mut().try_for_each(|projection| projection.finish(&tx, &touched)) {
        let is_clear = fresh.len() == 1 || is_of_database(&why);
        return if is_clear { stopped(why, last, n_known) } else { Ok(BatchAttempt::Unclear) };
    }
    snapshots.write(&tx)?;
    state.checkpoint = Moment { position: last.position, clock: last.clock };
    state.event = Some(digest(last));
    write_state(&tx, &state)?;
    tx.commit()?;
    known.keep(last.position, others, touched);
    Ok(BatchAttempt::Whole(state))
}

/// Records how the events of a log were read, once per log.
fn note_mapping(
    tx: &Transaction<'_>,
    mark: &mut ProjectionState,
    aggregates: &Aggregates,
    source: SourceId,
) -> rusqlite::Result<()> {
    if let Entry::Vacant(entry) = mark.mappings.entry(source) {
        let digest = *entry.insert(aggregates.mappings().digest(source));
        tx.execute("INSERT INTO mappings VALUES (?1, ?2)", params![source.0, digest])?;
    }
    Ok(())
}

/// The result of an error, after `n_before` other events of the batch: the event or the database is at fault.
fn stopped(why: anyhow::Error, event: &RecordedEvent, n_before: usize) -> Result<BatchAttempt, ApplyError> {
    if is_of_database(&why) {
        return Err(ApplyError::Database(why));
    }
    Ok(BatchAttempt::Stopped(StoppedAt { event: failed_event(event), why }, n_before))
}

fn failed_event(event: &RecordedEvent) -> FailedEvent {
    FailedEvent {
        position: event.position.number(),
        stream: event.stream.to_string(),
        event_type: event.event_type.clone(),
    }
}

/// Whether the database itself failed, whatever the event.
fn is_of_database(why: &anyhow::Error) -> bool {
    if why.is::<Contradiction>() {
        return true;
    }
    let error = why.chain().find_map(|cause| cause.downcast_ref::<rusqlite::Error>());
    error.is_some_and(|error| error.sqlite_error_code() != Some(ErrorCode::ConstraintViolation))
}

/// Projects an event; returns its stream after it. It is not a pass of the loop in
/// [`fold_loop`](crate::replay::fold_loop), whose steps cannot fail and whose streams are all in memory: here a stream may
/// first have to be read from its row, and the batch ends at the first event that a projection refuses. Events become
/// state by the same [`Trace::take`] in both.
fn apply_one<'a, 'e>(
    tx: &Transaction<'_>,
    projections: &mut [Box<dyn Projection>],
    streams: &'a mut BatchStreams<'e>,
    event: &'e RecordedEvent,
    aggregates: &Aggregates,
) -> Result<&'a Touched> {
    let fold = aggregates.fold_of(&event.stream);
    let (touched, before) = streams.of(tx, event, fold)?;
    let evolved = touched.trace.take(fold, event, before);
    let Trace { state: after, n_not_understood, .. } = &touched.trace;
    let step = Step {
        event,
        fold,
        stream: touched.id,
        evolved: &evolved,
        before,
        after,
        n_not_understood: *n_not_understood,
    };
    projections.iter_mut().try_for_each(|projection| projection.apply(tx, &step))?;
    Ok(touched)
}
