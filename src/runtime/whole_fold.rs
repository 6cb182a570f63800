//! The fold of a whole log up to a position: one thread reads, another folds.

use anyhow::{Result, bail};

use crate::cancel::{Cancel, OrCancelled};
use crate::domain::aggregates::Aggregates;
use crate::domain::event::{GlobalPosition, RecordedEvent};
use crate::read_model::engine::catch_up::CatchUpProgress;
use crate::read_model::engine::projection_state::ProjectionState;
use crate::read_model::engine::subscription::{Batch, LogPart, Subscription};
use crate::replay::all_states::AllStates;
use crate::store::EventReader;
use crate::store::read_ahead::{Ahead, read_ahead};

/// The most events read at once: some milliseconds of work.
const N_CHUNK_EVENTS_MAX: usize = 4_096;

/// The most chunks that wait to be folded, some 12 MB, so that neither thread is idle while the other waits.
const N_CHUNKS_WAITING_MAX: usize = 8;

/// The states of all accounts at a position, folded from the log alone. `progress` is called every few thousand events.
///
/// # Errors
/// The log cannot be read, or the mapping of a log was changed meanwhile.
pub fn fold_all(
    store: &dyn EventReader,
    up_to: GlobalPosition,
    cancel: &Cancel,
    progress: &mut dyn FnMut(&CatchUpProgress),
) -> Result<OrCancelled<AllStates>> {
    replay_all((store, up_to), cancel, progress, AllStates::default(), AllStates::take)
}

/// Calls `take` with every event up to a position and with its fold, on a separate thread, and returns the final value
/// of `begin`. `progress` and `cancel` are as for [`fold_all`].
///
/// # Errors
/// Those of [`fold_all`].
pub fn replay_all<T: Send>(
    (store, up_to): (&dyn EventReader, GlobalPosition),
    cancel: &Cancel,
    progress: &mut dyn FnMut(&CatchUpProgress),
    begin: T,
    take: impl Fn(&mut T, &Aggregates, &RecordedEvent) + Send,
) -> Result<OrCancelled<T>> {
    let head = up_to.min(store.head()?);
    let mut subscription = match Subscription::start(store, &ProjectionState::default(), N_CHUNK_EVENTS_MAX)?
    {
        Ok(subscription) => subscription,
        Err(unfit) => bail!("{unfit}"),
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
            LogPart::Unfit(_) => {
                bail!("the mapping of a log was changed while it was being folded; try again")
            }
        }
    };
    let fold = move |ahead: &Ahead<Batch, (usize, Batch)>| {
        let mut taken = begin;
        while let Some(batch) = ahead.next() {
            let n_events = batch.events.partition_point(|event| event.position <= head);
            for event in batch.events.iter().take(n_events) {
                take(&mut taken, &batch.aggregates, event);
            }
            ahead.report((n_events, batch));
        }
        taken
    };
    let n_events_all = store.count(GlobalPosition::START, head)?;
    let mut n_events = 0;
    let on_done = |subscription: &mut Subscription, (n_taken, batch): (usize, Batch)| {
        n_events += n_taken as u64;
        subscription.give_back(batch);
        progress(&CatchUpProgress { n_events, n_events_all });
    };
    let taken = read_ahead(N_CHUNKS_WAITING_MAX, &mut subscription, read, fold, on_done)?;
    Ok(cancel.check().map(|()| taken))
}
