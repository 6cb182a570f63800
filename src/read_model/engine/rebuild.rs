//! Rebuilds: the next generation is built beside the current one and compared with it before it takes over.

use std::sync::Arc;

use anyhow::{Result, anyhow, bail};

use crate::cancel::{Cancel, Cancelled, OrCancelled};
use crate::domain::event::GlobalPosition;
use crate::domain::moment::Moment;
use crate::read_model::engine::batch::{self, StoppedAt};
use crate::read_model::engine::catch_up::{CatchUpProgress, N_BATCHES_WAITING_MAX, N_TRANSACTION_EVENTS_MAX};
use crate::read_model::engine::compare::{ComparisonProgress, Trouble, compare};
use crate::read_model::engine::differences::GenerationComparison;
use crate::read_model::engine::generation::{Generation, RebuildReason};
use crate::read_model::engine::live::{Live, prepare, unreadable};
use crate::read_model::engine::location::{Location, LockOutcome, ProjectorLock};
use crate::read_model::engine::memory::with_memory;
use crate::read_model::engine::projection_state::ProjectionState;
use crate::read_model::engine::skipped;
use crate::read_model::engine::subscription::{Batch, LogPart, Subscription};
use crate::read_model::questions::query::connect;
use crate::store::EventReader;
use crate::store::read_ahead::{Ahead, read_ahead};

/// Attempts to begin a generation before giving up: each failure takes another process that deletes it meanwhile.
const N_ATTEMPTS_MAX: usize = 8;

#[derive(Clone, Debug, Default)]
pub struct RebuildOptions {
    /// Whether the new generation replaces the live one.
    pub replaces: ReplacePolicy,
    /// The position of the event on which it fails on purpose.
    pub fail_at: Option<GlobalPosition>,
    /// Stops it: the new generation is removed.
    pub cancel: Cancel,
}

/// When a new generation replaces the live one; otherwise it is removed again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReplacePolicy {
    #[default]
    Always,
    /// If the live one is damaged or has other rows. One that was projected from another log stays: it may know of
    /// events that the log has lost, and opening it reports that.
    IfDamaged,
    /// Never: they are only compared.
    Never,
}

impl ReplacePolicy {
    fn after(self, comparison: &GenerationComparison) -> bool {
        match self {
            Self::Always => true,
            Self::IfDamaged => match comparison {
                GenerationComparison::Nothing(reason) => matches!(reason, RebuildReason::Damaged(_)),
                GenerationComparison::Compared { differences, .. } => !differences.is_empty(),
            },
            Self::Never => false,
        }
    }
}

/// A report of a running rebuild.
#[derive(Clone, Copy, Debug)]
pub enum RebuildReport<'a> {
    /// The progress of projecting, after each batch.
    Projected(CatchUpProgress),
    /// The progress of comparing.
    Comparing(ComparisonProgress),
    /// How the new rows differ from those that they are about to replace.
    Compared(&'a GenerationComparison),
}

/// A callback for the reports of a rebuild.
pub type OnRebuildReport<'a> = dyn FnMut(RebuildReport<'_>) + 'a;

/// The result of a rebuild.
#[derive(Clone, Debug, PartialEq)]
pub enum Rebuild {
    /// It was built and compared, and is the current one now unless only a comparison was asked for.
    Done(NewGeneration),
    /// It was cancelled; the old generation is still the current one.
    Cancelled,
    /// Another process rebuilds: its id, if known.
    HeldBy(Option<u32>),
}

/// A generation that was built.
#[derive(Clone, Debug, PartialEq)]
pub struct NewGeneration {
    pub checkpoint: Moment,
    /// Number of events projected.
    pub n_events: u64,
    /// How its rows differ from those of the previous generation.
    pub comparison: GenerationComparison,
    /// Whether it is the current one now.
    pub is_current: bool,
}

/// Builds the next generation beside the current one, from nothing up to the head, compares the two at the current
/// one's checkpoint, and makes the new one the current one. Meanwhile the old one is read and projected as usual.
///
/// # Errors
/// The store cannot be read, an event cannot be projected, or the folder cannot be written; the old generation is still
/// the current one.
pub fn rebuild(
    store: &dyn EventReader,
    location: &Location,
    options: &RebuildOptions,
    on: &mut OnRebuildReport<'_>,
) -> Result<Rebuild> {
    let lock = match location.try_lock_rebuild()? {
        LockOutcome::Taken(lock) => lock,
        LockOutcome::HeldBy(holder) => return Ok(Rebuild::HeldBy(holder)),
    };
    for _ in 0..N_ATTEMPTS_MAX {
        let mut building = Building::begin(store, location, options)?;
        let number = building.number();
        let built = building.build(&lock, on);
        drop(building);
        if !matches!(&built, Ok(BuildOutcome::Done(rebuilt)) if rebuilt.is_current) {
            location.remove(number);
        }
        match built? {
            BuildOutcome::Done(rebuilt) => return Ok(Rebuild::Done(rebuilt)),
            BuildOutcome::Cancelled => return Ok(Rebuild::Cancelled),
            // The projector began a new generation meanwhile, and took this one for a leftover.
            BuildOutcome::Deleted => {}
        }
    }
    bail!("others delete the read model in {} again and again", location.folder().display())
}

