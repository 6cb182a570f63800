//! The open store: its name, its kind, and whether it takes commands.

use crate::domain::command::language::{CommandLanguage, TAKES_NO_COMMANDS};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenStore {
    /// The name that the header shows.
    pub name: String,
    pub kind: StoreKind,
    /// Whether its log takes commands.
    pub takes_commands: bool,
}

impl OpenStore {
    /// Why no command can be given, in a sentence; `None` if some can. `commands` are those of the domain.
    pub fn why_no_commands(&self, commands: &CommandLanguage) -> Option<String> {
        match self.kind {
            _ if commands.is_empty() => Some(TAKES_NO_COMMANDS.to_owned()),
            _ if self.takes_commands => None,
            StoreKind::Log => Some(format!(
                "a log takes no commands: create a store from it with foldback new bank.db --from {}",
                self.name
            )),
            StoreKind::Own | StoreKind::SampleCopy | StoreKind::ReadOnly => {
                Some("this store cannot be written: it takes no commands".to_owned())
            }
        }
    }
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
