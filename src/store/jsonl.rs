//! Logs as lines of JSON, in and out.
//!
//! A log is one JSON object a line, or one JSON array of such objects, either of them packed with gzip or zstd or not:
//!
//! ```text
//! {"stream":"acc-17","type":"Deposited","time":"2024-03-14T10:22:07Z","data":{"amount":25000},"id":"…","metadata":{…}}
//! ```
//!
//! Only `stream` and `type` are needed; an event without `data` has `null`. `data` and `metadata` stay as they are written, to the byte; written
//! out again they lose the line breaks between their values (a line is one line) and nothing else. A byte order mark,
//! `\r\n` and blank lines are passed over. A line like
//!
//! ```text
//! {"foldback":"mapping","source":1,"name":"berka.jsonl","mapping":"[meaning]\n…"}
//! ```
//!
//! is no event: from there on, events with `"source":1` are read with that mapping.
//!
//! Its files:
//!
//! - `fingerprint.rs`: the fingerprint of a log: a running hash of its records, independent of the file around them
//! - `formats.rs`: files that are not JSON logs, recognised by their first bytes, with the command that converts each
//! - `input.rs`: the input of a log: a file or a pipe, compressed or not
//! - `line.rs`: one record of a log: an event or a mapping
//! - `packed.rs`: logs compressed with gzip or zstd, decompressed as they are read
//! - `split.rs`: the text of a log, split into records: lines, or the elements of an array
//! - `write.rs`: our own lines: an event as a line of JSON

pub mod fingerprint;
pub mod formats;
pub mod input;
pub mod line;
pub mod packed;
pub mod split;
pub mod write;

use std::fmt;

/// The longest line that is read, in bytes; it is also what an element of an array may have. An event is held whole,
/// so this bounds the memory that any log takes.
pub const LINE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// How deep a line may be nested, its own braces counted: what JSON parsers commonly read.
pub const DEPTH_MAX: usize = 128;

/// Why the last line of a log is bad that ends in the middle of it.
pub const CUT_OFF: &str = "the log ends in the middle of it";

/// Why a log is bad whose array has no end.
pub const NOT_CLOSED: &str = "the log ends before its array is closed";

/// Why a log is bad whose packed data has no end.
pub const PACKED_CUT: &str = "the packed data ends here: the rest of the log is missing";

/// Why a log is bad that cannot be read to its end, for another reason than that it was cut.
pub const UNREADABLE: &str = "the log cannot be read on from here: the rest of it is missing";

/// A line that is no event.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct BadLine {
    /// Its number in the log, from 1; of an array's element the line where it begins.
    pub line: u64,
    /// What is wrong with it.
    pub why: String,
    /// Whether it holds an event that contradicts what the store has.
    #[serde(skip)]
    pub is_refused: bool,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}
