//! The text of a log, split into records: lines, or the elements of an array.

use std::io::{self, BufRead, BufReader, Read};

use serde::de::IgnoredAny;

use crate::store::jsonl::LINE_BYTES_MAX;
use crate::store::jsonl::fingerprint::Fingerprint;

/// How much text is read at once, and how much of a record that is too long is held while it is passed over.
const READ_BYTES: usize = 256 * 1024;

/// How many bytes a line may have that is passed over because it is too long: in so many every log of lines has had an
/// end of one, and an endless stream of something else ends here.
const NO_LINE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// What some systems put before a text that is UTF-8.
const BYTE_ORDER_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

/// What the end of the text means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogEnd {
    /// The log is complete: a last line without a line break is a line.
    #[default]
    Finished,
    /// Somebody may be writing: a last line without a line break waits for its end.
    Growing,
}

/// One record of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// The line that it begins on, from 1.
    pub line: u64,
    /// What became of it.
    pub found: Found,
}

/// What was found where a record should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A text, in [`Records::text`].
    Text {
        /// How deep it is nested.
        depth: usize,
    },
    /// More than [`LINE_BYTES_MAX`].
    TooLong,
    /// A text that the log's end cut off. It does not count as read.
    CutOff,
    /// An array that the log's end cut off between two elements. It does not count as read.
    NotClosed,
}

/// The form of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Nothing has been seen yet but white space.
    Unknown,
    /// A record a line.
    Lines,
    /// Between two elements of an array.
    Array,
    /// In an element of an array.
    Element { depth: usize, is_in_string: bool, is_escaped: bool },
}

/// How far a log has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadSoFar {
    /// How many bytes of records, as the fingerprint counts them.
    pub n_bytes: u64,
    /// The fingerprint's hash.
    pub hash: String,
    /// How many lines.
    pub n_lines: u64,
}

/// Reads a log record by record, in as much memory as the longest record may take.
pub struct Records {
    input: BufReader<Box<dyn Read + Send>>,
    form: Form,
    fingerprint: Fingerprint,
    /// How many line breaks have been passed.
    n_breaks: u64,
    /// The line that the record at hand began on.
    line: u64,
    text: Vec<u8>,
    is_text_done: bool,
    is_too_long: bool,
    /// How much of the record at hand was let go of, in bytes.
    n_let_go: u64,
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
            is_too_long: false,
            n_let_go: 0,
        }
    }

    /// Takes nothing more from the input: what has been read of it is all.
    pub fn end_input(&mut self) {
        self.input = BufReader::new(Box::new(io::empty()));
    }

    /// The text of the record that was read last, if it had one.
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

    /// Whether the next record may not have come yet as a whole: what has been read and not handed out has no end of one.
    pub fn may_wait(&self) -> bool {
        let end = if self.form == Form::Lines { b'\n' } else { b'}' };
        !self.input.buffer().contains(&end)
    }

    /// The next record; `None` at the end, where a growing log may have more later.
    ///
    /// # Errors
    /// What stands behind the text: a disk, a pipe, gzip that was cut.
    pub fn next(&mut self, end: LogEnd) -> io::Result<Option<Record>> {
        if self.is_text_done {
            self.text.clear();
            self.is_text_done = false;
        }
        loop {
            let record = match self.form {
                Form::Unknown => self.begin()?,
                Form::Lines => self.line()?,
                Form::Array | Form::Element { .. } => self.element()?,
            };
            match record {
                Step::Record => return Ok(Some(self.complete())),
                Step::On => {}
                Step::End => return Ok(self.at_end(end)),
            }
        }
    }

    /// Passes over white space and a byte order mark, up to the byte that tells lines from an array.
    fn begin(&mut self) -> io::Result<Step> {
        loop {
            let Some(byte) = self.input.fill_buf()?.first().copied() else { return Ok(Step::End) };
            match byte {
                b'[' if self.text.is_empty() => self.form = Form::Array,
                _ if BYTE_ORDER_MARK.get(self.text.len()) == Some(&byte) => {
                    self.text.push(byte);
                    if self.text == BYTE_ORDER_MARK {
                        self.text.clear();
                    }
                }
                _ if byte.is_ascii_whitespace() && self.text.is_empty() => {
                    self.n_breaks += u64::from(byte == b'\n');
                }
                _ => {
                    self.form = Form::Lines;
                    self.line = self.n_breaks + 1;
                    return Ok(Step::On);
                }
            }
            self.input.consume(1);
            if self.form == Form::Array {
                return Ok(Step::On);
            }
        }
    }

    fn line(&mut self) -> io::Result<Step> {
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
                let is_blank = !self.is_too_long && self.text.trim_ascii().is_empty();
                if !is_blank {
                    return Ok(Step::Record);
                }
                self.text.clear();
                return Ok(Step::On);
            }
            if n == 0 {
                return Ok(Step::End);
            }
            self.shorten()?;
        }
    }

    fn element(&mut self) -> io::Result<Step> {
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                return Ok(Step::End);
            }
            let mut n_used = 0;
            let mut step = Step::On;
            for byte in buffer {
                n_used += 1;
                let (form, does_belong, is_end) = after(self.form, *byte);
                if matches!((self.form, form), (Form::Array, Form::Element { .. })) {
                    self.line = self.n_breaks + 1;
                }
                self.n_breaks += u64::from(*byte == b'\n');
                self.form = form;
                if does_belong {
                    self.text.push(*byte);
                }
                if is_end {
                    step = Step::Record;
                }
                if is_end || form == Form::Lines || self.text.len() > LINE_BYTES_MAX {
                    break;
                }
            }
            self.input.consume(n_used);
            if step == Step::Record || self.form == Form::Lines {
                return Ok(step);
            }
            self.shorten()?;
        }
    }

    /// Lets go of a record that is too long: only its fingerprint is kept.
    fn shorten(&mut self) -> io::Result<()> {
        if self.text.len() > LINE_BYTES_MAX || (self.is_too_long && self.text.len() > READ_BYTES) {
            self.is_too_long = true;
            self.n_let_go += self.text.len() as u64;
            self.fingerprint.push(&self.text);
            self.text.clear();
        }
        if self.n_let_go > NO_LINE_BYTES_MAX {
            return Err(io::Error::other(format!(
                "no line ends within {} MiB: it is not a log of JSON lines",
                NO_LINE_BYTES_MAX >> 20
            )));
        }
        Ok(())
    }

    /// The record that ends here.
    fn complete(&mut self) -> Record {
        self.fingerprint.push(&self.text);
        let depth = self.fingerprint.end_record();
        self.is_text_done = true;
        self.n_let_go = 0;
        let found =
            if std::mem::take(&mut self.is_too_long) { Found::TooLong } else { Found::Text { depth } };
        Record { line: self.line, found }
    }

    /// What the end of the text leaves.
    fn at_end(&mut self, end: LogEnd) -> Option<Record> {
        if end == LogEnd::Growing {
            return None;
        }
        let line = self.line;
        match std::mem::replace(&mut self.form, Form::Lines) {
            Form::Array => {
                return Some(Record { line: self.n_breaks + 1, found: Found::NotClosed });
            }
            Form::Unknown | Form::Lines if self.text.trim_ascii().is_empty() && !self.is_too_long => {
                return None;
            }
            _ => {}
        }
        if self.is_too_long || serde_json::from_slice::<IgnoredAny>(&self.text).is_ok() {
            return Some(self.complete());
        }
        self.is_text_done = true;
        Some(Record { line, found: Found::CutOff })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// A record is complete.
    Record,
    /// There is more to read.
    On,
    /// The text is at its end.
    End,
}

