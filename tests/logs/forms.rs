//! The forms that a log may have, with the same events in each.

use std::fs;

use foldback::store::import::options::ImportOptions;
use foldback::store::{EventStore, StreamWrite};

use crate::in_and_out::{
    counts, exported, facts, gz, import_file, import_text, import_with, log, piped, report_head, strict,
};
use crate::support::{TempStore, event, stream, with_id};

/// The same three events in every form of a log.
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
    // An exported event is one line: it loses only the line breaks between values.
    assert_eq!(exported(&t.store).lines().nth(1), Some(r#"{"stream":"s","type":"T","data":{  "x": [ 1 ]}}"#));
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

#[test]
fn events_of_no_time_and_no_meaning_are_kept_like_all_others() {
    let mut t = TempStore::new();
    let write =
        StreamWrite { stream: stream("a"), expected: None, events: vec![with_id("1", event("Odd", "[]"))] };
    t.store.append(&[write]).unwrap();
    assert_eq!(exported(&t.store), "{\"stream\":\"a\",\"type\":\"Odd\",\"data\":[],\"id\":\"1\"}\n");
}
