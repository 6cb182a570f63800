//! The command line: one verb for every answer that the explorer gives.
//!
//! Its files:
//!
//! - `args.rs`: the words of the command line, and their help
//! - `descriptors.rs`: errors that come from a limit on open files, recognised and explained
//! - `disk.rs`: advice for a disk on which the read model cannot be read or written
//! - `do_command.rs`: the verb `do`: a command done, refused, or previewed
//! - `domain.rs`: the verb `domain`: a domain file to start from, with what the log proves and its evidence
//! - `domain_file.rs`: the domain of a store or log: the given one, the domain file beside it, or that of its first events
//! - `events.rs`: the verb `events`: one event per line
//! - `exit.rs`: exit codes, and the errors that give them
//! - `explore.rs`: the explorer's start: on the bundled bank, a store or a log
//! - `export.rs`: the verb `export`: a store's events as lines of JSON
//! - `guide.rs`: the verb `guide`: a page, or the list of pages
//! - `import.rs`: the verbs `new` and `import`: creating a store, and adding the events of logs to it
//! - `open.rs`: paths on the command line: a store, or a log that is first read into a scratch store
//! - `output.rs`: output of the verbs: JSON for scripts, text for people
//! - `print.rs`: the verb `print`: a screen as text, without a terminal
//! - `progress.rs`: progress bars on stderr
//! - `query.rs`: the verb `query`: questions to the read model, in SQL
//! - `rebuild.rs`: the verb `rebuild`: the read model, rebuilt from the first event
//! - `receipt.rs`: the verb `receipt`: one line that says what a store has now, to keep elsewhere
//! - `sample.rs`: the verb `sample`: a made-up log on stdout
//! - `state.rs`: the verb `state`: the state of one stream at any position
//! - `states.rs`: the verb `state` without a name: the states of all streams, folded from the log itself
//! - `verify.rs`: the verb `verify`: each check of a store with its result, and the first fault

pub mod args;
pub mod descriptors;
pub mod disk;
pub mod do_command;
pub mod domain;
pub mod domain_file;
pub mod events;
pub mod exit;
pub mod explore;
pub mod export;
pub mod guide;
pub mod import;
pub mod open;
pub mod output;
pub mod print;
pub mod progress;
pub mod query;
pub mod rebuild;
pub mod receipt;
pub mod sample;
pub mod state;
pub mod states;
pub mod verify;

use std::ffi::OsString;
use std::io;

use anyhow::Result;
use clap::Parser;

use crate::cli::args::shared::Domain;
use crate::cli::args::{Explore, Verb};
use crate::cli::domain_file::aggregates_for;
use crate::cli::exit::{ExitCode, exit_code_of};
use crate::cli::output::say;
use crate::domain::aggregates::Aggregates;
use crate::runtime::shell::signals::survive_file_size_limit;

/// The examples at the top of `--help`.
const EXAMPLES: &str = "\
Examples:
  foldback                                  play with a sample bank
  foldback new bank.db --sample bank        create a store; `foldback bank.db` opens it
  foldback do bank.db 'deposit acc-01 50'   issue a command";

/// The exit codes at the end of `--help`.
const EXIT_CODES: &str = "\
Exit codes: 0 done, 1 error, 2 usage, 3 a check found something, 4 refused by a business rule,
            5 version conflict, 6 no such store or stream

The guide: foldback guide lists its pages, foldback guide TOPIC prints one.";

/// A time machine for event-sourced systems, in a terminal.
#[derive(Debug, Parser)]
#[command(
    name = "foldback",
    version,
    before_help = EXAMPLES,
    after_help = EXIT_CODES,
    subcommand_help_heading = "Verbs",
    subcommand_value_name = "VERB",
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true
)]
pub struct Cli {
    /// The verb; without one the explorer opens.
    #[command(subcommand)]
    pub verb: Option<Verb>,

