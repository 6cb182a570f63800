//! Logs, in and out: what an import takes, what it knows again, and what an export gives back.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends with the first thing that is not as it says"
)]

mod support;

use std::collections::HashMap;
use std::fs;
use std::io::{Cursor, Write};
use std::ops::ControlFlow;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use foldback::domain::aggregates::account::fields::ReadEvent;
use foldback::domain::aggregates::account::{AccountFold, AccountState};
use foldback::domain::chain::ChainHash;
use foldback::domain::event::{
    GlobalPosition, NewEvent, RecordedEvent, SourceId, StreamName, StreamPosition,
};
use foldback::domain::fold::{Fold, Meaning};
use foldback::store::export::export;
use foldback::store::import::report::ImportReport;
use foldback::store::import::{ImportOptions, ImportProgress, import};
use foldback::store::jsonl::input::LogInput;
use foldback::store::jsonl::{BadLine, LINE_BYTES_MAX};
use foldback::store::sqlite::SqliteStore;
use foldback::store::{Direction, EventReader, EventStore, StreamWrite};
use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};
use support::{TempStore, cases, deposit, event, stream, with_id};

/// What an import counts: events, streams, duplicates, bad lines.
type Counts = (u64, u64, u64, u64);

fn counts(report: &ImportReport) -> Counts {
    (report.n_events, report.n_streams, report.n_duplicates, report.n_bad)
}

fn piped(bytes: &[u8]) -> LogInput {
    LogInput::Stream { name: "a pipe".to_owned(), bytes: Box::new(Cursor::new(bytes.to_vec())) }
}

fn import_with(
    store: &mut SqliteStore,
    input: LogInput,
    options: &ImportOptions,
) -> anyhow::Result<ImportReport> {
    import(store, input, options, &mut |_| ControlFlow::Continue(()))
}

/// Imports the text from a pipe.
fn import_text(store: &mut SqliteStore, text: &str) -> ImportReport {
    import_with(store, piped(text.as_bytes()), &ImportOptions::default()).unwrap()
}

fn import_file(store: &mut SqliteStore, path: &Path) -> ImportReport {
    import_with(store, LogInput::at(path).unwrap(), &ImportOptions::default()).unwrap()
}

fn with_mapping(mapping: &str) -> ImportOptions {
    ImportOptions { mapping: Some(mapping.to_owned()), ..ImportOptions::default() }
}

fn strict() -> ImportOptions {
    ImportOptions { is_strict: true, ..ImportOptions::default() }
}

fn all_events(store: &SqliteStore) -> Vec<RecordedEvent> {
    store.read_all(GlobalPosition::new(1), Direction::Forward, usize::MAX >> 1).unwrap()
}

/// The events of a store without their hashes, which are those of this one store.
fn without_hashes(store: &SqliteStore) -> Vec<RecordedEvent> {
    let without = |event| RecordedEvent { hash: ChainHash::default(), ..event };
    all_events(store).into_iter().map(without).collect()
}

/// The events of a store without what the store itself gave them.
fn facts(store: &SqliteStore) -> Vec<(StreamName, NewEvent)> {
    let fact = |e: RecordedEvent| {
        let RecordedEvent { stream, id, event_type, time, data, metadata, .. } = e;
        (stream, NewEvent { id, event_type, time, data, metadata })
    };
    all_events(store).into_iter().map(fact).collect()
}

fn exported(store: &SqliteStore) -> String {
    let mut out = Vec::new();
    export(store, None, &mut out, &mut |_| ControlFlow::Continue(())).unwrap();
    String::from_utf8(out).unwrap()
}

