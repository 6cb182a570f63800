//! A file that cannot be opened gets one sentence that says why, and stays unchanged.

use foldback::domain::aggregates::Aggregates;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use foldback::domain::event::{GlobalPosition, StreamPosition};
use foldback::store::sqlite::SqliteStore;
use foldback::store::sqlite::file::open_error::Problem;
use foldback::store::sqlite::file::schema::{APPLICATION_ID, SCHEMA_VERSION};
use foldback::store::{EventReader, EventStore};
use proptest::prelude::{any, prop, prop_assert_eq, proptest};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::contract::all;
use crate::read_only::ReadOnly;
use crate::support::{self, TempStore, cases, deposit, files, write};

/// A store at rest with `n_events` events, in a folder.
pub(crate) fn at_rest(n_events: i64) -> (TempDir, PathBuf) {
    let mut temp = TempStore::new();
    temp.store.append(&[write("a", (0..n_events).map(deposit).collect())]).unwrap();
    let path = temp.path();
    (temp.close(), path)
}

/// Opens the file in both ways, which must fail with this sentence and change nothing.
fn check_refused(folder: &Path, path: &Path, sentence: &str) {
    let before = files(folder);
    for open in [SqliteStore::open, SqliteStore::open_read_only] {
        let error = open(path, &Aggregates::bank()).err().expect("it opened");
        assert_eq!(error.to_string(), sentence.replace("PATH", &path.display().to_string()));
        assert_eq!(files(folder), before);
    }
}

fn refused(content: &[u8], sentence: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bank.db");
    fs::write(&path, content).unwrap();
    check_refused(folder.path(), &path, sentence);
}

const NOT_A_STORE: &str = "PATH is not a store of foldback, or its beginning is damaged";

#[test]
fn a_missing_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bank.db");
    check_refused(folder.path(), &path, "PATH does not exist; `foldback new` creates a store");
    assert!(SqliteStore::open(&path, &Aggregates::bank()).err().unwrap().is_missing());
}

#[test]
fn a_directory() {
    let folder = tempfile::tempdir().unwrap();
    check_refused(folder.path(), folder.path(), "PATH is a directory; name the store's file in it");
}

#[test]
fn an_empty_file() {
    refused(b"", "PATH is empty; `foldback new` creates a store there");
}

#[test]
fn a_file_that_is_no_database() {
    refused(b"{\"stream\":\"a\",\"type\":\"deposit\",\"data\":{}}\n", NOT_A_STORE);
    refused(b"x", NOT_A_STORE);
    refused(&[0; 100_000], NOT_A_STORE);
}

#[test]
fn another_database() {
    for mode in ["DELETE", "WAL"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other.db");
        let conn = Connection::open(&path).unwrap();
        conn.pragma_update(None, "journal_mode", mode).unwrap();
        conn.execute_batch("CREATE TABLE events (position INTEGER PRIMARY KEY, data TEXT)").unwrap();
        drop(conn);
        check_refused(folder.path(), &path, NOT_A_STORE);
    }
}

#[test]
fn another_database_whose_writer_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    for (mode, beside) in [("DELETE", "-journal"), ("WAL", "-wal")] {
        let path = folder.path().join("other.db");
        let conn = Connection::open(&path).unwrap();
        conn.pragma_update(None, "journal_mode", mode).unwrap();
        conn.pragma_update(None, "cache_size", 1).unwrap();
        conn.execute_batch("CREATE TABLE t (x); BEGIN; INSERT INTO t VALUES (zeroblob(100000))").unwrap();
        // Copied in the middle of a transaction, the files are like those after a kill.
        let killed = tempfile::tempdir().unwrap();
        for suffix in ["", beside] {
            let name = format!("other.db{suffix}");
            fs::copy(folder.path().join(&name), killed.path().join(&name)).unwrap();
        }
        drop(conn);
        fs::remove_file(&path).unwrap();
        check_refused(killed.path(), &killed.path().join("other.db"), NOT_A_STORE);
    }
}

fn with_user_version(version: i32) -> (TempDir, PathBuf) {
    let (folder, path) = at_rest(3);
    let conn = Connection::open(&path).unwrap();
    conn.pragma_update(None, "user_version", version).unwrap();
    drop(conn);
    (folder, path)
}

