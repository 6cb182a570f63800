//! The arguments of the verbs that write events, to a store or to stdout.

use std::path::PathBuf;

use clap::Args;
use uuid::Uuid;

use crate::cli::args::shared::{MappingArgs, StoreArgs};
use crate::sample::bank_shape::{ACCOUNTS_MAX, EVENTS_MAX};

/// `new`
#[derive(Debug, Args)]
pub struct New {
    /// The store's file; it must not exist yet
    pub store: PathBuf,

    /// Start with a sample log: bank or seed
    #[arg(long, value_name = "NAME", conflicts_with = "from")]
    pub sample: Option<String>,

    /// Start with the events of a log file; - reads a log from standard input
    #[arg(long, value_name = "LOG")]
    pub from: Option<PathBuf>,

    /// How the log's events are read.
    #[command(flatten)]
    pub reading: MappingArgs,
}

/// `import`
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The store to add the events to
    pub store: PathBuf,

    /// The log files whose events are added, in this order; - reads a log from standard input
    #[arg(required = true, value_name = "LOG")]
    pub logs: Vec<PathBuf>,

    /// How the logs' events are read.
    #[command(flatten)]
    pub reading: MappingArgs,
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
    /// The name of the log: bank (a small bank, or with options a generated one of any size) or seed (two events)
    pub name: String,

    /// The number of events to generate
    #[arg(long, value_parser = clap::value_parser!(u64).range(0..=EVENTS_MAX))]
    pub events: Option<u64>,

    /// The number of accounts to generate
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

    /// The version that the command's account must have (for a transfer, the sender's account)
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
