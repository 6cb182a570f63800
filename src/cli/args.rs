//! The words of the command line, and their help.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use uuid::Uuid;

use crate::cli::guide::topics;
use crate::cli::query::timeout::parse_timeout;
use crate::domain::event::GlobalPosition;
use crate::replay::at::At;
use crate::sample::bank_shape::{ACCOUNTS_MAX, EVENTS_MAX};

/// The help on positions and times.
const AT_HELP: &str = "a position (8112), a time (2024-03-14T10:22:07Z, or 2024-03-14T10:22:07[Europe/Paris]; UTC unless it \
                       names an offset or a time zone), a date (2024-03-14: its end), a percentage (42%), or head";

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Create a store
    New(New),
    /// Add the events of logs to a store
    Import(ImportArgs),
    /// Write a store's events to stdout, as lines of JSON
    Export(Export),
    /// Write a sample log to stdout, as lines of JSON
    Sample(Sample),
    /// Issue a command
    Do(Do),
    /// List events
    Events(EventsArgs),
    /// Show the state of a stream, at any position in history
    State(StateArgs),
    /// Ask the read model in SQL
    Query(Query),
    /// Rebuild the read model from the first event and report every difference
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

/// The arguments of the explorer, which has no verb.
#[derive(Debug, Args)]
pub struct Explore {
    /// A store, or a log (JSON lines or a JSON array, also compressed with gzip or zstd; - is standard input); without it, the
    /// sample bank
    pub store: Option<PathBuf>,

    /// A mapping file: where the log has its fields, and what its event types mean
    #[arg(long, value_name = "FILE", requires = "store")]
    pub map: Option<PathBuf>,

    /// The terminal has a light background (default: COLORFGBG decides, or the colours suit any background)
    #[arg(long, conflicts_with = "dark")]
    pub light: bool,

    /// The terminal has a dark background
    #[arg(long)]
    pub dark: bool,

    /// A failure on purpose.
    #[command(flatten)]
    pub failing: Failing,
}

/// `new`
#[derive(Debug, Args)]
pub struct New {
    /// The store's file; it must not exist yet
    pub store: PathBuf,

    /// Start with a sample log: bank or seed
    #[arg(long, value_name = "NAME", conflicts_with = "from")]
    pub sample: Option<String>,

    /// Start with the events of a log; - is standard input
    #[arg(long, value_name = "LOG")]
    pub from: Option<PathBuf>,

    /// How the log's events are read.
    #[command(flatten)]
    pub reading: MappingArgs,
}

/// Options for reading the events of a log.
#[derive(Clone, Debug, Args)]
pub struct MappingArgs {
    /// A mapping file: where the log has its fields, and what its event types mean
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
pub struct ImportArgs {
    /// The store to add the events to
    pub store: PathBuf,

    /// The logs to add, in this order; - is standard input
    #[arg(required = true, value_name = "LOG")]
    pub logs: Vec<PathBuf>,

    /// How the logs' events are read.
    #[command(flatten)]
    pub reading: MappingArgs,
}

/// The store that a verb reads.
#[derive(Debug, Args)]
pub struct StoreArgs {
    /// A store, or a log (JSON lines or a JSON array, also compressed with gzip or zstd); - is standard input
    pub store: PathBuf,

    /// A mapping file: where the log has its fields, and what its event types mean
    #[arg(long, value_name = "FILE")]
    pub map: Option<PathBuf>,
}

/// `export`
#[derive(Debug, Args)]
pub struct Export {
    /// The store.
    #[command(flatten)]
    pub target: StoreArgs,

    /// Only events of this stream
    #[arg(long)]
    pub stream: Option<String>,
}

/// `sample`
#[derive(Debug, Args)]
pub struct Sample {
    /// bank (a small bank; with options, a generated one of any size) or seed (the smallest log)
    pub name: String,

    /// The number of events to generate
    #[arg(long, value_parser = clap::value_parser!(u64).range(0..=EVENTS_MAX))]
    pub events: Option<u64>,

    /// The number of streams to generate
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=ACCOUNTS_MAX))]
    pub accounts: Option<u64>,

    /// The seed of the generator: the same seed gives the same log
    #[arg(long)]
    pub seed: Option<u64>,
}

/// `do`
#[derive(Debug, Args)]
pub struct Do {
    /// The store
    pub store: PathBuf,

    /// The command, as one argument: 'deposit acc-1 50.00', 'transfer acc-1 acc-2 10 --note "rent"',
    /// 'open acc-9 --owner "Ada Lovelace" --currency EUR'; also withdraw, overdraft, freeze, unfreeze, close
    pub command: String,

    /// Print what the command would do, and change nothing
    #[arg(long)]
    pub dry_run: bool,

    /// The version that the acting stream (a transfer's sender) must have
    #[arg(long, value_name = "VERSION")]
    pub expect: Option<u64>,

    /// The command's id, a UUID: sending the same id twice runs the command once
    #[arg(long, value_name = "UUID")]
    pub id: Option<Uuid>,

    /// Answer in JSON: {"events":[…],"position":head,"n_not_understood":n}, {"refused":"…","n_not_understood":n} or
    /// {"conflict":{"stream":…,"expected":n,"actual":n}}
    #[arg(long)]
    pub json: bool,
}

/// `events`
#[derive(Debug, Args)]
pub struct EventsArgs {
    /// The store.
    #[command(flatten)]
    pub target: StoreArgs,

