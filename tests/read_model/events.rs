//! The view `events`: the log itself, as of any position, and nothing else of the store.

use foldback::domain::event::{GlobalPosition, RecordedEvent};
use foldback::read_model::engine::location::Location;
use foldback::read_model::questions::query::ReadModel;
use foldback::read_model::questions::sql::answer::QueryFailure;
use foldback::read_model::questions::sql::limits::Limits;
use foldback::read_model::rows::{AsOf, Table, Value};
use foldback::store::EventStore;
use proptest::prelude::prop_assert_eq;
use proptest::proptest;

use crate::logs::{any_log, append_deposits, catch_up, events_of, location_of, store_of, store_of_deposits};
use crate::support::{cases, event, files, write};

fn ask(location: &Location, sql: &str, as_of: AsOf) -> Result<Table, QueryFailure> {
    ReadModel::open(location).table(sql, as_of, usize::MAX, &Limits::default())
}

fn rows(location: &Location, sql: &str, at: u64) -> Vec<Vec<Value>> {
    ask(location, sql, AsOf::Position(GlobalPosition::new(at))).unwrap().rows
}

/// The lines of a query plan.
fn plan(location: &Location, sql: &str) -> String {
    let steps = ask(location, &format!("EXPLAIN QUERY PLAN {sql}"), AsOf::Checkpoint).unwrap().rows;
    steps.iter().map(|step| format!("{:?}\n", step[3])).collect()
}

/// An event as the view has it, without its time.
fn row(event: &RecordedEvent) -> Vec<Value> {
    let integer = |n: u64| Value::Integer(i64::try_from(n).unwrap());
    vec![
        integer(event.position.number()),
        Value::Text(event.stream.to_string()),
        integer(event.version.number()),
        Value::Text(event.event_type.clone()),
        Value::Text(event.data.clone()),
        event.metadata.clone().map_or(Value::Null, Value::Text),
    ]
}

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn the_events_as_of_each_position_are_those_of_the_log_up_to_there(log in any_log(30)) {
        let temp = store_of(&log);
        let location = location_of(&temp);
        catch_up(&temp, &location);
        let all = events_of(&temp);
        let columns = "SELECT position, stream, version, type, data, metadata FROM events";
        for at in 0..=all.len() {
            let until = all.iter().take(at);
            let position = u64::try_from(at).unwrap();
            let expected: Vec<_> = until.clone().map(row).collect();
            prop_assert_eq!(rows(&location, &format!("{columns} ORDER BY position"), position), expected);
            let of_stream: Vec<_> = until.filter(|event| event.stream.as_str() == "acc-1").map(row).collect();
            let sql = format!("{columns} WHERE stream = 'acc-1' ORDER BY version");
            prop_assert_eq!(rows(&location, &sql, position), of_stream);
        }
        let other = "SELECT count(*) FROM events AS e JOIN transactions AS t USING (position)
                     WHERE e.time IS NOT t.time OR e.version <> t.version OR e.stream <> t.account";
        prop_assert_eq!(rows(&location, other, u64::MAX), [[Value::Integer(0)]], "times are as in statements");
    }
}

#[test]
fn events_after_the_checkpoint_are_left_out_like_their_rows() {
    let mut temp = store_of_deposits(5);
    let location = location_of(&temp);
    catch_up(&temp, &location);
    append_deposits(&mut temp, 3);
    let count = |sql: &str| ask(&location, sql, AsOf::Checkpoint).unwrap().rows;
    assert_eq!(count("SELECT count(*) FROM events"), count("SELECT count(*) FROM transactions"));
    assert_eq!(count("SELECT max(position) FROM events"), [[Value::Integer(5)]]);
    catch_up(&temp, &location);
    assert_eq!(count("SELECT max(position) FROM events"), [[Value::Integer(8)]]);
}

