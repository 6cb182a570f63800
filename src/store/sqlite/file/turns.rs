//! Turns of several writers: how long one waits, and when it lets others in.

use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;

/// How long a statement waits for a lock: many times the duration of an import's largest batch.
const PATIENCE: Duration = Duration::from_secs(15);

/// How often a waiting connection retries. SQLite's own interval grows to a tenth of a second, and misses the short
/// gaps between the batches of an import.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// How long a log stays unlocked after a long lock, before the same connection may lock it again: time for two retries.
const FREE_FOR: Duration = Duration::from_millis(5);

/// A lock is long from this duration on: a batch of some tens of thousands of events.
const LONG: Duration = Duration::from_millis(50);

/// Makes the connection wait for locks.
pub(in crate::store::sqlite) fn wait_for_locks(conn: &mut Connection) -> rusqlite::Result<()> {
    let mut since = Instant::now();
    conn.busy_handler(Some(move |n_looks| {
        if n_looks == 0 {
            since = Instant::now();
        }
        thread::sleep(LOOK_EVERY);
        since.elapsed() < PATIENCE
    }))
}

/// The end of an import's last long lock.
#[derive(Debug, Default)]
pub(in crate::store::sqlite) struct YieldAfterLongHold(Option<Instant>);

impl YieldAfterLongHold {
    /// Waits until others have had the time to take the lock.
    pub(in crate::store::sqlite) fn wait(&mut self) {
        if let Some(freed) = self.0.take() {
            thread::sleep(FREE_FOR.saturating_sub(freed.elapsed()));
        }
    }

    /// Records that the log was locked from `since` until now.
    pub(in crate::store::sqlite) fn held_since(&mut self, since: Instant) {
        if since.elapsed() > LONG {
            self.0 = Some(Instant::now());
        }
    }
}
