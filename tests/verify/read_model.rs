//! A damaged read model: after `verify` no answer is silently wrong, and the next projector notices the damage.

use foldback::domain::aggregates::Aggregates;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use foldback::domain::event::GlobalPosition;
use foldback::read_model::engine::catch_up::{CatchUp, CatchUpOptions, project_to_head};
use foldback::read_model::engine::generation::RebuildReason;
use foldback::read_model::engine::location::Location;
use foldback::read_model::engine::rebuild::{Rebuild, ReplacePolicy, rebuild};
use foldback::read_model::questions::query::ReadModel;
use foldback::read_model::questions::sql::limits::Limits;
use foldback::read_model::rows::{AsOf, Table};
use foldback::store::EventStore;
use foldback::store::proof::finding::{Check, Outcome};
use foldback::store::sqlite::SqliteStore;

use crate::support::{deposit, flip_index_key, rounds, sample_store, write};
use crate::{faults, findings, random};

/// Number of bits that are flipped, one at a time.
const N_FLIPS: u32 = 100;

/// Number of events of an account that has a snapshot.
const N_LONG: usize = 600;

/// The questions after each flip, as of the checkpoint and of a position: whole tables, and rows that are found by a
/// key.
const QUESTIONS: [&str; 8] = [
    "SELECT * FROM accounts ORDER BY account",
    "SELECT a.name, (SELECT b.balance FROM accounts b WHERE b.account = a.name) FROM account_rows a ORDER BY 1",
    "SELECT * FROM accounts WHERE account = 'acc-09'",
    "SELECT * FROM totals ORDER BY currency",
    "SELECT * FROM daily_flows ORDER BY day, currency",
    "SELECT * FROM daily_flows WHERE day IN ('2024-03-01', '2024-03-14')",
    "SELECT * FROM transactions ORDER BY position",
    "SELECT * FROM transfers ORDER BY transfer, sent_position, received_position",
];

/// A store of the sample bank and an account with many events, with its read model in one file.
fn projected(folder: &Path) -> PathBuf {
    let path = sample_store(folder, "bank");
    let mut store = SqliteStore::open(&path, &Aggregates::bank()).unwrap();
    store.append(&[write("long", vec![deposit(7); N_LONG])]).unwrap();
    let location = location(&store);
    caught_up(&store);
    drop(store);
    let file = generation(&location);
    Connection::open(&file).unwrap().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    for end in ["db-wal", "db-shm"] {
        drop(fs::remove_file(file.with_extension(end)));
    }
    path
}

fn location(store: &SqliteStore) -> Location {
    Location::of(&store.log_identity()).unwrap()
}

/// The file of the current generation.
fn generation(location: &Location) -> PathBuf {
    location.generation_path(location.current().unwrap().unwrap().number)
}

/// Projects up to the head; returns why the read model was begun again, if it was.
fn caught_up(store: &SqliteStore) -> Option<RebuildReason> {
    match project_to_head(store, &location(store), &CatchUpOptions::default(), &mut |_| {}).unwrap() {
        CatchUp::Done { begun, .. } => begun,
        other => panic!("{other:?}"),
    }
}

/// A copy of a store and of everything beside it, in another folder.
fn copied(store: &Path) -> (tempfile::TempDir, PathBuf) {
    let (folder, from) = (tempfile::tempdir().unwrap(), store.parent().unwrap());
    for within in ["", "bank.read"] {
        fs::create_dir_all(folder.path().join(within)).unwrap();
        for entry in fs::read_dir(from.join(within)).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_file() {
                fs::copy(entry.path(), folder.path().join(within).join(entry.file_name())).unwrap();
            }
        }
    }
    let path = folder.path().join("bank.db");
    (folder, path)
}

/// The answers to the questions, after projecting first, as the verb does.
fn answers(store: &SqliteStore) -> Vec<Table> {
    caught_up(store);
    let mut read_model = ReadModel::open(&location(store));
    let places = [AsOf::Checkpoint, AsOf::Position(GlobalPosition::new(200))];
    let asked = places.into_iter().flat_map(|as_of| QUESTIONS.map(|sql| (sql, as_of)));
    asked.map(|(sql, as_of)| read_model.table(sql, as_of, 10_000, &Limits::default()).unwrap()).collect()
}

/// The same, and once more after another deposit.
fn answers_before_and_after_a_deposit(path: &Path) -> [Vec<Table>; 2] {
    let mut store = SqliteStore::open(path, &Aggregates::bank()).unwrap();
    let before = answers(&store);
    store.append(&[write("acc-09", vec![deposit(500)])]).unwrap();
    [before, answers(&store)]
}

