//! The speed of turning events into rows.

use std::path::PathBuf;
use std::sync::Arc;

use divan::counter::ItemsCount;
use tempfile::TempDir;

use foldback::domain::aggregates::{Aggregates, ProjectionText};
use foldback::domain::event::{GlobalPosition, RecordedEvent, StreamName, StreamPosition, Timestamp};
use foldback::domain::hash::ChainHash;
use foldback::read_model::engine::location::Location;
use foldback::read_model::engine::projector::{OpenedProjector, Projector};
use foldback::read_model::engine::subscription::Batch;
use foldback::store::log::LogIdentity;

/// Events in one transaction.
const N_BATCH: usize = 50_000;
const N_EVENTS: usize = 500_000;

fn main() {
    divan::main();
}

/// A log in which some accounts are far busier than others: every fifth event opens one, until there are enough. The
/// second leg of a transfer follows the first.
fn log(n_accounts: u64) -> Vec<RecordedEvent> {
    let mut versions = Vec::<u64>::new();
    let mut seed = 7_u64;
    let mut next = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below.max(1)
    };
    let name = |n: u64| format!("acc-{n:06}");
    let mut second_leg: Option<(u64, String)> = None;
    (1..=N_EVENTS as u64)
        .map(|position| {
            let n = versions.len() as u64;
            let second_leg_now = second_leg.take();
            let opens = second_leg_now.is_none() && (n == 0 || (n < n_accounts && next(5) == 0));
            let account = match &second_leg_now {
                Some((to, _)) => *to,
                None if opens => n,
                None => next(n).min(next(n)),
            };
            if opens {
                versions.push(0);
            }
            let version = versions.get_mut(usize::try_from(account).unwrap()).unwrap();
            *version += 1;
            let amount = next(100_000) + 1;
            let (event_type, data) = match (next(6), second_leg_now) {
                (_, Some((_, data))) => ("TransferReceived", data),
                _ if opens => ("AccountOpened", format!(r#"{{"owner":"Owner {account}","currency":"EUR"}}"#)),
                (0, None) => ("Withdrawn", format!(r#"{{"amount":{amount},"note":"cash"}}"#)),
                (1, None) => {
                    let to = next(n);
                    let leg = |end: &str, other: u64| {
                        format!(
                            r#"{{"{end}":"{}","amount":{amount},"transfer":"t-{position}"}}"#,
                            name(other)
                        )
                    };
                    second_leg = Some((to, leg("from", account)));
                    ("TransferSent", leg("to", to))
                }
                _ => ("Deposited", format!(r#"{{"amount":{amount}}}"#)),
            };
            let time = Timestamp::from_second(1_600_000_000 + position.cast_signed() * 60).ok();
            RecordedEvent {
                position: GlobalPosition::new(position),
                stream: StreamName::new(&name(account)).unwrap(),
                version: StreamPosition::new(*version),
                id: None,
                event_type: event_type.to_owned(),
                time,
                clock: time,
                data,
                metadata: None,
                source: None,
                hash: ChainHash::default(),
            }
        })
        .collect()
}

/// The log's events in batches.
fn batches(n_accounts: u64, aggregates: &Arc<Aggregates>) -> Vec<Batch> {
    let mut after = GlobalPosition::START;
    let batch = |events: &[RecordedEvent]| {
        let batch = Batch { after, events: events.to_vec(), aggregates: Arc::clone(aggregates) };
        after = events.last().map_or(after, |last| last.position);
        batch
    };
    log(n_accounts).chunks(N_BATCH).map(batch).collect()
}

/// The place of a read model in a folder.
fn location_in(folder: &TempDir, aggregates: &Arc<Aggregates>) -> Location {
    let (id, path) = ("bench".to_owned(), PathBuf::new());
    let identity = LogIdentity { id, path, aggregates: Aggregates::clone(aggregates), attach_events: None };
    Location::in_folder(folder.path().join("bank.read"), &identity)
}

fn apply(batches: &[Batch], location: &Location) {
    let OpenedProjector::Ready(mut projector, _) = Projector::open(location).unwrap() else {
        panic!("somebody else projects")
    };
    for batch in batches {
        projector.apply_batch(batch).unwrap();
    }
}

#[divan::bench(args = [1_000, 10_000, 100_000], sample_count = 3, sample_size = 1)]
fn project(bencher: divan::Bencher<'_, '_>, n_accounts: u64) {
    let aggregates = Arc::new(Aggregates::bank());
    let batches = batches(n_accounts, &aggregates);
    bencher.counter(ItemsCount::new(N_EVENTS)).with_inputs(|| tempfile::tempdir().unwrap()).bench_values(
        |folder| {
            apply(&batches, &location_in(&folder, &aggregates));
            folder
        },
    );
}

/// One row a stream, merged; and the same with two tables of a person's own, each changed by most events.
#[divan::bench(args = [false, true], sample_count = 3, sample_size = 1)]
fn project_merged_and_own_tables(bencher: divan::Bencher<'_, '_>, has_own_tables: bool) {
    let own = ProjectionText { file: "own.sql".to_owned(), text: OWN_TABLES.to_owned() };
    let own = if has_own_tables { vec![own] } else { Vec::new() };
    let aggregates = Arc::new(Aggregates::merged().with_projections(own));
    let batches = batches(10_000, &aggregates);
    bencher.counter(ItemsCount::new(N_EVENTS)).with_inputs(|| tempfile::tempdir().unwrap()).bench_values(
        |folder| {
            apply(&batches, &location_in(&folder, &aggregates));
            folder
        },
    );
}

const OWN_TABLES: &str = "\
-- projection: sums
CREATE TABLE sums (stream TEXT PRIMARY KEY, amount INTEGER, n INTEGER) STRICT;
CREATE TABLE days (day TEXT, type TEXT, amount INTEGER, PRIMARY KEY (day, type)) STRICT;
-- on: Deposited, Withdrawn, TransferSent, TransferReceived
INSERT INTO sums VALUES (:stream, :data->>'$.amount', 1)
  ON CONFLICT DO UPDATE SET amount = amount + excluded.amount, n = n + 1;
INSERT INTO days VALUES (substr(:time, 1, 10), :type, :data->>'$.amount')
  ON CONFLICT DO UPDATE SET amount = amount + excluded.amount;
";
