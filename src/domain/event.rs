//! Events, streams and positions.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::ser::SerializeStruct;
use serde_json::value::RawValue;

use crate::domain::hash::ChainHash;

/// An event's own time, UTC, kept to the microsecond.
pub type Timestamp = jiff::Timestamp;

/// Microseconds since 1970, rounded down: the precision in which times are kept.
pub fn to_micros(time: Timestamp) -> i64 {
    let micros = time.as_nanosecond().div_euclid(1000);
    i64::try_from(micros).unwrap_or(if micros < 0 { i64::MIN } else { i64::MAX })
}

/// The longest stream name, in bytes. A name is a key in three indexes and a word on the screen; a longer one serves
/// for neither.
pub const STREAM_NAME_BYTES_MAX: usize = 512;

/// The longest event type, in bytes.
pub const EVENT_TYPE_BYTES_MAX: usize = 512;

/// The longest event id, in bytes. Ids of foreign logs are any text, ours are UUIDs (36).
pub const EVENT_ID_BYTES_MAX: usize = 512;

/// The key in an event's metadata under which an import keeps the parts of the log's envelope that foldback has no
/// field for.
pub const ENVELOPE_KEY: &str = "envelope";

/// A place in the whole log: 1-based and rising. 0 is before everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct GlobalPosition(u64);

/// A place in one stream: 1-based, so it is also the number of events of the stream up to it, which the screen calls
/// *version*. 0 means that there is no such stream yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct StreamPosition(u64);

macro_rules! position {
    ($name:ident) => {
        impl $name {
            /// Before the first event.
            pub const START: Self = Self(0);

            /// The position with this number, capped at `i64::MAX`, the largest that a store can hold.
            pub const fn new(number: u64) -> Self {
                if number > i64::MAX as u64 { Self(i64::MAX as u64) } else { Self(number) }
            }

            /// The number, as it is shown.
            pub const fn number(self) -> u64 {
                self.0
            }

            /// The position `n` events further on.
            pub const fn plus(self, n: u64) -> Self {
                Self::new(self.0.saturating_add(n))
            }

            /// The position `n` events back, or the start.
            pub const fn minus(self, n: u64) -> Self {
                Self(self.0.saturating_sub(n))
            }

            /// The difference to `earlier`; 0 if this is not after it.
            pub const fn since(self, earlier: Self) -> u64 {
                self.0.saturating_sub(earlier.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

position!(GlobalPosition);
position!(StreamPosition);

/// The name of a stream, the history of one thing. Never empty, at most [`STREAM_NAME_BYTES_MAX`] bytes; cheap to
/// clone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamName(Arc<str>);

/// Why a text is not a stream's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadStreamName {
    Empty,
    /// It is longer than [`STREAM_NAME_BYTES_MAX`] bytes.
    TooLong,
}

impl fmt::Display for BadStreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("a stream's name cannot be empty"),
            Self::TooLong => write!(f, "a stream's name cannot be longer than {STREAM_NAME_BYTES_MAX} bytes"),
        }
    }
}

impl std::error::Error for BadStreamName {}

impl StreamName {
    /// A name, if the text is valid.
    ///
    /// # Errors
    /// The text is empty or longer than [`STREAM_NAME_BYTES_MAX`] bytes.
    pub fn new(name: &str) -> Result<Self, BadStreamName> {
        Self::check(name).map(|()| Self(Arc::from(name)))
    }

    /// Checks whether the text is a valid name.
    ///
    /// # Errors
    /// Those of [`StreamName::new`].
    pub fn check(name: &str) -> Result<(), BadStreamName> {
        match name.len() {
            0 => Err(BadStreamName::Empty),
            n if n > STREAM_NAME_BYTES_MAX => Err(BadStreamName::TooLong),
            _ => Ok(()),
        }
    }

    /// The name as text. It may contain any character, so use `visible` before showing it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for StreamName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl serde::Serialize for StreamName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// The id of a source within a store: a part of the log that was imported together, with its mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub i64);

/// An event in a log. `data` and `metadata` are the original JSON, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedEvent {
    /// Its place in the whole log.
    pub position: GlobalPosition,
    pub stream: StreamName,
    /// Its place in the stream.
    pub version: StreamPosition,
    /// Its id; an imported event may have none.
    pub id: Option<String>,
    /// Its type, in the past tense (`Deposited`), in the words of its log.
    pub event_type: String,
    /// Its own time.
    pub time: Option<Timestamp>,
    /// The latest time of any event up to this one; `None` if none had a time.
    pub clock: Option<Timestamp>,
    /// Its content, as raw JSON.
    pub data: String,
    /// How it came to be recorded, as raw JSON.
    pub metadata: Option<String>,
    /// The source that it was imported from; `None` for events of commands.
    pub source: Option<SourceId>,
    /// The hash of its link in the store's chain, which covers this event and all before it.
    pub hash: ChainHash,
}

impl RecordedEvent {
    /// Whether the event's time is earlier than the clock.
    pub fn is_late(&self) -> bool {
        self.time.is_some() && self.time < self.clock
    }

    /// The size of its data and metadata, in bytes.
    pub fn n_bytes(&self) -> usize {
        self.data.len() + self.metadata.as_ref().map_or(0, String::len)
    }
}

/// The event as scripts get it: `position, stream, version, id, type, time, data, metadata, hash`, with the original
/// JSON. A text that is not JSON, which no store of ours holds, becomes a string.
impl serde::Serialize for RecordedEvent {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("RecordedEvent", 9)?;
        fields.serialize_field("position", &self.position)?;
        fields.serialize_field("stream", &self.stream)?;
        fields.serialize_field("version", &self.version)?;
        fields.serialize_field("id", &self.id)?;
        fields.serialize_field("type", &self.event_type)?;
        fields.serialize_field("time", &self.time.map(|time| time.to_string()))?;
        serialize_json(&mut fields, "data", Some(&self.data))?;
        serialize_json(&mut fields, "metadata", self.metadata.as_deref())?;
        fields.serialize_field("hash", &self.hash.to_string())?;
        fields.end()
    }
}

