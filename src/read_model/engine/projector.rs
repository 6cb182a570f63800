//! The projector: applies batches to the current generation, or starts a new one if it is unusable.

use anyhow::Result;

use crate::cancel::Cancel;
use crate::domain::event::GlobalPosition;
use crate::domain::moment::Moment;
use crate::read_model::engine::batch::{self, ApplyError, StoppedAt};
use crate::read_model::engine::file_check::{Extent, fault_if_written};
use crate::read_model::engine::generation::{Generation, RebuildReason, damage};
use crate::read_model::engine::location::{Location, LockOutcome, ProjectorLock};
use crate::read_model::engine::memory::with_memory;
use crate::read_model::engine::projection_state::{ProjectionState, read_state};
use crate::read_model::engine::skipped;
use crate::read_model::engine::subscription::Batch;
use crate::read_model::rows::FailedEvent;

/// The projector of a read model, which holds its lock.
#[derive(Debug)]
pub struct Projector {
    location: Location,
    generation: Generation,
    mark: ProjectionState,
    /// The event on which it fails on purpose.
    fail_at: Option<GlobalPosition>,
    /// Interrupts the current batch.
    cancel: Cancel,
    /// Dropped last, so that the next projector finds the file closed.
    lock: ProjectorLock,
}

/// The result of opening a read model for projecting.
#[derive(Debug)]
pub enum OpenedProjector {
    /// This process is the projector; if a new generation had to be begun, the reason.
    Ready(Box<Projector>, Option<RebuildReason>),
    /// Another process is the projector: its id, if known.
    HeldBy(Option<u32>),
}

/// Whether a projector still writes to the current generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Current,
    /// The pointer names another generation or none, or the file is missing: call [`Projector::reopen`].
    Moved,
    /// The lock was deleted, so that another process may project: release it and try to open again.
    Unlocked,
}

impl Projector {
    /// Takes the lock and opens the current generation. Begins a new one if that is missing or cannot be used.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn open(location: &Location) -> Result<OpenedProjector> {
        let lock = match location.try_lock()? {
            LockOutcome::Taken(lock) => lock,
            LockOutcome::HeldBy(holder) => return Ok(OpenedProjector::HeldBy(holder)),
        };
        let (generation, mark, reason) = current_or_new(location)?;
        let (location, cancel) = (location.clone(), Cancel::never());
        let projector = Self { location, lock, generation, mark, fail_at: None, cancel };
        Ok(OpenedProjector::Ready(Box::new(projector), reason))
    }

    /// The state of the read model after the last batch.
    pub fn mark(&self) -> &ProjectionState {
        &self.mark
    }

    /// The checkpoint after the last batch.
    pub fn checkpoint(&self) -> Moment {
        self.mark.checkpoint
    }

    /// Whether this still writes to the current generation.
    pub fn standing(&self) -> Standing {
        if !self.lock.is_current() {
            return Standing::Unlocked;
        }
        let pointer = &self.generation.pointer;
        let is_pointed_at = self.location.current().is_ok_and(|current| current.as_ref() == Some(pointer));
        let is_there = self.location.generation_path(pointer.number).exists();
        if is_pointed_at && is_there { Standing::Current } else { Standing::Moved }
    }

    /// Continues with the generation that the pointer names now, or begins a new one and gives the reason.
    ///
    /// # Errors
    /// The folder cannot be written; this is unchanged then.
    pub fn reopen(&mut self) -> Result<Option<RebuildReason>> {
        let (generation, mark, reason) = current_or_new(&self.location)?;
        self.go_on_with(generation, mark)?;
        Ok(reason)
    }

    /// Begins a new, empty generation, whatever is in the current one.
    ///
    /// # Errors
    /// The folder cannot be written; this is unchanged then.
    pub fn restart(&mut self) -> Result<()> {
        let generation = begin(&self.location)?;
        self.go_on_with(generation, ProjectionState::default())
    }

    fn go_on_with(&mut self, mut generation: Generation, mark: ProjectionState) -> Result<()> {
        generation.cancel_when(&self.cancel)?;
        (self.generation, self.mark) = (generation, mark);
        Ok(())
    }

    /// Stops as soon as this token is cancelled, even within a batch: nothing of that is in the rows then, and it can
    /// be projected again later.
    ///
    /// # Errors
    /// None in practice: SQLite's interface has one.
    pub fn cancel_when(&mut self, cancel: &Cancel) -> Result<()> {
        self.generation.cancel_when(cancel)?;
        self.cancel = cancel.clone();
        Ok(())
    }

    /// Fails on purpose on the event at this position from now on, to show what happens then; `None` switches that off.
    pub fn fail_at(&mut self, position: Option<GlobalPosition>) {
        self.fail_at = position;
    }

    /// Skips an event that could not be projected from now on; the read model records that.
    ///
    /// # Errors
    /// The read model cannot be written.
    pub fn skip(&mut self, event: &FailedEvent, why: &str) -> Result<()> {
        skipped::record(&self.generation.connection, event, why)
    }

    /// Projects a batch: rows and checkpoint change in one transaction. Events up to the checkpoint are in the rows
    /// already and are left out.
    ///
    /// # Errors
    /// See [`ApplyError`]. Rows and checkpoint are unchanged then, unless an event cannot be projected: the events
    /// before it are.
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

/// Whether a batch failed because the read model's file is damaged; it is rebuilt then.
pub fn is_damage(error: &ApplyError) -> bool {
    match error {
        ApplyError::Gap { .. } | ApplyError::Cancelled => false,
        ApplyError::Event(StoppedAt { why, .. }) | ApplyError::Database(why) => damage(why).is_some(),
    }
}

fn current_or_new(location: &Location) -> Result<(Generation, ProjectionState, Option<RebuildReason>)> {
    let opened = match location.current()? {
        Some(pointer) => Generation::open(location, &pointer)?,
        None => Err(RebuildReason::Missing),
    };
    let reason = match opened {
        Ok(generation) => match mark_of_whole(&generation, location) {
            Ok(Ok(mark)) => return Ok((generation, mark, None)),
            Ok(Err(wrong)) => RebuildReason::Damaged(wrong),
            Err(error) => match damage(&error) {
                Some(why) => RebuildReason::Damaged(why),
                None => return Err(error),
            },
        },
        Err(reason) => reason,
    };
    Ok((begin(location)?, ProjectionState::default(), Some(reason)))
}

/// The state of a generation, if the rows that projecting continues from are intact as far as SQLite can see; otherwise
/// the fault.
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
