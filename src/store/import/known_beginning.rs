//! A log that the store knows already, recognised by its beginning.

use crate::domain::event::{EventText, StreamName};
use crate::domain::mapping::envelope::LineEvent;
use crate::store::import::places::{EventArrival, LogPlaces, StreamKey, is_first_of_stream};
use crate::store::import::reader::LogFileReader;
use crate::store::jsonl::line::LogRecord;
use crate::store::log::source::Source;
use crate::store::sqlite::SqliteStore;
use anyhow::Result;

/// Whether the first event of a log, whose beginning is held, has no id and is also the first of its stream in the
/// store. An export of the store itself is such a log.
pub(super) fn begins_as_stream(store: &SqliteStore, reader: &LogFileReader) -> Result<bool> {
    for (record, text) in reader.held() {
        let Ok(LogRecord::Event(event)) = reader.lines().read(record.found, text, |_| true) else { continue };
        return match StreamName::new(&event.stream) {
            Ok(stream) if event.id.is_none() => is_first_of_stream(store, &stream, &text_of(&event)),
            _ => Ok(false),
        };
    }
    Ok(false)
}

/// Whether one of the log's first events came into the store with an earlier log.
pub(super) fn begins_with_known_event(
    store: &SqliteStore,
    reader: &LogFileReader,
    sources: &[Source],
) -> Result<bool> {
    for log in sources.iter().filter(|source| source.id == source.log) {
        let parts = sources.iter().filter(|part| part.log == log.id).map(|part| part.id).collect();
        let mut places = LogPlaces::of_known_log(log.id, parts);
        for (record, text) in reader.held() {
            let Ok(LogRecord::Event(event)) = reader.lines().read(record.found, text, |_| true) else {
                continue;
            };
            let stream = &event.stream;
            if places.seen(store, StreamKey::of(stream), stream, &text_of(&event))? == EventArrival::Before {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn text_of<'e>(event: &'e LineEvent<'_>) -> EventText<'e> {
    let LineEvent { id, event_type, time, data, metadata, .. } = event;
    EventText { id: id.as_deref(), event_type, time: *time, data, metadata: metadata.as_deref() }
}
