//! Options of an import, and its reports on the way.

use std::fmt;
use std::time::Duration;

use crate::domain::event::GlobalPosition;
use crate::store::jsonl::split::LogEnd;

/// The most bad lines that are reported with their reasons: more than a person reads. All are counted.
pub const BAD_LINES_KEPT_MAX: usize = 1_000;

/// Number of events read before the first commit: about what a first screen shows.
pub(super) const FIRST_EVENTS: usize = 500;

/// How often the token is checked while nothing comes: often enough to stop at once.
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(20);

/// How to read a log.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// The text of the mapping file (TOML). Without one, a known log is read as before and a new one as lines of our
    /// own.
    pub mapping: Option<String>,
    /// Whether to stop at the first bad line: nothing after it is imported.
    pub is_strict: bool,
    /// Whether the log may still grow.
    pub end: LogEnd,
    /// How to handle a log that has changed.
    pub if_changed: IfChanged,
    /// Whether each event is committed as soon as it arrives, however slowly the others follow.
    pub is_live: bool,
}

/// How to handle a known log that no longer begins with the part that was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IfChanged {
    /// Compare event by event, and add the new ones.
    #[default]
    Compare,
    /// Add nothing: the import ends with [`LogChanged`].
    Stop,
    /// Read it in addition, as the continuation of a log that was rotated.
    Add,
    /// Read it in addition if none of its first events is in the store; otherwise as [`IfChanged::Stop`].
    AddUnlessKnown,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportProgress {
    /// Events added so far.
    pub n_events: u64,
    /// Events that the store had before.
    pub n_duplicates: u64,
    /// Bad lines so far.
    pub n_bad: u64,
    /// Bytes of the file read so far (compressed).
    pub n_bytes: u64,
    /// Length of the file in bytes, if the log is a file.
    pub n_bytes_total: Option<u64>,
    /// The store's newest position.
    pub head: GlobalPosition,
}

/// The log has changed since it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogChanged {
    /// Its name in messages.
    pub log: String,
}

impl fmt::Display for LogChanged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was cut or replaced since it was read", self.log)
    }
}

impl std::error::Error for LogChanged {}

/// A callback for the progress of an import.
pub type OnImportProgress<'a> = &'a mut dyn FnMut(&ImportProgress);
