//! The words of the command line, and their help.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use uuid::Uuid;

use crate::cli::guide::topics;
use crate::cli::query::parse_timeout;
use crate::domain::event::GlobalPosition;
use crate::replay::at::At;
use crate::sample::{ACCOUNTS_MAX, EVENTS_MAX};

/// How a place in history is written.
const AT_HELP: &str = "a position (8112), a time or a date (2024-03-14T10:22:07Z, 2024-03-14 = its end; UTC unless an \
                       offset or a time zone is given: 2024-03-14T10:22:07[Europe/Paris]), a share (42%), or head";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Make a store
    New(New),
    /// Add the events of logs to a store
    Import(Import),
    /// Write a store's events to stdout, as lines of JSON
    Export(Export),
    /// Write a sample log to stdout, as lines of JSON
    Sample(Sample),
    /// Issue a command
    Do(Do),
    /// List events
    Events(Events),
    /// Reconstruct the state of an account, at any position
    State(State),
    /// Ask the read model, in SQL
    Query(Query),
    /// Make the read model anew, from the first event on, and say where its rows were otherwise
    Rebuild(Rebuild),
    /// Write down what a store has now, in one line to be kept elsewhere
    Receipt(Receipt),
    /// Look whether everything is as the store promises: 0 if so, 3 if not
    Verify(Verify),
    /// Draw a screen as text, without a terminal
    Print(Print),
    /// Print a page of the guide, or list its pages
    Guide(Guide),
}

/// `new`
#[derive(Debug, Args)]
pub struct New {
    /// The file that the store will be; it must not exist
    pub store: PathBuf,

    /// Begin with a bundled log: bank or seed
    #[arg(long, value_name = "NAME", conflicts_with = "from")]
    pub sample: Option<String>,

    /// Begin with the events of a log; - is standard input
    #[arg(long, value_name = "LOG")]
    pub from: Option<PathBuf>,

    /// How the log's events are read.
    #[command(flatten)]
    pub reading: Reading,
}

/// How the events of a log are read.
#[derive(Clone, Debug, Args)]
pub struct Reading {
    /// How the log's events are read as ours: a mapping file
    #[arg(long, value_name = "FILE")]
    pub map: Option<PathBuf>,

    /// Stop at the first bad line
    #[arg(long)]
    pub strict: bool,

    /// Answer in JSON: {"events":n,"streams":n,"duplicates":n,"bad":n,"head":n}
    #[arg(long)]
    pub json: bool,
}

/// `import`
#[derive(Debug, Args)]
pub struct Import {
    /// The store that the events are added to
    pub store: PathBuf,

    /// Logs, in the order in which they are added; - is standard input
    #[arg(required = true, value_name = "LOG")]
    pub logs: Vec<PathBuf>,

    /// How the logs' events are read.
    #[command(flatten)]
    pub reading: Reading,
}

/// A store to look at.
#[derive(Debug, Args)]
pub struct Looked {
    /// A store, or a log (lines of JSON or an array, also packed with gzip or zstd); - is standard input
    pub store: PathBuf,

    /// How the log's events are read as ours: a mapping file
    #[arg(long, value_name = "FILE")]
    pub map: Option<PathBuf>,
}

/// `export`
#[derive(Debug, Args)]
pub struct Export {
    /// Whose events.
    #[command(flatten)]
    pub looked: Looked,

    /// Only the events of this stream
    #[arg(long)]
    pub stream: Option<String>,
}

/// `sample`
#[derive(Debug, Args)]
pub struct Sample {
    /// bank (a little bank; with any option a made-up one of any size) or seed (the smallest log)
    pub name: String,

    /// How many events the made-up bank has
    #[arg(long, value_parser = clap::value_parser!(u64).range(0..=EVENTS_MAX))]
    pub events: Option<u64>,

    /// How many accounts it has
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=ACCOUNTS_MAX))]
    pub accounts: Option<u64>,

    /// Which of all banks of that size it is: the same log for the same seed
    #[arg(long)]
    pub seed: Option<u64>,
}

/// `do`
#[derive(Debug, Args)]
pub struct Do {
    /// The store
    pub store: PathBuf,

    /// The command, as one word: 'deposit acc-1 50.00', 'transfer acc-1 acc-2 10 --note "rent"',
    /// 'open acc-9 --owner "Ada Lovelace" --currency EUR'; also withdraw, overdraft, freeze, unfreeze, close
    pub command: String,

    /// Say what it would do, and do nothing
    #[arg(long)]
    pub dry_run: bool,

    /// The version that the account must have which acts (a transfer's sender)
    #[arg(long, value_name = "VERSION")]
    pub expect: Option<u64>,

    /// The command's id, a UUID: the same command with the same id again is done once
    #[arg(long, value_name = "UUID")]
    pub id: Option<Uuid>,

    /// Answer in JSON: {"events":[…],"position":head}, {"refused":"…"} or
    /// {"conflict":{"stream":…,"expected":n,"actual":n}}
    #[arg(long)]
    pub json: bool,
}

/// `events`
#[derive(Debug, Args)]
pub struct Events {
    /// Whose events.
    #[command(flatten)]
    pub looked: Looked,

    /// Only the events of this stream
    #[arg(long)]
    pub stream: Option<String>,