    /// How to compute states: bank folds events as those of a bank, none merges the data of each stream's events, and any
    /// other word is the name of a domain file (default: foldback.toml beside the log or store; without one, foldback
    /// decides from the first events)
    #[arg(long, global = true, value_name = "DOMAIN")]
    pub domain: Option<Domain>,

    /// The explorer's arguments.
    #[command(flatten)]
    pub explore: Explore,
}

/// Runs foldback with these arguments. Errors are reported on stderr.
pub fn run(words: impl IntoIterator<Item = OsString>, aggregates: &Aggregates) -> ExitCode {
    let cli = match Cli::try_parse_from(words) {
        Ok(cli) => cli,
        Err(help_or_error) => {
            let is_error = help_or_error.use_stderr();
            return match help_or_error.print() {
                _ if is_error => ExitCode::Usage,
                Err(why) if why.kind() != io::ErrorKind::BrokenPipe => {
                    say(&format!("foldback: the output could not be written: {why}"));
                    ExitCode::Error
                }
                _ => ExitCode::Done,
            };
        }
    };
    match survive_file_size_limit().and_then(|()| dispatch(cli, aggregates)) {
        Ok(code) => code,
        Err(error) => {
            let code = exit_code_of(&error);
            if code != ExitCode::Done {
                let of_limit = descriptors::explain(&error).filter(|_| code == ExitCode::Error);
                say(&format!("foldback: {}", of_limit.unwrap_or_else(|| format!("{error:#}"))));
            }
            code
        }
    }
}

fn dispatch(cli: Cli, aggregates: &Aggregates) -> Result<ExitCode> {
    let path = cli.verb.as_ref().map_or(cli.explore.store.as_deref(), Verb::path);
    let aggregates = &aggregates_for(cli.domain.as_ref(), path, aggregates)?;
    match cli.verb {
        None => explore::run(&cli.explore, aggregates),
        Some(Verb::New(new)) => import::new(&new, aggregates),
        Some(Verb::Import(import)) => import::run(&import, aggregates),
        Some(Verb::Export(export)) => export::run(&export, aggregates),
        Some(Verb::Sample(sample)) => sample::run(&sample),
        Some(Verb::Do(command)) => do_command::run(&command, aggregates),
        Some(Verb::Events(events)) => events::run(&events, aggregates),
        Some(Verb::State(state)) => state::run(&state, aggregates),
        Some(Verb::Domain(domain)) => domain::run(&domain, aggregates),
        Some(Verb::Query(query)) => query::run(&query, aggregates),
        Some(Verb::Rebuild(rebuild)) => rebuild::run(&rebuild, aggregates),
        Some(Verb::Receipt(receipt)) => receipt::run(&receipt, aggregates),
        Some(Verb::Verify(verify)) => verify::run(&verify, aggregates),
        Some(Verb::Print(print)) => print::run(&print, aggregates),
        Some(Verb::Guide(guide)) => {
            guide::run(guide.topic.as_deref())?;
            Ok(ExitCode::Done)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    use clap::CommandFactory;

    #[test]
    fn the_words_fit_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn help_begins_with_three_examples() {
        let help = Cli::command().render_help().to_string();
        let lines: Vec<&str> = help.lines().collect();
        assert_eq!(lines[0], "Examples:");
        assert!(lines[1..4].iter().all(|line| line.starts_with("  foldback")), "{help}");
        assert_eq!(lines[4], "");
    }

    #[test]
    fn a_store_without_a_verb_is_explored() {
        let cli = Cli::try_parse_from(["foldback", "bank.db"]).unwrap();
        assert_eq!(cli.explore.store, Some(PathBuf::from("bank.db")));
        assert!(cli.verb.is_none());
        assert!(Cli::try_parse_from(["foldback"]).unwrap().explore.store.is_none());
        assert!(Cli::try_parse_from(["foldback", "--map", "m.toml"]).is_err());
    }
}
