//! Projecting up to the head, for a verb that waits for it.

use anyhow::{Context, Result};

use crate::cancel::Cancel;
use crate::domain::event::GlobalPosition;
use crate::domain::moment::Moment;
use crate::read_model::engine::batch::ApplyError;
use crate::read_model::engine::generation::RebuildReason;
use crate::read_model::engine::location::Location;
use crate::read_model::engine::projector::{OpenedProjector, Projector, Standing, is_damage};
use crate::read_model::engine::subscription::{Batch, LogPart, Subscription};
use crate::read_model::rows::Failure;
use crate::store::EventReader;
use crate::store::read_ahead::{Ahead, read_ahead};

/// The most events in one transaction: more are not faster, and each batch is held in memory.
pub const N_TRANSACTION_EVENTS_MAX: usize = 50_000;

/// The most batches that wait to be written: one is being written, the next is ready and a third is being read, some 50
/// MB together.
/// 50 MB together.
pub(in crate::read_model) const N_BATCHES_WAITING_MAX: usize = 1;

/// Attempts to begin or open a read model before giving up: each failure takes another process that deletes, damages or
/// replaces it meanwhile.
const N_ATTEMPTS_MAX: usize = 8;

/// Options of projecting.
#[derive(Clone, Debug, Default)]
pub struct CatchUpOptions {
    /// The position of the event on which it fails on purpose.
    pub fail_at: Option<GlobalPosition>,
    /// Stops it: the current batch is left for the next time.
    pub cancel: Cancel,
}

/// The progress of projecting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CatchUpProgress {
    /// Number of events up to the newest one that is done.
    pub n_events: u64,
    /// Number of events up to the one at which it will end: the head at the beginning.
    pub n_events_all: u64,
}

/// A callback that is called after each batch.
pub type OnProgress<'a> = dyn FnMut(&CatchUpProgress) + 'a;

/// The result of projecting up to the head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CatchUp {
    /// The read model is at the head.
    Done {
        /// The new checkpoint.
        checkpoint: Moment,
        /// Why it was rebuilt, if it was.
        begun: Option<RebuildReason>,
    },
    /// It was cancelled at this checkpoint.
    Cancelled(Moment),
    /// An event could not be projected; the events before it were.
    Failed {
        checkpoint: Moment,
        /// The event, and why.
        failure: Failure,
    },
    /// Another process holds the lock: its id, if known.
    HeldBy(Option<u32>),
}

/// Projects up to the head, if nobody else projects. The calling thread reads, a second one writes.
///
/// # Errors
/// The store cannot be read, or the read model cannot be written.
pub fn project_to_head(
    store: &dyn EventReader,
    location: &Location,
    options: &CatchUpOptions,
    progress: &mut OnProgress<'_>,
) -> Result<CatchUp> {
    let (mut projector, mut begun) = match Projector::open(location)? {
        OpenedProjector::Ready(projector, begun) => (projector, begun),
        OpenedProjector::HeldBy(holder) => return Ok(CatchUp::HeldBy(holder)),
    };
    let mut trouble = None;
    for _ in 0..N_ATTEMPTS_MAX {
        projector.fail_at(options.fail_at);
        projector.cancel_when(&options.cancel)?;
        let filled = match Subscription::start(store, projector.mark(), N_TRANSACTION_EVENTS_MAX)? {
            Ok(subscription) => follow(store, subscription, &mut projector, options, progress),
            Err(reason) => Ok(CatchUpEnd::Unusable(reason)),
        };
        match filled {
            Ok(CatchUpEnd::Done) if was_cancelled(store, &projector, options)? => {
                return Ok(CatchUp::Cancelled(projector.checkpoint()));
            }
            Ok(CatchUpEnd::Done) => return Ok(CatchUp::Done { checkpoint: projector.checkpoint(), begun }),
            Ok(CatchUpEnd::Unusable(reason)) => {
                projector.restart()?;
                begun = Some(reason);
            }
            Ok(CatchUpEnd::Moved) => begun = projector.reopen()?.or(begun),
            Ok(CatchUpEnd::Unlocked) => match Projector::open(location)? {
                OpenedProjector::Ready(other, why) => (projector, begun) = (other, why.or(begun)),
                OpenedProjector::HeldBy(holder) => return Ok(CatchUp::HeldBy(holder)),
            },
            Err(error) => match error.downcast_ref::<ApplyError>() {
                Some(applying) if is_damage(applying) => {
                    begun = Some(RebuildReason::Damaged(applying.to_string()));
                    trouble = Some(error);
                    projector.restart()?;
                }
                Some(ApplyError::Cancelled) => return Ok(CatchUp::Cancelled(projector.checkpoint())),
                Some(ApplyError::Event(stopped)) => {
                    let failure = stopped.failure();
                    return Ok(CatchUp::Failed { checkpoint: projector.checkpoint(), failure });
                }
                _ => return Err(error),
            },
        }
    }
    Err(trouble.unwrap_or_else(|| anyhow::anyhow!("others delete or replace it again and again")))
        .with_context(|| format!("the read model in {} cannot be filled", location.folder().display()))
}

