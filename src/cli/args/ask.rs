//! The arguments of the verbs that answer questions: `events`, `state`, `domain` and `query`.

use std::time::Duration;

use clap::Args;

use crate::cli::args::shared::{AT_HELP, FailureArgs, StoreArgs};
use crate::cli::query::timeout::parse_timeout;
use crate::replay::at::At;

/// `events`
#[derive(Debug, Args)]
pub struct EventsArgs {
    /// The store.
    #[command(flatten)]
    pub target: StoreArgs,

    /// Only events of this stream
    #[arg(long)]
    pub stream: Option<String>,

    /// Only events of this type, ignoring case; repeat the option to allow several types
    #[arg(long = "type", value_name = "TYPE")]
    pub types: Vec<String>,

    /// Only events with this text in their data, type or stream name, ignoring case; repeat the option to require several
    /// texts
    #[arg(long = "text", value_name = "TEXT")]
    pub texts: Vec<String>,

    /// From this position or time on; a date means the beginning of that day
    #[arg(long, value_name = "AT", value_parser = At::parse_beginning)]
    pub from: Option<At>,

    /// Up to this position or time; a date means the end of that day
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

    /// The stream; without it, foldback folds the whole log and prints one line for each stream
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

/// The example at the end of `domain --help`.
const DOMAIN_EXAMPLE: &str = "\
Example:
  foldback domain app.jsonl > foldback.toml

A running total is learned where the log proves it: its changes are the amounts of the events, at 95 % of at least ten
of them. The comments have the evidence, and where the log disagrees with itself.";

/// `domain`
#[derive(Debug, Args)]
#[command(after_help = DOMAIN_EXAMPLE)]
pub struct DomainArgs {
    /// The store.
    #[command(flatten)]
    pub target: StoreArgs,

    /// Answer in JSON, with the file as a text
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

    /// A SELECT statement, or .schema or .tables, which list what you can ask; - reads the statement from standard input
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

    /// Ask the read model as it is, without projecting new events first
    #[arg(long)]
    pub stale: bool,

    /// Stop the question after this many seconds, such as 0.5 (default: 10)
    #[arg(long, value_name = "SECONDS", value_parser = parse_timeout)]
    pub timeout: Option<Duration>,

    /// A failure on purpose.
    #[command(flatten)]
    pub failure: FailureArgs,
}