    /// Only events of this stream
    #[arg(long)]
    pub stream: Option<String>,

    /// Only events of this type, ignoring case; repeat it to allow several types
    #[arg(long = "type", value_name = "TYPE")]
    pub types: Vec<String>,

    /// Only events with this text in their data, type or stream, ignoring case; repeat it to require several texts
    #[arg(long = "text", value_name = "TEXT")]
    pub texts: Vec<String>,

    /// From this position or time on; a date means its beginning
    #[arg(long, value_name = "AT", value_parser = At::parse_beginning)]
    pub from: Option<At>,

    /// Up to this position or time; a date means its end
    #[arg(long, value_name = "AT", value_parser = At::parse, long_help = format!("Up to {AT_HELP}"))]
    pub to: Option<At>,

    /// Print one JSON object per line: position, stream, version, id, type, time, data, metadata, hash
    #[arg(long)]
    pub json: bool,
}

/// `state`
#[derive(Debug, Args)]
pub struct StateArgs {
    /// The store.
    #[command(flatten)]
    pub target: StoreArgs,

    /// The stream; without it, one line for each stream, folded from the log itself
    #[arg(value_name = "STREAM")]
    pub stream: Option<String>,

    /// At this position or time (default: head)
    #[arg(long, value_parser = At::parse, long_help = format!("At {AT_HELP} (default: head)"))]
    pub at: Option<At>,

    /// Fold from the stream's first event, without snapshots
    #[arg(long)]
    pub no_snapshots: bool,

    /// Answer in JSON; amounts are in minor units (cents)
    #[arg(long)]
    pub json: bool,
}

/// The examples at the end of `query --help`.
const QUERY_EXAMPLES: &str = "\
Examples:
  foldback query bank.db .schema
  foldback query bank.db 'SELECT owner, balance FROM accounts ORDER BY balance DESC LIMIT 3'
  foldback query bank.db --at 2024-03-14 --csv 'SELECT * FROM accounts' > accounts.csv

Tables are for people; scripts should use --json or --csv. Amounts are in minor units (cents).";

/// `query`
#[derive(Debug, Args)]
#[command(after_help = QUERY_EXAMPLES)]
pub struct Query {
    /// The store.
    #[command(flatten)]
    pub target: StoreArgs,

    /// A SELECT; or .schema or .tables, which list what you can ask; - reads standard input
    pub sql: String,

    /// As of this position or time (default: head)
    #[arg(long, value_parser = At::parse, long_help = format!("As of {AT_HELP} (default: head)"))]
    pub at: Option<At>,

    /// Print one JSON object per line, with the column names as keys
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,

    /// Print CSV with a heading (RFC 4180); NULL is an empty field
    #[arg(long)]
    pub csv: bool,

    /// Ask the read model as it is; do not project new events first
    #[arg(long)]
    pub stale: bool,

    /// Stop the question after this many seconds, such as 0.5 (default: 10)
    #[arg(long, value_name = "SECONDS", value_parser = parse_timeout)]
    pub timeout: Option<Duration>,

    /// A failure on purpose.
    #[command(flatten)]
    pub failing: Failing,
}

/// A failure on purpose.
#[derive(Clone, Copy, Debug, Args)]
pub struct Failing {
    /// Make projecting fail at the event at this position, to see what happens
    #[arg(long, value_name = "POSITION")]
    pub fail_at: Option<u64>,
}

impl Failing {
    /// The position at which projecting fails.
    pub fn position(self) -> Option<GlobalPosition> {
        self.fail_at.map(GlobalPosition::new)
    }
}

/// `rebuild`
#[derive(Debug, Args)]
pub struct RebuildArgs {
    /// The store.
    #[command(flatten)]
    pub target: StoreArgs,

    /// Only compare and replace nothing; exit code 3 if something differs
    #[arg(long)]
    pub check: bool,

    /// A failure on purpose.
    #[command(flatten)]
    pub failing: Failing,
}

/// `receipt`
#[derive(Debug, Args)]
pub struct ReceiptArgs {
    /// The store.
    #[command(flatten)]
    pub target: StoreArgs,
}

/// `verify`
#[derive(Debug, Args)]
pub struct Verify {
    /// The store.
    #[command(flatten)]
    pub target: StoreArgs,

    /// A file of receipts, one per line; check that the store agrees with each of them
    #[arg(long = "receipt", value_name = "FILE")]
    pub receipts: Vec<PathBuf>,

    /// Check only the chain of events and the receipts
    #[arg(long)]
    pub links: bool,

    /// Answer in JSON: {"whole":…,"position":n,"hash":"…","vouched":n,…,"checks":[{"check":…,"outcome":"holds"|"fails"|"unknown",…},…]};
    /// `foldback guide json` explains all fields
    #[arg(long)]
    pub json: bool,
}

/// `print`
#[derive(Debug, Args)]
pub struct Print {
    /// The store.
    #[command(flatten)]
    pub target: StoreArgs,

    /// The playhead's position before the first key (default: head)
    #[arg(long, value_parser = At::parse, long_help = format!("The playhead's position before the first key: {AT_HELP} (default: head)"))]
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
    /// The page to print; without one, all pages are listed
    #[arg(value_parser = PossibleValuesParser::new(topics()))]
    pub topic: Option<String>,
}
