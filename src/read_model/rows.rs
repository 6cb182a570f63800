//! Rows: the answers of queries, as plain values.
//!
//! Its files:
//!
//! - `columns.rs`: the meanings of columns, by their names: amounts, streams and positions
//! - `presentation.rs`: the presentation of a domain: the words, columns, commands and saved questions that it gives the screen
//! - `saved.rs`: saved questions of a domain: their SQL, and the way to draw their answers
//! - `series.rs`: bars by day and lines over the log, in groups of one unit each
//! - `steering.rs`: steering the projector: its status and its orders, as plain values
//! - `stream_table.rs`: a window of a table of one stream's events

pub mod columns;
pub mod presentation;
pub mod saved;
pub mod series;
pub mod steering;
pub mod stream_table;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::event::{GlobalPosition, StreamName, StreamPosition};
use crate::domain::moment::{Moment, Reach};
use crate::domain::money::Currency;
use crate::domain::state::document::Document;

/// The row of a stream in the read model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamRow {
    pub stream: StreamName,
    /// The columns that the read model has of the stream's state: names, kinds and values. Amounts are in minor units.
    pub columns: Document,
    /// Number of its events.
    pub version: StreamPosition,
    /// The position of its newest event.
    pub position: GlobalPosition,
    /// Number of its events that were not understood; the columns leave them out.
    pub n_not_understood: u64,
}

impl StreamRow {
    /// Whether any of its events was understood.
    pub fn has_state(&self) -> bool {
        self.version.number() > self.n_not_understood
    }

    /// The field that charts draw, with its currency: the sum of a list adds it up.
    pub fn measured(&self) -> Option<(i64, Option<Currency>)> {
        let measure = self.columns.shape().measure?;
        Some((self.columns.field(measure).as_integer()?, self.columns.currency_of(measure)))
    }
}

/// A window of the list of streams, in byte order of their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamWindow {
    pub rows: Vec<StreamRow>,
    /// The index of the first row whose name is at or after the requested one; `rows.len()` if there is none.
    pub at: usize,
    /// Whether there are streams before the first row.
    pub has_before: bool,
    /// Whether there are streams after the last row.
    pub has_after: bool,
    /// Number of streams in the list.
    pub n_listed: u64,
    /// Number of all streams.
    pub n_streams: u64,
}

/// The place of a window in the list of streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowPlace<'a> {
    /// Around the first stream whose name is at or after this one. The empty text comes before all names.
    From(&'a str),
    /// At the end of the list.
    End,
}

/// Why projecting has stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The event that could not be projected; `None` if another cause stopped it.
    pub event: Option<FailedEvent>,
    /// The reason.
    pub why: String,
}

/// An event that could not be projected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedEvent {
    /// Its position: the events before it have been projected.
    pub position: u64,
    pub stream: String,
    /// Its type, in the words of its log.
    pub event_type: String,
}

/// Events that were skipped because they could not be projected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SkippedEvents {
    /// Number of such events.
    pub n_events: u64,
    /// The positions of the newest of them, the newest first.
    pub newest: Vec<GlobalPosition>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.event {
            Some(FailedEvent { position, stream, event_type }) => {
                let why = &self.why;
                write!(f, "{event_type} of {stream} at {position} could not be projected: {why}")
            }
            None => f.write_str(&self.why),
        }
    }
}

/// The position that the read model is asked about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AsOf {
    #[default]
    Checkpoint,
    /// After every event at or before this position, or the checkpoint if that comes first.
    Position(GlobalPosition),
}

impl AsOf {
    /// The actual position, given the checkpoint of the read model.
    pub fn position(self, checkpoint: &Moment) -> GlobalPosition {
        match self {
            Self::Checkpoint => checkpoint.position,
            Self::Position(position) => position.min(checkpoint.position),
        }
    }
}

/// How far the read model is behind the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lag {
    /// Number of events after the checkpoint, up to the head.
    pub n_events: u64,
    /// Head − checkpoint, on the clock of the log; `None` if one of the two has no clock.
    pub time: Option<jiff::SignedDuration>,
}

impl Lag {
    /// The distance from a checkpoint to the head.
    pub fn between(checkpoint: &Reach, head: &Reach) -> Self {
        let n_events = head.n_events.saturating_sub(checkpoint.n_events);
        let time = match (checkpoint.moment.clock, head.moment.clock) {
            _ if n_events == 0 => Some(jiff::SignedDuration::ZERO),
            (Some(then), Some(now)) => Some(now.duration_since(then)),
            _ => None,
        };
        Self { n_events, time }
    }
}

/// A value in the answer to a question in SQL.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// NULL.
    Null,
    Integer(i64),
    /// A floating point number.
    Real(f64),
    /// Text. It may contain any character, so use `visible` before showing it.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl Value {
    /// The value as text, byte for byte: NULL as nothing, bytes as hexadecimal digits, and a floating point number always
    /// with a point or an exponent.
    pub fn into_text(self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Integer(number) => number.to_string(),
            Self::Real(number) => format!("{number:?}"),
            Self::Text(text) => text,
            Self::Blob(bytes) => hex(&bytes),
        }
    }
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The answer to a question in SQL.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// Whether each column is an amount in minor units, directly from a view or a table; empty if that is not known.
    pub in_minor_units: Vec<bool>,
    /// The rows, each as long as `columns`.
    pub rows: Vec<Vec<Value>>,
    /// Whether there were more rows than requested.
    pub is_cut: bool,
    /// The position of the answer.
    pub as_of: GlobalPosition,
    /// The checkpoint of the read model.
    pub checkpoint: Moment,
}

/// The heading of a column, for people: its name, which mentions minor units if the amounts are in these.
pub fn heading(name: &str, in_minor_units: &[bool], place: usize) -> String {
    if in_minor_units.get(place) == Some(&true) { format!("{name} (minor)") } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::Timestamp;

    fn at(second: i64) -> Option<Timestamp> {
        Timestamp::from_second(second).ok()
    }

    #[test]
    fn lag_is_a_distance_in_events_and_on_the_logs_clock() {
        // Positions have gaps: each is three times the number of events up to it.
        let reach = |n_events, clock| Reach {
            moment: Moment { position: GlobalPosition::new(3 * n_events), clock },
            n_events,
        };
        let lag = |head, clock| Lag::between(&reach(7, at(100)), &reach(head, clock));
        let seconds = |n| Some(jiff::SignedDuration::from_secs(n));
        assert_eq!(lag(10, at(160)), Lag { n_events: 3, time: seconds(60) });
        assert_eq!(lag(7, at(100)), Lag { n_events: 0, time: seconds(0) });
        assert_eq!(lag(9, None), Lag { n_events: 2, time: None });
        let nothing = Lag::between(&Reach::default(), &Reach::default());
        assert_eq!(nothing, Lag { n_events: 0, time: seconds(0) });
    }
}
