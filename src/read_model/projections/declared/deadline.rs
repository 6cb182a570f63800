//! The deadline of the statement that runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The longest time of one statement of a projection for one event: hundreds of thousands of rows.
pub const STATEMENT_DEADLINE: Duration = Duration::from_secs(5);

/// The value of a deadline that does not come.
const NEVER: u64 = u64::MAX;

/// A deadline that the thread of the statement sets, and SQLite looks at while the statement runs.
#[derive(Clone, Debug)]
pub(in crate::read_model) struct StatementDeadline {
    began: Instant,
    /// In nanoseconds since `began`.
    until: Arc<AtomicU64>,
}

impl Default for StatementDeadline {
    fn default() -> Self {
        Self { began: Instant::now(), until: Arc::new(AtomicU64::new(NEVER)) }
    }
}

impl StatementDeadline {
    /// A statement begins that may take this long.
    pub(super) fn begin(&self, time: Duration) {
        self.until.store(self.now().saturating_add(nanoseconds(time)), Ordering::Relaxed);
    }

    /// The statement has ended.
    pub(super) fn end(&self) {
        self.until.store(NEVER, Ordering::Relaxed);
    }

    /// Whether the statement has taken longer than it may.
    pub(in crate::read_model) fn is_over(&self) -> bool {
        let until = self.until.load(Ordering::Relaxed);
        until != NEVER && self.now() > until
    }

    fn now(&self) -> u64 {
        nanoseconds(self.began.elapsed())
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(NEVER)
}
