//! The verb `receipt`: one line that says what a store has now, to keep elsewhere.

use anyhow::Result;

use crate::cli::args::check::ReceiptArgs;
use crate::cli::exit::ExitCode;
use crate::cli::open::for_looking;
use crate::cli::output::{Output, say};
use crate::domain::aggregates::Aggregates;

/// Writes the receipt, which is one line. A store that contradicts the receipt beside it gets none.
///
/// # Errors
/// There is no such store, or it cannot be read.
pub fn run(args: &ReceiptArgs, aggregates: &Aggregates) -> Result<ExitCode> {
    let opened = for_looking(&args.target.store, args.target.map.as_deref(), aggregates)?;
    let store = &opened.store;
    if let Some(beside) = store.receipt_beside()?
        && let Some(fault) = store.check_receipt(&beside)?
    {
        say(&format!(
            "foldback: the store contradicts the receipt beside it, so no new one is printed: {fault}; `foldback verify` gives details"
        ));
        return Ok(ExitCode::Found);
    }
    let mut out = Output::stdout();
    out.text(store.receipt()?.to_string().trim_end())?;
    out.finish()?;
    Ok(ExitCode::Done)
}
