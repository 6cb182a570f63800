//! Which events of a log a store has already.

use std::collections::{HashMap, HashSet, VecDeque};

use anyhow::Result;

use crate::domain::event::{NewEvent, RecordedEvent, SourceId, StreamName, StreamPosition};
use crate::store::EventReader;
use crate::store::jsonl::fingerprint::compacted;
use crate::store::sqlite::SqliteStore;

/// How many of a stream's events are read at once to be compared with the log's: more would be faster, and take more
/// memory where many streams are compared at a time.
const WINDOW: usize = 32;

/// Where the streams of a log stand. It grows with the number of streams, and with that of events only where a log is
/// not what it was.
#[derive(Default)]
pub(super) struct Places {
    /// The log, and the sources that the store knows as parts of it; none if the store has nothing of the log.
    known: Option<(SourceId, HashSet<SourceId>)>,
    streams: HashMap<StreamName, Place>,
}

/// Where one stream of a log stands.
struct Place {
    /// The greatest place that an event of the log has in the store, or is about to have.
    last: u64,
    /// What the store has from this log that the log has not shown yet.
    known: Known,
    is_touched: bool,
}

/// What the store has of one stream from a log, beyond what the log has shown.
enum Known {
    /// Not asked for yet: so many events were passed over.
    After(u64),
    /// In the order of the log: these, and what the stream has from that version on.
    InOrder {
        window: VecDeque<Content>,
        next: StreamPosition,
    },
    /// Each content as often as this. The log has another order now.
    Counted(HashMap<Content, u64>),
    Nothing,
}

/// What an event says: a hash, long enough that no two events share it by chance.
type Content = [u8; 16];

/// Whether the store has an event of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// It came with an earlier import of the log.
    Before,
    /// It is new, and gets this place.
    New { place: u64 },
}

impl Places {
    /// The places of a log at its beginning. These are the sources that the store knows as parts of it.
    pub(super) fn of_known_log(log: SourceId, parts: HashSet<SourceId>) -> Self {
        Self { known: Some((log, parts)), streams: HashMap::new() }
    }

    /// Passes over an event that the store is known to have.
    pub(super) fn pass(&mut self, stream: &StreamName) {
        if let Some(place) = self.streams.get_mut(stream) {
            if let Known::After(n) = &mut place.known {
                *n += 1;
            }
        } else {
            let place = Place { last: 0, known: Known::After(1), is_touched: false };
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
        if !self.streams.contains_key(stream) {
            let place = Place { last: 0, known: Known::After(0), is_touched: false };
            self.streams.insert(stream.clone(), place);
        }
        let Some(place) = self.streams.get_mut(stream) else { return Ok(Seen::New { place: 1 }) };
        if let Some((log, parts)) = &self.known {
            let asked = Asked { store, log: *log, parts, stream };
            if let Known::After(n) = place.known {
                (place.last, place.known) = asked.known_after(n)?;
            }
            if asked.takes(&mut place.known, event)? {
                return Ok(Seen::Before);
            }
        }
        place.last += 1;
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

/// A stream that the store is asked about.
struct Asked<'a> {
    store: &'a SqliteStore,
    log: SourceId,
    parts: &'a HashSet<SourceId>,
    stream: &'a StreamName,
}

impl Asked<'_> {
    /// The last place of the stream, and what the store knows of it beyond the first `n` events.
    fn known_after(&self, n: u64) -> Result<(u64, Known)> {
        let last = self.store.last_place(self.log, self.stream)?;
        if n == 0 && last > 0 {
            let (window, next) = (VecDeque::new(), StreamPosition::new(1));
            return Ok((last, Known::InOrder { window, next }));
        }
        // What was imported is as far as the log was read, but for a log that was edited in between.
        for place in n + 1..=last {
            if let Some(event) = self.store.event_at_place(self.log, self.stream, place)? {
                let (window, next) = (VecDeque::new(), event.version);
                return Ok((last, Known::InOrder { window, next }));
            }
        }
        Ok((last.max(n), Known::Nothing))
    }

    /// Takes the event out of what is known, if it is there.
    fn takes(&self, known: &mut Known, event: &NewEvent) -> Result<bool> {
        if let Known::InOrder { window, next } = known {
            let content = content(event);
            self.read_on(window, next)?;
            match window.front() {
                Some(front) if *front == content => {
                    window.pop_front();
                    return Ok(true);
                }
                Some(_) => *known = Known::Counted(self.counted(window, next)?),
                None => *known = Known::Nothing,
            }
        }
        if let Known::Counted(contents) = known
            && let Some(n @ 1..) = contents.get_mut(&content(event))
        {
            *n -= 1;
            return Ok(true);
        }
        Ok(false)
    }

    /// Fills an empty window, unless nothing follows.
    fn read_on(&self, window: &mut VecDeque<Content>, next: &mut StreamPosition) -> Result<()> {
        while window.is_empty() {
            let events = self.store.read_stream(self.stream, *next, WINDOW)?;
            let Some(last) = events.last() else { return Ok(()) };
            *next = last.version.plus(1);
            let from_log =
                |event: &RecordedEvent| event.source.is_some_and(|source| self.parts.contains(&source));
            window.extend(events.into_iter().filter(from_log).map(|event| content(&as_new(event))));
        }
        Ok(())
    }

    /// All that the window has, and all that follows it.
    fn counted(
        &self,
        window: &mut VecDeque<Content>,
        next: &mut StreamPosition,
    ) -> Result<HashMap<Content, u64>> {
        let mut counted = HashMap::new();
        while !window.is_empty() {
            for content in window.drain(..) {
                *counted.entry(content).or_default() += 1;
            }
            self.read_on(window, next)?;
        }
        Ok(counted)
    }
}

fn as_new(event: RecordedEvent) -> NewEvent {
    let RecordedEvent { id, event_type, time, data, metadata, .. } = event;
    NewEvent { id, event_type, time, data, metadata }
}

/// What the event says, white space between values aside.
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
    let mut content = Content::default();
    for (to, from) in content.iter_mut().zip(blake3::hash(&bytes).as_bytes()) {
        *to = *from;
    }
    content
}