enum BuildOutcome {
    Done(NewGeneration),
    Cancelled,
    Deleted,
}

/// A generation that is being built.
struct Building<'a> {
    location: &'a Location,
    options: &'a RebuildOptions,
    reading: RebuildSource<'a>,
    writing: RebuildTarget<'a>,
}

/// The source of its events.
struct RebuildSource<'a> {
    store: &'a dyn EventReader,
    subscription: Subscription,
    /// Events that were read beyond the requested position.
    ahead: Option<Batch>,
    reached: GlobalPosition,
}

/// The target of its rows.
struct RebuildTarget<'a> {
    location: &'a Location,
    options: &'a RebuildOptions,
    generation: Generation,
    mark: ProjectionState,
    n_events: u64,
}

impl<'a> Building<'a> {
    fn begin(
        store: &'a dyn EventReader,
        location: &'a Location,
        options: &'a RebuildOptions,
    ) -> Result<Self> {
        let mark = ProjectionState::default();
        let subscription = Subscription::start(store, &mark, N_TRANSACTION_EVENTS_MAX)?;
        let subscription = subscription.map_err(|reason| anyhow!("{reason}"))?;
        let mut generation = Generation::create(location)?;
        let number = generation.pointer().number;
        if let Err(error) = generation.cancel_when(&options.cancel) {
            location.remove(number);
            return Err(error.into());
        }
        let reading = RebuildSource { store, subscription, ahead: None, reached: GlobalPosition::START };
        let writing = RebuildTarget { location, options, generation, mark, n_events: 0 };
        Ok(Self { location, options, reading, writing })
    }

    fn build(&mut self, lock: &ProjectorLock, on: &mut OnRebuildReport<'_>) -> Result<BuildOutcome> {
        if self.catch_up_with_the_live_one(on)?.is_err() {
            return Ok(BuildOutcome::Cancelled);
        }
        let comparison = match self.compare(on) {
            _ if !self.exists() => return Ok(BuildOutcome::Deleted),
            Ok(Ok(comparison)) => comparison,
            Ok(Err(Cancelled)) => return Ok(BuildOutcome::Cancelled),
            Err(error) => return Err(error),
        };
        on(RebuildReport::Compared(&comparison));
        let is_current = self.options.replaces.after(&comparison);
        if is_current {
            let head = self.reading.store.head()?;
            if self.project_up_to(head, on)?.is_err() || self.is_cancelled() {
                return Ok(BuildOutcome::Cancelled);
            }
            if !lock.is_current() {
                bail!("the read model was deleted while it was being rebuilt; rebuild it again");
            }
            if !self.exists() {
                return Ok(BuildOutcome::Deleted);
            }
            self.location.point_to(self.writing.generation.pointer())?;
        }
        let (checkpoint, n_events) = (self.writing.mark.checkpoint, self.writing.n_events);
        Ok(BuildOutcome::Done(NewGeneration { checkpoint, n_events, comparison, is_current }))
    }

    /// Whether it still exists and was not taken for a leftover.
    fn exists(&self) -> bool {
        self.location.generation_path(self.number()).exists()
    }

    fn is_cancelled(&self) -> bool {
        self.options.cancel.is_cancelled()
    }

    fn position(&self) -> GlobalPosition {
        self.writing.mark.checkpoint.position
    }

    fn number(&self) -> u64 {
        self.writing.generation.pointer().number
    }

    /// Projects up to the live generation's checkpoint, which may move meanwhile. The live one is not kept open, so
    /// that its write-ahead log can be moved into its file.
    fn catch_up_with_the_live_one(&mut self, on: &mut OnRebuildReport<'_>) -> Result<OrCancelled<()>> {
        while let Ok(Ok(live)) = Live::open(self.location, &self.options.cancel) {
            let up_to = live.mark.checkpoint.position;
            drop(live);
            if self.position() >= up_to {
                break;
            }
            if self.project_up_to(up_to, on)?.is_err() {
                return Ok(Err(Cancelled));
            }
            if self.position() < up_to {
                // It belongs to a log that went further.
                break;
            }
        }
        Ok(Ok(()))
    }

