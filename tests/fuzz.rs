//! Any input: no bytes make the program panic, hang, or give a wrong answer.

#[path = "fuzz/mutation.rs"]
mod mutation;
mod support;
#[path = "fuzz/targets.rs"]
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};

use mutation::Arsenal;
use proptest::test_runner::{TestCaseError, TestError, TestRunner};
use support::cases;
use targets::{TARGETS, Target};

/// Runs a target on its saved inputs, and on `n` inputs derived from them.
fn attack(name: &str, n: u32) {
    let target: Target = TARGETS.iter().find(|(other, _)| *other == name).unwrap().1;
    let arsenal = Arsenal::of(name);
    for (file, bytes) in &arsenal.saved {
        let ended = catch_unwind(AssertUnwindSafe(|| target(bytes)));
        assert!(ended.is_ok(), "tests/fuzz/inputs/{name}/{file} is not taken as it must be");
    }
    let outcome = TestRunner::new(cases(n)).run(&arsenal.inputs(), |bytes| {
        let ended = catch_unwind(AssertUnwindSafe(|| target(&bytes)));
        ended.map_err(|_| TestCaseError::fail("it panicked, see above"))
    });
    if let Err(TestError::Fail(why, bytes)) = outcome {
        let text = String::from_utf8_lossy(&bytes);
        panic!("{why}\nthe bytes, to be saved in tests/fuzz/inputs/{name}:\n{bytes:?}\n{text:?}");
    }
}

#[test]
fn any_text_is_a_place_in_history_or_gets_the_notation() {
    attack("at", 10_000);
}

#[test]
fn any_line_can_be_typed_and_is_understood_or_refused() {
    attack("command_line", 120);
}

#[test]
fn any_text_is_an_expression_or_names_the_character_that_is_wrong() {
    attack("expression", 2_000);
}

#[test]
fn any_line_of_a_fold_process_is_an_answer_or_none() {
    attack("fold_answer", 10_000);
}

#[test]
fn of_any_bytes_every_record_is_an_event_or_a_bad_line() {
    attack("log_reader", 200);
}

#[test]
fn any_text_is_a_mapping_or_names_the_line_that_is_wrong() {
    attack("mapping_file", 10_000);
}

#[test]
fn whatever_is_pressed_the_screen_is_drawn_and_cannot_act_on_the_terminal() {
    attack("screen", 60);
}

#[test]
fn any_file_is_a_store_or_stays_as_it_was() {
    attack("sqlite_opener", 300);
}
