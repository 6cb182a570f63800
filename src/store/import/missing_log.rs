//! A log that is missing: how an import that failed for that reason is recognised.

use std::io::{self, ErrorKind};

use anyhow::Error;

/// Whether an import failed because no file has the log's name.
pub fn is_missing(error: &Error) -> bool {
    let is_it = |cause: &io::Error| cause.kind() == ErrorKind::NotFound;
    error.chain().any(|cause| cause.downcast_ref().is_some_and(is_it))
}
