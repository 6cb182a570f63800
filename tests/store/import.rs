//! Importing: the origin of events is known, and nothing is added twice.

use foldback::domain::aggregates::Aggregates;
use foldback::domain::event::{GlobalPosition, NewEvent, SourceId, StreamPosition};
use foldback::store::EventReader;
use foldback::store::EventStore;
use foldback::store::log::source::Source;
use foldback::store::sqlite::SqliteStore;
use foldback::store::sqlite::import::sources::NewSource;
use foldback::store::sqlite::import::{ImportedBatch, ImportedEvent, SourceProgress};
use proptest::prelude::{Strategy, prop, prop_assert_eq, proptest};

use crate::contract::all;
use crate::support::{TempStore, cases, deposit, event, files, stream, with_id, with_time, write};

pub fn new_source(name: &str) -> NewSource {
    NewSource {
        log: None,
        name: name.to_owned(),
        beginning_bytes: 4096,
        beginning_hash: "b".to_owned(),
        mapping: None,
    }
}

pub fn imported(source: SourceId, name: &str, place: u64, event: NewEvent) -> ImportedEvent {
    ImportedEvent { source, place, stream: stream(name), event }
}

pub fn progress(log: SourceId, read_lines: u64) -> SourceProgress {
    SourceProgress { log, read_bytes: read_lines * 100, read_hash: format!("h{read_lines}"), read_lines }
}

/// Imports the events; the log was read as far as there are events.
pub fn import(store: &mut SqliteStore, log: SourceId, events: &[ImportedEvent]) -> ImportedBatch {
    let n = u64::try_from(events.len()).unwrap();
    store.import(events, &progress(log, n)).unwrap()
}

fn batch(head: u64, n_events: u64, n_duplicates: u64, refused: &[(usize, &str)]) -> ImportedBatch {
    let refused = refused.iter().map(|(index, why)| (*index, (*why).to_owned())).collect();
    ImportedBatch { head: GlobalPosition::new(head), n_events, n_duplicates, refused }
}

#[test]
fn events_and_progress_are_written_together() {
    let mut temp = TempStore::new();
    let log = temp.store.add_source(&new_source("bank.jsonl")).unwrap();
    let events = [imported(log, "a", 1, with_time(5, deposit(1))), imported(log, "b", 1, deposit(2))];
    assert_eq!(temp.store.import(&events, &progress(log, 2)).unwrap(), batch(2, 2, 0, &[]));
    let known = Source {
        id: log,
        log,
        name: "bank.jsonl".to_owned(),
        beginning_bytes: 4096,
        beginning_hash: "b".to_owned(),
        read_bytes: 200,
        read_hash: "h2".to_owned(),
        read_lines: 2,
        mapping: None,
    };
    assert_eq!(temp.store.sources().unwrap(), std::slice::from_ref(&known));
    assert!(all(&temp.store).iter().all(|event| event.source == Some(log)));

    let before = all(&temp.store);
    let unknown = SourceId(99);
    temp.store.import(&[imported(log, "c", 1, deposit(3))], &progress(unknown, 3)).unwrap_err();
    temp.store.import(&[imported(unknown, "c", 1, deposit(3))], &progress(log, 3)).unwrap_err();
    assert_eq!((all(&temp.store), temp.store.sources().unwrap()), (before, vec![known]));
    // A failed import leaves nothing in memory either.
    let events = [imported(log, "c", 1, deposit(3)), imported(log, "a", 2, deposit(4))];
    assert_eq!(temp.store.import(&events, &progress(log, 4)).unwrap(), batch(4, 2, 0, &[]));
}

