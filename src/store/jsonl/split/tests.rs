//! Tests of splitting a log into its records.

use super::*;

/// Gives out a few bytes at a time, so that every cut is tried.
struct Trickle(io::Cursor<Vec<u8>>, usize);

impl Read for Trickle {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.1.min(into.len());
        self.0.read(&mut into[..n])
    }
}

fn split_by(text: &[u8], end: LogEnd, n: usize) -> Vec<String> {
    let mut records = Records::new(Box::new(Trickle(io::Cursor::new(text.to_vec()), n)));
    let mut all = Vec::new();
    while let Some(record) = records.next(end).unwrap() {
        let text = String::from_utf8_lossy(records.text()).trim().to_owned();
        all.push(match record.found {
            RecordContent::Text { .. } => format!("{} {text}", record.line),
            found => format!("{} {found:?}", record.line),
        });
    }
    all
}

#[track_caller]
fn check(text: &str, end: LogEnd, expected: &[&str]) {
    for n in [1, 2, 3, 7, 1000] {
        assert_eq!(split_by(text.as_bytes(), end, n), expected, "{n} bytes at a time of {text:?}");
    }
}

#[test]
fn a_line_is_a_record_whatever_it_ends_with() {
    use LogEnd::{Finished, Growing};
    check("", Finished, &[]);
    check(" \n\n", Finished, &[]);
    check("{\"a\":1}\n{\"b\":2}\n", Finished, &["1 {\"a\":1}", "2 {\"b\":2}"]);
    check("\u{feff}{\"a\":1}\r\n\r\n \n{\"b\":2}", Finished, &["1 {\"a\":1}", "4 {\"b\":2}"]);
    check("{\"a\":1}\n\u{feff}{\"b\":2}\n", Finished, &["1 {\"a\":1}", "2 {\"b\":2}"]);
    check("\n\u{ff}x\n", Finished, &["2 \u{ff}x"]);
    check("{\"a\":1}\n{\"b\":", Finished, &["1 {\"a\":1}", "2 CutOff"]);
    check("{\"a\":1}\n{\"b\":2}", Growing, &["1 {\"a\":1}"]);
}

#[test]
fn an_element_of_an_array_is_a_record_however_it_is_printed() {
    use LogEnd::{Finished, Growing};
    let both = ["1 {\"a\":[\"]}\",{}]}", "1 {\"b\":2}"];
    check("[{\"a\":[\"]}\",{}]},{\"b\":2}]", Finished, &both);
    check(
        "\u{feff} [\n{\"a\":\n1}\n,\n\n {\"b\":\"\\\"]\"} ]\n",
        Finished,
        &["2 {\"a\":\n1}", "6 {\"b\":\"\\\"]\"}"],
    );
    check("[]", Finished, &[]);
    check("[\n]\n{\"a\":1}\n", Finished, &["3 {\"a\":1}"]);
    check("[1, \"x,]\" ,null,[2]]", Finished, &["1 1", "1 \"x,]\"", "1 null", "1 [2]"]);
    check("[{\"a\":1},\n", Finished, &["1 {\"a\":1}", "2 NotClosed"]);
    check("[{\"a\":1},\n{\"b\":", Finished, &["1 {\"a\":1}", "2 CutOff"]);
    check("[{\"a\":1},\n{\"b\":", Growing, &["1 {\"a\":1}"]);
}

#[test]
fn values_are_records_whatever_is_between_them() {
    use LogEnd::{Finished, Growing};
    let both = ["1 {\"a\":1}", "1 {\"b\":2}"];
    for text in [
        "{\"a\":1}{\"b\":2}",
        "{\"a\":1} {\"b\":2}\n",
        "{\"a\":1},{\"b\":2}",
        "\u{1e}{\"a\":1}\u{1e}{\"b\":2}",
    ] {
        check(text, Finished, &both);
    }
    check("\u{1e}{\"a\":1}\n\u{1e}{\"b\":2}\n", Finished, &["1 {\"a\":1}", "2 {\"b\":2}"]);
    check("{\"a\":1}{\"b\":2}\n{\"c\":3}\n", Finished, &["1 {\"a\":1}", "1 {\"b\":2}", "2 {\"c\":3}"]);
    check(
        "{\n \"a\": 1\n}\n\n{\n \"b\": \"}\"\n}",
        Finished,
        &["1 {\n \"a\": 1\n}", "5 {\n \"b\": \"}\"\n}"],
    );
    check("{\n \"a\": [\n{\"x\":1},\n{\"x\":2}]}\n", Finished, &["1 {\n \"a\": [\n{\"x\":1},\n{\"x\":2}]}"]);
    check("{\n\"a\":1}\n{\"b\":", Finished, &["1 {\n\"a\":1}", "3 CutOff"]);
    check("{\n\"a\":1}\n{\"b\":", Growing, &["1 {\n\"a\":1}"]);
    check("{\n\"a\":", Finished, &["1 CutOff"]);
    check("{\n\"a\":", Growing, &[]);
    check("[{\"a\":1}]\n[{\"b\":2}]\n{\"c\":3}\n", Finished, &["1 {\"a\":1}", "2 {\"b\":2}", "3 {\"c\":3}"]);
}

