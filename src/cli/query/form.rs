//! The forms that an answer to a question can have.

use std::io;

use crate::cli::output::Output;
use crate::cli::query::csv::Csv;
use crate::cli::query::lines::Lines;
use crate::cli::query::table::AlignedTable;
use crate::read_model::rows::Value;

/// How an answer is written, as it comes.
pub trait Form {
    /// The names of the columns: given once, and first.
    ///
    /// # Errors
    /// Nobody reads on, or the disk is full; so for all of these.
    fn begin(&mut self, out: &mut Output, columns: &[String]) -> io::Result<()>;

    /// The next row, as long as the columns.
    fn row(&mut self, out: &mut Output, row: Vec<Value>) -> io::Result<()>;

    /// There are no more rows.
    fn finish(&mut self, out: &mut Output) -> io::Result<()>;
}

/// The form that was asked for: a table unless it is JSON or CSV.
pub fn form(is_json: bool, is_csv: bool) -> Box<dyn Form> {
    match (is_json, is_csv) {
        (true, _) => Box::<Lines>::default(),
        (_, true) => Box::<Csv>::default(),
        _ => Box::<AlignedTable>::default(),
    }
}

/// A value as text, to the byte: NULL as nothing, bytes as hexadecimal digits, and a floating point number so that it is
/// seen to be one.
pub fn text_of(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => format!("{number:?}"),
        Value::Text(text) => text,
        Value::Blob(bytes) => hex(&bytes),
    }
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