#[test]
fn the_same_log_again_adds_nothing() {
    let mut temp = TempStore::new();
    let log = temp.store.add_source(&new_source("bank.jsonl")).unwrap();
    let events = |n: u64| -> Vec<_> {
        // Two equal deposits in one log are two.
        (1..=n).map(|place| imported(log, "a", place, deposit(1))).collect()
    };
    assert_eq!(import(&mut temp.store, log, &events(3)), batch(3, 3, 0, &[]));
    assert_eq!(import(&mut temp.store, log, &events(3)), batch(3, 0, 3, &[]));
    let mut reopened = SqliteStore::open(&temp.path(), &Aggregates::bank()).unwrap();
    assert_eq!(import(&mut reopened, log, &events(5)), batch(5, 2, 3, &[]));
    // The first connection has to notice the second one's events.
    assert_eq!(import(&mut temp.store, log, &events(6)), batch(6, 1, 5, &[]));
    assert_eq!(temp.store.version_at(&stream("a"), GlobalPosition::new(6)).unwrap(), StreamPosition::new(6));
}

#[test]
fn ids_are_known_across_logs() {
    let mut temp = TempStore::new();
    let first = temp.store.add_source(&new_source("1.jsonl")).unwrap();
    let second = temp.store.add_source(&new_source("2.jsonl")).unwrap();
    temp.store.append(&[write("a", vec![with_id("x", deposit(1))])]).unwrap();
    let events = vec![
        imported(first, "a", 1, with_id("x", deposit(1))),
        imported(first, "a", 2, with_id("y", deposit(2))),
        imported(first, "a", 3, with_id("y", deposit(2))),
        imported(first, "new", 1, with_id("x", deposit(1))),
    ];
    let refused = [(3, "its id x belongs to another event, at position 1")];
    assert_eq!(import(&mut temp.store, first, &events), batch(2, 1, 2, &refused));
    let events = vec![
        imported(second, "a", 1, with_id("y", deposit(2))),
        imported(second, "a", 2, with_id("y", deposit(3))),
        imported(second, "a", 3, deposit(3)),
    ];
    let refused = [(1, "its id y belongs to another event, at position 2")];
    assert_eq!(import(&mut temp.store, second, &events), batch(3, 1, 1, &refused));
    assert_eq!(temp.store.streams("", 9).unwrap(), [stream("a")], "a refused event makes no stream");
}

#[test]
fn an_event_that_contradicts_an_earlier_import_is_refused() {
    let mut temp = TempStore::new();
    let log = temp.store.add_source(&new_source("bank.jsonl")).unwrap();
    let too_long = event(&"x".repeat(513), "{}");
    let events = vec![imported(log, "a", 1, with_time(1, deposit(1))), imported(log, "a", 3, deposit(3))];
    assert_eq!(import(&mut temp.store, log, &events), batch(2, 2, 0, &[]));
    let events = vec![
        imported(log, "a", 1, with_time(2, deposit(1))),
        imported(log, "a", 2, deposit(2)),
        imported(log, "a", 3, deposit(4)),
        imported(log, "a", 4, too_long),
        imported(log, "a", 5, event("T", "nonsense")),
        imported(log, "a", 6, deposit(6)),
        imported(log, "a", 6, deposit(6)),
    ];
    let refused = [
        (0, "place 1 of a in this log was imported with other content, to position 1"),
        (1, "event 2 of a was skipped; event 3 of that stream is already imported"),
        (2, "place 3 of a in this log was imported with other content, to position 2"),
        (3, "its type has 513 bytes, and 512 are the most that is taken"),
        (4, "its data is not JSON: expected ident at line 1 column 2"),
    ];
    assert_eq!(import(&mut temp.store, log, &events), batch(3, 1, 1, &refused));
}

