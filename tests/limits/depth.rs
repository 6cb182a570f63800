//! JSON that is nested deeper than a program's stack allows.

use std::path::Path;
use std::process::Command as Process;

use foldback::cli::print::{PrintedScreen, screen};
use foldback::domain::aggregates::Aggregates;
use foldback::domain::event::GlobalPosition;
use foldback::store::sqlite::SqliteStore;
use foldback::store::{Direction, EventReader};
use foldback::tui::model::size::Size;
use foldback::tui::script::keys_of;
use rusqlite::Connection;

use crate::support::sample_store;

/// Changes an event's data as only another program can: without the triggers, which are there again afterwards.
fn overwritten(store: &Path, data: &str) {
    let conn = Connection::open(store).unwrap();
    let trigger: String = conn
        .query_one("SELECT sql FROM sqlite_schema WHERE name = 'events_update'", [], |row| row.get(0))
        .unwrap();
    conn.execute_batch("DROP TRIGGER events_update").unwrap();
    conn.execute("UPDATE events SET data = ?1, metadata = ?1 WHERE position = 2", [data]).unwrap();
    conn.execute_batch(&trigger).unwrap();
}

#[test]
fn json_deeper_than_any_stack_ends_nothing_wherever_it_is_from() {
    let folder = tempfile::tempdir().unwrap();
    let path = sample_store(folder.path(), "seed");
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(500_000), close.repeat(500_000));
        overwritten(&path, &deep);
        let path = path.to_str().unwrap();
        for words in [
            &["events", path, "--json"][..],
            &["events", path, "a"],
            &["export", path],
            &["state", path, "--at", "2"],
        ] {
            let output = Process::new(env!("CARGO_BIN_EXE_foldback")).args(words).output().unwrap();
            assert!(output.status.code().is_some_and(|code| code < 4), "{words:?}: {:?}", output.status);
        }
        let keys = keys_of("<enter><pgdn><esc>yd<tab><tab><enter>s").unwrap();
        let size = Size { width: 120, height: 36 };
        screen(&PrintedScreen {
            path: path.as_ref(),
            map: None,
            at: None,
            keys: &keys,
            size,
            aggregates: &Aggregates::bank(),
        })
        .unwrap();
    }
    let store = SqliteStore::open_read_only(&path, &Aggregates::bank()).unwrap();
    let mapping = Aggregates::bank()
        .parse_mapping("[meaning.events.withdraw]\nmeans = \"Deposited\"\namount = \"a.a.a.a\"\n")
        .unwrap();
    for event in store.read_all(GlobalPosition::new(1), Direction::Forward, 9).unwrap() {
        assert!(mapping.read_account_event(&event.event_type, &event.data, None).is_err());
    }
}
