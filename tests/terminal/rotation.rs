//! A log that is rotated while it is on the screen: the header says what is awaited, and the new file's events are
//! added.

use std::fs::{self, File};
use std::io::Write;

use tempfile::TempDir;

use crate::pty::Session;

fn lines(amounts: std::ops::RangeInclusive<u32>) -> String {
    amounts
        .map(|n| {
            format!("{{\"stream\":\"acc-1\",\"type\":\"MoneyDeposited\",\"data\":{{\"amount\":{n}}}}}\n")
        })
        .collect()
}

#[test]
fn the_header_says_at_every_size_that_a_log_is_awaited_and_positions_continue_when_it_is_back() {
    for (width, height) in [(120, 36), (80, 24), (60, 15)] {
        let folder = TempDir::new().unwrap();
        let [log, old] = ["bank.jsonl", "bank.jsonl.1"].map(|name| folder.path().join(name));
        fs::write(&log, lines(1..=2)).unwrap();
        let mut session = Session::start(width, height, &[log.to_str().unwrap()]);
        session.wait_for("2 of 2");
        fs::rename(&log, &old).unwrap();
        session.wait_for("waiting for bank.jsonl to come back");
        let mut writer = File::options().append(true).open(&old).unwrap();
        writer.write_all(lines(3..=3).as_bytes()).unwrap();
        session.wait_for("3 of 3");
        fs::write(&log, lines(4..=5)).unwrap();
        session.wait_until("the new file", |text| text.contains("5 of 5") && !text.contains("waiting for"));
        session.type_keys("q");
        assert_eq!(session.ends_and_gives_the_terminal_back().0, 0);
    }
}
