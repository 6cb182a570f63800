//! Our own lines: an event as a line of JSON.

use crate::domain::event::{EventText, RecordedEvent, Timestamp};
use crate::domain::mapping::envelope::LineEvent;

/// The key of a line that is about the log and is not an event.
pub(super) const HEADER_KEY: &str = "foldback";

/// The value of [`HEADER_KEY`] in a line that carries a mapping.
pub(super) const MAPPING_HEADER: &str = "mapping";

/// The fields of an event's line.
struct LineParts<'a> {
    stream: &'a str,
    event_type: &'a str,
    time: Option<Timestamp>,
    data: &'a str,
    id: Option<&'a str>,
    metadata: Option<&'a str>,
    source: Option<u64>,
}

/// Appends the line of an event, with its line break. `source` is the number of the mapping that the log carries for
/// the event. Data and metadata are written unchanged, without the line breaks between their values.
pub fn event_line(event: &RecordedEvent, source: Option<u64>, out: &mut String) {
    let parts = LineParts {
        stream: event.stream.as_str(),
        event_type: &event.event_type,
        time: event.time,
        data: &event.data,
        id: event.id.as_deref(),
        metadata: event.metadata.as_deref(),
        source,
    };
    parts.write(out);
}

/// Appends the line that carries a mapping, with its line break.
pub fn mapping_line(source: u64, name: &str, mapping: &str, out: &mut String) {
    out.push('{');
    push_member(HEADER_KEY, &quoted(MAPPING_HEADER), out);
    push_member("source", &source.to_string(), out);
    push_member("name", &quoted(name), out);
    push_member("mapping", &quoted(mapping), out);
    out.push_str("}\n");
}

/// The length of an event's line in bytes, without its line break.
pub(super) fn n_bytes(line: &LineEvent<'_>) -> usize {
    let EventText { id, event_type, time, data, metadata } = line.text();
    let mut out = String::new();
    LineParts { stream: &line.stream, event_type, time, data, id, metadata, source: line.source }
        .write(&mut out);
    out.len() - 1
}

impl LineParts<'_> {
    fn write(&self, out: &mut String) {
        out.push('{');
        push_member("stream", &quoted(self.stream), out);
        push_member("type", &quoted(self.event_type), out);
        if let Some(time) = self.time {
            push_member("time", &quoted(&time.to_string()), out);
        }
        push_member("data", self.data, out);
        if let Some(id) = self.id {
            push_member("id", &quoted(id), out);
        }
        if let Some(metadata) = self.metadata {
            push_member("metadata", metadata, out);
        }
        if let Some(source) = self.source {
            push_member("source", &source.to_string(), out);
        }
        out.push_str("}\n");
    }
}

fn push_member(key: &str, json: &str, out: &mut String) {
    if !out.ends_with('{') {
        out.push(',');
    }
    out.push('"');
    out.push_str(key);
    out.push_str("\":");
    if !json.contains('\n') && !json.contains('\r') {
        // Nearly every JSON text takes this path: searching for one byte is many times as fast as splitting at either.
        out.push_str(json);
        return;
    }
    // A JSON string contains no raw line break, so each of them is between two values.
    for piece in json.split(['\n', '\r']) {
        out.push_str(piece);
    }
}

fn quoted(text: &str) -> String {
    // Serialising a string cannot fail.
    serde_json::to_string(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::{GlobalPosition, StreamName, StreamPosition};
    use crate::domain::hash::ChainHash;

    #[test]
    fn a_line_has_all_of_the_event_and_is_one_line() {
        let mut event = RecordedEvent {
            position: GlobalPosition::new(1),
            stream: StreamName::new("a\n\"").unwrap(),
            version: StreamPosition::new(1),
            id: None,
            event_type: "T".to_owned(),
            time: None,
            clock: None,
            data: "{\r\n  \"x\": [1,\n 2]\n}".to_owned(),
            metadata: None,
            source: None,
            hash: ChainHash::default(),
        };
        let mut out = String::new();
        event_line(&event, None, &mut out);
        event.time = Some("2024-03-14T10:22:07.5+01:00".parse().unwrap());
        event.id = Some("i".to_owned());
        event.metadata = Some("{ }".to_owned());
        event_line(&event, Some(2), &mut out);
        mapping_line(2, "b", "x = \"y\"\n", &mut out);
        let expected = concat!(
            r#"{"stream":"a\n\"","type":"T","data":{  "x": [1, 2]}}"#,
            "\n",
            r#"{"stream":"a\n\"","type":"T","time":"2024-03-14T09:22:07.5Z","data":{  "x": [1, 2]},"id":"i","#,
            r#""metadata":{ },"source":2}"#,
            "\n",
            r#"{"foldback":"mapping","source":2,"name":"b","mapping":"x = \"y\"\n"}"#,
            "\n",
        );
        assert_eq!(out, expected);
    }
}
