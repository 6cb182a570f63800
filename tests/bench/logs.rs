//! The speed of importing, recognising, exporting and mapping logs.

#[path = "../support.rs"]
mod support;

use std::fmt::Write;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use divan::Bencher;
use divan::counter::ItemsCount;
use foldback::cancel::Cancel;
use foldback::domain::aggregates::Aggregates;
use foldback::domain::mapping::envelope::Envelope;
use foldback::store::export::export;
use foldback::store::import::import;
use foldback::store::import::options::ImportOptions;
use foldback::store::import::report::ImportReport;
use foldback::store::jsonl::input::LogInput;
use foldback::store::jsonl::split::{LogEnd, Records};
use foldback::store::sqlite::SqliteStore;
use support::TempStore;

const EVENTS: usize = 1_000_000;

fn main() {
    divan::main();
}

/// A made-up log of a thousand accounts.
fn log() -> String {
    let mut text = String::with_capacity(220 * EVENTS);
    let mut random = 1_u64;
    for n in 0..EVENTS {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (account, amount) = ((random >> 33) % 1000, random >> 50);
        let time = support::at(1_600_000_000 + i64::try_from(n).unwrap());
        writeln!(
            text,
            r#"{{"stream": "acc-{account:06}", "type": "Deposited", "time": "{time}", "data": {{"amount": {amount}, "currency": "EUR", "reference": "made up {n}"}}, "metadata": {{"by": "somebody", "host": "a-host-{account}"}}}}"#
        )
        .unwrap();
    }
    text
}

fn log_file() -> (TempStore, PathBuf) {
    let temp = TempStore::new();
    let path = temp.folder.path().join("log.jsonl");
    std::fs::write(&path, log()).unwrap();
    (temp, path)
}

fn import_file(store: &mut SqliteStore, path: &Path) -> ImportReport {
    let input = LogInput::at(path).unwrap();
    import(store, input, &ImportOptions::default(), &Cancel::never(), &mut |_| {}).unwrap()
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn import_1_000_000(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(EVENTS)).with_inputs(log_file).bench_local_values(|(mut temp, path)| {
        assert_eq!(import_file(&mut temp.store, &path).n_events, EVENTS as u64);
        temp
    });
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn import_1_000_000_that_are_known(bencher: Bencher<'_, '_>) {
    let (mut temp, path) = log_file();
    import_file(&mut temp.store, &path);
    bencher.counter(ItemsCount::new(EVENTS)).bench_local(|| {
        assert_eq!(import_file(&mut temp.store, &path).n_duplicates, EVENTS as u64);
    });
}

#[divan::bench(sample_count = 1, sample_size = 1)]
fn import_1_000_000_that_are_known_from_a_pipe(bencher: Bencher<'_, '_>) {
    let (mut temp, path) = log_file();
    import_file(&mut temp.store, &path);
    bencher.counter(ItemsCount::new(EVENTS)).bench_local(|| {
        let bytes = Box::new(std::fs::File::open(&path).unwrap());
        let input = LogInput::Stream { name: "a pipe".to_owned(), bytes };
        let report = import(&mut temp.store, input, &ImportOptions::default(), &Cancel::never(), &mut |_| {});
        assert_eq!(report.unwrap().n_duplicates, EVENTS as u64);
    });
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn export_1_000_000(bencher: Bencher<'_, '_>) {
    let (mut temp, path) = log_file();
    import_file(&mut temp.store, &path);
    bencher.counter(ItemsCount::new(EVENTS)).bench_local(|| {
        let n = export(&temp.store.log(), None, &mut std::io::sink(), &Cancel::never(), &mut |_| {});
        assert_eq!(n.unwrap(), EVENTS as u64);
    });
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn split_1_000_000(bencher: Bencher<'_, '_>) {
    let text = log();
    let open = || Records::new(Box::new(Cursor::new(text.clone())));
    bencher.counter(ItemsCount::new(EVENTS)).with_inputs(open).bench_local_values(|mut records| {
        let mut n = 0;
        while records.next(LogEnd::Finished).unwrap().is_some() {
            n += 1;
        }
        assert_eq!(n, EVENTS);
    });
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn envelopes_1_000_000(bencher: Bencher<'_, '_>) {
    let text = log();
    let envelope = Envelope::ours();
    bencher.counter(ItemsCount::new(EVENTS)).bench_local(|| {
        let read = |line| envelope.read(line, |_| false).is_ok();
        assert_eq!(text.lines().filter(|line| read(line)).count(), EVENTS);
    });
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn meanings_1_000_000(bencher: Bencher<'_, '_>) {
    let mapping = Aggregates::bank().parse_mapping(include_str!("../../assets/berka.toml")).unwrap();
    let data = r#"{"trans_id": 695560, "amount": "34700.00", "balance": "59453.70", "operation": "cash-withdrawal"}"#;
    bencher.counter(ItemsCount::new(EVENTS)).bench_local(|| {
        let read = || mapping.read_account_event("Debited", divan::black_box(data), None).is_ok();
        assert_eq!((0..EVENTS).filter(|_| read()).count(), EVENTS);
    });
}
