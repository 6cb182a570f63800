//! The subscription: the log from a checkpoint on, in batches, each with the fold for its events.

use std::sync::Arc;

use anyhow::Result;

use crate::cancel::Cancel;
use crate::domain::aggregates::Aggregates;
use crate::domain::event::{GlobalPosition, RecordedEvent};
use crate::domain::mapping::{MappingDigests, Mappings};
use crate::read_model::engine::generation::RebuildReason;
use crate::read_model::engine::projection_state::{ProjectionState, digest};
use crate::store::{Direction, EventReader};

/// The target size of a batch in bytes, whatever the size of the events. A batch exceeds it by one read at most.
const BATCH_BYTES: usize = 16 << 20;

/// Events read at once: a few milliseconds of work, after which the token is checked.
const PART_EVENTS: usize = 2_048;

/// Events in the first batch, before their length is known.
const N_FIRST_EVENTS: usize = 512;

/// The approximate memory of an event beside its texts, in bytes.
const EVENT_BYTES: usize = 256;

/// The most returned batches that are kept for reuse: as many as a reader ahead has on its way.
const SPARE_BATCHES_MAX: usize = 10;

/// Consecutive events of the log.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The position that they follow: between it and the first event there are no events.
    pub after: GlobalPosition,
    /// All events after it, rising, up to the batch's end.
    pub events: Vec<RecordedEvent>,
    /// The aggregates that read them.
    pub aggregates: Arc<Aggregates>,
}

/// The next part of the log.
#[derive(Clone, Debug)]
pub enum LogPart {
    /// These events.
    Batch(Batch),
    /// There is nothing yet: this is the head.
    Head,
    /// The rows do not fit any more: events that were read before would be read differently now.
    Unusable(RebuildReason),
}

/// A position in the log from which events are read.
#[derive(Debug)]
pub struct Subscription {
    after: GlobalPosition,
    n_events_max: usize,
    n_next: usize,
    aggregates: Arc<Aggregates>,
    /// The mappings by which the events up to here were read, by source.
    read_by: MappingDigests,
    /// Returned batches, to be overwritten.
    spare: Vec<Vec<RecordedEvent>>,
}

impl Subscription {
    /// Continues after a read model's checkpoint, if that is a position of this log. No batch has more than
    /// `n_events_max` events.
    ///
    /// # Errors
    /// Errors of the store.
    pub fn start(
        store: &dyn EventReader,
        mark: &ProjectionState,
        n_events_max: usize,
    ) -> Result<std::result::Result<Self, RebuildReason>> {
        let after = mark.checkpoint.position;
        if after > GlobalPosition::START {
            let there = store.read_all(after, Direction::Backward, 1)?;
            let there = there.first().filter(|event| event.position == after);
            if there.map(digest) != mark.event {
                return Ok(Err(RebuildReason::OtherLog));
            }
        }
        let n_events_max = n_events_max.max(1);
        let started = Self {
            after,
            n_events_max,
            n_next: N_FIRST_EVENTS.min(n_events_max),
            aggregates: Arc::new(store.aggregates()?),
            read_by: mark.mappings.clone(),
            spare: Vec::new(),
        };
        Ok(if started.mappings_are_unchanged() { Ok(started) } else { Err(RebuildReason::OtherMapping) })
    }

    /// The next part; at the head, another call looks for new events. The token is checked every few milliseconds: once
    /// it is cancelled, the events read so far are all that is returned.
    ///
    /// # Errors
    /// Errors of the store; the call can be repeated.
    pub fn next(&mut self, store: &dyn EventReader, cancel: &Cancel) -> Result<LogPart> {
        let mut events = self.spare.pop().unwrap_or_default();
        self.read(store, &mut events, cancel)?;
        let has_new_source =
            events.iter().filter_map(|event| event.source).any(|source| !self.read_by.contains_key(&source));
        // A changed mapping shows at the head at the latest, when new events are looked for.
        if has_new_source || (events.is_empty() && !self.read_by.is_empty()) {
            self.use_mappings(store.mappings()?);
            if !self.mappings_are_unchanged() {
                return Ok(LogPart::Unusable(RebuildReason::OtherMapping));
            }
        }
        let Some(last) = events.last().map(|event| event.position) else { return Ok(LogPart::Head) };
        for source in events.iter().filter_map(|event| event.source) {
            self.read_by.entry(source).or_insert_with(|| self.aggregates.mappings().digest(source));
        }
        self.n_next = self.n_affordable(&events);
        let batch = Batch { after: self.after, events, aggregates: Arc::clone(&self.aggregates) };
        self.after = last;
        Ok(LogPart::Batch(batch))
    }

    /// Reads the next events in parts, until they are enough or take too much memory.
    fn read(&self, store: &dyn EventReader, events: &mut Vec<RecordedEvent>, cancel: &Cancel) -> Result<()> {
        let (mut n_read, mut n_bytes_read, mut after) = (0, 0, self.after);
        loop {
            let n_wanted = PART_EVENTS.min(self.n_next - n_read);
            store.read_on(after.plus(1), n_wanted, events, n_read)?;
            let part = events.get(n_read..).unwrap_or_default();
            let Some(last) = part.last() else { return Ok(()) };
            (after, n_bytes_read) = (last.position, n_bytes_read + part.iter().map(n_bytes).sum::<usize>());
            let is_end = part.len() < n_wanted;
            n_read = events.len();
            if is_end || n_read >= self.n_next || n_bytes_read >= BATCH_BYTES || cancel.is_cancelled() {
                return Ok(());
            }
        }
    }

    /// Takes back a consumed batch, to reuse its memory.
    pub fn give_back(&mut self, batch: Batch) {
        if self.spare.len() < SPARE_BATCHES_MAX {
            self.spare.push(batch.events);
        }
    }

    fn use_mappings(&mut self, mappings: Mappings) {
        // Batches can be joined if they share their aggregates.
        if mappings != *self.aggregates.mappings() {
            self.aggregates = Arc::new(self.aggregates.read_by(mappings));
        }
    }

    fn mappings_are_unchanged(&self) -> bool {
        self.aggregates.mappings().read_alike(&self.read_by)
    }

    /// The number of events in the next batch: at most twice as many as in this one, and no more than fit if they have
    /// the same length.
    fn n_affordable(&self, events: &[RecordedEvent]) -> usize {
        let n_bytes: usize = events.iter().map(n_bytes).sum();
        let n_fitting = BATCH_BYTES.saturating_mul(events.len()) / n_bytes.max(1);
        n_fitting.min(self.n_next.saturating_mul(2)).clamp(1, self.n_events_max)
    }
}

fn n_bytes(event: &RecordedEvent) -> usize {
    EVENT_BYTES + event.n_bytes()
}