    /// Only the events of this type, in any case; with several, of any of them
    #[arg(long = "type", value_name = "TYPE")]
    pub types: Vec<String>,

    /// Only the events with this text in their data, type or stream, in any case; with several, with all of them
    #[arg(long = "text", value_name = "TEXT")]
    pub texts: Vec<String>,

    /// From this place on; a date is its beginning
    #[arg(long, value_name = "AT", value_parser = At::parse_beginning)]
    pub from: Option<At>,

    /// Up to this place
    #[arg(long, value_name = "AT", value_parser = At::parse, long_help = AT_HELP)]
    pub to: Option<At>,

    /// An object a line: position, stream, version, id, type, time, data, metadata
    #[arg(long)]
    pub json: bool,
}

/// `state`
#[derive(Debug, Args)]
pub struct State {
    /// Where the account is.
    #[command(flatten)]
    pub looked: Looked,

    /// The account; without one all that there are by then, a line each, folded from the log itself
    #[arg(value_name = "STREAM")]
    pub stream: Option<String>,

    /// At this place in history; without it at the head
    #[arg(long, value_parser = At::parse, long_help = AT_HELP)]
    pub at: Option<At>,

    /// Fold from the account's first event on, as if there were no snapshots
    #[arg(long)]
    pub no_snapshots: bool,

    /// Answer in JSON, amounts in minor units
    #[arg(long)]
    pub json: bool,
}

/// What `query --help` ends with.
const QUERY_EXAMPLES: &str = "\
Examples:
  foldback query bank.db .schema
  foldback query bank.db 'SELECT owner, balance FROM accounts ORDER BY balance DESC LIMIT 3'
  foldback query bank.db --at 2024-03-14 --csv 'SELECT * FROM accounts' > accounts.csv

A table is for people; scripts read --json or --csv. Amounts are in minor units (cents).";

/// `query`
#[derive(Debug, Args)]
#[command(after_help = QUERY_EXAMPLES)]
pub struct Query {
    /// Whose read model.
    #[command(flatten)]
    pub looked: Looked,

    /// A SELECT; .schema or .tables: what there is to ask; - reads it from standard input
    pub sql: String,

    /// As of this place in history; without it as of the head
    #[arg(long, value_parser = At::parse, long_help = format!("As of {AT_HELP}; without it as of the head"))]
    pub at: Option<At>,

    /// An object a line, by the names of the columns
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,

    /// CSV with a heading (RFC 4180); NULL is empty
    #[arg(long)]
    pub csv: bool,

    /// Ask the read model as it is, without projecting up to the head first
    #[arg(long)]
    pub stale: bool,

    /// Stop the question after so many seconds (0.5); without it after 10
    #[arg(long, value_name = "SECONDS", value_parser = parse_timeout)]
    pub timeout: Option<Duration>,

    /// On which event projecting fails.
    #[command(flatten)]
    pub failing: Failing,
}

/// A failure on purpose.
#[derive(Clone, Copy, Debug, Args)]
pub struct Failing {
    /// Let projecting fail on the event at this position, to see what happens then
    #[arg(long, value_name = "POSITION")]
    pub fail_at: Option<u64>,
}

impl Failing {
    /// The position.
    pub fn position(self) -> Option<GlobalPosition> {
        self.fail_at.map(GlobalPosition::new)
    }
}

/// `rebuild`
#[derive(Debug, Args)]
pub struct Rebuild {
    /// Whose read model.
    #[command(flatten)]
    pub looked: Looked,

    /// Only compare, and replace nothing; exit code 3 if something differs
    #[arg(long)]
    pub check: bool,

    /// On which event it fails.
    #[command(flatten)]
    pub failing: Failing,
}

/// `receipt`
#[derive(Debug, Args)]
pub struct Receipt {
    /// Whose receipt.
    #[command(flatten)]
    pub looked: Looked,
}

/// `verify`
#[derive(Debug, Args)]
pub struct Verify {
    /// What is verified.
    #[command(flatten)]
    pub looked: Looked,

    /// A file with receipts that were kept elsewhere, one a line: the store still has all that they say, unchanged
    #[arg(long = "receipt", value_name = "FILE")]
    pub receipts: Vec<PathBuf>,

    /// Only the chain of events and the receipts
    #[arg(long)]
    pub links: bool,

    /// Answer in JSON: {"whole":…,"position":n,"hash":"…","vouched":n,"checks":[{"check":…,"outcome":"holds"|"fails"|"unknown",…},…]}
    #[arg(long)]
    pub json: bool,
}

/// `print`
#[derive(Debug, Args)]
pub struct Print {
    /// What is drawn.
    #[command(flatten)]
    pub looked: Looked,

    /// Where the playhead is before the first key
    #[arg(long, value_parser = At::parse, long_help = AT_HELP)]
    pub at: Option<At>,

    /// The keys that are pressed: characters, and <enter>, <esc>, <tab>, <left>, <c-o> and the like
    #[arg(long, default_value = "")]
    pub keys: String,

    /// The size of the screen, in columns and rows
    #[arg(long, default_value = "120x36")]
    pub size: String,
}

/// `guide`
#[derive(Debug, Args)]
pub struct Guide {
    /// The page to print; without one, all pages are listed
    #[arg(value_parser = PossibleValuesParser::new(topics()))]
    pub topic: Option<String>,
}
