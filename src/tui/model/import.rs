//! The import of a log, as the screen knows it.

/// A log that is being read in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunningImport {
    /// Events so far.
    pub n_events: u64,
    /// Lines that could not be read.
    pub n_bad: u64,
    /// How much of the log has been read, in percent, where its length is known.
    pub percent: Option<u8>,
}
