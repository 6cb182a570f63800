//! A store's events on stdout, as lines of JSON.

use std::ops::ControlFlow;

use anyhow::Result;

use crate::cli::args::Export;
use crate::cli::open::for_looking;
use crate::cli::output::Output;
use crate::cli::{ExitCode, known_stream};
use crate::store::export::export;

/// Writes the log, or one stream of it, with the mappings that say what it means.
///
/// # Errors
/// There is no such store or stream, or it cannot be read.
pub fn run(args: &Export) -> Result<ExitCode> {
    let looked = for_looking(&args.looked.store, args.looked.map.as_deref())?;
    let stream = args.stream.as_deref().map(|name| known_stream(&looked.store, name)).transpose()?;
    let mut out = Output::stdout();
    export(&looked.store, stream.as_ref(), &mut out, &mut |_| ControlFlow::Continue(()))?;
    out.finish()?;
    Ok(ExitCode::Done)
}