    /// Projects up to exactly that position, or to the head if that comes first: one thread reads, another writes.
    fn project_up_to(
        &mut self,
        up_to: GlobalPosition,
        on: &mut OnRebuildReport<'_>,
    ) -> Result<OrCancelled<()>> {
        let store = self.reading.store;
        let n_events_all = store.count(GlobalPosition::START, store.head()?.max(up_to))?;
        let mut n_events = store.count(GlobalPosition::START, self.position())?;
        let Self { reading, writing, options, .. } = self;
        let cancel = &options.cancel;
        let read = |reading: &mut RebuildSource<'_>| {
            if cancel.is_cancelled() { Ok(None) } else { reading.next(up_to, cancel) }
        };
        let on_done = |reading: &mut RebuildSource<'_>, batch: Batch| {
            n_events += batch.events.len() as u64;
            reading.subscription.give_back(batch);
            if !cancel.is_cancelled() {
                on(RebuildReport::Projected(CatchUpProgress { n_events, n_events_all }));
            }
        };
        let written = read_ahead(N_BATCHES_WAITING_MAX, reading, read, |ahead| writing.take(ahead), on_done);
        if cancel.is_cancelled() {
            return Ok(Err(Cancelled));
        }
        written??;
        Ok(Ok(()))
    }

    /// Compares it with the live generation, at the latter's checkpoint.
    fn compare(&mut self, on: &mut OnRebuildReport<'_>) -> Result<OrCancelled<GenerationComparison>> {
        let live = match Live::open(self.location, &self.options.cancel)? {
            Ok(live) => live,
            Err(reason) => return Ok(Ok(GenerationComparison::Nothing(reason))),
        };
        // If the mapping or the log has changed since, different rows are expected.
        if let Err(reason) = Subscription::start(self.reading.store, &live.mark, 1)? {
            return Ok(Ok(GenerationComparison::Nothing(reason)));
        }
        let at = live.mark.checkpoint;
        if self.project_up_to(at.position, on)?.is_err() {
            return Ok(Err(Cancelled));
        }
        if self.position() != at.position {
            // It was begun again meanwhile, and is not as far yet.
            return Ok(Ok(GenerationComparison::Nothing(RebuildReason::Missing)));
        }
        match live.file_fault() {
            Ok(None) => {}
            Ok(Some(reason)) => return Ok(Ok(GenerationComparison::Nothing(reason))),
            Err(_) if self.is_cancelled() => return Ok(Err(Cancelled)),
            Err(error) => return Err(error),
        }
        if live.mark != self.writing.mark {
            let wrong = "its checkpoint is not what the log has there".to_owned();
            return Ok(Ok(GenerationComparison::Nothing(RebuildReason::Damaged(wrong))));
        }
        let mut new = connect(&self.location.generation_path(self.number()))?;
        new.execute_batch("BEGIN")?;
        prepare(&mut new, &at, &self.options.cancel)?;
        let columns = self.location.projections().columns();
        let compared = compare(&live.connection, &new, &columns, &self.options.cancel, &mut |compared| {
            on(RebuildReport::Comparing(*compared));
        });
        match compared {
            Ok(differences) => Ok(Ok(GenerationComparison::Compared { at: at.position, differences })),
            Err(_) if self.is_cancelled() => Ok(Err(Cancelled)),
            Err(Trouble::Cancelled) => Ok(Err(Cancelled)),
            Err(Trouble::Live(error)) => Ok(Ok(GenerationComparison::Nothing(unreadable(error.into())?))),
            Err(Trouble::New(error)) => Err(error.into()),
        }
    }
}

impl RebuildSource<'_> {
    /// The next events up to a position; the rest is kept for the next call.
    fn next(&mut self, up_to: GlobalPosition, cancel: &Cancel) -> Result<Option<Batch>> {
        if self.reached >= up_to {
            return Ok(None);
        }
        let mut batch = match self.ahead.take() {
            Some(batch) => batch,
            None => match self.subscription.next(self.store, cancel)? {
                LogPart::Batch(batch) => batch,
                LogPart::Head => return Ok(None),
                LogPart::Unusable(reason) => bail!("{reason} while it was being rebuilt; rebuild it again"),
            },
        };
        let n_now = batch.events.partition_point(|event| event.position <= up_to);
        let events = batch.events.split_off(n_now);
        let last = batch.events.last().map(|last| last.position);
        if !events.is_empty() {
            let after = last.unwrap_or(batch.after);
            self.ahead = Some(Batch { after, events, aggregates: Arc::clone(&batch.aggregates) });
        }
        self.reached = last.unwrap_or(self.reached);
        Ok((n_now > 0).then_some(batch))
    }
}

impl RebuildTarget<'_> {
    fn take(&mut self, ahead: &Ahead<Batch, Batch>) -> Result<()> {
        while let Some(batch) = ahead.next() {
            self.apply(&batch)?;
            ahead.report(batch);
        }
        Ok(())
    }

    fn apply(&mut self, batch: &Batch) -> Result<()> {
        loop {
            let fail_at = self.options.fail_at;
            let generation = &mut self.generation;
            let applied = with_memory(|| batch::apply(generation, batch, fail_at))?;
            self.mark = applied.mark;
            let Some(stopped) = applied.stopped else { break };
            // A skipped event is tried again; if it still fails, it stays skipped.
            if !self.was_skipped(&stopped)? {
                bail!("{}; the read model is as it was", stopped.failure());
            }
            skipped::record(&self.generation.connection, &stopped.event, &format!("{:#}", stopped.why))?;
        }
        self.n_events += u64::try_from(batch.events.len()).unwrap_or(0);
        Ok(())
    }

    /// Whether this event was skipped in the live generation.
    fn was_skipped(&self, stopped: &StoppedAt) -> Result<bool> {
        let Ok(live) = Live::open(self.location, &self.options.cancel)? else { return Ok(false) };
        Ok(skipped::contains(&live.connection, GlobalPosition::new(stopped.event.position))?)
    }
}
