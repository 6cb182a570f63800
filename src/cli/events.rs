//! Events, one a line.

use anyhow::Result;

use crate::cli::args::Events;
use crate::cli::at::beginning_of;
use crate::cli::open::for_looking;
use crate::cli::output::{Output, event_json, event_text};
use crate::cli::{ExitCode, known_stream};
use crate::domain::event::{GlobalPosition, RecordedEvent, StreamName};
use crate::runtime::position::position_of;
use crate::store::{Direction, EventReader};

/// How many events are read at a time: they are held in memory together.
const EVENTS_PER_READ: usize = 1_000;

/// Lists the events that are wanted, in the order of the log.
///
/// # Errors
/// There is no such store or stream, or it cannot be read.
pub fn run(args: &Events) -> Result<ExitCode> {
    let looked = for_looking(&args.looked.store, args.looked.map.as_deref())?;
    let store = &looked.store;
    let stream = args.stream.as_deref().map(|name| known_stream(store, name)).transpose()?;
    let from = args.from.map_or(Ok(GlobalPosition::new(1)), |at| beginning_of(store, at))?;
    let to = args.to.map_or_else(|| store.head(), |at| position_of(store, at))?;
    let mut out = Output::stdout();
    let is_wanted =
        |event: &RecordedEvent| args.event_type.as_ref().is_none_or(|wanted| *wanted == event.event_type);
    each(store, stream.as_ref(), from, to, |event| {
        if is_wanted(event) {
            if args.json { out.json(&event_json(event))? } else { out.text(&event_text(event))? }
        }
        Ok(())
    })?;
    out.finish()?;
    Ok(ExitCode::Done)
}

/// Reads the events from one position to another, both included, of one stream or of all.
fn each(
    store: &dyn EventReader,
    stream: Option<&StreamName>,
    from: GlobalPosition,
    to: GlobalPosition,
    mut take: impl FnMut(&RecordedEvent) -> Result<()>,
) -> Result<()> {
    let mut position = from;
    let mut version = match stream {
        Some(stream) => store.version_at(stream, from.minus(1))?.plus(1),
        None => Default::default(),
    };
    loop {
        let events = match stream {
            Some(stream) => store.read_stream(stream, version, EVENTS_PER_READ)?,
            None => store.read_all(position, Direction::Forward, EVENTS_PER_READ)?,
        };
        let Some(last) = events.last() else { return Ok(()) };
        (position, version) = (last.position.plus(1), last.version.plus(1));
        for event in events.iter().take_while(|event| event.position <= to) {
            take(event)?;
        }
        if position > to {
            return Ok(());
        }
    }
}
