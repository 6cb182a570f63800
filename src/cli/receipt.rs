//! A receipt for what a store has now, to be kept elsewhere.

use anyhow::Result;

use crate::cli::ExitCode;
use crate::cli::args;
use crate::cli::open::for_looking;
use crate::cli::output::Output;

/// Writes the receipt, which is one line.
///
/// # Errors
/// There is no such store, or it cannot be read.
pub fn run(args: &args::Receipt) -> Result<ExitCode> {
    let looked = for_looking(&args.looked.store, args.looked.map.as_deref())?;
    let mut out = Output::stdout();
    out.text(looked.store.receipt()?.to_string().trim_end())?;
    out.finish()?;
    Ok(ExitCode::Done)
}
