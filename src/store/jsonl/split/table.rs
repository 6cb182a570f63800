//! The rows of a table (CSV, TSV), each as a JSON object with the names of the columns.
//!
//! A value is a number, an object or a list if the field is one as JSON writes it, and otherwise a text; all are as they
//! came, digit for digit. An empty field is left out: a table has a field for each column, whether or not an event has
//! such a value.

use csv_core::{ReadRecordResult, Reader};

use crate::store::jsonl::split::first_value::is_json;
use crate::store::jsonl::split::heading::{COLUMNS_MAX, Columns, parser, words};

/// Bytes of a row for which there is room at first.
const ROW_BYTES: usize = 4 * 1024;

/// A table (CSV, TSV) that is being read.
pub(super) struct CsvTable {
    parser: Reader,
    separator: u8,
    /// Its columns; `None` before the heading.
    columns: Option<Columns>,
    /// The names of the columns as keys of JSON, each with a colon.
    keys: Vec<String>,
    /// The fields of the current row, one after the other: the first `n_bytes` bytes.
    bytes: Vec<u8>,
    n_bytes: usize,
    /// The end of each field: the first `n_ends`.
    ends: Vec<usize>,
    n_ends: usize,
    /// Fields of the current row for which there was no room.
    n_more_fields: usize,
    is_in_row: bool,
    /// Whether the last byte ended a line.
    is_line_whole: bool,
}

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RowKind {
    Heading,
    /// A row of white space.
    Blank,
    /// A row with a field for each column.
    Whole,
    /// A row with fewer or more fields than the heading has.
    Misfit {
        n_fields: usize,
        n_columns: usize,
    },
}

impl CsvTable {
    /// A table with this byte between its fields, before its heading.
    pub(super) fn new(separator: u8) -> Self {
        Self {
            parser: parser(separator),
            separator,
            columns: None,
            keys: Vec::new(),
            bytes: vec![0; ROW_BYTES],
            n_bytes: 0,
            ends: vec![0; COLUMNS_MAX + 1],
            n_ends: 0,
            n_more_fields: 0,
            is_in_row: false,
            is_line_whole: false,
        }
    }

    /// Whether a row has begun.
    pub(super) fn is_in_row(&self) -> bool {
        self.is_in_row
    }

    /// Whether the last byte that was taken ended a line.
    pub(super) fn is_line_whole(&self) -> bool {
        self.is_line_whole
    }

    /// Number of bytes of the current row's fields.
    pub(super) fn n_bytes(&self) -> usize {
        self.n_bytes
    }

    /// Takes bytes of the current row: how many, and whether the row ends with them.
    pub(super) fn take(&mut self, input: &[u8]) -> (usize, bool) {
        self.is_in_row = true;
        self.is_line_whole = input.last() == Some(&b'\n');
        let mut n_taken = 0;
        while let Some(input) = input.get(n_taken..).filter(|input| !input.is_empty()) {
            let (bytes, ends) = (self.bytes.get_mut(self.n_bytes..), self.ends.get_mut(self.n_ends..));
            let (result, n_in, n_out, n_ends) =
                self.parser.read_record(input, bytes.unwrap_or_default(), ends.unwrap_or_default());
            n_taken += n_in;
            self.n_bytes += n_out;
            self.n_ends += n_ends;
            match result {
                ReadRecordResult::InputEmpty => break,
                ReadRecordResult::OutputFull => self.bytes.resize(self.bytes.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.n_more_fields += std::mem::take(&mut self.n_ends),
                ReadRecordResult::Record | ReadRecordResult::End => return (n_taken, true),
            }
        }
        (n_taken, false)
    }

    /// Moves the bytes of the current row's fields behind `out`: the row is too long to be one.
    pub(super) fn drain(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.bytes.get(..self.n_bytes).unwrap_or_default());
        self.n_bytes = 0;
    }

    /// Ends the current row. Its JSON object is appended to `out`, or the text of its fields if it is none.
    pub(super) fn end_row(&mut self, out: &mut Vec<u8>) -> RowKind {
        let kind = self.row(out);
        self.give_up_row();
        kind
    }

    /// Begins the next row, whatever the current one is.
    pub(super) fn give_up_row(&mut self) {
        (self.n_bytes, self.n_ends, self.n_more_fields, self.is_in_row) = (0, 0, 0, false);
    }

    fn row(&mut self, out: &mut Vec<u8>) -> RowKind {
        let bytes = self.bytes.get(..self.n_bytes).unwrap_or_default();
        if bytes.trim_ascii().is_empty() && self.n_ends < 2 {
            return RowKind::Blank;
        }
        let n_fields = self.n_ends + self.n_more_fields;
        let n_columns = match &self.columns {
            Some(columns) => columns.names.len(),
            None => {
                let names = self.fields().map(|field| String::from_utf8_lossy(field).into_owned());
                let columns = Columns::of(names);
                self.keys = columns.names.iter().map(|name| key(name)).collect();
                self.columns = Some(columns);
                return RowKind::Heading;
            }
        };
        if n_fields != n_columns {
            out.extend_from_slice(bytes);
            return RowKind::Misfit { n_fields, n_columns };
        }
        out.push(b'{');
        for (key, field) in self.keys.iter().zip(self.fields()).filter(|(_, field)| !field.is_empty()) {
            if out.last() != Some(&b'{') {
                out.push(b',');
            }
            out.extend_from_slice(key.as_bytes());
            push_value(field, out);
        }
        out.push(b'}');
        RowKind::Whole
    }

    /// The fields of the current row.
    fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let ends = self.ends.get(..self.n_ends).unwrap_or_default();
        let starts = std::iter::once(0).chain(ends.iter().copied());
        starts.zip(ends).map(|(start, end)| self.bytes.get(start..*end).unwrap_or_default())
    }

    /// The words for its form: `CSV`.
    pub(super) fn words(&self) -> &'static str {
        words(self.separator)
    }

    /// See [`Columns::note`].
    pub(super) fn note(&self) -> Option<String> {
        self.columns.as_ref()?.note()
    }
}

fn key(name: &str) -> String {
    // Serialising a text cannot fail.
    serde_json::to_string(name).unwrap_or_default() + ":"
}

/// Appends a field as JSON. A field that is not UTF-8 stays as it is, so that the reader of the record says so.
fn push_value(field: &[u8], out: &mut Vec<u8>) {
    let Ok(text) = str::from_utf8(field) else {
        out.push(b'"');
        out.extend_from_slice(field);
        return out.push(b'"');
    };
    let inside = text.trim_ascii();
    let is_as_it_is = match inside.as_bytes().first() {
        Some(b'{' | b'[') => is_json(inside.as_bytes()),
        // 1e5 is as likely a part of an id.
        Some(b'-' | b'0'..=b'9') => {
            inside.len() == text.len() && !text.contains(['e', 'E']) && is_json(text.as_bytes())
        }
        _ => false,
    };
    match is_as_it_is {
        true => out.extend_from_slice(inside.as_bytes()),
        // Writing into a vector cannot fail.
        false => drop(serde_json::to_writer(out, text)),
    }
}
