//! The grammar of a command: its word, its arguments and its options, for reading, help and completion.

use std::borrow::Cow;

use crate::domain::command::{Argument, BadCommand, Command, CommandOption};
use crate::domain::event::StreamName;
use crate::domain::money::decimal::BadAmount;

/// A word of a command language. Its first argument is the stream that acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grammar {
    /// The first word of the command.
    pub word: Cow<'static, str>,
    /// The word for a stream in usage lines, as in `ACCOUNT`.
    pub stream: Cow<'static, str>,
    /// The arguments after the acting stream, in order.
    pub arguments: Cow<'static, [ArgumentKind]>,
    /// The options after the arguments. Each takes a value.
    pub options: Cow<'static, [Cow<'static, str>]>,
    /// The effect, in a few words.
    pub does: Cow<'static, str>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArgumentKind {
    /// The name of a stream.
    Stream,
    /// An amount such as `50.00`.
    Amount,
    /// Any text, with its word in usage lines.
    Text(Cow<'static, str>),
}

impl Grammar {
    /// The command's usage, as in `deposit ACCOUNT AMOUNT [--note TEXT]`.
    pub fn usage(&self) -> String {
        let arguments = (0..=self.arguments.len()).map(|nth| format!(" {}", self.argument_word(nth)));
        let options = self.options.iter().map(|option| format!(" [{option} TEXT]"));
        std::iter::once(self.word.clone().into_owned()).chain(arguments).chain(options).collect()
    }

    /// Whether an argument is the name of a stream; 0 is the first one, the acting stream.
    pub fn takes_stream(&self, nth: usize) -> bool {
        match nth.checked_sub(1) {
            None => true,
            Some(nth) => self.arguments.get(nth) == Some(&ArgumentKind::Stream),
        }
    }

    fn argument_word(&self, nth: usize) -> &str {
        match nth.checked_sub(1).map(|nth| self.arguments.get(nth)) {
            None | Some(Some(ArgumentKind::Stream)) => &self.stream,
            Some(Some(ArgumentKind::Amount)) => "AMOUNT",
            Some(Some(ArgumentKind::Text(word))) => word,
            Some(None) => "ARGUMENT",
        }
    }

    /// Reads a command from the words after its first one.
    ///
    /// # Errors
    /// Too few or too many arguments, an unknown option, or an argument of another kind.
    pub(super) fn read(&self, words: &[String]) -> Result<Command, BadCommand> {
        let GivenWords { arguments, options } = self.split(words)?;
        let argument = |nth: usize| {
            let missing = || self.bad(&format!("{} is missing", self.argument_word(nth).to_lowercase()));
            arguments.get(nth).copied().ok_or_else(missing)
        };
        let stream = |nth: usize| StreamName::new(argument(nth)?).map_err(|why| self.bad(&why.to_string()));
        let acting = stream(0)?;
        let others = (1..).zip(self.arguments.iter()).map(|(nth, kind)| {
            Ok(match kind {
                ArgumentKind::Stream => Argument::Stream(stream(nth)?),
                ArgumentKind::Amount => {
                    let amount = argument(nth)?.parse();
                    Argument::Amount(amount.map_err(|why: BadAmount| self.bad(&why.to_string()))?)
                }
                ArgumentKind::Text(_) => Argument::Text(argument(nth)?.to_owned()),
            })
        });
        let others = others.collect::<Result<_, _>>()?;
        let given = |name: &Cow<'static, str>| {
            // Of an option that is given twice, the last value counts.
            let (_, value) = options.iter().rev().find(|(given, _)| given == name)?;
            Some(CommandOption { name: name.clone(), value: value.clone() })
        };
        let options = self.options.iter().filter_map(given).collect();
        Ok(Command { word: self.word.clone(), stream: acting, arguments: others, options })
    }

    fn split<'w>(&self, words: &'w [String]) -> Result<GivenWords<'w>, BadCommand> {
        let mut given = GivenWords::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name, Some(value.to_owned())),
                _ => (word.as_str(), None),
            };
            if !name.starts_with("--") {
                given.arguments.push(word);
                continue;
            }
            if !self.options.iter().any(|option| option == name) {
                return Err(self.bad(&format!("{} has no option {name}", self.word)));
            }
            let Some(value) = value.or_else(|| words.next().cloned()) else {
                return Err(self.bad(&format!("{name} needs a value")));
            };
            given.options.push((name, value));
        }
        match given.arguments.get(self.arguments.len() + 1) {
            Some(extra) => Err(self.bad(&format!("'{extra}' is one word too many"))),
            None => Ok(given),
        }
    }

    fn bad(&self, why: &str) -> BadCommand {
        BadCommand(format!("{why}; write: {}", self.usage()))
    }
}

/// The words of a command after the first one, by their kind.
#[derive(Default)]
struct GivenWords<'w> {
    arguments: Vec<&'w str>,
    options: Vec<(&'w str, String)>,
}
