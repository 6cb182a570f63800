//! The commands of an account, and the text in which a person writes them.

use std::fmt;

use crate::domain::event::StreamName;
use crate::domain::money::decimal::{BadAmount, Decimal};

/// The longest command text that is read, in bytes: what a person types on one line, with room for a pasted note.
pub const COMMAND_BYTES_MAX: usize = 4096;

/// A request that the domain may refuse. Its `Display` text parses to the same command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The account that acts; a transfer's sender.
    pub account: StreamName,
    /// The request.
    pub action: Action,
}

/// The requests to an account. Amounts are kept as written, because their minor units depend on the account's currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Open the account.
    Open { owner: Option<String>, currency: Option<String> },
    /// Take in money from outside.
    Deposit { amount: Decimal, note: Option<String> },
    /// Pay money out.
    Withdraw { amount: Decimal, note: Option<String> },
    /// Pay money to another account.
    Transfer { to: StreamName, amount: Decimal, note: Option<String> },
    /// Set how far the balance may go below zero.
    Overdraft { limit: Decimal },
    /// Block the account.
    Freeze { reason: Option<String> },
    /// Unblock the account.
    Unfreeze,
    /// Close the account for good.
    Close,
}

/// A word of the command language, with its usage for help and completion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grammar {
    /// The first word of the command.
    pub word: &'static str,
    /// The arguments after it, in order.
    pub arguments: &'static [Argument],
    /// The options after the arguments. Each takes a value.
    pub options: &'static [&'static str],
    /// The effect, in a few words.
    pub does: &'static str,
}

/// The kind of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// The name of an account.
    Account,
    /// An amount such as `50.00`.
    Amount,
}

impl Argument {
    /// Its word in a usage line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Account => "ACCOUNT",
            Self::Amount => "AMOUNT",
        }
    }
}

/// The whole command language.
pub const GRAMMAR: &[Grammar] = {
    use Argument::{Account, Amount};
    &[
        Grammar {
            word: "open",
            arguments: &[Account],
            options: &["--owner", "--currency"],
            does: "a new account",
        },
        Grammar { word: "deposit", arguments: &[Account, Amount], options: &["--note"], does: "money in" },
        Grammar { word: "withdraw", arguments: &[Account, Amount], options: &["--note"], does: "money out" },
        Grammar {
            word: "transfer",
            arguments: &[Account, Account, Amount],
            options: &["--note"],
            does: "money to another account",
        },
        Grammar {
            word: "overdraft",
            arguments: &[Account, Amount],
            options: &[],
            does: "how far below zero it may go",
        },
        Grammar { word: "freeze", arguments: &[Account], options: &["--reason"], does: "let nothing happen" },
        Grammar { word: "unfreeze", arguments: &[Account], options: &[], does: "let things happen again" },
        Grammar {
            word: "close",
            arguments: &[Account],
            options: &[],
            does: "end an account that is at zero",
        },
    ]
};

impl Grammar {
    /// The command's usage, as in `deposit ACCOUNT AMOUNT [--note TEXT]`.
    pub fn usage(&self) -> String {
        let arguments = self.arguments.iter().map(|a| format!(" {}", a.word()));
        let options = self.options.iter().map(|o| format!(" [{o} TEXT]"));
        std::iter::once(self.word.to_owned()).chain(arguments).chain(options).collect()
    }
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
    /// Parses a command as a person writes it: words, quotes as in a shell, `--option value` or `--option=value`.
    ///
    /// # Errors
    /// An unknown command, too few or too many arguments, an unknown option, or an invalid amount.
    pub fn parse(text: &str) -> Result<Self, BadCommand> {
        let bad = |why: String| Err(BadCommand(why));
        if text.len() > COMMAND_BYTES_MAX {
            return bad(format!("a command is at most {COMMAND_BYTES_MAX} bytes long"));
        }
        let Some(words) = shlex::split(text) else {
            return bad("a quote is not closed".to_owned());
        };
        let Some((word, rest)) = words.split_first() else {
            return bad(format!("a command is one of: {}", command_words()));
        };
        let Some(grammar) = GRAMMAR.iter().find(|g| g.word == word) else {
            return bad(format!("'{word}' is not a command; the commands are: {}", command_words()));
        };
        let parts = Parts::of(rest, grammar)?;
        let account = parts.account(0)?;
        let action = match grammar.word {
            "open" => Action::Open { owner: parts.option("--owner"), currency: parts.option("--currency") },
            "deposit" => Action::Deposit { amount: parts.amount(1)?, note: parts.option("--note") },
            "withdraw" => Action::Withdraw { amount: parts.amount(1)?, note: parts.option("--note") },
            "transfer" => Action::Transfer {
                to: parts.account(1)?,
                amount: parts.amount(2)?,
                note: parts.option("--note"),
            },
            "overdraft" => Action::Overdraft { limit: parts.amount(1)? },
            "freeze" => Action::Freeze { reason: parts.option("--reason") },
            "unfreeze" => Action::Unfreeze,
            _ => Action::Close,
        };
        Ok(Self { account, action })
    }

