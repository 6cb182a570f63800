//! The reader: a log's records in blocks, each with the progress that it makes.

use std::collections::{HashMap, HashSet, VecDeque};
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::aggregates::Aggregates;
use crate::domain::mapping::Mapping;
use crate::domain::mapping::finding;
use crate::domain::mapping::finding::fields::{BYTES_MAX, RECORDS_MAX};
use crate::domain::mapping::finding::found::EnvelopeFinding;
use crate::store::import::options::ImportOptions;
use crate::store::jsonl::BadLine;
use crate::store::jsonl::input::{FirstBytes, OpenLog};
use crate::store::jsonl::line::LineReader;
use crate::store::jsonl::split::{LogEnd, ReadSoFar, Record, RecordContent, Records};
use crate::store::log::source::Source;

/// Bytes of a log that identify it: some dozen events, which no two logs share by chance. An edit after these bytes
/// does not change the log's identity.
const BEGINNING_BYTES: u64 = 4 * 1024;

/// The most records in a block, so that short records do not take more memory than their text.
const BLOCK_RECORDS_MAX: usize = 4_096;

/// A part of a log that has not been parsed.
pub(super) struct Block {
    pub(super) text: Vec<u8>,
    /// Its records, each with its range in the text.
    pub(super) records: Vec<(Record, Range<usize>)>,
    /// How far the log has been read up to the end of this block.
    pub(super) so_far: ReadSoFar,
    /// Bytes of the file read so far.
    pub(super) n_bytes: u64,
    /// Why nothing follows; `None` if something may follow.
    pub(super) stop: Option<Stop>,
    /// Whether no more input is available after it.
    pub(super) is_last: bool,
}

/// Why reading stopped.
#[derive(Debug)]
pub(super) enum Stop {
    /// The log is at its end.
    End,
    /// A bad line, in a strict import.
    Strict(BadLine),
    /// The log cannot be read any further.
    Failed { line: u64, error: io::Error },
}

/// Reads a log's records.
pub(super) struct LogFileReader {
    records: Records,
    lines: LineReader,
    aggregates: Aggregates,
    mapping: Option<Arc<Mapping>>,
    end: LogEnd,
    is_strict: bool,
    is_live: bool,
    /// The log's first records: read, not yet handed out.
    held: VecDeque<HeldRecord>,
    /// The error that ended the reading while records are still held.
    failed: Option<io::Error>,
    /// Bytes of the records that were handed out.
    n_bytes: u64,
    /// Byte counts at which the hash is needed, and the hashes found there.
    marks: HashSet<u64>,
    hashes: HashMap<u64, String>,
    n_read: Arc<AtomicU64>,
    /// Length of the file in bytes, if the log is a file.
    pub(super) n_total: Option<u64>,
    is_packed: bool,
    /// See [`OpenLog::n_behind`].
    pub(super) n_behind: Arc<AtomicU64>,
    beginning: FirstBytes,
    /// How far the beginning goes that identifies the log.
    identity: Option<ReadSoFar>,
}

struct HeldRecord {
    record: Record,
    text: Vec<u8>,
    n_bytes: u64,
}

impl LogFileReader {
    /// A reader of this log, which may be one of the known ones.
    pub(super) fn new(
        log: OpenLog,
        options: &ImportOptions,
        known: &[Source],
        aggregates: &Aggregates,
    ) -> Self {
        let marks = known.iter().flat_map(|source| [source.beginning_bytes, source.read_bytes]).collect();
        Self {
            records: Records::new(log.text),
            lines: LineReader::new(None, aggregates),
            aggregates: aggregates.clone(),
            mapping: None,
            end: options.end,
            is_strict: options.is_strict,
            is_live: options.is_live,
            held: VecDeque::new(),
            failed: None,
            n_bytes: 0,
            marks,
            hashes: HashMap::new(),
            n_read: log.n_read,
            n_total: log.n_total,
            is_packed: log.is_packed,
            n_behind: log.n_behind,
            beginning: log.beginning,
            identity: None,
        }
    }

