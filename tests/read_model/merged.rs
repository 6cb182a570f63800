//! Laws of merged states: they are what RFC 7386 gives, in a fold, from a snapshot, and in rows as of any position.

use std::collections::BTreeMap;

use foldback::domain::aggregates::Aggregates;
use foldback::domain::event::{GlobalPosition, RecordedEvent, StreamName};
use foldback::read_model::engine::catch_up::{CatchUp, CatchUpOptions, project_to_head};
use foldback::read_model::engine::location::Location;
use foldback::read_model::questions::query::ReadModel;
use foldback::read_model::questions::sql::limits::Limits;
use foldback::read_model::rows::{AsOf, Value as Cell};
use foldback::replay::trace::Trace;
use foldback::store::sqlite::SqliteStore;
use foldback::store::{Direction, EventReader, EventStore, StreamWrite};
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::support::{TempStore, cases, event, write};

fn opened(temp: &TempStore) -> SqliteStore {
    SqliteStore::open_read_only(&temp.path(), &Aggregates::merged()).unwrap()
}

/// What RFC 7386 makes of a value and a patch.
fn patched(target: Value, patch: Value) -> Value {
    let Value::Object(patch) = patch else { return patch };
    let mut members = match target {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    for (key, value) in patch {
        let before = members.remove(&key).unwrap_or_default();
        if !value.is_null() {
            members.insert(key, patched(before, value));
        }
    }
    Value::Object(members)
}

/// The value without objects that have no members: a merged state keeps values only.
fn pruned(value: Value) -> Value {
    let Value::Object(members) = value else { return value };
    let members = members.into_iter().map(|(key, value)| (key, pruned(value)));
    Value::Object(members.filter(|(_, value)| *value != Value::Object(Map::new())).collect())
}

pub(crate) fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn member() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3_i64..3).prop_map(Value::from),
        prop::sample::select(vec![0.5, -1.25, 1e30]).prop_map(Value::from),
        prop::sample::select(vec!["", "a", "ß\u{1f6d2}", "7", "null"]).prop_map(Value::from),
        prop::collection::vec(0_i64..3, 0..3).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| object_of(inner).boxed())
}

fn object_of(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let key = prop::sample::select(vec!["a", "b", "c.d", "", "0", "\"q\\"]);
    prop::collection::vec((key, inner), 0..4).prop_map(|members| {
        Value::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    })
}

/// Events of two streams: the stream, and the data.
fn log() -> impl Strategy<Value = Vec<(bool, Value)>> {
    prop::collection::vec((any::<bool>(), object_of(member())), 1..12)
}

fn written(log: &[(bool, Value)]) -> TempStore {
    let mut temp = TempStore::new();
    let writes: Vec<StreamWrite> = log
        .iter()
        .map(|(is_first, data)| {
            write(if *is_first { "a" } else { "b" }, vec![event("Set", &data.to_string())])
        })
        .collect();
    for one in writes {
        temp.store.append(&[one]).unwrap();
    }
    temp
}

/// The expected state of each stream after each event.
fn expected(log: &[(bool, Value)]) -> Vec<BTreeMap<&'static str, Value>> {
    let mut states = BTreeMap::new();
    let mut all = vec![states.clone()];
    for (is_first, data) in log {
        let state: &mut Value = states.entry(if *is_first { "a" } else { "b" }).or_default();
        *state = patched(state.take(), data.clone());
        all.push(states.clone());
    }
    all
}

pub(crate) fn events(store: &SqliteStore) -> Vec<RecordedEvent> {
    store.read_all(GlobalPosition::START, Direction::Forward, usize::MAX).unwrap()
}

