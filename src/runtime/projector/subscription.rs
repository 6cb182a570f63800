//! The subscription's thread: reads the log from a checkpoint on, into the projector's bounded queue.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use anyhow::{Context, Result};

use crate::cancel::Cancel;
use crate::read_model::engine::generation::Unfit;
use crate::read_model::engine::projection_state::ProjectionState;
use crate::read_model::engine::subscription::{Batch, Next, Subscription};
use crate::store::log::Log;

/// Most batches that wait in the queue. With [`N_HANDED_EVENTS_MAX`] events each, some 65,000 events: more than the
/// projector takes at once, so that reading and projecting go on side by side, and some 30 MB at most as a rule.
pub const N_QUEUE_BATCHES_MAX: usize = 16;

/// Most events that wait in the queue.
pub const N_QUEUE_EVENTS_MAX: usize = N_QUEUE_BATCHES_MAX * N_HANDED_EVENTS_MAX;

/// Most events that are handed over at once; the projector puts what waits together into larger transactions.
pub const N_HANDED_EVENTS_MAX: usize = 4096;

/// Why a subscription ended.
#[derive(Debug)]
pub enum Ended {
    /// The read model is not one of this log, as it is now.
    Unfit(Unfit),
    /// The log could not be read.
    Failed(anyhow::Error),
}

/// What a subscription wakes its taker with.
#[derive(Debug)]
pub enum Feed {
    /// There is something in the queue.
    Queued,
    /// There will be nothing more.
    Ended(Ended),
}

/// A running subscription. Its thread ends when this is dropped.
#[derive(Debug)]
pub struct SubscriptionThread {
    head_moved: SyncSender<()>,
    queue: Receiver<Batch>,
    /// Counted after they were sent, so that what is counted is there to take.
    n_sent: Arc<AtomicUsize>,
    n_taken: usize,
    /// Taken from the channel, and left for the next transaction.
    kept: Option<Batch>,
}

impl SubscriptionThread {
    /// Reads the log on from where a read model stands. `wake` is called from the thread; it must not block.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(
        log: Arc<dyn Log>,
        mark: ProjectionState,
        wake: impl Fn(Feed) + Send + 'static,
    ) -> std::io::Result<Self> {
        // One that waits stands for all that come until it is taken.
        let (head_moved, orders) = sync_channel(1);
        let (sender, queue) = sync_channel(N_QUEUE_BATCHES_MAX);
        let n_sent = Arc::<AtomicUsize>::default();
        let out = Out { queue: sender, n_sent: Arc::clone(&n_sent), wake };
        thread::Builder::new().name("subscription".to_owned()).spawn(move || {
            match run(&*log, &mark, &orders, &out) {
                Ok(None) => {}
                Ok(Some(unfit)) => (out.wake)(Feed::Ended(Ended::Unfit(unfit))),
                Err(error) => (out.wake)(Feed::Ended(Ended::Failed(error))),
            }
        })?;
        Ok(Self { head_moved, queue, n_sent, n_taken: 0, kept: None })
    }

    /// Something was appended to the log.
    pub fn head_moved(&self) {
        // Where one waits already this one says nothing new; a thread that has ended has said so.
        let _ = self.head_moved.try_send(());
    }

    /// How many events wait to be taken.
    pub fn n_waiting(&self) -> usize {
        let n_kept = self.kept.as_ref().map_or(0, |batch| batch.events.len());
        self.n_sent.load(Ordering::Acquire).saturating_sub(self.n_taken) + n_kept
    }

    /// What waits, as one batch of `n_events_max` events at most; `None` if nothing does. Does not wait.
    pub fn take(&mut self, n_events_max: usize) -> Option<Batch> {
        let mut whole = self.kept.take().or_else(|| self.try_recv())?;
        while whole.events.len() < n_events_max {
            let Some(next) = self.try_recv() else { break };
            // Each batch is read in its own way: a mapping came with a log that was imported between the two.
            if !Arc::ptr_eq(&whole.aggregates, &next.aggregates) {
                self.kept = Some(next);
                return Some(whole);
            }
            whole.events.extend(next.events);
        }
        self.keep_from(&mut whole, n_events_max);
        Some(whole)
    }

    /// Leaves what stands from there on in a batch for the next time.
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

/// Where the thread's batches go.
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
) -> Result<Option<Unfit>> {
    let path = &log.identity().path;
    let store = log.reader().with_context(|| format!("the projector cannot open {}", path.display()))?;
    let mut subscription = match Subscription::start(&*store, mark, N_HANDED_EVENTS_MAX)? {
        Ok(subscription) => subscription,
        Err(unfit) => return Ok(Some(unfit)),
    };
    loop {
        // What was announced up to here is read now.
        while orders.try_recv().is_ok() {}
        match subscription.next(&*store, &Cancel::never())? {
            Next::Batch(batch) => {
                let n_events = batch.events.len();
                if out.queue.send(batch).is_err() {
                    return Ok(None);
                }
                out.n_sent.fetch_add(n_events, Ordering::Release);
                (out.wake)(Feed::Queued);
            }
            Next::Head => {
                if orders.recv().is_err() {
                    return Ok(None);
                }
            }
            Next::Unfit(unfit) => return Ok(Some(unfit)),
        }
    }
}
