//! Verifying the log in the background, on real stores: intact ones, growing ones, and altered ones.

use foldback::domain::aggregates::Aggregates;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};

use foldback::domain::event::GlobalPosition;
use foldback::runtime::verify::verifier::{Verifier, verified};
use foldback::store::EventStore;
use foldback::store::sqlite::SqliteStore;
use foldback::tui::message::Message;
use foldback::tui::model::verification::{FirstFault, Verification, VerificationState};
use tempfile::TempDir;

use crate::support::{
    self, TempStore, changed_by_others, deposit, import_text, log_at, sample_store, with_time, write,
};

fn whole(up_to: u64) -> Verification {
    Verification { up_to: GlobalPosition::new(up_to), state: VerificationState::Whole { has_receipt: true } }
}

/// The next final report, after any progress reports.
fn told(inbox: &Receiver<Message>) -> Verification {
    loop {
        match inbox.recv().unwrap() {
            Message::Verified(verification) if verification.state == VerificationState::Running => {}
            Message::Verified(verification) => return *verification,
            other => panic!("{other:?}"),
        }
    }
}

/// The fault with its position, and how far the log is verified.
fn broken(verification: &Verification) -> (u64, Option<u64>, FirstFault) {
    let fault = verification.fault().unwrap_or_else(|| panic!("{verification:?}")).clone();
    (verification.up_to.number(), fault.at.map(|at| at.position.number()), fault)
}

/// A store of ten events, each a minute later.
fn of_ten() -> TempStore {
    let mut temp = TempStore::new();
    let events = (1..=10).map(|n| with_time(n * 60, deposit(n))).collect();
    temp.store.append(&[write("a", events)]).unwrap();
    temp
}

#[test]
fn a_log_is_verified_to_its_head_and_further_as_it_grows() {
    let folder = TempDir::new().unwrap();
    let path = sample_store(folder.path(), "bank");
    assert_eq!(verified(&*log_at(&path)), whole(407));
    let (inbox, messages) = channel();
    let verifier = Verifier::start(log_at(&path), inbox);
    assert_eq!(told(&messages), whole(407));
    let mut store = SqliteStore::open(&path, &Aggregates::bank()).unwrap();
    for head in 408..=420 {
        store.append(&[write("acc-01", vec![deposit(1)])]).unwrap();
        verifier.head_moved();
        assert_eq!(told(&messages), whole(head));
        // Nothing is reported without new events: the next report is about the next head.
        verifier.head_moved();
    }
    verifier.stop_and_wait();
    assert_eq!(messages.iter().collect::<Vec<_>>(), []);
}

#[test]
fn an_empty_log_is_whole_and_so_is_one_that_is_imported_into_with_a_mapping_each_time() {
    let temp = TempStore::new();
    let (inbox, messages) = channel();
    let verifier = Verifier::start(log_at(&temp.path()), inbox);
    assert_eq!(told(&messages), whole(0));
    let TempStore { mut store, .. } = temp;
    for n in 1..=3_u64 {
        let lines: String =
            (0..5).map(|at| format!("{{\"stream\":\"s{at}\",\"type\":\"T{n}\",\"data\":{{}}}}\n")).collect();
        import_text(&mut store, &format!("log {n}"), &lines);
        verifier.head_moved();
        assert_eq!(told(&messages), whole(5 * n));
    }
    verifier.stop_and_wait();
}

#[test]
fn the_first_event_that_was_changed_taken_out_or_put_in_is_found() {
    for (sql, at) in [
        ("UPDATE events SET data = '{\"amount\":7000}' WHERE position = 7", 7),
        ("UPDATE events SET time = time + 1 WHERE position IN (6, 9)", 6),
        ("DELETE FROM events WHERE position = 4", 4),
        ("UPDATE events SET hash = zeroblob(32) WHERE position = 3", 3),
        ("UPDATE streams SET name = 'b'", 1),
    ] {
        let temp = of_ten();
        changed_by_others(&temp.path(), sql);
        let (up_to, position, fault) = broken(&verified(&*log_at(&temp.path())));
        assert_eq!((up_to, position, fault.n_lost), (at - 1, Some(at), 0), "{sql}");
        let (inbox, messages) = channel();
        let verifier = Verifier::start(log_at(&temp.path()), inbox);
        assert_eq!(broken(&told(&messages)), (up_to, position, fault), "{sql}");
        verifier.stop_and_wait();
    }
}

#[test]
fn a_fault_is_shown_at_the_time_of_its_event() {
    let temp = of_ten();
    changed_by_others(&temp.path(), "UPDATE events SET data = '{}' WHERE position = 7");
    let at = verified(&*log_at(&temp.path())).fault().unwrap().at.unwrap();
    assert_eq!(at.clock, Some(support::at(7 * 60)));
}

#[test]
fn newest_events_that_are_lost_are_counted_by_the_receipt() {
    let temp = of_ten();
    changed_by_others(&temp.path(), "DELETE FROM events WHERE position > 7");
    let (up_to, position, fault) = broken(&verified(&*log_at(&temp.path())));
    assert_eq!((up_to, position, fault.n_lost), (7, Some(8), 3));
    // Without a receipt nobody can know, and the report says so.
    std::fs::remove_file(temp.folder.path().join("bank.db-receipt")).unwrap();
    let state = VerificationState::Whole { has_receipt: false };
    assert_eq!(verified(&*log_at(&temp.path())), Verification { state, ..whole(7) });
    std::fs::write(temp.folder.path().join("bank.db-receipt"), "something else").unwrap();
    let (up_to, position, fault) = broken(&verified(&*log_at(&temp.path())));
    assert_eq!((up_to, position, fault.expected.as_str()), (7, None, "the receipt beside the store"));
}

#[test]
fn a_secret_loss_or_rewrite_is_found_when_the_head_moves() {
    for (sql, position, n_lost) in [
        ("DELETE FROM events WHERE position > 6", 7, 4),
        ("UPDATE events SET hash = zeroblob(32) WHERE position = 10", 10, 0),
    ] {
        let temp = of_ten();
        let (inbox, messages) = channel();
        let verifier = Verifier::start(log_at(&temp.path()), inbox);
        assert_eq!(told(&messages), whole(10));
        changed_by_others(&temp.path(), sql);
        verifier.head_moved();
        let (up_to, found, fault) = broken(&told(&messages));
        assert_eq!((up_to, found, fault.n_lost), (10, Some(position), n_lost), "{sql}");
        // It is reported once, and the thread has nothing left to do.
        verifier.head_moved();
        verifier.stop_and_wait();
        assert_eq!(messages.iter().collect::<Vec<_>>(), []);
    }
}

#[test]
fn a_store_that_cannot_be_read_is_a_fault() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("bank.db");
    let is_unreadable = |path: &Path| {
        let (up_to, position, fault) = broken(&verified(&*log_at(path)));
        assert_eq!((up_to, position, fault.expected.as_str()), (0, None, "a log that can be read"));
    };
    is_unreadable(&path);
    std::fs::write(&path, "no store").unwrap();
    is_unreadable(&path);
    let temp = of_ten();
    changed_by_others(&temp.path(), "DROP TABLE mappings");
    is_unreadable(&temp.path());
}
