//! The port to the log that is open: a reader for each thread that asks, and what the log can do.
//!
//! Its files:
//!
//! - `event_views.rs`: the names of the views by which another connection reads the events of a log
//! - `late.rs`: a late event of a log
//! - `scan.rs`: the rows of a scan: the columns of events by which a search finds them
//! - `source.rs`: the source of a log: the file that it was imported from, and how far that was read

pub mod event_views;
pub mod late;
pub mod scan;
pub mod source;

use std::ops::{ControlFlow, RangeInclusive};
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;
use rusqlite::Connection;

use crate::cancel::{Cancel, OrCancelled};
use crate::domain::aggregates::Aggregates;
use crate::domain::event::{GlobalPosition, StreamName, Timestamp};
use crate::domain::hash::ChainHash;
use crate::domain::left_out::LeftOut;
use crate::store::log::event_views::EventViews;
use crate::store::log::late::LateEvent;
use crate::store::log::scan::{RowRange, ScanFilter, ScannedRow, StreamNumber};
use crate::store::log::source::Source;
use crate::store::proof::checked::{CheckedStretch, MappingRow, Sums};
use crate::store::proof::finding::Fault;
use crate::store::proof::receipt::{LinkPlace, Receipt};
use crate::store::{EventReader, EventStore};

/// An open log, shared by all threads. A connection belongs to one thread at a time, so each thread asks for its own.
pub trait Log: Send + Sync {
    /// A new connection that reads, and sees what others append.
    ///
    /// # Errors
    /// The log cannot be opened any more.
    fn reader(&self) -> Result<Box<dyn LogReader>>;

    /// A new connection that reads and appends; `None` for a log that takes no commands.
    ///
    /// # Errors
    /// The log cannot be opened any more, or can no longer be written.
    fn writer(&self) -> Result<Option<Box<dyn LogWriter>>>;

    /// Which log it is.
    fn identity(&self) -> &LogIdentity;

    /// Its abilities beyond being read.
    fn abilities(&self) -> Abilities;

    /// Whether an error of this log comes from its content, as opposed to the system or other users of its file.
    fn is_content(&self, error: &anyhow::Error) -> bool;
}

/// The identity and the location of an open log. Data derived from a log is kept under this.
#[derive(Clone, Debug)]
pub struct LogIdentity {
    /// The UUID that the log was given when it was created.
    pub id: String,
    /// The absolute path of its file, symbolic links followed.
    pub path: PathBuf,
    /// The aggregates that its streams belong to. Data that others gave, by their digest, is not derived from this log.
    pub aggregates: Aggregates,
    /// How another connection gets its events as views; `None` for a log that questions in SQL cannot read.
    pub attach_events: Option<AttachEvents>,
}

/// Gives a connection the views of a log's events, with the columns position, stream, version, type, time (microseconds
/// since 1970), data and metadata. Nothing is copied, and nothing can be written. The reader has to be dropped after the
/// connection. Fails if the log cannot be opened, or is another one by now.
pub type AttachEvents = fn(&LogIdentity, &Connection, &EventViews) -> Result<Box<dyn LogReader>>;

/// The abilities of a log beyond being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Abilities {
    /// It takes commands: [`Log::writer`] gives a connection.
    pub takes_commands: bool,
    /// Its events are linked in a chain of hashes: [`LogReader::proof`] gives what is needed to verify them.
    pub has_proof: bool,
}

/// A connection that reads a log. Every method may fail with the log's own error.
pub trait LogReader: EventReader {
    /// What is needed to verify it; `None` for a log without a chain of hashes.
    fn proof(&self) -> Option<&dyn LogProof>;

    /// A number that changes exactly when another connection has written. Compare it only with earlier answers of the
    /// same connection.
    fn data_version(&self) -> Result<i64>;

    /// Checks that the log still is the one that was opened. Cheap.
    ///
    /// # Errors
    /// It was deleted, replaced or cut while it was open; what to do about that.
    fn check_place(&self) -> Result<()>;

    /// Number of mappings given so far.
    fn n_mappings(&self) -> Result<u64>;

    /// Everything that was imported, in order of first import.
    fn sources(&self) -> Result<Vec<Source>>;

