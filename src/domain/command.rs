//! Commands: requests that a domain may refuse, as a word with its arguments.
//!
//! Its files:
//!
//! - `grammar.rs`: the grammar of a command: its word, its arguments and its options, for reading, help and completion
//! - `language.rs`: the command language of a log: the commands of its aggregates, and how a person's text is read as one

pub mod grammar;
pub mod language;

use std::borrow::Cow;
use std::fmt;

use crate::domain::event::StreamName;
use crate::domain::money::decimal::Decimal;

/// The longest command text that is read, in bytes: what a person types on one line, with room for a pasted note.
pub const COMMAND_BYTES_MAX: usize = 4096;

/// A request to an aggregate. Its `Display` text parses to the same command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Its word, as in `deposit`.
    pub word: Cow<'static, str>,
    /// The stream that acts: the first argument.
    pub stream: StreamName,
    /// The arguments after it, in order.
    pub arguments: Vec<Argument>,
    /// The options that were given, in the order of the grammar.
    pub options: Vec<CommandOption>,
}

/// An argument of a command. Amounts are kept as written, because their minor units depend on the state's currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// Another stream.
    Stream(StreamName),
    Amount(Decimal),
    /// Any text.
    Text(String),
}

/// An option of a command, with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandOption {
    /// Its name, with the dashes.
    pub name: Cow<'static, str>,
    pub value: String,
}

/// The reason why a text is not a command, as a sentence for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadCommand(pub String);

impl fmt::Display for BadCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadCommand {}

impl Command {
    /// The streams on whose states it is decided, the acting one first. A stream that it names twice is there twice.
    pub fn streams(&self) -> impl Iterator<Item = &StreamName> {
        let others = self.arguments.iter().filter_map(|argument| match argument {
            Argument::Stream(stream) => Some(stream),
            Argument::Amount(_) | Argument::Text(_) => None,
        });
        std::iter::once(&self.stream).chain(others)
    }

    /// The value of an option; `None` if it was not given.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().find(|option| option.name == name).map(|option| option.value.as_str())
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.word, quoted(self.stream.as_str()))?;
        for argument in &self.arguments {
            match argument {
                Argument::Stream(stream) => write!(f, " {}", quoted(stream.as_str()))?,
                Argument::Amount(amount) => write!(f, " {amount}")?,
                Argument::Text(text) => write!(f, " {}", quoted(text))?,
            }
        }
        self.options
            .iter()
            .try_for_each(|CommandOption { name, value }| write!(f, " {name} {}", quoted(value)))
    }
}

/// The word, quoted if necessary, so that it is read as one word.
pub fn quoted(word: &str) -> String {
    // Only NUL cannot be quoted, and it cannot be typed either.
    shlex::try_quote(word).map_or_else(|_| word.replace('\0', ""), Cow::into_owned)
}
