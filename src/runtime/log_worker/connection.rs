//! A worker's own connection to the log, which takes commands if the log does.

use std::ops::Deref;
use std::time::Instant;

use anyhow::Result;

use crate::store::log::{Log, LogReader, LogWriter};

/// A connection that belongs to one worker.
pub enum LogConnection {
    /// To a log that is only read.
    Reading(Box<dyn LogReader>),
    /// To a log that takes commands.
    Writing(Box<dyn LogWriter>),
}

impl LogConnection {
    /// A connection that takes commands, if the log does.
    ///
    /// # Errors
    /// The log cannot be opened any more.
    pub fn to(log: &dyn Log) -> Result<Self> {
        Ok(match log.writer()? {
            Some(writer) => Self::Writing(writer),
            None => Self::Reading(log.reader()?),
        })
    }

    /// The connection, if it takes commands.
    pub(super) fn writer(&mut self) -> Option<&mut dyn LogWriter> {
        match self {
            Self::Reading(_) => None,
            Self::Writing(writer) => Some(&mut **writer),
        }
    }

    /// When the receipt beside the log has to be synced to the disk.
    pub(super) fn sync_due(&self) -> Option<Instant> {
        match self {
            Self::Reading(_) => None,
            Self::Writing(writer) => writer.receipt_sync_due(),
        }
    }
}

impl Deref for LogConnection {
    type Target = dyn LogReader;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Reading(reader) => &**reader,
            Self::Writing(writer) => &**writer,
        }
    }
}
