//! Snapshots in memory: the states that make every seek short.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use lru::LruCache;

use crate::domain::event::{StreamName, StreamPosition};
use crate::replay::trace::Trace;

/// Events between two snapshots of a stream: folding that many, read by index, takes about a millisecond.
pub const SNAPSHOT_SPACING_EVENTS: u64 = 500;

/// The most streams with snapshots in memory: those used most recently.
pub const SNAPSHOT_STREAMS_MAX: NonZeroUsize = NonZeroUsize::MIN.saturating_add(255);

/// The most snapshots of one stream. Beyond that, every second one is dropped and the spacing doubles. 1,024 cover half
/// a million events at the first spacing.
pub const SNAPSHOTS_OF_A_STREAM_MAX: usize = 1_024;

/// Snapshots in memory. The least recently used streams are dropped first.
#[derive(Debug)]
pub struct Snapshots {
    streams: LruCache<StreamName, OfStream>,
}

#[derive(Debug)]
struct OfStream {
    spacing: u64,
    traces: BTreeMap<StreamPosition, Trace>,
}

impl Default for Snapshots {
    fn default() -> Self {
        Self { streams: LruCache::new(SNAPSHOT_STREAMS_MAX) }
    }
}

impl Snapshots {
    /// The snapshot at the highest version up to `version`.
    pub fn nearest(&mut self, stream: &StreamName, version: StreamPosition) -> Option<Trace> {
        let of_stream = self.streams.get(stream)?;
        of_stream.traces.range(..=version).next_back().map(|(_, trace)| trace.clone())
    }

    /// Adds a snapshot that was kept elsewhere.
    pub fn put(&mut self, stream: &StreamName, trace: Trace) {
        self.of_stream(stream).traces.insert(trace.version, trace);
    }

    /// The snapshots of a stream after one version, up to another, rising.
    pub fn between(
        &self,
        stream: &StreamName,
        after: StreamPosition,
        up_to: StreamPosition,
    ) -> impl Iterator<Item = &Trace> {
        let of_stream = self.streams.peek(stream);
        let traces = of_stream.into_iter().flat_map(move |of_stream| of_stream.traces.range(..=up_to));
        traces.filter(move |(version, _)| **version > after).map(|(_, trace)| trace)
    }

    /// Keeps the state if its version is one at which states are kept.
    pub fn offer(&mut self, stream: &StreamName, trace: &Trace) {
        let number = trace.version.number();
        if !number.is_multiple_of(SNAPSHOT_SPACING_EVENTS) {
            return;
        }
        let of_stream = self.of_stream(stream);
        if !number.is_multiple_of(of_stream.spacing) {
            return;
        }
        of_stream.traces.insert(trace.version, trace.clone());
        if of_stream.traces.len() > SNAPSHOTS_OF_A_STREAM_MAX {
            of_stream.spacing *= 2;
            let spacing = of_stream.spacing;
            of_stream.traces.retain(|version, _| version.number().is_multiple_of(spacing));
        }
    }

    fn of_stream(&mut self, stream: &StreamName) -> &mut OfStream {
        let fresh = || OfStream { spacing: SNAPSHOT_SPACING_EVENTS, traces: BTreeMap::new() };
        self.streams.get_or_insert_mut_ref::<StreamName, _>(stream, fresh)
    }

    /// Drops everything, because the meaning of events has changed.
    pub fn clear(&mut self) {
        self.streams.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::aggregates::account::fold::AccountFold;

    fn trace(version: u64) -> Trace {
        Trace {
            version: StreamPosition::new(version),
            ..Trace::before_the_first_event(&AccountFold::default())
        }
    }

    #[test]
    fn the_nearest_snapshot_is_the_highest_one_that_is_not_after() {
        let stream = StreamName::new("a").unwrap();
        let mut snapshots = Snapshots::default();
        for version in 1..=1_600 {
            snapshots.offer(&stream, &trace(version));
        }
        let nearest = |snapshots: &mut Snapshots, v| snapshots.nearest(&stream, StreamPosition::new(v));
        assert_eq!(nearest(&mut snapshots, 499), None);
        assert_eq!(nearest(&mut snapshots, 500), Some(trace(500)));
        assert_eq!(nearest(&mut snapshots, 1_499), Some(trace(1_000)));
        assert_eq!(nearest(&mut snapshots, u64::MAX), Some(trace(1_500)));
    }

    #[test]
    fn a_stream_of_any_length_keeps_a_bounded_number_of_snapshots() {
        let stream = StreamName::new("a").unwrap();
        let mut snapshots = Snapshots::default();
        for nth in 1..=10_000 {
            snapshots.offer(&stream, &trace(nth * SNAPSHOT_SPACING_EVENTS));
        }
        let kept = &snapshots.streams.peek(&stream).unwrap().traces;
        assert!(kept.len() <= SNAPSHOTS_OF_A_STREAM_MAX && kept.len() > SNAPSHOTS_OF_A_STREAM_MAX / 4);
    }
}
