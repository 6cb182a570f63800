//! The adapter for `eventsourcing` on a store that the library made: all states that are known of it agree.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use foldback::domain::event::{RecordedEvent, StreamName};
use foldback::runtime::fold_process::protocol::StateJson;
use rusqlite::Connection;
use serde_json::Value;

use crate::adapters::folder_with;
use crate::libraries::{library, without_version};
use crate::program::{PATIENT, Scene, event};

/// The rows of a table of the store: stream, version, topic and JSON, in the order of streams and versions.
fn rows(store: &Connection, table: &str) -> Vec<RecordedEvent> {
    let sql = format!("SELECT * FROM {table} ORDER BY originator_id, originator_version");
    let mut statement = store.prepare(&sql).unwrap();
    let row = |row: &rusqlite::Row<'_>| {
        let json = String::from_utf8(row.get(3)?).unwrap();
        let stream = StreamName::new(&row.get::<_, String>(0)?).unwrap();
        Ok(RecordedEvent {
            stream,
            ..event(row.get::<_, i64>(1)?.cast_unsigned(), &row.get::<_, String>(2)?, &json)
        })
    };
    statement.query_map([], row).unwrap().map(|row| row.unwrap()).collect()
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn every_snapshot_and_every_balance_of_a_real_store_is_what_the_adapter_gives() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/stores");
    let Ok(packed) = std::fs::File::open(shared.join("eventsourcing.sqlite.gz")) else {
        println!("skipped: {} is not there", shared.display());
        return;
    };
    let Some(python) = library("venv/bin/python") else { return };
    let folder = folder_with(&["assets/adapters/eventsourcing_fold.py", "tests/fold_process/bank.py"]);
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(packed).read_to_end(&mut bytes).unwrap();
    std::fs::write(folder.path().join("store.db"), bytes).unwrap();
    let store = Connection::open(folder.path().join("store.db")).unwrap();
    let arguments = ["eventsourcing_fold.py", "bank:BankAccount"];
    let mut scene = Scene::program(python.to_str().unwrap(), &arguments, folder, PATIENT);

    let mut states: BTreeMap<String, Vec<StateJson>> = BTreeMap::new();
    for events in rows(&store, "stored_events").chunk_by(|one, next| one.stream == next.stream) {
        let folded = scene.fold(events).unwrap();
        assert_eq!(folded.not_understood, []);
        states.insert(events[0].stream.as_str().to_owned(), folded.states);
    }
    let snapshots = rows(&store, "stored_snapshots");
    assert_eq!(snapshots.len(), 71);
    for snapshot in snapshots {
        let version = snapshot.version.number();
        let state = &states[snapshot.stream.as_str()][usize::try_from(version).unwrap() - 1];
        let expected = (json_of(&snapshot.data)["state"].clone(), Some(version));
        assert_eq!(without_version(state), expected, "{} {version}", snapshot.stream);
    }
    let answers = json_of(&std::fs::read_to_string(shared.join("answers.json")).unwrap());
    let answers = answers["eventsourcing"].as_object().unwrap();
    assert_eq!(answers.len(), states.len());
    for (stream, answer) in answers {
        let states = &states[stream];
        let (last, _) = without_version(states.last().unwrap());
        let found =
            (states.len(), last["balance"]["_data_"].as_str().unwrap().to_owned(), last["owner"].clone());
        let version = usize::try_from(answer["version"].as_u64().unwrap()).unwrap();
        let expected = (version, answer["balance"].as_str().unwrap().to_owned(), answer["owner"].clone());
        assert_eq!(found, expected, "{stream}");
    }
}
