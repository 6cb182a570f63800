//! The fold of a whole log up to a position: one thread reads, another folds.

use anyhow::{Result, bail};

use crate::cancel::{Cancel, OrCancelled};
use crate::domain::aggregates::Aggregates;
use crate::domain::event::{GlobalPosition, RecordedEvent};
use crate::read_model::engine::catch_up::CatchUpProgress;
use crate::read_model::engine::projection_state::ProjectionState;
use crate::read_model::engine::subscription::{Batch, LogPart, Subscription};
use crate::replay::all_states::AllStates;
use crate::replay::fold_loop::FoldStep;
use crate::store::EventReader;
use crate::store::read_ahead::{Ahead, read_ahead};

/// The most events read at once: some milliseconds of work.
const N_CHUNK_EVENTS_MAX: usize = 4_096;

/// The most chunks that wait to be folded, some 12 MB, so that neither thread is idle while the other waits.
const N_CHUNKS_WAITING_MAX: usize = 8;

/// The states of all streams at a position, folded from the log alone. `progress` is called every few thousand events.
///
/// # Errors
/// The log cannot be read, or the mapping of a log was changed meanwhile.
pub fn fold_all(
    store: &dyn EventReader,
    up_to: GlobalPosition,
    cancel: &Cancel,
    progress: &mut dyn FnMut(&CatchUpProgress),
) -> Result<OrCancelled<AllStates>> {
    fold_each(store, up_to, cancel, progress, |_, _| {})
}

/// Like [`fold_all`]; calls `each` with every step of the fold, on a separate thread.
///
/// # Errors
/// Those of [`fold_all`].
pub fn fold_each(
    store: &dyn EventReader,
    up_to: GlobalPosition,
    cancel: &Cancel,
    progress: &mut dyn FnMut(&CatchUpProgress),
    mut each: impl FnMut(&Aggregates, FoldStep<'_>) + Send,
) -> Result<OrCancelled<AllStates>> {
    let take = |states: &mut AllStates, aggregates: &Aggregates, events: &[RecordedEvent]| {
        states.fold(aggregates, events, |step| each(aggregates, step));
    };
    take_whole_log(store, up_to, cancel, progress, AllStates::default(), take)
}

/// Reads the whole log up to a position, while `take` adds its events to a value on a separate thread. `progress` is called
/// every few thousand events.
///
/// # Errors
/// The log cannot be read, or the mapping of a log was changed meanwhile.
pub fn take_whole_log<T: Send>(
    store: &dyn EventReader,
    up_to: GlobalPosition,
    cancel: &Cancel,
    progress: &mut dyn FnMut(&CatchUpProgress),
    mut into: T,
    mut take: impl FnMut(&mut T, &Aggregates, &[RecordedEvent]) + Send,
) -> Result<OrCancelled<T>> {
    let head = up_to.min(store.head()?);
    let mut subscription = match Subscription::start(store, &ProjectionState::default(), N_CHUNK_EVENTS_MAX)?
    {
        Ok(subscription) => subscription,
        Err(reason) => bail!("{reason}"),
    };
    let mut reached = GlobalPosition::START;
    let read = |subscription: &mut Subscription| {
        if reached >= head || cancel.is_cancelled() {
            return Ok(None);
        }
        match subscription.next(store, cancel)? {
            LogPart::Batch(batch) => {
                reached = batch.events.last().map_or(reached, |last| last.position);
                Ok(Some(batch))
            }
            LogPart::Head => Ok(None),
            LogPart::Unusable(_) => {
                bail!("the mapping of a log was changed while it was being folded; try again")
            }
        }
    };
    let work = move |ahead: &Ahead<Batch, (usize, Batch)>| {
        while let Some(batch) = ahead.next() {
            let n_events = batch.events.partition_point(|event| event.position <= head);
            take(&mut into, &batch.aggregates, batch.events.get(..n_events).unwrap_or_default());
            ahead.report((n_events, batch));
        }
        into
    };
    let n_events_all = store.count(GlobalPosition::START, head)?;
    let mut n_events = 0;
    let on_done = |subscription: &mut Subscription, (n_taken, batch): (usize, Batch)| {
        n_events += n_taken as u64;
        subscription.give_back(batch);
        progress(&CatchUpProgress { n_events, n_events_all });
    };
    let taken = read_ahead(N_CHUNKS_WAITING_MAX, &mut subscription, read, work, on_done)?;
    Ok(cancel.check().map(|()| taken))
}
