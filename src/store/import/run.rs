//! The running totals of an import, and its progress.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use anyhow::{Result, anyhow};

use crate::cancel::Cancel;
use crate::domain::counted::counted;
use crate::domain::event::GlobalPosition;
use crate::domain::left_out::{LeftOut, Reason, TIME_UNREAD};
use crate::store::import::options::{BAD_LINES_KEPT_MAX, ImportProgress, OnImportProgress};
use crate::store::import::reader::Stop;
use crate::store::import::report::ImportReport;
use crate::store::jsonl::BadLine;

/// An import in progress.
pub(super) struct Run<'a> {
    /// The log's name in messages.
    pub(super) shown: String,
    pub(super) report: ImportReport,
    /// Length of the log's file in bytes, if it is a file.
    pub(super) n_bytes_total: Option<u64>,
    /// Bytes skipped after the compressed data.
    pub(super) n_behind: Arc<AtomicU64>,
    cancel: Cancel,
    progress: OnImportProgress<'a>,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        shown: String,
        head: GlobalPosition,
        cancel: &Cancel,
        progress: OnImportProgress<'a>,
    ) -> Self {
        let report = ImportReport { head, ..ImportReport::default() };
        Self {
            shown,
            report,
            n_bytes_total: None,
            n_behind: Arc::default(),
            cancel: cancel.clone(),
            progress,
        }
    }

    /// Counts bad lines, and keeps the first ones.
    pub(super) fn take_bad(&mut self, bad: impl IntoIterator<Item = BadLine>) {
        for bad in bad {
            self.report.n_bad += 1;
            let BadLine { line, is_refused, .. } = bad;
            self.report.left_out.add(&bad.why, Reason { line, n: 1, is_refused });
            if self.report.bad.len() < BAD_LINES_KEPT_MAX {
                self.report.bad.push(bad);
            }
        }
    }

    /// Counts the events that were refused before and are not compared again.
    pub(super) fn take_refused(&mut self, known: &LeftOut) {
        for (why, reason) in known.reasons().into_iter().filter(|(_, reason)| reason.is_refused) {
            self.report.n_bad += reason.n;
            self.report.left_out.add(why, reason);
            if self.report.bad.len() < BAD_LINES_KEPT_MAX {
                let (line, why) = (reason.line, why.to_owned());
                self.report.bad.push(BadLine { line, why, is_refused: true });
            }
        }
    }

    /// Counts events whose time cannot be read.
    pub(super) fn take_times_unread(&mut self, n: u64) {
        self.report.n_times_unread += n;
        if n > 0 {
            self.report.left_out.add(TIME_UNREAD, Reason { line: 0, n, is_refused: false });
        }
    }

    /// Reports how far the import is, after this many bytes of the file.
    pub(super) fn report_progress(&mut self, n_bytes: u64) {
        let ImportReport { n_events, n_duplicates, n_bad, head, .. } = self.report;
        let n_bytes_total = self.n_bytes_total;
        let now = ImportProgress { n_events, n_duplicates, n_bad, n_bytes, n_bytes_total, head };
        (self.progress)(&now);
    }

    /// Whether the import was cancelled: then it ends here, and its report says so.
    pub(super) fn is_cancelled(&mut self) -> bool {
        self.report.was_cancelled = self.cancel.is_cancelled();
        self.report.was_cancelled
    }

    /// The token that cancels it.
    pub(super) fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// The result of the import, given why reading stopped.
    pub(super) fn ended(&self, stop: Stop) -> Result<()> {
        let shown = &self.shown;
        let n_before = self.report.n_events + self.report.n_duplicates;
        let before = format!("the part before it is imported ({})", counted(n_before, "event"));
        match stop {
            Stop::End => Ok(()),
            Stop::Strict(bad) => Err(anyhow!("{shown}, {bad}; {before}, nothing after it is")),
            Stop::Failed { line, error } => {
                let failed = format!("{shown} cannot be read on from line {line}; {before}");
                Err(anyhow::Error::from(error).context(failed))
            }
        }
    }
}