    /// Uses that mapping for the lines from now on.
    pub(super) fn read_with(&mut self, mapping: Option<Arc<Mapping>>) {
        self.mapping.clone_from(&mapping);
        self.lines = LineReader::new(mapping, &self.aggregates);
    }

    /// The mapping that is in use.
    pub(super) fn mapping(&self) -> Option<Arc<Mapping>> {
        self.mapping.clone()
    }

    /// Reads the log's beginning without handing it out.
    pub(super) fn hold_beginning(&mut self) {
        // A live import does not wait for more than one record.
        while self.records.n_bytes() < BEGINNING_BYTES && self.hold_one() && !self.is_live {}
        self.identity = Some(self.records.so_far());
    }

    /// Reads as many more records as the finding of an envelope looks at, without handing them out; none if one of them
    /// is a line of our own. A live import takes only what has arrived.
    pub(super) fn hold_for_finding(&mut self) {
        let ours = LineReader::new(None, &self.aggregates);
        let is_table = self.records.table_words().is_some();
        if !is_table
            && self.held.iter().any(|held| ours.read(held.record.found, &held.text, |_| true).is_ok())
        {
            return;
        }
        let n_bytes_max = BYTES_MAX as u64;
        let may_hold = |reader: &Self| {
            let has_more = !reader.is_live || !reader.records.may_wait();
            let has_room = reader.held.len() < RECORDS_MAX && reader.records.n_bytes() < n_bytes_max;
            !reader.held.is_empty() && has_room && has_more
        };
        while may_hold(self) && self.hold_one() {}
    }

    /// Holds another record. False if no complete one follows.
    fn hold_one(&mut self) -> bool {
        if self.failed.is_some() {
            return false;
        }
        let before = self.records.n_bytes();
        let record = match self.records.next(self.end) {
            Ok(Some(record)) => record,
            Ok(None) => return false,
            Err(error) => {
                self.failed = Some(error);
                return false;
            }
        };
        let (text, n_bytes) = (self.records.text().to_vec(), self.records.n_bytes());
        self.note_hash();
        self.held.push_back(HeldRecord { record, text, n_bytes });
        // An incomplete record is not part of the log's identity.
        n_bytes > before
    }

    /// What the held records are.
    pub(super) fn finding(&self) -> EnvelopeFinding {
        let whole = self.held.iter().filter(|held| matches!(held.record.found, RecordContent::Text { .. }));
        let texts = whole.filter_map(|held| str::from_utf8(&held.text).ok());
        match self.records.table_words() {
            Some(form) => finding::find_in_table(texts, form),
            None => finding::find(texts),
        }
    }

    /// The sentence about columns of a table that have another name than in its heading, if there are any.
    pub(super) fn table_note(&self) -> Option<String> {
        self.records.table_note()
    }

    /// Whether one of the held records is read with the mapping in use.
    pub(super) fn reads_beginning(&self) -> bool {
        self.held.iter().any(|held| self.lines.read(held.record.found, &held.text, |_| true).is_ok())
    }

    /// Marks the log as complete: a last line without a line break is a line.
    pub(super) fn finish(&mut self) {
        self.end = LogEnd::Finished;
    }

    /// Marks the log as complete with what has been read, because the file has other contents now.
    pub(super) fn finish_here(&mut self) {
        self.records.end_input();
        self.finish();
    }

    /// Whether the file at a path begins with the first bytes that were read.
    pub(super) fn begins(&self, path: &Path) -> bool {
        self.beginning.is_of(path)
    }

    /// The records of the beginning that have not been handed out, each with its text.
    pub(super) fn held(&self) -> impl Iterator<Item = (Record, &[u8])> {
        self.held.iter().map(|held| (held.record, held.text.as_slice()))
    }

    /// Length of the beginning in bytes.
    pub(super) fn n_bytes_held(&self) -> u64 {
        self.held.back().map_or(0, |held| held.n_bytes)
    }

