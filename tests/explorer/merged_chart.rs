//! The chart of a merged state: its points are the field of the state there, whatever the values are.

use foldback::cancel::Cancel;
use foldback::domain::aggregates::Aggregates;
use foldback::domain::event::{GlobalPosition, StreamName};
use foldback::domain::number::Number;
use foldback::domain::state::State;
use foldback::domain::value::FieldValue;
use foldback::read_model::engine::location::Location;
use foldback::replay::trace::Trace;
use foldback::runtime::log_worker::LogWorker;
use foldback::runtime::log_worker::connection::LogConnection;
use foldback::runtime::log_worker::seeker::Seeker;
use foldback::runtime::shell::outbox::Job;
use foldback::store::sqlite::SqliteStore;
use foldback::store::{Direction, EventReader, EventStore};
use foldback::tui::message::Message;
use foldback::tui::questions::chart::{Chart, ChartQuestion, ChartValue};
use foldback::tui::questions::{Answer, LogQuestion};
use proptest::prelude::*;

use crate::support::{TempStore, cases, event, stream, write};

fn opened(temp: &TempStore) -> SqliteStore {
    SqliteStore::open_read_only(&temp.path(), &Aggregates::merged()).unwrap()
}

fn worker_of(temp: &TempStore) -> LogWorker {
    let store = opened(temp);
    let location = Location::of(&store.log_identity()).unwrap();
    LogWorker::new(LogConnection::Reading(Box::new(store)), Seeker::new(&location)).unwrap()
}

fn chart(worker: &mut LogWorker, stream: &StreamName, field: Option<&str>, head: u64) -> Chart {
    let question = ChartQuestion {
        stream: stream.clone(),
        field: field.map(str::to_owned),
        head: GlobalPosition::new(head),
    };
    match worker.answer(Job::Ask(1, LogQuestion::Chart(question)), &Cancel::never()) {
        Some(Message::Answered(1, Answer::Chart(chart))) => *chart,
        other => panic!("{other:?}"),
    }
}

/// The states of a stream after each of its events, folded one by one.
fn states(store: &SqliteStore, stream: &StreamName) -> Vec<(GlobalPosition, State)> {
    let aggregates = store.aggregates().unwrap();
    let fold = aggregates.fold_of(stream);
    let mut trace = Trace::before_the_first_event(fold);
    let events = store.read_all(GlobalPosition::START, Direction::Forward, usize::MAX).unwrap();
    let of_stream = events.iter().filter(|event| event.stream == *stream);
    let state = |event| {
        trace.take(fold, event, &mut fold.initial());
        (trace.position, trace.state.clone())
    };
    of_stream.map(state).collect()
}

/// The value of a field after each event, read from the state's JSON.
fn expected(states: &[(GlobalPosition, State)], name: &str) -> Vec<(GlobalPosition, ChartValue)> {
    let value = |state: &State| {
        let Some(value) = state.shape().find(name).map(|field| state.field(field)) else {
            return ChartValue::Nothing;
        };
        let json = serde_json::to_string(&value).unwrap();
        match json.as_str() {
            "null" => ChartValue::Nothing,
            json => Number::parse(json.trim_matches('"')).map_or(ChartValue::NotANumber, ChartValue::Number),
        }
    };
    states.iter().map(|(position, state)| (*position, value(state))).collect()
}

fn data() -> impl Strategy<Value = String> {
    let value = prop::sample::select(vec![
        "null",
        "0",
        "-3",
        "7",
        "12.50",
        "1e3",
        "-1.25E-2",
        "\"12.50\"",
        "\"1e3\"",
        "\"n/a\"",
        "\"\"",
        "\" 7\"",
        "true",
        "[1]",
        "9223372036854775808",
        "0.1234567890123456789012345678",
        "0.12345678901234567890123456789",
    ]);
    let member = (prop::sample::select(vec!["a", "b", "c.d", "e"]), value);
    prop::collection::vec(member, 0..4).prop_map(|members| {
        let members: Vec<String> =
            members.into_iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
        format!("{{{}}}", members.join(","))
    })
}

proptest! {
    #![proptest_config(cases(32))]

    #[test]
    fn a_point_of_the_chart_is_the_field_of_the_state_there(
        log in prop::collection::vec((any::<bool>(), data()), 1..24)
    ) {
        let mut temp = TempStore::new();
        for (is_first, data) in &log {
            temp.store.append(&[write(if *is_first { "s-1" } else { "s-2" }, vec![event("Set", data)])]).unwrap();
        }
        let store = opened(&temp);
        let (mut worker, head) = (worker_of(&temp), log.len() as u64);
        for stream in ["s-1", "s-2"].map(stream) {
            let states = states(&store, &stream);
            let Some((_, newest)) = states.last() else { continue };
            let names: Vec<String> = newest.shape().fields.iter().map(|spec| spec.name.to_string()).collect();
            for name in &names {
                let chart = chart(&mut worker, &stream, Some(name), head);
                prop_assert_eq!((chart.field.as_ref(), chart.every), (Some(name), 1));
                prop_assert_eq!(&chart.points, &expected(&states, name), "{}", name);
            }
            // Unasked, the first number of JSON, or else the first text that is one.
            let number = |is_text: bool| {
                newest.shape().ids().find(|field| {
                    let value = newest.field(*field);
                    matches!(value, FieldValue::Text(_)) == is_text && value.as_number().is_some()
                })
            };
            let first = number(false).or(number(true)).map(|field| names[field.0].clone());
            for asked in [None, Some("no such field")] {
                let chart = chart(&mut worker, &stream, asked, head);
                let points = first.as_ref().map_or_else(Vec::new, |name| expected(&states, name));
                prop_assert_eq!((&chart.field, &chart.points), (&first, &points));
            }
        }
    }
}

#[test]
fn the_chart_of_a_long_merged_stream_has_every_nth_event_from_the_log_and_from_snapshots() {
    let data = |n: usize| match n {
        1_000.. if n.is_multiple_of(7) => format!(r#"{{"x":"off","n":{n}}}"#),
        1_000.. => format!(r#"{{"x":{n}.25,"n":{n}}}"#),
        _ => format!(r#"{{"n":{n}}}"#),
    };
    // The seek for the fields of the longer stream leaves snapshots.
    for (n_events, every) in [(2_100, 4), (6_100, 500)] {
        let mut temp = TempStore::new();
        let events = (1..=n_events).map(|n| event("Set", &data(n))).collect();
        temp.store.append(&[write("s-1", events)]).unwrap();
        let (store, name) = (opened(&temp), stream("s-1"));
        let all = expected(&states(&store, &name), "x");
        let is_point = |n: &usize| *n == 1 || n.is_multiple_of(every) || *n == n_events;
        let expected: Vec<_> = (1..=n_events).filter(is_point).map(|n| all[n - 1]).collect();
        let chart = chart(&mut worker_of(&temp), &name, Some("x"), n_events as u64);
        assert_eq!((chart.every, &chart.points), (every as u64, &expected));
    }
}