fn flip(file: &Path, bit: u64) {
    let mut bytes = fs::read(file).unwrap();
    bytes[usize::try_from(bit / 8).unwrap()] ^= 1 << (bit % 8);
    fs::write(file, bytes).unwrap();
}

/// The pages of a file that belong to indexes, from 0 on, and the size of a page.
fn index_pages(file: &Path) -> (Vec<u64>, u64) {
    let conn = Connection::open(file).unwrap();
    let sql = "SELECT pageno - 1 FROM dbstat WHERE name LIKE 'sqlite_autoindex_%'
                  OR name IN ('account_positions', 'total_rows', 'snapshots', 'open_transfer_legs')";
    let mut select = conn.prepare(sql).unwrap();
    let pages = select.query_map([], |row| row.get::<_, i64>(0)).unwrap();
    let pages = pages.map(|page| page.unwrap().unsigned_abs()).collect();
    (pages, conn.pragma_query_value(None, "page_size", |row| row.get::<_, i64>(0)).unwrap().unsigned_abs())
}

#[test]
fn no_flipped_bit_of_the_read_model_gives_a_wrong_answer_after_verify() {
    let folder = tempfile::tempdir().unwrap();
    let whole = projected(folder.path());
    let (_folder, copy) = copied(&whole);
    let expected = answers_before_and_after_a_deposit(&copy);
    let (mut n_found, n_flips) = (0, rounds(N_FLIPS));
    for n in 0..n_flips {
        let (_folder, path) = copied(&whole);
        let store = SqliteStore::open_read_only(&path, &Aggregates::bank()).unwrap();
        let file = generation(&location(&store));
        let n_bits = fs::metadata(&file).unwrap().len() * 8;
        // Every other flip is where SQLite finds rows by key.
        let (pages, page_bytes) = index_pages(&file);
        let page = pages[usize::try_from(random(pages.len() as u64)).unwrap()];
        let bit = if n % 2 == 0 { random(n_bits) } else { page * page_bytes * 8 + random(page_bytes * 8) };
        flip(&file, bit);
        let found = faults(&store, &[]);
        n_found += u32::from(!found.is_empty());
        assert!(
            found.iter().all(|(check, _)| matches!(check, Check::ReadModel | Check::Snapshots)),
            "{found:?}"
        );
        drop(store);
        assert_eq!(answers_before_and_after_a_deposit(&path), expected, "bit {bit}: {found:?}");
        if !found.is_empty() {
            let again = faults(&SqliteStore::open_read_only(&path, &Aggregates::bank()).unwrap(), &[]);
            assert_eq!(again, [], "bit {bit}: {found:?}");
        }
    }
    println!(
        "{n_found} of {n_flips} flipped bits were found, and the read model was rebuilt; the others changed nothing"
    );
    assert!(n_found > 0);
}

#[test]
fn no_flipped_bit_of_the_read_models_write_ahead_log_gives_a_wrong_answer_after_verify() {
    let folder = tempfile::tempdir().unwrap();
    let whole = sample_store(folder.path(), "bank");
    let store = SqliteStore::open(&whole, &Aggregates::bank()).unwrap();
    caught_up(&store);
    let log = generation(&location(&store)).with_extension("db-wal");
    drop(store);
    assert!(log.exists());
    drop(fs::remove_file(log.with_extension("db-shm")));
    let (_folder, copy) = copied(&whole);
    let expected = answers_before_and_after_a_deposit(&copy);
    for _ in 0..rounds(N_FLIPS / 5) {
        let (_folder, path) = copied(&whole);
        let store = SqliteStore::open_read_only(&path, &Aggregates::bank()).unwrap();
        let log = generation(&location(&store)).with_extension("db-wal");
        let bit = random(fs::metadata(&log).unwrap().len() * 8);
        flip(&log, bit);
        faults(&store, &[]);
        drop(store);
        assert_eq!(answers_before_and_after_a_deposit(&path), expected, "bit {bit}");
    }
}

/// Flips one bit of the key `acc-09` in the index by which accounts are found by name.
fn flip_key_of_index(path: &Path) {
    let file = generation(&location(&SqliteStore::open_read_only(path, &Aggregates::bank()).unwrap()));
    flip_index_key(&file, "sqlite_autoindex_account_rows_1", b"acc-09");
}