    /// The identity of the log: a number of bytes, and their hash.
    pub(super) fn beginning(&self) -> (u64, String) {
        let so_far = self.identity.clone().unwrap_or_else(|| self.records.so_far());
        (so_far.n_bytes, so_far.hash)
    }

    /// The known log with this log's beginning. Of several, the one with the longest beginning; of those, the first.
    pub(super) fn known_log<'s>(&self, logs: &'s [Source]) -> Option<&'s Source> {
        let begins = |log: &&Source| {
            log.beginning_bytes > 0 && self.hash_at(log.beginning_bytes) == Some(log.beginning_hash.as_str())
        };
        logs.iter().rev().filter(begins).max_by_key(|log| log.beginning_bytes)
    }

    /// The hash of the log's first `n_bytes` bytes, if it was requested and they end with a record.
    pub(super) fn hash_at(&self, n_bytes: u64) -> Option<&str> {
        self.hashes.get(&n_bytes).map(String::as_str)
    }

    /// Bytes of the file read so far (compressed).
    pub(super) fn n_read(&self) -> u64 {
        self.n_read.load(Ordering::Relaxed)
    }

    /// Whether reading can continue in a file that now has `n_bytes` bytes. Compressed data cannot be continued after
    /// its end.
    pub(super) fn can_read_on(&self, n_bytes: u64) -> bool {
        if self.is_packed { n_bytes == self.n_read() } else { n_bytes >= self.n_read() }
    }

    /// The parser of its records.
    pub(super) fn lines(&self) -> &LineReader {
        &self.lines
    }

    /// Whether to stop at the first bad line.
    pub(super) fn is_strict(&self) -> bool {
        self.is_strict
    }

    /// The next records, up to about the given number of lines or bytes, or to the place where the log was read before
    /// if that is nearer. The text is written into the given buffer.
    pub(super) fn block(
        &mut self,
        n_lines: usize,
        n_bytes: usize,
        until: Option<u64>,
        mut text: Vec<u8>,
    ) -> Block {
        let mut records = Vec::new();
        let (stop, is_last) = loop {
            let is_full = records.len() >= n_lines.min(BLOCK_RECORDS_MAX) || text.len() >= n_bytes;
            let is_there = until.is_some_and(|until| self.n_bytes >= until);
            // The reading position is exact only if nothing is held back.
            let would_wait = self.is_live && !records.is_empty() && self.records.may_wait();
            if is_there || ((is_full || would_wait) && (self.held.is_empty() || until.is_some())) {
                break (None, is_there);
            }
            let start = text.len();
            match self.next(&mut text) {
                Ok(Some(record)) => records.push((record, start..text.len())),
                Ok(None) => break (Some(Stop::End), true),
                Err(error) => {
                    let line = self.records.so_far().n_lines + 1;
                    break (Some(Stop::Failed { line, error }), true);
                }
            }
        };
        Block { text, records, so_far: self.records.so_far(), n_bytes: self.n_read(), stop, is_last }
    }

    /// The next record; its text is appended to `texts`.
    fn next(&mut self, texts: &mut Vec<u8>) -> io::Result<Option<Record>> {
        if let Some(HeldRecord { record, text, n_bytes }) = self.held.pop_front() {
            self.n_bytes = n_bytes;
            texts.extend_from_slice(&text);
            return Ok(Some(record));
        }
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let record = self.records.next(self.end)?;
        self.n_bytes = self.records.n_bytes();
        self.note_hash();
        if record.is_some_and(|record| matches!(record.found, RecordContent::Text { .. })) {
            texts.extend_from_slice(self.records.text());
        }
        Ok(record)
    }

    /// Records the hash if it is needed here.
    fn note_hash(&mut self) {
        let n_bytes = self.records.n_bytes();
        if self.marks.contains(&n_bytes) {
            self.hashes.entry(n_bytes).or_insert_with(|| self.records.so_far().hash);
        }
    }
}
