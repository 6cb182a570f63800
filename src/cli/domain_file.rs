//! The domain of a store or log: the given one, the domain file beside it, or that of its first events.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::cli::args::shared::Domain;
use crate::domain::aggregates::{Aggregates, ProjectionText};
use crate::domain::file::{self, DOMAIN_FILE_BYTES_MAX};
use crate::read_model::projections::declared::file::PROJECTION_BYTES_MAX;
use crate::read_model::projections::list::declared_projections;
use crate::store::jsonl::input::is_stream;

/// The name of a domain file that is used without being given.
const NAME_BESIDE: &str = "foldback.toml";

/// The aggregates by which the events at a path are folded. `bundled` are those that foldback brings along.
///
/// # Errors
/// A domain file cannot be read, or has a mistake.
pub fn aggregates_for(
    given: Option<&Domain>,
    path: Option<&Path>,
    bundled: &Aggregates,
) -> Result<Aggregates> {
    match given {
        Some(Domain::Bank) => Ok(bundled.clone().for_any_log()),
        Some(Domain::None) => Ok(Aggregates::merged()),
        Some(Domain::File(file)) => declared(file, File::open(file)),
        None => match path.and_then(beside) {
            Some((path, opened)) => declared(&path, opened),
            None => Ok(bundled.clone()),
        },
    }
}

/// The domain file beside a store or log, opened; `None` if there is no such file.
fn beside(path: &Path) -> Option<(PathBuf, std::io::Result<File>)> {
    if is_stream(path) {
        return None;
    }
    let file = path.parent()?.join(NAME_BESIDE);
    let opened = File::open(&file);
    // A store whose folder is a file is reported when the store is opened.
    let is_missing =
        |error: &std::io::Error| matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory);
    (!opened.as_ref().is_err_and(is_missing)).then_some((file, opened))
}

fn declared(path: &Path, opened: std::io::Result<File>) -> Result<Aggregates> {
    let what = format!("the domain file {}", path.display());
    let text = text_of(opened, DOMAIN_FILE_BYTES_MAX).with_context(|| unreadable(&what))?;
    let aggregates = file::parse(&text).with_context(|| what.clone())?;
    let files = file::projections(&text).with_context(|| what)?;
    let read = |file: String| {
        // A file of SQL lies beside the domain file, unless its name says otherwise.
        let sql = path.parent().unwrap_or(Path::new("")).join(&file);
        let text = text_of(File::open(&sql), PROJECTION_BYTES_MAX);
        let text = text.with_context(|| unreadable(&format!("the projection {}", sql.display())))?;
        Ok(ProjectionText { file, text })
    };
    let projections = files.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    let aggregates = aggregates.with_projections(projections);
    match declared_projections(&aggregates) {
        Ok(_) => Ok(aggregates),
        Err((nth, bad)) => {
            let file = aggregates.projections().get(nth).map_or("", |projection| projection.file.as_str());
            Err(bad).with_context(|| format!("the projection {file}"))
        }
    }
}

fn unreadable(what: &str) -> String {
    format!("{what} cannot be read; check its name, check its permissions, and try again")
}

/// The text of a file. One byte more than the limit is read, so that a longer file is noticed.
fn text_of(opened: std::io::Result<File>, n_bytes_max: usize) -> Result<String> {
    let mut text = String::new();
    let limit = u64::try_from(n_bytes_max)?.saturating_add(1);
    opened?.take(limit).read_to_string(&mut text)?;
    Ok(text)
}