#[test]
fn a_key_of_an_index_that_was_flipped_is_found_by_verify_and_by_a_check_and_mended() {
    let folder = tempfile::tempdir().unwrap();
    let path = projected(folder.path());
    let (_folder, copy) = copied(&path);
    let expected = answers_before_and_after_a_deposit(&copy);
    flip_key_of_index(&path);
    let store = SqliteStore::open_read_only(&path, &Aggregates::bank()).unwrap();
    let options = foldback::read_model::engine::rebuild::RebuildOptions {
        replaces: ReplacePolicy::Never,
        ..Default::default()
    };
    let checked = rebuild(&store, &location(&store), &options, &mut |_| {}).unwrap();
    let Rebuild::Done(checked) = checked else { panic!("{checked:?}") };
    assert!(checked.comparison.is_fault() && !checked.is_current, "{checked:?}");
    let found = faults(&store, &[]);
    let [(Check::ReadModel, fault)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(
        fault.to_string(),
        "expected a read model of this log, found that the read model was damaged (row 4 missing from index \
         sqlite_autoindex_account_rows_1); it has been rebuilt"
    );
    let again = findings(&store, &[]);
    let outcome = &again.iter().find(|finding| finding.check == Check::ReadModel).unwrap().outcome;
    assert!(matches!(outcome, Outcome::Holds(_)), "{outcome:?}");
    drop(store);
    assert_eq!(answers_before_and_after_a_deposit(&path), expected);
}

#[test]
fn the_next_projector_finds_a_flipped_key_before_building_on_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = projected(folder.path());
    let (_folder, copy) = copied(&path);
    let expected = answers_before_and_after_a_deposit(&copy);
    flip_key_of_index(&path);
    let mut store = SqliteStore::open(&path, &Aggregates::bank()).unwrap();
    store.append(&[write("acc-09", vec![deposit(500)])]).unwrap();
    let why = "row 4 missing from index sqlite_autoindex_account_rows_1".to_owned();
    assert_eq!(caught_up(&store), Some(RebuildReason::Damaged(why)));
    assert_eq!(answers(&store), expected[1]);
    assert_eq!(caught_up(&store), None, "it is damaged no longer");
}

#[test]
fn rows_that_contradict_the_log_are_not_gone_on_from() {
    let folder = tempfile::tempdir().unwrap();
    let whole = projected(folder.path());
    let (_folder, copy) = copied(&whole);
    let expected = answers_before_and_after_a_deposit(&copy);
    for (sql, why) in [
        // All of these are intact files: an index and its table agree.
        (
            "DELETE FROM account_rows WHERE name = 'acc-09'",
            "acc-09 has no row, and the event at 1008 is its version",
        ),
        ("UPDATE account_rows SET name = 'acc-0y' WHERE name = 'acc-09'", "acc-09 has no row"),
        (
            "UPDATE account_rows SET version = version - 1 WHERE name = 'acc-09'",
            "acc-09 has a row at version",
        ),
        (
            "UPDATE account_rows SET version = version + 1 WHERE name = 'acc-09'",
            "acc-09 has a row at version",
        ),
        ("DELETE FROM total_rows", "acc-09 counts in the total 'EUR', which has no row"),
    ] {
        let (_folder, path) = copied(&whole);
        let mut store = SqliteStore::open(&path, &Aggregates::bank()).unwrap();
        Connection::open(generation(&location(&store))).unwrap().execute_batch(sql).unwrap();
        store.append(&[write("acc-09", vec![deposit(500)])]).unwrap();
        match caught_up(&store) {
            Some(RebuildReason::Damaged(said)) => assert!(said.contains(why), "{sql}: {said}"),
            other => panic!("{sql}: {other:?}"),
        }
        assert_eq!(answers(&store), expected[1], "{sql}");
    }
}

#[test]
fn a_view_or_a_table_that_is_not_as_it_was_made_is_damage() {
    let folder = tempfile::tempdir().unwrap();
    let whole = projected(folder.path());
    for (was, is) in [("position <= as_of()", "position << as_of()"), ("n_accounts > 0", "n_accounts > 8")] {
        let (_folder, path) = copied(&whole);
        let store = SqliteStore::open_read_only(&path, &Aggregates::bank()).unwrap();
        let file = generation(&location(&store));
        let mut bytes = fs::read(&file).unwrap();
        let places: Vec<usize> = bytes
            .windows(was.len())
            .enumerate()
            .filter_map(|(at, window)| (window == was.as_bytes()).then_some(at))
            .collect();
        for at in places {
            bytes[at..at + is.len()].copy_from_slice(is.as_bytes());
        }
        fs::write(&file, bytes).unwrap();
        let begun = caught_up(&store);
        let said = "is missing, or was changed";
        assert!(
            matches!(&begun, Some(RebuildReason::Damaged(why)) if why.contains(said)),
            "{was}: {begun:?}"
        );
    }
}
