//! Notices: what the hint line reports, until the next key.

/// Something to report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its kind.
    pub tone: Tone,
    /// One or two sentences.
    pub text: String,
}

/// The kind of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Information.
    Plain,
    /// Something was done.
    Done,
    /// Something failed.
    Bad,
}
