//! A log whose file is renamed, removed or cut while it is followed: nothing is lost or read twice, and the change is
//! reported.

use foldback::domain::aggregates::Aggregates;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use foldback::domain::event::GlobalPosition;
use foldback::domain::left_out::LeftOut;
use foldback::runtime::importer::{Importer, LogToRead};
use foldback::store::jsonl::split::LogEnd;
use foldback::store::scratch::for_log;
use foldback::store::sqlite::SqliteStore;
use foldback::store::{Direction, EventReader};
use foldback::tui::message::Message;
use tempfile::TempDir;

/// The longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(20);

/// A log that is being followed.
struct Followed {
    folder: TempDir,
    store: SqliteStore,
    inbox: Receiver<Message>,
    importer: Option<Importer>,
    /// The lines left out of the log, as last reported.
    left_out: LeftOut,
    /// The notices.
    said: Vec<String>,
}

impl Followed {
    /// Follows a log with this text, which has been read to its end.
    fn new(text: &str) -> Self {
        let mut followed = Self::after(text, |_, _| {});
        followed.wait_for(if text.is_empty() { "nothing new" } else { "read " });
        followed
    }

    /// Follows a log with this text. `change` changes the file or the import before it is read.
    fn after(text: &str, change: impl FnOnce(&Path, &mut LogToRead)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("bank.jsonl");
        fs::write(&log, text).unwrap();
        let scratch = for_log(&folder.path().join("cache"), &log, None, &Aggregates::bank()).unwrap();
        let store = SqliteStore::open_read_only(&scratch.store, &Aggregates::bank()).unwrap();
        let import = scratch.import(LogEnd::Growing).unwrap();
        let (outbox, inbox) = channel();
        let mut to_read = LogToRead { log, scratch, import };
        change(folder.path(), &mut to_read);
        let importer = Some(Importer::start(to_read, outbox));
        let (left_out, said) = (LeftOut::default(), Vec::new());
        Self { folder, store, inbox, importer, left_out, said }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn append(&self, name: &str, text: &str) {
        let file = fs::File::options().create(true).append(true).open(self.path(name));
        file.unwrap().write_all(text.as_bytes()).unwrap();
    }

    /// Another file gets the log's name, and the previous one disappears, in one step.
    fn recreate(&self, text: &str) {
        let elsewhere = self.path("cache").join("bank.jsonl");
        fs::write(&elsewhere, text).unwrap();
        fs::rename(elsewhere, self.path("bank.jsonl")).unwrap();
    }

    fn hear(&mut self, message: Message) {
        match message {
            Message::ImportEnded(text) => self.said.push(text),
            Message::LogWaitedFor(waits) => self.said.push(format!("waits: {waits}")),
            Message::LogReplaced => self.said.push("replaced".to_owned()),
            Message::LeftOut(left_out, _) => self.left_out = *left_out,
            _ => {}
        }
    }

    /// Waits for a notice with this beginning.
    fn wait_for(&mut self, what: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.said.iter().any(|said| said.starts_with(what)) {
            let left = deadline.saturating_duration_since(Instant::now());
            let message = self.inbox.recv_timeout(left);
            self.hear(message.unwrap_or_else(|_| panic!("{what} is not said: {:?}", self.said)));
        }
    }

    /// Waits until the store has `n` events.
    fn wait_for_events(&mut self, n: u64) {
        let deadline = Instant::now() + PATIENCE;
        while self.store.head().unwrap().number() < n {
            assert!(Instant::now() < deadline, "{:?}, {} events", self.said, self.store.head().unwrap());
            if let Ok(message) = self.inbox.recv_timeout(Duration::from_millis(50)) {
                self.hear(message);
            }
        }
    }

    /// Waits until the store has `n` events, and stops; returns the amounts of its events, in the order of their
    /// positions.
    fn amounts_of(&mut self, n: u64) -> Vec<i64> {
        self.wait_for_events(n);
        self.importer.take().unwrap().stop_and_wait();
        while let Ok(message) = self.inbox.try_recv() {
            self.hear(message);
        }
        let events = self.store.read_all(GlobalPosition::START, Direction::Forward, 1_000).unwrap();
        let amount = |data: &str| data.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap();
        events.iter().map(|event| amount(&event.data)).collect()
    }
}

fn line(amount: i64) -> String {
    format!("{{\"stream\":\"a\",\"type\":\"deposit\",\"data\":{{\"amount\":{amount}}}}}\n")
}

fn lines(amounts: std::ops::RangeInclusive<i64>) -> String {
    amounts.map(line).collect()
}

const NEW_FILE: &str = "the log is a new file now: it is read in addition to what was there before";
const CUT: &str =
    "the log was cut and written from its beginning again: it is read in addition to what was there before";
const RECREATED: &str =
    "the log was removed and created again: it is read in addition to what was there before";

#[test]
fn a_renamed_log_is_read_to_its_end_and_then_the_new_file() {
    let mut log = Followed::new(&lines(1..=2));
    log.append("bank.jsonl", &line(3));
    fs::rename(log.path("bank.jsonl"), log.path("bank.jsonl.1")).unwrap();
    log.append("bank.jsonl.1", &line(4));
    log.wait_for("waits: true");
    log.append("bank.jsonl.1", &line(5));
    // The new file is there, and the writer still has the old one.
    log.append("bank.jsonl", "");
    log.append("bank.jsonl.1", &line(6));
    log.append("bank.jsonl", &line(7));
    log.wait_for("waits: false");
    log.append("bank.jsonl", &lines(8..=9));
    assert_eq!(log.amounts_of(9), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert_eq!(log.said, ["read 2 events", "waits: true", NEW_FILE, "waits: false"]);
}

#[test]
fn a_log_that_is_renamed_between_opening_and_reading_is_read_to_its_end_and_then_the_new_file() {
    let mut log = Followed::after(&lines(1..=2), |folder, to_read| {
        let store = SqliteStore::open(&to_read.scratch.store, &Aggregates::bank()).unwrap();
        to_read.import.hold_open(&store).unwrap();
        fs::rename(folder.join("bank.jsonl"), folder.join("bank.jsonl.1")).unwrap();
    });
    log.wait_for("waits: true");
    log.append("bank.jsonl.1", &line(3));
    log.wait_for_events(3);
    log.append("bank.jsonl", &line(4));
    assert_eq!(log.amounts_of(4), [1, 2, 3, 4]);
}

#[test]
fn a_log_that_has_no_file_when_it_is_read_first_is_waited_for() {
    let mut log = Followed::after(&lines(1..=2), |folder, _| {
        fs::rename(folder.join("bank.jsonl"), folder.join("elsewhere")).unwrap();
    });
    log.wait_for("waits: true");
    fs::rename(log.path("elsewhere"), log.path("bank.jsonl")).unwrap();
    log.wait_for("waits: false");
    assert_eq!(log.amounts_of(2), [1, 2]);
    assert_eq!(log.said, ["waits: true", "waits: false"]);
}

#[test]
fn a_log_is_rotated_as_often_as_it_likes_within_one_look_or_in_several() {
    let mut log = Followed::new(&lines(1..=3));
    for n in 2..5 {
        log.said.clear();
        fs::rename(log.path("bank.jsonl"), log.path(&format!("bank.jsonl.{n}"))).unwrap();
        // Each file begins like the previous one.
        log.append("bank.jsonl", &line(1));
        log.wait_for(NEW_FILE);
        log.append("bank.jsonl", &lines(n * 10..=n * 10 + 1));
        log.wait_for_events(u64::try_from(n * 3).unwrap());
    }
    assert_eq!(log.amounts_of(12), [1, 2, 3, 1, 20, 21, 1, 30, 31, 1, 40, 41]);
}

#[test]
fn a_log_that_gets_its_name_back_is_not_read_again() {
    let mut log = Followed::new(&lines(1..=2));
    fs::rename(log.path("bank.jsonl"), log.path("elsewhere")).unwrap();
    log.wait_for("waits: true");
    fs::rename(log.path("elsewhere"), log.path("bank.jsonl")).unwrap();
    log.wait_for("waits: false");
    log.append("bank.jsonl", &line(3));
    assert_eq!(log.amounts_of(3), [1, 2, 3]);
}

#[test]
fn a_removed_log_that_is_created_later_is_followed_in_addition() {
    let mut log = Followed::new(&lines(1..=2));
    fs::remove_file(log.path("bank.jsonl")).unwrap();
    log.wait_for("waits: true");
    fs::write(log.path("bank.jsonl"), line(3)).unwrap();
    log.wait_for("waits: false");
    log.append("bank.jsonl", &line(4));
    assert_eq!(log.amounts_of(4), [1, 2, 3, 4]);
}

#[test]
fn a_log_that_was_cut_or_removed_and_created_at_once_is_followed_in_addition() {
    for cuts in [true, false] {
        let mut log = Followed::new(&lines(1..=20));
        for n in 1..3 {
            log.said.clear();
            let new = lines(n * 100..=n * 100 + 1);
            match cuts {
                true => fs::write(log.path("bank.jsonl"), new).unwrap(),
                false => log.recreate(&new),
            }
            log.wait_for(if cuts { CUT } else { RECREATED });
            log.append("bank.jsonl", &lines(n * 100 + 2..=n * 100 + 9));
            log.wait_for_events(u64::try_from(20 + n * 10).unwrap());
        }
        let expected: Vec<i64> = (1..=20).chain(100..=109).chain(200..=209).collect();
        assert_eq!(log.amounts_of(40), expected, "cut: {cuts}");
    }
}

#[test]
fn a_truncated_log_that_grows_past_the_part_read_is_followed_in_addition() {
    for at_once in [true, false] {
        let mut log = Followed::new(&lines(1..=3));
        fs::write(log.path("bank.jsonl"), if at_once { lines(10..=29) } else { String::new() }).unwrap();
        log.wait_for(CUT);
        if !at_once {
            log.append("bank.jsonl", &lines(10..=29));
        }
        let expected: Vec<i64> = (1..=3).chain(10..=29).collect();
        assert_eq!(log.amounts_of(23), expected, "at once: {at_once}");
        assert_eq!(log.left_out.n(), 0);
    }
}

#[test]
fn a_log_that_keeps_some_of_its_events_was_edited_and_is_read_again() {
    let whole = lines(1..=20);
    let edited = whole.replacen(":1}", ":100}", 1);
    let longer = edited.clone() + &line(21);
    for new in [lines(1..=19), lines(2..=20), lines(15..=20), edited[..900].to_owned(), longer] {
        for at_once in [true, false] {
            let mut log = Followed::new(&whole);
            match at_once {
                true => fs::write(log.path("bank.jsonl"), &new).unwrap(),
                false => log.recreate(&new),
            }
            log.wait_for("replaced");
        }
    }
    // An editor that keeps a copy of the file.
    let mut log = Followed::new(&whole);
    fs::rename(log.path("bank.jsonl"), log.path("bank.jsonl~")).unwrap();
    fs::write(log.path("bank.jsonl"), whole.replace(":20}", ":99}") + &line(21)).unwrap();
    log.wait_for("replaced");
}

#[test]
fn a_copy_that_takes_the_logs_name_is_read_on() {
    let mut log = Followed::new(&lines(1..=20));
    fs::rename(log.path("bank.jsonl"), log.path("bank.jsonl~")).unwrap();
    fs::write(log.path("bank.jsonl"), lines(1..=21)).unwrap();
    assert_eq!(log.amounts_of(21), (1..=21).collect::<Vec<_>>());
}

#[test]
fn a_last_line_without_a_line_break_is_read_or_counted_with_its_reason() {
    let half = &line(3)[..30];
    for (is_first, last, amounts, n_bad) in [
        (false, line(3).trim_end(), &[1, 2, 3, 4][..], 0),
        (false, half, &[1, 2, 4], 1),
        (true, line(3).trim_end(), &[3, 4], 0),
        (true, half, &[4], 1),
    ] {
        for is_renamed in [true, false] {
            let mut log = Followed::new(&if is_first { String::new() } else { lines(1..=2) });
            log.append("bank.jsonl", last);
            match is_renamed {
                true => fs::rename(log.path("bank.jsonl"), log.path("bank.jsonl.1")).unwrap(),
                false => fs::remove_file(log.path("bank.jsonl")).unwrap(),
            }
            log.wait_for("waits: true");
            fs::write(log.path("bank.jsonl"), line(4)).unwrap();
            log.wait_for("the log ");
            let context = format!("renamed: {is_renamed}, {last}");
            assert_eq!(log.amounts_of(amounts.len() as u64), amounts, "{context}");
            assert_eq!(log.left_out.n(), n_bad, "{context}");
            let said = log.said.iter().any(|said| said.contains("the log ends in the middle of it"));
            assert_eq!(said, n_bad > 0, "{context}: {:?}", log.said);
        }
    }
}

#[test]
fn half_a_line_before_a_cut_is_counted_with_its_reason() {
    let mut log = Followed::new(&(lines(1..=2) + &line(3)[..30]));
    fs::write(log.path("bank.jsonl"), line(4)).unwrap();
    log.wait_for("the log was cut");
    assert_eq!(log.amounts_of(3), [1, 2, 4]);
    assert_eq!(log.left_out.in_words(), "line 3: the log ends in the middle of it");
    assert_eq!(
        log.said.last().unwrap(),
        &format!("{CUT} · line 3 is bad: the log ends in the middle of it (in the old file)")
    );
}