#[test]
fn a_store_of_a_newer_version() {
    let (folder, path) = with_user_version(7);
    let sentence = "PATH was created by a newer foldback (its tables have version 7, and this one knows versions up to 3); \
                    open it with the newer one";
    check_refused(folder.path(), &path, sentence);
}

#[test]
fn a_store_of_an_older_version() {
    let (folder, path) = with_user_version(0);
    let sentence = "PATH was created by an older foldback (its tables have version 0, and this one needs version 3); export its log \
                    with the older one, and import it into a new store";
    check_refused(folder.path(), &path, sentence);
}

/// A store with these bytes written over its own from an offset on.
fn overwritten(from: usize, bytes: &[u8]) -> (TempDir, PathBuf) {
    let (folder, path) = at_rest(2_000);
    let mut content = fs::read(&path).unwrap();
    content[from..from + bytes.len()].copy_from_slice(bytes);
    fs::write(&path, content).unwrap();
    (folder, path)
}

const MALFORMED: &str = "PATH is damaged (database disk image is malformed); go back to a copy of it";

#[test]
fn a_store_whose_beginning_is_damaged() {
    for (from, bytes) in [(0, &[b'x'; 16][..]), (16, &[0xff; 2]), (0, &[0; 4096])] {
        let (folder, path) = overwritten(from, bytes);
        check_refused(folder.path(), &path, NOT_A_STORE);
    }
    // After the header comes the list of the tables.
    let (folder, path) = overwritten(100, &[0xa5; 3996]);
    check_refused(folder.path(), &path, MALFORMED);
}

#[test]
fn a_store_that_was_cut() {
    for keep in [4096, 4096 * 7, 4096 * 7 + 100] {
        let (folder, path) = at_rest(2_000);
        let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
        assert!(file.metadata().unwrap().len() > keep);
        file.set_len(keep).unwrap();
        drop(file);
        check_refused(folder.path(), &path, MALFORMED);
    }
}

#[test]
fn a_store_with_garbage_in_it() {
    let (_folder, path) = at_rest(2_000);
    let n_bytes = fs::read(&path).unwrap().len();
    let (folder, path) = overwritten(4096, &vec![0xa5; n_bytes - 4096]);
    check_refused(folder.path(), &path, MALFORMED);
}

#[test]
fn a_store_that_lost_a_table() {
    let (folder, path) = at_rest(3);
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch("DROP TABLE mappings").unwrap();
    drop(conn);
    let sentence = "PATH is damaged (its table mappings is missing, or not the one that a store has); go back to a copy of it";
    check_refused(folder.path(), &path, sentence);
}

#[test]
fn a_store_whose_log_never_ends() {
    let (folder, path) = at_rest(3);
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch(
        "ALTER TABLE events RENAME TO others;
         CREATE VIEW events AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
         SELECT i AS position, 1 AS clock, '{}' AS data FROM n",
    )
    .unwrap();
    drop(conn);
    let sentence = "PATH is damaged (its table events is missing, or not the one that a store has); go back to a copy of it";
    check_refused(folder.path(), &path, sentence);
}

#[test]
fn a_store_with_something_in_it_that_acts_by_itself() {
    for (sql, what) in [
        ("CREATE TRIGGER t AFTER INSERT ON events BEGIN DELETE FROM store; END", "trigger"),
        ("CREATE INDEX i ON events (time) WHERE time > 0", "index"),
    ] {
        let (folder, path) = at_rest(3);
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        let sentence = format!("PATH is damaged (it contains an unexpected {what}); go back to a copy of it");
        check_refused(folder.path(), &path, &sentence);
    }
    let (_folder, path) = at_rest(3);
    Connection::open(&path).unwrap().execute_batch("CREATE VIEW mine AS SELECT 1").unwrap();
    assert!(
        SqliteStore::open(&path, &Aggregates::bank()).is_ok(),
        "a view of one's own is only looked at by who made it"
    );
}

