//! The import of a log, as the screen knows it.

/// A log that is being imported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunningImport {
    /// Events so far.
    pub n_events: u64,
    /// Lines that could not be read.
    pub n_bad: u64,
    /// The part of the log that has been read, in percent; `None` if its length is not known.
    pub percent: Option<u8>,
}