#[test]
fn no_question_reads_the_store_beside_the_view() {
    let temp = store_of_deposits(9);
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let before = files(temp.folder.path());
    let mut tables = rusqlite::Connection::open(temp.path())
        .unwrap()
        .prepare("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<Vec<String>, _>>()
        .unwrap();
    tables.retain(|name| !["events", "mappings"].contains(&name.as_str()));
    assert!(tables.contains(&"versions".to_owned()) && tables.contains(&"log".to_owned()), "{tables:?}");
    for table in tables {
        for columns in ["*", "1", "count(*)"] {
            let sql = format!("SELECT {columns} FROM {table}, (SELECT count(*) FROM events)");
            let why = ask(&location, &sql, AsOf::Checkpoint).unwrap_err().to_string();
            assert!(why.starts_with(&format!("no such table: {table}")), "{sql}: {why}");
        }
    }
    for sql in [
        "SELECT sql FROM sqlite_temp_schema, events",
        "SELECT sql FROM temp.sqlite_master, events",
        "SELECT name FROM pragma_database_list, events",
        "SELECT * FROM main.events",
        "DROP VIEW events",
        "INSERT INTO events DEFAULT VALUES",
        "ATTACH 'other.db' AS events",
    ] {
        assert!(ask(&location, sql, AsOf::Checkpoint).is_err(), "{sql}");
    }
    // Names of a question's own are free.
    let named = "WITH streams AS (SELECT DISTINCT stream FROM events) SELECT count(*) FROM streams";
    assert_eq!(rows(&location, named, 3), [[Value::Integer(3)]]);
    let mappings = "SELECT (SELECT count(*) FROM events), count(*) FROM mappings";
    assert_eq!(rows(&location, mappings, 3), [[Value::Integer(3), Value::Integer(0)]]);
    assert_eq!(files(temp.folder.path()), before, "nothing is written");
}

#[test]
fn positions_and_streams_are_found_by_key() {
    let temp = store_of_deposits(50);
    let location = location_of(&temp);
    catch_up(&temp, &location);
    for (condition, steps) in [
        ("position = 7", vec!["SEARCH e USING INTEGER PRIMARY KEY (rowid=?)"]),
        ("position BETWEEN 7 AND 9", vec!["SEARCH e USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"]),
        ("stream = 'acc-1'", vec!["(name=?)", "SEARCH v USING PRIMARY KEY (stream=?)", "(rowid=?)"]),
        ("stream IN ('acc-1', 'acc-2')", vec!["(name=?)", "SEARCH v USING PRIMARY KEY (stream=?)"]),
        ("stream = 'acc-1' AND version = 2", vec!["SEARCH v USING PRIMARY KEY (stream=? AND version=?)"]),
        ("type = 'Deposited'", vec!["SEARCH e USING INTEGER PRIMARY KEY (rowid<?)"]),
    ] {
        let plan = plan(&location, &format!("SELECT data FROM events WHERE {condition}"));
        assert!(steps.iter().all(|step| plan.contains(step)), "{condition}: {plan}");
    }
    let newest = plan(&location, "SELECT * FROM events ORDER BY position DESC LIMIT 3");
    assert!(!newest.contains("TEMP B-TREE"), "the newest events are not sorted: {newest}");
}

#[test]
fn amounts_beside_events_are_still_marked() {
    let temp = store_of_deposits(3);
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let sql = "SELECT e.data, t.amount FROM events AS e JOIN transactions AS t USING (position)";
    assert_eq!(ask(&location, sql, AsOf::Checkpoint).unwrap().in_minor_units, [false, true]);
}

#[test]
fn events_of_a_log_that_is_another_one_by_now_are_not_given() {
    let temp = store_of_deposits(3);
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let folder = temp.close();
    let path = folder.path().join("bank.db");
    std::fs::remove_file(&path).unwrap();
    let sql = "SELECT count(*) FROM events";
    let why = ask(&location, sql, AsOf::Checkpoint).unwrap_err().to_string();
    assert!(why.starts_with("the log, which has the events, cannot be read: "), "{why}");
    let aggregates = foldback::domain::aggregates::Aggregates::bank();
    let mut other = foldback::store::sqlite::SqliteStore::create(&path, &aggregates).unwrap();
    other.append(&[write("a", vec![event("T", "1")])]).unwrap();
    let why = ask(&location, sql, AsOf::Checkpoint).unwrap_err().to_string();
    assert!(why.ends_with("is another store by now; open it again"), "{why}");
}
