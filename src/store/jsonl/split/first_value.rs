//! The first value of a log that begins with an object: what is within it and what follows it show how the log is
//! divided.
//!
//! A value on a line of its own: then each line is a record. A value over several lines, or another one after it on the
//! same line: then the values are records, whatever is between them. In doubt, lines.

use serde::de::IgnoredAny;

use crate::store::jsonl::LINE_BYTES_MAX;

/// The byte that RFC 7464 puts before each record.
pub(super) const RECORD_SEPARATOR: u8 = 0x1e;

/// The state of reading the first value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct FirstValue {
    depth: usize,
    is_in_string: bool,
    is_escaped: bool,
    /// Line breaks within it.
    pub(super) n_breaks: u64,
    /// Where the current line begins in the text.
    line_start: usize,
    /// The length of the value, once it is complete.
    end: Option<usize>,
}

/// How a log is divided, as its first value shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Division {
    /// Each line is a record, and the value is the first of them.
    FirstLine,
    /// Each line is a record; the value is to be read again as lines.
    Lines,
    /// The values are records. The first one is the first `end` bytes of the text.
    Values { end: usize },
}

impl FirstValue {
    /// The division that the next byte shows, before it is taken.
    pub(super) fn before(&self, byte: u8) -> Option<Division> {
        let end = self.end?;
        match byte {
            b'\n' if self.n_breaks == 0 => Some(Division::FirstLine),
            b' ' | b'\t' | b'\r' | b'\n' => None,
            b'{' | b'[' | b',' | RECORD_SEPARATOR => Some(Division::Values { end }),
            _ => Some(Division::Lines),
        }
    }

    /// Takes the byte that the text ends with now. The division, if that shows it.
    pub(super) fn take(&mut self, byte: u8, text: &[u8]) -> Option<Division> {
        if text.len() > LINE_BYTES_MAX {
            return Some(Division::Lines);
        }
        if self.end.is_some() {
            return None;
        }
        match byte {
            // No string continues over a line break, and a whole object on a line is a record of its own.
            b'\n' if self.is_in_string || self.is_first_line_broken(text) => return Some(Division::Lines),
            b'\n' => (self.n_breaks, self.line_start) = (self.n_breaks + 1, text.len()),
            _ if self.is_escaped => self.is_escaped = false,
            b'\\' if self.is_in_string => self.is_escaped = true,
            b'"' => self.is_in_string = !self.is_in_string,
            _ if self.is_in_string => {}
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                self.end = (self.depth == 0).then_some(text.len());
            }
            _ => {}
        }
        self.end.filter(|_| self.n_breaks > 0).map(|end| Division::Values { end })
    }

    /// Whether the text's last line is a whole object after another line: then the first one is broken.
    pub(super) fn is_first_line_broken(&self, text: &[u8]) -> bool {
        let line = text.get(self.line_start..).unwrap_or_default();
        self.n_breaks > 0 && line.first() == Some(&b'{') && is_json(line)
    }
}

/// Whether a text is JSON.
pub(super) fn is_json(text: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(text).is_ok()
}
