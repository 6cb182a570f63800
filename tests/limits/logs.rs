//! Limits for logs and imports.

use std::io::{Cursor, Read};

use flate2::Compression;
use flate2::write::GzEncoder;
use foldback::domain::aggregates::Aggregates;
use foldback::domain::event::{EVENT_ID_BYTES_MAX, EVENT_TYPE_BYTES_MAX, STREAM_NAME_BYTES_MAX};
use foldback::domain::mapping::MAPPING_BYTES_MAX;
use foldback::sample::bank_shape::EVENTS_MAX;
use foldback::store::import::options::BAD_LINES_KEPT_MAX;
use foldback::store::jsonl::input::LogInput;
use foldback::store::jsonl::packed::{UNPACKED_BYTES_FREE, UNPACKED_RATIO_MAX};
use foldback::store::jsonl::split::heading::COLUMNS_MAX;
use foldback::store::jsonl::split::{LogEnd, Records};
use foldback::store::jsonl::{DEPTH_MAX, LINE_BYTES_MAX};

use crate::limit::{Limit, bytes, check, count, event, foldback, imported, limit};

/// Limits for logs and imports.
pub(crate) fn of_logs() -> Vec<Limit> {
    [of_records(), of_whole_logs()].into_iter().flatten().collect()
}

fn of_records() -> Vec<Limit> {
    vec![
        limit(
            "a line of a log that is read",
            bytes(LINE_BYTES_MAX),
            "a bad line: it is longer than 16 MiB",
            || bad_line(&format!(r#"{{"stream":"a","type":"T","data":"{}"}}"#, "x".repeat(LINE_BYTES_MAX))),
        ),
        limit(
            "the depth of the JSON in a line",
            DEPTH_MAX.to_string(),
            "a bad line: it is nested deeper than 128",
            || bad_line(&event("a", "T", "i", &"[".repeat(100_000))),
        ),
        limit(
            "a stream's name",
            bytes(STREAM_NAME_BYTES_MAX),
            "a bad line: a stream's name cannot be longer than 512 bytes",
            || bad_line(&event(&"s".repeat(STREAM_NAME_BYTES_MAX + 1), "T", "i", "1")),
        ),
        limit(
            "an event's type",
            bytes(EVENT_TYPE_BYTES_MAX),
            "a bad line: a type has 1 to 512 bytes",
            || bad_line(&event("a", &"t".repeat(EVENT_TYPE_BYTES_MAX + 1), "i", "1")),
        ),
        limit("an event's id", bytes(EVENT_ID_BYTES_MAX), "a bad line: an id has 1 to 512 bytes", || {
            bad_line(&event("a", "T", &"i".repeat(EVENT_ID_BYTES_MAX + 1), "1"))
        }),
        limit(
            "bad lines that are reported with their reasons",
            count(BAD_LINES_KEPT_MAX),
            "the others are counted",
            || {
                let report = imported(&"x\n".repeat(BAD_LINES_KEPT_MAX + 7));
                assert_eq!(
                    (report.n_bad as usize, report.bad.len()),
                    (BAD_LINES_KEPT_MAX + 7, BAD_LINES_KEPT_MAX)
                );
                "the others are counted".to_owned()
            },
        ),
    ]
}

fn of_whole_logs() -> Vec<Limit> {
    let unpacked = format!(
        "{UNPACKED_RATIO_MAX} times the compressed size (checked only above {})",
        bytes(UNPACKED_BYTES_FREE as usize)
    );
    vec![
        limit(
            "the unpacked size of a compressed log",
            unpacked,
            "it unpacks to more than 250 times its length",
            || {
                let blank = || std::io::repeat(b' ').take(UNPACKED_BYTES_FREE + (1 << 20));
                let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
                std::io::copy(&mut blank(), &mut gzip).unwrap();
                let packed = [gzip.finish().unwrap(), zstd::encode_all(blank(), 1).unwrap()];
                let [why, same] = packed.map(why_not_unpacked);
                assert_eq!(why, same);
                why
            },
        ),
        limit(
            "a line of a log that is skipped as a bad line",
            "256 MiB".to_owned(),
            "no line ends within 256 MiB: it is not a log",
            || {
                let mut records = Records::new(Box::new(std::io::repeat(b'x')));
                records.next(LogEnd::Finished).unwrap_err().to_string()
            },
        ),
        limit("the columns of a table (CSV)", count(COLUMNS_MAX), "it is not JSON", || {
            let table = |n: usize| format!("{0}\n{0}\n", vec!["a"; n].join(","));
            let found = |n: usize| {
                let mut records = Records::new(Box::new(Cursor::new(table(n))));
                assert!(records.next(LogEnd::Finished).unwrap().is_some());
                records.table_words()
            };
            assert_eq!(found(COLUMNS_MAX), Some("CSV"));
            assert_eq!(found(COLUMNS_MAX + 1), None);
            imported(&table(COLUMNS_MAX + 1)).bad[0].why.clone()
        }),
        limit("a mapping file", bytes(MAPPING_BYTES_MAX), "a mapping file has 1 MiB at most", || {
            Aggregates::bank().parse_mapping(&"#".repeat(MAPPING_BYTES_MAX + 1)).unwrap_err().to_string()
        }),
        limit(
            "the events of a generated log (`sample`)",
            count(usize::try_from(EVENTS_MAX).unwrap()),
            format!("is not in 0..={EVENTS_MAX}"),
            || foldback(&["sample", "bank", "--events", &(EVENTS_MAX + 1).to_string()]),
        ),
    ]
}

/// The reason why a line is bad; the line after it is read.
fn why_not_unpacked(packed: Vec<u8>) -> String {
    let mut log = LogInput::Stream { name: "a bomb".to_owned(), bytes: Box::new(Cursor::new(packed)) };
    std::io::copy(&mut log.open().unwrap().text, &mut std::io::sink()).unwrap_err().to_string()
}

fn bad_line(line: &str) -> String {
    let report = imported(&format!("{line}\n{}\n", event("a", "T", "j", "1")));
    assert_eq!((report.n_bad, report.n_events), (1, 1));
    format!("a bad line: {}", report.bad[0].why)
}

#[test]
fn beyond_each_limit_of_a_log_there_is_a_sentence() {
    check(&of_logs());
}