/// Whether reading ended because it was cancelled.
fn was_cancelled(store: &dyn EventReader, projector: &Projector, options: &CatchUpOptions) -> Result<bool> {
    Ok(options.cancel.is_cancelled() && projector.checkpoint().position < store.head()?)
}

/// Why projecting ended.
enum CatchUpEnd {
    Done,
    Moved,
    Unlocked,
    Unusable(RebuildReason),
}

/// Projects the subscription's events, up to the head at the beginning.
fn follow(
    store: &dyn EventReader,
    mut subscription: Subscription,
    projector: &mut Projector,
    options: &CatchUpOptions,
    progress: &mut OnProgress<'_>,
) -> Result<CatchUpEnd> {
    let head = store.head()?;
    let (mut reached, mut reason) = (projector.checkpoint().position, None);
    let n_events_all = store.count(GlobalPosition::START, head)?;
    let mut n_events = store.count(GlobalPosition::START, reached)?;
    let read = |subscription: &mut Subscription| {
        if reached >= head || options.cancel.is_cancelled() {
            return Ok(None);
        }
        Ok(match subscription.next(store, &options.cancel)? {
            LogPart::Batch(batch) => {
                reached = batch.events.last().map_or(reached, |last| last.position);
                Some(batch)
            }
            LogPart::Head => None,
            LogPart::Unusable(why) => {
                reason = Some(why);
                None
            }
        })
    };
    let on_done = |subscription: &mut Subscription, batch: Batch| {
        n_events += batch.events.len() as u64;
        subscription.give_back(batch);
        progress(&CatchUpProgress { n_events, n_events_all });
    };
    let filled =
        read_ahead(N_BATCHES_WAITING_MAX, &mut subscription, read, |ahead| take(projector, ahead), on_done)??;
    Ok(match (filled, reason) {
        (CatchUpEnd::Done, Some(reason)) => CatchUpEnd::Unusable(reason),
        (filled, _) => filled,
    })
}

fn take(projector: &mut Projector, ahead: &Ahead<Batch, Batch>) -> Result<CatchUpEnd> {
    while let Some(batch) = ahead.next() {
        if let Some(moved) = moved(projector) {
            return Ok(moved);
        }
        projector.apply_batch(&batch)?;
        ahead.report(batch);
    }
    // Rows in a file that is no longer current do not count as projected.
    Ok(moved(projector).unwrap_or(CatchUpEnd::Done))
}

fn moved(projector: &Projector) -> Option<CatchUpEnd> {
    match projector.standing() {
        Standing::Current => None,
        Standing::Moved => Some(CatchUpEnd::Moved),
        Standing::Unlocked => Some(CatchUpEnd::Unlocked),
    }
}
