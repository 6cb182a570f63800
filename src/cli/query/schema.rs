//! The list of views and tables that can be queried, with their meaning.

use std::io;

use anyhow::Result;

use crate::cli::exit::VerbFailure;
use crate::cli::output::Output;
use crate::cli::query::form::AnswerFormat;
use crate::domain::aggregates::Aggregates;
use crate::read_model::projections::list::Projections;
use crate::read_model::questions::documentation::{SchemaItem, SchemaItemKind, documentation, functions};
use crate::read_model::rows::Value;

/// The first character of a question that is not SQL.
const DOT: char = '.';

/// A question that is not SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaQuestion {
    /// `.schema`: the views and our own functions, with their documentation.
    Schema,
    /// `.schema all`: also the tables that the views read.
    WholeSchema,
    /// `.tables`: the names of the views.
    Tables,
    /// `.tables all`: also those of the tables that the views read.
    AllTables,
}

impl SchemaQuestion {
    /// Whether only names are asked for.
    fn is_of_names(self) -> bool {
        matches!(self, Self::Tables | Self::AllTables)
    }

    /// Whether the tables that the views read are asked for, too.
    fn is_of_all(self) -> bool {
        matches!(self, Self::WholeSchema | Self::AllTables)
    }
}

/// Parses a question that is not SQL; `None` for SQL.
///
/// # Errors
/// It begins with a dot and is not known.
pub fn word(question: &str) -> Result<Option<SchemaQuestion>> {
    let question = question.trim().trim_end_matches(';');
    if !question.starts_with(DOT) {
        return Ok(None);
    }
    match question.split_whitespace().collect::<Vec<_>>().as_slice() {
        [".schema"] => Ok(Some(SchemaQuestion::Schema)),
        [".schema", "all"] => Ok(Some(SchemaQuestion::WholeSchema)),
        [".tables"] => Ok(Some(SchemaQuestion::Tables)),
        [".tables", "all"] => Ok(Some(SchemaQuestion::AllTables)),
        _ => Err(VerbFailure::usage(format!(
            "'{question}' is not a question; ask .tables, .schema, .tables all, .schema all, or a SELECT"
        ))),
    }
}

/// Answers the question as text.
///
/// # Errors
/// The reader has gone, or the disk is full.
pub fn write_text(word: SchemaQuestion, aggregates: &Aggregates, out: &mut Output) -> io::Result<()> {
    for (i, made) in all(word, aggregates).into_iter().enumerate() {
        if word.is_of_names() {
            out.text(&made.name)?;
            continue;
        }
        if i > 0 {
            out.text("")?;
        }
        made.comment.lines().try_for_each(|line| out.text(&format!("-- {line}")))?;
        statement(&made).lines().try_for_each(|line| out.text(line))?;
    }
    Ok(())
}

fn all(word: SchemaQuestion, aggregates: &Aggregates) -> Vec<SchemaItem> {
    let mut all = documentation(&Projections::of(aggregates));
    all.retain(|made| word.is_of_all() || made.kind == SchemaItemKind::View);
    if !word.is_of_names() {
        all.extend(functions());
    }
    all
}

/// The statement that created it; for a view without its body, which is implementation.
fn statement(made: &SchemaItem) -> String {
    let whole = &made.statement;
    match (made.kind, whole.split_once(") AS")) {
        (SchemaItemKind::View, Some((head, _))) => {
            let head = head.split_whitespace().collect::<Vec<_>>().join(" ");
            format!("{head}) AS …;")
        }
        (SchemaItemKind::Function, _) => whole.clone(),
        _ => format!("{whole};"),
    }
}

/// Answers the question as rows.
///
/// # Errors
/// The reader has gone, or the disk is full.
pub fn write_rows(
    word: SchemaQuestion,
    aggregates: &Aggregates,
    form: &mut dyn AnswerFormat,
    out: &mut Output,
) -> io::Result<()> {
    let n_columns = if word.is_of_names() { 2 } else { 4 };
    let columns = ["name", "kind", "comment", "sql"].map(str::to_owned);
    form.begin(out, columns.get(..n_columns).unwrap_or_default(), &[])?;
    for made in all(word, aggregates) {
        let values = [made.name, made.kind.to_string(), made.comment, made.statement].map(Value::Text);
        form.row(out, values.into_iter().take(n_columns).collect())?;
    }
    form.finish(out)
}
