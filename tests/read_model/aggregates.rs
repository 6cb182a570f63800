//! Rows of the aggregates that a log has: only these, and as of any position.

use std::collections::BTreeMap;

use foldback::domain::aggregates::{Aggregate, Aggregates};
use foldback::domain::event::{GlobalPosition, NewEvent, StreamName};
use foldback::domain::name_pattern::NamePattern;
use foldback::read_model::engine::catch_up::{CatchUp, CatchUpOptions, project_to_head};
use foldback::read_model::engine::generation::RebuildReason;
use foldback::read_model::engine::location::Location;
use foldback::read_model::questions::query::ReadModel;
use foldback::read_model::questions::sql::limits::Limits;
use foldback::read_model::rows::{AsOf, Value};
use foldback::replay::trace::Trace;
use foldback::store::sqlite::SqliteStore;
use foldback::store::{Direction, EventReader, EventStore};

use crate::support::{TempStore, write};
use crate::tally::tallies;

/// A log of two tallies, one of which has an event that is not understood.
fn counted() -> TempStore {
    let mut temp = TempStore::new();
    temp.store.append(&[write("a", vec![event("Counted", "1"), event("Counted", "2")])]).unwrap();
    temp.store.append(&[write("b", vec![event("Counted", "10"), event("Lost", "3")])]).unwrap();
    temp.store.append(&[write("a", vec![event("Counted", "4")])]).unwrap();
    temp
}

fn event(event_type: &str, data: &str) -> NewEvent {
    let (event_type, data) = (event_type.to_owned(), data.to_owned());
    NewEvent { id: None, event_type, time: None, data, metadata: None }
}

/// Why a read model was begun, if it was.
fn begun(store: &SqliteStore) -> Option<RebuildReason> {
    let location = Location::of(&store.log_identity()).unwrap();
    match project_to_head(store, &location, &CatchUpOptions::default(), &mut |_| {}).unwrap() {
        CatchUp::Done { begun, .. } => begun,
        other => panic!("{other:?}"),
    }
}

#[test]
fn rows_that_other_aggregates_gave_are_projected_again() {
    let temp = counted();
    let open = |aggregates| SqliteStore::open_read_only(&temp.path(), &aggregates).unwrap();
    assert_eq!(begun(&open(Aggregates::bank())), Some(RebuildReason::Missing));
    assert_eq!(begun(&open(tallies(1))), Some(RebuildReason::OtherAggregates));
    assert_eq!(begun(&open(tallies(1))), None);
    assert_eq!(begun(&open(tallies(2))), Some(RebuildReason::OtherAggregates));
    assert_eq!(begun(&open(Aggregates::bank())), Some(RebuildReason::OtherAggregates));
}

/// The rows of the view `documents` as of a position: stream, version, position, events not understood, state.
fn documents(store: &SqliteStore, at: u64) -> Vec<Vec<Value>> {
    let mut read_model = ReadModel::open(&Location::of(&store.log_identity()).unwrap());
    let sql = "SELECT * FROM documents ORDER BY stream";
    let as_of = AsOf::Position(GlobalPosition::new(at));
    read_model.table(sql, as_of, usize::MAX, &Limits::default()).unwrap().rows
}

/// The same rows from the events up to there.
fn folded(store: &SqliteStore, at: u64) -> Vec<Vec<Value>> {
    let mut traces = BTreeMap::new();
    for event in store.read_all(GlobalPosition::START, Direction::Forward, usize::MAX).unwrap() {
        if event.position.number() <= at {
            let aggregates = store.aggregates().unwrap();
            let fold = aggregates.fold_of(&event.stream);
            let trace =
                traces.entry(event.stream.clone()).or_insert_with(|| Trace::before_the_first_event(fold));
            trace.take(fold, &event, &mut fold.initial());
        }
    }
    let number = |number: u64| Value::Integer(i64::try_from(number).unwrap());
    let row = |(stream, trace): (StreamName, Trace)| {
        vec![
            Value::Text(stream.to_string()),
            number(trace.version.number()),
            number(trace.position.number()),
            number(trace.n_not_understood),
            Value::Text(serde_json::to_string(&trace.state).unwrap()),
        ]
    };
    traces.into_iter().map(row).collect()
}

