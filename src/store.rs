//! The ports to event stores.
//!
//! Its files:
//!
//! - `clock.rs`: the machine's clock, and the ids made from it
//! - `export.rs`: export: every event as a line of JSON, with the mappings that give its meaning
//! - `import.rs`: import: a log read into a store. Known events are recognised, and reading continues where it stopped
//! - `in_pieces.rs`: parallel work on a part of a log, in pieces, with the results in order
//! - `jsonl.rs`: logs as lines of JSON, in and out
//! - `log.rs`: the port to the log that is open: a reader for each thread that asks, and what the log can do
//! - `micros.rs`: times as the microseconds since 1970 that stores keep
//! - `proof.rs`: what is proved of a log, as values
//! - `read_ahead.rs`: read-ahead: one thread reads the log while another works, in bounded memory
//! - `scratch.rs`: scratch stores in the cache folder: for a log that is opened directly, and for a sample
//! - `sqlite.rs`: our own log in one SQLite file

pub mod clock;
pub mod export;
pub mod import;
pub mod in_pieces;
pub mod jsonl;
pub mod log;
pub mod micros;
pub mod proof;
pub mod read_ahead;
pub mod scratch;
pub mod sqlite;

use std::fmt;

use anyhow::Result;

use crate::domain::event::{GlobalPosition, NewEvent, RecordedEvent, StreamName, StreamPosition, Timestamp};
use crate::domain::mapping::Mappings;

/// Which way to read the log from a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Towards the head.
    Forward,
    /// Towards the beginning.
    Backward,
}

/// How many bytes of events one answer holds, data and metadata together: thousands of events as they are, and of the
/// longest that there can be a few, so that reading on takes the same memory in any log. The event that goes beyond it is
/// still part of the answer.
pub const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;

/// What the explorer asks of a log. Each answer is as big as its limit, and takes time in proportion to it, whatever
/// the length of the log. Every method may fail with the store's own error.
///
/// An answer of events ends early where they are so long that it has [`ANSWER_BYTES_MAX`]: that there are no more shows
/// only when none come.
pub trait EventReader: Send {
    /// The newest global position; 0 for an empty log.
    fn head(&self) -> Result<GlobalPosition>;

    /// Up to `limit` events in reading order: forward those at `from` and after it, backward those at `from` and
    /// before it.
    fn read_all(
        &self,
        from: GlobalPosition,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>>;

    /// The same as [`EventReader::read_all`] forward, into a list behind its first `n_kept` events; the others are
    /// overwritten. Who works through the whole log gives back what has been done with: to make and drop the texts of each
    /// event anew takes as long as to read them.
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

    /// Up to `limit` events of a stream, rising, from that version on.
    fn read_stream(
        &self,
        stream: &StreamName,
        from: StreamPosition,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>>;

    /// Where up to `limit` events of a stream stand, rising, from that version on.
    fn places(&self, stream: &StreamName, from: StreamPosition, limit: usize) -> Result<Vec<GlobalPosition>>;

    /// How many events the stream has up to a position.
    fn version_at(&self, stream: &StreamName, at: GlobalPosition) -> Result<StreamPosition>;

    /// The last position whose clock is no later than `time`, ties included; 0 before the first event.
    fn position_at(&self, time: Timestamp) -> Result<GlobalPosition>;

    /// The clock at a position: the latest time of any event up to it; `None` as long as none had a time.
    fn clock_at(&self, at: GlobalPosition) -> Result<Option<Timestamp>>;

    /// Up to `limit` names of streams that begin with `prefix`, in the order of their bytes.
    fn streams(&self, prefix: &str, limit: usize) -> Result<Vec<StreamName>>;

    /// The event with that id.
    fn event_by_id(&self, id: &str) -> Result<Option<RecordedEvent>>;

    /// How the events of each imported log are read, as of now.
    fn mappings(&self) -> Result<Mappings>;
}

/// A log that can be appended to.
pub trait EventStore: EventReader {
    /// Appends to several streams at once: all of it, on the disk when this returns, or nothing. An append whose
    /// events' ids are all there already with the same stream, type and data is the same append: nothing is written.
    ///
    /// # Errors
    /// See [`AppendError`]; nothing was written then.
    fn append(&mut self, writes: &[StreamWrite]) -> Result<Appended, AppendError>;
}

/// Events for one stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamWrite {
    /// Whose history goes on.
    pub stream: StreamName,
    /// What the append believes the stream's version to be; `None` believes nothing.
    pub expected: Option<StreamPosition>,
    /// What happened, in order.
    pub events: Vec<NewEvent>,
}

/// An append that is on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The events as they stand in the log.
    pub events: Vec<RecordedEvent>,
    /// The log's newest position.
    pub head: GlobalPosition,
    /// Whether they stood there already: the same append came twice.
    pub was_there: bool,
}

/// Another append came first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The stream in question.
    pub stream: StreamName,
    /// The version that the append believed it to have.
    pub expected: StreamPosition,
    /// The version that it has.
    pub actual: StreamPosition,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was expected at version {} and is at {}", self.stream, self.expected, self.actual)
    }
}

/// Why an append did not happen.
#[derive(Debug)]
pub enum AppendError {
    /// A stream has another version than expected.
    Conflict(Conflict),
    /// An event with this id stands in the log already, with other content.
    IdReused {
        /// The id.
        id: String,
        /// Where it stands.
        position: GlobalPosition,
    },
    /// The store could not do it.
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
