//! A log without a store: explored while it is being imported, and read again when it is replaced.

use std::path::Path;

use tempfile::TempDir;

use crate::pty::{ESC, Session};

#[test]
fn a_log_that_is_replaced_is_read_from_its_beginning_and_no_key_is_lost() {
    let folder = TempDir::new().unwrap();
    let log = folder.path().join("bank.jsonl");
    let line =
        |amount: u32| format!("{{\"stream\":\"a\",\"type\":\"deposit\",\"data\":{{\"amount\":{amount}}}}}\n");
    std::fs::write(&log, (1..=9).map(line).collect::<String>()).unwrap();
    let mut session = Session::start(120, 36, &[log.to_str().unwrap()]);
    session.wait_for("9 of 9");
    session.wait_for("✔ verified to 9");
    std::fs::write(&log, (1..=4).map(line).collect::<String>()).unwrap();
    session.wait_for("4 of 4");
    session.wait_for("✔ verified to 4");
    session.wait_for("the log was cut or replaced");
    session.type_keys("q");
    assert_eq!(session.ends_and_gives_the_terminal_back().0, 0);
}

#[test]
fn a_log_is_usable_while_it_is_still_being_read() {
    let berka = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/berka.jsonl.gz");
    if !berka.exists() {
        println!("skipped: {} is not here", berka.display());
        return;
    }
    let map = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/berka.toml");
    let mut session = Session::start(120, 36, &[berka.to_str().unwrap(), "--map", map.to_str().unwrap()]);
    session.wait_until("an event", |text| text.contains("Credited") || text.contains("Debited"));
    session.type_keys("g");
    session.wait_for(" 0 of ");
    session.type_keys("5l");
    session.wait_for(" 5 of ");
    session.type_keys(":deposit account-1 5\r");
    session.wait_for("a log takes no commands");
    session.type_keys(&format!("{ESC}G"));
    session.wait_for("50,369 of 50,369");
    session.wait_for("lag 0");
    session.type_keys("q");
    assert_eq!(session.ends_and_gives_the_terminal_back().0, 0);
}
