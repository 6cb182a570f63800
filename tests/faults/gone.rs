//! A store, or its read model, that is deleted, replaced, truncated or overwritten while it is open.

use foldback::domain::aggregates::Aggregates;
use std::fs;
use std::path::{Path, PathBuf};

use foldback::store::EventStore;
use foldback::store::sqlite::SqliteStore;
use tempfile::TempDir;

use crate::checks::{done, events_of_whole, foldback};
use crate::pty::Session;
use crate::support::{deposit, files, sample_store, write};

/// An accident of an open store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loss {
    Deleted,
    Moved,
    Replaced,
    ReplacedByGarbage,
    Cut,
    LogDeleted,
}

const LOSSES: [Loss; 6] =
    [Loss::Deleted, Loss::Moved, Loss::Replaced, Loss::ReplacedByGarbage, Loss::Cut, Loss::LogDeleted];

impl Loss {
    /// Makes it happen; returns the expected message.
    fn strike(self, store: &Path, other: &Path) -> &'static str {
        match self {
            Self::Deleted => fs::remove_file(store).unwrap(),
            Self::Moved => fs::rename(store, store.with_extension("moved")).unwrap(),
            Self::Replaced => fs::rename(other, store).unwrap(),
            Self::ReplacedByGarbage => {
                fs::write(other, [0x55; 400_000]).unwrap();
                fs::rename(other, store).unwrap();
            }
            Self::Cut => fs::File::options().write(true).open(store).unwrap().set_len(0).unwrap(),
            Self::LogDeleted => fs::remove_file(log_of(store)).unwrap(),
        }
        match self {
            Self::Deleted | Self::Moved => "is no longer there",
            Self::Replaced | Self::ReplacedByGarbage => "is another file now",
            Self::Cut => "was cut while it was open",
            Self::LogDeleted => "was deleted or replaced while the store was open",
        }
    }
}

fn log_of(store: &Path) -> PathBuf {
    let mut log = store.as_os_str().to_owned();
    log.push("-wal");
    log.into()
}

/// A store, and another one to replace it.
fn two_stores() -> (TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir_in(folder.path()).unwrap().keep();
    let other = sample_store(&elsewhere, "bank");
    let store = sample_store(folder.path(), "bank");
    (folder, store, other)
}

#[test]
fn nothing_is_acknowledged_into_a_file_that_nobody_finds_any_more() {
    for loss in LOSSES {
        let (_folder, path, other) = two_stores();
        let mut store = SqliteStore::open(&path, &Aggregates::bank()).unwrap();
        store.append(&[write("acc-01", vec![deposit(1)])]).unwrap();
        let said = loss.strike(&path, &other);
        for _ in 0..2 {
            let refused = store.append(&[write("acc-01", vec![deposit(1)])]).unwrap_err().to_string();
            assert!(refused.contains(said), "{loss:?}: {refused}");
        }
    }
}

#[test]
fn a_store_that_takes_the_place_of_an_open_one_loses_nothing_to_it() {
    let (_folder, path, other) = two_stores();
    let mut old = SqliteStore::open(&path, &Aggregates::bank()).unwrap();
    old.append(&[write("acc-01", vec![deposit(1)])]).unwrap();
    fs::rename(&other, &path).unwrap();
    let cache = tempfile::tempdir().unwrap();
    // A write-ahead log belongs to any file of its name, so replacing a store removes the old one's log.
    fs::remove_file(log_of(&path)).unwrap();
    fs::remove_file(path.with_extension("db-shm")).unwrap();
    // The same holds for a receipt.
    drop(fs::remove_file(path.with_extension("db-receipt")));
    let mut new = SqliteStore::open(&path, &Aggregates::bank()).unwrap();
    new.append(&[write("acc-02", vec![deposit(2)])]).unwrap();
    drop(old);
    done(&foldback(cache.path(), &["do", path.to_str().unwrap(), "deposit acc-03 3"]).output().unwrap());
    drop(new);
    let events = events_of_whole(&path);
    let newest: Vec<_> = events[407..].iter().map(|event| event.stream.to_string()).collect();
    assert_eq!(newest, ["acc-02", "acc-03"]);
}

