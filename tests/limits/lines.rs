//! Limits for typed text.

use std::process::Command as Process;

use foldback::cli::verify::RECEIPTS_BYTES_MAX;
use foldback::domain::aggregates::Aggregates;
use foldback::domain::command::COMMAND_BYTES_MAX;
use foldback::domain::event::GlobalPosition;
use foldback::domain::money::decimal::AMOUNT_CHARS_MAX;
use foldback::replay::at::{AT_BYTES_MAX, At};
use foldback::replay::search::{N_TEXTS_MAX, N_TYPES_MAX, SEARCH_BYTES_MAX, Search};
use foldback::tui::message::Message;
use foldback::tui::model::places::{PLACES_MAX, VisitedPlaces};
use foldback::tui::model::prompt::{HISTORY_LINES_MAX, PROMPT_CHARS_MAX};
use foldback::tui::update::update;

use crate::limit::{Limit, bytes, check, count, limit, model, notice, press};

fn why_no_command(text: &str) -> String {
    Aggregates::bank().commands().parse(text).unwrap_err().0
}

/// Limits for typed text.
pub(crate) fn of_lines() -> Vec<Limit> {
    let left_out = format!("a line has {PROMPT_CHARS_MAX} characters at most: the rest was left out");
    vec![
        limit("a line of the prompt", format!("{} characters", count(PROMPT_CHARS_MAX)), left_out, || {
            let mut model = model();
            press(&mut model, ":");
            let _ = update(&mut model, Message::Pasted("x".repeat(PROMPT_CHARS_MAX + 1)));
            notice(&model)
        }),
        limit("lines in the prompt's history", count(HISTORY_LINES_MAX), "the oldest is forgotten", || {
            let mut model = model();
            (0..HISTORY_LINES_MAX + 3).for_each(|n| press(&mut model, &format!(":goto 0.{n}%<enter>")));
            assert_eq!((model.history.len(), model.history[0].as_str()), (HISTORY_LINES_MAX, "goto 0.3%"));
            "the oldest is forgotten".to_owned()
        }),
        limit("a command (`do`)", bytes(COMMAND_BYTES_MAX), "a command is at most 4096 bytes long", || {
            why_no_command(&format!("freeze acc-1 --reason {}", "x".repeat(COMMAND_BYTES_MAX)))
        }),
        limit(
            "a file of receipts",
            bytes(usize::try_from(RECEIPTS_BYTES_MAX).unwrap()),
            "is longer than 16 MiB, the limit for a file of receipts",
            || {
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join("receipts");
                std::fs::write(&path, vec![b' '; usize::try_from(RECEIPTS_BYTES_MAX).unwrap() + 1]).unwrap();
                let words = ["verify", "bank.db", "--receipt", path.to_str().unwrap()];
                let output = Process::new(env!("CARGO_BIN_EXE_foldback")).args(words).output().unwrap();
                assert_eq!(output.status.code(), Some(1));
                String::from_utf8(output.stderr).unwrap()
            },
        ),
        limit("an amount", format!("{AMOUNT_CHARS_MAX} characters"), "is not an amount", || {
            why_no_command(&format!("deposit acc-1 {}", "9".repeat(AMOUNT_CHARS_MAX + 1)))
        }),
        limit("a position or time (`--at`)", bytes(AT_BYTES_MAX), "is not a position or time", || {
            At::parse(&"1".repeat(AT_BYTES_MAX + 1)).unwrap_err().to_string()
        }),
        limit("a search", bytes(SEARCH_BYTES_MAX), "a search is at most 4096 bytes long", || {
            Search::parse(&"x".repeat(SEARCH_BYTES_MAX + 1)).unwrap_err().0
        }),
        limit("texts in a search", N_TEXTS_MAX.to_string(), "a search has at most 8 texts", || {
            Search::parse(&"x ".repeat(N_TEXTS_MAX + 1)).unwrap_err().0
        }),
        limit("types in a search", N_TYPES_MAX.to_string(), "a search has at most 16 types", || {
            Search::parse(&"type:x ".repeat(N_TYPES_MAX + 1)).unwrap_err().0
        }),
        limit("positions to go back to", PLACES_MAX.to_string(), "the oldest is forgotten", || {
            let mut places = VisitedPlaces::default();
            (0..200_u64).for_each(|n| places.leave(GlobalPosition::new(n)));
            let mut here = GlobalPosition::new(1_000);
            let n_back = std::iter::from_fn(|| places.back(here).inspect(|place| here = *place)).count();
            assert_eq!(n_back, PLACES_MAX);
            "the oldest is forgotten".to_owned()
        }),
    ]
}

#[test]
fn beyond_each_limit_of_a_line_there_is_a_sentence() {
    check(&of_lines());
}
