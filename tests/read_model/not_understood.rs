//! Events that are not understood: each is listed with its reason, and counted up to every position.

use foldback::domain::event::GlobalPosition;
use foldback::read_model::engine::location::Location;
use foldback::read_model::projections::not_understood::N_REASONS_MAX;
use foldback::read_model::questions::query::ReadModel;
use foldback::read_model::questions::sql::limits::Limits;
use foldback::read_model::rows::{AsOf, Value};
use foldback::store::EventStore;

use crate::logs::{catch_up, location_of, rebuilt};
use crate::support::{TempStore, event, write};

/// The answer, a line a row.
fn lines(location: &Location, sql: &str, as_of: AsOf) -> Vec<String> {
    let table = ReadModel::open(location).table(sql, as_of, usize::MAX, &Limits::default()).unwrap();
    let text = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        other => format!("{other:?}"),
    };
    table.rows.iter().map(|row| row.iter().map(text).collect::<Vec<_>>().join(" | ")).collect()
}

fn at(position: u64) -> AsOf {
    AsOf::Position(GlobalPosition::new(position))
}

fn store_of(events: &[(&str, &str, &str)]) -> TempStore {
    let mut temp = TempStore::new();
    let writes: Vec<_> =
        events.iter().map(|(name, event_type, data)| write(name, vec![event(event_type, data)])).collect();
    temp.store.append(&writes).unwrap();
    temp
}

#[test]
fn each_is_listed_with_its_reason_as_of_any_position() {
    let temp = store_of(&[
        ("a", "AccountOpened", r#"{"owner":"Ada","currency":"EUR"}"#),
        ("b", "LoanGranted", "{}"),
        ("a", "Deposited", r#"{"amount":9223372036854775807}"#),
        ("a", "Deposited", r#"{"amount":1}"#),
        ("b", "LoanRepaid", "{}"),
    ]);
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let all = [
        "2 | b | LoanGranted | an account knows no such event",
        "4 | a | Deposited | it would take the balance past what can be counted",
        "5 | b | LoanRepaid | an account knows no such event",
    ];
    let listed = "SELECT * FROM not_understood ORDER BY position";
    let counted = "SELECT account, version, n_not_understood FROM accounts ORDER BY account";
    assert_eq!(lines(&location, listed, AsOf::Checkpoint), all);
    assert_eq!(lines(&location, counted, AsOf::Checkpoint), ["a | 3 | 1", "b | 2 | 2"]);
    assert_eq!(lines(&location, listed, at(4)), all[..2]);
    assert_eq!(lines(&location, counted, at(4)), ["a | 3 | 1", "b | 1 | 1"]);
    assert_eq!(lines(&location, counted, at(3)), ["a | 2 | 0", "b | 1 | 1"]);
    assert!(lines(&location, listed, at(1)).is_empty());
}

#[test]
fn those_that_came_in_later_batches_are_counted_on() {
    let mut temp = store_of(&[("a", "LoanGranted", "{}"), ("a", "deposit", r#"{"amount":1}"#)]);
    let location = location_of(&temp);
    catch_up(&temp, &location);
    temp.store.append(&[write("b", vec![event("LoanRepaid", "{}")])]).unwrap();
    catch_up(&temp, &location);
    let mut read_model = ReadModel::open(&location);
    let reading = read_model.reading().unwrap();
    assert_eq!(reading.n_not_understood().unwrap(), 2);
    assert_eq!(reading.as_of(at(2)).unwrap().n_not_understood().unwrap(), 1);
}

#[test]
fn reasons_are_bounded_and_those_beyond_say_where_to_look() {
    // The reason quotes the value, so each event has another one.
    let n = N_REASONS_MAX + 5;
    let data = |i: usize| format!(r#"{{"limit":"{i:04} x"}}"#);
    let mut temp = TempStore::new();
    let writes: Vec<_> = (0..n).map(|i| write("a", vec![event("OverdraftLimitSet", &data(i))])).collect();
    temp.store.append(&writes).unwrap();
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let one = |sql: &str| lines(&location, sql, AsOf::Checkpoint);
    assert_eq!(
        one("SELECT count(*), count(DISTINCT reason) FROM not_understood"),
        [format!("{n} | {}", N_REASONS_MAX + 1)]
    );
    assert_eq!(
        one("SELECT reason FROM not_understood ORDER BY position DESC LIMIT 1"),
        ["not among the reasons that are kept; foldback state STREAM --at POSITION gives it"]
    );
    assert_eq!(one("SELECT n_not_understood FROM accounts"), [n.to_string()]);
    // Reasons that are kept stay distinct.
    temp.store.append(&[write("a", vec![event("OverdraftLimitSet", &data(3))])]).unwrap();
    catch_up(&temp, &location);
    let newest = one("SELECT reason FROM not_understood ORDER BY position DESC LIMIT 1");
    assert_eq!(newest, one("SELECT reason FROM not_understood WHERE position = 4"));
    assert_eq!(
        format!("{:?}", rebuilt(&temp, &location).comparison),
        format!("Compared {{ at: GlobalPosition({}), differences: [] }}", n + 1)
    );
}
