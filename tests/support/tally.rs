//! A made-up aggregate, a tally: each event `Counted` adds its number to the sum.

use std::sync::Arc;

use foldback::domain::aggregates::words::AggregateWords;
use foldback::domain::aggregates::{Aggregate, Aggregates};
use foldback::domain::event::RecordedEvent;
use foldback::domain::fold::{DecodedEvent, Evolved, Fold, Meaning};
use foldback::domain::mapping::Mappings;
use foldback::domain::name_pattern::NamePattern;
use foldback::domain::shape::{FieldId, FieldSpec, Shape};
use foldback::domain::state::State;
use foldback::domain::state::document::Document;
use foldback::domain::value::FieldValue;

const SUM: FieldId = FieldId(0);

struct Tally {
    shape: Arc<Shape>,
    version: u32,
}

impl Fold for Tally {
    fn shape(&self) -> &Shape {
        &self.shape
    }

    fn initial(&self) -> State {
        State::Document(Document::new(Arc::clone(&self.shape)))
    }

    fn evolve(&self, state: &mut State, event: &RecordedEvent) -> Evolved {
        let before = state.field(SUM).as_integer().unwrap_or(0);
        let meaning = match (event.event_type.as_str(), event.data.parse::<i64>(), state) {
            ("Counted", Ok(n), State::Document(tally)) => {
                tally.set(SUM, FieldValue::Integer(before + n));
                Meaning::Understood
            }
            _ => Meaning::NotUnderstood("a tally knows no such event".into()),
        };
        Evolved { meaning, event: DecodedEvent::Opaque }
    }

    fn version(&self) -> u32 {
        self.version
    }

    fn read_by(&self, _: &Mappings) -> Arc<dyn Fold> {
        Arc::new(Self { shape: Arc::clone(&self.shape), version: self.version })
    }
}

/// Every stream is a tally; `version` is that of its fold.
pub fn tallies(version: u32) -> Aggregates {
    let shape = Arc::new(Shape { fields: vec![FieldSpec::plain("sum")].into(), measure: Some(SUM) });
    let fold = Arc::new(Tally { shape, version });
    Aggregates::new(
        Aggregate {
            name: "tally".into(),
            words: AggregateWords::of("tally"),
            streams: NamePattern::ANY,
            fold,
            decider: None,
        },
        Vec::new(),
    )
}
