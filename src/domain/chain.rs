//! The chain: each event's hash over its content, its place, and everything before it.
//!
//! Anybody who has one hash and the store can prove that nothing before it was changed, removed, inserted or moved: a
//! single different bit gives another hash there and from there on. Hashes are SHA-256 (FIPS 180-4), which every
//! language has, so that a store can be checked without foldback. Numbers are written in eight bytes, the most
//! significant first; absent values are written as [`ABSENT`].
//!
//! ```text
//! beginning = SHA-256("foldback store 1" ‖ microseconds when the store was made ‖ its id)
//! content   = SHA-256("foldback event 1" ‖ time in microseconds since 1970, or that there is none
//!                     ‖ lengths in bytes of: stream, type, id, data, metadata ‖ these five)
//! event     = SHA-256("foldback link  1" ‖ before ‖ content ‖ position ‖ version ‖ source ‖ place)
//! mapping   = SHA-256("foldback map   1" ‖ before ‖ id ‖ source ‖ the source's log ‖ since in microseconds ‖ head
//!                     ‖ the number of bytes that the log is known by
//!                     ‖ lengths in bytes of: the source's name, their hash, the mapping ‖ these three)
//! ```
//!
//! `before` is the hash of the previous link of either kind. The order is: the beginning; then the mappings that were
//! given before the first event, by their ids; then event 1, the mappings that were given while it was the head, event
//! 2, and so on. A mapping is a link because it gives the events of its source their meaning: with another mapping,
//! every state is another.

use sha2::{Digest, Sha256};

use crate::domain::event::{EventText, GlobalPosition, RecordedEvent, SourceId, StreamPosition, to_micros};
use crate::domain::hash::{ChainHash, ContentHash};

/// Stands for an absent number, time, or length of a text. No number and no length is so large, and no time so early.
pub const ABSENT: u64 = 1 << 63;

impl RecordedEvent {
    /// The hash of its content.
    pub fn content(&self) -> ContentHash {
        let Self { id, event_type, time, data, metadata, .. } = self;
        let said =
            EventText { id: id.as_deref(), event_type, time: *time, data, metadata: metadata.as_deref() };
        content(self.stream.as_str(), &said)
    }
}

/// The beginning of a store's chain: its id, and its creation in microseconds since 1970.
pub fn beginning(store: &str, created: i64) -> ChainHash {
    let mut hasher = Sha256::new_with_prefix(b"foldback store 1");
    hasher.update(created.to_be_bytes());
    hasher.update(store);
    ChainHash(hasher.finalize().into())
}

/// The hash of the content of a stream's event.
pub fn content(stream: &str, event: &EventText<'_>) -> ContentHash {
    content_of(
        [
            Some(stream.as_bytes()),
            Some(event.event_type.as_bytes()),
            event.id.map(str::as_bytes),
            Some(event.data.as_bytes()),
            event.metadata.map(str::as_bytes),
        ],
        event.time.map(to_micros),
    )
}

/// The hash of an event's stream, type, id, data and metadata, as bytes, and of its time in microseconds.
pub fn content_of(texts: [Option<&[u8]>; 5], time: Option<i64>) -> ContentHash {
    // One piece in front: each further one costs as much as hashing half its block.
    let mut front = [0; 16 + 6 * 8];
    let numbers = [time.map_or(ABSENT, i64::cast_unsigned)].into_iter().chain(texts.map(length));
    fill(&mut front, b"foldback event 1", numbers);
    let mut hasher = Sha256::new_with_prefix(front);
    texts.into_iter().flatten().for_each(|text| hasher.update(text));
    ContentHash(hasher.finalize().into())
}

/// An event's link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventLink {
    /// The hash of its content.
    pub content: ContentHash,
    /// Its global position.
    pub position: GlobalPosition,
    /// Its stream position.
    pub version: StreamPosition,
    /// The source that it was imported from; `None` for events of commands.
    pub source: Option<SourceId>,
    /// Its place in the stream within the log that it was imported from.
    pub place: Option<u64>,
}

impl EventLink {
    /// The hash of this link, after the given one.
    pub fn after(&self, before: ChainHash) -> ChainHash {
        let Self { content, position, version, source, place } = self;
        let mut link = [0; 16 + 64 + 4 * 8];
        let numbers = [
            position.number(),
            version.number(),
            source.map_or(ABSENT, |source| source.0.cast_unsigned()),
            place.unwrap_or(ABSENT),
        ];
        let (hashes, behind) = link.split_at_mut(16 + 64);
        let (tag, hashes) = hashes.split_at_mut(16);
        tag.copy_from_slice(b"foldback link  1");
        let (first, second) = hashes.split_at_mut(32);
        first.copy_from_slice(&before.0);
        second.copy_from_slice(&content.0);
        put(behind, numbers);
        ChainHash(Sha256::digest(link).into())
    }
}

/// The link of a mapping: how the events of a source are read from then on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MappingLink<'a> {
    /// The id of the mapping.
    pub id: i64,
    /// The source whose events it reads.
    pub source: SourceId,
    /// The imported log that the source is part of.
    pub log: SourceId,
    /// When it was given, in microseconds since 1970.
    pub since: i64,
    /// The head at that time.
    pub head: GlobalPosition,
    /// The source's name.
    pub name: &'a str,
    /// The bytes of the log's beginning that identify it.
    pub beginning_bytes: u64,
    /// The hash of those bytes.
    pub beginning_hash: &'a str,
    /// The text of the mapping file; `None` if the source's events are read without one.
    pub text: Option<&'a str>,
}

impl MappingLink<'_> {
    /// The hash of this link, after the given one.
    pub fn after(&self, before: ChainHash) -> ChainHash {
        let texts =
            [Some(self.name), Some(self.beginning_hash), self.text].map(|text| text.map(str::as_bytes));
        let numbers = [
            self.id.cast_unsigned(),
            self.source.0.cast_unsigned(),
            self.log.0.cast_unsigned(),
            self.since.cast_unsigned(),
            self.head.number(),
            self.beginning_bytes,
        ];
        let mut behind = [0; 9 * 8];
        put(&mut behind, numbers.into_iter().chain(texts.map(length)));
        let mut hasher = Sha256::new_with_prefix(b"foldback map   1");
        hasher.update(before.0);
        hasher.update(behind);
        texts.into_iter().flatten().for_each(|text| hasher.update(text));
        ChainHash(hasher.finalize().into())
    }
}

fn length(text: Option<&[u8]>) -> u64 {
    text.map_or(ABSENT, |text| u64::try_from(text.len()).unwrap_or(ABSENT))
}

fn put(bytes: &mut [u8], numbers: impl IntoIterator<Item = u64>) {
    for (place, number) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(numbers) {
        *place = number.to_be_bytes();
    }
}

fn fill(bytes: &mut [u8], tag: &[u8; 16], numbers: impl IntoIterator<Item = u64>) {
    let (front, behind) = bytes.split_at_mut(tag.len());
    front.copy_from_slice(tag);
    put(behind, numbers);
}
