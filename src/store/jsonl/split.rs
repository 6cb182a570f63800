//! The text of a log, split into records: lines, values, the elements of arrays, or the rows of a table.
//!
//! Its files:
//!
//! - `first_value.rs`: the first value of a log that begins with an object: what is within it and what follows it show how the log is
//! - `form.rs`: the form of a log while it is split: in a line, in an element, or between two
//! - `heading.rs`: the heading of a table (CSV, TSV): whether the first lines of a log are one, and the names of its columns
//! - `rows.rs`: a log that is a table: its heading found, and its rows read as records
//! - `table.rs`: the rows of a table (CSV, TSV), each as a JSON object with the names of the columns

mod first_value;
mod form;
pub mod heading;
mod rows;
mod table;

use std::io::{self, BufRead, BufReader, Read};

use crate::store::jsonl::LINE_BYTES_MAX;
use crate::store::jsonl::fingerprint::Fingerprint;
use crate::store::jsonl::split::first_value::{Division, FirstValue, RECORD_SEPARATOR, is_json};
use crate::store::jsonl::split::form::{Form, after};
use crate::store::jsonl::split::table::CsvTable;

/// Bytes of text read at once; also the part of an over-long record that is held while it is skipped.
const READ_BYTES: usize = 256 * 1024;

/// The longest over-long line that is skipped, in bytes. Every log of lines has a line break within this length; an
/// endless stream of something else is given up here.
const NO_LINE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// The byte order mark that some systems put before UTF-8 text.
const BYTE_ORDER_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

/// The meaning of the end of the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogEnd {
    /// The log is complete: a last line without a line break is a line.
    #[default]
    Finished,
    /// The log may still grow: a last line without a line break waits for its end.
    Growing,
}

/// One record of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The content, or what is wrong with it.
    pub found: RecordContent,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordContent {
    /// A text, available from [`Records::text`].
    Text {
        /// The nesting depth.
        depth: usize,
    },
    /// Longer than [`LINE_BYTES_MAX`].
    TooLong,
    /// A text cut off by the log's end. It does not count as read.
    CutOff,
    /// An array cut off by the log's end, between two elements. It does not count as read.
    NotClosed,
    /// A row of a table with fewer or more fields than its heading.
    Misfit { n_fields: usize, n_columns: usize },
    /// A row of a table with a quote that is open at the log's end, so that these lines are within it. It does not count
    /// as read.
    OpenQuote { n_lines: u64 },
}

/// How far a log has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadSoFar {
    /// Bytes of records, as the fingerprint counts them.
    pub n_bytes: u64,
    /// The fingerprint's hash.
    pub hash: String,
    pub n_lines: u64,
}

/// Reads a log record by record. Memory is bounded by the longest record.
pub struct Records {
    input: BufReader<Box<dyn Read + Send>>,
    form: Form,
    fingerprint: Fingerprint,
    /// Line breaks passed so far.
    n_breaks: u64,
    /// The line on which the current record began.
    line: u64,
    text: Vec<u8>,
    is_text_done: bool,
    /// Whether the records are values one after the other, without an array around them.
    is_sequence: bool,
    is_too_long: bool,
    /// Bytes of the current record that were dropped.
    n_let_go: u64,
    /// The table, if the log is one.
    table: Option<Box<CsvTable>>,
    /// Why the current record is a row that does not fit its table.
    misfit: Option<RecordContent>,
}

impl Records {
    /// The records of this text.
    pub fn new(text: Box<dyn Read + Send>) -> Self {
        Self {
            input: BufReader::with_capacity(READ_BYTES, text),
            form: Form::Unknown,
            fingerprint: Fingerprint::default(),
            n_breaks: 0,
            line: 1,
            text: Vec::new(),
            is_text_done: false,
            is_sequence: false,
            is_too_long: false,
            n_let_go: 0,
            table: None,
            misfit: None,
        }
    }

    /// Takes nothing more from the input: the log ends with what has been read.
    pub fn end_input(&mut self) {
        self.input = BufReader::new(Box::new(io::empty()));
    }

    /// The text of the last record, if it had one.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// How far the log has been read.
    pub fn so_far(&self) -> ReadSoFar {
        let (n_bytes, hash) = (self.fingerprint.n_bytes(), self.fingerprint.hash());
        ReadSoFar { n_bytes, hash, n_lines: self.n_breaks }
    }

