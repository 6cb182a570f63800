//! The events of a log that a store already has.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

use anyhow::Result;

use crate::domain::event::{EventText, RecordedEvent, SourceId, StreamName, StreamPosition};
use crate::store::EventReader;
use crate::store::jsonl::fingerprint::compacted;
use crate::store::sqlite::SqliteStore;

/// How many of a stream's events are read at once to be compared with the log's: more would be faster, and take more
/// memory where many streams are compared at a time.
const WINDOW: usize = 32;

/// Where the streams of a log stand. It grows with the number of streams, by some 60 bytes each whatever their names, and
/// with that of events only where a log is not what it was.
#[derive(Default)]
pub(super) struct Places {
    /// The log, and the sources that the store knows as parts of it; none if the store has nothing of the log.
    known: Option<(SourceId, HashSet<SourceId>)>,
    /// Where in `places` the place of a stream is.
    streams: HashMap<StreamKey, u32>,
    places: Vec<Place>,
}

/// What a stream is known by here: a hash of its name, long enough that no two names share it by chance, and with a key that is
/// another one in each run, so that nobody can make two that do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct StreamKey([u8; 16]);

impl StreamKey {
    /// The key of a name.
    pub(super) fn of(name: &str) -> Self {
        static KEYS: LazyLock<[RandomState; 2]> = LazyLock::new(Default::default);
        // Twice 64 bits take a third of what a hash takes that is made to be kept.
        let halves = KEYS.each_ref().map(|key| key.hash_one(name).to_le_bytes());
        let mut key = [0; 16];
        for (place, byte) in key.iter_mut().zip(halves.as_flattened()) {
            *place = *byte;
        }
        Self(key)
    }
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
    InOrder(Box<InOrder>),
    /// Each content as often as this. The log has another order now.
    Counted(Box<Counted>),
    Nothing,
}

/// What the store has of a stream beyond what the log has shown, in the order of the log: these, and what the stream
/// has from that version on.
struct InOrder {
    window: VecDeque<Content>,
    next: StreamPosition,
}

/// How often the store has each content that the log has not shown. Few streams have one: it is kept aside.
struct Counted(HashMap<Content, u64>);

/// What an event says: a hash, long enough that no two events share it by chance.
type Content = [u8; 16];

/// Whether the store has an event of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// It came with an earlier import of the log.
    Before,
    /// It is new, and gets this place in its stream.
    New { place: u64, stream: StreamNumber },
}

/// A stream that events of the log belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StreamNumber(u32);

impl Places {
    /// The places of a log at its beginning. These are the sources that the store knows as parts of it.
    pub(super) fn of_known_log(log: SourceId, parts: HashSet<SourceId>) -> Self {
        Self { known: Some((log, parts)), ..Self::default() }
    }

    /// Passes over an event that the store is known to have.
    pub(super) fn pass(&mut self, key: StreamKey) {
        let number = self.number(key);
        if let Some(Place { known: Known::After(n), .. }) = self.place(number) {
            *n += 1;
        }
    }

    /// Whether the store has the log's next event, which belongs to the stream of that key and name.
    pub(super) fn seen(
        &mut self,
        store: &SqliteStore,
        (key, stream): (StreamKey, &str),
        event: &EventText<'_>,
    ) -> Result<Seen> {
        let number = self.number(key);
        let known = self.known.as_ref();
        let Some(place) = self.places.get_mut(number.0 as usize) else {
            return Ok(Seen::New { place: 1, stream: number });
        };
        if let Some((log, parts)) = known
            && !matches!(place.known, Known::Nothing)
        {
            let asked = Asked { store, log: *log, parts, stream: &StreamName::new(stream)? };
            if let Known::After(n) = place.known {
                (place.last, place.known) = asked.known_after(n)?;
            }
            if asked.takes(&mut place.known, event)? {
                return Ok(Seen::Before);
            }
        }
        place.last += 1;
        Ok(Seen::New { place: place.last, stream: number })
    }

    /// Notes that an event was added to a stream; true if that is noted for the first time.
    pub(super) fn touch(&mut self, stream: StreamNumber) -> bool {
        self.place(stream).is_some_and(|place| !std::mem::replace(&mut place.is_touched, true))
    }

    fn number(&mut self, key: StreamKey) -> StreamNumber {
        let next = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        let number = *self.streams.entry(key).or_insert(next);
        if number == next {
            self.places.push(Place { last: 0, known: Known::After(0), is_touched: false });
        }
        StreamNumber(number)
    }

    fn place(&mut self, StreamNumber(number): StreamNumber) -> Option<&mut Place> {
        self.places.get_mut(number as usize)
    }

    /// Forgets which streams were touched.
    pub(super) fn untouch(&mut self) {
        for place in &mut self.places {
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
            return Ok((last, Known::InOrder(Box::new(InOrder { window, next }))));
        }
        // What was imported is as far as the log was read, but for a log that was edited in between.
        for place in n + 1..=last {
            if let Some(event) = self.store.event_at_place(self.log, self.stream, place)? {
                let (window, next) = (VecDeque::new(), event.version);
                return Ok((last, Known::InOrder(Box::new(InOrder { window, next }))));
            }
        }
        Ok((last.max(n), Known::Nothing))
    }

    /// Takes the event out of what is known, if it is there.
    fn takes(&self, known: &mut Known, event: &EventText<'_>) -> Result<bool> {
        if let Known::InOrder(in_order) = known {
            let InOrder { window, next } = &mut **in_order;
            let content = content(event);
            self.read_on(window, next)?;
            match window.front() {
                Some(front) if *front == content => {
                    window.pop_front();
                    return Ok(true);
                }
                Some(_) => *known = Known::Counted(Box::new(Counted(self.counted(window, next)?))),
                None => *known = Known::Nothing,
            }
        }
        if let Known::Counted(counted) = known
            && let Some(n @ 1..) = counted.0.get_mut(&content(event))
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
            window
                .extend(events.iter().filter(|event| from_log(event)).map(|event| content(&as_text(event))));
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

/// What the event says, white space between values aside.
fn content(event: &EventText<'_>) -> Content {
    let EventText { id, event_type, time, data, metadata } = event;
    let mut bytes = Vec::with_capacity(data.len() + 128);
    for text in [*id, Some(*event_type), time.map(|time| time.to_string()).as_deref()] {
        // Each part says how long it is, or that it is none.
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
