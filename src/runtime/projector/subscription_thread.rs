//! The subscription's thread: reads the log from a checkpoint on, into the projector's bounded queue.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use anyhow::{Context, Result};

use crate::cancel::Cancel;
use crate::read_model::engine::generation::RebuildReason;
use crate::read_model::engine::projection_state::ProjectionState;
use crate::read_model::engine::subscription::{Batch, LogPart, Subscription};
use crate::store::log::Log;

/// The most batches in the queue. With [`N_HANDED_EVENTS_MAX`] events each, some 65,000 events: more than the projector
/// takes at once, so that reading and projecting run in parallel, and usually at most 30 MB.
pub const N_QUEUE_BATCHES_MAX: usize = 16;

/// The most events in the queue.
pub const N_QUEUE_EVENTS_MAX: usize = N_QUEUE_BATCHES_MAX * N_HANDED_EVENTS_MAX;

/// The most events in one batch; the projector joins waiting batches into larger transactions.
pub const N_HANDED_EVENTS_MAX: usize = 4096;

/// Why a subscription ended.
#[derive(Debug)]
pub enum SubscriptionEnd {
    /// The read model does not fit this log, or its mappings, any more.
    Unusable(RebuildReason),
    /// The log could not be read.
    Failed(anyhow::Error),
}

/// A message of a subscription to its consumer.
#[derive(Debug)]
pub enum Feed {
    /// There is something in the queue.
    Queued,
    /// Nothing more will come.
    Ended(SubscriptionEnd),
}

/// A running subscription. Its thread ends when this is dropped.
#[derive(Debug)]
pub struct SubscriptionThread {
    head_moved: SyncSender<()>,
    queue: Receiver<Batch>,
    /// Incremented after sending, so that counted events can be taken.
    n_sent: Arc<AtomicUsize>,
    n_taken: usize,
    /// Received from the channel, and left for the next transaction.
    kept: Option<Batch>,
}

impl SubscriptionThread {
    /// Reads the log from a read model's checkpoint on. `wake` is called on the thread and must not block.
    ///
    /// # Errors
    /// The system refuses a thread.
    pub fn start(
        log: Arc<dyn Log>,
        mark: ProjectionState,
        wake: impl Fn(Feed) + Send + 'static,
    ) -> std::io::Result<Self> {
        // One waiting message stands for all that come until it is received.
        let (head_moved, orders) = sync_channel(1);
        let (sender, queue) = sync_channel(N_QUEUE_BATCHES_MAX);
        let n_sent = Arc::<AtomicUsize>::default();
        let out = Out { queue: sender, n_sent: Arc::clone(&n_sent), wake };
        thread::Builder::new().name("subscription".to_owned()).spawn(move || {
            match run(&*log, &mark, &orders, &out) {
                Ok(None) => {}
                Ok(Some(reason)) => (out.wake)(Feed::Ended(SubscriptionEnd::Unusable(reason))),
                Err(error) => (out.wake)(Feed::Ended(SubscriptionEnd::Failed(error))),
            }
        })?;
        Ok(Self { head_moved, queue, n_sent, n_taken: 0, kept: None })
    }

    /// Reports that the log has grown.
    pub fn head_moved(&self) {
        // If one waits already, this one adds nothing; a thread that has ended has reported that.
        let _ = self.head_moved.try_send(());
    }

    /// Number of events that can be taken.
    pub fn n_waiting(&self) -> usize {
        let n_kept = self.kept.as_ref().map_or(0, |batch| batch.events.len());
        self.n_sent.load(Ordering::Acquire).saturating_sub(self.n_taken) + n_kept
    }

    /// The waiting events as one batch of at most `n_events_max`; `None` if there are none. Does not wait.
    pub fn take(&mut self, n_events_max: usize) -> Option<Batch> {
        let mut whole = self.kept.take().or_else(|| self.try_recv())?;
        while whole.events.len() < n_events_max {
            let Some(next) = self.try_recv() else { break };
            // The batches have different folds: a log with a mapping was imported between the two.
            if !Arc::ptr_eq(&whole.aggregates, &next.aggregates) {
                self.kept = Some(next);
                return Some(whole);
            }
            whole.events.extend(next.events);
        }
        self.keep_from(&mut whole, n_events_max);
        Some(whole)
    }

    /// Keeps the events after the first `n_events` of a batch for the next call.
    fn keep_from(&mut self, whole: &mut Batch, n_events: usize) {
        if n_events >= whole.events.len() {
            return;
        }
        let rest = whole.events.split_off(n_events);
        let after = whole.events.last().map_or(whole.after, |last| last.position);
        self.kept = Some(Batch { after, events: rest, aggregates: Arc::clone(&whole.aggregates) });
    }

    fn try_recv(&mut self) -> Option<Batch> {
        let batch = self.queue.try_recv().ok()?;
        self.n_taken += batch.events.len();
        Some(batch)
    }
}

/// The receiver of the thread's batches.
struct Out<W> {
    queue: SyncSender<Batch>,
    n_sent: Arc<AtomicUsize>,
    wake: W,
}

fn run<W: Fn(Feed)>(
    log: &dyn Log,
    mark: &ProjectionState,
    orders: &Receiver<()>,
    out: &Out<W>,
) -> Result<Option<RebuildReason>> {
    let path = &log.identity().path;
    let store = log.reader().with_context(|| format!("the projector cannot open {}", path.display()))?;
    let mut subscription = match Subscription::start(&*store, mark, N_HANDED_EVENTS_MAX)? {
        Ok(subscription) => subscription,
        Err(reason) => return Ok(Some(reason)),
    };
    loop {
        // Announcements up to here are covered by the next read.
        while orders.try_recv().is_ok() {}
        match subscription.next(&*store, &Cancel::never())? {
            LogPart::Batch(batch) => {
                let n_events = batch.events.len();
                if out.queue.send(batch).is_err() {
                    return Ok(None);
                }
                out.n_sent.fetch_add(n_events, Ordering::Release);
                (out.wake)(Feed::Queued);
            }
            LogPart::Head => {
                if orders.recv().is_err() {
                    return Ok(None);
                }
            }
            LogPart::Unusable(reason) => return Ok(Some(reason)),
        }
    }
}
