//! The projector: applies batches to the current generation, or starts a new one if it is unusable.

use anyhow::Result;

use crate::cancel::Cancel;
use crate::domain::event::GlobalPosition;
use crate::domain::moment::Moment;
use crate::read_model::engine::batch::{self, ApplyError, StoppedAt};
use crate::read_model::engine::file_check::{Extent, fault_if_written};
use crate::read_model::engine::generation::{Generation, Unfit, damage};
use crate::read_model::engine::location::{Location, Locking, ProjectorLock};
use crate::read_model::engine::memory::with_memory;
use crate::read_model::engine::projection_state::{ProjectionState, read_state};
use crate::read_model::engine::skipped;
use crate::read_model::engine::subscription::Batch;
use crate::read_model::rows::FailedEvent;

/// The one who projects into a read model, which it holds the lock of.
#[derive(Debug)]
pub struct Projector {
    location: Location,
    generation: Generation,
    mark: ProjectionState,
    /// The event on which it fails on purpose.
    fail_at: Option<GlobalPosition>,
    /// Stops the batch that is under way.
    cancel: Cancel,
    /// Dropped last: who takes over finds the file closed.
    lock: ProjectorLock,
}

/// What opening a read model for projecting led to.
#[derive(Debug)]
pub enum Opening {
    /// This one projects now; where a new generation had to be begun, why.
    Ready(Box<Projector>, Option<Unfit>),
    /// Another one projects: its process id, where that is known.
    HeldBy(Option<u32>),
}

/// Whether what a projector writes is still what people read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    Current,
    /// The pointer names another generation or none, or the file is gone: [`Projector::reopen`].
    Moved,
    /// The lock was deleted, so that another one may project: let go and try to open again.
    Unlocked,
}

impl Projector {
    /// Takes the lock, opens the current generation, and begins a new one where that is missing or is not one to go
    /// on with.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn open(location: &Location) -> Result<Opening> {
        let lock = match location.try_lock()? {
            Locking::Taken(lock) => lock,
            Locking::HeldBy(holder) => return Ok(Opening::HeldBy(holder)),
        };
        let (generation, mark, unfit) = current_or_new(location)?;
        let (location, cancel) = (location.clone(), Cancel::never());
        let projector = Self { location, lock, generation, mark, fail_at: None, cancel };
        Ok(Opening::Ready(Box::new(projector), unfit))
    }

    /// Where the read model stood after the last batch.
    pub fn mark(&self) -> &ProjectionState {
        &self.mark
    }

    /// How far the read model was projected after the last batch.
    pub fn checkpoint(&self) -> Moment {
        self.mark.checkpoint
    }

    /// Whether what this writes is still what people read.
    pub fn standing(&self) -> Standing {
        if !self.lock.is_current() {
            return Standing::Unlocked;
        }
        let pointer = &self.generation.pointer;
        let is_pointed_at = self.location.current().is_ok_and(|current| current.as_ref() == Some(pointer));
        let is_there = self.location.generation_path(pointer.number).exists();
        if is_pointed_at && is_there { Standing::Current } else { Standing::Moved }
    }

    /// Goes on with the generation that the pointer names now, or begins a new one and says why.
    ///
    /// # Errors
    /// The folder cannot be written; this is then as it was.
    pub fn reopen(&mut self) -> Result<Option<Unfit>> {
        let (generation, mark, unfit) = current_or_new(&self.location)?;
        self.go_on_with(generation, mark)?;
        Ok(unfit)
    }

    /// Begins a new generation from nothing, whatever is in the current one.
    ///
    /// # Errors
    /// The folder cannot be written; this is then as it was.
    pub fn begin_anew(&mut self) -> Result<()> {
        let generation = begin(&self.location)?;
        self.go_on_with(generation, ProjectionState::default())
    }

    fn go_on_with(&mut self, mut generation: Generation, mark: ProjectionState) -> Result<()> {
        generation.cancel_when(&self.cancel)?;
        (self.generation, self.mark) = (generation, mark);
        Ok(())
    }

    /// Stops as soon as this token is cancelled, in the middle of a batch too: nothing of that is in the rows then, and it can be
    /// taken again later.
    ///
    /// # Errors
    /// SQLite's, which gives none.
    pub fn cancel_when(&mut self, cancel: &Cancel) -> Result<()> {
        self.generation.cancel_when(cancel)?;
        self.cancel = cancel.clone();
        Ok(())
    }

    /// Fails on purpose on the event at this position from here on, so that people and tests see what happens then;
    /// `None` fails no longer.
    pub fn fail_at(&mut self, position: Option<GlobalPosition>) {
        self.fail_at = position;
    }

    /// Passes over an event that could not be projected, from here on; the read model remembers that it was.
    ///
    /// # Errors
    /// The read model cannot be written.
    pub fn skip(&mut self, event: &FailedEvent, why: &str) -> Result<()> {
        skipped::record(&self.generation.connection, event, why)
    }

    /// Takes a batch into rows and checkpoint, in one transaction. Those of its events that are at or before the checkpoint
    /// are in the rows already and are passed over.
    ///
    /// # Errors
    /// See [`ApplyError`]. Rows and checkpoint are then as they were, but for an event that cannot become rows: those
    /// before it have.
    pub fn apply_batch(&mut self, batch: &Batch) -> Result<Moment, ApplyError> {
        let (generation, fail_at) = (&mut self.generation, self.fail_at);
        let applied = with_memory(|| batch::apply(generation, batch, fail_at))?;
        self.mark = applied.mark;
        match applied.stopped {
            None => Ok(self.mark.checkpoint),
            Some(stopped) => Err(ApplyError::Event(stopped)),
        }
    }
}

/// Whether a batch failed because the read model's file is not whole: it is begun anew then.
pub fn is_damage(error: &ApplyError) -> bool {
    match error {
        ApplyError::Gap { .. } | ApplyError::Cancelled => false,
        ApplyError::Event(StoppedAt { why, .. }) | ApplyError::Database(why) => damage(why).is_some(),
    }
}

fn current_or_new(location: &Location) -> Result<(Generation, ProjectionState, Option<Unfit>)> {
    let opened = match location.current()? {
        Some(pointer) => Generation::open(location, &pointer)?,
        None => Err(Unfit::Missing),
    };
    let unfit = match opened {
        Ok(generation) => match mark_of_whole(&generation, location) {
            Ok(Ok(mark)) => return Ok((generation, mark, None)),
            Ok(Err(wrong)) => Unfit::Damaged(wrong),
            Err(error) => match damage(&error) {
                Some(why) => Unfit::Damaged(why),
                None => return Err(error),
            },
        },
        Err(unfit) => unfit,
    };
    Ok((begin(location)?, ProjectionState::default(), Some(unfit)))
}

/// Where a generation stands, if the rows that are to be gone on from are whole as far as SQLite can see; otherwise what is wrong.
fn mark_of_whole(generation: &Generation, location: &Location) -> Result<Result<ProjectionState, String>> {
    let Generation { connection, pointer, .. } = generation;
    let wrong = fault_if_written(connection, location, pointer, Extent::Present)?;
    Ok(match wrong {
        Some(wrong) => Err(wrong),
        None => Ok(read_state(connection)?),
    })
}

fn begin(location: &Location) -> Result<Generation> {
    let generation = Generation::create(location)?;
    location.point_to(&generation.pointer)?;
    Ok(generation)
}
