//! The file of a projection, parsed into tables and the statements for each type of event.
//!
//! ```sql
//! -- projection: cart_items
//! CREATE TABLE cart_items (stream TEXT, sku TEXT, qty INTEGER, PRIMARY KEY (stream, sku)) STRICT;
//! -- on: ItemAdded, *.ItemAdded
//! INSERT INTO cart_items VALUES (:stream, :data->>'$.sku', :data->>'$.qty')
//!   ON CONFLICT DO UPDATE SET qty = qty + excluded.qty;
//! ```

use std::fmt;

use crate::domain::aggregates::declared::rules::short_name;
use crate::domain::name_pattern::NamePattern;

/// The longest file of a projection, in bytes. It is parsed and checked each time a log is opened.
pub const PROJECTION_BYTES_MAX: usize = 256 << 10;

/// The most statements of a projection, tables included: a connection keeps all of them prepared.
pub const N_PROJECTION_STATEMENTS_MAX: usize = 200;

/// The parts of a projection's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectionFile {
    /// Its name, as the first line says.
    pub name: String,
    /// The statements that create its tables.
    pub tables: Vec<FileStatement>,
    /// What is done for which events, in the order of the file.
    pub handlers: Vec<EventHandler>,
    /// A digest of the whole text.
    pub digest: [u8; 32],
}

/// A statement, without its semicolon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileStatement {
    /// The line where it begins, from 1.
    pub line: usize,
    pub sql: String,
    /// The comment before it, without comment marks, one line per line; empty if there is none.
    pub comment: String,
}

/// The statements for events of some types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventHandler {
    pub types: Vec<NamePattern>,
    pub statements: Vec<FileStatement>,
}

/// A mistake in the file of a projection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadProjection {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and what to write instead.
    pub why: String,
}

impl fmt::Display for BadProjection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

impl std::error::Error for BadProjection {}

impl BadProjection {
    pub(super) fn new(line: usize, why: impl Into<String>) -> Self {
        Self { line, why: why.into() }
    }
}

impl EventHandler {
    /// Whether it is for events of this type. A pattern without a star also takes a type with a prefix: `ItemAdded` is
    /// `shop.Cart.ItemAdded`.
    pub fn takes(&self, event_type: &str) -> bool {
        let short = short_name(event_type);
        self.types.iter().any(|one| one.matches(event_type) || (one.is_name() && one.matches(short)))
    }
}

/// Parses the file of a projection. SQLite has not seen its statements yet.
///
/// # Errors
/// The text is too long, or has another form; with the line.
pub fn parse(text: &str) -> Result<ProjectionFile, BadProjection> {
    if text.len() > PROJECTION_BYTES_MAX {
        return Err(BadProjection::new(
            1,
            format!("a projection has {} KiB at most", PROJECTION_BYTES_MAX >> 10),
        ));
    }
    let mut parts = FileParts::default();
    for piece in pieces(text)? {
        parts.take(piece)?;
    }
    let Some(name) = parts.name else {
        return Err(BadProjection::new(1, "the file does not begin with `-- projection: NAME`"));
    };
    if parts.tables.is_empty() {
        return Err(BadProjection::new(1, "the projection has no table: CREATE TABLE … with a PRIMARY KEY"));
    }
    if let Some(line) = parts.empty_handler.or_else(|| parts.handlers.is_empty().then_some(1)) {
        return Err(BadProjection::new(line, "there is no statement after `-- on: TYPE`"));
    }
    let digest = *blake3::hash(text.as_bytes()).as_bytes();
    Ok(ProjectionFile { name, tables: parts.tables, handlers: parts.handlers, digest })
}

/// The parts of a file so far.
#[derive(Default)]
struct FileParts {
    name: Option<String>,
    tables: Vec<FileStatement>,
    handlers: Vec<EventHandler>,
    /// The line of the newest `-- on:`, as long as no statement has come.
    empty_handler: Option<usize>,
    comment: Vec<String>,
    n_statements: usize,
}

impl FileParts {
    fn take(&mut self, piece: FilePiece<'_>) -> Result<(), BadProjection> {
        match piece {
            FilePiece::Comment { line, text } => match directive(text) {
                Some(("projection", name)) => self.begin(line, name),
                Some((_, types)) => self.begin_handler(line, types),
                None => {
                    self.comment.push(text.trim().to_owned());
                    Ok(())
                }
            },
            FilePiece::Statement { line, sql } => {
                let comment = std::mem::take(&mut self.comment).join("\n");
                self.statement(FileStatement { line, sql: sql.to_owned(), comment })
            }
        }
    }

    fn begin(&mut self, line: usize, name: &str) -> Result<(), BadProjection> {
        if self.name.is_some() {
            return Err(BadProjection::new(
                line,
                "a file has one projection; put the second one into a file of its own",
            ));
        }
        if !is_plain_name(name) {
            let why = format!("{name:?} is not a name: letters, digits and _, beginning with a letter");
            return Err(BadProjection::new(line, why));
        }
        self.name = Some(name.to_owned());
        self.comment.clear();
        Ok(())
    }

