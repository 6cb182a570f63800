//! The choice of the aggregates for a log: those whose events it has, else one merged state a stream.

use crate::domain::aggregates::Aggregates;
use crate::domain::event::RecordedEvent;
use crate::domain::json::is_object;

/// Number of a log's first events that the choice is made from.
pub const SAMPLE_EVENTS: usize = 1_000;

impl Aggregates {
    /// These aggregates, if the first events of a log are theirs: at least half have one of their types, and of those
    /// whose data is an object, at least half are understood. Otherwise the [merged](Self::merged) one. A log without
    /// events is theirs, and aggregates that name no types of events take any log.
    pub fn chosen_for(&self, events: &[RecordedEvent]) -> Self {
        let is_open_question =
            !self.take_any_log() && self.all().any(|aggregate| !aggregate.words.event_types.is_empty());
        if !is_open_question || self.has_most_of(events) { self.clone() } else { Self::merged() }
    }

    fn has_most_of(&self, events: &[RecordedEvent]) -> bool {
        let (mut n_known, mut n_objects, mut n_understood) = (0, 0, 0);
        for event in events.iter().filter(|event| self.knows_type_of(event)) {
            n_known += 1;
            // From no state, so that a rule about states, such as a currency, does not count against the log.
            let fold = self.fold_of(&event.stream);
            let is_understood = fold.evolve(&mut fold.initial(), event).meaning.is_understood();
            if is_object(&event.data) {
                n_objects += 1;
                n_understood += usize::from(is_understood);
            }
        }
        n_known * 2 >= events.len() && n_understood * 2 >= n_objects
    }

    /// Whether the event has a type of its aggregate, itself or by the mapping of its log.
    fn knows_type_of(&self, event: &RecordedEvent) -> bool {
        let mapping = event.source.and_then(|source| self.mappings().of(source));
        match mapping.map(|mapping| mapping.meaning(&event.event_type)) {
            Some(Ok(Some(_))) => true,
            Some(Err(_)) => false,
            None | Some(Ok(None)) => {
                let types = &self.of(&event.stream).words.event_types;
                types.iter().any(|known| *known == event.event_type)
            }
        }
    }
}
