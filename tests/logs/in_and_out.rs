//! Importing and exporting, and the logs that tests import.

use std::io::{Cursor, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use foldback::cancel::Cancel;
use foldback::domain::aggregates::account::fold::AccountFold;
use foldback::domain::aggregates::account::state::AccountState;
use foldback::domain::event::{GlobalPosition, NewEvent, RecordedEvent, StreamName, StreamPosition};
use foldback::domain::hash::ChainHash;
use foldback::store::export::export;
use foldback::store::import::import;
use foldback::store::import::options::ImportOptions;
use foldback::store::import::report::ImportReport;
use foldback::store::jsonl::input::LogInput;
use foldback::store::sqlite::SqliteStore;
use foldback::store::{Direction, EventReader};

use crate::support::stream;

/// The counts of an import: events, streams, duplicates, bad lines.
pub(crate) type Counts = (u64, u64, u64, u64);

pub(crate) fn counts(report: &ImportReport) -> Counts {
    (report.n_events, report.n_streams, report.n_duplicates, report.n_bad)
}

pub(crate) fn piped(bytes: &[u8]) -> LogInput {
    LogInput::Stream { name: "a pipe".to_owned(), bytes: Box::new(Cursor::new(bytes.to_vec())) }
}

pub(crate) fn import_with(
    store: &mut SqliteStore,
    input: LogInput,
    options: &ImportOptions,
) -> anyhow::Result<ImportReport> {
    import(store, input, options, &Cancel::never(), &mut |_| {})
}

/// Imports the text from a pipe.
pub(crate) fn import_text(store: &mut SqliteStore, text: &str) -> ImportReport {
    import_with(store, piped(text.as_bytes()), &ImportOptions::default()).unwrap()
}

pub(crate) fn import_file(store: &mut SqliteStore, path: &Path) -> ImportReport {
    import_with(store, LogInput::at(path).unwrap(), &ImportOptions::default()).unwrap()
}

pub(crate) fn with_mapping(mapping: &str) -> ImportOptions {
    ImportOptions { mapping: Some(mapping.to_owned()), ..ImportOptions::default() }
}

pub(crate) fn strict() -> ImportOptions {
    ImportOptions { is_strict: true, ..ImportOptions::default() }
}

pub(crate) fn all_events(store: &SqliteStore) -> Vec<RecordedEvent> {
    store.read_all(GlobalPosition::new(1), Direction::Forward, usize::MAX >> 1).unwrap()
}

/// The events of a store without their hashes, which depend on the store.
pub(crate) fn without_hashes(store: &SqliteStore) -> Vec<RecordedEvent> {
    let without = |event| RecordedEvent { hash: ChainHash::default(), ..event };
    all_events(store).into_iter().map(without).collect()
}

/// The events of a store without the values that the store assigned.
pub(crate) fn facts(store: &SqliteStore) -> Vec<(StreamName, NewEvent)> {
    let fact = |e: RecordedEvent| {
        let RecordedEvent { stream, id, event_type, time, data, metadata, .. } = e;
        (stream, NewEvent { id, event_type, time, data, metadata })
    };
    all_events(store).into_iter().map(fact).collect()
}

pub(crate) fn exported(store: &SqliteStore) -> String {
    let mut out = Vec::new();
    export(&store.log(), None, &mut out, &Cancel::never(), &mut |_| {}).unwrap();
    String::from_utf8(out).unwrap()
}

pub(crate) fn gz(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn line(stream: &str, amount: i64) -> String {
    format!("{{\"stream\":\"{stream}\",\"type\":\"deposit\",\"data\":{{\"amount\":{amount}}}}}\n")
}

/// A log of deposits of 0, 1, 2 … to two accounts in turn.
pub(crate) fn log(n: i64) -> String {
    (0..n).map(|i| line(["a", "b"][usize::try_from(i % 2).unwrap()], i)).collect()
}

pub(crate) fn report_head(store: &SqliteStore) -> u64 {
    store.head().unwrap().number()
}

pub(crate) const FOREIGN: &str = "[envelope]\nstream = \"acc\"\ntype = \"kind\"\ndata = \"body\"\n\
    [meaning]\ncurrency = \"EUR\"\n[meaning.events.In]\nmeans = \"Deposited\"\namount = \"sum\"\n";

pub(crate) fn balance(store: &SqliteStore, account: &str) -> i64 {
    let fold = AccountFold { mappings: store.mappings().unwrap() };
    let mut state = AccountState::default();
    for event in store.read_stream(&stream(account), version(1), 1000).unwrap() {
        fold.evolve_account(&mut state, &event);
    }
    state.balance
}

pub(crate) fn version(number: u64) -> StreamPosition {
    StreamPosition::new(number)
}
