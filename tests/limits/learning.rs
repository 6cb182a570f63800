//! Limits of learning from a log.

use foldback::domain::aggregates::grouping::groups_of;
use foldback::domain::event::{GlobalPosition, RecordedEvent, StreamName, StreamPosition};
use foldback::domain::hash::ChainHash;
use foldback::domain::learning::Learner;
use foldback::domain::learning::event_type::FIELDS_MAX;
use foldback::domain::learning::group::{STREAMS_MAX, TYPES_MAX};

use crate::limit::{Limit, check, count, limit};

/// Limits of the verb `domain`.
pub(crate) fn of_learning() -> Vec<Limit> {
    let not_in_full = "1 event not learned from in full";
    vec![
        limit("the streams whose running totals `domain` follows", count(STREAMS_MAX), not_in_full, || {
            let mut learner = Learner::following(1, groups_of([]));
            ["a", "b"].iter().for_each(|stream| learner.take(&event(stream, "T", "{}")));
            said(&learner)
        }),
        limit("the types of events of an aggregate in `domain`", count(TYPES_MAX), not_in_full, || {
            let mut learner = Learner::new(groups_of([]));
            (0..=TYPES_MAX).for_each(|nth| learner.take(&event("a", &format!("T{nth}"), "{}")));
            said(&learner)
        }),
        limit("the fields of a type in `domain`", count(FIELDS_MAX), not_in_full, || {
            let members: Vec<_> = (0..=FIELDS_MAX).map(|nth| format!("\"f{nth}\":true")).collect();
            let mut learner = Learner::new(groups_of([]));
            learner.take(&event("a", "T", &format!("{{{}}}", members.join(","))));
            said(&learner)
        }),
    ]
}

fn said(learner: &Learner) -> String {
    learner.learned().not_learned.words().join("\n")
}

fn event(stream: &str, event_type: &str, data: &str) -> RecordedEvent {
    RecordedEvent {
        position: GlobalPosition::new(1),
        stream: StreamName::new(stream).unwrap(),
        version: StreamPosition::new(1),
        id: None,
        event_type: event_type.to_owned(),
        time: None,
        clock: None,
        data: data.to_owned(),
        metadata: None,
        source: None,
        hash: ChainHash([0; 32]),
    }
}

#[test]
fn beyond_each_limit_of_learning_there_is_a_sentence() {
    check(&of_learning());
}
