//! Projecting up to the head while one waits: for verbs, and for a rebuild beside what is being read.

use std::ops::ControlFlow;

use anyhow::{Context, Result, bail};

use crate::domain::event::GlobalPosition;
use crate::read_model::batch::{self, ApplyError, Mark};
use crate::read_model::generation::{Generation, Unfit};
use crate::read_model::location::{Location, Locking, ProjectorLock};
use crate::read_model::memory::with_memory;
use crate::read_model::projector::{Opening, Projector, Standing, is_damage};
use crate::read_model::rows::Checkpoint;
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
    /// Another one holds the lock: its process id, where that is known.
    HeldBy(Option<u32>),
}

/// Projects up to the head, if nobody else projects.
///
/// # Errors
/// The store cannot be read, or the read model cannot be written.
pub fn project_to_head(
    store: &dyn EventReader,
    location: &Location,
    progress: &mut OnProgress<'_>,
) -> Result<CatchUp> {
    let (mut projector, mut begun) = match Projector::open(location)? {
        Opening::Ready(projector, begun) => (projector, begun),
        Opening::HeldBy(holder) => return Ok(CatchUp::HeldBy(holder)),
    };
    let mut trouble = None;
    for _ in 0..N_ATTEMPTS_MAX {
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
            Err(error) => {
                let Some(applying) = error.downcast_ref::<ApplyError>().filter(|error| is_damage(error))
                else {
                    return Err(error);
                };
                begun = Some(Unfit::Damaged(applying.to_string()));
                trouble = Some(error);
                projector.begin_anew()?;
            }
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

/// What a rebuild led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rebuild {
    /// The new generation is the current one.
    Done(Checkpoint),
    /// It was told to stop; the old generation is still the current one.
    Stopped,
    /// Another one rebuilds: its process id, where that is known.
    HeldBy(Option<u32>),
}

/// Builds the next generation beside the current one, from nothing and up to the head, and makes it the current one.
/// Meanwhile the old one is read and projected into as ever.
///
/// # Errors
/// The store cannot be read, or the folder cannot be written; the old generation is still the current one.
pub fn rebuild(
    store: &dyn EventReader,
    location: &Location,
    progress: &mut OnProgress<'_>,
) -> Result<Rebuild> {
    let lock = match location.try_lock_rebuild()? {
        Locking::Taken(lock) => lock,
        Locking::HeldBy(holder) => return Ok(Rebuild::HeldBy(holder)),
    };
    for _ in 0..N_ATTEMPTS_MAX {
        let mut generation = Generation::create(location)?;
        let built = build(store, location, &mut generation, &lock, progress);
        let number = generation.pointer.number;
        drop(generation);
        match built {
            Ok(Built::Done(checkpoint)) => return Ok(Rebuild::Done(checkpoint)),
            // Whoever projects began anew meanwhile, and took this for something left over.
            Ok(Built::Deleted) => {}
            Ok(Built::Stopped) => {
                location.remove(number);
                return Ok(Rebuild::Stopped);
            }
            Err(error) => {
                location.remove(number);
                return Err(error);
            }
        }
    }
    bail!("others delete the read model in {} again and again", location.folder().display())
}

enum Built {
    Done(Checkpoint),
    Stopped,
    Deleted,
}

fn build(
    store: &dyn EventReader,
    location: &Location,
    generation: &mut Generation,
    lock: &ProjectorLock,
    progress: &mut OnProgress<'_>,
) -> Result<Built> {
    let mut mark = Mark::default();
    let subscription = Subscription::start(store, &mark, N_BATCH_EVENTS_MAX)?;
    let subscription = subscription.map_err(|unfit| anyhow::anyhow!("{unfit}"))?;
    let filled = pump(store, subscription, progress, &mut |batch| {
        let connection = &mut generation.connection;
        mark = with_memory(|| batch::apply(connection, batch.after, &batch.events, &batch.fold))?;
        Ok(Ok(mark.checkpoint.position))
    })?;
    match filled {
        Filled::Done => {}
        Filled::Stopped => return Ok(Built::Stopped),
        Filled::Moved | Filled::Unlocked => bail!("the read model was replaced while it was being rebuilt"),
        Filled::Unfit(unfit) => bail!("{unfit} while it was being rebuilt; rebuild it again"),
    }
    if !lock.is_current() {
        bail!("the read model was deleted while it was being rebuilt; rebuild it again");
    }
    if !location.generation_path(generation.pointer.number).exists() {
        return Ok(Built::Deleted);
    }
    location.point_to(&generation.pointer)?;
    Ok(Built::Done(mark.checkpoint))
}