fn gz(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn line(stream: &str, amount: i64) -> String {
    format!("{{\"stream\":\"{stream}\",\"type\":\"deposit\",\"data\":{{\"amount\":{amount}}}}}\n")
}

/// A log of deposits of 0, 1, 2 … to two accounts in turn.
fn log(n: i64) -> String {
    (0..n).map(|i| line(["a", "b"][usize::try_from(i % 2).unwrap()], i)).collect()
}

// ---- what a log may look like ----

/// The same three events in every form that a log may have.
fn forms() -> Vec<(&'static str, Vec<u8>)> {
    let lines = log(3);
    let array = format!("[{}]", lines.trim().replace('\n', ","));
    let opened =
        array.replace("{\"", "{\n  \"").replace(",\"", ",\n  \"").replace("[{", "[\n{").replace(':', ": ");
    let pretty = opened.replace('}', "\n}");
    let (head, tail) = lines.split_at(50);
    vec![
        ("lines", lines.clone().into_bytes()),
        ("no line break at the end", lines.trim_end().as_bytes().to_vec()),
        ("a byte order mark", format!("\u{feff}{lines}").into_bytes()),
        ("CRLF", lines.replace('\n', "\r\n").into_bytes()),
        ("blank lines", format!("\n \n{}\n\n", lines.replace('\n', "\n\t\n")).into_bytes()),
        ("an array", array.into_bytes()),
        ("a pretty array", pretty.clone().into_bytes()),
        ("gzipped lines", gz(&lines)),
        ("a gzipped array", gz(&pretty)),
        ("gzip of two members", [gz(head), gz(tail)].concat()),
    ]
}

#[test]
fn a_log_gives_the_same_events_in_every_form() {
    for (form, bytes) in forms() {
        let mut t = TempStore::new();
        let report = import_with(&mut t.store, piped(&bytes), &strict()).unwrap();
        assert_eq!(counts(&report), (3, 2, 0, 0), "{form}");
        let got: Vec<_> = facts(&t.store)
            .into_iter()
            .map(|(s, e)| (s.to_string(), e.event_type, e.data.replace([' ', '\n'], ""), e.metadata))
            .collect();
        let want = |s: &str, n| (s.to_owned(), "deposit".to_owned(), format!("{{\"amount\":{n}}}"), None);
        assert_eq!(got, [want("a", 0), want("b", 1), want("a", 2)], "{form}");
    }
}

#[test]
fn a_log_that_is_known_adds_nothing_in_any_form_under_any_name() {
    let mut t = TempStore::new();
    assert_eq!(counts(&import_text(&mut t.store, &log(3))), (3, 2, 0, 0));
    for (form, bytes) in forms() {
        let report = import_with(&mut t.store, piped(&bytes), &ImportOptions::default()).unwrap();
        assert_eq!(counts(&report), (0, 0, 3, 0), "{form}, from a pipe");
        let path = t.folder.path().join(format!("{form}.log"));
        fs::write(&path, &bytes).unwrap();
        assert_eq!(counts(&import_file(&mut t.store, &path)), (0, 0, 3, 0), "{form}, from a file");
    }
    assert_eq!((t.store.sources().unwrap().len(), report_head(&t.store)), (1, 3));
}

fn report_head(store: &SqliteStore) -> u64 {
    store.head().unwrap().number()
}

#[test]
fn data_and_metadata_stay_as_they_came_to_the_byte() {
    let data = r#"{ "b" : 1.500, "a":12345678901234567890123, "a":"\u0041\/\ud83d\ude00", "e":1E5 }"#;
    let text = format!(r#"{{"stream":"s","type":"T","data": {data} ,"metadata":[ 1,2 ]}}"#);
    let mut t = TempStore::new();
    assert_eq!(counts(&import_text(&mut t.store, &text)), (1, 1, 0, 0));
    let pretty = "[\n{\"stream\":\"s\",\"type\":\"T\",\"data\":{\n  \"x\": [\r\n 1 ]\n}}\n]";
    assert_eq!(counts(&import_text(&mut t.store, pretty)), (1, 1, 0, 0));
    let got: Vec<_> = facts(&t.store).into_iter().map(|(_, e)| (e.data, e.metadata)).collect();
    let array = "{\n  \"x\": [\r\n 1 ]\n}".to_owned();
    assert_eq!(got, [(data.to_owned(), Some("[ 1,2 ]".to_owned())), (array, None)]);
    // Written out, an event is one line: the line breaks between values are what it loses.
    assert_eq!(exported(&t.store).lines().nth(1), Some(r#"{"stream":"s","type":"T","data":{  "x": [ 1 ]}}"#));
}

// ---- bad lines ----

/// Bytes that are no event, and what is said about them.
fn bad_lines() -> Vec<(Vec<u8>, String)> {
    let event = |more: &str| format!(r#"{{"stream":"a","type":"T","data":{{}}{more}}}"#);
    let deep = format!(r#"{{"stream":"a","type":"T","data":{}{}}}"#, "[".repeat(128), "]".repeat(128));
    let long = event(&format!(r#","x":"{}""#, "x".repeat(LINE_BYTES_MAX)));
    let text = |text: &str, why: &str| (text.as_bytes().to_vec(), why.to_owned());
    vec![
        text(&long, "it is longer than 16 MiB"),
        (
            b"{\"stream\":\"a\xff\",\"type\":\"T\",\"data\":{}}".to_vec(),
            "it is not UTF-8 (after 12 bytes)".to_owned(),
        ),
        text(&deep, "it is nested deeper than 128"),
        text("[1,2]", "it is no JSON object"),
        text("17", "it is no JSON object"),
        text(r#"{"type":"T","data":{}}"#, "it has no stream"),
        text(r#"{"stream":"a","data":{}}"#, "it has no type"),
        text(r#"10:22 INFO: {"stream":"a","type":"T"}"#, "there is text before its object: \"10:22 INFO:\""),
        text(r#"{"stream":1,"type":"T","data":{}}"#, "its stream is no text"),
        text(r#"{"stream":"a","type":{},"data":{}}"#, "its type is no text"),
        text(&event(r#","time":"soon""#), "its time \"soon\" is not like \"2024-03-14T10:22:07Z\""),
        text(&event(r#","data":{}"#), "the key \"data\" stands there twice"),
        text(
            "{\"stream\":\"a\0\",\"type\":\"T\",\"data\":{}}",
            "it is no JSON: control character (\\u0000-\\u001F) found while parsing a string (byte 12)",
        ),
        text("\0", "it is no JSON: expected value (byte 1)"),
        text(&event("").replace('}', ""), "it is no JSON: EOF while parsing an object (byte 33)"),
    ]
}

#[test]
fn a_bad_line_is_counted_with_its_number_and_its_reason_and_the_rest_goes_on() {
    let mut log = line("a", 0).into_bytes();
    let mut expected = Vec::new();
    for (n, (bad, why)) in (2..).step_by(2).zip(bad_lines()) {
        log.extend([bad, b"\r\n".to_vec(), line("a", n).into_bytes()].concat());
        expected.push(BadLine { line: u64::try_from(n).unwrap(), why, is_refused: false });
    }
    let n_bad = expected.len() as u64;
    let mut t = TempStore::new();
    let path = t.folder.path().join("log.jsonl");
    fs::write(&path, log).unwrap();
    let report = import_file(&mut t.store, &path);
    assert_eq!(report.bad, expected);
    assert_eq!(counts(&report), (n_bad + 1, 1, 0, n_bad));
    assert_eq!(t.store.version_at(&stream("a"), report.head).unwrap().number(), n_bad + 1);
    // Again, they are bad again, and the rest is known.
    let again = import_file(&mut t.store, &path);
    assert_eq!((again.bad, again.n_duplicates, again.n_events), (expected, n_bad + 1, 0));
}

#[test]
fn a_strict_import_ends_before_its_first_bad_line() {
    for (bad, why) in bad_lines() {
        let log = [line("a", 0).into_bytes(), bad, b"\n".to_vec(), line("a", 1).into_bytes()].concat();
        let mut t = TempStore::new();
        let path = t.folder.path().join("log.jsonl");
        fs::write(&path, log).unwrap();
        for _again in 0..2 {
            let error = import_with(&mut t.store, LogInput::at(&path).unwrap(), &strict()).unwrap_err();
            let sentence = format!("{}, line 2: {why}; the part before it is imported", path.display());
            assert!(error.to_string().starts_with(&sentence), "{error}");
            assert_eq!(report_head(&t.store), 1, "{why}");
        }
    }
}

#[test]
fn a_line_that_the_log_cuts_off_is_bad_and_read_whole_once_it_is_there() {
    let mut t = TempStore::new();
    let path = t.folder.path().join("log.jsonl");
    let whole = log(3);
    fs::write(&path, &whole[..whole.len() - 5]).unwrap();
    let report = import_file(&mut t.store, &path);
    assert_eq!(
        report.bad,
        [BadLine { line: 3, why: "the log ends in the middle of it".to_owned(), is_refused: false }]
    );
    assert_eq!(counts(&report), (2, 2, 0, 1));
    fs::write(&path, &whole).unwrap();
    assert_eq!(counts(&import_file(&mut t.store, &path)), (1, 1, 2, 0));
}

#[test]
fn an_id_that_belongs_to_another_event_is_a_bad_line() {
    let event = |id: &str, n| format!(r#"{{"stream":"a","type":"T","data":{n},"id":"{id}"}}"#);
    let log = [event("x", 1), event("y", 2), event("x", 3), event("y", 2), event("z", 4)].join("\n");
    let mut t = TempStore::new();
    let report = import_text(&mut t.store, &log);
    let why = "its id x belongs to another event, at position 1".to_owned();
    assert_eq!(report.bad, [BadLine { line: 3, why, is_refused: true }]);
    assert_eq!(counts(&report), (3, 1, 1, 1));
    let mut t = TempStore::new();
    let error = import_with(&mut t.store, piped(log.as_bytes()), &strict()).unwrap_err().to_string();
    assert!(error.starts_with("a pipe, line 3: its id x belongs to another event"), "{error}");
    assert_eq!(report_head(&t.store), 2);
}

#[test]
fn the_end_that_a_cut_archive_lost_is_a_line_left_out_until_the_whole_log_is_imported() {
    let text: String = (0..2000).map(|n| line(&format!("s{}", n * 7919 % 2003), n)).collect();
    let mut bytes = gz(&text);
    bytes.truncate(bytes.len() / 2);
    let mut t = TempStore::new();
    let path = t.folder.path().join("log.jsonl.gz");
    fs::write(&path, &bytes).unwrap();
    let mut n_before = 0;
    for _again in 0..2 {
        let report = import_file(&mut t.store, &path);
        let n_events = report_head(&t.store);
        assert!(n_events > 100, "{n_events}");
        assert_eq!(counts(&report), (n_events - n_before, n_events - n_before, n_before, 1));
        n_before = n_events;
        let left_out = t.store.left_out().unwrap();
        let [(_, _, left_out)] = &left_out[..] else { panic!("{left_out:?}") };
        let words =
            format!("line {}: the packed data ends here: the rest of the log is missing", n_events + 1);
        assert_eq!((left_out.in_words(), report.is_cut()), (words, true));
    }
    let n_events = n_before;
    fs::write(&path, gz(&text)).unwrap();
    let report = import_file(&mut t.store, &path);
    assert_eq!(counts(&report), (2000 - n_events, 2000 - n_events, n_events, 0));
    assert_eq!(t.store.n_lines_left_out().unwrap(), 0, "it is whole now");
}

// ---- what is known again ----

#[test]
fn two_identical_deposits_of_one_log_stay_two() {
    let mut t = TempStore::new();
    let log = line("a", 5).repeat(2);
    assert_eq!(counts(&import_text(&mut t.store, &log)), (2, 1, 0, 0));
    assert_eq!(counts(&import_text(&mut t.store, &log)), (0, 0, 2, 0));
    assert_eq!(counts(&import_text(&mut t.store, &line("a", 5).repeat(3))), (1, 1, 2, 0));
}

#[test]
fn a_log_that_has_grown_adds_what_is_new() {
    let mut t = TempStore::new();
    let path = t.folder.path().join("log.jsonl");
    for (n, expected) in
        [(3, (3, 2, 0, 0)), (3, (0, 0, 3, 0)), (4000, (3997, 2, 3, 0)), (9000, (5000, 2, 4000, 0))]
    {
        fs::write(&path, log(n)).unwrap();
        assert_eq!(counts(&import_file(&mut t.store, &path)), expected, "{n}");
    }
    let source = t.store.sources().unwrap().remove(0);
    assert_eq!((source.name.as_str(), source.read_lines), ("log.jsonl", 9000));
}

#[test]
fn a_log_that_was_edited_adds_only_what_it_did_not_have() {
    let whole = log(6000);
    let mut lines: Vec<&str> = whole.split_inclusive('\n').collect();
    let mut t = TempStore::new();
    let path = t.folder.path().join("log.jsonl");
    lines[3000] = "a broken line\n";
    fs::write(&path, lines.concat()).unwrap();
    assert_eq!(counts(&import_file(&mut t.store, &path)), (5999, 2, 0, 1));
    // The line is repaired, another is left out, and one changes its place.
    lines[3000] = whole.split_inclusive('\n').nth(3000).unwrap();
    lines.remove(5000);
    lines.swap(100, 400);
    fs::write(&path, lines.concat()).unwrap();
    assert_eq!(counts(&import_file(&mut t.store, &path)), (1, 1, 5998, 0));
    assert_eq!(counts(&import_file(&mut t.store, &path)), (0, 0, 5999, 0));
}

#[test]
fn a_log_that_was_cut_and_is_whole_again_adds_nothing() {
    let mut t = TempStore::new();
    let path = t.folder.path().join("log.jsonl");
    for (n, expected) in [(5000, (5000, 2, 0, 0)), (2500, (0, 0, 2500, 0)), (5001, (1, 1, 5000, 0))] {
        fs::write(&path, log(n)).unwrap();
        assert_eq!(counts(&import_file(&mut t.store, &path)), expected, "{n}");
    }
}

#[test]
fn what_was_appended_in_between_makes_no_difference_to_what_is_known() {
    let mut t = TempStore::new();
    import_text(&mut t.store, &log(4));
    let write = StreamWrite { stream: stream("a"), expected: None, events: vec![with_id("1", deposit(2))] };
    t.store.append(&[write]).unwrap();
    assert_eq!(counts(&import_text(&mut t.store, &log(6))), (2, 2, 4, 0));
    assert_eq!(counts(&import_text(&mut t.store, &log(6))), (0, 0, 6, 0));
}

#[test]
fn an_import_that_is_broken_off_leaves_a_whole_store_and_goes_on_later() {
    let mut t = TempStore::new();
    let path = t.folder.path().join("log.jsonl");
    fs::write(&path, log(20_000)).unwrap();
    let mut seen: Vec<ImportProgress> = Vec::new();
    let report = import(&mut t.store, LogInput::at(&path).unwrap(), &ImportOptions::default(), &mut |now| {
        seen.push(now.clone());
        // Asked before there is anything it would be broken off with nothing in the store.
        if now.n_events > 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .unwrap();
    assert!(report.was_cancelled);
    assert_eq!(report.n_events, report_head(&t.store));
    let (last, total) = (seen.last().unwrap(), fs::metadata(&path).unwrap().len());
    assert_eq!((last.n_events, last.n_bytes_total), (report.n_events, Some(total)));
    assert_eq!(seen.iter().filter(|now| now.n_events > 0).count(), 1);
    assert!((500..20_000).contains(&report.n_events), "{}", report.n_events);
    let rest = import_file(&mut t.store, &path);
    assert_eq!(counts(&rest), (20_000 - report.n_events, 2, report.n_events, 0));
    let mut straight = TempStore::new();
    import_file(&mut straight.store, &path);
    assert_eq!(without_hashes(&t.store), without_hashes(&straight.store));
}

#[test]
fn two_that_import_one_log_at_a_time_add_it_once() {
    let t = TempStore::new();
    let path = t.folder.path().join("log.jsonl");
    fs::write(&path, log(20_000)).unwrap();
    let store = t.path();
    let one = || import_file(&mut SqliteStore::open(&store).unwrap(), &path);
    let reports = std::thread::scope(|scope| {
        let both = [scope.spawn(one), scope.spawn(one)];
        both.map(|import| import.join().unwrap())
    });
    assert_eq!(reports.iter().map(|r| r.n_events).sum::<u64>(), 20_000);
    assert_eq!(reports.iter().map(|r| r.n_duplicates).sum::<u64>(), 20_000);
    assert_eq!(reports.iter().map(|r| r.n_bad).sum::<u64>(), 0);
    let amounts = |name| {
        let events = t.store.read_stream(&stream(name), version(1), 20_000).unwrap();
        events.into_iter().map(|event| event.data).collect::<Vec<_>>()
    };
    let expected =
        |from| (from..20_000).step_by(2).map(|n| format!("{{\"amount\":{n}}}")).collect::<Vec<_>>();
    assert_eq!((amounts("a"), amounts("b")), (expected(0), expected(1)));
}

#[test]
fn a_mapping_that_fits_no_line_can_be_put_right() {
    let text = r#"{"acc":"x","kind":"In","body":{"sum":"1.50"}}"#;
    let mut t = TempStore::new();
    assert_eq!(counts(&import_text(&mut t.store, text)), (0, 0, 0, 1));
    let options = with_mapping(FOREIGN);
    let report = import_with(&mut t.store, piped(text.as_bytes()), &options).unwrap();
    assert_eq!((counts(&report), balance(&t.store, "x")), ((1, 1, 0, 0), 150));
}

#[test]
fn a_log_without_a_record_is_nothing() {
    let mut t = TempStore::new();
    for (bytes, n_bad) in [
        (b"".to_vec(), 0),
        (b"\n \n".to_vec(), 0),
        (gz(""), 0),
        (b"[]".to_vec(), 0),
        (b"{".to_vec(), 1),
        (b"[".to_vec(), 1),
    ] {
        let report = import_with(&mut t.store, piped(&bytes), &ImportOptions::default()).unwrap();
        assert_eq!(counts(&report), (0, 0, 0, n_bad), "{bytes:?}");
    }
    assert_eq!(t.store.sources().unwrap(), []);
}

// ---- mappings ----

const FOREIGN: &str = "[envelope]\nstream = \"acc\"\ntype = \"kind\"\ndata = \"body\"\n\
    [meaning]\ncurrency = \"EUR\"\n[meaning.events.In]\nmeans = \"Deposited\"\namount = \"sum\"\n";

fn balance(store: &SqliteStore, account: &str) -> i64 {
    let fold = AccountFold { mappings: store.mappings().unwrap() };
    let mut state = fold.initial();
    for event in store.read_stream(&stream(account), version(1), 1000).unwrap() {
        fold.evolve(&mut state, &event);
    }
    state.balance
}

fn version(number: u64) -> StreamPosition {
    StreamPosition::new(number)
}

#[test]
fn another_meaning_is_recorded_and_another_envelope_is_refused() {
    let text = r#"{"acc":"x","kind":"In","body":{"sum":"1.50","net":"1.25"},"seq":7}"#;
    let mut t = TempStore::new();
    let mut run = |mapping: &str| import_with(&mut t.store, piped(text.as_bytes()), &with_mapping(mapping));
    assert_eq!(counts(&run(FOREIGN).unwrap()), (1, 1, 0, 0));
    let net = FOREIGN.replace("\"sum\"", "\"net\"");
    assert_eq!(counts(&run(&net).unwrap()), (0, 0, 1, 0));
    let error = run(&net.replace("\"body\"", "\".\"")).unwrap_err().to_string();
    assert!(
        error.starts_with("a pipe was imported before with another [envelope] in its mapping"),
        "{error}"
    );
    let error = run("[meaningful]").unwrap_err().to_string();
    assert!(error.starts_with("line 1 of the mapping: unknown field `meaningful`"), "{error}");
    assert_eq!(balance(&t.store, "x"), 125);
    // Without a mapping a known log is read as before.
    assert_eq!(counts(&import_text(&mut t.store, text)), (0, 0, 1, 0));
    let recorded = t.store.sources().unwrap().remove(0).mapping;
    assert_eq!((recorded, balance(&t.store, "x")), (Some(net), 125));
    assert_eq!(facts(&t.store)[0].1.metadata.as_deref(), Some(r#"{"envelope":{"seq":7}}"#));
}

#[test]
fn an_export_carries_the_mappings_along() {
    let mut t = TempStore::new();
    let foreign = r#"{"acc":"x","kind":"In","body":{"sum":"1.50"}}"#;
    import_with(&mut t.store, piped(foreign.as_bytes()), &with_mapping(FOREIGN)).unwrap();
    import_text(&mut t.store, &line("y", 7));
    let minor = "[meaning]\namounts = \"minor_units\"\n[meaning.events.deposit]\nmeans = \"Withdrawn\"\namount = \"amount\"\n";
    import_with(&mut t.store, piped(line("z", 9).as_bytes()), &with_mapping(minor)).unwrap();
    let text = exported(&t.store);
    let quoted = |mapping: &str| serde_json::to_string(mapping).unwrap();
    let expected = [
        format!(r#"{{"foldback":"mapping","source":1,"name":"a pipe","mapping":{}}}"#, quoted(FOREIGN)),
        r#"{"stream":"x","type":"In","data":{"sum":"1.50"},"source":1}"#.to_owned(),
        line("y", 7).trim().to_owned(),
        format!(r#"{{"foldback":"mapping","source":2,"name":"a pipe","mapping":{}}}"#, quoted(minor)),
        r#"{"stream":"z","type":"deposit","data":{"amount":9},"source":2}"#.to_owned(),
    ];
    assert_eq!(text.lines().collect::<Vec<_>>(), expected);
    let mut back = TempStore::new();
    assert_eq!(counts(&import_text(&mut back.store, &text)), (3, 3, 0, 0));
    assert_eq!(exported(&back.store), text);
    for (account, expected) in [("x", 150), ("y", 7), ("z", -9)] {
        assert_eq!(
            (balance(&t.store, account), balance(&back.store, account)),
            (expected, expected),
            "{account}"
        );
    }
    // And again into the store that has it: nothing, and no further source.
    assert_eq!(counts(&import_text(&mut back.store, &text)), (0, 0, 3, 0));
    assert_eq!(back.store.sources().unwrap().len(), 3);
}

#[test]
fn an_export_of_one_stream_has_its_events_only() {
    let mut t = TempStore::new();
    import_text(&mut t.store, &log(5));
    let mut out = Vec::new();
    let n = export(&t.store, Some(&stream("b")), &mut out, &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!((n, String::from_utf8(out).unwrap()), (2, [line("b", 1), line("b", 3)].concat()));
}

// ---- there and back ----

/// Any JSON, as somebody may have written it.
fn json() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        any::<i64>().prop_map(|n| n.to_string()),
        Just("12345678901234567890123.450".to_owned()),
        Just("-0.0e-7".to_owned()),
    ];
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just(r#""\ud800\u0000\/""#.to_owned()),
        number,
        text().prop_map(|text| serde_json::to_string(&text).unwrap()),
    ];
    let space = || prop_oneof![4 => Just(""), 1 => Just(" "), 1 => Just("\n\t"), 1 => Just("\r\n")];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let member = (text(), inner.clone(), space()).prop_map(|(key, value, space)| {
            format!("{}:{space}{value}", serde_json::to_string(&key).unwrap())
        });
        let items = (prop::collection::vec(inner, 0..4), space())
            .prop_map(|(items, space)| format!("[{space}{}]", items.join(&format!(",{space}"))));
        let members = (prop::collection::vec(member, 0..4), space())
            .prop_map(|(members, space)| format!("{{{}{space}}}", members.join(&format!("{space},"))));
        prop_oneof![items, members]
    })
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{1,12}",
        "[a-c]",
        Just("envelope".to_owned()),
        Just("stream".to_owned()),
        Just("\u{1b}]52;\n\0\u{202e}\u{2028}".to_owned()),
    ]
}

fn any_event() -> impl Strategy<Value = (String, NewEvent)> {
    let time = prop::option::of(-2_000_000_000_000_000_i64..4_000_000_000_000_000);
    let metadata = prop::option::of(json());
    (text(), text(), time, json(), any::<bool>(), metadata).prop_map(
        |(stream, event_type, time, data, has_id, metadata)| {
            let time =
                time.map(|micros| foldback::domain::event::Timestamp::from_microsecond(micros).unwrap());
            let id = has_id.then(String::new);
            (stream, NewEvent { id, event_type, time, data, metadata })
        },
    )
}

/// A store with these events, some of them appended and some from logs.
fn filled(events: Vec<(String, NewEvent)>, mapping: Option<&str>) -> TempStore {
    let mut t = TempStore::new();
    for (n, (name, mut event)) in events.into_iter().enumerate() {
        event.id = event.id.map(|_| format!("id \"{n}\""));
        match event.id {
            Some(_) => {
                let write = StreamWrite { stream: stream(&name), expected: None, events: vec![event] };
                t.store.append(&[write]).unwrap();
            }
            None => {
                let mut one = TempStore::new();
                let id = Some(format!("n {n}"));
                let write = StreamWrite {
                    stream: stream(&name),
                    expected: None,
                    events: vec![NewEvent { id, ..event }],
                };
                one.store.append(&[write]).unwrap();
                let line = exported(&one.store).replace(&format!(",\"id\":\"n {n}\""), "");
                let options = ImportOptions { mapping: mapping.map(str::to_owned), ..strict() };
                import_with(&mut t.store, piped(line.as_bytes()), &options).unwrap();
            }
        }
    }
    t
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn a_log_that_is_written_and_read_back_is_the_same_log(
        events in prop::collection::vec(any_event(), 1..12),
        has_mapping in any::<bool>(),
    ) {
        let t = filled(events, has_mapping.then_some("[meaning]\ncurrency = \"EUR\"\n"));
        let text = exported(&t.store);
        let mut back = TempStore::new();
        let report = import_with(&mut back.store, piped(text.as_bytes()), &strict()).unwrap();
        assert_eq!(report.n_events, report_head(&t.store));
        let one_line = |(stream, event): (StreamName, NewEvent)| {
            let strip = |json: String| json.replace(['\n', '\r'], "");
            (stream, NewEvent { data: strip(event.data), metadata: event.metadata.map(strip), ..event })
        };
        let expected: Vec<_> = facts(&t.store).into_iter().map(one_line).collect();
        assert_eq!(facts(&back.store), expected);
        assert_eq!(exported(&back.store), text);
        let meanings = |store: &SqliteStore| {
            let mappings = store.mappings().unwrap();
            all_events(store).iter().map(|event| mappings.read(event, None)).collect::<Vec<_>>()
        };
        let read = |(meaning, currency): &(Result<ReadEvent, _>, _)| (meaning.is_ok(), *currency);
        let (there, here) = (meanings(&t.store), meanings(&back.store));
        assert_eq!(there.iter().map(read).collect::<Vec<_>>(), here.iter().map(read).collect::<Vec<_>>());
    }

    #[test]
    fn whatever_bytes_are_read_the_store_stays_whole_and_knows_them_again(
        lines in prop::collection::vec(prop_oneof![
            any_event().prop_map(|(stream, e)| format!(
                "{{\"stream\":{},\"type\":{},\"data\":{}}}",
                serde_json::to_string(&stream).unwrap(),
                serde_json::to_string(&e.event_type).unwrap(),
                e.data.replace(['\n', '\r'], ""),
            )),
            json().prop_map(|json| json.replace(['\n', '\r'], "")),
            "[\\[\\]{}\",: a\\\\]{0,12}",
        ], 0..12),
        is_array in any::<bool>(),
        cut in 0..40_usize,
    ) {
        let mut text = if is_array { format!("[{}]", lines.join(",\n")) } else { lines.join("\n") };
        let end = (0..=text.len().saturating_sub(cut)).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        text.truncate(end);
        let mut t = TempStore::new();
        let first = import_text(&mut t.store, &text);
        assert_eq!(first.n_events, report_head(&t.store));
        assert_eq!(first.n_bad, first.bad.len() as u64);
        let again = import_text(&mut t.store, &text);
        assert_eq!((again.n_events, again.n_duplicates, again.bad), (0, first.n_events, first.bad));
    }
}

// ---- a real bank's log ----

#[test]
fn the_history_of_a_real_bank_adds_up_at_every_version() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/berka.jsonl.gz");
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return;
    }
    let mut t = TempStore::new();
    let options = with_mapping(include_str!("../assets/berka.toml"));
    let report = import_with(&mut t.store, LogInput::at(&path).unwrap(), &options).unwrap();
    assert_eq!((counts(&report), report.head), ((50_369, 1_229, 0, 0), GlobalPosition::new(50_369)));
    let fold = AccountFold { mappings: t.store.mappings().unwrap() };
    let mut accounts: HashMap<StreamName, (AccountState, i64)> = HashMap::new();
    let mut n_granted = 0;
    for event in all_events(&t.store) {
        assert_eq!(event.source, Some(SourceId(1)));
        let (state, sum) = accounts.entry(event.stream.clone()).or_default();
        let data: serde_json::Value = serde_json::from_str(&event.data).unwrap();
        let hellers =
            |sign: i64| sign * data["amount"].as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
        *sum += match event.event_type.as_str() {
            "Credited" => hellers(1),
            "Debited" => hellers(-1),
            _ => 0,
        };
        let expected = match event.event_type.as_str() {
            "LoanGranted" => Meaning::NotUnderstood("the mapping names no such event".into()),
            _ => Meaning::Understood,
        };
        n_granted += u64::from(expected != Meaning::Understood);
        assert_eq!(fold.evolve(state, &event), expected, "{} at version {}", event.stream, event.version);
        assert_eq!(state.balance, *sum, "{} at version {}", event.stream, event.version);
    }
    assert!(n_granted > 0);
    assert_eq!(
        counts(&import_with(&mut t.store, LogInput::at(&path).unwrap(), &options).unwrap()),
        (0, 0, 50_369, 0)
    );
    let text = exported(&t.store);
    let mut back = TempStore::new();
    assert_eq!(counts(&import_text(&mut back.store, &text)), (50_369, 1_229, 0, 0));
    assert_eq!(exported(&back.store), text);
}

#[test]
fn events_of_no_time_and_no_meaning_are_kept_like_all_others() {
    let mut t = TempStore::new();
    let write =
        StreamWrite { stream: stream("a"), expected: None, events: vec![with_id("1", event("Odd", "[]"))] };
    t.store.append(&[write]).unwrap();
    assert_eq!(exported(&t.store), "{\"stream\":\"a\",\"type\":\"Odd\",\"data\":[],\"id\":\"1\"}\n");
}
