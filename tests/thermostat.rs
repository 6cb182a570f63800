//! An aggregate that the project does not know, a thermostat of three fields, shows wherever a state is shown: it needs
//! nothing but a fold and a place in the list of aggregates.

#[path = "thermostat/presentation.rs"]
mod presentation;
#[path = "thermostat/screen.rs"]
mod screen;
mod support;
#[path = "thermostat/verbs.rs"]
mod verbs;

use std::sync::Arc;

use foldback::cancel::Cancel;
use foldback::domain::aggregates::words::AggregateWords;
use foldback::domain::aggregates::{Aggregate, Aggregates};
use foldback::domain::event::{GlobalPosition, NewEvent, RecordedEvent, StreamPosition, Timestamp};
use foldback::domain::fold::{DecodedEvent, Evolved, Fold, Meaning};
use foldback::domain::mapping::Mappings;
use foldback::domain::name_pattern::NamePattern;
use foldback::domain::shape::{FieldId, FieldSpec, Shape};
use foldback::domain::state::State;
use foldback::domain::state::document::Document;
use foldback::domain::value::FieldValue;
use foldback::read_model::engine::catch_up::{CatchUpOptions, project_to_head};
use foldback::read_model::engine::location::Location;
use foldback::read_model::engine::snapshots::KeptSnapshots;
use foldback::replay::diff::Change;
use foldback::replay::reconstruct::FoldFrom;
use foldback::runtime::log_worker::seeker::Seeker;
use foldback::runtime::verify::verifying::{VerificationReport, VerifyRequest, verify};
use foldback::runtime::whole_fold::fold_all;
use foldback::store::folded_log::FoldedLog;
use foldback::store::proof::finding::Check;
use foldback::store::sqlite::SqliteStore;
use foldback::store::{EventReader, EventStore};
use rusqlite::Connection;
use support::{TempStore, event, stream, write};

const ROOM: FieldId = FieldId(0);
const TARGET: FieldId = FieldId(1);
const IS_HEATING: FieldId = FieldId(2);

/// Folds `Installed {room}`, `TargetSet {degrees}` and `Switched {on}`.
#[derive(Clone)]
struct Thermostat(Arc<Shape>);

impl Thermostat {
    fn new() -> Self {
        let fields =
            vec![FieldSpec::plain("room"), FieldSpec::plain("target"), FieldSpec::plain("is_heating")];
        Self(Arc::new(Shape { fields: fields.into(), measure: Some(TARGET) }))
    }
}

impl Fold for Thermostat {
    fn shape(&self) -> &Shape {
        &self.0
    }

    fn initial(&self) -> State {
        State::Document(Document::new(Arc::clone(&self.0)))
    }

    fn evolve(&self, state: &mut State, event: &RecordedEvent) -> Evolved {
        let data: serde_json::Value = serde_json::from_str(&event.data).unwrap_or_default();
        let set = match (event.event_type.as_str(), state) {
            ("Installed", State::Document(document)) => data["room"].as_str().map(|room| {
                document.set(ROOM, FieldValue::Text(room.to_owned().into()));
            }),
            ("TargetSet", State::Document(document)) => {
                data["degrees"].as_i64().map(|degrees| document.set(TARGET, FieldValue::Integer(degrees)))
            }
            ("Switched", State::Document(document)) => {
                data["on"].as_bool().map(|on| document.set(IS_HEATING, FieldValue::Flag(on)))
            }
            _ => None,
        };
        let not_understood = Meaning::NotUnderstood("a thermostat knows no such event".into());
        Evolved { meaning: set.map_or(not_understood, |()| Meaning::Understood), event: DecodedEvent::Opaque }
    }

    fn version(&self) -> u32 {
        1
    }

    fn read_by(&self, _: &Mappings) -> Arc<dyn Fold> {
        Arc::new(self.clone())
    }
}

fn aggregates() -> Aggregates {
    let fold = Arc::new(Thermostat::new());
    Aggregates::new(
        Aggregate {
            name: "thermostat".into(),
            words: AggregateWords::of("thermostat"),
            streams: NamePattern::ANY,
            fold,
            decider: None,
        },
        Vec::new(),
    )
}

const N_TARGETS: u64 = 6_000;

