//! A rebuild: beside what is being read, compared before it takes its place, cancelled, killed.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::atomic::Ordering;

use foldback::domain::aggregates::account::AccountFold;
use foldback::domain::event::GlobalPosition;
use foldback::read_model::engine::catch_up::Progress;
use foldback::read_model::engine::differences::{Comparison, OnlyThere, OtherValues, TableDifference};
use foldback::read_model::engine::generation::Unfit;
use foldback::read_model::engine::location::{Location, Locking};
use foldback::read_model::engine::projector::Standing;
use foldback::read_model::engine::rebuild::{Options, Rebuild, Rebuilding, Replaces, rebuild};
use foldback::read_model::questions::query::ReadModel;
use foldback::read_model::rows::Value;
use foldback::store::EventStore;
use foldback::store::sqlite::SqliteStore;
use rusqlite::Connection;

use crate::logs::{
    append_deposits, catch_up, dump, events_of, location_of, projector_at, rebuilt, store_of_deposits,
};
use crate::support::{TempStore, child, event, files, write};

fn checkpoint(read_model: &mut ReadModel) -> u64 {
    read_model.reading().unwrap().checkpoint().unwrap().position.number()
}

/// The files of a read model, but for those that SQLite makes whenever one of them is opened.
fn names(location: &Location) -> Vec<String> {
    let names = files(location.folder()).into_iter().map(|(name, _)| name);
    names.filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm")).collect()
}

