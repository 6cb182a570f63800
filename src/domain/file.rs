//! The domain file: a person's own aggregates, in TOML, checked key by key.
//!
//! Its files:
//!
//! - `aggregate.rs`: the part `[aggregates.NAME]`: the streams of an aggregate, its first state and its rules
//! - `table.rs`: the tables of a domain file: values by key, with the place of each mistake
//! - `upcast.rs`: the part `[upcast.TYPE]`: how events of an old type are read

mod aggregate;
mod table;
mod upcast;

use std::fmt;
use std::sync::Arc;

use toml::Spanned;
use toml::de::DeTable;

use crate::domain::aggregates::{Aggregate, Aggregates};
use crate::domain::file::table::{FileTable, Mistake};
use crate::domain::name_pattern::NamePattern;

/// The longest domain file, in bytes: room for thousands of rules. It is parsed each time a log is opened.
pub const DOMAIN_FILE_BYTES_MAX: usize = 1024 * 1024;

/// The most aggregates of a domain file: the pattern of each is compared with the name of every stream.
pub const DOMAIN_AGGREGATES_MAX: usize = 100;

/// The most projections of a domain file: each event is offered to every one.
pub const N_PROJECTION_FILES_MAX: usize = 20;

/// The key that lists the files of projections.
const PROJECTIONS: &str = "projections";

/// A mistake in a domain file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadDomainFile {
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
    /// What is wrong and what to write instead.
    pub why: String,
}

impl fmt::Display for BadDomainFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, character {}: {}", self.line, self.column, self.why)
    }
}

impl std::error::Error for BadDomainFile {}

/// The aggregates that a domain file declares, in its order. Streams that belong to none of them have merged states.
///
/// # Errors
/// The text is too long, is not TOML, has an unknown key, or an expression or value that does not fit. With the place.
pub fn parse(text: &str) -> Result<Aggregates, BadDomainFile> {
    if text.len() > DOMAIN_FILE_BYTES_MAX {
        let why = format!("a domain file has {} MiB at most", DOMAIN_FILE_BYTES_MAX >> 20);
        return Err(bad(text, (0..0, why)));
    }
    let root = toml(text)?;
    let root = FileTable::root(text, root.get_ref());
    projection_files(&root).and_then(|_| aggregates(&root)).map_err(|mistake| bad(text, mistake))
}

/// The files of SQL that a domain file names as its projections, in its order.
///
/// # Errors
/// The text is not TOML, or its key `projections` is not a list of texts. With the place.
pub fn projections(text: &str) -> Result<Vec<String>, BadDomainFile> {
    let root = toml(text)?;
    projection_files(&FileTable::root(text, root.get_ref())).map_err(|mistake| bad(text, mistake))
}

fn toml(text: &str) -> Result<Spanned<DeTable<'_>>, BadDomainFile> {
    DeTable::parse(text)
        .map_err(|error| bad(text, (error.span().unwrap_or(0..0), error.message().to_owned())))
}

fn projection_files(root: &FileTable<'_>) -> Result<Vec<String>, Mistake> {
    let Some(value) = root.value(PROJECTIONS) else { return Ok(Vec::new()) };
    let items = value.items(PROJECTIONS)?;
    if items.len() > N_PROJECTION_FILES_MAX {
        let why = format!("a domain file has {N_PROJECTION_FILES_MAX} projections at most");
        return Err((value.span, why));
    }
    items.iter().map(|item| Ok(item.text(PROJECTIONS)?.to_owned())).collect()
}

fn aggregates(root: &FileTable<'_>) -> Result<Aggregates, Mistake> {
    root.has_only(&["aggregates", PROJECTIONS, "upcast"])?;
    let upcasters = Arc::new(match root.table("upcast")? {
        Some(table) => upcast::upcasters(&table)?,
        None => Default::default(),
    });
    let declared = match root.table("aggregates")? {
        Some(table) => table.tables()?.iter().map(|one| aggregate::aggregate(one, &upcasters)).collect(),
        None => Ok(Vec::new()),
    };
    let mut declared: Vec<Aggregate> = declared?;
    if declared.is_empty() {
        return Err(root.mistake("a domain file declares an aggregate at least: [aggregates.NAME]"));
    }
    if declared.len() > DOMAIN_AGGREGATES_MAX {
        let why = format!("a domain file has {DOMAIN_AGGREGATES_MAX} aggregates at most");
        return Err(root.mistake(&why));
    }
    // The one that takes every stream comes last, whatever its place in the file is.
    let takes_all = |aggregate: &Aggregate| aggregate.streams == NamePattern::ANY;
    let rest = match declared.iter().position(takes_all) {
        Some(nth) => declared.remove(nth),
        None => Aggregate::merged(),
    };
    if let Some(other) = declared.iter().find(|aggregate| takes_all(aggregate)) {
        let why = format!(
            "{} and {} both take every stream; only one can: streams = \"…-*\"",
            rest.name, other.name
        );
        return Err(root.mistake(&why));
    }
    Ok(Aggregates::new(rest, declared).for_any_log())
}

fn bad(text: &str, (span, why): Mistake) -> BadDomainFile {
    let before = text.get(..span.start).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.matches('\n').count() + 1;
    let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
    BadDomainFile { line, column, why }
}

#[cfg(test)]
mod tests;
