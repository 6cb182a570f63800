//! The command language of a log: the commands of its aggregates, and how a person's text is read as one.

use std::borrow::Cow;

use crate::domain::aggregates::words::Noun;
use crate::domain::command::grammar::Grammar;
use crate::domain::command::{BadCommand, COMMAND_BYTES_MAX, Command};
use crate::domain::name_pattern::NamePattern;

/// Why a log takes no commands if none of its aggregates has any.
pub const TAKES_NO_COMMANDS: &str = "this log takes no commands: foldback knows no rules for its events";

/// The commands of all aggregates of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandLanguage {
    /// Those of each aggregate. A stream belongs to the first one whose pattern its name matches.
    pub aggregates: Vec<AggregateCommands>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AggregateCommands {
    /// The aggregate's name.
    pub name: Cow<'static, str>,
    /// The names of its streams.
    pub streams: NamePattern,
    /// Its commands; empty for an aggregate without a decider.
    pub grammars: Vec<Grammar>,
}

impl AggregateCommands {
    /// That its streams take no commands, in words.
    pub fn takes_none(&self) -> String {
        takes_no_commands(&self.name)
    }

    fn grammar(&self, word: &str) -> Option<&Grammar> {
        self.grammars.iter().find(|grammar| grammar.word == word)
    }
}

impl CommandLanguage {
    /// Whether no aggregate has a command.
    pub fn is_empty(&self) -> bool {
        self.grammars().next().is_none()
    }

    /// The commands of all aggregates, in order.
    pub fn grammars(&self) -> impl Iterator<Item = &Grammar> {
        self.aggregates.iter().flat_map(|aggregate| &aggregate.grammars)
    }

    /// The first command with this word.
    pub fn grammar(&self, word: &str) -> Option<&Grammar> {
        self.grammars().find(|grammar| grammar.word == word)
    }

    /// Reads a command as a person writes it: words, quotes as in a shell, `--option value` or `--option=value`. The
    /// aggregate of its stream says what it may be.
    ///
    /// # Errors
    /// An unknown command, a stream whose aggregate has no commands, too few or too many arguments, an unknown option,
    /// or an argument that does not read.
    pub fn parse(&self, text: &str) -> Result<Command, BadCommand> {
        let bad = |why: String| Err(BadCommand(why));
        if text.len() > COMMAND_BYTES_MAX {
            return bad(format!("a command is at most {COMMAND_BYTES_MAX} bytes long"));
        }
        let Some(words) = shlex::split(text) else {
            return bad("a quote is not closed".to_owned());
        };
        let Some((word, rest)) = words.split_first() else {
            return match self.is_empty() {
                false => bad(format!("a command is one of: {}", words_of(self.grammars()))),
                true => bad(TAKES_NO_COMMANDS.to_owned()),
            };
        };
        let aggregate = match acting(rest) {
            Some(stream) => self.aggregates.iter().find(|one| one.streams.matches(stream)),
            None => self.aggregates.iter().find(|one| one.grammar(word).is_some()),
        };
        if let Some(grammar) = aggregate.and_then(|aggregate| aggregate.grammar(word)) {
            return grammar.read(rest);
        }
        match aggregate {
            _ if self.is_empty() => bad(TAKES_NO_COMMANDS.to_owned()),
            Some(aggregate) if aggregate.grammars.is_empty() => {
                bad(format!("'{word}' is not a command: {}", aggregate.takes_none()))
            }
            Some(AggregateCommands { grammars, .. }) => {
                bad(format!("'{word}' is not a command; the commands are: {}", words_of(grammars.iter())))
            }
            None => {
                bad(format!("'{word}' is not a command; the commands are: {}", words_of(self.grammars())))
            }
        }
    }
}

/// That the streams of an aggregate of this name take no commands, in words.
pub fn takes_no_commands(aggregate: &str) -> String {
    format!("{} takes no commands", Noun::of(aggregate).with_article())
}

/// The first of the words after a command's own that is neither an option nor the value of one: its stream.
fn acting(words: &[String]) -> Option<&str> {
    let mut words = words.iter().map(String::as_str);
    loop {
        match words.next()? {
            option if option.starts_with("--") && option.contains('=') => {}
            option if option.starts_with("--") => drop(words.next()),
            stream => return Some(stream),
        }
    }
}

