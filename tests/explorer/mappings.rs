//! A store whose log gets another mapping: the change is noticed, and rows of the older mapping are not reported as
//! defects.

use foldback::domain::aggregates::Aggregates;
use std::path::Path;
use std::sync::mpsc::channel;
use std::time::Duration;

use foldback::cancel::Cancel;
use foldback::domain::aggregates::account::state::BALANCE;
use foldback::domain::event::GlobalPosition;
use foldback::read_model::engine::catch_up::{CatchUpOptions, project_to_head};
use foldback::read_model::engine::location::{Location, LockOutcome};
use foldback::read_model::rows::AsOf;
use foldback::runtime::rows_worker::RowsWorker;
use foldback::runtime::shell::outbox::Job;
use foldback::runtime::watcher;
use foldback::store::import::import;
use foldback::store::import::options::ImportOptions;
use foldback::store::jsonl::input::LogInput;
use foldback::store::sqlite::SqliteStore;
use foldback::tui::message::Message;
use foldback::tui::questions::comparison::{CompareQuestion, Comparison};
use foldback::tui::questions::listing::{Around, Listing, ListingQuestion};
use foldback::tui::questions::{Answer, LogQuestion, RowsQuestion};

use crate::bank::worker_of;

const LOG: &[u8] = br#"{"stream":"a","type":"In","data":{"n":"10.00"}}
{"stream":"a","type":"Out","data":{"n":"2.50"}}
"#;

/// The longest wait for something that must happen.
const PATIENCE: Duration = Duration::from_secs(20);

/// Imports the log with a mapping in which `Out` means this event.
fn import_with(path: &Path, out: &str) {
    let mapping = format!(
        "[meaning]\ncurrency = \"EUR\"\n[meaning.events.In]\nmeans = \"Deposited\"\namount = \"n\"\n\
         [meaning.events.Out]\nmeans = \"{out}\"\namount = \"n\"\n"
    );
    let mut store = SqliteStore::open(path, &Aggregates::bank()).unwrap();
    let input = LogInput::Stream { name: "log".to_owned(), bytes: Box::new(LOG) };
    let options = ImportOptions { mapping: Some(mapping), ..ImportOptions::default() };
    import(&mut store, input, &options, &Cancel::never(), &mut |_| {}).unwrap();
}

#[test]
fn rows_of_an_older_mapping_are_compared_as_such_until_they_are_rebuilt() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bank.db");
    drop(SqliteStore::create(&path, &Aggregates::bank()).unwrap());
    import_with(&path, "Withdrawn");
    let store = SqliteStore::open_read_only(&path, &Aggregates::bank()).unwrap();
    let location = Location::of(&store.log_identity()).unwrap();
    let project = || project_to_head(&store, &location, &CatchUpOptions::default(), &mut |_| {}).unwrap();
    let (mut writing, mut reading) = (worker_of(&path), RowsWorker::new(&location));
    // The account's balance in the query view, its balance in the state, and whether the rows are of an older mapping.
    let mut compared = || {
        let question = ListingQuestion {
            around: Around::First,
            filter: String::new(),
            n_rows: 9,
            as_of: AsOf::Checkpoint,
            playhead: GlobalPosition::START,
            checkpoint: GlobalPosition::START,
        };
        let read = reading.answer(1, &RowsQuestion::Listing(question));
        let Message::Answered(1, Answer::Listing(read)) = read else { panic!("{read:?}") };
        let Listing { rows, as_of, read_by, .. } = *read;
        let streams = rows.iter().map(|row| row.stream.clone()).collect();
        let question = CompareQuestion { playhead: as_of, rows_at: as_of, read_by, streams };
        let answer =
            writing.answer(Job::Ask(1, LogQuestion::Comparison(question.clone())), &Cancel::never()).unwrap();
        let Message::Answered(
            1,
            Answer::Comparison(Comparison { read_by, is_of_older_mapping, streams, .. }),
        ) = answer
        else {
            panic!("{answer:?}")
        };
        assert_eq!(read_by, question.read_by);
        let state = &streams[0].at_rows;
        let balance = state.field(BALANCE).as_integer();
        (rows[0].measured().unwrap().0, balance.unwrap(), is_of_older_mapping)
    };
    project();
    assert_eq!(compared(), (750, 750, false));
    // Another process has the projector and makes no progress.
    let LockOutcome::Taken(lock) = location.try_lock().unwrap() else { panic!("nobody has it") };
    import_with(&path, "Deposited");
    assert_eq!(compared(), (750, 1250, true));
    drop(lock);
    project();
    assert_eq!(compared(), (1250, 1250, false));
}

#[test]
fn another_mapping_is_noticed_while_the_head_stays_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bank.db");
    drop(SqliteStore::create(&path, &Aggregates::bank()).unwrap());
    import_with(&path, "Withdrawn");
    let (stop, stopped) = channel();
    let (outbox, inbox) = channel();
    let watching = watcher::start(
        Box::new(SqliteStore::open_read_only(&path, &Aggregates::bank()).unwrap()),
        stopped,
        outbox,
    );
    let next = || inbox.recv_timeout(PATIENCE).unwrap();
    assert!(
        matches!(next(), Message::HeadMoved { head, .. } if head.moment.position == GlobalPosition::new(2))
    );
    import_with(&path, "Deposited");
    assert_eq!(next(), Message::MappingsChanged);
    drop(stop);
    watching.join().unwrap();
    assert_eq!(inbox.try_iter().count(), 0);
}
