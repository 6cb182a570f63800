//! The open store: its name, its kind, and whether it takes commands.

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenStore {
    /// The name that the header shows.
    pub name: String,
    pub kind: StoreKind,
    /// Whether its log takes commands.
    pub takes_commands: bool,
}

/// The kind of the open store: its origin, for the words about it. The log's abilities determine what it allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreKind {
    /// A store of the user's own.
    Own,
    /// A scratch copy of the bundled bank.
    SampleCopy,
    /// A scratch store made from a log; it is read-only.
    Log,
    /// A store that cannot be written.
    ReadOnly,
}
