//! Texts that the terminal pastes without bracketing: they arrive as keys, many at once.

use tempfile::TempDir;

use crate::pty::{ESC, Session};
use crate::store::store_with_the_bank;

#[test]
fn lines_that_are_pasted_as_keys_run_nothing_and_a_line_of_a_script_runs() {
    let folder = TempDir::new().unwrap();
    let store = store_with_the_bank(folder.path());
    let mut session = Session::start(120, 36, &[&store]);
    session.wait_for("407 · lag 0");
    // While nothing is being typed.
    session.type_keys("deposit acc-01 1\rdeposit acc-01 2\rquit\r");
    session.wait_for("pasted text goes into a prompt, and nothing was done");
    assert!(!session.text().contains("HELD"));
    // Into a prompt; more than is read from the terminal at once, and in two pieces.
    session.type_keys(":");
    session.wait_for("┤ Command");
    let note = "x".repeat(300);
    let line = |n: u32| format!("deposit acc-01 {n} --note {note}\r");
    session.type_keys(&(1..=2).map(line).collect::<String>());
    session.type_keys(&line(3));
    session.wait_for("3 lines were pasted, joined into one; nothing was run");
    session.type_keys(ESC);
    session.wait_for("407 of 407");
    // A script.
    session.type_keys(":deposit acc-01 1\r");
    session.wait_for("appended 408");
    session.type_keys(":");
    session.wait_for("┤ Command");
    session.type_keys("deposit acc-01 1\r");
    session.wait_for("appended 409");
    session.type_keys(":help\rjj");
    session.wait_for("┤ Help");
    session.type_keys("q");
    assert_eq!(session.ends_and_gives_the_terminal_back().0, 0);
}

#[test]
fn ctrl_c_ends_amid_a_flood_of_lines() {
    let mut session = Session::start(120, 36, &[]);
    session.wait_for("407 · lag 0");
    session.type_keys(&("lines of text\r".repeat(2_000) + "\x03"));
    assert_eq!(session.ends_and_gives_the_terminal_back().0, 0);
}
