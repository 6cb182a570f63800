//! The commands of an account, and their grammar.

use std::borrow::Cow;
use std::fmt;

use crate::domain::command::grammar::{ArgumentKind, Grammar};
use crate::domain::command::{Argument, Command, quoted};
use crate::domain::event::StreamName;
use crate::domain::money::decimal::Decimal;

/// A command to an account. Its `Display` text is that of the [`Command`] that it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountCommand {
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

const fn grammar(
    word: &'static str,
    arguments: &'static [ArgumentKind],
    options: &'static [Cow<'static, str>],
    does: &'static str,
) -> Grammar {
    Grammar {
        word: Cow::Borrowed(word),
        stream: Cow::Borrowed("ACCOUNT"),
        arguments: Cow::Borrowed(arguments),
        options: Cow::Borrowed(options),
        does: Cow::Borrowed(does),
    }
}

const NOTE: &[Cow<'static, str>] = &[Cow::Borrowed("--note")];
const OPENING: &[Cow<'static, str>] = &[Cow::Borrowed("--owner"), Cow::Borrowed("--currency")];
const REASON: &[Cow<'static, str>] = &[Cow::Borrowed("--reason")];

/// The commands of an account.
pub static GRAMMARS: [Grammar; 8] = {
    use ArgumentKind::{Amount, Stream};
    [
        grammar("open", &[], OPENING, "a new account"),
        grammar("deposit", &[Amount], NOTE, "money in"),
        grammar("withdraw", &[Amount], NOTE, "money out"),
        grammar("transfer", &[Stream, Amount], NOTE, "money to another account"),
        grammar("overdraft", &[Amount], &[], "how far below zero it may go"),
        grammar("freeze", &[], REASON, "let nothing happen"),
        grammar("unfreeze", &[], &[], "let things happen again"),
        grammar("close", &[], &[], "end an account that is at zero"),
    ]
};

impl AccountCommand {
    /// The command to an account that this command is; `None` if it is not one.
    pub fn of(command: &Command) -> Option<Self> {
        let option = |name: &str| command.option(name).map(str::to_owned);
        let action = match (command.word.as_ref(), command.arguments.as_slice()) {
            ("open", []) => Action::Open { owner: option("--owner"), currency: option("--currency") },
            ("deposit", [Argument::Amount(amount)]) => {
                Action::Deposit { amount: *amount, note: option("--note") }
            }
            ("withdraw", [Argument::Amount(amount)]) => {
                Action::Withdraw { amount: *amount, note: option("--note") }
            }
            ("transfer", [Argument::Stream(to), Argument::Amount(amount)]) => {
                Action::Transfer { to: to.clone(), amount: *amount, note: option("--note") }
            }
            ("overdraft", [Argument::Amount(limit)]) => Action::Overdraft { limit: *limit },
            ("freeze", []) => Action::Freeze { reason: option("--reason") },
            ("unfreeze", []) => Action::Unfreeze,
            ("close", []) => Action::Close,
            _ => return None,
        };
        Some(Self { account: command.stream.clone(), action })
    }

    /// The other account of a transfer.
    pub fn counterparty(&self) -> Option<&StreamName> {
        match &self.action {
            Action::Transfer { to, .. } => Some(to),
            _ => None,
        }
    }
}

impl fmt::Display for AccountCommand {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::BadCommand;
    use crate::domain::command::language::{AggregateCommands, CommandLanguage};
    use crate::domain::name_pattern::NamePattern;
    use proptest::prelude::*;

    fn parse(text: &str) -> Result<Command, BadCommand> {
        let account = AggregateCommands {
            name: "account".into(),
            streams: NamePattern::ANY,
            grammars: GRAMMARS.to_vec(),
        };
        CommandLanguage { aggregates: vec![account] }.parse(text)
    }

    fn command(text: &str) -> AccountCommand {
        AccountCommand::of(&parse(text).unwrap()).unwrap()
    }

    fn why(text: &str) -> String {
        parse(text).unwrap_err().0
    }

    #[test]
    fn a_command_reads_as_a_person_writes_it() {
        let name = |s| StreamName::new(s).unwrap();
        let open = Action::Open { owner: Some("Ada Lovelace".to_owned()), currency: Some("EUR".to_owned()) };
        assert_eq!(
            command(r#"open acc-9 --owner "Ada Lovelace" --currency=EUR"#),
            AccountCommand { account: name("acc-9"), action: open }
        );
        let transfer = Action::Transfer { to: name("acc-2"), amount: "10".parse().unwrap(), note: None };
        assert_eq!(
            command("transfer acc-1 acc-2 10"),
            AccountCommand { account: name("acc-1"), action: transfer }
        );
    }

    #[test]
    fn every_word_of_the_grammar_is_a_command_to_an_account() {
        for grammar in &GRAMMARS {
            let text = grammar.usage().replace("AMOUNT", "5");
            let text = text.replace(['[', ']'], "");
            let command = parse(&text).unwrap();
            assert_eq!(command.options.len(), grammar.options.len(), "{text}");
            assert_eq!(AccountCommand::of(&command).map(|command| command.to_string()), Some(text));
        }
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
            let written = AccountCommand { account, action };
            let read = parse(&written.to_string()).unwrap();
            prop_assert_eq!(read.to_string(), written.to_string());
            prop_assert_eq!(AccountCommand::of(&read), Some(written));
        }

        #[test]
        fn no_text_ends_the_parser(text in "\\PC{0,80}") {
            let _ = parse(&text).map_err(|e| e.to_string());
        }
    }
}
