//! The events of a log that a store already has.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

use anyhow::Result;

use crate::domain::event::{EventText, RecordedEvent, SourceId, StreamName, StreamPosition};
use crate::store::EventReader;
use crate::store::jsonl::fingerprint::compacted;
use crate::store::sqlite::SqliteStore;

/// Events of a stream that are read at once for comparing with the log's. More would be faster, and take more memory if
/// many streams are compared at a time.
const WINDOW: usize = 32;

/// The streams of a log, each with its progress. Memory grows by some 60 bytes per stream whatever the names, and with
/// the number of events only if the log was edited.
#[derive(Default)]
pub(super) struct LogPlaces {
    /// The log, and the sources that the store knows as its parts; `None` if the store has nothing of the log.
    known: Option<(SourceId, HashSet<SourceId>)>,
    /// The index of each stream in `places`.
    streams: HashMap<StreamKey, u32>,
    places: Vec<StreamPlace>,
}

/// A hash of a stream's name, long enough that no two names collide by chance. Its key changes with each run, so that
/// nobody can construct a collision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct StreamKey([u8; 16]);

impl StreamKey {
    /// The key of a name.
    pub(super) fn of(name: &str) -> Self {
        static KEYS: LazyLock<[RandomState; 2]> = LazyLock::new(Default::default);
        // Two 64-bit hashes take a third of the time of one cryptographic hash.
        let halves = KEYS.each_ref().map(|key| key.hash_one(name).to_le_bytes());
        let mut key = [0; 16];
        for (place, byte) in key.iter_mut().zip(halves.as_flattened()) {
            *place = *byte;
        }
        Self(key)
    }
}

/// The progress in one stream of a log.
struct StreamPlace {
    /// The greatest stream position that an event of the log has, or is about to have, in the store.
    last: u64,
    /// Events of this log in the store that the log has not shown yet.
    known: KnownPlace,
    is_touched: bool,
}

/// The events of one stream that the store has from a log, without those that the log has shown.
enum KnownPlace {
    /// Not queried yet: this many events were skipped.
    After(u64),
    /// In the order of the log: these, and the stream's events from that version on.
    InOrder(Box<InOrder>),
    /// The number of events of each content. Used once the log's order differs.
    Counted(Box<ContentCounts>),
    Nothing,
}

/// The next events of a stream in the order of the log: a window, and the version at which the next window begins.
struct InOrder {
    window: VecDeque<Content>,
    next: StreamPosition,
}

/// The number of events of each content that the log has not shown. Few streams need it, so it is boxed.
struct ContentCounts(HashMap<Content, u64>);

/// The events of a stream that the store has from a log, after those that the log has shown.
struct RestOfStream {
    /// The last position within the log; 0 if the store has no event of it.
    last: u64,
    counts: ContentCounts,
}

/// A hash of an event's content, long enough that no two contents collide by chance.
type Content = [u8; 16];

/// Whether the store has an event of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EventArrival {
    /// The event came with an earlier import of the log.
    Before,
    /// The event is new, and gets this position in its stream.
    New { place: u64, stream: NumberInLog },
}

/// A stream of the log, by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NumberInLog(u32);

impl LogPlaces {
    /// The places of a log at its beginning. `parts` are the sources that the store knows as parts of the log.
    pub(super) fn of_known_log(log: SourceId, parts: HashSet<SourceId>) -> Self {
        Self { known: Some((log, parts)), ..Self::default() }
    }

    /// Skips an event that the store is known to have.
    pub(super) fn pass(&mut self, key: StreamKey) {
        let number = self.number(key);
        if let Some(StreamPlace { known: KnownPlace::After(n), .. }) = self.place(number) {
            *n += 1;
        }
    }

    /// Whether the store has the log's next event, which belongs to this stream.
    pub(super) fn seen(
        &mut self,
        store: &SqliteStore,
        key: StreamKey,
        stream: &str,
        event: &EventText<'_>,
    ) -> Result<EventArrival> {
        let number = self.number(key);
        let known = self.known.as_ref();
        let Some(place) = self.places.get_mut(number.0 as usize) else {
            return Ok(EventArrival::New { place: 1, stream: number });
        };
        if let Some((log, parts)) = known
            && !matches!(place.known, KnownPlace::Nothing)
        {
            let asked = AskedStream { store, log: *log, parts, stream: &StreamName::new(stream)? };
            if let KnownPlace::After(n) = place.known {
                (place.last, place.known) = asked.known_after(n)?;
            }
            if asked.takes(place, event)? {
                return Ok(EventArrival::Before);
            }
        }
        place.last += 1;
        Ok(EventArrival::New { place: place.last, stream: number })
    }

    /// Records that an event was added to a stream; true the first time.
    pub(super) fn touch(&mut self, stream: NumberInLog) -> bool {
        self.place(stream).is_some_and(|place| !std::mem::replace(&mut place.is_touched, true))
    }

    fn number(&mut self, key: StreamKey) -> NumberInLog {
        let next = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        let number = *self.streams.entry(key).or_insert(next);
        if number == next {
            self.places.push(StreamPlace { last: 0, known: KnownPlace::After(0), is_touched: false });
        }
        NumberInLog(number)
    }

