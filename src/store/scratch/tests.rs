//! Tests of stores in the cache folder.

use super::*;
use crate::cancel::Cancel;
use crate::domain::aggregates::Aggregates;
use crate::store::import::options::LogChanged;
use crate::store::import::report::ImportReport;

struct Case {
    folder: tempfile::TempDir,
}

impl Case {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn cache(&self) -> PathBuf {
        self.folder.path().join("cache")
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("bank.jsonl")
    }

    fn open(&self) -> Scratch {
        for_log(&self.cache(), &self.log(), None, &Aggregates::bank()).unwrap()
    }
}

fn events(amounts: std::ops::Range<i32>) -> String {
    let line = |n| format!("{{\"stream\":\"a\",\"type\":\"deposit\",\"data\":{{\"amount\":{n}}}}}\n");
    amounts.map(line).collect()
}

fn import(scratch: &Scratch) -> Result<ImportReport> {
    let mut store = SqliteStore::open(&scratch.store, &Aggregates::bank()).unwrap();
    let mut import = scratch.import(LogEnd::Growing).unwrap();
    import.read_on(&mut store, &Cancel::never(), &mut |_| {})
}

fn n_events_and_duplicates(scratch: &Scratch) -> (u64, u64) {
    let report = import(scratch).unwrap();
    (report.n_events, report.n_duplicates)
}

#[test]
fn a_logs_store_is_kept_and_continues_when_the_log_has_grown() {
    let case = Case::new();
    fs::write(case.log(), events(0..3)).unwrap();
    let scratch = case.open();
    assert!(scratch.is_log());
    assert_eq!(n_events_and_duplicates(&scratch), (3, 0));
    let store = scratch.store.clone();
    drop(scratch);
    fs::write(case.log(), events(0..5)).unwrap();
    let scratch = case.open();
    assert_eq!((&scratch.store, &scratch.notice), (&store, &None));
    assert_eq!(n_events_and_duplicates(&scratch), (2, 3));
}

#[test]
fn one_import_reads_additions_and_waits_for_the_end_of_a_line() {
    use std::io::Write;
    let case = Case::new();
    fs::write(case.log(), "").unwrap();
    let scratch = case.open();
    let mut store = SqliteStore::open(&scratch.store, &Aggregates::bank()).unwrap();
    let mut import = scratch.import(LogEnd::Growing).unwrap();
    let mut n_events = Vec::new();
    let all = events(0..4);
    let (first, rest) = all.split_at(all.len() / 2 + 20);
    for piece in ["", first, "", rest] {
        File::options().append(true).open(case.log()).unwrap().write_all(piece.as_bytes()).unwrap();
        let report = import.read_on(&mut store, &Cancel::never(), &mut |_| {}).unwrap();
        n_events.push((report.n_events, report.n_streams, report.n_duplicates, report.n_bad));
    }
    assert_eq!(n_events, [(0, 0, 0, 0), (2, 1, 0, 0), (0, 0, 0, 0), (2, 1, 0, 0)]);
}

#[test]
fn a_log_that_was_cut_or_replaced_is_read_from_its_beginning_and_that_is_said() {
    for (new, word) in [(events(0..2), "cut"), (events(7..12), "replaced")] {
        let case = Case::new();
        fs::write(case.log(), events(0..3)).unwrap();
        let scratch = case.open();
        assert_eq!(n_events_and_duplicates(&scratch), (3, 0));
        let store = scratch.store.clone();
        drop(scratch);
        fs::write(case.log(), &new).unwrap();
        let scratch = case.open();
        assert!(scratch.notice.as_ref().unwrap().contains(&format!("was {word}; it is read again")));
        assert_ne!(scratch.store, store);
        assert!(!store.exists());
        assert_eq!(n_events_and_duplicates(&scratch), (new.lines().count() as u64, 0));
    }
}

#[test]
fn another_file_with_the_same_beginning_is_another_log() {
    let case = Case::new();
    fs::write(case.log(), events(0..3)).unwrap();
    drop(case.open());
    fs::write(case.log().with_extension("new"), events(0..4)).unwrap();
    fs::rename(case.log().with_extension("new"), case.log()).unwrap();
    assert!(case.open().notice.unwrap().contains("was replaced"));
}

#[test]
fn a_change_beyond_the_beginning_is_found_while_reading_and_ends_in_a_new_store() {
    let case = Case::new();
    let long = events(0..5_000);
    fs::write(case.log(), &long).unwrap();
    let mut scratch = case.open();
    assert_eq!(n_events_and_duplicates(&scratch), (5_000, 0));
    fs::write(case.log(), long.replace("4900", "4901")).unwrap();
    assert!(import(&scratch).unwrap_err().is::<LogChanged>());
    scratch.start_again().unwrap();
    assert_eq!(n_events_and_duplicates(&scratch), (5_000, 0));
}

#[test]
fn another_envelope_reads_the_log_again_and_another_meaning_does_not() {
    let case = Case::new();
    fs::write(case.log(), events(0..3)).unwrap();
    let open =
        |mapping: Option<&str>| for_log(&case.cache(), &case.log(), mapping, &Aggregates::bank()).unwrap();
    let envelope = "[envelope]\nstream = \"stream\"\ntype = \"type\"\ndata = \"data\"\n";
    let plain = open(None).store;
    let foreign = open(Some(envelope)).store;
    assert_ne!(foreign, plain);
    let meaning = format!("{envelope}[meaning]\ncurrency = \"EUR\"\n");
    assert_eq!(open(Some(&meaning)).store, foreign);
    assert_ne!(open(Some(&envelope.replace("\"data\"", "\".\""))).store, foreign);
}

#[test]
fn a_second_owner_gets_a_store_of_its_own_and_it_goes_away_after_it() {
    let case = Case::new();
    fs::write(case.log(), events(0..3)).unwrap();
    let first = case.open();
    let second = case.open();
    assert_ne!(first.store, second.store);
    assert!(second.is_log());
    assert_eq!(n_events_and_duplicates(&first), (3, 0));
    assert_eq!(n_events_and_duplicates(&second), (3, 0));
    let (kept, gone) = (first.store.clone(), second.store.clone());
    drop((first, second));
    let third = private(&case.cache(), &Aggregates::bank()).unwrap();
    assert!(!third.is_log());
    assert_eq!((kept.exists(), gone.exists(), third.store.exists()), (true, false, true));
    let fourth = private(&case.cache(), &Aggregates::bank()).unwrap();
    assert!(third.store.exists() && fourth.store.exists());
}
