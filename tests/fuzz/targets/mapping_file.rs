//! Mapping files: any text is a mapping or the message names the wrong line, and mapped lines can be read.

use foldback::domain::aggregates::Aggregates;
use foldback::domain::aggregates::account::events::KNOWN_TYPES;
use foldback::domain::event::StreamName;
use foldback::domain::money::Currency;
use foldback::store::jsonl::fingerprint;
use foldback::store::jsonl::line::{LineReader, LogRecord};
use foldback::store::jsonl::split::RecordContent;
use foldback::store::jsonl::write::mapping_line;

/// The bytes up to the first NUL are the mapping file, and each line after it is one of a log.
pub fn mapping_file(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (file, lines) = text.split_once('\0').unwrap_or((&text, ""));
    let mapping = match Aggregates::bank().parse_mapping(file) {
        Ok(mapping) => mapping,
        Err(bad) => {
            let n_lines = file.bytes().filter(|byte| *byte == b'\n').count() + 1;
            assert!((1..=n_lines).contains(&bad.line) && !bad.why.is_empty(), "{bad:?}");
            return;
        }
    };
    assert_eq!(Aggregates::bank().parse_mapping(file), Ok(mapping.clone()));
    check_carried(file);
    let currencies = [None, Currency::from_code("EUR"), Currency::from_code("JPY")];
    for line in lines.lines() {
        for event_type in KNOWN_TYPES {
            let _ = mapping.read_account_event(event_type, line, None);
        }
        let Ok(event) = mapping.envelope().read(line, |number| number % 2 == 0) else { continue };
        assert!(StreamName::new(&event.stream).is_ok());
        for currency in currencies {
            let _ = mapping.read_account_event(&event.event_type, &event.data, currency);
        }
    }
}

/// Checks that a log carries the file unchanged.
fn check_carried(file: &str) {
    let mut line = String::new();
    mapping_line(7, "a log", file, &mut line);
    let found = RecordContent::Text { depth: fingerprint::depth(&line) };
    let carried =
        LineReader::new(None, &Aggregates::bank()).read(found, line.trim_end().as_bytes(), |_| false);
    let Ok(LogRecord::Mapping(carried)) = carried else { panic!("{carried:?}") };
    assert_eq!((carried.source, carried.name.as_str(), carried.mapping.as_str()), (7, "a log", file));
}