    /// The other account of a transfer.
    pub fn counterparty(&self) -> Option<&StreamName> {
        match &self.action {
            Action::Transfer { to, .. } => Some(to),
            _ => None,
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let account = quoted(self.account.as_str());
        let option = |name: &str, value: &Option<String>| {
            value.as_deref().map_or_else(String::new, |v| format!(" {name} {}", quoted(v)))
        };
        match &self.action {
            Action::Open { owner, currency } => {
                write!(f, "open {account}{}{}", option("--owner", owner), option("--currency", currency))
            }
            Action::Deposit { amount, note } => {
                write!(f, "deposit {account} {amount}{}", option("--note", note))
            }
            Action::Withdraw { amount, note } => {
                write!(f, "withdraw {account} {amount}{}", option("--note", note))
            }
            Action::Transfer { to, amount, note } => {
                write!(f, "transfer {account} {} {amount}{}", quoted(to.as_str()), option("--note", note))
            }
            Action::Overdraft { limit } => write!(f, "overdraft {account} {limit}"),
            Action::Freeze { reason } => write!(f, "freeze {account}{}", option("--reason", reason)),
            Action::Unfreeze => write!(f, "unfreeze {account}"),
            Action::Close => write!(f, "close {account}"),
        }
    }
}

/// The word, quoted if necessary, so that [`Command::parse`] reads it as one word.
pub fn quoted(word: &str) -> String {
    // Only NUL cannot be quoted, and it cannot be typed either.
    shlex::try_quote(word).map_or_else(|_| word.replace('\0', ""), std::borrow::Cow::into_owned)
}

fn command_words() -> String {
    GRAMMAR.iter().map(|g| g.word).collect::<Vec<_>>().join(", ")
}

/// The words of a command after the first one, by their kind.
struct Parts<'a> {
    grammar: &'a Grammar,
    arguments: Vec<&'a str>,
    options: Vec<(&'static str, String)>,
}

impl<'a> Parts<'a> {
    fn of(words: &'a [String], grammar: &'a Grammar) -> Result<Self, BadCommand> {
        let mut parts = Self { grammar, arguments: Vec::new(), options: Vec::new() };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name, Some(value.to_owned())),
                _ => (word.as_str(), None),
            };
            if !name.starts_with("--") {
                parts.arguments.push(word);
                continue;
            }
            let Some(option) = grammar.options.iter().find(|o| **o == name) else {
                return Err(parts.bad(&format!("{} has no option {name}", grammar.word)));
            };
            let Some(value) = value.or_else(|| words.next().cloned()) else {
                return Err(parts.bad(&format!("{name} needs a value")));
            };
            parts.options.push((option, value));
        }
        if parts.arguments.len() > grammar.arguments.len() {
            let extra = parts.arguments.get(grammar.arguments.len()).copied().unwrap_or_default();
            return Err(parts.bad(&format!("'{extra}' is one word too many")));
        }
        Ok(parts)
    }

    fn bad(&self, why: &str) -> BadCommand {
        BadCommand(format!("{why}; write: {}", self.grammar.usage()))
    }

    fn argument(&self, at: usize) -> Result<&str, BadCommand> {
        let missing = || {
            let word = self.grammar.arguments.get(at).map_or("argument", |a| a.word());
            self.bad(&format!("{} is missing", word.to_lowercase()))
        };
        self.arguments.get(at).copied().ok_or_else(missing)
    }

    fn account(&self, at: usize) -> Result<StreamName, BadCommand> {
        StreamName::new(self.argument(at)?).map_err(|why| self.bad(&why.to_string()))
    }

    fn amount(&self, at: usize) -> Result<Decimal, BadCommand> {
        self.argument(at)?.parse().map_err(|why: BadAmount| self.bad(&why.to_string()))
    }

    fn option(&self, name: &str) -> Option<String> {
        self.options.iter().rev().find(|(option, _)| *option == name).map(|(_, value)| value.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn why(text: &str) -> String {
        Command::parse(text).unwrap_err().0
    }

    #[test]
    fn a_command_reads_as_a_person_writes_it() {
        let name = |s| StreamName::new(s).unwrap();
        let open = Action::Open { owner: Some("Ada Lovelace".to_owned()), currency: Some("EUR".to_owned()) };
        assert_eq!(
            Command::parse(r#"open acc-9 --owner "Ada Lovelace" --currency=EUR"#),
            Ok(Command { account: name("acc-9"), action: open })
        );
        let transfer = Action::Transfer { to: name("acc-2"), amount: "10".parse().unwrap(), note: None };
        assert_eq!(
            Command::parse("transfer acc-1 acc-2 10"),
            Ok(Command { account: name("acc-1"), action: transfer })
        );
    }

    #[test]
    fn a_text_that_is_not_a_command_gets_the_reason_and_the_usage() {
        assert_eq!(why("deposit acc-1"), "amount is missing; write: deposit ACCOUNT AMOUNT [--note TEXT]");
        assert_eq!(
            why("deposit acc-1 ten"),
            "'ten' is not an amount; write it like 50 or 50.00; write: deposit ACCOUNT AMOUNT [--note TEXT]"
        );
        assert_eq!(why("close acc-1 now"), "'now' is one word too many; write: close ACCOUNT");
        assert_eq!(why("close acc-1 --force"), "close has no option --force; write: close ACCOUNT");
        assert_eq!(why("open acc-1 --owner \"Ada"), "a quote is not closed");
        assert!(why("steal acc-1").starts_with("'steal' is not a command; the commands are: open, deposit"));
        assert!(why("").starts_with("a command is one of: open"));
    }

    proptest! {
        #[test]
        fn a_commands_text_parses_to_it_again(
            account in "[^\\x00]{1,20}", to in "[^\\x00-]{1,20}", amount in -10_000_i64..10_000, note in "[^\\x00]{0,20}"
        ) {
            prop_assume!(!account.starts_with("--"));
            let account = StreamName::new(&account).unwrap();
            let to = StreamName::new(&to).unwrap();
            let action = Action::Transfer { to, amount: Decimal::whole(amount), note: Some(note) };
            let command = Command { account, action };
            prop_assert_eq!(Command::parse(&command.to_string()), Ok(command));
        }

        #[test]
        fn no_text_ends_the_parser(text in "\\PC{0,80}") {
            let _ = Command::parse(&text).map_err(|e| e.to_string());
        }
    }
}
