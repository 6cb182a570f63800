//! The prompt: its text, history, completion and preview.

use tui_input::Input;

use crate::domain::command::language::CommandLanguage;
use crate::domain::command::{BadCommand, Command};
use crate::domain::event::StreamName;
use crate::read_model::rows::steering::Order;
use crate::replay::at::{At, BadAt};
use crate::tui::model::slot::Slot;
use crate::tui::questions::names::NamesQuestion;
use crate::tui::questions::preview::{Preview, PreviewQuestion};

/// The longest line, in characters: enough for what a person types, with a pasted note.
pub const PROMPT_CHARS_MAX: usize = 1_000;

/// The most lines of history that are kept.
pub const HISTORY_LINES_MAX: usize = 200;

/// The most candidates for completion that are requested and shown.
pub const CANDIDATES_MAX: usize = 8;

/// A line that is being typed.
#[derive(Clone, Debug, Default)]
pub struct Prompt {
    /// The text and the cursor in it.
    pub input: Input,
    /// The line from the history that is shown, counted from the newest; `None` = the own line.
    pub recalled: Option<usize>,
    /// The line typed before a line from the history replaced it.
    pub own_line: String,
    /// The candidates at the cursor.
    pub completion: Completion,
    /// The effect of the command, asked with the head that it would act on.
    pub preview: Slot<PreviewQuestion, Preview>,
    /// The stream names that begin with the word at the cursor.
    pub names: Slot<NamesQuestion, Vec<String>>,
}

/// A command line, parsed.
#[derive(Clone, Debug, PartialEq)]
pub enum CommandLine {
    /// Nothing has been typed.
    Nothing,
    /// `goto PLACE`, or a position alone.
    Goto(Result<At, BadAt>),
    /// `goto` with a stream's name.
    Select(StreamName),
    Quit,
    Rebuild,
    Help,
    /// An order to the projector, or its usage.
    Order(Result<Order, &'static str>),
    /// `sql`, with or without a question.
    Sql(String),
    /// A command of the domain.
    Command(Result<Command, BadCommand>),
}

/// The words that the prompt knows beside the commands of the domain, with their help.
pub const PROMPT_WORDS: [(&str, &str); 11] = [
    ("goto", "goto 8112, goto 2024-03-14, goto 42%, goto head; goto acc-01 selects the {stream}"),
    ("sql", "ask the read model in SQL: sql, or sql SELECT * FROM {table}"),
    ("hold", "the projector takes nothing until it is released"),
    ("release", "the projector continues"),
    ("step", "the projector takes one event, and is held; step 20 takes 20"),
    ("speed", "speed 10: the projector takes ten events a second; speed free: as fast as it goes"),
    ("retry", "the projector tries again what failed"),
    ("skip", "skip 8112: the projector skips the failed event, until a rebuild tries it again"),
    ("rebuild", "rebuild the read model up to the head, whatever the projector's pace"),
    ("help", "the keys"),
    ("quit", "end"),
];

/// An order to the projector; `None` for any other word.
fn order(word: &str, rest: &str) -> Option<Result<Order, &'static str>> {
    let alone = |order: Order, how| if rest.is_empty() { Ok(order) } else { Err(how) };
    let number = |how| rest.parse::<u64>().map_err(|_| how);
    Some(match word {
        "hold" => alone(Order::Hold, "hold takes no argument"),
        "release" => alone(Order::Release, "release takes no argument"),
        "retry" => alone(Order::Retry, "retry takes no argument"),
        "step" if rest.is_empty() => Ok(Order::Step(1)),
        "step" => number("step takes a number of events, as in step 20")
            .and_then(|n| if n == 0 { Err("step takes one event or more") } else { Ok(Order::Step(n)) }),
        "skip" => number("skip takes the position of the event, as in skip 8112").map(Order::Skip),
        "speed" if rest == "free" => Ok(Order::Speed(None)),
        "speed" => rest
            .parse()
            .map(|per_second| Order::Speed(Some(per_second)))
            .map_err(|_| "speed takes events a second, as in speed 10, or speed free"),
        _ => return None,
    })
}