#[test]
fn documents_as_of_each_position_are_the_states_that_the_events_up_to_there_give() {
    let mut temp = counted();
    let open = |temp: &TempStore| SqliteStore::open_read_only(&temp.path(), &tallies(1)).unwrap();
    for n_events in [5, 6] {
        let store = open(&temp);
        begun(&store);
        for at in 0..=n_events {
            assert_eq!(documents(&store, at), folded(&store, at), "as of {at} of {n_events}");
        }
        // Another batch continues from the rows.
        temp.store.append(&[write("b", vec![event("Counted", "7")])]).unwrap();
    }
}

#[test]
fn the_events_that_are_not_understood_are_listed_as_of_each_position() {
    let temp = counted();
    let store = SqliteStore::open_read_only(&temp.path(), &tallies(1)).unwrap();
    begun(&store);
    let mut read_model = ReadModel::open(&Location::of(&store.log_identity()).unwrap());
    let row = [
        Value::Integer(4),
        Value::Text("b".to_owned()),
        Value::Text("Lost".to_owned()),
        Value::Text("a tally knows no such event".to_owned()),
    ];
    for at in 0..=5 {
        let as_of = AsOf::Position(GlobalPosition::new(at));
        let sql = "SELECT position, stream, type, reason FROM not_understood";
        let listed = read_model.table(sql, as_of, usize::MAX, &Limits::default()).unwrap().rows;
        let expected = if at < 4 { Vec::new() } else { vec![row.to_vec()] };
        assert_eq!(listed, expected, "as of {at}");
        let n = read_model.reading().unwrap().as_of(as_of).unwrap().n_not_understood().unwrap();
        assert_eq!(n, listed.len() as u64, "as of {at}");
    }
}

const OF_THE_BANK: [&str; 5] = ["accounts", "transactions", "totals", "transfers", "daily_flows"];

/// The views of a log's read model, by name.
fn views(read_model: &mut ReadModel) -> Vec<Value> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name";
    let table = read_model.table(sql, AsOf::Checkpoint, usize::MAX, &Limits::default()).unwrap();
    table.rows.into_iter().flatten().collect()
}

fn texts(names: &[&str]) -> Vec<Value> {
    names.iter().map(|name| Value::Text((*name).to_owned())).collect()
}

#[test]
fn a_log_without_accounts_has_no_view_of_the_bank() {
    let temp = counted();
    let store = SqliteStore::open_read_only(&temp.path(), &tallies(1)).unwrap();
    begun(&store);
    let mut read_model = ReadModel::open(&Location::of(&store.log_identity()).unwrap());
    assert_eq!(views(&mut read_model), texts(&["documents", "not_understood", "skipped"]));
    let reading = read_model.reading().unwrap();
    assert_eq!((reading.totals().unwrap(), reading.sums_of_rows().unwrap()), (Vec::new(), Some(Vec::new())));
    let totals_at = |at| reading.totals_at(GlobalPosition::new(at)).unwrap();
    assert_eq!([4, 5, 6].map(totals_at), [Some(Vec::new()), Some(Vec::new()), None]);
}

#[test]
fn a_stream_that_is_not_an_account_is_in_no_view_of_the_bank() {
    let temp = counted();
    let [bank, counted] = [Aggregates::bank(), tallies(1)].map(|aggregates| aggregates.first().clone());
    let others =
        ["a", "b"].map(|prefix| Aggregate { streams: NamePattern::of_prefix(prefix), ..counted.clone() });
    let store = SqliteStore::open_read_only(&temp.path(), &Aggregates::new(bank, others.into())).unwrap();
    begun(&store);
    let mut read_model = ReadModel::open(&Location::of(&store.log_identity()).unwrap());
    for view in OF_THE_BANK {
        for at in 0..=5 {
            let as_of = AsOf::Position(GlobalPosition::new(at));
            let table = read_model.table(&format!("SELECT * FROM {view}"), as_of, 10, &Limits::default());
            assert_eq!(table.unwrap().rows, Vec::<Vec<Value>>::new(), "{view} as of {at}");
        }
    }
}

#[test]
fn a_read_model_with_the_tables_of_other_projections_is_projected_again() {
    let temp = counted();
    let store = SqliteStore::open_read_only(&temp.path(), &tallies(1)).unwrap();
    begun(&store);
    let location = Location::of(&store.log_identity()).unwrap();
    let path = location.generation_path(location.current().unwrap().unwrap().number);
    let file = rusqlite::Connection::open(path).unwrap();
    file.execute_batch("INSERT INTO projections VALUES ('totals', 3)").unwrap();
    drop(file);
    assert_eq!(begun(&store), Some(RebuildReason::OtherVersion));
    assert_eq!(begun(&store), None);
}