/// A house of two thermostats: one whose target was set often, and one that got an event which nobody knows.
fn house() -> TempStore {
    let mut temp = TempStore::new();
    let target = |n: u64| event("TargetSet", &format!(r#"{{"degrees":{}}}"#, 15 + n % 10));
    let hall = std::iter::once(event("Installed", r#"{"room":"hall"}"#)).chain((0..N_TARGETS).map(target));
    let attic = vec![event("Installed", r#"{"room":"attic"}"#), event("Deposited", r#"{"amount":1}"#)];
    temp.store.append(&[write("hall", hall.collect())]).unwrap();
    temp.store.append(&[write("attic", attic)]).unwrap();
    temp
}

/// The same house with eight events, a quarter of an hour apart.
fn little_house() -> TempStore {
    let mut temp = TempStore::new();
    let events = [
        ("hall", "Installed", r#"{"room":"hall"}"#),
        ("hall", "TargetSet", r#"{"degrees":19}"#),
        ("attic", "Installed", r#"{"room":"attic"}"#),
        ("attic", "Deposited", r#"{"amount":1}"#),
        ("hall", "Switched", r#"{"on":true}"#),
        ("attic", "TargetSet", r#"{"degrees":-5}"#),
        ("hall", "TargetSet", r#"{"degrees":22}"#),
        ("hall", "Switched", r#"{"on":false}"#),
    ];
    for (nth, (thermostat, event_type, data)) in (0..).zip(events) {
        let time = Timestamp::from_second(1_709_280_000 + nth * 900).unwrap();
        let event = NewEvent { time: Some(time), id: Some(format!("e-{nth}")), ..event(event_type, data) };
        temp.store.append(&[write(thermostat, vec![event])]).unwrap();
    }
    temp
}

fn opened(temp: &TempStore) -> SqliteStore {
    SqliteStore::open_read_only(&temp.path(), &aggregates()).unwrap()
}

#[test]
fn its_state_is_the_fold_of_its_events_with_what_changed_and_since_when() {
    let temp = house();
    let store = opened(&temp);
    let location = Location::of(&store.log_identity()).unwrap();
    let mut seeker = Seeker::new(&location);
    let aggregates = store.aggregates().unwrap();
    let mut state_at = |at| {
        let at = GlobalPosition::new(at);
        seeker
            .state_at(
                FoldedLog { log: &store, aggregates: &aggregates },
                &stream("hall"),
                at,
                FoldFrom::Snapshot,
                &Cancel::never(),
            )
            .unwrap()
    };
    let at_four = state_at(4);
    assert_eq!(
        serde_json::to_string(&at_four.trace.state).unwrap(),
        r#"{"room":"hall","target":17,"is_heating":null}"#
    );
    let (before, after) = (FieldValue::Integer(16), FieldValue::Integer(17));
    assert_eq!(at_four.changes, [Change { field: TARGET, before, after }]);
    assert_eq!(at_four.trace.last_set, [1, 4, 0].map(GlobalPosition::new));
}

#[test]
fn a_fold_of_the_whole_log_has_it_and_counts_what_it_does_not_understand() {
    let temp = house();
    let store = opened(&temp);
    let head = store.head().unwrap();
    let states = fold_all(&store, head, &Cancel::never(), &mut |_| {}).unwrap().unwrap();
    let shown: Vec<_> = states
        .by_name()
        .into_iter()
        .map(|(name, folded)| (name.to_string(), folded.n_not_understood, folded.state.to_string()))
        .collect();
    let last = 15 + (N_TARGETS - 1) % 10;
    assert_eq!(
        shown,
        [
            ("attic".to_owned(), 1, "room attic".to_owned()),
            ("hall".to_owned(), 0, format!("room hall, target {last}")),
        ]
    );
}

#[test]
fn a_seek_starts_at_its_snapshots_and_gives_the_plain_fold() {
    let temp = house();
    let store = opened(&temp);
    let location = Location::of(&store.log_identity()).unwrap();
    let aggregates = store.aggregates().unwrap();
    let seek = |from| {
        let at = GlobalPosition::new(5_900);
        let mut seeker = Seeker::new(&location);
        seeker
            .state_at(
                FoldedLog { log: &store, aggregates: &aggregates },
                &stream("hall"),
                at,
                from,
                &Cancel::never(),
            )
            .unwrap()
    };
    // The first long seek leaves snapshots in the read model, from which another seeker starts.
    assert_eq!(seek(FoldFrom::Snapshot).from_snapshot.number(), 0);
    let (short, plain) = (seek(FoldFrom::Snapshot), seek(FoldFrom::FirstEvent));
    assert_eq!((short.from_snapshot.number(), short.n_folded), (5_500, 400));
    assert_eq!((short.trace, short.changes), (plain.trace, plain.changes));
    let kept = KeptSnapshots::open(&location).every(
        500,
        FoldedLog { log: &store, aggregates: &aggregates },
        &stream("hall"),
        StreamPosition::new(5_900),
    );
    assert_eq!(kept.len(), 11);
}

#[test]
fn its_rows_are_in_the_read_model() {
    let temp = house();
    let store = opened(&temp);
    let location = Location::of(&store.log_identity()).unwrap();
    project_to_head(&store, &location, &CatchUpOptions::default(), &mut |_| {}).unwrap();
    let current = location.generation_path(location.current().unwrap().unwrap().number);
    let rows: Vec<(String, i64, i64, String)> = Connection::open(current)
        .unwrap()
        .prepare("SELECT name, version, n_not_understood, state->>'$.room' FROM document_rows ORDER BY id")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let n_hall = i64::try_from(N_TARGETS).unwrap() + 1;
    assert_eq!(
        rows,
        [("hall".to_owned(), n_hall, 0, "hall".to_owned()), ("attic".to_owned(), 2, 1, "attic".to_owned())]
    );
}

#[test]
fn verifying_replays_it_and_finds_a_row_that_is_not_what_its_events_give() {
    let temp = house();
    let store = opened(&temp);
    let location = Location::of(&store.log_identity()).unwrap();
    project_to_head(&store, &location, &CatchUpOptions::default(), &mut |_| {}).unwrap();
    let faults = || {
        let request = VerifyRequest { only_links: false, receipts: Vec::new(), cancel: Cancel::never() };
        let mut faults = Vec::new();
        let verified = verify(&store.log(), &request, &mut |verifying| {
            if let VerificationReport::Found(finding) = verifying {
                faults.extend(finding.fault().map(|_| finding.check));
            }
        });
        verified.unwrap().expect("nobody has cancelled it");
        faults
    };
    assert_eq!(faults(), []);
    let current = location.generation_path(location.current().unwrap().unwrap().number);
    let set_otherwise =
        "UPDATE document_rows SET state = json_set(state, '$.target', 99) WHERE name = 'hall'";
    assert_eq!(Connection::open(current).unwrap().execute(set_otherwise, []).unwrap(), 1);
    assert_eq!(faults(), [Check::ReadModel]);
}