    /// The lines left out of the imported logs.
    fn left_out(&self) -> Result<LeftOut>;

    /// The late events among these positions, rising.
    fn late_events(&self, positions: &RangeInclusive<u64>) -> Result<Vec<LateEvent>>;

    /// Number of events among these positions whose own time is no later than `time`.
    fn n_no_later(&self, positions: &RangeInclusive<u64>, time: Timestamp) -> Result<u64>;

    /// The number of a stream; `None` if there is no such stream.
    fn stream_number(&self, name: &StreamName) -> Result<Option<StreamNumber>>;

    /// Calls `take` with the names of up to `limit` streams, from a number on, as bytes.
    fn stream_names(
        &self,
        from: StreamNumber,
        limit: usize,
        take: &mut dyn FnMut(StreamNumber, &[u8]),
    ) -> Result<()>;

    /// Calls `take` with every row of a range that passes the filter, in order, until it stops. The caller limits the
    /// length of the range: rows that do not pass are skipped without asking `take`.
    ///
    /// # Errors
    /// Those of `take` as well.
    fn scan(
        &self,
        range: RowRange,
        filter: ScanFilter<'_>,
        take: &mut dyn FnMut(&ScannedRow<'_>) -> Result<ControlFlow<()>>,
    ) -> Result<()>;
}

/// A log with a chain of hashes, as far as verifying needs it.
pub trait LogProof: LogReader {
    /// The hash that the chain begins with.
    fn beginning(&self) -> Result<ChainHash>;

    /// The stored hash of a link; `None` if there is no such link.
    fn hash_at(&self, place: LinkPlace) -> Result<Option<ChainHash>>;

    /// Number of events that the chain has after a position, up to another one. It counts events that are lost, too,
    /// which [`EventReader::count`] no longer can.
    fn n_linked(&self, after: GlobalPosition, up_to: GlobalPosition) -> u64;

    /// All mappings, in the order in which they were given.
    fn mapping_rows(&self) -> Result<Vec<MappingRow>>;

    /// Checks the events at these positions against their links, each after the stored hash of the link before it;
    /// `mappings` are all mappings. Ends with the first fault, and early if the events are long.
    ///
    /// # Errors
    /// Errors of the log that do not come from its content.
    fn check_stretch(
        &self,
        positions: RangeInclusive<u64>,
        mappings: &[MappingRow],
    ) -> Result<CheckedStretch>;

    /// The receipt beside the log; `None` if there is none.
    ///
    /// # Errors
    /// It cannot be read, or is not a receipt.
    fn receipt_beside(&self) -> Result<Option<Receipt>>;

    /// The reason why the log contradicts a receipt, if it does.
    fn check_receipt(&self, receipt: &Receipt) -> Result<Option<Fault>>;

    /// The fault in the log's file, below the level of events.
    ///
    /// # Errors
    /// Errors of the log that do not come from the file.
    fn check_file(&self, cancel: &Cancel) -> Result<OrCancelled<Option<Fault>>>;

    /// Whether an index has exactly the entries of the events up to `head`, which add up to `sums`.
    ///
    /// # Errors
    /// Errors of the log; damage that cannot be read is a fault.
    fn check_index(
        &self,
        index: LogIndex,
        sums: &Sums,
        head: GlobalPosition,
        cancel: &Cancel,
    ) -> Result<OrCancelled<Option<Fault>>>;
}

/// An index by which a log finds events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogIndex {
    /// By stream and version.
    Versions,
    /// By id.
    Ids,
    /// By their places in imported logs.
    Origins,
}

/// A connection that reads a log and appends to it.
pub trait LogWriter: LogReader + EventStore {
    /// Why the last commit is not in the receipt beside the log; reported once. The commit itself succeeded.
    fn take_receipt_trouble(&mut self) -> Option<anyhow::Error>;

    /// Syncs the receipt to the disk, if it has waited for that for a second.
    ///
    /// # Errors
    /// Errors of the disk.
    fn sync_receipt_when_due(&mut self) -> Result<()>;

    /// When [`LogWriter::sync_receipt_when_due`] will have something to do; `None` if nothing waits.
    fn receipt_sync_due(&self) -> Option<Instant>;
}
