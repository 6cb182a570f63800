//! The currency of a stream's measure at an event, for amounts in the event list.

use std::num::NonZeroUsize;

use anyhow::Result;
use lru::LruCache;

use crate::cancel::Cancel;
use crate::domain::event::{GlobalPosition, RecordedEvent, StreamName};
use crate::domain::money::Currency;
use crate::replay::fold_loop::{FoldStep, fold_stream};
use crate::replay::snapshots::SNAPSHOT_SPACING_EVENTS;
use crate::replay::trace::Trace;
use crate::runtime::log_worker::seeker::Seeker;
use crate::store::folded_log::FoldedLog;

/// The most streams that are kept, and the most events before the last change of a stream's currency.
const KEPT_MAX: NonZeroUsize = NonZeroUsize::MIN.saturating_add(4_095);

/// With at least this many events it is worth looking for a snapshot.
const FAR_EVENTS: u64 = 32;

/// Known currencies of streams. A state knows which event set its currency last, so one fold of a stream answers for
/// all of its events after that one: nearly always for all.
#[derive(Debug)]
pub(super) struct Currencies {
    /// How far each stream has been folded.
    ahead: LruCache<StreamName, Trace>,
    /// A fold that is on its way to an event before the last change of the stream's currency.
    behind: Option<(StreamName, Trace)>,
    /// Results for such events.
    found: LruCache<GlobalPosition, Option<Currency>>,
}

/// The currency of a stream's measure at an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CountsIn {
    /// A currency, or plain units.
    Known(Option<Currency>),
    /// More events have to be folded; the next question continues.
    NotKnownYet,
    /// The log does not have the stream's events up to this one: it is damaged.
    Unreadable,
}

impl Default for Currencies {
    fn default() -> Self {
        Self { ahead: LruCache::new(KEPT_MAX), behind: None, found: LruCache::new(KEPT_MAX) }
    }
}

impl Currencies {
    /// The currency of the event's stream after the event. Folds until `end_of_part`, with at least one read. Ask for
    /// rows in the order of the log, so that each question of a screen gets further than the last one.
    pub fn at(
        &mut self,
        folded_log: FoldedLog<'_>,
        seeker: &mut Seeker,
        event: &RecordedEvent,
        end_of_part: &Cancel,
    ) -> Result<CountsIn> {
        let FoldedLog { log, aggregates } = folded_log;
        if let Some(trace) = self.ahead.get(&event.stream).filter(|trace| covers(trace, event)) {
            return Ok(CountsIn::Known(trace.state.unit()));
        }
        if let Some(currency) = self.found.get(&event.position) {
            return Ok(CountsIn::Known(*currency));
        }
        if end_of_part.is_cancelled() {
            return Ok(CountsIn::NotKnownYet);
        }
        let mut trace = self
            .nearest(event)
            .unwrap_or_else(|| Trace::before_the_first_event(aggregates.fold_of(&event.stream)));
        if event.version.since(trace.version) > FAR_EVENTS {
            trace = nearest_snapshot(folded_log, seeker, event, trace);
        }
        let read = |from, limit| log.read_stream(&event.stream, from, limit);
        let offer = |step: FoldStep<'_>| seeker.snapshots().0.offer(&event.stream, step.trace);
        let fold = aggregates.fold_of(&event.stream);
        let is_folded = fold_stream(fold, &mut trace, event.version, read, end_of_part, offer)?.is_ok();
        if is_folded && trace.version < event.version {
            return Ok(CountsIn::Unreadable);
        }
        let counts_in = match covers(&trace, event) {
            true => CountsIn::Known(trace.state.unit()),
            false => CountsIn::NotKnownYet,
        };
        self.keep(event, trace, counts_in);
        Ok(counts_in)
    }

    /// The furthest fold that has not passed an event.
    fn nearest(&mut self, event: &RecordedEvent) -> Option<Trace> {
        let ahead = self.ahead.get(&event.stream);
        let behind = self.behind.as_ref().filter(|(stream, _)| *stream == event.stream);
        let known = ahead.into_iter().chain(behind.map(|(_, trace)| trace));
        let before = known.filter(|trace| trace.version <= event.version);
        before.max_by_key(|trace| trace.version).cloned()
    }

    fn keep(&mut self, event: &RecordedEvent, trace: Trace, counts_in: CountsIn) {
        let stream = &event.stream;
        if self.ahead.peek(stream).is_none_or(|ahead| ahead.version <= trace.version) {
            self.ahead.put(stream.clone(), trace);
            return;
        }
        self.behind = Some((stream.clone(), trace));
        if let CountsIn::Known(currency) = counts_in {
            self.found.put(event.position, currency);
        }
    }
}

/// Whether the stream's currency at the event is the present one of this trace.
fn covers(trace: &Trace, event: &RecordedEvent) -> bool {
    let set_at = trace.state.shape().unit_field().map(|field| trace.last_set(field));
    event.version <= trace.version && set_at.is_none_or(|set_at| set_at <= event.position)
}

/// A snapshot that answers for the event, or the nearest one before it; `otherwise` if that is nearer.
fn nearest_snapshot(
    folded_log: FoldedLog<'_>,
    seeker: &mut Seeker,
    event: &RecordedEvent,
    otherwise: Trace,
) -> Trace {
    for up_to in [event.version.plus(SNAPSHOT_SPACING_EVENTS), event.version] {
        let (in_memory, kept) = seeker.snapshots();
        kept.bring(in_memory, folded_log, &event.stream, up_to);
        let Some(snapshot) = in_memory.nearest(&event.stream, up_to) else { continue };
        let is_before = snapshot.version <= event.version && snapshot.version > otherwise.version;
        if is_before || covers(&snapshot, event) {
            return snapshot;
        }
    }
    otherwise
}
