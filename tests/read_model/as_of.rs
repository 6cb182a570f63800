//! The query side as of a position equals the fold of the log up to there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::Path;

use foldback::domain::aggregates::account::fold::AccountFold;
use foldback::domain::aggregates::account::state::{AccountState, OWNER, STATUS, Status};
use foldback::domain::event::{GlobalPosition, RecordedEvent, StreamName, StreamPosition};
use foldback::domain::money::Currency;
use foldback::read_model::engine::location::Location;
use foldback::read_model::questions::query::ReadModel;
use foldback::read_model::questions::sql::limits::Limits;
use foldback::read_model::rows::series::GroupTotal;
use foldback::read_model::rows::{AsOf, StreamRow, Value};
use foldback::sample::bank_shape::BankShape;
use foldback::sample::{bank, embedded};
use foldback::store::{Direction, EventReader, EventStore};
use proptest::prelude::prop_assert_eq;
use proptest::proptest;

use crate::laws::{answered_as_of, expected};
use crate::logs::{
    any_log, catch_up, events_of, import_log, location_in, location_of, project_in_batches, store_of,
    store_of_deposits,
};
use crate::saved::statement;
use crate::support::{TempStore, cases, event, rounds, stream, write};

/// The views for users.
const VIEWS: [&str; 7] =
    ["accounts", "transactions", "totals", "transfers", "daily_flows", "skipped", "not_understood"];

fn at(position: u64) -> AsOf {
    AsOf::Position(GlobalPosition::new(position))
}

fn rows(location: &Location, sql: &str, as_of: AsOf) -> Vec<Vec<Value>> {
    let table = ReadModel::open(location).table(sql, as_of, usize::MAX, &Limits::default()).unwrap();
    assert!(!table.is_cut);
    table.rows
}

/// The whole content of the views.
fn views(location: &Location, as_of: AsOf) -> Vec<Vec<Vec<Value>>> {
    let sorted = |view| {
        let mut rows = rows(location, &format!("SELECT * FROM {view}"), as_of);
        rows.sort_by_key(|row| format!("{row:?}"));
        rows
    };
    VIEWS.map(sorted).to_vec()
}

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn every_view_as_of_a_position_equals_the_view_projected_up_to_there(log in any_log(40)) {
        let temp = store_of(&log);
        let location = location_of(&temp);
        let events = events_of(&temp);
        project_in_batches(&location, &events, &[7, 11]);
        for n in 0..=events.len() {
            let then = location_in(&temp.folder.path().join(format!("then {n}")));
            project_in_batches(&then, &events[..n], &[]);
            prop_assert_eq!(views(&location, at(n as u64)), views(&then, AsOf::Checkpoint), "at {}", n);
            let now = answered_as_of(&mut ReadModel::open(&location), at(n as u64));
            let checkpoint = expected(&events).checkpoint;
            let then = expected(&events[..n]).at_checkpoint(checkpoint);
            prop_assert_eq!(now.of_accounts_with_events(), then, "at {}", n);
        }
    }
}