#[test]
fn the_explorer_reports_what_became_of_its_store_and_keeps_running() {
    for loss in LOSSES.into_iter().filter(|loss| *loss != Loss::LogDeleted) {
        let (_folder, path, other) = two_stores();
        let mut session = Session::start(120, 36, &[path.to_str().unwrap()]);
        session.wait_for("407 · lag 0");
        let said = loss.strike(&path, &other);
        session.wait_for(said);
        session.type_keys(":deposit acc-01 5\r");
        session.wait_until("that it is refused", |text| {
            text.contains("deposit acc-01 5: ") || text.contains("damaged")
        });
        assert!(!session.text().contains("appended"), "{loss:?}:\n{}", session.text());
        // Keys are answered, from the content of the open file or with the reason why not.
        session.type_keys("?");
        session.wait_for("┤ Help");
        session.type_keys("q");
        session.type_keys("\x03");
        assert_eq!(session.ends_and_gives_the_terminal_back().0, 0, "{loss:?}");
        if loss == Loss::Replaced {
            assert_eq!(events_of_whole(&path).len(), 407);
        }
    }
}

#[test]
fn an_explorer_whose_store_is_overwritten_in_place_neither_hangs_nor_ends() {
    let (_folder, path, _) = two_stores();
    let mut session = Session::start(120, 36, &[path.to_str().unwrap()]);
    session.wait_for("407 · lag 0");
    let n_bytes = usize::try_from(fs::metadata(&path).unwrap().len()).unwrap();
    fs::write(&path, vec![0x55; n_bytes + 4096]).unwrap();
    for keys in ["g", "5l", "G", ",", ":goto 200\r", "/rent\r", "R"] {
        session.type_keys(keys);
    }
    session.type_keys("\x1b\x1b\x1b\x1b?");
    session.wait_for("┤ Help");
    session.type_keys("\x03");
    assert_eq!(session.ends_and_gives_the_terminal_back().0, 0);
}

/// Overwrites the content of the read model's files.
fn overwrite(folder: &Path, is_struck: impl Fn(&str) -> bool) {
    for (name, bytes) in files(folder).into_iter().filter(|(name, _)| is_struck(name)) {
        fs::write(folder.join(name), vec![0x55; bytes.len()]).unwrap();
    }
}

/// An accident of a read model's folder.
type Strike = (&'static str, fn(&Path));

#[test]
fn an_explorer_rebuilds_a_deleted_or_damaged_read_model() {
    let strikes: [Strike; 4] = [
        ("deleted", |folder| fs::remove_dir_all(folder).unwrap()),
        ("its generation overwritten", |folder| overwrite(folder, |name| name.contains(".db"))),
        ("its pointer overwritten", |folder| overwrite(folder, |name| name == "current")),
        ("its pointer deleted", |folder| fs::remove_file(folder.join("current")).unwrap()),
    ];
    for (what, strike) in strikes {
        let (_folder, path, _) = two_stores();
        let store = path.to_str().unwrap();
        let mut session = Session::start(120, 36, &[store]);
        session.wait_for("407 · lag 0");
        strike(&path.with_extension("read"));
        session.type_keys(":deposit acc-01 5\r");
        session.wait_for("408 · lag 0");
        session.type_keys("q");
        assert_eq!(session.ends_and_gives_the_terminal_back().0, 0, "{what}");
        assert_eq!(events_of_whole(&path).len(), 408);
        let cache = tempfile::tempdir().unwrap();
        let checked = foldback(cache.path(), &["rebuild", store, "--check"]).output().unwrap();
        assert!(done(&checked).contains("the same rows"), "{what}");
    }
}
