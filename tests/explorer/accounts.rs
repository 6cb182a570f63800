//! The query view's list of 2,000 accounts: its ends, pages and filter; and whether there is an account of a name.

use foldback::cancel::Cancel;
use foldback::domain::event::GlobalPosition;
use foldback::read_model::engine::catch_up::{CatchUpOptions, project_to_head};
use foldback::read_model::engine::location::Location;
use foldback::read_model::rows::AsOf;
use foldback::runtime::rows_worker::RowsWorker;
use foldback::runtime::shell::outbox::Job;
use foldback::store::EventStore;
use foldback::tui::message::Message;
use foldback::tui::questions::existence::ExistenceQuestion;
use foldback::tui::questions::listing::{Around, Listing, ListingQuestion};
use foldback::tui::questions::{Answer, LogQuestion, RowsQuestion};

use crate::bank::worker_of;
use crate::support::{TempStore, event, stream, write};

/// 2,000 accounts, each opened by an event, every hundredth by Émile.
fn store_of_2000() -> TempStore {
    let mut temp = TempStore::new();
    let opened = |n: usize| {
        let owner = if n.is_multiple_of(100) { "Émile Zola" } else { "Ada" };
        let data = format!(r#"{{"owner":"{owner}","currency":"EUR"}}"#);
        write(&format!("acc-{n:04}"), vec![event("AccountOpened", &data)])
    };
    temp.store.append(&(0..2_000).map(opened).collect::<Vec<_>>()).unwrap();
    temp
}

fn asked(worker: &mut RowsWorker, around: Around, filter: &str) -> Listing {
    let question = ListingQuestion {
        around,
        filter: filter.to_owned(),
        n_rows: 10,
        as_of: AsOf::Checkpoint,
        playhead: GlobalPosition::new(2_000),
        checkpoint: GlobalPosition::new(2_000),
    };
    match worker.answer(1, &RowsQuestion::Listing(question)) {
        Message::Answered(1, Answer::Listing(listing)) => *listing,
        other => panic!("{other:?}"),
    }
}

/// The names before the window, in it, and after it, as numbers.
fn numbers(listing: &Listing) -> [Vec<usize>; 3] {
    let number = |name: &foldback::domain::event::StreamName| name.as_str()[4..].parse().unwrap();
    let rows: Vec<_> = listing.rows.iter().map(|row| row.stream.clone()).collect();
    [&listing.names_before, &rows, &listing.names_after].map(|names| names.iter().map(number).collect())
}

#[test]
fn a_list_of_2000_accounts_has_its_ends_a_page_on_either_side_and_what_a_filter_leaves() {
    let temp = store_of_2000();
    let location = Location::of(&temp.store.log_identity()).unwrap();
    project_to_head(&temp.store, &location, &CatchUpOptions::default(), &mut |_| {}).unwrap();
    let mut worker = RowsWorker::new(&location);
    let range = |from, to| (from..to).collect::<Vec<usize>>();
    let first = asked(&mut worker, Around::First, "");
    assert_eq!(numbers(&first), [range(0, 0), range(0, 10), range(10, 11)]);
    assert_eq!((first.has_before, first.has_after, first.n_listed), (false, true, 2_000));
    let last = asked(&mut worker, Around::Last, "");
    assert_eq!(numbers(&last), [range(0, 0), range(1_990, 2_000), range(0, 0)]);
    assert_eq!((last.has_before, last.has_after), (true, false));
    let [before, rows, after] = numbers(&asked(&mut worker, Around::Stream(stream("acc-0712")), ""));
    assert_eq!([before.as_slice(), &rows, &after].concat(), range(702, 723));
    assert!(rows.contains(&712) && rows.len() == 10, "{rows:?}");
    let emile = asked(&mut worker, Around::Last, "ÉMILE");
    assert_eq!((emile.n_listed, emile.n_streams, emile.filter.as_str()), (20, 2_000, "ÉMILE"));
    assert_eq!(numbers(&emile)[1], (10..20).map(|n| n * 100).collect::<Vec<_>>());
}

#[test]
fn of_a_name_the_store_says_whether_an_account_has_it() {
    let temp = store_of_2000();
    let mut worker = worker_of(&temp.path());
    let mut is_there = |name: &str| {
        let question = ExistenceQuestion { stream: stream(name) };
        match worker.answer(Job::Ask(7, LogQuestion::Existence(question)), &Cancel::never()) {
            Some(Message::Answered(7, Answer::Existence(is_there))) => is_there,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        ["acc-0712", "acc-071", "acc-07122", "ACC-0712"].map(&mut is_there),
        [true, false, false, false]
    );
}
