//! The arguments that several verbs have.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use crate::domain::event::GlobalPosition;

/// The help on positions and times.
pub(super) const AT_HELP: &str = "a position (8112), a time (2024-03-14T10:22:07Z, or 2024-03-14T10:22:07[Europe/Paris]; UTC unless it \
                       has an offset or a time zone), a date (2024-03-14 means the end of that day), a percentage of the \
                       log (42%), or head (the newest event)";

/// Options for reading the events of a log.
#[derive(Clone, Debug, Args)]
pub struct MappingArgs {
    /// A mapping file, which says where the log has its fields and what its event types mean
    #[arg(long, value_name = "FILE")]
    pub map: Option<PathBuf>,

    /// Stop at the first bad line
    #[arg(long)]
    pub strict: bool,

    /// Answer in JSON: {"events":n,"streams":n,"duplicates":n,"bad":n,"head":n}
    #[arg(long)]
    pub json: bool,
}

/// The store that a verb reads.
#[derive(Debug, Args)]
pub struct StoreArgs {
    /// A store, or a log file (JSON, also compressed with gzip or zstd); - reads a log from standard input
    pub store: PathBuf,

    /// A mapping file, which says where the log has its fields and what its event types mean
    #[arg(long, value_name = "FILE")]
    pub map: Option<PathBuf>,
}

/// A failure on purpose.
#[derive(Clone, Copy, Debug, Args)]
pub struct FailureArgs {
    /// Make the projector fail at the event at this position, to see what happens
    #[arg(long, value_name = "POSITION")]
    pub fail_at: Option<u64>,
}

impl FailureArgs {
    /// The position at which projecting fails.
    pub fn position(self) -> Option<GlobalPosition> {
        self.fail_at.map(GlobalPosition::new)
    }
}

/// How states are computed from the events of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Domain {
    /// Fold events as those of a bank.
    Bank,
    /// Merge the data of each stream's events: the last value of each field counts.
    None,
    /// Fold events by the rules of a domain file.
    File(PathBuf),
}

impl From<OsString> for Domain {
    fn from(word: OsString) -> Self {
        match word.to_str() {
            Some("bank") => Self::Bank,
            Some("none") => Self::None,
            _ => Self::File(word.into()),
        }
    }
}
