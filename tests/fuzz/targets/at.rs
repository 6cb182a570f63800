//! `--at`: any text is a place in history, or gets a message that says how to write one.

use foldback::replay::at::At;
use foldback::runtime::position::{beginning_of, position_of};
use foldback::store::EventReader;

use super::banks::SAMPLE_BANK;

/// The input is the text.
pub fn at(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (place, beginning) = (At::parse(&text), At::parse_beginning(&text));
    assert_eq!(place.is_ok(), beginning.is_ok(), "{text:?}");
    assert_eq!(place, At::parse(text.trim()).map_err(|_| At::parse(&text).unwrap_err()), "{text:?}");
    let (Ok(place), Ok(beginning)) = (&place, &beginning) else {
        let why = place.unwrap_err().to_string();
        let says = [
            "is not a position or time; write a position",
            "is not a time zone",
            "contradicts itself",
            "is uncertain",
        ];
        assert!(says.iter().any(|says| why.contains(says)) && why.len() < 600, "{why}");
        return;
    };
    if let (At::Time(first), At::Time(last)) = (beginning, place) {
        assert!(first <= last, "{text:?}");
    }
    SAMPLE_BANK.with(|bank| {
        let head = bank.store.head().unwrap();
        let begins = beginning_of(&bank.store, *beginning);
        assert_eq!(place.within(head).is_err(), position_of(&bank.store, *place).is_err(), "{text:?}");
        assert_eq!(beginning.beginning_within(head).is_err(), begins.is_err(), "{text:?}");
        assert!(
            position_of(&bank.store, *place).is_ok_and(|at| at <= head) || place.within(head).is_err(),
            "{text:?}"
        );
    });
}