    /// How many bytes of records have been read, as [`ReadSoFar::n_bytes`] counts them.
    pub fn n_bytes(&self) -> u64 {
        self.fingerprint.n_bytes()
    }

    /// Whether the next record may be incomplete: the bytes read but not yet handed out contain no end of a record.
    pub fn may_wait(&self) -> bool {
        let is_of_lines = matches!(self.form, Form::Lines | Form::FirstLines | Form::Rows);
        let end = if is_of_lines { b'\n' } else { b'}' };
        !self.input.buffer().contains(&end)
    }

    /// The next record; `None` at the end, although a growing log may have more later.
    ///
    /// # Errors
    /// Errors of the source of the text: a disk, a pipe, truncated gzip data.
    pub fn next(&mut self, end: LogEnd) -> io::Result<Option<Record>> {
        if self.is_text_done {
            self.text.clear();
            self.is_text_done = false;
        }
        loop {
            let record = match self.form {
                Form::Unknown => self.begin()?,
                Form::FirstLines => self.first_lines(end)?,
                Form::Rows => self.row()?,
                Form::FirstValue(first) => self.first_value(first)?,
                Form::Lines => self.line()?,
                Form::Array | Form::Element { .. } => self.element()?,
            };
            match record {
                SplitStep::Record => return Ok(Some(self.complete())),
                SplitStep::On => {}
                SplitStep::End if end == LogEnd::Finished && self.is_first_line_broken() => {
                    self.read_again(Form::Lines);
                }
                SplitStep::End => return Ok(self.at_end(end)),
            }
        }
    }

    /// Skips white space and a byte order mark, up to the byte that distinguishes lines from an array.
    fn begin(&mut self) -> io::Result<SplitStep> {
        loop {
            let Some(byte) = self.input.fill_buf()?.first().copied() else { return Ok(SplitStep::End) };
            match byte {
                b'[' if self.text.is_empty() => self.form = Form::Array,
                _ if BYTE_ORDER_MARK.get(self.text.len()) == Some(&byte) => {
                    self.text.push(byte);
                    if self.text == BYTE_ORDER_MARK {
                        self.text.clear();
                    }
                }
                _ if (byte.is_ascii_whitespace() || byte == RECORD_SEPARATOR) && self.text.is_empty() => {
                    self.n_breaks += u64::from(byte == b'\n');
                }
                _ => {
                    let is_object = byte == b'{' && self.text.is_empty();
                    self.form =
                        if is_object { Form::FirstValue(FirstValue::default()) } else { Form::FirstLines };
                    self.line = self.n_breaks + 1;
                    return Ok(SplitStep::On);
                }
            }
            self.input.consume(1);
            if self.form == Form::Array {
                return Ok(SplitStep::On);
            }
        }
    }

    /// Reads on in the first value, until it shows how the log is divided.
    fn first_value(&mut self, mut first: FirstValue) -> io::Result<SplitStep> {
        let division = loop {
            let Some(byte) = self.input.fill_buf()?.first().copied() else {
                self.form = Form::FirstValue(first);
                return Ok(SplitStep::End);
            };
            if let Some(division) = first.before(byte) {
                break division;
            }
            self.input.consume(1);
            self.text.push(byte);
            if let Some(division) = first.take(byte, &self.text) {
                break division;
            }
        };
        match division {
            Division::FirstLine => {
                self.input.consume(1);
                self.n_breaks += 1;
                self.form = Form::Lines;
                Ok(SplitStep::Record)
            }
            Division::Values { end } if is_json(self.text.get(..end).unwrap_or_default()) => {
                let after = self.text.get(end..).unwrap_or_default();
                self.n_breaks += first.n_breaks + count_breaks(after);
                self.text.truncate(end);
                (self.form, self.is_sequence) = (Form::Array, true);
                Ok(SplitStep::Record)
            }
            Division::Values { .. } | Division::Lines => {
                self.read_again(Form::Lines);
                Ok(SplitStep::On)
            }
        }
    }

    /// Whether the log ended in a first value that is a broken line before a whole one.
    fn is_first_line_broken(&self) -> bool {
        matches!(self.form, Form::FirstValue(first) if first.is_first_line_broken(&self.text))
    }

