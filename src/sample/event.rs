//! An event of a made-up log.

use uuid::Uuid;

use crate::domain::event::{StreamName, Timestamp};

/// An event of a made-up log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleEvent {
    /// The stream that the event belongs to.
    pub stream: StreamName,
    /// The event's type.
    pub event_type: &'static str,
    /// The event's own time.
    pub time: Timestamp,
    /// The event's data, as JSON.
    pub data: String,
    /// The event's id, a UUIDv7.
    pub id: Uuid,
    /// The command that the event came from, as JSON: see [`crate::domain::provenance::Provenance`].
    pub metadata: String,
}

impl SampleEvent {
    /// The event as a line of a log, without the line break.
    pub fn to_json_line(&self) -> String {
        // Serialising a string cannot fail.
        let stream = serde_json::to_string(self.stream.as_str()).unwrap_or_default();
        let time = self.time.to_string();
        let mut id = Uuid::encode_buffer();
        let id: &str = self.id.hyphenated().encode_lower(&mut id);
        let mut line = String::with_capacity(160 + self.data.len() + self.metadata.len());
        for part in [
            r#"{"stream":"#,
            &stream,
            r#","type":""#,
            self.event_type,
            r#"","time":""#,
            &time,
            r#"","data":"#,
            &self.data,
            r#","id":""#,
            id,
            r#"","metadata":"#,
            &self.metadata,
            "}",
        ] {
            line.push_str(part);
        }
        line
    }
}
