//! The source of a log: the file that it was imported from, and how far that was read.

use crate::domain::event::SourceId;

/// An origin of events: a log, or a part of one, with the mapping of its events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The store's number for it.
    pub id: SourceId,
    /// The imported log that it is part of: its own number if it is a log itself.
    pub log: SourceId,
    /// Its name: that of a file.
    pub name: String,
    /// Bytes of the log's beginning that identify it.
    pub beginning_bytes: u64,
    /// The hash of those bytes.
    pub beginning_hash: String,
    /// Bytes of the log read so far.
    pub read_bytes: u64,
    /// The hash of those bytes.
    pub read_hash: String,
    /// Lines of the log read so far.
    pub read_lines: u64,
    /// The mapping file in force, TOML; `None` reads the events as our own.
    pub mapping: Option<String>,
}