#[test]
fn a_mapping_can_be_changed_and_the_older_ones_stay() {
    let mut temp = TempStore::new();
    let log =
        temp.store.add_source(&NewSource { mapping: Some("a = 1".to_owned()), ..new_source("x") }).unwrap();
    let child = temp.store.add_source(&NewSource { log: Some(log), ..new_source("child") }).unwrap();
    for text in ["a = 1", "a = 2", "a = 2", "a = 1"] {
        temp.store.set_mapping(log, text).unwrap();
    }
    temp.store.set_mapping(SourceId(99), "a = 1").unwrap_err();
    temp.store.add_source(&NewSource { log: Some(SourceId(99)), ..new_source("y") }).unwrap_err();
    let mappings: Vec<_> = temp
        .store
        .sources()
        .unwrap()
        .into_iter()
        .map(|source| (source.id, source.log, source.mapping))
        .collect();
    assert_eq!(mappings, [(log, log, Some("a = 1".to_owned())), (child, log, None)]);
    let conn = rusqlite::Connection::open(temp.path()).unwrap();
    let texts: Vec<Option<String>> = conn
        .prepare("SELECT text FROM mappings ORDER BY id")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(
        texts,
        [Some("a = 1"), None, Some("a = 2"), Some("a = 1")].map(|text| text.map(str::to_owned))
    );
    // Events of a part are recognised by their places in the whole log.
    let events = vec![imported(log, "a", 1, deposit(1)), imported(child, "a", 2, deposit(2))];
    import(&mut temp.store, log, &events);
    assert_eq!(temp.store.last_place(log, &stream("a")).unwrap(), 2);
    assert_eq!(import(&mut temp.store, log, &events), batch(2, 0, 2, &[]));
}

#[test]
fn events_are_read_with_the_newest_mapping_of_their_source() {
    let renamed = |from: &str| format!("[meaning.events]\n{from} = {{ means = \"AccountFrozen\" }}\n");
    let mut temp = TempStore::new();
    let log =
        temp.store.add_source(&NewSource { mapping: Some(renamed("Other")), ..new_source("x") }).unwrap();
    temp.store.set_mapping(log, &renamed("Iced")).unwrap();
    let events = [imported(log, "a", 1, event("Iced", "{}")), imported(log, "a", 2, event("Other", "{}"))];
    import(&mut temp.store, log, &events);
    temp.store.append(&[write("a", vec![event("AccountFrozen", "{}")])]).unwrap();
    let mappings = temp.store.mappings().unwrap();
    let read: Vec<_> =
        all(&temp.store).iter().map(|event| mappings.read_account_event(event, None).0.is_ok()).collect();
    assert_eq!(read, [true, false, true]);

    temp.store.set_mapping(log, "nonsense").unwrap();
    let error = temp.store.mappings().unwrap_err().to_string();
    assert!(error.starts_with("the mapping of x in "), "{error}");
}

/// An event added to one of two streams, by a command or from one of two logs, some of whose events are missing.
#[derive(Clone, Debug)]
struct Step {
    stream: usize,
    log: Option<usize>,
    skipped: u64,
    ends_batch: bool,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step =
        (0..2_usize, prop::option::of(0..2_usize), prop::sample::select(vec![0, 0, 0, 2]), prop::bool::ANY);
    let step = step.prop_map(|(stream, log, skipped, ends_batch)| Step { stream, log, skipped, ends_batch });
    prop::collection::vec(step, 0..60)
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn every_event_is_found_at_the_place_it_came_from(steps in steps()) {
        let mut temp = TempStore::new();
        let logs = ["1", "2"].map(|name| temp.store.add_source(&new_source(name)).unwrap());
        let names = ["a", "b"];
        let mut last = [[0_u64; 2]; 2];
        let mut expected = Vec::new();
        let mut waiting = Vec::new();
        for (n, Step { stream, log, skipped, ends_batch }) in steps.iter().enumerate() {
            let event = deposit(i64::try_from(n).unwrap());
            match *log {
                Some(log) => {
                    let place = &mut last[log][*stream];
                    *place += 1 + skipped;
                    expected.push((log, *stream, *place, event.data.clone()));
                    waiting.push(imported(logs[log], names[*stream], *place, event));
                }
                None => {
                    import(&mut temp.store, logs[0], &std::mem::take(&mut waiting));
                    temp.store.append(&[write(names[*stream], vec![event])]).unwrap();
                }
            }
            if *ends_batch {
                import(&mut temp.store, logs[0], &std::mem::take(&mut waiting));
            }
        }
        import(&mut temp.store, logs[0], &waiting);
        prop_assert_eq!(all(&temp.store).len(), steps.len());
        for (log, id) in logs.into_iter().enumerate() {
            for (name, newest) in names.into_iter().zip(last[log]) {
                prop_assert_eq!(temp.store.last_place(id, &stream(name)).unwrap(), newest);
                for place in 0..newest + 2 {
                    let found = temp.store.event_at_place(id, &stream(name), place).unwrap();
                    let is_there = |e: &&(usize, usize, u64, String)| (e.0, names[e.1], e.2) == (log, name, place);
                    let data = expected.iter().find(is_there).map(|event| event.3.clone());
                    prop_assert_eq!(found.map(|event| event.data), data);
                }
            }
        }
    }
}