/// Where a byte of an array leads, whether it belongs to an element, and whether the element ends with it. Objects end
/// with their brace, whatever follows; what is no object ends with its line at the latest, and no text goes on over
/// a line break: so one broken element does not take the next ones with it.
fn after(form: Form, byte: u8) -> (Form, bool, bool) {
    let element = |depth, is_in_string, is_escaped| Form::Element { depth, is_in_string, is_escaped };
    match (form, byte) {
        (Form::Element { depth, is_in_string: true, is_escaped }, _) => match byte {
            b'\n' if depth == 0 => (Form::Array, false, true),
            b'\n' => (element(depth, false, false), true, false),
            _ if is_escaped => (element(depth, true, false), true, false),
            b'\\' => (element(depth, true, true), true, false),
            b'"' => (element(depth, false, false), true, false),
            _ => (form, true, false),
        },
        (Form::Array, b' ' | b'\t' | b'\r' | b'\n' | b',') => (Form::Array, false, false),
        (Form::Array, b']') => (Form::Lines, false, false),
        (Form::Element { depth: 0, .. }, b',' | b'\n') => (Form::Array, false, true),
        (Form::Element { depth: 0, .. }, b']') => (Form::Lines, false, true),
        (Form::Element { depth, .. }, b'}' | b']') => match depth.saturating_sub(1) {
            0 if depth == 1 => (Form::Array, true, true),
            shallower => (element(shallower, false, false), true, false),
        },
        (Form::Element { depth, .. }, b'{' | b'[') => (element(depth + 1, false, false), true, false),
        (Form::Element { depth, .. }, b'"') => (element(depth, true, false), true, false),
        (Form::Element { .. }, _) => (form, true, false),
        (_, b'{' | b'[') => (element(1, false, false), true, false),
        (_, b'"') => (element(0, true, false), true, false),
        (_, _) => (element(0, false, false), true, false),
    }
}

#[cfg(test)]
mod tests;