fn words_of<'g>(grammars: impl Iterator<Item = &'g Grammar>) -> String {
    grammars.map(|grammar| grammar.word.as_ref()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::grammar::ArgumentKind;
    use crate::domain::command::{Argument, CommandOption};
    use crate::domain::event::StreamName;

    fn grammar(word: &'static str, arguments: Vec<ArgumentKind>, options: &[&'static str]) -> Grammar {
        Grammar {
            word: word.into(),
            stream: "ROOM".into(),
            arguments: arguments.into(),
            options: options.iter().map(|option| Cow::Borrowed(*option)).collect(),
            does: "".into(),
        }
    }

    /// Rooms can be painted and joined, windows have no commands, and doors can be painted without a colour.
    fn language() -> CommandLanguage {
        let paint = grammar("paint", vec![ArgumentKind::Text("COLOUR".into())], &["--by", "--coats"]);
        let join = grammar("join", vec![ArgumentKind::Stream], &[]);
        let aggregate = |name: &'static str, prefix, grammars| AggregateCommands {
            name: name.into(),
            streams: NamePattern::of_prefix(prefix),
            grammars,
        };
        CommandLanguage {
            aggregates: vec![
                aggregate("door", "door-", vec![grammar("paint", vec![], &[])]),
                aggregate("window", "window-", vec![]),
                aggregate("room", "", vec![paint, join]),
            ],
        }
    }

    fn parsed(text: &str) -> Result<Command, String> {
        language().parse(text).map_err(|why| why.0)
    }

    #[test]
    fn a_command_is_read_by_the_aggregate_of_its_stream() {
        let name = |name| StreamName::new(name).unwrap();
        let option = |name, value: &str| CommandOption { name: Cow::Borrowed(name), value: value.to_owned() };
        let command = |word, stream, arguments, options| {
            Ok(Command { word: Cow::Borrowed(word), stream: name(stream), arguments, options })
        };
        assert_eq!(parsed("paint door-1"), command("paint", "door-1", vec![], vec![]));
        let colour = vec![Argument::Text("light blue".to_owned())];
        let options = vec![option("--by", "Ada"), option("--coats", "2")];
        assert_eq!(
            parsed("paint --coats=1 --coats 2 hall 'light blue' --by Ada"),
            command("paint", "hall", colour, options)
        );
        let other = vec![Argument::Stream(name("door-1"))];
        assert_eq!(parsed("join hall door-1"), command("join", "hall", other, vec![]));
    }

    #[test]
    fn a_text_that_is_not_a_command_gets_the_reason() {
        for (text, why) in [
            ("", "a command is one of: paint, paint, join"),
            ("paint", "room is missing; write: paint ROOM"),
            ("paint hall", "colour is missing; write: paint ROOM COLOUR [--by TEXT] [--coats TEXT]"),
            ("paint door-1 red", "'red' is one word too many; write: paint ROOM"),
            ("join door-1 hall", "'join' is not a command; the commands are: paint"),
            ("clean", "'clean' is not a command; the commands are: paint, paint, join"),
            ("paint window-1 red", "'paint' is not a command: a window takes no commands"),
            ("join hall door-1 --by Ada", "join has no option --by; write: join ROOM ROOM"),
            (
                "paint hall red --by",
                "--by needs a value; write: paint ROOM COLOUR [--by TEXT] [--coats TEXT]",
            ),
        ] {
            assert_eq!(parsed(text), Err(why.to_owned()), "{text}");
        }
        let none = CommandLanguage::default();
        let window = AggregateCommands { name: "window".into(), streams: NamePattern::ANY, grammars: vec![] };
        for language in [none, CommandLanguage { aggregates: vec![window] }] {
            for text in ["", "paint", "paint window-1 red"] {
                assert_eq!(language.parse(text).unwrap_err().0, TAKES_NO_COMMANDS, "{text}");
            }
        }
    }

    #[test]
    fn the_text_of_a_command_parses_to_it_again() {
        for text in ["paint hall 'light blue' --by 'A \"B\" C' --coats -1", "join 'two words' door-1"] {
            let command = parsed(text).unwrap();
            assert_eq!(parsed(&command.to_string()), Ok(command));
        }
    }
}
