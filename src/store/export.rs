//! Writing a log out: every event as a line of JSON, with the mappings that say what it means.
//!
//! What is written reads back as the same log: the same streams, types, times, ids, data and metadata in the same
//! order, with the same meaning. Positions and versions are not written: the store that reads the log gives its own.

use std::collections::HashMap;
use std::io::Write;
use std::ops::ControlFlow;

use anyhow::{Context, Result};

use crate::domain::event::{GlobalPosition, RecordedEvent, SourceId, StreamName, StreamPosition};
use crate::store::jsonl::write::{event_line, mapping_line};
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::sources::Source;
use crate::store::{Direction, EventReader};

/// How many events are held while they are written: enough to make the question cheap beside its answer.
const EVENTS_HELD_MAX: usize = 1_000;

/// The mappings that the written log carries, numbered in the order in which its events need them: so the numbers say
/// nothing about the store, and a log that was read back is written the same.
struct Carried {
    sources: HashMap<SourceId, Source>,
    numbers: HashMap<SourceId, u64>,
}

/// Writes all events of the store, or of one stream, up to the head of this moment. How many it wrote; fewer than
/// there are if `progress`, which is told that number now and then, broke it off.
///
/// # Errors
/// The store's, and what `out` says: of a pipe that nobody reads any more an [`std::io::ErrorKind::BrokenPipe`].
pub fn export(
    store: &SqliteStore,
    stream: Option<&StreamName>,
    out: &mut dyn Write,
    progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<u64> {
    let of_sources = store.sources()?.into_iter().map(|source| (source.id, source));
    let mut carried = Carried { sources: of_sources.collect(), numbers: HashMap::new() };
    let head = store.head()?;
    let mut n_events = 0;
    let mut next = Next { all: GlobalPosition::new(1), stream: StreamPosition::new(1) };
    let mut text = String::new();
    loop {
        let events = next.read(store, stream)?;
        let n_before = n_events;
        text.clear();
        for event in events.iter().take_while(|event| event.position <= head) {
            let number = carried.number(event, &mut text);
            event_line(event, number, &mut text);
            n_events += 1;
        }
        out.write_all(text.as_bytes()).context("the log cannot be written")?;
        if n_events == n_before || progress(n_events).is_break() {
            out.flush().context("the log cannot be written")?;
            return Ok(n_events);
        }
    }
}

/// Where reading goes on.
struct Next {
    all: GlobalPosition,
    stream: StreamPosition,
}

impl Next {
    fn read(&mut self, store: &SqliteStore, stream: Option<&StreamName>) -> Result<Vec<RecordedEvent>> {
        let events = match stream {
            None => store.read_all(self.all, Direction::Forward, EVENTS_HELD_MAX)?,
            Some(stream) => store.read_stream(stream, self.stream, EVENTS_HELD_MAX)?,
        };
        if let Some(last) = events.last() {
            (self.all, self.stream) = (last.position.plus(1), last.version.plus(1));
        }
        Ok(events)
    }
}

impl Carried {
    /// The number of the mapping that the event is read with; its line is written before the first event.
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