#[test]
fn a_list_of_accounts_is_the_same_at_every_position_and_one_yet_to_come_has_no_event() {
    let mut temp = TempStore::new();
    for name in ["b", "a"] {
        let opened = event("AccountOpened", r#"{"owner":"Ada","currency":"EUR"}"#);
        temp.store.append(&[write(name, vec![opened])]).unwrap();
    }
    let location = location_of(&temp);
    catch_up(&temp, &location);
    let listed = |as_of| {
        let mut read_model = ReadModel::open(&location);
        let window = read_model.reading().unwrap().as_of(as_of).unwrap().streams("", 0, 9).unwrap();
        let rows = window.rows.into_iter();
        let text = |row: &StreamRow, field| row.columns.field(field).as_text().map(str::to_owned);
        let rows = rows
            .map(|row| (row.stream.to_string(), text(&row, OWNER), text(&row, STATUS), row.version.number()));
        (window.n_streams, rows.collect::<Vec<_>>())
    };
    let row = |name: &str, n| {
        let (owner, status) = if n > 0 { (Some("Ada"), "open") } else { (None, "none") };
        (name.to_owned(), owner.map(str::to_owned), Some(status.to_owned()), n)
    };
    assert_eq!(listed(at(0)), (2, vec![row("a", 0), row("b", 0)]));
    assert_eq!(listed(at(1)), (2, vec![row("a", 0), row("b", 1)]));
    assert_eq!(listed(at(2)), (2, vec![row("a", 1), row("b", 1)]));
}

#[test]
fn a_transfer_shows_both_legs_or_the_one_that_there_is() {
    let mut temp = TempStore::new();
    let opened = event("AccountOpened", r#"{"owner":"Ada"}"#);
    let sent = |to: &str, amount: i64, transfer: &str| {
        event("TransferSent", &format!(r#"{{"to":"{to}","amount":{amount},"transfer":"{transfer}"}}"#))
    };
    let received = |from: &str, amount: i64, transfer: &str| {
        event(
            "TransferReceived",
            &format!(r#"{{"from":"{from}","amount":{amount},"transfer":"{transfer}"}}"#),
        )
    };
    for (name, event) in [
        ("a", opened),
        ("a", sent("b", 5, "both")),
        ("b", received("a", 5, "both")),
        ("a", sent("c", 7, "lost")),
        ("b", received("z", 9, "early")),
        ("z", sent("b", 8, "early")),
        // The same id again: the earlier leg is taken first.
        ("a", sent("b", 1, "twice")),
        ("a", sent("b", 2, "twice")),
        ("b", received("a", 1, "twice")),
    ] {
        temp.store.append(&[write(name, vec![event])]).unwrap();
    }
    let location = location_of(&temp);
    let events = events_of(&temp);
    project_in_batches(&location, &events, &[4, 1, 1, 1]);
    let shown = |as_of| {
        let sql =
            "SELECT transfer, sender, receiver, currency, amount, sent_position, received_position, state
                   FROM transfers ORDER BY min(ifnull(sent_position, 99), ifnull(received_position, 99))";
        let rows = rows(&location, sql, as_of).into_iter();
        rows.map(|row| row.iter().map(|value| format!("{value:?}")).collect::<Vec<_>>().join(" "))
            .map(|row| row.replace("Text(\"", "").replace("\")", "").replace("Integer(", "").replace(')', ""))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        shown(AsOf::Checkpoint),
        [
            "both a b Null 5 2 3 complete",
            "lost a c Null 7 4 Null not received",
            "early z b Null 8 6 5 amounts differ",
            "twice a b Null 1 7 9 complete",
            "twice a b Null 2 8 Null not received",
        ]
    );
    assert_eq!(
        shown(at(5)),
        [
            "both a b Null 5 2 3 complete",
            "lost a c Null 7 4 Null not received",
            "early z b Null 9 Null 5 not sent",
        ]
    );
    assert_eq!(shown(at(2)), ["both a b Null 5 2 Null not received"]);
}

/// `n` positions of a log, spread evenly by the golden ratio: the same ones in each run.
fn positions(head: u64, n: u32) -> BTreeSet<u64> {
    let share = |i: u32| (f64::from(i) * 0.618_033_988_749_894_9).fract();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    let strewn = (1..=n).map(|i| (share(i) * (head + 1) as f64) as u64);
    strewn.chain([head]).collect()
}

/// Account, balance, status and version.
type Standing = (String, i64, String, u64);

/// Checks at 20 positions that the query side has the fold's state of every account, and that the totals are the sums.
fn check_against_the_fold(temp: &TempStore) {
    let location = location_of(temp);
    catch_up(temp, &location);
    let fold = AccountFold { mappings: temp.store.mappings().unwrap() };
    let mut states = BTreeMap::<StreamName, (AccountState, StreamPosition)>::new();
    let mut next = GlobalPosition::new(1);
    let head = temp.store.head().unwrap().number();
    for position in positions(head, rounds(20)) {
        while next.number() <= position {
            let n = usize::try_from(position - next.number() + 1).unwrap().min(10_000);
            for event in temp.store.read_all(next, Direction::Forward, n).unwrap() {
                let (state, version) = states.entry(event.stream.clone()).or_default();
                _ = fold.understand(state, &event);
                *version = event.version;
                next = event.position.plus(1);
            }
        }
        let folded: Vec<Standing> = states
            .iter()
            .map(|(name, (state, version))| {
                (name.to_string(), state.balance, state.status.word().to_owned(), version.number())
            })
            .collect();
        let sql = "SELECT account, balance, status, version FROM accounts ORDER BY account";
        let asked: Vec<Standing> = rows(&location, sql, at(position))
            .into_iter()
            .map(|row| match <[Value; 4]>::try_from(row).unwrap() {
                [
                    Value::Text(name),
                    Value::Integer(balance),
                    Value::Text(status),
                    Value::Integer(version),
                ] => (name, balance, status, version.cast_unsigned()),
                other => panic!("{other:?}"),
            })
            .collect();
        assert!(folded == asked, "accounts at {position}");
        let mut sums = BTreeMap::<Option<Currency>, (i128, u64)>::new();
        for (state, _) in states.values().filter(|(state, _)| state.status != Status::None) {
            let (balance, n) = sums.entry(state.currency).or_default();
            (*balance, *n) = (*balance + i128::from(state.balance), *n + 1);
        }
        let sums: Vec<_> =
            sums.into_iter().map(|(unit, (sum, n_streams))| GroupTotal { unit, sum, n_streams }).collect();
        let mut read_model = ReadModel::open(&location);
        let reading = read_model.reading().unwrap();
        assert_eq!(reading.totals_at(GlobalPosition::new(position)).unwrap().as_ref(), Some(&sums));
        let reading = reading.as_of(at(position)).unwrap();
        assert_eq!(reading.totals().unwrap(), sums, "totals at {position}");
        if let Some(of_rows) = reading.sums_of_rows().unwrap() {
            assert_eq!(of_rows, sums, "rows at {position}");
        }
    }
    let beyond = GlobalPosition::new(head + 1);
    assert_eq!(ReadModel::open(&location).reading().unwrap().totals_at(beyond).unwrap(), None);
}

#[test]
fn the_sample_bank_as_of_any_position_equals_its_fold() {
    let mut temp = TempStore::new();
    import_log(&mut temp, "bank", embedded("bank").unwrap().as_bytes().to_vec(), None);
    check_against_the_fold(&temp);
}

#[test]
fn a_made_up_bank_of_100_000_events_is_as_of_any_position_what_its_fold_is() {
    let mut log = Vec::new();
    for event in bank(&BankShape { n_events: 100_000, n_accounts: 1_000, seed: 3 }) {
        writeln!(log, "{}", event.to_json_line()).unwrap();
    }
    let mut temp = TempStore::new();
    import_log(&mut temp, "made up", log, None);
    check_against_the_fold(&temp);
}

#[test]
fn the_real_bank_as_of_any_position_equals_its_fold() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/berka.jsonl.gz");
    let Ok(log) = fs::read(&path) else {
        println!("skipped: {} is not here", path.display());
        return;
    };
    let mut temp = TempStore::new();
    import_log(&mut temp, "berka", log, Some(include_str!("../../assets/berka.toml")));
    check_against_the_fold(&temp);
}

#[test]
fn an_account_is_right_on_either_side_of_the_beginning_of_a_block_of_the_index() {
    let temp = store_of_deposits(12);
    let location = location_of(&temp);
    let border = 1 << 19;
    // The same events at positions on both sides of two borders, as in a log with gaps.
    let positions = [1, 2, border - 2, border - 1, border, border + 1, border + 2, border + 9];
    let positions = positions.into_iter().chain([2 * border - 1, 2 * border, 2 * border + 1, 5 * border]);
    let events: Vec<_> = events_of(&temp)
        .into_iter()
        .zip(positions.clone())
        .map(|(event, position)| RecordedEvent { position: GlobalPosition::new(position), ..event })
        .collect();
    project_in_batches(&location, &events, &[3, 1, 5]);
    let mut read_model = ReadModel::open(&location);
    for at in positions.flat_map(|position| [position - 1, position, position + 1]) {
        let at = GlobalPosition::new(at);
        let reading = read_model.reading().unwrap().as_of(AsOf::Position(at)).unwrap();
        let so_far: Vec<_> = events.iter().filter(|event| event.position <= at).cloned().collect();
        for name in ["acc-0", "acc-1", "acc-2", "acc-3", "acc-4", "acc-5", "acc-6"].map(stream) {
            let own: Vec<_> = so_far.iter().filter(|event| event.stream == name).collect();
            let versions: Vec<_> = own.iter().map(|event| event.position).collect();
            let lines = statement(&reading, &name, 0, 99);
            assert_eq!(
                lines.iter().map(|line| line.position).collect::<Vec<_>>(),
                versions,
                "{name} at {at}"
            );
            let older = statement(&reading, &name, 1, 1);
            let second: Vec<_> = versions.iter().rev().skip(1).take(1).copied().collect();
            assert_eq!(older.iter().map(|line| line.position).collect::<Vec<_>>(), second, "{name} at {at}");
            let row = reading.stream(&name).unwrap().unwrap();
            assert_eq!(row.position, versions.last().copied().unwrap_or_default(), "{name} at {at}");
            assert_eq!(row.version.number(), versions.len() as u64, "{name} at {at}");
        }
    }
}