    fn begin_handler(&mut self, line: usize, types: &str) -> Result<(), BadProjection> {
        if let Some(line) = self.empty_handler {
            return Err(BadProjection::new(line, "there is no statement after `-- on: TYPE`"));
        }
        let types: Vec<&str> = types.split(',').map(str::trim).collect();
        if types.contains(&"") {
            return Err(BadProjection::new(line, "a type is missing: `-- on: ItemAdded, *.ItemRemoved`"));
        }
        let types = types.into_iter().map(|name| NamePattern::new(name.to_owned())).collect();
        self.handlers.push(EventHandler { types, statements: Vec::new() });
        self.empty_handler = Some(line);
        self.comment.clear();
        Ok(())
    }

    fn statement(&mut self, statement: FileStatement) -> Result<(), BadProjection> {
        let line = statement.line;
        if self.name.is_none() {
            return Err(BadProjection::new(line, "the file does not begin with `-- projection: NAME`"));
        }
        self.n_statements += 1;
        if self.n_statements > N_PROJECTION_STATEMENTS_MAX {
            let why = format!("a projection has {N_PROJECTION_STATEMENTS_MAX} statements at most");
            return Err(BadProjection::new(line, why));
        }
        let mut words =
            statement.sql.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_ascii_uppercase);
        let words = [words.next().unwrap_or_default(), words.next().unwrap_or_default()];
        match (self.handlers.last_mut(), words.each_ref().map(String::as_str)) {
            (None, ["CREATE", "TABLE"]) => self.tables.push(statement),
            (None, _) => {
                let why = "only CREATE TABLE can come before the first `-- on: TYPE`";
                return Err(BadProjection::new(line, why));
            }
            (Some(handler), ["INSERT" | "UPDATE" | "DELETE" | "REPLACE" | "WITH", _]) => {
                handler.statements.push(statement);
                self.empty_handler = None;
            }
            (Some(_), [first, _]) => {
                let why =
                    format!("{first} is not possible for an event; use INSERT, UPDATE, DELETE or REPLACE");
                return Err(BadProjection::new(line, why));
            }
        }
        Ok(())
    }
}

/// Whether it is a name that needs no quotes.
pub(super) fn is_plain_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The key and the value of a comment that says something: `projection: NAME` or `on: TYPES`.
fn directive(comment: &str) -> Option<(&'static str, &str)> {
    let (key, value) = comment.trim().split_once(':')?;
    let key = ["projection", "on"].into_iter().find(|known| key.trim_end().eq_ignore_ascii_case(known))?;
    Some((key, value.trim()))
}

/// A part of a file between two others.
#[derive(Clone, Copy)]
enum FilePiece<'t> {
    /// A comment of a line of its own, without its dashes.
    Comment { line: usize, text: &'t str },
    /// A statement without its semicolon.
    Statement { line: usize, sql: &'t str },
}

/// The comments and statements of a text, in order.
fn pieces(text: &str) -> Result<Vec<FilePiece<'_>>, BadProjection> {
    let mut pieces = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let line = line_of(text, rest);
        let after = if let Some(comment) = rest.strip_prefix("--") {
            let (comment, after) = comment.split_once('\n').unwrap_or((comment, ""));
            pieces.push(FilePiece::Comment { line, text: comment });
            after
        } else if let Some(comment) = rest.strip_prefix("/*") {
            let open = || BadProjection::new(line, "the comment that begins here does not end: */");
            comment.split_once("*/").ok_or_else(open)?.1
        } else {
            let end = statement_end(text, rest)?;
            let open =
                || BadProjection::new(line, "the statement that begins here does not end with a semicolon");
            let (sql, after) = end.and_then(|end| rest.split_at_checked(end)).ok_or_else(open)?;
            pieces.push(FilePiece::Statement { line, sql: sql.trim_end() });
            after.strip_prefix(';').unwrap_or(after)
        };
        rest = after.trim_start();
    }
    Ok(pieces)
}

/// The line of the rest of a text, from 1.
fn line_of(text: &str, rest: &str) -> usize {
    let n_before = text.len().saturating_sub(rest.len());
    text.bytes().take(n_before).filter(|byte| *byte == b'\n').count() + 1
}

/// The number of bytes before the semicolon that ends a statement; `None` if there is none. Semicolons in quotes and
/// comments do not count.
fn statement_end(text: &str, statement: &str) -> Result<Option<usize>, BadProjection> {
    let bytes = statement.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let rest = statement.get(at..).unwrap_or_default();
        let end = match byte {
            b';' => return Ok(Some(at)),
            b'\'' | b'"' | b'`' => find(rest, 1, &char::from(*byte).to_string()),
            b'[' => find(rest, 1, "]"),
            b'-' if rest.starts_with("--") => {
                let comment = rest.lines().next().unwrap_or_default();
                if directive(comment.trim_start_matches('-')).is_some() {
                    let why = "the statement before this line does not end with a semicolon";
                    return Err(BadProjection::new(line_of(text, rest), why));
                }
                Some(comment.len())
            }
            b'/' if rest.starts_with("/*") => find(rest, 2, "*/"),
            _ => Some(1),
        };
        match end {
            Some(n) => at += n,
            None => return Ok(None),
        }
    }
    Ok(None)
}

/// The number of bytes up to the end of a mark, which is looked for from a byte on.
fn find(text: &str, from: usize, mark: &str) -> Option<usize> {
    Some(text.get(from..)?.find(mark)? + from + mark.len())
}

#[cfg(test)]
mod tests;