#[test]
fn a_broken_first_line_does_not_take_the_next_ones_with_it() {
    use LogEnd::{Finished, Growing};
    for broken in ["{\"a\":", "{\"a", "{\"a\":{}", "{", "{\"a\":1}}", "{\"a\":1}x"] {
        let expected = [format!("1 {broken}"), "2 {\"b\":2}".to_owned(), "3 {\"c\":3}".to_owned()];
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        check(&format!("{broken}\n{{\"b\":2}}\n{{\"c\":3}}\n"), Finished, &expected);
        check(&format!("{broken}\n{{\"b\":2}}\n{{\"c\":3}}\n"), Growing, &expected);
        check(&format!("{broken}\n{{\"b\":2}}"), Finished, &expected[..2]);
    }
}

#[test]
fn a_broken_element_does_not_take_the_next_ones_with_it() {
    use LogEnd::Finished;
    check("[oops\n{\"a\":1}]", Finished, &["1 oops", "2 {\"a\":1}"]);
    check("[{\"a\":\"x},\n\"b\":2},\n{\"c\":3}]", Finished, &["1 {\"a\":\"x},\n\"b\":2}", "3 {\"c\":3}"]);
    check("[\"x\n{\"c\":3}}\n]", Finished, &["1 \"x", "2 {\"c\":3}", "2 }"]);
}

#[test]
fn the_same_records_are_the_same_log_in_every_form() {
    let so_far = |text: &str| {
        let mut records = Records::new(Box::new(io::Cursor::new(text.as_bytes().to_vec())));
        while records.next(LogEnd::Finished).unwrap().is_some() {}
        let ReadSoFar { n_bytes, hash, .. } = records.so_far();
        (n_bytes, hash)
    };
    let lines = so_far("{\"a\":1}\n{\"b\":[2]}\n");
    for same in [
        "{\"a\":1}\n{\"b\":[2]}",
        "\u{feff}{\"a\": 1}\r\n\r\n{\"b\": [2]}\r\n",
        "[{\"a\":1},{\"b\":[2]}]",
        "[\n  {\n    \"a\": 1\n  },\n  {\n    \"b\": [\n      2\n    ]\n  }\n]\n",
        "{\"a\":1}\n{\"b\":[2]}\n{\"c\":",
        "{\"a\":1}{\"b\":[2]}",
        "\u{1e}{\"a\":1}\n\u{1e}{\"b\":[2]}\n",
        "{\n \"a\": 1\n}\n{\n \"b\": [2]\n}\n",
        "[{\"a\":1}]\n[{\"b\":[2]}]\n",
    ] {
        assert_eq!(so_far(same), lines, "{same}");
    }
    assert_ne!(so_far("{\"a\":1}\n{\"b\":[3]}\n"), lines);
}

#[test]
fn a_record_that_is_too_long_is_passed_over_and_the_next_one_is_read() {
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(LINE_BYTES_MAX));
    let fits = format!("\"{}\"", "x".repeat(LINE_BYTES_MAX - 2));
    let lines = format!("{long}\n{fits}\n{{\"b\":2}}\n{long}");
    let found = split_by(lines.as_bytes(), LogEnd::Finished, READ_BYTES);
    assert_eq!(
        found,
        ["1 TooLong".to_owned(), format!("2 {fits}"), "3 {\"b\":2}".to_owned(), "4 TooLong".to_owned()]
    );
    let array = format!("[{long},{{\"b\":2}}]");
    assert_eq!(split_by(array.as_bytes(), LogEnd::Finished, READ_BYTES), ["1 TooLong", "1 {\"b\":2}"]);
}

#[test]
fn a_growing_log_continues_where_reading_stopped() {
    let (mut reader, mut writer) = (tempfile::NamedTempFile::new().unwrap(), Vec::new());
    let file = reader.reopen().unwrap();
    let mut records = Records::new(Box::new(file));
    let mut found = Vec::new();
    for piece in ["", "{\"a\"", ":1}\n{", "\"b\":2}", "\n", "{\"c\":3}\n"] {
        use std::io::Write;
        reader.write_all(piece.as_bytes()).unwrap();
        writer.push(piece);
        while records.next(LogEnd::Growing).unwrap().is_some() {
            found.push((writer.len(), String::from_utf8_lossy(records.text()).into_owned()));
        }
    }
    let text = str::to_owned;
    assert_eq!(found, [(3, text("{\"a\":1}")), (5, text("{\"b\":2}")), (6, text("{\"c\":3}"))]);
}
