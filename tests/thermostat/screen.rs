//! The thermostats on the screen: state pane, chart, event list and query view, at the head and in the past.

use std::fs;
use std::path::Path;

use foldback::cli::print::{PrintedScreen, screen};
use foldback::tui::model::size::Size;
use foldback::tui::script::keys_of;

use super::{aggregates, little_house};

/// Compares the screen after these keys with a file beside this one, which is written with `FOLDBACK_BLESS=1`.
fn check(name: &str, keys: &str, (width, height): (u16, u16)) {
    let temp = little_house();
    let (path, keys, size) = (temp.path(), keys_of(keys).unwrap(), Size { width, height });
    let request =
        PrintedScreen { path: &path, map: None, at: None, keys: &keys, size, aggregates: &aggregates() };
    let shown = screen(&request).unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/thermostat").join(format!("{name}.txt"));
    if std::env::var_os("FOLDBACK_BLESS").is_some() {
        fs::write(&file, &shown).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap();
    assert_eq!(shown, expected, "{name}:\n{shown}");
}

#[test]
fn at_the_head_event_list_state_chart_and_row_have_its_fields() {
    check("head", "", (110, 30));
}

#[test]
fn rows_of_now_say_by_how_much_they_differ_from_a_state_of_the_past() {
    check("past", "hh<tab><tab>j", (110, 30));
}

#[test]
fn rows_as_of_the_playhead_are_those_of_then() {
    check("as_of_playhead", "hha", (80, 24));
}

#[test]
fn before_its_first_event_a_thermostat_has_no_values() {
    check("beginning", "ga", (80, 24));
}

#[test]
fn a_filter_looks_into_its_listed_texts() {
    check("filtered", "<tab><tab>iATT<enter>", (80, 24));
}

#[test]
fn help_and_prompt_say_thermostat() {
    check("help", "?", (110, 40));
    check("prompt", ":", (110, 40));
}
