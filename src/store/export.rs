//! Export: every event as a line of JSON, with the mappings that give its meaning.
//!
//! An export reads back as the same log: the same streams, types, times, ids, data and metadata in the same order, with
//! the same meaning. Positions and versions are not exported: the importing store assigns its own.

use std::collections::HashMap;
use std::io::Write;
use std::ops::ControlFlow;

use anyhow::Result;

use crate::cancel::Cancel;
use crate::domain::event::{GlobalPosition, RecordedEvent, SourceId, StreamName};
use crate::store::EventReader;
use crate::store::in_pieces::{Work, each_part, in_pieces};
use crate::store::jsonl::write::{event_line, mapping_line};
use crate::store::log::Log;
use crate::store::log::source::Source;

/// The most events held per piece while they are written: enough to make the query cheap compared with its answer.
/// Pieces of long events have fewer, see [`crate::store::ANSWER_BYTES_MAX`].
const EVENTS_HELD_MAX: u64 = 1_000;

/// The mappings that the exported log carries, numbered in the order of first use. So the numbers do not depend on the
/// store, and a log that was imported is exported identically.
struct CarriedMappings {
    sources: HashMap<SourceId, Source>,
    numbers: HashMap<SourceId, u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportProgress {
    /// Events written so far.
    pub n_events: u64,
    /// Number of events to write.
    pub n_events_all: u64,
}

/// Writes all events of the store, or of one stream, up to the present head. Returns the number of events written,
/// which is lower if the export was cancelled; lines are always whole. `progress` is called with that number from time
/// to time.
///
/// # Errors
/// Errors of the store and of `out`: for a pipe that nobody reads any more an [`std::io::ErrorKind::BrokenPipe`].
pub fn export(
    log: &dyn Log,
    stream: Option<&StreamName>,
    out: &mut dyn Write,
    cancel: &Cancel,
    progress: &mut dyn FnMut(ExportProgress),
) -> Result<u64> {
    let store = log.reader()?;
    let of_sources = store.sources()?.into_iter().map(|source| (source.id, source));
    let mut carried = CarriedMappings { sources: of_sources.collect(), numbers: HashMap::new() };
    let head = store.head()?;
    let (last, n_events_all) = match stream {
        Some(stream) => {
            let version = store.version_at(stream, head)?.number();
            (version, version)
        }
        None => (head.number(), store.count(GlobalPosition::START, head)?),
    };
    let has_mappings = carried.sources.values().any(|source| source.mapping.is_some());
    let mut n_events = 0;
    let mut write = |piece| {
        let text = match piece {
            ExportPiece::Written { n, text } => {
                n_events += n;
                text
            }
            ExportPiece::Events(events) => {
                n_events += events.len() as u64;
                carried.lines(&events)
            }
        };
        out.write_all(text.as_bytes())?;
        progress(ExportProgress { n_events, n_events_all });
        Ok(if cancel.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    };
    in_pieces(
        log,
        1..=last,
        EVENTS_HELD_MAX,
        |store| Ok(reading(store, stream.cloned(), has_mappings)),
        &mut write,
    )?;
    out.flush()?;
    Ok(n_events)
}

/// A piece of the log: lines, or events if their mappings still have to be numbered.
enum ExportPiece {
    Written { n: u64, text: String },
    Events(Vec<RecordedEvent>),
}

fn reading(store: &dyn EventReader, stream: Option<StreamName>, has_mappings: bool) -> Work<'_, ExportPiece> {
    Box::new(move |numbers, give| {
        each_part(store, stream.as_ref(), &numbers, &mut |events| {
            if has_mappings {
                return give(ExportPiece::Events(events));
            }
            let mut text = String::new();
            events.iter().for_each(|event| event_line(event, None, &mut text));
            give(ExportPiece::Written { n: events.len() as u64, text })
        })
    })
}

impl CarriedMappings {
    /// The events as lines, each mapping before its first event.
    fn lines(&mut self, events: &[RecordedEvent]) -> String {
        let mut text = String::new();
        for event in events {
            let number = self.number(event, &mut text);
            event_line(event, number, &mut text);
        }
        text
    }

    /// The number of the event's mapping. Before the first event with it, the mapping's line is written.
    fn number(&mut self, event: &RecordedEvent, out: &mut String) -> Option<u64> {
        let source = self.sources.get(&event.source?)?;
        let mapping = source.mapping.as_ref()?;
        let next = self.numbers.len() as u64 + 1;
        let number = *self.numbers.entry(source.id).or_insert(next);
        if number == next {
            mapping_line(number, &source.name, mapping, out);
        }
        Some(number)
    }
}
