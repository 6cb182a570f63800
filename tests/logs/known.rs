//! Importing a log that a store has already, in whole or in part.

use foldback::domain::aggregates::Aggregates;
use std::fs;

use foldback::cancel::Cancel;
use foldback::store::import::options::{ImportOptions, ImportProgress};
use foldback::store::import::{LogImport, import};
use foldback::store::jsonl::input::LogInput;
use foldback::store::sqlite::SqliteStore;
use foldback::store::{EventReader, EventStore, StreamWrite};

use crate::in_and_out::{
    all_events, counts, import_file, import_text, line, log, piped, report_head, version, without_hashes,
};
use crate::support::{TempStore, deposit, stream, with_id};

#[test]
fn two_identical_deposits_of_one_log_stay_two() {
    let mut t = TempStore::new();
    let log = line("a", 5).repeat(2);
    assert_eq!(counts(&import_text(&mut t.store, &log)), (2, 1, 0, 0));
    assert_eq!(counts(&import_text(&mut t.store, &log)), (0, 0, 2, 0));
    assert_eq!(counts(&import_text(&mut t.store, &line("a", 5).repeat(3))), (1, 1, 2, 0));
}

#[test]
fn a_log_that_has_grown_adds_its_new_events() {
    let mut t = TempStore::new();
    let path = t.folder.path().join("log.jsonl");
    for (n, expected) in
        [(3, (3, 2, 0, 0)), (3, (0, 0, 3, 0)), (4000, (3997, 2, 3, 0)), (9000, (5000, 2, 4000, 0))]
    {
        fs::write(&path, log(n)).unwrap();
        assert_eq!(counts(&import_file(&mut t.store, &path)), expected, "{n}");
    }
    let source = t.store.sources().unwrap().remove(0);
    assert_eq!((source.name.as_str(), source.read_lines), ("log.jsonl", 9000));
}

#[test]
fn an_edited_log_adds_only_its_new_events() {
    let whole = log(6000);
    let mut lines: Vec<&str> = whole.split_inclusive('\n').collect();
    let mut t = TempStore::new();
    let path = t.folder.path().join("log.jsonl");
    lines[3000] = "a broken line\n";
    fs::write(&path, lines.concat()).unwrap();
    assert_eq!(counts(&import_file(&mut t.store, &path)), (5999, 2, 0, 1));
    // One line is repaired, one is left out, and one is moved.
    lines[3000] = whole.split_inclusive('\n').nth(3000).unwrap();
    lines.remove(5000);
    lines.swap(100, 400);
    fs::write(&path, lines.concat()).unwrap();
    assert_eq!(counts(&import_file(&mut t.store, &path)), (1, 1, 5998, 0));
    assert_eq!(counts(&import_file(&mut t.store, &path)), (0, 0, 5999, 0));
}

#[test]
fn a_log_that_was_cut_and_is_whole_again_adds_nothing() {
    let mut t = TempStore::new();
    let path = t.folder.path().join("log.jsonl");
    for (n, expected) in [(5000, (5000, 2, 0, 0)), (2500, (0, 0, 2500, 0)), (5001, (1, 1, 5000, 0))] {
        fs::write(&path, log(n)).unwrap();
        assert_eq!(counts(&import_file(&mut t.store, &path)), expected, "{n}");
    }
}

#[test]
fn events_appended_in_between_do_not_affect_what_is_known() {
    let mut t = TempStore::new();
    import_text(&mut t.store, &log(4));
    let write = StreamWrite { stream: stream("a"), expected: None, events: vec![with_id("1", deposit(2))] };
    t.store.append(&[write]).unwrap();
    assert_eq!(counts(&import_text(&mut t.store, &log(6))), (2, 2, 4, 0));
    assert_eq!(counts(&import_text(&mut t.store, &log(6))), (0, 0, 6, 0));
}

