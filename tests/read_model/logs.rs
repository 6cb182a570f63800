//! Logs of all kinds, and the content of a read model.

use std::path::Path;
use std::sync::Arc;

use foldback::cancel::Cancel;
use foldback::domain::aggregates::Aggregates;
use foldback::domain::event::{GlobalPosition, RecordedEvent};
use foldback::domain::moment::Moment;
use foldback::read_model::engine::batch::ApplyError;
use foldback::read_model::engine::catch_up::{CatchUp, CatchUpOptions, project_to_head};
use foldback::read_model::engine::location::Location;
use foldback::read_model::engine::projector::{OpenedProjector, Projector};
use foldback::read_model::engine::rebuild::{NewGeneration, Rebuild, RebuildOptions, rebuild};
use foldback::read_model::engine::subscription::Batch;
use foldback::store::import::import;
use foldback::store::import::options::ImportOptions;
use foldback::store::jsonl::input::LogInput;
use foldback::store::{Direction, EventReader, EventStore};
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::support::{TempStore, event, log_identity, with_time, write};

/// One event of a log: stream, time, type and data.
pub type GivenEvent = (u8, Option<i64>, String, String);

/// Any event: ours of all kinds, ones that overflow, and ones that are not ours.
fn told() -> impl Strategy<Value = GivenEvent> {
    let amount = prop_oneof![8 => 0..100_000_i64, 1 => Just(i64::MAX), 1 => any::<i64>()];
    let what = (0..14_u8, amount, 0..5_u8).prop_map(|(kind, amount, other)| {
        let money = format!(r#"{{"amount":{amount},"note":"n"}}"#);
        let owner = format!("Owner \u{202e}{other}");
        let currency = ["EUR", "KWD", "JPY", "", "QQQ"][usize::from(other)];
        let leg =
            |end: &str| format!(r#"{{"{end}":"acc-{other}","amount":{amount},"transfer":"t-{amount}"}}"#);
        let (event_type, data) = match kind {
            0 => ("AccountOpened", format!(r#"{{"owner":"{owner}","currency":"{currency}"}}"#)),
            1 => ("AccountOpened", r#"{"overdraft_limit":7}"#.to_owned()),
            2..5 => ("Deposited", money),
            5 => ("deposit", money),
            6 => ("Withdrawn", money),
            7 => ("TransferSent", leg("to")),
            8 => ("TransferReceived", leg("from")),
            9 => ("OverdraftLimitSet", format!(r#"{{"limit":{amount}}}"#)),
            10 => ("AccountFrozen", "{}".to_owned()),
            11 => ("AccountUnfrozen", "{}".to_owned()),
            12 => ("AccountClosed", "{}".to_owned()),
            _ => ("LoanGranted", r#"{"anything":[1,2]}"#.to_owned()),
        };
        (event_type.to_owned(), data)
    });
    let time = proptest::option::of(-3_000_000_000_i64..3_000_000_000);
    (0..6_u8, time, what).prop_map(|(account, time, (event_type, data))| (account, time, event_type, data))
}

/// A log of up to `n` events.
pub fn any_log(n: usize) -> impl Strategy<Value = Vec<GivenEvent>> {
    proptest::collection::vec(told(), 0..n)
}

/// A store with these events, each in an append of its own.
pub fn store_of(log: &[GivenEvent]) -> TempStore {
    let mut temp = TempStore::new();
    append(&mut temp, log);
    temp
}

/// Appends to the log.
pub fn append(temp: &mut TempStore, log: &[GivenEvent]) {
    for (account, time, event_type, data) in log {
        let event = event(event_type, data);
        let event = time.map_or_else(|| event.clone(), |second| with_time(second, event.clone()));
        temp.store.append(&[write(&format!("acc-{account}"), vec![event])]).unwrap();
    }
}

/// A store of that many deposits to a few accounts, in one append.
pub fn store_of_deposits(n: u64) -> TempStore {
    let mut temp = TempStore::new();
    append_deposits(&mut temp, n);
    temp
}

/// That many deposits more.
pub fn append_deposits(temp: &mut TempStore, n: u64) {
    let amount = |i: u64| format!(r#"{{"amount":{}}}"#, i + 1);
    let writes: Vec<_> =
        (0..n).map(|i| write(&format!("acc-{}", i % 7), vec![event("Deposited", &amount(i))])).collect();
    temp.store.append(&writes).unwrap();
}

/// Reads a log into a store.
pub fn import_log(temp: &mut TempStore, name: &str, log: Vec<u8>, mapping: Option<&str>) {
    let input = LogInput::Stream { name: name.to_owned(), bytes: Box::new(std::io::Cursor::new(log)) };
    let options = ImportOptions { mapping: mapping.map(str::to_owned), ..ImportOptions::default() };
    import(&mut temp.store, input, &options, &Cancel::never(), &mut |_| {}).unwrap();
}

/// All events of a store.
pub fn events_of(temp: &TempStore) -> Vec<RecordedEvent> {
    temp.store.read_all(GlobalPosition::new(1), Direction::Forward, usize::MAX).unwrap()
}

/// The place of a store's read model, beside it.
pub fn location_of(temp: &TempStore) -> Location {
    Location::of(&temp.store.log_identity()).unwrap()
}

/// A location in a folder that may not exist yet.
pub fn location_in(folder: &Path) -> Location {
    Location::in_folder(folder.to_path_buf(), &log_identity(folder, "a store"))
}

/// The projector there; there must be no other.
pub fn projector_at(location: &Location) -> Projector {
    match Projector::open(location).unwrap() {
        OpenedProjector::Ready(projector, _) => *projector,
        OpenedProjector::HeldBy(holder) => panic!("{holder:?} projects"),
    }
}

/// Projects these events, which all follow that position, as one batch.
pub fn apply(
    projector: &mut Projector,
    after: GlobalPosition,
    events: &[RecordedEvent],
    aggregates: &Aggregates,
) -> Result<Moment, ApplyError> {
    projector.apply_batch(&Batch { after, events: events.to_vec(), aggregates: Arc::new(aggregates.clone()) })
}

/// Projects the events in batches of these sizes, and the rest in one.
pub fn project_in_batches(location: &Location, events: &[RecordedEvent], sizes: &[usize]) {
    let mut projector = projector_at(location);
    let mut rest = events;
    let mut after = GlobalPosition::START;
    for size in sizes.iter().copied().chain([usize::MAX]) {
        let (batch, later) = rest.split_at(size.min(rest.len()));
        let checkpoint = apply(&mut projector, after, batch, &Aggregates::bank()).unwrap();
        after = batch.last().map_or(after, |event| event.position);
        assert_eq!(checkpoint.position, after);
        rest = later;
    }
}

/// Projects everything; nobody else may project.
pub fn catch_up(temp: &TempStore, location: &Location) -> Moment {
    match project_to_head(&temp.store, location, &CatchUpOptions::default(), &mut |_| {}).unwrap() {
        CatchUp::Done { checkpoint, .. } => checkpoint,
        other => panic!("{other:?}"),
    }
}

/// Rebuilds; nobody else may.
pub fn rebuilt(temp: &TempStore, location: &Location) -> NewGeneration {
    match rebuild(&temp.store, location, &RebuildOptions::default(), &mut |_| {}).unwrap() {
        Rebuild::Done(rebuilt) => rebuilt,
        other => panic!("{other:?}"),
    }
}

/// All rows of all tables of the current generation, by table, except those that identify the generation.
pub fn dump(location: &Location) -> Vec<(String, Vec<Vec<Value>>)> {
    let current = location.current().unwrap().expect("there is a read model");
    let connection = Connection::open(location.generation_path(current.number)).unwrap();
    let mut tables = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'generation' ORDER BY name")
        .unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(tables.len() > 6, "{tables:?}");
    let all_rows = |table: &String| {
        let n = connection.prepare(&format!("SELECT * FROM {table}")).unwrap().column_count();
        let order = if n > 1 { "1, 2" } else { "1" };
        let mut select = connection.prepare(&format!("SELECT * FROM {table} ORDER BY {order}")).unwrap();
        let rows = select.query_map([], |row| (0..n).map(|i| row.get(i)).collect()).unwrap();
        rows.map(Result::unwrap).collect()
    };
    tables.iter().map(|table| (table.clone(), all_rows(table))).collect()
}
