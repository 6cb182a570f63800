//! `--at`: any text is a place in history, or is told how to write one.

use foldback::replay::at::At;
use foldback::runtime::position::{beginning_of, position_of};
use foldback::store::EventReader;

use super::banks::SAMPLE_BANK;

/// The bytes are the text.
pub fn at(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (place, beginning) = (At::parse(&text), At::parse_beginning(&text));
    assert_eq!(place.is_ok(), beginning.is_ok(), "{text:?}");
    assert_eq!(place, At::parse(text.trim()).map_err(|_| At::parse(&text).unwrap_err()), "{text:?}");
    let (Ok(place), Ok(beginning)) = (&place, &beginning) else {
        let why = place.unwrap_err().to_string();
        assert!(why.contains("is no place in history; write a position") && why.len() < 500, "{why}");
        return;
    };
    if let (At::Time(first), At::Time(last)) = (beginning, place) {
        assert!(first <= last, "{text:?}");
    }
    SAMPLE_BANK.with(|bank| {
        let head = bank.store.head().unwrap();
        assert!(position_of(&bank.store, *place).unwrap() <= head, "{text:?}");
        beginning_of(&bank.store, *beginning).unwrap();
    });
}
