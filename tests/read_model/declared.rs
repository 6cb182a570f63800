//! Laws of declared states, for random domain files: a seek, a snapshot, a row as of any position and a rebuild all give
//! the plain fold.

use std::collections::BTreeMap;

use foldback::cancel::Cancel;
use foldback::domain::aggregates::Aggregates;
use foldback::domain::event::{GlobalPosition, StreamName, StreamPosition};
use foldback::domain::file;
use foldback::domain::state::State;
use foldback::read_model::engine::catch_up::{CatchUpOptions, project_to_head};
use foldback::read_model::engine::location::Location;
use foldback::read_model::questions::query::ReadModel;
use foldback::read_model::questions::sql::limits::Limits;
use foldback::read_model::rows::{AsOf, Value as Cell};
use foldback::replay::reconstruct::reconstruct;
use foldback::replay::snapshots::Snapshots;
use foldback::replay::trace::Trace;
use foldback::store::EventReader;
use foldback::store::EventStore;
use foldback::store::sqlite::SqliteStore;
use proptest::prelude::*;
use serde_json::json;

use crate::merged::{events, stored};
use crate::support::{TempStore, cases, event, write};

/// What the events of a type may do.
const CHANGES: [&str; 10] = [
    r#""map[data.key]" = "default(this, 0) + data.n""#,
    r#""map[data.key].deep.er" = "data.n * 1.10""#,
    r#"map = "{'x': data.n, 'y': {'z': [data.key]}}""#,
    r#"remove = ["map[data.key]"]"#,
    r#"remove = ["map"]"#,
    r#""list[data.n]" = "data.key""#,
    r#"list = "[data.key, 1.50, {'a': n}]""#,
    r#""list[2].a" = "string(version)""#,
    r#"remove = ["list[1]"]"#,
    r#""first" = "default(first, data.key)""#,
];

const TYPES: [&str; 3] = ["A", "B", "C"];

/// A domain file, in which each type also counts in `n`.
fn domain() -> impl Strategy<Value = String> {
    let changes = prop::collection::vec(prop::sample::select(CHANGES.to_vec()), TYPES.len());
    changes.prop_map(|changes| {
        let rules = TYPES
            .iter()
            .zip(changes)
            .map(|(name, change)| format!("[aggregates.thing.on.{name}]\nn = \"n + data.n\"\n{change}\n"));
        format!(
            "[aggregates.thing]\nstart = {{ n = 0, map = {{}}, list = [1, 2] }}\n{}",
            rules.collect::<String>()
        )
    })
}

/// Events of two streams: the stream, the type, and the data.
fn log() -> impl Strategy<Value = Vec<(bool, &'static str, String)>> {
    let key = prop::sample::select(vec!["a", "b", "c.d", ""]);
    let data = (key, 0_i64..4).prop_map(|(key, n)| json!({"key": key, "n": n}).to_string());
    let name = prop::sample::select(vec!["A", "B", "C", "Unknown"]);
    prop::collection::vec((any::<bool>(), name, data), 1..24)
}

fn append(temp: &mut TempStore, log: &[(bool, &'static str, String)]) {
    for (is_first, name, data) in log {
        let stream = if *is_first { "a" } else { "b" };
        temp.store.append(&[write(stream, vec![event(name, data)])]).unwrap();
    }
}

fn opened(temp: &TempStore, aggregates: &Aggregates) -> SqliteStore {
    SqliteStore::open_read_only(&temp.path(), aggregates).unwrap()
}

fn project(store: &SqliteStore) {
    let location = Location::of(&store.log_identity()).unwrap();
    project_to_head(store, &location, &CatchUpOptions::default(), &mut |_| {}).unwrap();
}

/// The states in the view `documents` as of a position.
fn rows(store: &SqliteStore, at: GlobalPosition) -> BTreeMap<String, String> {
    let mut read_model = ReadModel::open(&Location::of(&store.log_identity()).unwrap());
    let sql = "SELECT stream, state FROM documents";
    let table = read_model.table(sql, AsOf::Position(at), usize::MAX, &Limits::default()).unwrap();
    let row = |row: Vec<Cell>| match &row[..] {
        [Cell::Text(stream), Cell::Text(state)] => (stream.clone(), state.clone()),
        other => panic!("{other:?}"),
    };
    table.rows.into_iter().map(row).collect()
}

fn written(state: &State) -> String {
    serde_json::to_string(state).unwrap()
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn rows_as_of_each_position_and_seeks_from_snapshots_are_the_plain_fold(
        domain in domain(),
        log in log(),
        seeks in prop::collection::vec(any::<prop::sample::Index>(), 1..6),
    ) {
        let mut temp = TempStore::new();
        append(&mut temp, &log);
        let aggregates = file::parse(&domain).unwrap();
        let store = opened(&temp, &aggregates);
        project(&store);
        let mut traces: BTreeMap<StreamName, Vec<Trace>> = BTreeMap::new();
        let mut states = BTreeMap::new();
        for event in events(&store) {
            let fold = aggregates.fold_of(&event.stream);
            let past = traces
                .entry(event.stream.clone())
                .or_insert_with(|| vec![Trace::before_the_first_event(fold)]);
            let mut trace = past.last().unwrap().clone();
            trace.take(fold, &event, &mut fold.initial());
            states.insert(event.stream.as_str().to_owned(), written(&trace.state));
            past.push(trace);
            prop_assert_eq!(&rows(&store, event.position), &states, "{} as of {}", domain, event.position);
        }
        for (stream, past) in &traces {
            let fold = aggregates.fold_of(stream);
            let mut snapshots = Snapshots::default();
            for to in seeks.iter().map(|seek| seek.index(past.len())) {
                let read = |from, limit| store.read_stream(stream, from, limit);
                let version = StreamPosition::new(to as u64);
                let sought = reconstruct(fold, &mut snapshots, stream, version, read, &Cancel::never());
                prop_assert_eq!(&sought.unwrap().unwrap().trace, &past[to]);
                let kept = past[to / 2].clone();
                let restored = fold.initial().restored(&written(&kept.state)).unwrap();
                prop_assert_eq!(written(&restored), written(&kept.state));
                snapshots.put(stream, kept);
            }
        }
    }

    #[test]
    fn a_read_model_that_was_projected_in_two_parts_is_the_one_of_a_rebuild(
        domain in domain(),
        log in log(),
        cut in any::<prop::sample::Index>(),
    ) {
        let aggregates = file::parse(&domain).unwrap();
        let (first, rest) = log.split_at(cut.index(log.len() + 1));
        let mut temp = TempStore::new();
        append(&mut temp, first);
        project(&opened(&temp, &aggregates));
        append(&mut temp, rest);
        let store = opened(&temp, &aggregates);
        project(&store);
        let mut whole = TempStore::new();
        append(&mut whole, &log);
        let rebuilt = opened(&whole, &aggregates);
        project(&rebuilt);
        prop_assert_eq!(stored(&store), stored(&rebuilt));
    }
}