    fn line(&mut self) -> io::Result<SplitStep> {
        self.line = self.n_breaks + 1;
        loop {
            let room = (LINE_BYTES_MAX + 1).saturating_sub(self.text.len()) as u64;
            let n = Read::by_ref(&mut self.input).take(room).read_until(b'\n', &mut self.text)?;
            if self.text.last() == Some(&b'\n') {
                self.text.pop();
                self.n_breaks += 1;
                if self.text.starts_with(&BYTE_ORDER_MARK) {
                    self.text.drain(..BYTE_ORDER_MARK.len());
                }
                if self.text.first() == Some(&RECORD_SEPARATOR) {
                    self.text.remove(0);
                }
                let is_blank = !self.is_too_long && self.text.trim_ascii().is_empty();
                if !is_blank {
                    return Ok(SplitStep::Record);
                }
                self.text.clear();
                return Ok(SplitStep::On);
            }
            if n == 0 {
                return Ok(SplitStep::End);
            }
            self.shorten()?;
        }
    }

    fn element(&mut self) -> io::Result<SplitStep> {
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                return Ok(SplitStep::End);
            }
            let mut n_used = 0;
            let mut step = SplitStep::On;
            for byte in buffer {
                n_used += 1;
                let (form, does_belong, is_end) = after(self.form, *byte, self.is_sequence);
                if matches!((self.form, form), (Form::Array, Form::Element { .. })) {
                    self.line = self.n_breaks + 1;
                }
                self.n_breaks += u64::from(*byte == b'\n');
                self.form = form;
                if does_belong {
                    self.text.push(*byte);
                }
                if is_end {
                    step = SplitStep::Record;
                }
                if is_end || form == Form::Unknown || self.text.len() > LINE_BYTES_MAX {
                    break;
                }
            }
            self.input.consume(n_used);
            if step == SplitStep::Record || self.form == Form::Unknown {
                return Ok(step);
            }
            self.shorten()?;
        }
    }

    /// Drops the text of a record that is too long; its fingerprint is still computed.
    fn shorten(&mut self) -> io::Result<()> {
        if self.text.len() > LINE_BYTES_MAX || (self.is_too_long && self.text.len() > READ_BYTES) {
            self.is_too_long = true;
            self.n_let_go += self.text.len() as u64;
            self.fingerprint.push(&self.text);
            self.text.clear();
        }
        if self.n_let_go > NO_LINE_BYTES_MAX {
            return Err(io::Error::other(format!(
                "no line ends within {} MiB: it is not a log",
                NO_LINE_BYTES_MAX >> 20
            )));
        }
        Ok(())
    }

    /// Completes the current record.
    fn complete(&mut self) -> Record {
        self.fingerprint.push(&self.text);
        let depth = self.fingerprint.end_record();
        self.is_text_done = true;
        self.n_let_go = 0;
        let found = if std::mem::take(&mut self.is_too_long) {
            RecordContent::TooLong
        } else {
            self.misfit.take().unwrap_or(RecordContent::Text { depth })
        };
        Record { line: self.line, found }
    }

    /// The last record, given the end of the text.
    fn at_end(&mut self, end: LogEnd) -> Option<Record> {
        if end == LogEnd::Growing {
            return None;
        }
        if self.form == Form::Rows {
            return self.last_row();
        }
        let line = self.line;
        match std::mem::replace(&mut self.form, Form::Lines) {
            Form::Array if self.is_sequence => return None,
            Form::Array => {
                return Some(Record { line: self.n_breaks + 1, found: RecordContent::NotClosed });
            }
            Form::Unknown | Form::Lines if self.text.trim_ascii().is_empty() && !self.is_too_long => {
                return None;
            }
            _ => {}
        }
        if self.is_too_long || is_json(&self.text) {
            return Some(self.complete());
        }
        self.is_text_done = true;
        Some(Record { line, found: RecordContent::CutOff })
    }
}

/// Number of line breaks.
fn count_breaks(text: &[u8]) -> u64 {
    text.iter().filter(|byte| **byte == b'\n').count() as u64
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SplitStep {
    /// A record is complete.
    Record,
    /// More input is needed.
    On,
    /// The text is at its end.
    End,
}

#[cfg(test)]
mod tests;
