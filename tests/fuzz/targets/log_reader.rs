//! Logs: in any bytes, every record is an event, or a bad line with its number and a reason.

use std::io::{self, Cursor, Read, Write};
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use foldback::cancel::Cancel;
use foldback::domain::aggregates::Aggregates;
use foldback::domain::aggregates::account::fold::AccountFold;
use foldback::domain::aggregates::account::state::AccountState;
use foldback::domain::event::{
    EVENT_ID_BYTES_MAX, EVENT_TYPE_BYTES_MAX, GlobalPosition, NewEvent, RecordedEvent, STREAM_NAME_BYTES_MAX,
    StreamName,
};
use foldback::store::export::export;
use foldback::store::import::options::ImportOptions;
use foldback::store::jsonl::input::LogInput;
use foldback::store::jsonl::line::{LineReader, LogRecord};
use foldback::store::jsonl::split::{LogEnd, Record, Records};
use foldback::store::jsonl::{DEPTH_MAX, LINE_BYTES_MAX, fingerprint};
use foldback::store::sqlite::SqliteStore;
use foldback::store::{Direction, EventReader};
use serde_json::value::RawValue;

use super::banks::{empty_store, import_bytes};

/// A mapping that uses every part of the envelope.
const ENVELOPE: &str = "[envelope]\nstream = \"a.s\"\ntype = \"t\"\ndata = \".\"\ntime = \"a.at\"\n\
    time_format = \"unix_millis\"\nid = \"id\"\nmetadata = \"m\"\nstream_prefix = \"p-\"\n";

/// The first byte says how the log is read, and whether into a store or only into lines, which takes a hundredth of the
/// time. The others are the log.
pub fn log_reader(bytes: &[u8]) {
    let Some((how, log)) = bytes.split_first() else { return };
    let is = |bit: u8| how & (1 << bit) != 0;
    let packed = is(0).then(|| gzipped(log));
    let log = packed.as_deref().unwrap_or(log);
    let mapping = match (is(1), is(2)) {
        (false, _) => None,
        (true, false) => Some(ENVELOPE.to_owned()),
        (true, true) => Some(include_str!("../../../assets/berka.toml").to_owned()),
    };
    let end = if is(3) { LogEnd::Growing } else { LogEnd::Finished };
    let options = ImportOptions { mapping, is_strict: is(4), end, ..ImportOptions::default() };

    let whole = records_of(log, end, usize::MAX);
    if let Ok(whole) = &whole {
        assert_eq!(Some(whole), records_of(log, end, 3).as_ref().ok(), "the pieces that it comes in matter");
        check_lines(whole, &options);
    }
    if is(6) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut store = empty_store(folder.path());
    let imported = import_bytes(&mut store, log, &options);
    let events = all_events(&store);
    events.iter().for_each(check_event);
    fold(&store, &events);
    let report = match imported {
        Ok(report) => report,
        Err(why) => return assert!(!format!("{why:#}").is_empty()),
    };
    let Ok(whole) = whole else {
        // The end of a compressed log is cut off: the lost part counts as a line that is left out.
        return assert!(report.n_bad > 0, "{report:?}");
    };
    let n_records = n_events_and_bad(&whole, &options);
    let n_told = report.n_events + report.n_duplicates + report.n_bad;
    assert!(n_told <= n_records && report.n_events == events.len() as u64, "{report:?} of {n_records}");
    if mapping_lines(log, end, &options) == 0 {
        assert_eq!(n_told, n_records, "{report:?}");
    }
    for bad in &report.bad {
        assert!(bad.line >= 1 && !bad.why.is_empty(), "{bad:?}");
    }
    let again = import_bytes(&mut store, log, &options).expect("it was imported before");
    assert_eq!((again.n_events, again.n_bad), (0, report.n_bad), "the same log adds nothing");
    if is(5) {
        check_export(&store, &events);
    }
}

fn gzipped(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn input_of(log: &[u8]) -> LogInput {
    LogInput::Stream { name: "a pipe".to_owned(), bytes: Box::new(Cursor::new(log.to_vec())) }
}

/// Gives out a few bytes at a time.
struct Trickle(Box<dyn Read + Send>, usize);

impl Read for Trickle {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.1.min(into.len());
        self.0.read(&mut into[..n])
    }
}

/// The records of a log that comes in pieces of `n` bytes, each with its text.
fn records_of(log: &[u8], end: LogEnd, n: usize) -> io::Result<Vec<(Record, Vec<u8>)>> {
    let text = input_of(log).open().map_err(io::Error::other)?.text;
    let mut records = Records::new(Box::new(Trickle(text, n)));
    let mut all = Vec::new();
    while let Some(record) = records.next(end)? {
        assert!(records.text().len() <= LINE_BYTES_MAX);
        all.push((record, records.text().to_vec()));
    }
    Ok(all)
}