#[test]
fn damage_that_is_met_later_is_named_too() {
    // The page of the first events: opening reads the last ones.
    let (folder, path) = at_rest(2_000);
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch("CREATE VIRTUAL TABLE temp.pages USING dbstat(main)").unwrap();
    let sql = "SELECT pageno FROM pages WHERE name = 'events' AND pagetype = 'leaf' ORDER BY path LIMIT 1";
    let page: u32 = conn.query_row(sql, [], |row| row.get(0)).unwrap();
    drop(conn);
    let mut content = fs::read(&path).unwrap();
    let end = usize::try_from(page).unwrap() * 4096;
    content[end - 4096..end].fill(0xa5);
    fs::write(&path, content).unwrap();
    let before = files(folder.path());
    let store = SqliteStore::open(&path, &Aggregates::bank()).unwrap();
    let error = store.read_stream(&support::stream("a"), StreamPosition::START, 1).unwrap_err();
    assert!(
        error.to_string().ends_with("is damaged, or its disk cannot be read; go back to a copy of it"),
        "{error:#}"
    );
    drop(store);
    assert_eq!(files(folder.path()), before);
}

/// The child of the next test: locks the store until its input ends.
#[test]
fn child_that_locks() {
    let Some(path) = std::env::var_os("FOLDBACK_TEST_LOCK") else { return };
    let conn = Connection::open(path).unwrap();
    conn.pragma_update(None, "locking_mode", "EXCLUSIVE").unwrap();
    conn.execute_batch("BEGIN EXCLUSIVE").unwrap();
    println!("\nlocked");
    std::io::stdin().read_line(&mut String::new()).unwrap();
}

#[test]
fn a_store_that_another_process_has_for_itself() {
    let (folder, path) = at_rest(3);
    let mut child = support::child("open::child_that_locks", "FOLDBACK_TEST_LOCK", &path);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line == "locked"));
    check_refused(
        folder.path(),
        &path,
        "PATH is locked by another process; try again when that has finished",
    );
    drop(child.stdin.take());
    lines.for_each(drop);
    assert!(child.wait().unwrap().success());
    assert_eq!(all(&SqliteStore::open(&path, &Aggregates::bank()).unwrap()).len(), 3);
}

#[test]
fn a_store_is_made_only_where_nothing_is() {
    let (folder, path) = at_rest(3);
    let before = files(folder.path());
    let error = SqliteStore::create(&path, &Aggregates::bank()).err().unwrap();
    assert!(matches!(error.problem, Problem::Exists), "{error}");
    assert_eq!(files(folder.path()), before);
    let error =
        SqliteStore::create(&folder.path().join("missing/bank.db"), &Aggregates::bank()).err().unwrap();
    assert!(error.to_string().contains("its folder does not exist"), "{error}");
}

#[test]
fn a_new_store_is_one_file_with_an_id_of_its_own_and_a_receipt() {
    let (folder, path) = at_rest(0);
    let names: Vec<_> = files(folder.path()).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["bank.db", "bank.db-receipt"]);
    let store = SqliteStore::open(&path, &Aggregates::bank()).unwrap();
    let reader = SqliteStore::open_read_only(&path, &Aggregates::bank()).unwrap();
    assert_eq!(store.id(), reader.id());
    assert_ne!(store.id(), TempStore::new().store.id());
}

#[test]
fn a_reader_sees_new_events_and_leaves_no_trace() {
    let (folder, path) = at_rest(1);
    let before = files(folder.path());
    drop(SqliteStore::open_read_only(&path, &Aggregates::bank()).unwrap());
    assert_eq!(files(folder.path()), before);

    let reader = SqliteStore::open_read_only(&path, &Aggregates::bank()).unwrap();
    let version = reader.data_version().unwrap();
    assert_eq!(reader.data_version().unwrap(), version);
    let mut writer = SqliteStore::open(&path, &Aggregates::bank()).unwrap();
    assert_eq!(reader.data_version().unwrap(), version);
    writer.append(&[write("a", vec![deposit(2)])]).unwrap();
    assert_ne!(reader.data_version().unwrap(), version);
    assert_eq!(reader.head().unwrap(), GlobalPosition::new(2));
    let own = writer.data_version().unwrap();
    writer.append(&[write("a", vec![deposit(3)])]).unwrap();
    assert_eq!(writer.data_version().unwrap(), own, "one's own writing is no news");
}

