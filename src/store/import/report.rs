//! The report of an import: counts and doubts.

use crate::domain::counted::counted;
use crate::domain::event::GlobalPosition;
use crate::domain::left_out::LeftOut;
use crate::store::jsonl::{BadLine, PACKED_CUT};

/// The result of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Events added.
    pub n_events: u64,
    /// Streams that they belong to.
    pub n_streams: u64,
    /// Events of the log that the store had before.
    pub n_duplicates: u64,
    /// Bad lines.
    pub n_bad: u64,
    /// The first [`BAD_LINES_KEPT_MAX`] of them, in the order of the log.
    pub bad: Vec<BadLine>,
    /// All of them, by reason.
    pub left_out: LeftOut,
    /// The fields of the log's first line, if that is an object and bad.
    pub fields: Vec<String>,
    /// What was taken for what, if the log's envelope was found by itself.
    pub found: Option<String>,
    /// The columns of a table that have another name than in its heading, as a sentence.
    pub table: Option<String>,
    /// What was looked for in vain, if no envelope was found.
    pub looked_for: Vec<String>,
    /// Events of the log whose time cannot be read, and which the store has without one.
    pub n_times_unread: u64,
    /// Bytes after the last member of a compressed log that were skipped, zeros not counted.
    pub n_behind: u64,
    /// The store's newest position.
    pub head: GlobalPosition,
    /// Why events that were added may be in the store twice.
    pub doubt: Option<Doubt>,
    /// Whether it was cancelled. Committed events stay, and another import of the same log continues after them.
    pub was_cancelled: bool,
}

/// Why events that were added may be in the store twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// A log of the same name was imported before, and has another beginning.
    OtherBeginning,
    /// The log has the same beginning, and differs later in the part that was read before.
    Edited,
    /// The log begins like one that was imported before under another name, and is not the only one.
    Continues,
    /// The log is another one, and its first event is also the first of its stream in the store and has no id.
    BeginsAsStore,
}

impl ImportReport {
    /// The note about bytes after a compressed log's last member, if there are any.
    pub fn behind_note(&self, log: &str) -> Option<String> {
        (self.n_behind > 0).then(|| {
            format!(
                "{log}: {} after its compressed data are not part of it and are left out",
                counted(self.n_behind, "byte")
            )
        })
    }

    /// The note that says what was taken for what, if the log's envelope was found by itself.
    pub fn found_note(&self, log: &str) -> Option<String> {
        self.found.as_ref().map(|found| format!("{log} read as: {found}"))
    }

    /// The note about columns that have another name than in the heading of a table, if there are any.
    pub fn table_note(&self, log: &str) -> Option<String> {
        self.table.as_ref().map(|note| format!("{log}: {note}"))
    }

    /// The note about times that cannot be read, if there are any.
    pub fn times_note(&self, log: &str) -> Option<String> {
        times_unread(self.n_times_unread).map(|note| format!("{log}: {note}"))
    }

    /// The note that added events may be in the store twice, if so.
    pub fn doubt_note(&self, log: &str) -> Option<String> {
        let doubt = self.doubt.filter(|_| self.n_events > 0)?;
        let events = counted(self.n_events, "event");
        Some(match doubt {
            Doubt::OtherBeginning => format!(
                "{log} is not the log of that name that was imported before (its beginning differs): its events were \
                 added as those of another log"
            ),
            Doubt::Edited => format!(
                "{log} differs from what was read of it before: it added {events} to the store, and \
                 the earlier ones are still there"
            ),
            Doubt::Continues => format!(
                "{log} begins as a log that was imported before under another name: {events} that follow were added as \
                 its continuation; if {log} is an export of this store, they may be there twice"
            ),
            Doubt::BeginsAsStore => format!(
                "{log} begins with an event that is in the store and has no id: its events were added as those of \
                 another log, and may be there twice"
            ),
        })
    }

    /// Whether the log's compressed data is cut off.
    pub fn is_cut(&self) -> bool {
        self.left_out.reasons().iter().any(|(why, _)| *why == PACKED_CUT)
    }
}

/// The words for events whose time cannot be read; `None` if there are none.
pub fn times_unread(n: u64) -> Option<String> {
    let (has, counts) = if n == 1 { ("has", "counts") } else { ("have", "count") };
    let events = counted(n, "event");
    (n > 0).then(|| format!("{events} {has} a time that cannot be read, and {counts} without one"))
}
