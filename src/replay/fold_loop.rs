//! The loop in which events become state, for one stream or for all streams of a log.

use crate::cancel::{Cancel, OrCancelled};
use crate::domain::event::{RecordedEvent, StreamName, StreamPosition};
use crate::domain::fold::{Evolved, Fold};
use crate::domain::state::State;
use crate::replay::trace::Trace;

/// Events of a stream read at a time while folding: enough that the query costs less than its answer, few enough that a
/// cancel is noticed within a few milliseconds (2 µs per event).
pub const FOLD_CHUNK_EVENTS: usize = 1_000;

/// A step of a fold: an event, and what it did to its stream.
pub struct FoldStep<'a> {
    pub event: &'a RecordedEvent,
    /// The stream's state after the event.
    pub trace: &'a Trace,
    /// Its state before it.
    pub before: &'a State,
    /// The outcome of folding the event.
    pub evolved: Evolved,
}

/// The streams that a fold continues: one stream, or all.
pub(super) trait FoldedStreams {
    /// Does something with a stream's fold and its trace so far.
    fn with(&mut self, stream: &StreamName, work: impl FnOnce(&dyn Fold, &mut Trace));
}

/// The one loop: each event, in the order of the log, becomes part of its stream's state. The trace counts what is not
/// understood, and remembers which event last set each field. `each` is called with every step.
pub(super) fn fold_events<'e>(
    events: impl IntoIterator<Item = &'e RecordedEvent>,
    streams: &mut impl FoldedStreams,
    before: &mut State,
    mut each: impl FnMut(FoldStep<'_>),
) {
    for event in events {
        streams.with(&event.stream, |fold, trace| {
            let evolved = trace.take(fold, event, before);
            each(FoldStep { event, trace, before, evolved });
        });
    }
}

/// One stream, whatever its name.
struct OneStream<'a> {
    fold: &'a dyn Fold,
    trace: &'a mut Trace,
}

impl FoldedStreams for OneStream<'_> {
    fn with(&mut self, _: &StreamName, work: impl FnOnce(&dyn Fold, &mut Trace)) {
        work(self.fold, self.trace);
    }
}

/// Folds a stream from `trace` up to a version. `read` returns the stream's events from a version on, rising, up to a
/// limit. `each` is called with every step. The token is checked between two reads; after a cancel `trace` is as far as
/// the fold came.
///
/// # Errors
/// Those of `read`.
pub fn fold_stream<E>(
    fold: &dyn Fold,
    trace: &mut Trace,
    version: StreamPosition,
    mut read: impl FnMut(StreamPosition, usize) -> Result<Vec<RecordedEvent>, E>,
    cancel: &Cancel,
    mut each: impl FnMut(FoldStep<'_>),
) -> Result<OrCancelled<()>, E> {
    let mut before = trace.state.clone();
    while trace.version < version {
        let left = usize::try_from(version.since(trace.version)).unwrap_or(usize::MAX);
        let events = read(trace.version.plus(1), left.min(FOLD_CHUNK_EVENTS))?;
        if events.is_empty() {
            break;
        }
        fold_events(&events, &mut OneStream { fold, trace }, &mut before, &mut each);
        if trace.version < version
            && let Err(cancelled) = cancel.check()
        {
            return Ok(Err(cancelled));
        }
    }
    Ok(Ok(()))
}
