//! The first value of a log that begins with an object: what is within it and what follows it show how the log is
//! divided.
//!
//! A value on a line of its own: then each line is a record. A value over several lines, or another one after it on the
//! same line: then the values are records, whatever is between them. In doubt, lines.

use std::io::{self, BufReader, Cursor, Read};

use serde::de::IgnoredAny;

use crate::store::jsonl::LINE_BYTES_MAX;
use crate::store::jsonl::split::{Form, READ_BYTES, RECORD_SEPARATOR, Records, SplitStep};

/// The state of reading the first value, in [`Records`]'s text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct FirstValue {
    depth: usize,
    is_in_string: bool,
    is_escaped: bool,
    /// Line breaks within it.
    n_breaks: u64,
    /// Where the current line begins.
    line_start: usize,
    /// Its length, once it is complete.
    end: Option<usize>,
}

impl FirstValue {
    /// Takes a byte of the value, which is then in the text of that length.
    fn take(&mut self, byte: u8, length: usize) {
        match byte {
            _ if self.is_escaped => self.is_escaped = false,
            b'\\' if self.is_in_string => self.is_escaped = true,
            b'"' => self.is_in_string = !self.is_in_string,
            _ if self.is_in_string => {}
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                self.end = (self.depth == 0).then_some(length);
            }
            _ => {}
        }
    }
}

impl Records {
    /// Reads on in the first value, and decides when it and what follows it are known.
    pub(super) fn first_value(&mut self, mut first: FirstValue) -> io::Result<SplitStep> {
        use io::BufRead;
        loop {
            let Some(byte) = self.input.fill_buf()?.first().copied() else {
                self.form = Form::FirstValue(first);
                return Ok(SplitStep::End);
            };
            if let Some(end) = first.end {
                match byte {
                    b'\n' if first.n_breaks == 0 => {
                        self.input.consume(1);
                        self.n_breaks += 1;
                        self.form = Form::Lines;
                        return Ok(SplitStep::Record);
                    }
                    b' ' | b'\t' | b'\r' | b'\n' => {}
                    b'{' | b'[' | b',' | RECORD_SEPARATOR => return Ok(self.read_values(end, first)),
                    _ => return Ok(self.read_lines()),
                }
            }
            self.input.consume(1);
            self.text.push(byte);
            let length = self.text.len();
            if first.end.is_none() {
                first.take(byte, length);
                if first.end.is_some() && first.n_breaks > 0 {
                    return Ok(self.read_values(length, first));
                }
            }
            if length > LINE_BYTES_MAX {
                return Ok(self.read_lines());
            }
            if byte == b'\n' && first.end.is_none() {
                // No string continues over a line break; and a whole object on a line is a record of its own.
                if first.is_in_string || (first.n_breaks > 0 && self.is_object(first.line_start)) {
                    return Ok(self.read_lines());
                }
                first.n_breaks += 1;
                first.line_start = length;
            }
        }
    }

    /// Whether the text from there on is an object.
    fn is_object(&self, start: usize) -> bool {
        let line = self.text.get(start..).unwrap_or_default();
        line.first() == Some(&b'{') && serde_json::from_slice::<IgnoredAny>(line).is_ok()
    }

    /// Whether the log ended in a first value that is a broken line before a whole one.
    pub(super) fn is_first_line_broken(&self) -> bool {
        match self.form {
            Form::FirstValue(first) => first.n_breaks > 0 && self.is_object(first.line_start),
            _ => false,
        }
    }

    /// Takes the values as records. The first one is complete in the first `end` bytes of the text.
    fn read_values(&mut self, end: usize, first: FirstValue) -> SplitStep {
        let value = self.text.get(..end).unwrap_or_default();
        if serde_json::from_slice::<IgnoredAny>(value).is_err() {
            return self.read_lines();
        }
        self.is_sequence = true;
        self.form = Form::Array;
        let after = self.text.get(end..).unwrap_or_default();
        let n_after = after.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.n_breaks += first.n_breaks + n_after;
        self.text.truncate(end);
        SplitStep::Record
    }

    /// Reads the text again, as lines.
    pub(super) fn read_lines(&mut self) -> SplitStep {
        let read = Cursor::new(std::mem::take(&mut self.text));
        let rest = std::mem::replace(&mut self.input, BufReader::new(Box::new(io::empty())));
        self.input = BufReader::with_capacity(READ_BYTES, Box::new(read.chain(rest)));
        self.form = Form::Lines;
        SplitStep::On
    }
}
