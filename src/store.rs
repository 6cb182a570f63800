//! The ports to event stores.
//!
//! Its files:
//!
//! - `cache.rs`: the cache folder: for data that can be recreated
//! - `clock.rs`: the machine's clock, and the ids made from it
//! - `export.rs`: export: every event as a line of JSON, with the mappings that give its meaning
//! - `folded_log.rs`: a log with the aggregates that fold its streams
//! - `import.rs`: import: a log read into a store. Known events are recognised, and reading continues where it stopped
//! - `in_pieces.rs`: parallel work on a part of a log, in pieces, with the results in order
//! - `jsonl.rs`: logs as lines of JSON, in and out, and logs of other forms, in
//! - `log.rs`: the port to the log that is open: a reader for each thread that asks, and what the log can do
//! - `micros.rs`: times as the microseconds since 1970 that stores keep
//! - `proof.rs`: proof of a log: its checked links, receipts and findings as values, and the checks made through the port
//! - `read_ahead.rs`: read-ahead: one thread reads the log while another works, in bounded memory
//! - `scratch.rs`: scratch stores in the cache folder: for a log that is opened directly, and for a sample
//! - `sql.rs`: parts that the log and the read model share as SQLite databases
//! - `sqlite.rs`: our own log in one SQLite file

pub mod cache;
pub mod clock;
pub mod export;
pub mod folded_log;
pub mod import;
pub mod in_pieces;
pub mod jsonl;
pub mod log;
pub mod micros;
pub mod proof;
pub mod read_ahead;
pub mod scratch;
pub mod sql;
pub mod sqlite;

use std::fmt;

use anyhow::Result;

use crate::domain::aggregates::Aggregates;
use crate::domain::event::{GlobalPosition, NewEvent, RecordedEvent, StreamName, StreamPosition, Timestamp};
use crate::domain::mapping::Mappings;

/// The direction of reading, from a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Towards the head.
    Forward,
    /// Towards the beginning.
    Backward,
}

/// The most bytes of events in one answer, data and metadata together: thousands of usual events, or a few of the
/// longest possible ones, so that reading takes the same memory in any log. The event that exceeds the limit is still
/// part of the answer.
pub const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;

/// What the explorer reads from a log. An answer is bounded by its limit and takes time in proportion to it, whatever
/// the length of the log. Every method may fail with an error of the store.
///
/// An answer of events ends early when it reaches [`ANSWER_BYTES_MAX`]. Only an empty answer means that there are no
/// more events.
pub trait EventReader: Send {
    /// The newest global position; 0 for an empty log.
    fn head(&self) -> Result<GlobalPosition>;

    /// Up to `limit` events in reading order: forward those at `from` and after it, backward those at `from` and before
    /// it.
    fn read_all(
        &self,
        from: GlobalPosition,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>>;

    /// The same as [`EventReader::read_all`] forward, appended to the first `n_kept` events of a list; its other events
    /// are overwritten. Callers that read the whole log give consumed events back in this way: allocating and freeing
    /// the texts of each event takes as long as reading them.
    fn read_on(
        &self,
        from: GlobalPosition,
        limit: usize,
        into: &mut Vec<RecordedEvent>,
        n_kept: usize,
    ) -> Result<()> {
        into.truncate(n_kept);
        into.extend(self.read_all(from, Direction::Forward, limit)?);
        Ok(())
    }

    /// Up to `limit` events of a stream, rising, from version `from`.
    fn read_stream(
        &self,
        stream: &StreamName,
        from: StreamPosition,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>>;

    /// The positions of up to `limit` events of a stream, rising, from version `from`.
    fn places(&self, stream: &StreamName, from: StreamPosition, limit: usize) -> Result<Vec<GlobalPosition>>;

    /// The version of a stream at a position: the number of its events up to there.
    fn version_at(&self, stream: &StreamName, at: GlobalPosition) -> Result<StreamPosition>;

    /// The number of events after a position, up to and including another one. Only a store knows whether its positions
    /// have gaps: a difference of positions is not a number of events.
    fn count(&self, after: GlobalPosition, up_to: GlobalPosition) -> Result<u64>;

    /// The position `by` events further on, or back if `by` is negative. If the log ends before that, the head or the
    /// start.
    fn nth(&self, from: GlobalPosition, by: i64) -> Result<GlobalPosition>;

    /// The last position whose clock is no later than `time`, ties included; 0 before the first event.
    fn position_at(&self, time: Timestamp) -> Result<GlobalPosition>;

    /// The clock at a position: the latest time of any event up to it; `None` if none had a time.
    fn clock_at(&self, at: GlobalPosition) -> Result<Option<Timestamp>>;

    /// Up to `limit` names of streams that begin with `prefix`, in byte order.
    fn streams(&self, prefix: &str, limit: usize) -> Result<Vec<StreamName>>;

    /// The event with that id.
    fn event_by_id(&self, id: &str) -> Result<Option<RecordedEvent>>;

    /// The mappings of all imported logs that are in force now.
    fn mappings(&self) -> Result<Mappings>;

    /// The aggregates that its streams belong to, with folds that read imported events by the mappings in force now.
    fn aggregates(&self) -> Result<Aggregates>;
}

/// A log that can be appended to.
pub trait EventStore: EventReader {
    /// Appends to several streams at once: everything is on the disk when this returns, or nothing was written. If
    /// events with the same ids, streams, types and data are there already, it is the same append, and nothing is
    /// written.
    ///
    /// # Errors
    /// See [`AppendError`]; nothing was written then.
    fn append(&mut self, writes: &[StreamWrite]) -> Result<Appended, AppendError>;
}

/// Events for one stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamWrite {
    pub stream: StreamName,
    /// The expected version of the stream; `None` appends to any version.
    pub expected: Option<StreamPosition>,
    /// The events, in order.
    pub events: Vec<NewEvent>,
}

/// The result of an append, which is on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The events as they are in the log.
    pub events: Vec<RecordedEvent>,
    /// The log's head.
    pub head: GlobalPosition,
    /// Whether they were there already: the same append came twice.
    pub was_there: bool,
}

/// Another append came first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The stream in question.
    pub stream: StreamName,
    /// The expected version.
    pub expected: StreamPosition,
    /// The actual version.
    pub actual: StreamPosition,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was expected at version {} and is at {}", self.stream, self.expected, self.actual)
    }
}

/// The reason why an append failed.
#[derive(Debug)]
pub enum AppendError {
    /// A stream has another version than expected.
    Conflict(Conflict),
    /// The log has an event with this id and other content.
    IdReused {
        id: String,
        /// The position of that event.
        position: GlobalPosition,
    },
    /// The store failed.
    Store(anyhow::Error),
}

impl fmt::Display for AppendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict(conflict) => conflict.fmt(f),
            Self::IdReused { id, position } => {
                write!(f, "the id {id} belongs to another event, at position {position}; use a new one")
            }
            Self::Store(error) => write!(f, "{error:#}"),
        }
    }
}

impl std::error::Error for AppendError {}

impl From<anyhow::Error> for AppendError {
    fn from(error: anyhow::Error) -> Self {
        Self::Store(error)
    }
}
