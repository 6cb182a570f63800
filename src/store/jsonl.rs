//! Logs as lines of JSON, in and out, and logs of other forms, in.
//!
//! A log has one JSON object per line, or is one JSON array of such objects, or a table (CSV, TSV) whose rows are read as
//! such objects. Each may be compressed with gzip or zstd,
//! or be in UTF-16.
//!
//! ```text
//! {"stream":"acc-17","type":"Deposited","time":"2024-03-14T10:22:07Z","data":{"amount":25000},"id":"…","metadata":{…}}
//! ```
//!
//! Only `stream` and `type` are required; an event without `data` has `null`. `data` and `metadata` are kept byte for
//! byte; an export drops the line breaks between their values (a line is one line) and nothing else. A byte order mark,
//! `\r\n` and blank lines are skipped. A line like
//!
//! ```text
//! {"foldback":"mapping","source":1,"name":"berka.jsonl","mapping":"[meaning]\n…"}
//! ```
//!
//! is not an event: from there on, events with `"source":1` are read with that mapping.
//!
//! Its files:
//!
//! - `fingerprint.rs`: the fingerprint of a log: a running hash of its records, independent of the file around them
//! - `formats.rs`: files that are not logs, recognised by their first bytes, with the command that converts each
//! - `input.rs`: the input of a log: a file or a pipe, compressed or not
//! - `line.rs`: one record of a log: an event or a mapping
//! - `packed.rs`: logs compressed with gzip or zstd, decompressed as they are read
//! - `split.rs`: the text of a log, split into records: lines, values, the elements of arrays, or the rows of a table
//! - `utf16.rs`: text in UTF-16, read as UTF-8
//! - `write.rs`: our own lines: an event as a line of JSON

pub mod fingerprint;
pub mod formats;
pub mod input;
pub mod line;
pub mod packed;
pub mod split;
pub mod utf16;
pub mod write;

use std::fmt;

/// The longest line that is read, in bytes; also the longest element of an array. An event is held whole, so this
/// bounds the memory that any log takes.
pub const LINE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The deepest nesting of a line, its own braces included: what JSON parsers commonly accept.
pub const DEPTH_MAX: usize = 128;

/// The reason given for a last line that ends in the middle.
pub const CUT_OFF: &str = "the log ends in the middle of it";

/// The reason given for a log whose array is not closed.
pub const NOT_CLOSED: &str = "the log ends before its array is closed";

/// The reason given for a log whose compressed data is cut off.
pub const PACKED_CUT: &str = "the packed data ends here: the rest of the log is missing";

/// The reason given for a log that cannot be read to its end although it was not cut off.
pub const UNREADABLE: &str = "the log cannot be read on from here: the rest of it is missing";

/// A line that is not an event.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct BadLine {
    /// Its number in the log, from 1; for an element of an array, the line where the element begins.
    pub line: u64,
    /// The problem.
    pub why: String,
    /// Whether its event contradicts what the store has.
    #[serde(skip)]
    pub is_refused: bool,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}
