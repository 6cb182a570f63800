//! Which events of a log a store has already.

use std::collections::HashMap;

use anyhow::Result;

use crate::domain::event::{NewEvent, RecordedEvent, SourceId, StreamName};
use crate::store::jsonl::fingerprint::compacted;
use crate::store::sqlite::SqliteStore;

/// Where the streams of a log stand. It grows with the number of streams, not of events, as long as the log has
/// what it had before.
pub(super) struct Places {
    log: SourceId,
    is_new_log: bool,
    streams: HashMap<StreamName, Place>,
}

/// Where one stream of a log stands.
#[derive(Default)]
struct Place {
    /// The place of its next event, as far as the log is what it was.
    next: u64,
    /// The greatest place that an event of the log has in the store, or is about to have.
    last: u64,
    /// What the store has from this log that the log has not shown yet: how often each content. Looked up once the
    /// log is not what it was.
    others: Option<HashMap<Content, u64>>,
    is_touched: bool,
}

/// What an event says: a hash.
type Content = [u8; 32];

/// Whether the store has an event of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// It came with an earlier import of the log.
    Before,
    /// It is new, and gets this place.
    New { place: u64 },
}

impl Places {
    /// The places of a log that the store has nothing of.
    pub(super) fn of_new_log(log: SourceId) -> Self {
        Self { log, is_new_log: true, streams: HashMap::new() }
    }

    /// The places of a log at its beginning, of which the store has events.
    pub(super) fn of_known_log(log: SourceId) -> Self {
        Self { log, is_new_log: false, streams: HashMap::new() }
    }

    /// Passes over an event that the store is known to have.
    pub(super) fn pass(&mut self, stream: &StreamName) {
        if let Some(place) = self.streams.get_mut(stream) {
            place.next += 1;
        } else {
            // What the store has at last is asked for when an event is not passed over.
            let place = Place { next: 2, last: u64::MAX, ..Place::default() };
            self.streams.insert(stream.clone(), place);
        }
    }

    /// Whether the store has the log's next event.
    pub(super) fn seen(
        &mut self,
        store: &SqliteStore,
        stream: &StreamName,
        event: &NewEvent,
    ) -> Result<Seen> {
        let log = self.log;
        let last = |stream| if self.is_new_log { Ok(0) } else { store.last_place(log, stream) };
        if !self.streams.contains_key(stream) {
            let place = Place { next: 1, last: last(stream)?, ..Place::default() };
            self.streams.insert(stream.clone(), place);
        }
        let Some(place) = self.streams.get_mut(stream) else { return Ok(Seen::New { place: 1 }) };
        if place.last == u64::MAX {
            place.last = store.last_place(log, stream)?;
        }
        while place.others.is_none() && place.next <= place.last {
            match store.event_at_place(log, stream, place.next)? {
                Some(there) if is_same(&there, event) => {
                    place.next += 1;
                    return Ok(Seen::Before);
                }
                Some(_) => place.others = Some(others(store, log, stream, place.next..=place.last)?),
                None => place.next += 1,
            }
        }
        if let Some(others) = &mut place.others
            && let Some(n @ 1..) = others.get_mut(&content(event))
        {
            *n -= 1;
            return Ok(Seen::Before);
        }
        place.last += 1;
        place.next = place.last + 1;
        Ok(Seen::New { place: place.last })
    }

    /// Notes the streams that events were added to; how many of them are noted for the first time.
    pub(super) fn touch<'a>(&mut self, streams: impl Iterator<Item = &'a StreamName>) -> u64 {
        let mut n = 0;
        for stream in streams {
            if let Some(place) = self.streams.get_mut(stream)
                && !place.is_touched
            {
                place.is_touched = true;
                n += 1;
            }
        }
        n
    }

    /// Forgets which streams were touched.
    pub(super) fn untouch(&mut self) {
        for place in self.streams.values_mut() {
            place.is_touched = false;
        }
    }
}

/// How often the store has each content at these places.
fn others(
    store: &SqliteStore,
    log: SourceId,
    stream: &StreamName,
    places: std::ops::RangeInclusive<u64>,
) -> Result<HashMap<Content, u64>> {
    let mut others = HashMap::new();
    for place in places {
        if let Some(there) = store.event_at_place(log, stream, place)? {
            *others.entry(content(&as_new(there))).or_default() += 1;
        }
    }
    Ok(others)
}

fn as_new(event: RecordedEvent) -> NewEvent {
    let RecordedEvent { id, event_type, time, data, metadata, .. } = event;
    NewEvent { id, event_type, time, data, metadata }
}

/// Whether the two say the same, white space between values aside.
fn is_same(there: &RecordedEvent, event: &NewEvent) -> bool {
    let is_around = there.id == event.id && there.event_type == event.event_type && there.time == event.time;
    let is_text = there.data == event.data && there.metadata == event.metadata;
    is_around && (is_text || content(&as_new(there.clone())) == content(event))
}

fn content(event: &NewEvent) -> Content {
    let NewEvent { id, event_type, time, data, metadata } = event;
    let mut bytes = Vec::with_capacity(data.len() + 128);
    for text in [id.as_deref(), Some(event_type), time.map(|time| time.to_string()).as_deref()] {
        // Each part says how long it is, or that it is none.
        bytes.extend_from_slice(&text.map_or(u64::MAX, |text| text.len() as u64).to_le_bytes());
        bytes.extend_from_slice(text.unwrap_or_default().as_bytes());
    }
    compacted(data, &mut bytes);
    if let Some(metadata) = metadata {
        bytes.push(b'\n');
        compacted(metadata, &mut bytes);
    }
    *blake3::hash(&bytes).as_bytes()
}