#[test]
fn a_cancelled_import_leaves_an_intact_store_and_continues_later() {
    let mut t = TempStore::new();
    let path = t.folder.path().join("log.jsonl");
    fs::write(&path, log(20_000)).unwrap();
    let mut seen: Vec<ImportProgress> = Vec::new();
    let (input, options, cancel) = (LogInput::at(&path).unwrap(), ImportOptions::default(), Cancel::new());
    let report = import(&mut t.store, input, &options, &cancel, &mut |now| {
        seen.push(now.clone());
        // Cancelled before the first event, it would leave nothing in the store.
        if now.n_events > 0 {
            cancel.cancel();
        }
    })
    .unwrap();
    assert!(report.was_cancelled);
    assert_eq!(report.n_events, report_head(&t.store));
    let (last, total) = (seen.last().unwrap(), fs::metadata(&path).unwrap().len());
    assert_eq!((last.n_events, last.n_bytes_total), (report.n_events, Some(total)));
    assert_eq!(seen.iter().filter(|now| now.n_events > 0).count(), 1);
    assert!((500..20_000).contains(&report.n_events), "{}", report.n_events);
    let rest = import_file(&mut t.store, &path);
    assert_eq!(counts(&rest), (20_000 - report.n_events, 2, report.n_events, 0));
    let mut straight = TempStore::new();
    import_file(&mut straight.store, &path);
    assert_eq!(without_hashes(&t.store), without_hashes(&straight.store));
}

#[test]
fn a_log_that_another_import_adds_to_meanwhile_is_compared_with_that_as_well() {
    for edited in [false, true] {
        let mut t = TempStore::new();
        let path = t.folder.path().join("log.jsonl");
        fs::write(&path, log(6_000)).unwrap();
        let (mut other, options) =
            (SqliteStore::open(&t.path(), &Aggregates::bank()).unwrap(), ImportOptions::default());
        let mut other_import = LogImport::new(LogInput::at(&path).unwrap(), options.clone());
        let mut other_reads_on =
            || other_import.read_on(&mut other, &Cancel::never(), &mut |_| {}).unwrap().n_events;
        assert_eq!(other_reads_on(), 6_000);
        let mut lines: Vec<String> = log(12_000).split_inclusive('\n').map(str::to_owned).collect();
        if edited {
            // Both streams are in another order than in the store.
            lines[1_000..1_040].reverse();
        }
        let mut n_of_other = 0;
        let input = piped(lines.concat().as_bytes());
        let report = import(&mut t.store, input, &options, &Cancel::never(), &mut |now| {
            if now.n_duplicates > 0 && n_of_other == 0 {
                fs::write(&path, log(9_000)).unwrap();
                n_of_other = other_reads_on();
            }
        })
        .unwrap();
        assert_eq!((n_of_other, counts(&report)), (3_000, (3_000, 2, 9_000, 0)), "edited: {edited}");
        let mut amounts: Vec<String> = all_events(&t.store).into_iter().map(|event| event.data).collect();
        amounts.sort_unstable();
        let mut expected: Vec<String> = (0..12_000).map(|n| format!("{{\"amount\":{n}}}")).collect();
        expected.sort_unstable();
        assert_eq!(amounts, expected, "edited: {edited}");
    }
}

#[test]
fn two_that_import_one_log_at_a_time_add_it_once() {
    let t = TempStore::new();
    let path = t.folder.path().join("log.jsonl");
    fs::write(&path, log(20_000)).unwrap();
    let store = t.path();
    let one = || import_file(&mut SqliteStore::open(&store, &Aggregates::bank()).unwrap(), &path);
    let reports = std::thread::scope(|scope| {
        let both = [scope.spawn(one), scope.spawn(one)];
        both.map(|import| import.join().unwrap())
    });
    assert_eq!(reports.iter().map(|r| r.n_events).sum::<u64>(), 20_000);
    assert_eq!(reports.iter().map(|r| r.n_duplicates).sum::<u64>(), 20_000);
    assert_eq!(reports.iter().map(|r| r.n_bad).sum::<u64>(), 0);
    let amounts = |name| {
        let events = t.store.read_stream(&stream(name), version(1), 20_000).unwrap();
        events.into_iter().map(|event| event.data).collect::<Vec<_>>()
    };
    let expected =
        |from| (from..20_000).step_by(2).map(|n| format!("{{\"amount\":{n}}}")).collect::<Vec<_>>();
    assert_eq!((amounts("a"), amounts("b")), (expected(0), expected(1)));
}
