//! Projecting up to the head for a verb, or waiting for the process that projects.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::domain::event::GlobalPosition;
use crate::read_model::engine::catch_up::{CatchUp, CatchUpOptions, CatchUpProgress, project_to_head};
use crate::read_model::engine::generation::RebuildReason;
use crate::read_model::engine::location::Location;
use crate::read_model::engine::orders;
use crate::read_model::questions::query::ReadModel;
use crate::read_model::rows::Failure;
use crate::read_model::rows::steering::ProjectorStatus;
use crate::store::EventReader;

/// How long another process's projector may make no progress before it is no longer awaited: it looks for new events
/// four times a second.
const PATIENCE: Duration = Duration::from_secs(3);

/// The interval between two checks of its progress.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// The result of waiting for the read model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CatchUpOutcome {
    /// It is at the head, with the log's newest mappings; why it was begun again, if it was.
    AtHead(Option<RebuildReason>),
    /// It was cancelled at this position, from which the next projector continues.
    Cancelled(GlobalPosition),
    /// An event could not be projected.
    Failed(Failure),
    /// Another process is the projector, with this status, and makes no progress.
    HeldBy(ProjectorStatus),
}

/// Projects up to the present head. If another process is the projector and is neither held, slowed down nor failed,
/// waits for it. `progress` is called with its progress.
///
/// # Errors
/// The store cannot be read, or the read model can be neither read nor written.
pub fn catch_up(
    store: &dyn EventReader,
    location: &Location,
    options: &CatchUpOptions,
    progress: &mut dyn FnMut(&CatchUpProgress),
) -> Result<CatchUpOutcome> {
    let head = store.head()?;
    let mut read_model = ReadModel::open(location);
    let (mut moved, mut seen) = (Instant::now(), GlobalPosition::START);
    loop {
        let process = match project_to_head(store, location, options, progress)? {
            CatchUp::Done { begun, .. } => return Ok(CatchUpOutcome::AtHead(begun)),
            CatchUp::Cancelled(checkpoint) => return Ok(CatchUpOutcome::Cancelled(checkpoint.position)),
            CatchUp::Failed { failure, .. } => return Ok(CatchUpOutcome::Failed(failure)),
            CatchUp::HeldBy(process) => process,
        };
        let reading = read_model.reading()?;
        let checkpoint = reading.checkpoint()?.position;
        // The projector rebuilds rows of an older mapping as soon as it notices them.
        if checkpoint >= head && store.mappings()?.read_alike(&reading.mappings()?) {
            return Ok(CatchUpOutcome::AtHead(None));
        }
        if options.cancel.is_cancelled() {
            return Ok(CatchUpOutcome::Cancelled(checkpoint));
        }
        if checkpoint != seen {
            (moved, seen) = (Instant::now(), checkpoint);
            let n_up_to = |position| store.count(GlobalPosition::START, position);
            progress(&CatchUpProgress { n_events: n_up_to(checkpoint)?, n_events_all: n_up_to(head)? });
        }
        let published = orders::status_of(location, process)?;
        let status = ProjectorStatus { process, ..published.unwrap_or_default() };
        let goes_on = !status.pace.is_held && status.pace.per_second.is_none() && status.failure.is_none();
        if !goes_on || moved.elapsed() > PATIENCE {
            return Ok(CatchUpOutcome::HeldBy(status));
        }
        thread::sleep(LOOK_EVERY);
    }
}
