//! Query results as lines of JSON.

use std::io;

use crate::cli::output::{JsonObject, Output};
use crate::cli::query::form::{AnswerFormat, distinct};
use crate::read_model::rows::{Value, hex};

/// Writes one object per row. The keys are the unique column names.
#[derive(Default)]
pub struct JsonLines {
    columns: Vec<String>,
}

impl AnswerFormat for JsonLines {
    fn begin(&mut self, _: &mut Output, columns: &[String], _: &[bool]) -> io::Result<()> {
        self.columns = distinct(columns);
        Ok(())
    }

    fn row(&mut self, out: &mut Output, row: Vec<Value>) -> io::Result<()> {
        let object =
            self.columns.iter().zip(&row).fold(JsonObject::new(), |object, (name, value)| match value {
                Value::Null => object.with_raw(name, "null"),
                Value::Integer(number) => object.with(name, number),
                Value::Real(number) => object.with(name, number),
                Value::Text(text) => object.with(name, text),
                Value::Blob(bytes) => object.with(name, hex(bytes)),
            });
        out.json(&object.finish())
    }

    fn finish(&mut self, _: &mut Output) -> io::Result<()> {
        Ok(())
    }
}
