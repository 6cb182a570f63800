//! The arguments of the verbs that check or rebuild: `rebuild`, `receipt` and `verify`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::args::shared::{FailureArgs, StoreArgs};

/// `rebuild`
#[derive(Debug, Args)]
pub struct RebuildArgs {
    /// The store.
    #[command(flatten)]
    pub target: StoreArgs,

    /// Compare only, and replace nothing; exit code 3 if something differs
    #[arg(long)]
    pub check: bool,

    /// A failure on purpose.
    #[command(flatten)]
    pub failure: FailureArgs,
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

    /// Check that the store agrees with each receipt in this file; one receipt per line
    #[arg(long = "receipt", value_name = "FILE")]
    pub receipts: Vec<PathBuf>,

    /// Check only the chain of hashes and the receipts
    #[arg(long)]
    pub links: bool,

    /// Answer in JSON: {"whole":…,"position":n,"hash":"…","vouched":n,…,"checks":[{"check":…,"outcome":"holds"|"fails"|"unknown",…},…]};
    /// `foldback guide json` explains all fields
    #[arg(long)]
    pub json: bool,
}
