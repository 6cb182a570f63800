//! Lines that are not events: counted, reported, and read once they are complete.

use std::fs;

use foldback::store::EventReader;
use foldback::store::jsonl::input::LogInput;
use foldback::store::jsonl::{BadLine, LINE_BYTES_MAX};

use crate::in_and_out::{
    counts, gz, import_file, import_text, import_with, line, log, piped, report_head, strict,
};
use crate::support::{TempStore, stream};

/// Bytes that are not an event, and the message about them.
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
        text("[1,2]", "it is not a JSON object"),
        text("17", "it is not a JSON object"),
        text(r#"{"type":"T","data":{}}"#, "it has no stream"),
        text(r#"{"stream":"a","data":{}}"#, "it has no type"),
        text(r#"10:22 INFO: {"stream":"a","type":"T"}"#, "there is text before its object: \"10:22 INFO:\""),
        text(r#"{"stream":1,"type":"T","data":{}}"#, "its stream is not a string"),
        text(r#"{"stream":"a","type":{},"data":{}}"#, "its type is not a string"),
        text(&event(r#","time":"soon""#), "its time \"soon\" is not like \"2024-03-14T10:22:07Z\""),
        text(&event(r#","data":{}"#), "the key \"data\" appears twice"),
        text(
            "{\"stream\":\"a\0\",\"type\":\"T\",\"data\":{}}",
            "it is not JSON: control character (\\u0000-\\u001F) found while parsing a string (byte 12)",
        ),
        text("\0", "it is not JSON: expected value (byte 1)"),
        text(&event("").replace('}', ""), "it is not JSON: EOF while parsing an object (byte 33)"),
    ]
}

#[test]
fn a_bad_line_is_counted_with_its_number_and_its_reason_and_the_rest_is_imported() {
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
    // In another import they are bad again, and the rest is known.
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
