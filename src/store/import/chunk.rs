//! Chunks of a log with their events, which refer to the chunk's text instead of copying it.

use std::borrow::Cow;
use std::io;
use std::ops::Range;
use std::str;

use crate::domain::chain;
use crate::domain::event::{EventText, Timestamp};
use crate::domain::hash::ContentHash;
use crate::domain::mapping::envelope::LineEvent;
use crate::store::import::places::StreamKey;
use crate::store::import::reader::{Block, Stop};
use crate::store::jsonl::line::{CarriedMapping, LineReader, LogRecord};
use crate::store::jsonl::split::{ReadSoFar, Record};
use crate::store::jsonl::{BadLine, PACKED_CUT, UNREADABLE};

/// A parsed block of a log.
pub(super) struct Chunk {
    texts: Texts,
    pub(super) items: Vec<Item>,
    pub(super) bad: Vec<BadLine>,
    /// The fields of the first record, if that is an object and bad.
    pub(super) fields: Vec<String>,
    /// How far the log has been read up to the end of this chunk.
    pub(super) so_far: ReadSoFar,
    /// Bytes of the file read so far.
    pub(super) n_bytes: u64,
    /// Why nothing follows; `None` if something may follow.
    pub(super) stop: Option<Stop>,
    /// Whether no more input was available after it.
    pub(super) is_last: bool,
    weight: usize,
}

/// The content of a line.
pub(super) enum Item {
    Event(PlacedEvent),
    Mapping(CarriedMapping),
}

/// An event of a chunk.
pub(super) struct PlacedEvent {
    pub(super) record: Record,
    text: RecordPiece,
    pub(super) key: StreamKey,
    stream: RecordPiece,
    id: Option<RecordPiece>,
    event_type: RecordPiece,
    time: Option<Timestamp>,
    data: RecordPiece,
    metadata: Option<RecordPiece>,
    /// The number of its mapping, whether or not the log has carried such a mapping.
    pub(super) source: Option<u64>,
    pub(super) content: ContentHash,
    /// Whether it has a time that cannot be read.
    pub(super) is_time_unread: bool,
}

/// A range of a chunk's text; ranges after its end are in the text built for it.
#[derive(Clone, Copy)]
struct RecordPiece {
    start: u32,
    len: u32,
}

/// What the records of a chunk are.
#[derive(Default)]
struct ReadItems {
    items: Vec<Item>,
    bad: Vec<BadLine>,
    /// See [`Chunk::fields`].
    fields: Vec<String>,
}

/// The texts of a chunk's events.
struct Texts {
    /// The text of the log, and after it the events that were assembled of it.
    read: Vec<u8>,
    /// Texts that differ from the log: unescaped, or assembled.
    made: String,
}

/// The memory of a chunk that has been consumed, to be reused.
pub(super) struct ReusableBuffers {
    pub(super) text: Vec<u8>,
    pub(super) weight: usize,
}

impl Chunk {
    /// Parses the records of a block. With `is_strict` the first bad record is the last.
    pub(super) fn of(block: Block, lines: &LineReader, is_strict: bool) -> Self {
        let weight = block.weight();
        let Block { text, records, so_far, n_bytes, mut stop, is_last } = block;
        let mut texts = Texts { read: text, made: String::new() };
        let records = texts.events(records, lines);
        let ReadItems { items, mut bad, fields } = texts.items(records, lines, is_strict);
        if let Some(first) = bad.first().filter(|_| is_strict) {
            stop = Some(Stop::Strict(first.clone()));
        }
        if let Some(Stop::Failed { line, error }) = &stop {
            let is_cut = error.kind() == io::ErrorKind::UnexpectedEof;
            let why = if is_cut { PACKED_CUT } else { UNREADABLE }.to_owned();
            let this = BadLine { line: *line, why, is_refused: false };
            bad.push(this.clone());
            if is_cut {
                stop = Some(if is_strict { Stop::Strict(this) } else { Stop::End });
            }
        }
        let is_last = is_last || stop.is_some();
        Self { texts, items, bad, fields, so_far, n_bytes, stop, is_last, weight }
    }

    /// Parses an event again whose mapping the log has not carried: then `source` is a field like any other.
    pub(super) fn read_unmapped(
        &mut self,
        event: PlacedEvent,
        lines: &LineReader,
    ) -> Result<PlacedEvent, BadLine> {
        let start = event.text.start as usize;
        let range = start..start + event.text.len as usize;
        match self.texts.item(event.record, range, lines, false) {
            Ok(Item::Event(again)) => Ok(again),
            Ok(Item::Mapping(_)) => Ok(event),
            Err(why) => Err(BadLine { line: event.record.line, why, is_refused: false }),
        }
    }

    /// The stream of an event of this chunk, and the event's texts.
    pub(super) fn event(&self, event: &PlacedEvent) -> (&str, EventText<'_>) {
        let text = |piece: RecordPiece| self.texts.text(piece);
        let PlacedEvent { stream, id, event_type, time, data, metadata, .. } = event;
        let event = EventText {
            id: id.map(text),
            event_type: text(*event_type),
            time: *time,
            data: text(*data),
            metadata: metadata.map(text),
        };
        (text(*stream), event)
    }

    /// The chunk's memory, after its events have been consumed.
    pub(super) fn spent(self) -> ReusableBuffers {
        ReusableBuffers { text: self.texts.read, weight: self.weight }
    }
}

/// The approximate memory that a record takes beside its text.
pub(super) const RECORD_WEIGHT: usize = size_of::<Item>() + size_of::<(Record, Range<usize>)>();

