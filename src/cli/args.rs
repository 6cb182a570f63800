//! The words of the command line, and their help.
//!
//! Its files:
//!
//! - `ask.rs`: the arguments of the verbs that answer questions: `events`, `state`, `domain` and `query`
//! - `check.rs`: the arguments of the verbs that check or rebuild: `rebuild`, `receipt` and `verify`
//! - `shared.rs`: the arguments that several verbs have
//! - `write.rs`: the arguments of the verbs that write events, to a store or to stdout

pub mod ask;
pub mod check;
pub mod shared;
pub mod write;

use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};

use crate::cli::args::ask::{DomainArgs, EventsArgs, Query, StateArgs};
use crate::cli::args::check::{RebuildArgs, ReceiptArgs, Verify};
use crate::cli::args::shared::{AT_HELP, FailureArgs, StoreArgs};
use crate::cli::args::write::{Do, Export, ImportArgs, New, Sample};
use crate::cli::guide::topics;
use crate::replay::at::At;

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Create a store
    New(New),
    /// Add the events of logs to a store
    Import(ImportArgs),
    /// Write a store's events to stdout, one JSON object per line
    Export(Export),
    /// Write a sample log to stdout, one JSON object per line
    Sample(Sample),
    /// Issue a command
    Do(Do),
    /// List events
    Events(EventsArgs),
    /// Show the state of a stream, at any position in history
    State(StateArgs),
    /// Write a domain file to start from, with what the log proves about its streams and totals
    Domain(DomainArgs),
    /// Ask the read model in SQL
    Query(Query),
    /// Rebuild the read model from the first event, and report how the old one differs
    Rebuild(RebuildArgs),
    /// Print a receipt: one line to keep elsewhere, for `verify`
    Receipt(ReceiptArgs),
    /// Check that nothing in the store was changed or lost; exit code 3 if something was
    Verify(Verify),
    /// Print a screen as text, without a terminal
    Print(Print),
    /// Print a page of the guide, or list its pages
    Guide(Guide),
}

impl Verb {
    /// The store or log whose states the verb may compute; `None` for a verb that computes none.
    pub fn path(&self) -> Option<&Path> {
        let path = match self {
            Self::Do(command) => &command.store,
            Self::Events(events) => &events.target.store,
            Self::State(state) => &state.target.store,
            Self::Query(query) => &query.target.store,
            Self::Rebuild(rebuild) => &rebuild.target.store,
            Self::Verify(verify) => &verify.target.store,
            Self::Print(print) => &print.target.store,
            Self::New(_) | Self::Import(_) | Self::Export(_) | Self::Receipt(_) => return None,
            Self::Domain(_) | Self::Sample(_) | Self::Guide(_) => return None,
        };
        Some(path)
    }
}

/// The arguments of the explorer, which has no verb.
#[derive(Debug, Args)]
pub struct Explore {
    /// A store, or a log file (JSON, also compressed with gzip or zstd); - reads a log from standard input (default: a
    /// copy of the sample bank)
    pub store: Option<PathBuf>,

    /// A mapping file, which says where the log has its fields and what its event types mean
    #[arg(long, value_name = "FILE", requires = "store")]
    pub map: Option<PathBuf>,

    /// Use colours for a light background (default: COLORFGBG says which; if it is not set, the colours suit both)
    #[arg(long, conflicts_with = "dark")]
    pub light: bool,

    /// Use colours for a dark background
    #[arg(long)]
    pub dark: bool,

    /// A failure on purpose.
    #[command(flatten)]
    pub failure: FailureArgs,
}

/// `print`
#[derive(Debug, Args)]
pub struct Print {
    /// The store.
    #[command(flatten)]
    pub target: StoreArgs,

    /// The playhead's position before the first key is pressed (default: head)
    #[arg(long, value_parser = At::parse, long_help = format!("The playhead's position before the first key is pressed: {AT_HELP} (default: head)"))]
    pub at: Option<At>,

    /// The keys to press: characters, and names such as <enter>, <esc>, <tab>, <left> and <c-o>
    #[arg(long, default_value = "")]
    pub keys: String,

    /// The size of the screen in columns and rows
    #[arg(long, default_value = "120x36")]
    pub size: String,
}

/// `guide`
#[derive(Debug, Args)]
pub struct Guide {
    /// The page to print (default: list all pages)
    #[arg(value_parser = PossibleValuesParser::new(topics()))]
    pub topic: Option<String>,
}
