//! The query view's list of streams: its window, its filter, and the pending selection.

/// The filter and the pending choice of the list of listing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamList {
    /// Only streams with this text in their name or a listed text are listed, ignoring case; empty = all.
    pub filter: String,
    /// The stream to select when the next answer arrives, which has its name.
    pub choice: Option<Choice>,
}

/// A choice of a stream by its place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The first one.
    First,
    /// The last one.
    Last,
    /// The selected one, if it is listed, or else the first one.
    Listed,
}
