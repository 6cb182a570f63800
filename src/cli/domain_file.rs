//! The domain of a store or log: the given one, the domain file beside it, or that of its first events.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::cli::args::shared::Domain;
use crate::domain::aggregates::Aggregates;
use crate::domain::file::{self, DOMAIN_FILE_BYTES_MAX};
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
    let is_missing = |error: &std::io::Error| error.kind() == ErrorKind::NotFound;
    (!opened.as_ref().is_err_and(is_missing)).then_some((file, opened))
}

fn declared(path: &Path, opened: std::io::Result<File>) -> Result<Aggregates> {
    let shown = path.display();
    let cannot = || format!("the domain file {shown} cannot be read");
    let mut text = String::new();
    // One byte more than the limit, so that a longer file is noticed.
    let limit = DOMAIN_FILE_BYTES_MAX as u64 + 1;
    opened.and_then(|file| file.take(limit).read_to_string(&mut text)).with_context(cannot)?;
    file::parse(&text).with_context(|| format!("the domain file {shown}"))
}
