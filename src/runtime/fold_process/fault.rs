//! The faults of a fold process, each with a sentence.

use std::fmt;
use std::time::Duration;

use crate::domain::event::StreamPosition;

/// The request that a process did not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoldRequest {
    Hello,
    Fold,
    Decide,
}

/// Why a fold process gave no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoldFault {
    /// The program with its arguments, as the domain file names it.
    pub program: String,
    pub why: FaultCause,
    /// The last lines of its stderr.
    pub stderr: Vec<String>,
}

/// The cause of a fault. `Reported` leaves the process as it is. Any other cause ends it, and the next request starts another
/// one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultCause {
    /// It cannot be started: the system's reason.
    NotStarted(String),
    /// It gave no answer in time.
    Silent { request: FoldRequest, time: Duration },
    /// It ended, or closed its output, instead of answering; the status in words.
    Ended { request: FoldRequest, status: String },
    /// Its output is not an answer.
    BadOutput(BadAnswer),
    /// It was started again, and is another fold than before, by their words: its code has been changed. Its states are not to
    /// be mixed with those from before.
    OtherFold { before: String, now: String },
    /// The user's code reports an error. The version of the event, where it names one.
    Reported { what: String, at: Option<StreamPosition> },
}

/// Why a line is not an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadAnswer {
    /// It is no JSON of the expected form; the parser's reason.
    Form(String),
    /// It is longer than this number of bytes.
    TooLong(usize),
    /// The output ends within it.
    HalfLine,
    /// It answers another request; the request's number.
    OtherRequest { expected: u64, found: u64 },
    /// It has another number of states than the request asks for.
    States { expected: usize, found: usize },
    /// It names an event that is not in the request, or names events out of order; the version.
    OtherEvent(u64),
    /// A state, text or list in it is longer than its limit.
    Beyond { what: &'static str, most: usize },
}

impl FoldRequest {
    fn words(self) -> &'static str {
        match self {
            Self::Hello => "the hello",
            Self::Fold => "a window of events",
            Self::Decide => "a command",
        }
    }
}

impl fmt::Display for BadAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(why) => write!(f, "a line is not the answer that was expected: {why}"),
            Self::TooLong(most) => write!(f, "a line is longer than {most} bytes"),
            Self::HalfLine => f.write_str("its output ends within a line"),
            Self::OtherRequest { expected, found } => {
                write!(f, "request {expected} was asked, and {found} was answered")
            }
            Self::States { expected, found } => {
                write!(f, "{expected} states were asked for, and {found} were given")
            }
            Self::OtherEvent(version) => {
                write!(f, "it names the event of version {version}, which was not asked or is out of order")
            }
            Self::Beyond { what, most } => write!(f, "{what} has more than {most}"),
        }
    }
}

/// The program, the cause, and the last lines of stderr.
impl fmt::Display for FoldFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let program = &self.program;
        match &self.why {
            FaultCause::NotStarted(why) => write!(f, "`{program}` cannot be started: {why}")?,
            FaultCause::Silent { request, time } => {
                let (request, seconds) = (request.words(), time.as_secs_f64());
                write!(f, "`{program}` did not answer {request} within {seconds} s, and was ended")?;
            }
            FaultCause::Ended { request, status } => {
                write!(f, "`{program}` ended instead of answering {} ({status})", request.words())?;
            }
            FaultCause::BadOutput(bad) => {
                write!(f, "`{program}` was ended, because its output is not the protocol's: {bad}")?;
            }
            FaultCause::OtherFold { before, now } => {
                write!(
                    f,
                    "`{program}` was the fold \"{before}\" and is now \"{now}\", so all has to be folded again"
                )?;
            }
            FaultCause::Reported { what, at: Some(at) } => {
                write!(f, "`{program}` reports an error at version {at}: {what}")?;
            }
            FaultCause::Reported { what, at: None } => write!(f, "`{program}` reports an error: {what}")?,
        }
        if !self.stderr.is_empty() {
            write!(f, "\nits last lines on stderr:\n  {}", self.stderr.join("\n  "))?;
        }
        Ok(())
    }
}

impl std::error::Error for FoldFault {}
