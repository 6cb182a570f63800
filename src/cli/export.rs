//! The verb `export`: a store's events as lines of JSON.

use anyhow::{Result, bail};
use indicatif::ProgressBar;

use crate::cli::args::write::Export;
use crate::cli::exit::ExitCode;
use crate::cli::open::{for_looking, known_stream};
use crate::cli::output::Output;
use crate::cli::progress::{ProgressUnit, progress_bar};
use crate::domain::aggregates::Aggregates;
use crate::runtime::shell::signals::cancelled;
use crate::store::export::export;

/// Writes the log, or one stream of it, with the mappings that give its meaning.
///
/// # Errors
/// There is no such store or stream, it cannot be read, or the export was cancelled.
pub fn run(args: &Export, aggregates: &Aggregates) -> Result<ExitCode> {
    let opened = for_looking(&args.target.store, args.target.map.as_deref(), aggregates)?;
    let stream = args.stream.as_deref().map(|name| known_stream(&opened.store, name)).transpose()?;
    let cancel = cancelled(ExitCode::Error as u8)?;
    let mut out = Output::stdout();
    // On a terminal the lines themselves show the progress.
    let bar = if out.is_terminal() {
        ProgressBar::hidden()
    } else {
        progress_bar("exporting", ProgressUnit::Items)
    };
    let exported = export(&opened.store.log(), stream.as_ref(), &mut out, &cancel, &mut |progress| {
        bar.set_length(progress.n_events_all);
        bar.set_position(progress.n_events);
    });
    bar.finish_and_clear();
    let n_events = exported?;
    out.finish()?;
    if cancel.is_cancelled() {
        bail!("cancelled; the first {n_events} events have been written, in whole lines");
    }
    Ok(ExitCode::Done)
}