    fn place(&mut self, NumberInLog(number): NumberInLog) -> Option<&mut StreamPlace> {
        self.places.get_mut(number as usize)
    }

    /// Forgets which streams were added to.
    pub(super) fn untouch(&mut self) {
        for place in &mut self.places {
            place.is_touched = false;
        }
    }
}

/// A stream that is queried in the store.
struct AskedStream<'a> {
    store: &'a SqliteStore,
    log: SourceId,
    parts: &'a HashSet<SourceId>,
    stream: &'a StreamName,
}

impl AskedStream<'_> {
    /// The last position of the stream, and what the store has of it after the first `n` events.
    fn known_after(&self, n: u64) -> Result<(u64, KnownPlace)> {
        let last = self.store.last_place(self.log, self.stream)?;
        if n == 0 && last > 0 {
            let (window, next) = (VecDeque::new(), StreamPosition::new(1));
            return Ok((last, KnownPlace::InOrder(Box::new(InOrder { window, next }))));
        }
        // The imported events end where reading ended, except in a log that was edited in between.
        for place in n + 1..=last {
            if let Some(event) = self.store.event_at_place(self.log, self.stream, place)? {
                let (window, next) = (VecDeque::new(), event.version);
                return Ok((last, KnownPlace::InOrder(Box::new(InOrder { window, next }))));
            }
        }
        Ok((last.max(n), KnownPlace::Nothing))
    }

    /// Removes the event from the known ones of its stream, if it is there.
    fn takes(&self, place: &mut StreamPlace, event: &EventText<'_>) -> Result<bool> {
        let content = content(event);
        if let KnownPlace::InOrder(in_order) = &mut place.known {
            self.read_on(in_order)?;
            if in_order.window.front() == Some(&content) {
                in_order.window.pop_front();
                return Ok(true);
            }
            let rest = self.rest(in_order)?;
            place.last = rest.last;
            place.known = match rest.counts.0.is_empty() {
                true => KnownPlace::Nothing,
                false => KnownPlace::Counted(Box::new(rest.counts)),
            };
        }
        if let KnownPlace::Counted(counted) = &mut place.known
            && let Some(n @ 1..) = counted.0.get_mut(&content)
        {
            *n -= 1;
            return Ok(true);
        }
        Ok(false)
    }

    /// Fills an empty window, unless nothing follows.
    fn read_on(&self, InOrder { window, next }: &mut InOrder) -> Result<()> {
        while window.is_empty() {
            let events = self.store.read_stream(self.stream, *next, WINDOW)?;
            let Some(last) = events.last() else { return Ok(()) };
            *next = last.version.plus(1);
            let from_log =
                |event: &RecordedEvent| event.source.is_some_and(|source| self.parts.contains(&source));
            window
                .extend(events.iter().filter(|event| from_log(event)).map(|event| content(&as_text(event))));
        }
        Ok(())
    }

    /// The contents of the window and of everything after it, with the last place of all of them.
    fn rest(&self, in_order: &mut InOrder) -> Result<RestOfStream> {
        let mut counts = HashMap::new();
        loop {
            let last = self.store.last_place(self.log, self.stream)?;
            self.read_on(in_order)?;
            while !in_order.window.is_empty() {
                for content in in_order.window.drain(..) {
                    *counts.entry(content).or_default() += 1;
                }
                self.read_on(in_order)?;
            }
            // Another import of the log may have added events between the two queries.
            if self.store.last_place(self.log, self.stream)? == last {
                return Ok(RestOfStream { last, counts: ContentCounts(counts) });
            }
        }
    }
}

/// Whether a stream's first event in the store is this one.
pub(super) fn is_first_of_stream(
    store: &SqliteStore,
    stream: &StreamName,
    event: &EventText<'_>,
) -> Result<bool> {
    let first = store.read_stream(stream, StreamPosition::new(1), 1)?;
    Ok(first.first().is_some_and(|first| content(&as_text(first)) == content(event)))
}

fn as_text(event: &RecordedEvent) -> EventText<'_> {
    let RecordedEvent { id, event_type, time, data, metadata, .. } = event;
    EventText { id: id.as_deref(), event_type, time: *time, data, metadata: metadata.as_deref() }
}

/// The hash of the event's content, without white space between values.
fn content(event: &EventText<'_>) -> Content {
    let EventText { id, event_type, time, data, metadata } = event;
    let mut bytes = Vec::with_capacity(data.len() + 128);
    for text in [*id, Some(*event_type), time.map(|time| time.to_string()).as_deref()] {
        // Each part is preceded by its length, or by a mark that it is absent.
        bytes.extend_from_slice(&text.map_or(u64::MAX, |text| text.len() as u64).to_le_bytes());
        bytes.extend_from_slice(text.unwrap_or_default().as_bytes());
    }
    compacted(data, &mut bytes);
    if let Some(metadata) = metadata {
        bytes.push(b'\n');
        compacted(metadata, &mut bytes);
    }
    short_hash(&bytes)
}

fn short_hash(bytes: &[u8]) -> [u8; 16] {
    let mut short = [0; 16];
    for (to, from) in short.iter_mut().zip(blake3::hash(bytes).as_bytes()) {
        *to = *from;
    }
    short
}