fn serialize_json<S: SerializeStruct>(
    fields: &mut S,
    key: &'static str,
    json: Option<&str>,
) -> Result<(), S::Error> {
    match json.map(serde_json::from_str::<&RawValue>) {
        Some(Ok(raw)) => fields.serialize_field(key, raw),
        Some(Err(_)) => fields.serialize_field(key, &json),
        None => fields.serialize_field(key, &None::<()>),
    }
}

/// An event that is not in a log yet; the store assigns position, version and clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// Its id; `None` only for imported events without one.
    pub id: Option<String>,
    /// See [`RecordedEvent::event_type`].
    pub event_type: String,
    /// See [`RecordedEvent::time`].
    pub time: Option<Timestamp>,
    /// See [`RecordedEvent::data`].
    pub data: String,
    /// See [`RecordedEvent::metadata`].
    pub metadata: Option<String>,
}

/// A [`NewEvent`] whose texts are borrowed, from a line of a log for example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventText<'a> {
    /// See [`NewEvent::id`].
    pub id: Option<&'a str>,
    /// See [`RecordedEvent::event_type`].
    pub event_type: &'a str,
    /// See [`RecordedEvent::time`].
    pub time: Option<Timestamp>,
    /// See [`RecordedEvent::data`].
    pub data: &'a str,
    /// See [`RecordedEvent::metadata`].
    pub metadata: Option<&'a str>,
}

impl NewEvent {
    /// The event with borrowed texts.
    pub fn as_text(&self) -> EventText<'_> {
        let Self { id, event_type, time, data, metadata } = self;
        EventText { id: id.as_deref(), event_type, time: *time, data, metadata: metadata.as_deref() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_never_exceeds_the_range_of_a_store() {
        assert_eq!(GlobalPosition::new(u64::MAX).number(), i64::MAX.cast_unsigned());
        assert_eq!(GlobalPosition::new(3).minus(5), GlobalPosition::START);
        assert_eq!(GlobalPosition::new(u64::MAX).plus(1), GlobalPosition::new(u64::MAX));
        assert_eq!(StreamPosition::new(3).since(StreamPosition::new(5)), 0);
    }

    #[test]
    fn an_event_as_json_keeps_its_parts_to_the_byte() {
        let event = RecordedEvent {
            position: GlobalPosition::new(7),
            stream: StreamName::new("a\u{1b}").unwrap(),
            version: StreamPosition::new(2),
            id: None,
            event_type: "Deposited".to_owned(),
            time: Some("2024-03-14T10:22:07.5Z".parse().unwrap()),
            clock: None,
            data: r#"{"amount": 1.50, "amount":99999999999999999999}"#.to_owned(),
            metadata: None,
            source: None,
            hash: ChainHash([0xab; 32]),
        };
        assert_eq!(
            serde_json::to_string(&event).unwrap(),
            r#"{"position":7,"stream":"a\u001b","version":2,"id":null,"type":"Deposited","time":"2024-03-14T10:22:07.5Z","data":{"amount": 1.50, "amount":99999999999999999999},"metadata":null,"hash":"abababababababababababababababababababababababababababababababab"}"#
        );
    }

    #[test]
    fn a_stream_name_is_neither_empty_nor_endless() {
        assert_eq!(StreamName::new(""), Err(BadStreamName::Empty));
        assert_eq!(StreamName::new(&"x".repeat(STREAM_NAME_BYTES_MAX + 1)), Err(BadStreamName::TooLong));
        assert_eq!(StreamName::new("acc-1").unwrap().as_str(), "acc-1");
    }
}
