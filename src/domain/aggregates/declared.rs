//! Declared folds: the expressions that a person wrote in a domain file, evaluated at each event.
//!
//! Its files:
//!
//! - `recorded.rs`: figures that the log itself records, compared with the state after the event
//! - `rules.rs`: the rules of a declared fold: which fields the events of a type set and remove
//! - `upcast.rs`: upcasters: events of an old type read as those of a newer one

mod recorded;
pub mod rules;
pub mod upcast;

use std::sync::{Arc, LazyLock};

use crate::domain::aggregates::declared::rules::{EventRule, FieldChange, FieldRule};
use crate::domain::aggregates::declared::upcast::{UpcastEvent, Upcasters};
use crate::domain::event::RecordedEvent;
use crate::domain::expression::field_path::overlap;
use crate::domain::expression::scope::{Availability, EvaluationScope};
use crate::domain::fold::{DecodedEvent, EventOutline, Evolved, Fold, Meaning};
use crate::domain::mapping::Mappings;
use crate::domain::money::Currency;
use crate::domain::shape::Shape;
use crate::domain::state::State;
use crate::domain::state::document::Document;
use crate::domain::state::field_tree::{Kept, OPEN_FIELDS_MAX};

/// The version of the fold: see [`Fold::version`].
const FOLD_VERSION: u32 = 1;

static NO_FIELDS: LazyLock<Shape> = LazyLock::new(Shape::default);

/// Sets and removes fields as the rules of a domain file say.
#[derive(Clone, Debug)]
pub struct DeclaredFold {
    /// The state before the first event.
    start: Arc<Document>,
    rules: Arc<[EventRule]>,
    /// Figures that events record, by the fields of the state that they should equal.
    recorded: Arc<[FieldRule]>,
    upcasters: Arc<Upcasters>,
    text: Arc<str>,
}

impl DeclaredFold {
    /// The fold with these rules, of which the first one counts whose pattern an event's type matches. After each event the
    /// fields of `recorded` are compared with the figures that the event records.
    pub fn new(
        start: Document,
        rules: Vec<EventRule>,
        recorded: Vec<FieldRule>,
        upcasters: Arc<Upcasters>,
    ) -> Self {
        let begins = serde_json::to_string(&start).unwrap_or_default();
        let mut text = format!("declared 1\nstart {}:{begins}\n{}", begins.len(), upcasters.text());
        for rule in &rules {
            text += &rule.text();
        }
        for rule in &recorded {
            text += &format!("recorded{}\n", rule.text());
        }
        let (rules, recorded) = (rules.into(), recorded.into());
        Self { start: Arc::new(start), rules, recorded, upcasters, text: text.into() }
    }

    fn rule_of(&self, event_type: &str) -> Option<&EventRule> {
        self.rules.iter().find(|rule| rule.takes(event_type))
    }

    fn apply(&self, state: &mut Document, event: &RecordedEvent) -> Meaning {
        let event_as_read = match self.upcasters.read(event) {
            Ok(event_as_read) => event_as_read,
            Err(why) => return Meaning::NotUnderstood(why.into()),
        };
        let Some(rule) = self.rule_of(&event_as_read.event_type) else {
            let name = &event_as_read.event_type;
            return Meaning::NotUnderstood(format!("the domain file has no rule for {name}").into());
        };
        let mut faults = Vec::new();
        let mut changes: Vec<FieldChange> = Vec::with_capacity(rule.n_changes());
        for change in rule.changes(&scope_of(state, event, &event_as_read), state) {
            match change {
                Ok(change) => match changes.iter().find(|before| overlap(&before.path, &change.path)) {
                    Some(before) => {
                        faults.push(format!("{} and {} are one place", before.source, change.source));
                    }
                    None => changes.push(change),
                },
                Err(fault) => faults.push(fault),
            }
        }
        for change in changes {
            match change.make(state) {
                Ok(Kept::Whole) => {}
                Ok(Kept::Partly) => faults.push(format!("a state has {OPEN_FIELDS_MAX} fields at most")),
                Err(why) => faults.push(format!("{}: {why}", change.source)),
            }
        }
        let scope = scope_of(state, event, &event_as_read);
        faults.extend(self.recorded.iter().filter_map(|rule| recorded::difference(rule, &scope, state)));
        if faults.is_empty() { Meaning::Understood } else { Meaning::Partly(faults.join("; ").into()) }
    }
}

impl Fold for DeclaredFold {
    /// None: the events of each stream bring its fields.
    fn shape(&self) -> &Shape {
        &NO_FIELDS
    }

    fn initial(&self) -> State {
        State::Document((*self.start).clone())
    }

    fn evolve(&self, state: &mut State, event: &RecordedEvent) -> Evolved {
        let meaning = match state {
            State::Document(document) => self.apply(document, event),
            State::Account(_) => Meaning::NotUnderstood("the state is another aggregate's".into()),
        };
        Evolved { meaning, event: DecodedEvent::Opaque }
    }

    fn outline(&self, event: &RecordedEvent, _: Option<Currency>) -> Option<EventOutline> {
        let is_understood =
            self.upcasters.read(event).is_ok_and(|event| self.rule_of(&event.event_type).is_some());
        Some(EventOutline { is_understood, change: None })
    }

    fn version(&self) -> u32 {
        FOLD_VERSION
    }

    fn as_read<'e>(&self, event: &'e RecordedEvent) -> Result<UpcastEvent<'e>, String> {
        self.upcasters.read(event)
    }

    fn rules(&self) -> &str {
        &self.text
    }

    fn read_by(&self, _: &Mappings) -> Arc<dyn Fold> {
        Arc::new(self.clone())
    }
}

/// The scope of an event with a state: for its changes the one before it, for recorded figures the one after it.
fn scope_of<'a>(
    state: &'a Document,
    event: &'a RecordedEvent,
    event_as_read: &'a UpcastEvent<'a>,
) -> EvaluationScope<'a> {
    EvaluationScope {
        state: Availability::Present(state),
        data: Some(&event_as_read.data),
        ..EvaluationScope::of_event(event)
    }
}
