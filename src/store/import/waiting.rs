//! Events that were taken from a log and are not yet committed, counted.

use crate::store::import::run::Run;
use crate::store::jsonl::BadLine;
use crate::store::jsonl::split::ReadSoFar;

/// The counts of a log's lines that were taken and are not yet committed.
#[derive(Default)]
pub(super) struct PendingItems {
    pub(super) n_events: u64,
    pub(super) n_streams: u64,
    pub(super) n_duplicates: u64,
    /// Added events whose time cannot be read.
    pub(super) n_times_unread: u64,
    pub(super) bad: Vec<BadLine>,
    pub(super) n_bytes: usize,
    /// How far the log has been read with them, if that is to be saved.
    pub(super) reached: Option<ReadSoFar>,
}

impl PendingItems {
    /// Adds the counts to the report of the run, once everything is committed.
    pub(super) fn count_in(self, run: &mut Run<'_>) {
        run.report.n_events += self.n_events;
        run.report.n_streams += self.n_streams;
        run.report.n_duplicates += self.n_duplicates;
        run.take_times_unread(self.n_times_unread);
        run.take_bad(self.bad);
    }
}
