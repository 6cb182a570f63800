//! The merged state of a stream that nobody explained: the last value of each field of its events' data.

use std::sync::{Arc, LazyLock};

use crate::domain::event::RecordedEvent;
use crate::domain::fold::{DecodedEvent, EventOutline, Evolved, Fold, Meaning};
use crate::domain::json::is_object;
use crate::domain::mapping::Mappings;
use crate::domain::money::Currency;
use crate::domain::shape::Shape;
use crate::domain::state::State;
use crate::domain::state::document::Document;
use crate::domain::state::field_tree::{Kept, OPEN_FIELDS_MAX};
use crate::domain::state::fold_kind::FoldKind;
use crate::domain::wrappers::unwrapped;

/// The version of the fold: see [`Fold::version`].
const FOLD_VERSION: u32 = 1;

/// The field for data that is not an object.
const DATA_FIELD: &str = "data";

static NO_FIELDS: LazyLock<Shape> = LazyLock::new(Shape::default);

/// Merges the data of a stream's events, as RFC 7386 merges JSON.
#[derive(Clone, Copy, Debug, Default)]
pub struct MergedFold;

impl Fold for MergedFold {
    /// None: the events of each stream bring its fields.
    fn shape(&self) -> &Shape {
        &NO_FIELDS
    }

    fn initial(&self) -> State {
        State::Document(Document::open(FoldKind::Merged))
    }

    fn evolve(&self, state: &mut State, event: &RecordedEvent) -> Evolved {
        let meaning = match state {
            State::Document(document) => merge(document, event),
            State::Account(_) => Meaning::NotUnderstood("the state is another aggregate's".into()),
        };
        Evolved { meaning, event: DecodedEvent::Opaque }
    }

    fn outline(&self, event: &RecordedEvent, _: Option<Currency>) -> Option<EventOutline> {
        Some(EventOutline { is_understood: !event.data.is_empty(), change: None })
    }

    fn version(&self) -> u32 {
        FOLD_VERSION
    }

    fn read_by(&self, _: &Mappings) -> Arc<dyn Fold> {
        Arc::new(*self)
    }
}

fn merge(document: &mut Document, event: &RecordedEvent) -> Meaning {
    let data = unwrapped(&event.event_type, &event.data);
    let merged = match data {
        "null" => return Meaning::Understood,
        object if is_object(object) => document.merge(object),
        value => document.merge(&format!("{{\"{DATA_FIELD}\":{value}}}")),
    };
    match merged {
        Ok(Kept::Whole) => Meaning::Understood,
        Ok(Kept::Partly) => Meaning::Partly(
            format!("a merged state has {OPEN_FIELDS_MAX} fields at most, each with a name that is text")
                .into(),
        ),
        Err(why) => Meaning::NotUnderstood(format!("its data cannot be read: {why}").into()),
    }
}
