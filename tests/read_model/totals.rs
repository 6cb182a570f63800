//! Totals compared with the sums of the rows: a wrong total is found by adding up the rows.

use foldback::domain::event::GlobalPosition;
use foldback::domain::money::Currency;
use foldback::read_model::engine::location::Location;
use foldback::read_model::questions::query::ReadModel;
use foldback::read_model::rows::AsOf;
use foldback::read_model::rows::series::GroupTotal;
use foldback::store::EventStore;
use rusqlite::Connection;

use crate::logs::{catch_up, location_of};
use crate::support::{TempStore, event, write};

/// The totals and the sums of the rows as of a position.
fn both(location: &Location, as_of: AsOf) -> (Vec<GroupTotal>, Option<Vec<GroupTotal>>) {
    let mut read_model = ReadModel::open(location);
    let reading = read_model.reading().unwrap().as_of(as_of).unwrap();
    (reading.totals().unwrap(), reading.sums_of_rows().unwrap())
}

fn total(currency: Option<&str>, balance: i128, n_accounts: u64) -> GroupTotal {
    GroupTotal { unit: currency.and_then(Currency::from_code), sum: balance, n_streams: n_accounts }
}

#[test]
fn a_total_that_is_not_the_sum_of_its_rows_is_found() {
    let mut temp = TempStore::new();
    let opened = event("AccountOpened", r#"{"owner":"Ada","currency":"EUR"}"#);
    let most = event("Deposited", &format!(r#"{{"amount":{}}}"#, i64::MAX));
    let all = [
        write("a", vec![opened.clone(), most.clone()]),
        write("b", vec![opened, most.clone()]),
        write("c", vec![most]),
        write("loan-1", vec![event("LoanGranted", "{}")]),
    ];
    temp.store.append(&all).unwrap();
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let most = i128::from(i64::MAX);
    let sums = vec![total(None, most, 1), total(Some("EUR"), 2 * most, 2)];
    assert_eq!(both(&location, AsOf::Checkpoint), (sums.clone(), Some(sums.clone())));
    let earlier = AsOf::Position(GlobalPosition::new(2));
    let sums_then = vec![total(Some("EUR"), most, 1)];
    assert_eq!(both(&location, earlier), (sums_then.clone(), Some(sums_then.clone())));

    let current = location.current().unwrap().unwrap();
    let tampered = Connection::open(location.generation_path(current.number)).unwrap();
    let spoil = "UPDATE total_rows SET balance = 7 WHERE currency = 'EUR';
        UPDATE total_history SET balance = 5 WHERE currency = 'EUR'";
    tampered.execute_batch(spoil).unwrap();
    let spoilt = vec![total(None, most, 1), total(Some("EUR"), 7, 2)];
    assert_eq!(both(&location, AsOf::Checkpoint), (spoilt, Some(sums)));
    assert_eq!(both(&location, earlier), (vec![total(Some("EUR"), 5, 1)], Some(sums_then)));
}

#[test]
fn rows_of_history_are_added_up_only_where_they_are_few() {
    let mut temp = TempStore::new();
    let deposited = || vec![event("Deposited", r#"{"amount":1}"#)];
    let location = location_of(&temp);
    let earlier = AsOf::Position(GlobalPosition::new(2));
    let first: Vec<_> = (0..256).map(|n| write(&format!("acc-{n}"), deposited())).collect();
    temp.store.append(&first).unwrap();
    catch_up(&temp, &location);
    let then = vec![total(None, 2, 2)];
    assert_eq!(both(&location, earlier), (then.clone(), Some(then.clone())));
    temp.store.append(&[write("one-more", deposited())]).unwrap();
    catch_up(&temp, &location);
    assert_eq!(both(&location, earlier), (then, None));
    let now = vec![total(None, 257, 257)];
    assert_eq!(both(&location, AsOf::Checkpoint), (now.clone(), Some(now)));
}
