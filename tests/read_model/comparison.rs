//! A rebuild compares the rows before it replaces them.

use std::fs;

use foldback::domain::aggregates::Aggregates;
use foldback::read_model::engine::differences::{
    GenerationComparison, OtherValues, TableDifference, UnmatchedRows,
};
use foldback::read_model::engine::generation::RebuildReason;
use foldback::read_model::projections::list::Projections;
use foldback::read_model::rows::Value;
use foldback::store::EventStore;
use rusqlite::Connection;

use crate::logs::{catch_up, dump, location_of, rebuilt, store_of_deposits};
use crate::rebuild::{bank, check, differences, tamper};
use crate::support::{event, write};

fn named(values: &[(&str, Value)]) -> Vec<(String, Value)> {
    values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[test]
fn a_row_that_was_changed_shows_in_its_table_and_in_the_views_of_it() {
    let (temp, location) = bank();
    assert_eq!(differences(check(&temp, &location)), []);
    tamper(&location, "UPDATE account_rows SET balance = 990 WHERE name = 'acc-2'");
    let account = |balance| {
        named(&[
            ("account", text("acc-2")),
            ("owner", text("Grace")),
            ("currency", text("EUR")),
            ("balance", Value::Integer(balance)),
            ("overdraft_limit", Value::Integer(0)),
            ("status", text("open")),
            ("version", Value::Integer(2)),
            ("position", Value::Integer(5)),
            ("n_not_understood", Value::Integer(0)),
        ])
    };
    let found = differences(check(&temp, &location));
    let accounts = TableDifference {
        table: "accounts".to_owned(),
        n_key: 1,
        columns: Projections::of(&Aggregates::bank()).columns(),
        only_live: None,
        only_new: None,
        other_values: Some(OtherValues {
            n_rows: 1,
            live: account(990),
            new: account(25),
            columns: vec!["balance".to_owned()],
        }),
    };
    assert_eq!(found, [accounts]);
    assert_eq!(found[0].brief(), "accounts: acc-2 balance 9.90 EUR → 0.25 EUR");
    let expected = "\
accounts: other values in 1 row, in balance
  live: account = acc-2 · owner = Grace · currency = EUR · balance = 9.90 EUR · overdraft_limit = 0.00 EUR · status = open · version = 2 · position = 5 · n_not_understood = 0
  new:  account = acc-2 · owner = Grace · currency = EUR · balance = 0.25 EUR · overdraft_limit = 0.00 EUR · status = open · version = 2 · position = 5 · n_not_understood = 0";
    assert_eq!(found[0].to_string(), expected);
    // The rebuild reports it, too, and repairs it.
    assert_eq!(differences(rebuilt(&temp, &location).comparison), found);
    assert_eq!(differences(check(&temp, &location)), []);
}

#[test]
fn missing_and_extra_rows_are_distinguished_from_rows_with_other_values() {
    let (temp, location) = bank();
    tamper(
        &location,
        "DELETE FROM account_positions WHERE position = 3;
         INSERT INTO account_positions VALUES (0, 2, 77), (0, 2, 78);
         UPDATE total_history SET balance = balance + 1 WHERE position IN (3, 4)",
    );
    let position = |account, position| {
        let (account, position) = (Value::Integer(account), Value::Integer(position));
        named(&[("block", Value::Integer(0)), ("account", account), ("position", position)])
    };
    let total = |balance| {
        named(&[
            ("currency", text("EUR")),
            ("position", Value::Integer(3)),
            ("balance", Value::Integer(balance)),
            ("n_accounts", Value::Integer(2)),
        ])
    };
    let found = differences(check(&temp, &location));
    let expected = [
        TableDifference {
            table: "account_positions".to_owned(),
            n_key: 3,
            columns: Projections::of(&Aggregates::bank()).columns(),
            only_live: Some(UnmatchedRows { n_rows: 2, first: position(2, 77) }),
            only_new: Some(UnmatchedRows { n_rows: 1, first: position(1, 3) }),
            other_values: None,
        },
        TableDifference {
            table: "total_history".to_owned(),
            n_key: 2,
            columns: Projections::of(&Aggregates::bank()).columns(),
            only_live: None,
            only_new: None,
            other_values: Some(OtherValues {
                n_rows: 2,
                live: total(101),
                new: total(100),
                columns: vec!["balance".to_owned()],
            }),
        },
    ];
    assert_eq!(found, expected);
    let briefs: Vec<String> = found.iter().map(TableDifference::brief).collect();
    assert_eq!(
        briefs,
        [
            "account_positions: 0 2 77 only in the live one and 2 rows more",
            "total_history: EUR 3 balance 1.01 EUR → 1.00 EUR and 1 row more"
        ]
    );
    assert_eq!(
        found[0].to_string(),
        "account_positions: 2 rows only in the live one\n  live: block = 0 · account = 2 · position = 77\n\
         account_positions: 1 row only in the new one\n  new:  block = 0 · account = 1 · position = 3"
    );
}

/// Whichever projection has it: a table that is emptied shows, in itself or in a view.
#[test]
fn no_table_is_left_out() {
    let (mut temp, location) = bank();
    let lost = event("TransferSent", r#"{"to":"acc-2","amount":1,"transfer":"t-2"}"#);
    let not_understood = event("LoanGranted", "{}");
    let in_part = event("Deposited", r#"{"amount":1,"note":5}"#);
    temp.store.append(&[write("acc-1", vec![lost, not_understood, in_part])]).unwrap();
    catch_up(&temp, &location);
    let current = location.current().unwrap().unwrap();
    let names: Vec<String> = {
        let live = Connection::open(location.generation_path(current.number)).unwrap();
        let mut names = live
            .prepare(
                "SELECT name FROM sqlite_schema WHERE type = 'table'
                 AND name NOT IN ('generation', 'checkpoint', 'mappings', 'projections', 'skipped_events', 'snapshots', \
                                  'document_rows', 'document_history')",
            )
            .unwrap();
        names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    assert!(names.len() >= 6, "{names:?}");
    for name in names {
        let current = location.current().unwrap().unwrap();
        let live = Connection::open(location.generation_path(current.number)).unwrap();
        let n_deleted = live.execute(&format!("DELETE FROM {name}"), []).unwrap();
        assert!(n_deleted > 0, "{name}: let something happen in the little bank that it is filled by");
        let found = differences(check(&temp, &location));
        assert!(!found.is_empty(), "{name} is empty, and nothing shows it");
        assert_eq!(differences(rebuilt(&temp, &location).comparison), found);
    }
}

#[test]
fn where_there_is_nothing_to_compare_with_it_says_why_and_builds() {
    let (temp, location) = bank();
    let rows = dump(&location);
    let rebuilds_because = |why: RebuildReason| {
        assert_eq!(check(&temp, &location), GenerationComparison::Nothing(why.clone()));
        assert_eq!(rebuilt(&temp, &location).comparison, GenerationComparison::Nothing(why));
        assert_eq!(dump(&location), rows);
    };
    tamper(&location, "UPDATE projections SET version = version + 1 WHERE name = 'totals'");
    rebuilds_because(RebuildReason::OtherVersion);
    tamper(&location, "UPDATE checkpoint SET event = zeroblob(32)");
    rebuilds_because(RebuildReason::OtherLog);
    tamper(&location, "UPDATE checkpoint SET position = 99");
    rebuilds_because(RebuildReason::OtherLog);
    tamper(&location, "DROP VIEW totals");
    rebuilds_because(RebuildReason::Damaged("its view totals is missing, or was changed".to_owned()));
    fs::remove_dir_all(location.folder()).unwrap();
    rebuilds_because(RebuildReason::Missing);
}

#[test]
fn pages_that_are_damaged_are_noticed_while_comparing() {
    let temp = store_of_deposits(3000);
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let rows = dump(&location);
    tamper(&location, "PRAGMA wal_checkpoint(TRUNCATE)");
    let path = location.generation_path(location.current().unwrap().unwrap().number);
    let mut bytes = fs::read(&path).unwrap();
    let half = bytes.len() / 2;
    bytes[half..].fill(0xff);
    fs::write(&path, bytes).unwrap();
    let comparison = rebuilt(&temp, &location).comparison;
    assert!(matches!(comparison, GenerationComparison::Nothing(RebuildReason::Damaged(_))), "{comparison:?}");
    assert_eq!(dump(&location), rows);
}
