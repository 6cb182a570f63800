//! Turns of several writers: how long one waits, and when it lets others in.

use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;

/// How long a statement waits for a lock: many times what the largest batch of an import takes.
const PATIENCE: Duration = Duration::from_secs(15);

/// How often one who waits looks again. SQLite's own wait grows to a tenth of a second, and misses the short moments
/// between the batches of an import.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// How long a log that was held for long stays free before the same one may hold it again: time to look twice.
const FREE_FOR: Duration = Duration::from_millis(5);

/// Held for longer than this it was held for long: a batch of some tens of thousands of events.
const LONG: Duration = Duration::from_millis(50);

/// Has the connection wait for locks.
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

/// When an import gave the log free after holding it for long.
#[derive(Debug, Default)]
pub(in crate::store::sqlite) struct LetOthersIn(Option<Instant>);

impl LetOthersIn {
    /// Waits until the log has been free for long enough that those who wait for it have found it.
    pub(in crate::store::sqlite) fn wait(&mut self) {
        if let Some(freed) = self.0.take() {
            thread::sleep(FREE_FOR.saturating_sub(freed.elapsed()));
        }
    }

    /// The log was held from then until now.
    pub(in crate::store::sqlite) fn held_since(&mut self, since: Instant) {
        if since.elapsed() > LONG {
            self.0 = Some(Instant::now());
        }
    }
}