/// Parses a command line; `commands` are those of the domain.
pub fn reading(text: &str, commands: &CommandLanguage) -> CommandLine {
    let text = text.trim();
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    match word {
        "" => CommandLine::Nothing,
        "goto" => goto(rest.trim()),
        "quit" | "q" if rest.is_empty() => CommandLine::Quit,
        "rebuild" if rest.is_empty() => CommandLine::Rebuild,
        "help" if rest.is_empty() => CommandLine::Help,
        _ if let Some(order) = order(word, rest.trim()) => CommandLine::Order(order),
        "sql" => CommandLine::Sql(rest.trim().to_owned()),
        _ if word.starts_with(|c: char| c.is_ascii_digit()) => CommandLine::Goto(At::parse(text)),
        _ => CommandLine::Command(commands.parse(text)),
    }
}

/// Parses the text after `goto`: a place, or a stream. A text that begins like a place and is not one is a mistyped
/// place; a stream with such a name is written in quotes.
fn goto(text: &str) -> CommandLine {
    let is_quoted = text.starts_with(['"', '\'']);
    let begins_as_place =
        text.is_empty() || text.starts_with(|c: char| c.is_ascii_digit() || "+-.,%".contains(c));
    match At::parse(text) {
        Ok(at) if !is_quoted => CommandLine::Goto(Ok(at)),
        Err(why) if begins_as_place => CommandLine::Goto(Err(why)),
        place => match only_word(text).and_then(|word| StreamName::new(&word).ok()) {
            Some(name) => CommandLine::Select(name),
            None => CommandLine::Goto(place),
        },
    }
}

/// The only word of the text, without its quotes.
fn only_word(text: &str) -> Option<String> {
    let [word] = <[String; 1]>::try_from(shlex::split(text)?).ok()?;
    Some(word)
}

/// Candidates for the word at the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// The candidates, in order.
    pub candidates: Vec<String>,
    /// The index of the chosen one, once a choice has begun.
    pub chosen: Option<usize>,
    /// The beginning of the word that they would replace, in characters.
    pub begins_at: usize,
}

impl Prompt {
    /// An empty prompt, opened for the `nth` time.
    pub fn opened(nth: u64) -> Self {
        Self { preview: Slot::of_opening(nth), names: Slot::of_opening(nth), ..Self::default() }
    }

    /// Whether it is known that there is no stream of this name.
    pub fn lacks(&self, name: &StreamName) -> bool {
        self.is_stream(name) == Some(false)
    }

    /// Whether it is known that there is a stream of this name.
    pub fn knows(&self, name: &StreamName) -> bool {
        self.is_stream(name) == Some(true)
    }

    /// Whether there is a stream of this name; `None` until the names with this beginning have been read.
    fn is_stream(&self, name: &StreamName) -> Option<bool> {
        let names = self.names.answer().filter(|_| self.names.is_settled())?;
        let is_asked = self.names.question().is_some_and(|asked| asked.prefix == name.as_str());
        is_asked.then(|| names.iter().any(|known| known == name.as_str()))
    }

    /// The line typed so far.
    pub fn text(&self) -> &str {
        self.input.value()
    }

    /// The text up to the cursor.
    pub fn before_cursor(&self) -> String {
        self.text().chars().take(self.input.cursor()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(text: &str) -> CommandLine {
        super::reading(text, &CommandLanguage::default())
    }

    #[test]
    fn goto_reads_a_place_before_a_name_and_a_mistyped_place_is_no_name() {
        let name = |text: &str| CommandLine::Select(StreamName::new(text).unwrap());
        assert_eq!(reading("goto acc-0712"), name("acc-0712"));
        assert_eq!(reading("goto '0712'"), name("0712"));
        assert_eq!(reading("goto \"two words\""), name("two words"));
        assert_eq!(reading("goto header"), name("header"));
        assert_eq!(reading("goto head"), CommandLine::Goto(Ok(At::Head)));
        assert_eq!(reading("goto \"head\""), name("head"));
        for place in ["8112", "2024-03-14", "42%", "2024-03-14 10:22:07"] {
            assert!(matches!(reading(&format!("goto {place}")), CommandLine::Goto(Ok(_))), "{place}");
        }
        for bad in ["", "2024-13-01", "101%", "-1", "8112x", "two words", "'open"] {
            assert!(matches!(reading(&format!("goto {bad}")), CommandLine::Goto(Err(_))), "{bad}");
        }
    }
}
