//! Projecting up to the head while one waits, for verbs.

use std::ops::ControlFlow;

use anyhow::{Context, Result};

use crate::domain::event::GlobalPosition;
use crate::read_model::batch::ApplyError;
use crate::read_model::generation::Unfit;
use crate::read_model::location::Location;
use crate::read_model::projector::{Opening, Projector, Standing, is_damage};
use crate::read_model::rows::{Checkpoint, Failure};
use crate::read_model::subscription::{Batch, Next, Subscription};
use crate::store::EventReader;

/// Most events in one transaction: more make it no faster, and each batch is held in memory.
pub const N_BATCH_EVENTS_MAX: usize = 50_000;

/// How often a read model is begun anew or opened again before giving up on it: each time takes another one who
/// deletes, damages or replaces it meanwhile.
const N_ATTEMPTS_MAX: usize = 8;

/// How far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The newest event that is in the rows.
    pub checkpoint: GlobalPosition,
    /// Where it ends: the head when it began.
    pub head: GlobalPosition,
}

/// Told after each batch; decides whether to go on.
pub type OnProgress<'a> = dyn FnMut(&Progress) -> ControlFlow<()> + 'a;

/// What projecting up to the head led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CatchUp {
    /// The read model is at the head.
    Done {
        /// How far it is now.
        checkpoint: Checkpoint,
        /// Why it was begun anew, where it was.
        begun: Option<Unfit>,
    },
    /// It was told to stop, and stands at a checkpoint that is as good as any.
    Stopped(Checkpoint),
    /// An event could not be projected; what comes before it has been.
    Failed {
        /// How far it is.
        checkpoint: Checkpoint,
        /// The event, and why.
        failure: Failure,
    },
    /// Another one holds the lock: its process id, where that is known.
    HeldBy(Option<u32>),
}

/// Projects up to the head, if nobody else projects. It fails on purpose on the event at `fail_at`.
///
/// # Errors
/// The store cannot be read, or the read model cannot be written.
pub fn project_to_head(
    store: &dyn EventReader,
    location: &Location,
    fail_at: Option<GlobalPosition>,
    progress: &mut OnProgress<'_>,
) -> Result<CatchUp> {
    let (mut projector, mut begun) = match Projector::open(location)? {
        Opening::Ready(projector, begun) => (projector, begun),
        Opening::HeldBy(holder) => return Ok(CatchUp::HeldBy(holder)),
    };
    let mut trouble = None;
    for _ in 0..N_ATTEMPTS_MAX {
        projector.fail_at(fail_at);
        let filled = match Subscription::start(store, projector.mark(), N_BATCH_EVENTS_MAX)? {
            Ok(subscription) => follow(store, subscription, &mut projector, progress),
            Err(unfit) => Ok(Filled::Unfit(unfit)),
        };
        match filled {
            Ok(Filled::Done) => return Ok(CatchUp::Done { checkpoint: projector.checkpoint(), begun }),
            Ok(Filled::Stopped) => return Ok(CatchUp::Stopped(projector.checkpoint())),
            Ok(Filled::Unfit(unfit)) => {
                projector.begin_anew()?;
                begun = Some(unfit);
            }
            Ok(Filled::Moved) => begun = projector.reopen()?.or(begun),
            Ok(Filled::Unlocked) => match Projector::open(location)? {
                Opening::Ready(other, why) => (projector, begun) = (other, why.or(begun)),
                Opening::HeldBy(holder) => return Ok(CatchUp::HeldBy(holder)),
            },
            Err(error) => match error.downcast_ref::<ApplyError>() {
                Some(applying) if is_damage(applying) => {
                    begun = Some(Unfit::Damaged(applying.to_string()));
                    trouble = Some(error);
                    projector.begin_anew()?;
                }
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

/// Why filling came to an end.
enum Filled {
    Done,
    Stopped,
    Moved,
    Unlocked,
    Unfit(Unfit),
}

fn follow(
    store: &dyn EventReader,
    subscription: Subscription,
    projector: &mut Projector,
    progress: &mut OnProgress<'_>,
) -> Result<Filled> {
    let filled = pump(store, subscription, progress, &mut |batch| match moved(projector) {
        Some(moved) => Ok(Err(moved)),
        None => Ok(Ok(projector.apply_batch(batch.after, &batch.events, &batch.fold)?.position)),
    })?;
    // What was written to a file that is no longer read was not projected.
    Ok(moved(projector).unwrap_or(filled))
}

fn moved(projector: &Projector) -> Option<Filled> {
    match projector.standing() {
        Standing::Current => None,
        Standing::Moved => Some(Filled::Moved),
        Standing::Unlocked => Some(Filled::Unlocked),
    }
}

/// Hands batches on up to the head as it was at the beginning; `take` gives the position of what it took, or why that
/// is the end.
fn pump(
    store: &dyn EventReader,
    mut subscription: Subscription,
    progress: &mut OnProgress<'_>,
    take: &mut dyn FnMut(&Batch) -> Result<Result<GlobalPosition, Filled>>,
) -> Result<Filled> {
    let head = store.head()?;
    loop {
        let batch = match subscription.next(store)? {
            Next::Batch(batch) => batch,
            Next::Head => return Ok(Filled::Done),
            Next::Unfit(unfit) => return Ok(Filled::Unfit(unfit)),
        };
        let checkpoint = match take(&batch)? {
            Ok(checkpoint) => checkpoint,
            Err(end) => return Ok(end),
        };
        if progress(&Progress { checkpoint, head }).is_break() {
            return Ok(Filled::Stopped);
        }
        if checkpoint >= head {
            return Ok(Filled::Done);
        }
    }
}
