//! Exit codes, and the errors that give them.

use std::fmt;
use std::io;

use crate::replay::at::BeyondHead;
use crate::store::sqlite::file::open_error::OpenError;

/// The exit codes, for scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// Success.
    Done = 0,
    Error = 1,
    /// A usage error.
    Usage = 2,
    /// A check found something.
    Found = 3,
    /// A business rule refused the command.
    Refused = 4,
    /// The stream has another version than expected.
    Conflict = 5,
    /// There is no such store or stream.
    Missing = 6,
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}

/// An error with an exit code of its own.
#[derive(Debug)]
pub struct VerbFailure {
    /// The exit code.
    pub code: ExitCode,
    /// The message: what happened, to which thing, and what to do.
    pub text: String,
}

impl VerbFailure {
    /// A usage error.
    pub fn usage(text: impl Into<String>) -> anyhow::Error {
        Self { code: ExitCode::Usage, text: text.into() }.into()
    }

    /// An error about something that does not exist.
    pub fn missing(text: impl Into<String>) -> anyhow::Error {
        Self { code: ExitCode::Missing, text: text.into() }.into()
    }
}

impl fmt::Display for VerbFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for VerbFailure {}

/// The exit code of an error. A closed pipe, as in `foldback export bank.db | head`, is intended by the user and is not
/// an error.
pub fn exit_code_of(error: &anyhow::Error) -> ExitCode {
    for cause in error.chain() {
        if let Some(failure) = cause.downcast_ref::<VerbFailure>() {
            return failure.code;
        }
        if cause.downcast_ref::<BeyondHead>().is_some() {
            return ExitCode::Usage;
        }
        if cause.downcast_ref::<OpenError>().is_some_and(OpenError::is_missing) {
            return ExitCode::Missing;
        }
        if cause.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe) {
            return ExitCode::Done;
        }
    }
    ExitCode::Error
}