impl Texts {
    /// The records, each with its range; of a record that has several events, each of these.
    fn events(
        &mut self,
        records: Vec<(Record, Range<usize>)>,
        lines: &LineReader,
    ) -> Vec<(Record, Range<usize>)> {
        if !lines.has_several() {
            return records;
        }
        let (mut events, mut made) = (Vec::with_capacity(records.len()), Vec::new());
        for (record, range) in records {
            let text = self.read.get(range.clone()).unwrap_or_default();
            let Some(elements) = lines.elements(text) else {
                events.push((record, range));
                continue;
            };
            events.extend(elements.into_iter().map(|element| match element {
                Cow::Borrowed(element) => (record, self.place(element)),
                Cow::Owned(element) => {
                    let start = self.read.len() + made.len();
                    made.extend_from_slice(element.as_bytes());
                    (record, start..start + element.len())
                }
            }));
        }
        self.read.extend_from_slice(&made);
        events
    }

    /// What the records are. With `is_strict` the first bad one is the last.
    fn items(
        &mut self,
        records: Vec<(Record, Range<usize>)>,
        lines: &LineReader,
        is_strict: bool,
    ) -> ReadItems {
        let mut read = ReadItems { items: Vec::with_capacity(records.len()), ..ReadItems::default() };
        for (record, range) in records {
            let why = match self.item(record, range.clone(), lines, true) {
                Ok(item) => {
                    read.items.push(item);
                    continue;
                }
                Err(why) => why,
            };
            let mut fails = Vec::new();
            match self.batch(record, range.clone(), lines) {
                Some(elements) => {
                    for element in elements {
                        match self.item(record, element, lines, true) {
                            Ok(item) => read.items.push(item),
                            Err(why) => fails.push(why),
                        }
                        if is_strict && !fails.is_empty() {
                            break;
                        }
                    }
                }
                None => fails.push(why),
            }
            if read.bad.is_empty() && read.items.is_empty() && !fails.is_empty() {
                read.fields = self.fields(range);
            }
            read.bad.extend(fails.into_iter().map(|why| BadLine {
                line: record.line,
                why,
                is_refused: false,
            }));
            if is_strict && !read.bad.is_empty() {
                break;
            }
        }
        read
    }

    /// The ranges of the events of a record that is an array of them.
    fn batch(&self, record: Record, range: Range<usize>, lines: &LineReader) -> Option<Vec<Range<usize>>> {
        let elements = lines.batch(record.found, self.read.get(range)?)?;
        Some(elements.into_iter().map(|element| self.place(element)).collect())
    }

    /// The range of a piece of the log's text.
    fn place(&self, piece: &str) -> Range<usize> {
        let start = piece.as_ptr().addr().saturating_sub(self.read.as_ptr().addr());
        start..start + piece.len()
    }

    fn item(
        &mut self,
        record: Record,
        range: Range<usize>,
        lines: &LineReader,
        knows_source: bool,
    ) -> Result<Item, String> {
        let Self { read, made } = self;
        let text = read.get(range.clone()).unwrap_or_default();
        let event = match lines.read(record.found, text, |_| knows_source) {
            Ok(LogRecord::Event(event)) => event,
            Ok(LogRecord::Mapping(mapping)) => return Ok(Item::Mapping(mapping)),
            Err(why) => return Err(why.into_owned()),
        };
        let LineEvent { stream, id, event_type, time, data, metadata, source, is_time_unread } = &event;
        let said =
            EventText { id: id.as_deref(), event_type, time: *time, data, metadata: metadata.as_deref() };
        let content = chain::content(stream, &said);
        let mut piece = |text: &str| piece(text, read, made);
        Ok(Item::Event(PlacedEvent {
            record,
            text: RecordPiece::of(range),
            key: StreamKey::of(stream),
            stream: piece(stream),
            id: id.as_deref().map(&mut piece),
            event_type: piece(event_type),
            time: *time,
            data: piece(data),
            metadata: metadata.as_deref().map(piece),
            source: *source,
            content,
            is_time_unread: *is_time_unread,
        }))
    }

    /// The names of the fields of a record that is an object.
    fn fields(&self, range: Range<usize>) -> Vec<String> {
        let text = self.read.get(range).unwrap_or_default();
        let object: Option<serde_json::Map<String, serde_json::Value>> = serde_json::from_slice(text).ok();
        object.map(|object| object.into_iter().map(|(name, _)| name).collect()).unwrap_or_default()
    }

    fn text(&self, RecordPiece { start, len }: RecordPiece) -> &str {
        let (start, len) = (start as usize, len as usize);
        let text = match start.checked_sub(self.read.len()) {
            Some(start) => self.made.get(start..start + len),
            None => self.read.get(start..start + len).and_then(|bytes| str::from_utf8(bytes).ok()),
        };
        // A piece is made only of a range that exists.
        text.unwrap_or_default()
    }
}

/// The range of a text: in the log's text if it is part of that, otherwise in the built text, to which it is appended.
fn piece(text: &str, read: &[u8], made: &mut String) -> RecordPiece {
    let start = text.as_ptr().addr().checked_sub(read.as_ptr().addr());
    let start = start.filter(|start| start + text.len() < read.len()).unwrap_or_else(|| {
        made.push_str(text);
        read.len() + made.len() - text.len()
    });
    RecordPiece::of(start..start + text.len())
}

impl RecordPiece {
    /// A chunk is far shorter than 4 GiB, because its lines and the texts built from them are.
    fn of(range: Range<usize>) -> Self {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { start: number(range.start), len: number(range.len()) }
    }
}

impl Block {
    /// The approximate memory that it takes until its events are written.
    pub(super) fn weight(&self) -> usize {
        self.text.capacity() + self.records.len() * RECORD_WEIGHT
    }
}