fn line_reader(options: &ImportOptions) -> LineReader {
    let mapping =
        options.mapping.as_ref().map(|text| Arc::new(Aggregates::bank().parse_mapping(text).unwrap()));
    LineReader::new(mapping, &Aggregates::bank())
}

/// Checks that each record is something, or says why not.
fn check_lines(records: &[(Record, Vec<u8>)], options: &ImportOptions) {
    let reader = line_reader(options);
    for (record, text) in records {
        match reader.read(record.found, text, |number| number < 5) {
            Ok(LogRecord::Event(event)) => {
                assert!(StreamName::new(&event.stream).is_ok());
                for json in [Some(&*event.data), event.metadata.as_deref()].into_iter().flatten() {
                    assert!(json.len() <= LINE_BYTES_MAX && fingerprint::depth(json) <= DEPTH_MAX);
                    serde_json::from_str::<&RawValue>(json).unwrap();
                }
            }
            Ok(LogRecord::Mapping(carried)) => {
                drop(Aggregates::bank().parse_mapping(&carried.mapping).unwrap());
            }
            Err(why) => assert!(!why.is_empty()),
        }
    }
}

/// Number of the records, with each event of a batch for one.
fn n_events_and_bad(records: &[(Record, Vec<u8>)], options: &ImportOptions) -> u64 {
    let reader = line_reader(options);
    let n_of = |(record, text): &(Record, Vec<u8>)| match reader.read(record.found, text, |_| true) {
        Ok(_) => 1,
        Err(_) => reader.batch(record.found, text).map_or(1, |events| events.len() as u64),
    };
    records.iter().map(n_of).sum()
}

/// Number of records that carry a mapping: they are neither events nor bad.
fn mapping_lines(log: &[u8], end: LogEnd, options: &ImportOptions) -> usize {
    if options.mapping.is_some() {
        return 0;
    }
    let reader = LineReader::new(None, &Aggregates::bank());
    let is_mapping = |(record, text): &(Record, Vec<u8>)| {
        matches!(reader.read(record.found, text, |_| true), Ok(LogRecord::Mapping(_)))
    };
    records_of(log, end, usize::MAX).unwrap().iter().filter(|record| is_mapping(record)).count()
}

fn all_events(store: &SqliteStore) -> Vec<RecordedEvent> {
    store.read_all(GlobalPosition::new(1), Direction::Forward, usize::MAX >> 1).unwrap()
}

/// Checks that no part of an event exceeds the limits.
fn check_event(event: &RecordedEvent) {
    let RecordedEvent { stream, event_type, id, data, metadata, .. } = event;
    assert!((1..=STREAM_NAME_BYTES_MAX).contains(&stream.as_str().len()));
    assert!((1..=EVENT_TYPE_BYTES_MAX).contains(&event_type.len()));
    assert!(id.as_ref().is_none_or(|id| (1..=EVENT_ID_BYTES_MAX).contains(&id.len())));
    for json in [Some(data), metadata.as_ref()].into_iter().flatten() {
        assert!(json.len() <= LINE_BYTES_MAX && fingerprint::depth(json) <= DEPTH_MAX);
        serde_json::from_str::<&RawValue>(json).unwrap();
    }
}

fn fold(store: &SqliteStore, events: &[RecordedEvent]) {
    let fold = AccountFold { mappings: store.mappings().unwrap() };
    let mut state = AccountState::default();
    for event in events {
        let _ = fold.evolve_account(&mut state, event);
    }
}

/// Checks that an exported log reads back as the same log.
fn check_export(store: &SqliteStore, events: &[RecordedEvent]) {
    let mut log = Vec::new();
    export(&store.log(), None, &mut log, &Cancel::never(), &mut |_| {}).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut other = empty_store(folder.path());
    let report = import_bytes(&mut other, &log, &ImportOptions::default()).unwrap();
    assert_eq!((report.n_bad, report.bad.first()), (0, None));
    let facts = |events: &[RecordedEvent]| events.iter().map(fact).collect::<Vec<_>>();
    assert_eq!(facts(&all_events(&other)), facts(events), "what was exported reads back as it was");
}

/// An event without the values that a store assigns. White space between the values of its JSON may change.
fn fact(event: &RecordedEvent) -> (StreamName, NewEvent) {
    let one_line = |json: &str| json.replace(['\n', '\r'], "");
    let RecordedEvent { stream, id, event_type, time, data, metadata, .. } = event;
    let new = NewEvent {
        id: id.clone(),
        event_type: event_type.clone(),
        time: *time,
        data: one_line(data),
        metadata: metadata.as_deref().map(one_line),
    };
    (stream.clone(), new)
}
