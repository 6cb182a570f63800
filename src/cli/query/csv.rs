//! Query results as CSV.

use std::io;

use csv::{Terminator, WriterBuilder};

use crate::cli::output::Output;
use crate::cli::query::form::{AnswerFormat, distinct};
use crate::domain::visible::visible;
use crate::read_model::rows::Value;

/// Capacity for a line: most are shorter, and a longer one is written in parts.
const LINE_BYTES: usize = 1024;

/// CSV as in RFC 4180: a heading with unique names, lines that end with CR LF, NULL as an empty field, bytes as
/// hexadecimal digits. Text in a pipe is exact.
#[derive(Default)]
pub struct Csv {
    line: Vec<u8>,
}

impl Csv {
    fn write(&mut self, out: &mut Output, fields: impl Iterator<Item = String>) -> io::Result<()> {
        self.line.clear();
        let mut writer = WriterBuilder::new()
            .terminator(Terminator::CRLF)
            .buffer_capacity(LINE_BYTES)
            .from_writer(&mut self.line);
        for field in fields {
            let shown = if out.is_terminal() { visible(&field) } else { field.as_str().into() };
            writer.write_field(shown.as_bytes())?;
        }
        writer.write_record(None::<&[u8]>)?;
        writer.flush()?;
        drop(writer);
        out.exact(&self.line)
    }
}

impl AnswerFormat for Csv {
    fn begin(&mut self, out: &mut Output, columns: &[String], _: &[bool]) -> io::Result<()> {
        self.write(out, distinct(columns).into_iter())
    }

    fn row(&mut self, out: &mut Output, row: Vec<Value>) -> io::Result<()> {
        self.write(out, row.into_iter().map(Value::into_text))
    }

    fn finish(&mut self, _: &mut Output) -> io::Result<()> {
        Ok(())
    }
}