/// Ids of both kinds, few enough to repeat: within a batch, in a later one, and after the store was reopened.
fn ids() -> impl Strategy<Value = Vec<(u8, bool, bool, bool)>> {
    prop::collection::vec(
        (0..24_u8, prop::bool::ANY, prop::bool::weighted(0.1), prop::bool::weighted(0.1)),
        1..80,
    )
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn an_id_is_there_once_however_often_and_in_whatever_order_it_comes(ids in ids()) {
        let mut temp = TempStore::new();
        let log = temp.store.add_source(&new_source("x")).unwrap();
        let (mut expected, mut batch_of, mut waiting) = (Vec::new(), Vec::new(), Vec::new());
        for (n, (number, is_uuid, ends_batch, reopens)) in ids.iter().enumerate() {
            let id = if *is_uuid {
                // The order of the numbers is not that of the ids.
                uuid::Uuid::from_u64_pair(u64::from(*number).reverse_bits(), 1).to_string()
            } else {
                number.to_string()
            };
            let is_first = !expected.contains(&id);
            if is_first {
                expected.push(id.clone());
            }
            batch_of.push(is_first);
            waiting.push(imported(log, "a", u64::try_from(n).unwrap() + 1, with_id(&id, deposit(1))));
            if *ends_batch || *reopens || n + 1 == ids.len() {
                let events = std::mem::take(&mut waiting);
                let n_new = u64::try_from(batch_of.drain(..).filter(|is_first| *is_first).count()).unwrap();
                let n_there = u64::try_from(events.len()).unwrap() - n_new;
                let head = u64::try_from(expected.len()).unwrap();
                prop_assert_eq!(import(&mut temp.store, log, &events), batch(head, n_new, n_there, &[]));
            }
            if *reopens {
                temp.store = SqliteStore::open(&temp.path(), &Aggregates::bank()).unwrap();
            }
        }
        let stored: Vec<_> = all(&temp.store).into_iter().filter_map(|event| event.id).collect();
        prop_assert_eq!(&stored, &expected);
        for (id, event) in expected.iter().zip(all(&temp.store)) {
            prop_assert_eq!(temp.store.event_by_id(id).unwrap(), Some(event));
        }
    }
}

#[test]
fn bulk_changes_nothing_but_the_speed() {
    let mut temp = TempStore::new();
    let log = temp.store.add_source(&new_source("bank.jsonl")).unwrap();
    temp.store.begin_bulk().unwrap();
    for n in 0..10 {
        let events: Vec<_> =
            (0..100).map(|m| imported(log, &format!("s{}", m % 7), n * 100 + m + 1, deposit(1))).collect();
        temp.store.import(&events, &progress(log, (n + 1) * 100)).unwrap();
    }
    // A concurrent reader neither delays the end nor misses anything.
    let reader = SqliteStore::open_read_only(&temp.path(), &Aggregates::bank()).unwrap();
    assert_eq!(reader.head().unwrap(), GlobalPosition::new(1000));
    temp.store.end_bulk().unwrap();
    drop(reader);
    let path = temp.path();
    let folder = temp.close();
    let names: Vec<_> = files(folder.path()).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["bank.db", "bank.db-receipt"], "all is in the one file");
    let store = SqliteStore::open(&path, &Aggregates::bank()).unwrap();
    let per_stream: Vec<_> = store
        .streams("s", 9)
        .unwrap()
        .iter()
        .map(|name| store.version_at(name, GlobalPosition::new(1000)).unwrap().number())
        .collect();
    assert_eq!(per_stream, [150, 150, 140, 140, 140, 140, 140]);
}
