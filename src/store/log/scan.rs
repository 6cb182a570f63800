//! The rows of a scan: the columns of events by which a search finds them.

use anyhow::Result;

use crate::domain::event::{GlobalPosition, Timestamp};
use crate::domain::time_bounds::TimeBounds;
use crate::store::micros::from_micros;

/// The number of a stream within a log: 1, 2, 3 … in the order of their first events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamNumber(pub u64);

/// A range of rows, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowRange {
    /// The stream whose versions these are; `None` for positions in the whole log.
    pub stream: Option<StreamNumber>,
    /// The first version or position.
    pub first: u64,
    /// The last one.
    pub last: u64,
}

/// The rows that a scan gives, and how much of them.
#[derive(Clone, Copy, Debug)]
pub struct ScanFilter<'a> {
    /// Only events of these types, ignoring case; empty = any type.
    pub types: &'a [String],
    /// Only events with times inside these bounds.
    pub times: TimeBounds,
    /// Whether the data is read; otherwise it is empty.
    pub has_data: bool,
}

/// An event as it is stored. Its texts are bytes that have not been validated.
#[derive(Clone, Copy, Debug)]
pub struct ScannedRow<'a> {
    pub position: GlobalPosition,
    pub stream: StreamNumber,
    pub event_type: &'a [u8],
    /// Its data, as raw JSON.
    pub data: &'a [u8],
    /// The clock there, in microseconds since 1970. Few rows are hits, so only their clocks are converted.
    pub clock_micros: Option<i64>,
}

impl ScannedRow<'_> {
    /// The clock at its position.
    ///
    /// # Errors
    /// The stored number is not a valid time.
    pub fn clock(&self) -> Result<Option<Timestamp>> {
        self.clock_micros.map(from_micros).transpose()
    }
}
