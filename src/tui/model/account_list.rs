//! The query view's list of streams: its window, its filter, and the pending selection.

/// How the list of accounts is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountList {
    /// Only accounts whose name or owner has this text in it, in capitals or small letters; empty = all.
    pub filter: String,
    /// The account to select with the next answer, which knows its name.
    pub choice: Option<Choice>,
}

/// An account of the list, by where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The first one.
    First,
    /// The last one.
    Last,
    /// The one that is selected, if it is in the list, or else the first one.
    Listed,
}
