//! A log that is a table: its heading found, and its rows read as records.

use std::io::{self, BufRead, BufReader, Read};

use crate::store::jsonl::LINE_BYTES_MAX;
use crate::store::jsonl::split::form::Form;
use crate::store::jsonl::split::heading::FirstLines;
use crate::store::jsonl::split::table::{CsvTable, RowKind};
use crate::store::jsonl::split::{LogEnd, Record, RecordContent, Records, SplitStep, count_breaks};

/// The most lines in which a first row with several fields is looked for: the others are blank or broken.
const FIRST_LINES_MAX: u64 = 10;

impl Records {
    /// Reads the first lines, until they show whether they begin a table.
    pub(super) fn first_lines(&mut self, end: LogEnd) -> io::Result<SplitStep> {
        loop {
            let room = (LINE_BYTES_MAX + 1).saturating_sub(self.text.len()) as u64;
            let n = Read::by_ref(&mut self.input).take(room).read_until(b'\n', &mut self.text)?;
            let is_at_end = n == 0 && end == LogEnd::Finished;
            let is_enough = self.text.len() > LINE_BYTES_MAX || count_breaks(&self.text) > FIRST_LINES_MAX;
            match FirstLines::of(&self.text, is_at_end || is_enough) {
                FirstLines::Heading { separator } => {
                    self.table = Some(Box::new(CsvTable::new(separator)));
                    self.read_again(Form::Rows);
                    return Ok(SplitStep::On);
                }
                FirstLines::Unclear if !is_at_end && !is_enough && n == 0 => return Ok(SplitStep::End),
                FirstLines::Unclear if !is_at_end && !is_enough => {}
                FirstLines::Lines | FirstLines::Unclear => {
                    self.read_again(Form::Lines);
                    return Ok(SplitStep::On);
                }
            }
        }
    }

