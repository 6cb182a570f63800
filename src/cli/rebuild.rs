//! The read model, from nothing.

use std::ops::ControlFlow;

use anyhow::{Result, bail};

use crate::cli::ExitCode;
use crate::cli::args::Rebuild;
use crate::cli::open::{Counted, for_looking, progress_bar};
use crate::cli::output::Output;
use crate::read_model::catch_up::{self, rebuild};
use crate::read_model::location::Location;

/// Makes the read model anew beside the current one, and then the current one.
///
/// # Errors
/// There is no such store, another process rebuilds, or the read model cannot be written.
pub fn run(args: &Rebuild) -> Result<ExitCode> {
    let looked = for_looking(&args.looked.store, args.looked.map.as_deref())?;
    let store = &looked.store;
    let location = Location::beside(store.path(), store.id())?;
    let bar = progress_bar("projecting", Counted::Positions);
    let rebuilt = rebuild(store, &location, &mut |progress| {
        bar.set_length(progress.head.number());
        bar.set_position(progress.checkpoint.number());
        ControlFlow::Continue(())
    });
    bar.finish_and_clear();
    let position = match rebuilt? {
        catch_up::Rebuild::Done(checkpoint) => checkpoint.position,
        catch_up::Rebuild::Stopped => bail!("the rebuild was stopped; the read model is as it was"),
        catch_up::Rebuild::HeldBy(Some(process)) => {
            bail!("process {process} rebuilds it already; wait for that")
        }
        catch_up::Rebuild::HeldBy(None) => bail!("another process rebuilds it already; wait for that"),
    };
    let mut out = Output::stdout();
    out.text(&format!("{}: projected up to {position}", location.folder().display()))?;
    out.finish()?;
    Ok(ExitCode::Done)
}