/// The states in the view `documents` as of a position.
fn rows(store: &SqliteStore, at: usize) -> BTreeMap<String, Value> {
    let mut read_model = ReadModel::open(&Location::of(&store.log_identity()).unwrap());
    let as_of = AsOf::Position(GlobalPosition::new(at as u64));
    let sql = "SELECT stream, state FROM documents";
    let table = read_model.table(sql, as_of, usize::MAX, &Limits::default()).unwrap();
    let row = |row: Vec<Cell>| match &row[..] {
        [Cell::Text(stream), Cell::Text(state)] => (stream.clone(), pruned(json_of(state))),
        other => panic!("{other:?}"),
    };
    table.rows.into_iter().map(row).collect()
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn a_merged_state_is_that_of_rfc_7386_after_each_event_and_as_of_each_position(log in log()) {
        let temp = written(&log);
        let (store, expected) = (opened(&temp), expected(&log));
        let aggregates = store.aggregates().unwrap();
        let mut traces: BTreeMap<StreamName, Trace> = BTreeMap::new();
        for (event, expected) in events(&store).iter().zip(expected.iter().skip(1)) {
            let fold = aggregates.fold_of(&event.stream);
            let trace = traces
                .entry(event.stream.clone())
                .or_insert_with(|| Trace::before_the_first_event(fold));
            trace.take(fold, event, &mut fold.initial());
            let state = json_of(&serde_json::to_string(&trace.state).unwrap());
            prop_assert_eq!(pruned(state), pruned(expected[event.stream.as_str()].clone()));
            prop_assert_eq!((trace.n_not_understood, trace.n_partly_understood), (0, 0));
        }
        let location = Location::of(&store.log_identity()).unwrap();
        let caught_up = project_to_head(&store, &location, &CatchUpOptions::default(), &mut |_| {}).unwrap();
        let is_done = matches!(caught_up, CatchUp::Done { .. });
        prop_assert!(is_done, "{:?}", caught_up);
        for (at, expected) in expected.into_iter().enumerate() {
            let expected: BTreeMap<String, Value> =
                expected.into_iter().map(|(stream, state)| (stream.to_owned(), pruned(state))).collect();
            prop_assert_eq!(rows(&store, at), expected, "as of {}", at);
        }
    }

    #[test]
    fn a_trace_that_continues_from_its_row_is_the_one_that_was_never_stored(log in log(), cut in 0_usize..12) {
        let cut = cut.min(log.len());
        let mut temp = written(&log[..cut]);
        let project = |store: &SqliteStore| {
            let location = Location::of(&store.log_identity()).unwrap();
            project_to_head(store, &location, &CatchUpOptions::default(), &mut |_| {}).unwrap();
        };
        project(&opened(&temp));
        for (is_first, data) in &log[cut..] {
            let name = if *is_first { "a" } else { "b" };
            temp.store.append(&[write(name, vec![event("Set", &data.to_string())])]).unwrap();
        }
        let store = opened(&temp);
        project(&store);
        let (last, whole) = (stored(&store), opened(&written(&log)));
        project(&whole);
        prop_assert_eq!(last, stored(&whole));
    }
}

/// The rows with state and the positions at which its fields were set.
pub(crate) fn stored(store: &SqliteStore) -> Vec<Vec<Cell>> {
    let mut read_model = ReadModel::open(&Location::of(&store.log_identity()).unwrap());
    let sql = "SELECT name, version, position, state, last_set FROM document_rows ORDER BY name";
    read_model.table(sql, AsOf::Checkpoint, usize::MAX, &Limits::default()).unwrap().rows
}

#[test]
fn a_stream_with_more_fields_than_a_state_has_room_for_says_that_it_is_partly_understood() {
    let mut temp = TempStore::new();
    let data = |from: usize| {
        let members: Map<String, Value> = (from..from + 1_500).map(|n| (format!("f{n}"), n.into())).collect();
        Value::Object(members).to_string()
    };
    let wide = vec![event("Set", &data(0)), event("Set", &data(1_000)), event("Set", r#"{"f0":7}"#)];
    temp.store.append(&[write("wide", wide)]).unwrap();
    let store = opened(&temp);
    let aggregates = store.aggregates().unwrap();
    let stream = StreamName::new("wide").unwrap();
    let fold = aggregates.fold_of(&stream);
    let mut trace = Trace::before_the_first_event(fold);
    for event in events(&store) {
        trace.take(fold, &event, &mut fold.initial());
    }
    assert_eq!((trace.n_not_understood, trace.n_partly_understood), (0, 1));
    assert_eq!(trace.state.shape().fields.len(), 2_000);
    let state = json_of(&serde_json::to_string(&trace.state).unwrap());
    assert_eq!((&state["f0"], &state["f1999"], &state["f2000"]), (&7.into(), &1_999.into(), &Value::Null));
}
