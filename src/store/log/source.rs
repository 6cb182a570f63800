//! What a log was imported from, and how far that was read.

use crate::domain::event::SourceId;

/// A stretch of the log's origin, with the mapping of the events from there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The number under which the store keeps it.
    pub id: SourceId,
    /// The imported log that it is a part of: its own number if it is the log itself.
    pub log: SourceId,
    /// What a person calls it: a file's name.
    pub name: String,
    /// How many bytes of the log's beginning it is known by.
    pub beginning_bytes: u64,
    /// The hash of those bytes.
    pub beginning_hash: String,
    /// How many bytes of the log were read.
    pub read_bytes: u64,
    /// The hash of those bytes.
    pub read_hash: String,
    /// How many lines of the log were read.
    pub read_lines: u64,
    /// The mapping file, TOML, that holds now; `None` reads the events as ours.
    pub mapping: Option<String>,
}