/// A little bank with a transfer in it, projected.
fn bank() -> (TempStore, Location) {
    let mut temp = TempStore::new();
    let opened = |owner: &str| event("AccountOpened", &format!(r#"{{"owner":"{owner}","currency":"EUR"}}"#));
    let leg = |to: &str, other: &str| format!(r#"{{"{to}":"{other}","amount":25,"transfer":"t-1"}}"#);
    for (name, event) in [
        ("acc-1", opened("Ada")),
        ("acc-2", opened("Grace")),
        ("acc-1", event("Deposited", r#"{"amount":100}"#)),
        ("acc-1", event("TransferSent", &leg("to", "acc-2"))),
        ("acc-2", event("TransferReceived", &leg("from", "acc-1"))),
    ] {
        temp.store.append(&[write(name, vec![event])]).unwrap();
    }
    let location = location_of(&temp);
    catch_up(&temp, &location);
    (temp, location)
}

/// Writes to the current generation behind everybody's back.
fn tamper(location: &Location, sql: &str) {
    let current = location.current().unwrap().unwrap();
    Connection::open(location.generation_path(current.number)).unwrap().execute_batch(sql).unwrap();
}

fn check(temp: &TempStore, location: &Location) -> Comparison {
    let options = Options { replaces: Replaces::Never, ..Options::default() };
    match rebuild(&temp.store, location, &options, &mut |_| {}).unwrap() {
        Rebuild::Done(rebuilt) => rebuilt.comparison,
        other => panic!("{other:?}"),
    }
}

fn differences(comparison: Comparison) -> Vec<TableDifference> {
    match comparison {
        Comparison::Compared { differences, .. } => differences,
        Comparison::Nothing(why) => panic!("{why}"),
    }
}

fn named(values: &[(&str, Value)]) -> Vec<(String, Value)> {
    values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[test]
fn a_rebuild_leaves_the_old_generation_to_its_readers_until_it_is_done() {
    let mut temp = store_of_deposits(2000);
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let mut projector = projector_at(&location);
    let mut read_model = ReadModel::open(&location);
    let old = location.current().unwrap();
    append_deposits(&mut temp, 1);
    let (mut seen, mut n_compared) = (Vec::new(), 0);
    let store = SqliteStore::open_read_only(&temp.path()).unwrap();
    let built = rebuild(&store, &location, &Options::default(), &mut |told| {
        match told {
            Rebuilding::Projected(Progress { checkpoint, head }) => {
                seen.push((checkpoint.number(), head.number()));
            }
            Rebuilding::Comparing(compared) => assert!(compared.n_rows <= compared.n_rows_all),
            Rebuilding::Compared(comparison) => {
                // What it says of the old one it says as of where that is.
                let at = GlobalPosition::new(2000);
                assert_eq!(comparison, &Comparison::Compared { at, differences: Vec::new() });
                n_compared += 1;
            }
        }
        assert_eq!(location.current().unwrap(), old);
        assert_eq!(checkpoint(&mut read_model), 2000);
        assert!(matches!(location.try_lock_rebuild().unwrap(), Locking::HeldBy(_)));
    });
    assert_eq!((seen.last(), n_compared), (Some(&(2001, 2001)), 1));
    assert!(seen.len() > 1 && seen.is_sorted(), "{seen:?}");
    let Rebuild::Done(built) = built.unwrap() else { panic!() };
    assert_eq!((built.checkpoint.position.number(), built.n_events), (2001, 2001));
    assert_eq!(checkpoint(&mut read_model), 2001);
    assert_eq!(projector.standing(), Standing::Moved);
    assert_eq!(projector.reopen().unwrap(), None);
    assert_eq!(projector.checkpoint().position.number(), 2001);
}

#[test]
fn the_live_generation_may_go_on_while_the_next_one_is_built() {
    let mut temp = store_of_deposits(100);
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let mut projector = projector_at(&location);
    let store = SqliteStore::open_read_only(&temp.path()).unwrap();
    let mut n_more = 0;
    let built = rebuild(&store, &location, &Options::default(), &mut |told| {
        if matches!(told, Rebuilding::Projected(_)) && n_more < 5 {
            n_more += 1;
            append_deposits(&mut temp, 7);
            let after = projector.checkpoint().position;
            let events = events_of(&temp);
            let new = &events[usize::try_from(after.number()).unwrap()..];
            projector.apply_batch(after, new, &AccountFold::default()).unwrap();
        }
    });
    let Rebuild::Done(built) = built.unwrap() else { panic!() };
    let at = GlobalPosition::new(100 + 5 * 7);
    assert_eq!(built.comparison, Comparison::Compared { at, differences: Vec::new() });
    assert_eq!(built.checkpoint.position, at);
}

#[test]
fn another_who_rebuilds_is_named() {
    let (temp, location) = bank();
    let lock = location.try_lock_rebuild().unwrap();
    let built = rebuild(&temp.store, &location, &Options::default(), &mut |_| {}).unwrap();
    assert_eq!(built, Rebuild::HeldBy(Some(std::process::id())));
    drop(lock);
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
    // The rebuild says so too, and ends it.
    assert_eq!(differences(rebuilt(&temp, &location).comparison), found);
    assert_eq!(differences(check(&temp, &location)), []);
}

#[test]
fn rows_that_are_missing_or_too_many_are_told_from_rows_with_other_values() {
    let (temp, location) = bank();
    tamper(
        &location,
        "DELETE FROM account_positions WHERE position = 3;
         INSERT INTO account_positions VALUES (0, 2, 77), (0, 2, 78);
         UPDATE total_history SET balance = balance + 1 WHERE position IN (3, 4)",
    );
    let position = |account, position| {
        let (account, position) = (Value::Integer(account), Value::Integer(position));
        named(&[("era", Value::Integer(0)), ("account", account), ("position", position)])
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
            only_live: Some(OnlyThere { n_rows: 2, first: position(2, 77) }),
            only_new: Some(OnlyThere { n_rows: 1, first: position(1, 3) }),
            other_values: None,
        },
        TableDifference {
            table: "total_history".to_owned(),
            n_key: 2,
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
        "account_positions: 2 rows only in the live one\n  live: era = 0 · account = 2 · position = 77\n\
         account_positions: 1 row only in the new one\n  new:  era = 0 · account = 1 · position = 3"
    );
}

/// Whatever projection brought them: a table that is emptied shows, in itself or in a view.
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
                 AND name NOT IN ('generation', 'checkpoint', 'mappings', 'projections', 'skipped_events', 'snapshots')",
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
fn a_check_replaces_nothing_and_leaves_nothing_behind() {
    let (temp, location) = bank();
    tamper(&location, "UPDATE total_rows SET balance = 1");
    drop(location.try_lock_rebuild().unwrap());
    let (before, rows) = (names(&location), dump(&location));
    let found: Vec<_> = differences(check(&temp, &location)).into_iter().map(|table| table.table).collect();
    assert_eq!(found, ["totals"]);
    assert_eq!((names(&location), dump(&location)), (before, rows));
}

#[test]
fn where_there_is_nothing_to_compare_with_it_says_why_and_builds() {
    let (temp, location) = bank();
    let rows = dump(&location);
    let rebuilds_because = |why: Unfit| {
        assert_eq!(check(&temp, &location), Comparison::Nothing(why.clone()));
        assert_eq!(rebuilt(&temp, &location).comparison, Comparison::Nothing(why));
        assert_eq!(dump(&location), rows);
    };
    tamper(&location, "UPDATE projections SET version = version + 1 WHERE name = 'totals'");
    rebuilds_because(Unfit::OtherVersion);
    tamper(&location, "UPDATE checkpoint SET event = zeroblob(32)");
    rebuilds_because(Unfit::OtherLog);
    tamper(&location, "UPDATE checkpoint SET position = 99");
    rebuilds_because(Unfit::OtherLog);
    tamper(&location, "DROP VIEW totals");
    rebuilds_because(Unfit::Damaged("its view totals is missing, or is not as it was made".to_owned()));
    fs::remove_dir_all(location.folder()).unwrap();
    rebuilds_because(Unfit::Missing);
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
    assert!(matches!(comparison, Comparison::Nothing(Unfit::Damaged(_))), "{comparison:?}");
    assert_eq!(dump(&location), rows);
}

#[test]
fn a_rebuild_that_is_cancelled_leaves_everything_as_it_was() {
    let temp = store_of_deposits(3000);
    let location = location_of(&temp);
    catch_up(&temp, &location);
    drop(location.try_lock_rebuild().unwrap());
    let (before, rows) = (names(&location), dump(&location));
    for cancels in [
        |told: &Rebuilding<'_>| matches!(told, Rebuilding::Projected(_)),
        |told: &Rebuilding<'_>| matches!(told, Rebuilding::Comparing(_)),
        |told: &Rebuilding<'_>| matches!(told, Rebuilding::Compared(_)),
    ] {
        let options = Options::default();
        let mut n_cancelled = 0;
        let stopped = rebuild(&temp.store, &location, &options, &mut |told| {
            if cancels(&told) {
                n_cancelled += 1;
                options.is_cancelled.store(true, Ordering::Relaxed);
            }
        });
        assert_eq!((stopped.unwrap(), n_cancelled), (Rebuild::Stopped, 1));
        assert_eq!((names(&location), dump(&location)), (before.clone(), rows.clone()));
    }
}

/// Names the store for the child.
const STORE: &str = "FOLDBACK_TEST_REBUILD";

#[test]
fn a_kill_while_rebuilding_leaves_the_old_generation_and_the_next_rebuild_clears_up() {
    let temp = store_of_deposits(3000);
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let (current, rows) = (location.current().unwrap(), dump(&location));
    for n_told in 1..4 {
        let mut child = child("rebuild::the_child_rebuilds", STORE, &temp.path());
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let told = lines.map_while(Result::ok).filter(|line| line.starts_with("at ")).take(n_told).count();
        assert_eq!(told, n_told);
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!((location.current().unwrap(), dump(&location)), (current.clone(), rows.clone()));
        assert!(names(&location).iter().filter(|name| name.ends_with(".db")).count() > 1, "nothing is left");
    }
    assert_eq!(differences(rebuilt(&temp, &location).comparison), []);
    assert_eq!(dump(&location), rows);
    assert_eq!(names(&location).iter().filter(|name| name.ends_with(".db")).count(), 1);
}

/// Does something only as the child of the test above.
#[test]
fn the_child_rebuilds() {
    let Some(path) = std::env::var_os(STORE) else { return };
    let store = SqliteStore::open_read_only(Path::new(&path)).unwrap();
    let location = Location::beside(Path::new(&path), store.id()).unwrap();
    println!();
    rebuild(&store, &location, &Options::default(), &mut |told| {
        println!("at {told:?}");
        if matches!(told, Rebuilding::Compared(_)) {
            // Up to here it is to be killed, and no further.
            std::io::stdin().lines().for_each(drop);
        }
    })
    .unwrap();
}