    /// Reads on in the current row.
    pub(super) fn row(&mut self) -> io::Result<SplitStep> {
        loop {
            let Some(table) = &mut self.table else { return Ok(SplitStep::End) };
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                return Ok(SplitStep::End);
            }
            if !table.is_in_row() {
                let n_ends = buffer.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
                if n_ends > 0 {
                    self.n_breaks += count_breaks(buffer.get(..n_ends).unwrap_or_default());
                    self.input.consume(n_ends);
                    continue;
                }
                self.line = self.n_breaks + 1;
            }
            let (n_taken, is_row) = table.take(buffer);
            self.n_breaks += count_breaks(buffer.get(..n_taken).unwrap_or_default());
            self.input.consume(n_taken);
            if is_row {
                // The rest of `\r\n` would look like the beginning of another row.
                if self.input.buffer().first() == Some(&b'\n') {
                    self.n_breaks += 1;
                    self.input.consume(1);
                }
                let step = self.end_row();
                if step == SplitStep::Record {
                    return Ok(step);
                }
            } else if self.is_too_long || table.n_bytes() > LINE_BYTES_MAX {
                table.drain(&mut self.text);
                self.shorten()?;
            }
        }
    }

    /// Ends the current row: a record, or the heading.
    fn end_row(&mut self) -> SplitStep {
        let Some(table) = &mut self.table else { return SplitStep::End };
        if self.is_too_long {
            table.drain(&mut self.text);
            table.give_up_row();
            return SplitStep::Record;
        }
        match table.end_row(&mut self.text) {
            RowKind::Heading | RowKind::Blank => SplitStep::On,
            RowKind::Misfit { n_fields, n_columns } => {
                self.misfit = Some(RecordContent::Misfit { n_fields, n_columns });
                SplitStep::Record
            }
            RowKind::Whole => {
                // Quoting makes a text longer.
                self.is_too_long = self.text.len() > LINE_BYTES_MAX;
                SplitStep::Record
            }
        }
    }

    /// The last row, if the log ends without a line break or within quotes.
    pub(super) fn last_row(&mut self) -> Option<Record> {
        let table = self.table.as_mut().filter(|table| table.is_in_row())?;
        let (line, is_line_whole) = (self.line, table.is_line_whole());
        let (_, is_row) = table.take(b"\n");
        if !is_row {
            table.give_up_row();
            self.text.clear();
            let n_lines = self.n_breaks + u64::from(!is_line_whole) - (line - 1);
            return Some(Record { line, found: RecordContent::OpenQuote { n_lines } });
        }
        if self.end_row() != SplitStep::Record {
            return None;
        }
        match self.misfit {
            Some(RecordContent::Misfit { n_fields, n_columns }) if n_fields < n_columns => {
                self.misfit = None;
                self.is_text_done = true;
                Some(Record { line, found: RecordContent::CutOff })
            }
            _ => Some(self.complete()),
        }
    }

    /// The words for the log's form if it is a table.
    pub fn table_words(&self) -> Option<&'static str> {
        Some(self.table.as_ref()?.words())
    }

    /// The sentence about columns of a table that have another name than in its heading, if there are any.
    pub fn table_note(&self) -> Option<String> {
        self.table.as_ref()?.note()
    }

    /// Reads the text again, in this form.
    pub(super) fn read_again(&mut self, form: Form) {
        let read = io::Cursor::new(std::mem::take(&mut self.text));
        let rest = std::mem::replace(&mut self.input, BufReader::new(Box::new(io::empty())));
        self.input = BufReader::with_capacity(super::READ_BYTES, Box::new(read.chain(rest)));
        self.form = form;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    fn records_of(text: &[u8], end: LogEnd) -> Vec<String> {
        let mut records = Records::new(Box::new(Cursor::new(text.to_vec())));
        let mut all = Vec::new();
        while let Some(record) = records.next(end).unwrap() {
            let text = String::from_utf8_lossy(records.text());
            all.push(match record.found {
                RecordContent::Text { .. } => format!("{} {text}", record.line),
                found => format!("{} {found:?}", record.line),
            });
        }
        all
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(records_of(text.as_bytes(), LogEnd::Finished), expected, "{text:?}");
    }

    #[test]
    fn a_row_is_an_object_with_the_names_of_the_columns() {
        let both = [r#"2 {"id":"a","n":1}"#, r#"3 {"id":"b","n":2}"#];
        for text in [
            "id,n\na,1\nb,2\n",
            "id,n\r\na,1\r\nb,2",
            "id;n\na;1\nb;2\n",
            "id\tn\na\t1\nb\t2\n",
            "\u{feff}\"id\",\"n\"\n\"a\",\"1\"\n\"b\",\"2\"\n",
        ] {
            check(text, &both);
        }
        check("\n\nid,n\n\na,1\n \nb,2\n\n", &[r#"5 {"id":"a","n":1}"#, r#"7 {"id":"b","n":2}"#]);
        check("id,n\n", &[]);
    }

    #[test]
    fn a_value_is_what_json_writes_like_this_and_else_a_text_and_an_empty_field_is_none() {
        let one = |field: &str| {
            let text = format!("id,x\na,\"{}\"\n", field.replace('"', "\"\""));
            records_of(text.as_bytes(), LogEnd::Finished).remove(0)
        };
        for number in ["0", "-1", "1.50", "123456789012345678901234567890.10"] {
            assert_eq!(one(number), format!(r#"2 {{"id":"a","x":{number}}}"#));
        }
        for text in ["007", "1.", "+1", "1e5", " 1", "1,5", "true", "null", "-", "NaN", "{a", "[1", "{1}"] {
            assert_eq!(one(text), format!(r#"2 {{"id":"a","x":"{text}"}}"#));
        }
        assert_eq!(one(r#"{"n": 1.50}"#), r#"2 {"id":"a","x":{"n": 1.50}}"#);
        assert_eq!(one(" [1, 2]\n"), r#"2 {"id":"a","x":[1, 2]}"#);
        assert_eq!(one("a \"word\",\r\nand\tmore"), r#"2 {"id":"a","x":"a \"word\",\r\nand\tmore"}"#);
        assert_eq!(one(""), r#"2 {"id":"a"}"#);
    }

    #[test]
    fn a_row_over_several_lines_has_the_number_of_its_first_one() {
        check(
            "id,note\na,\"one\ntwo\n\"\nb,\"three\"\n",
            &["2 {\"id\":\"a\",\"note\":\"one\\ntwo\\n\"}", "5 {\"id\":\"b\",\"note\":\"three\"}"],
        );
    }

    #[test]
    fn a_row_that_does_not_fit_the_heading_is_bad_and_the_next_one_is_read() {
        let many = format!("x{}", ",x".repeat(9_000));
        check(
            &format!("id,n\na\na,1,2\n{many}\nb,2\n"),
            &[
                "2 Misfit { n_fields: 1, n_columns: 2 }",
                "3 Misfit { n_fields: 3, n_columns: 2 }",
                "4 Misfit { n_fields: 9001, n_columns: 2 }",
                "5 {\"id\":\"b\",\"n\":2}",
            ],
        );
        let not_utf8 = records_of(b"id,n\n\xe4,1\n", LogEnd::Finished);
        assert_eq!(not_utf8, ["2 {\"id\":\"\u{fffd}\",\"n\":1}"]);
        let long = format!("id,n\na,{}\nb,2\n", "x".repeat(LINE_BYTES_MAX + 5));
        check(&long, &["2 TooLong", "3 {\"id\":\"b\",\"n\":2}"]);
        let quotes = format!("id,n\na,\"{}\"\nb,2\n", "\"\"".repeat(LINE_BYTES_MAX - 5));
        check(&quotes, &["2 TooLong", "3 {\"id\":\"b\",\"n\":2}"]);
    }

    #[test]
    fn the_end_of_a_table_is_a_row_or_the_reason_why_not() {
        check("id,n\na,1\nb", &["2 {\"id\":\"a\",\"n\":1}", "3 CutOff"]);
        check("id,n\na,\"1\nb,2\nc,3\n", &["2 OpenQuote { n_lines: 3 }"]);
        check("id,n\na,\"1\nb,2", &["2 OpenQuote { n_lines: 2 }"]);
        check("id,n\na,1\nb,\"", &["2 {\"id\":\"a\",\"n\":1}", "3 OpenQuote { n_lines: 1 }"]);
    }

    /// A log that ends where it has been written so far.
    struct Growing(Cursor<Vec<u8>>, Arc<AtomicU64>);

    impl Read for Growing {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let n_there = self.1.load(Ordering::Relaxed) - self.0.position();
            Read::by_ref(&mut self.0).take(n_there).read(into)
        }
    }

    #[test]
    fn a_table_that_grows_is_read_row_by_row_wherever_its_parts_end() {
        let parts: [&[u8]; 6] = [b"id,", b"n\na,", b"1", b"0\r", b"\nb,\"2\n", b"\"\nc,3"];
        let written = Arc::new(AtomicU64::new(0));
        let mut records = Records::new(Box::new(Growing(Cursor::new(parts.concat()), Arc::clone(&written))));
        let mut all = Vec::new();
        for part in parts {
            written.fetch_add(part.len() as u64, Ordering::Relaxed);
            let mut now = Vec::new();
            while let Some(record) = records.next(LogEnd::Growing).unwrap() {
                now.push((record.line, String::from_utf8(records.text().to_vec()).unwrap()));
            }
            all.push(now);
        }
        let row = |line, text: &str| vec![(line, text.to_owned())];
        assert_eq!(
            all,
            [
                vec![],
                vec![],
                vec![],
                vec![],
                row(2, r#"{"id":"a","n":10}"#),
                row(3, "{\"id\":\"b\",\"n\":\"2\\n\"}"),
            ]
        );
        let last = records.next(LogEnd::Finished).unwrap().unwrap();
        assert_eq!((last.line, records.text()), (5, &br#"{"id":"c","n":3}"#[..]));
    }
}
