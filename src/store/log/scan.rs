//! The rows of a scan: the columns of events by which a search finds them.

use anyhow::Result;

use crate::domain::event::{GlobalPosition, Timestamp};
use crate::domain::time_bounds::TimeBounds;
use crate::store::micros::from_micros;

/// The number under which a log keeps a stream: 1, 2, 3 … in the order of their first events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamNumber(pub u64);

/// A range of rows, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowRange {
    /// The stream whose versions these are; `None`: positions in the whole log.
    pub stream: Option<StreamNumber>,
    /// The first version or position.
    pub first: u64,
    /// The last one.
    pub last: u64,
}

/// Which rows a scan shows, and what of them.
#[derive(Clone, Copy, Debug)]
pub struct ScanFilter<'a> {
    /// Only events of these types, in any case; empty = any type.
    pub types: &'a [String],
    /// Only events whose times lie inside.
    pub times: TimeBounds,
    /// Whether the data is read; otherwise it is empty.
    pub has_data: bool,
}

/// An event as it lies in the log. Its texts are bytes that nobody has looked at.
#[derive(Clone, Copy, Debug)]
pub struct ScannedRow<'a> {
    /// Where it is in the log.
    pub position: GlobalPosition,
    /// Its stream.
    pub stream: StreamNumber,
    /// What kind of thing happened.
    pub event_type: &'a [u8],
    /// What happened, as raw JSON.
    pub data: &'a [u8],
    /// The clock there, in microseconds since 1970: few rows are hits, so it is turned into a time only for those.
    pub clock_micros: Option<i64>,
}

impl ScannedRow<'_> {
    /// The clock at its position.
    ///
    /// # Errors
    /// The log has kept something that is no time.
    pub fn clock(&self) -> Result<Option<Timestamp>> {
        self.clock_micros.map(from_micros).transpose()
    }
}