#[test]
fn names_that_mean_something_in_a_uri_are_names() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a?mode=memory", "b#c", "100%25.db", "ä ö.db", "x&immutable=0"] {
        let path = folder.path().join(name);
        let mut store = SqliteStore::create(&path, &Aggregates::bank()).unwrap();
        store.append(&[write("a", vec![deposit(1)])]).unwrap();
        drop(store);
        let _mark = ReadOnly::new(&path);
        assert_eq!(all(&SqliteStore::open_read_only(&path, &Aggregates::bank()).unwrap()).len(), 1, "{name}");
    }
    assert_eq!(files(folder.path()).len(), 2 * 5);
}

#[cfg(unix)]
#[test]
fn a_link_to_a_store_is_that_store() {
    let (folder, path) = at_rest(1);
    let elsewhere = tempfile::tempdir().unwrap();
    let link = elsewhere.path().join("link.db");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let mut store = SqliteStore::open(&link, &Aggregates::bank()).unwrap();
    assert_eq!(store.path(), fs::canonicalize(&path).unwrap());
    store.append(&[write("a", vec![deposit(2)])]).unwrap();
    assert_eq!(all(&SqliteStore::open_read_only(&path, &Aggregates::bank()).unwrap()).len(), 2);
    drop(store);
    assert_eq!((files(folder.path()).len(), fs::read_dir(elsewhere.path()).unwrap().count()), (2, 1));
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn opening_changes_nothing_whatever_is_in_the_file(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        in_the_first_page in any::<bool>(),
    ) {
        let (folder, path) = at_rest(200);
        let mut content = fs::read(&path).unwrap();
        let n_bytes = if in_the_first_page { 4096 } else { content.len() };
        for (index, byte) in damage {
            content[index.index(n_bytes)] = byte;
        }
        // The journal mode is not damage: opening for writing switches the write-ahead log on again.
        content[18..20].fill(2);
        fs::write(&path, content).unwrap();
        let before = files(folder.path());
        for open in [SqliteStore::open, SqliteStore::open_read_only] {
            if let Ok(store) = open(&path, &Aggregates::bank()) {
                drop(store.read_all(GlobalPosition::START, foldback::store::Direction::Forward, 1_000));
                drop(store.streams("", 1_000));
            }
            prop_assert_eq!(files(folder.path()), before.clone());
        }
    }
}

/// Its tables are in the file already; the rollback journal beside it says that they never were.
#[test]
fn a_store_whose_making_was_killed_is_an_empty_file_to_readers_and_writers() {
    let folder = tempfile::tempdir().unwrap();
    let (path, journal) = (folder.path().join("bank.db"), folder.path().join("bank.db-journal"));
    let conn = Connection::open(&path).unwrap();
    conn.pragma_update(None, "cache_size", 1).unwrap();
    conn.execute_batch("BEGIN").unwrap();
    conn.execute_batch(include_str!("../../src/store/sqlite/file/schema.sql")).unwrap();
    conn.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
    conn.pragma_update(None, "user_version", SCHEMA_VERSION).unwrap();
    conn.execute_batch("CREATE TABLE x (y); INSERT INTO x VALUES (zeroblob(100000)); DROP TABLE x").unwrap();
    let kept = fs::read(&journal).unwrap();
    conn.execute_batch("COMMIT").unwrap();
    drop(conn);
    for open in [SqliteStore::open_read_only, SqliteStore::open] {
        fs::write(&journal, &kept).unwrap();
        let Err(error) = open(&path, &Aggregates::bank()) else { panic!("it was opened") };
        let sentence = format!("{} is empty; `foldback new` creates a store there", path.display());
        assert_eq!(error.to_string(), sentence);
    }
    // The next creation can use the path.
    fs::write(&journal, &kept).unwrap();
    assert_eq!(SqliteStore::create(&path, &Aggregates::bank()).unwrap().head().unwrap().number(), 0);
    fs::write(folder.path().join("empty.db"), "").unwrap();
    SqliteStore::create(&folder.path().join("empty.db"), &Aggregates::bank()).unwrap();
}
