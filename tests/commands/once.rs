//! A command is carried out once, however often it is sent, and whoever is faster.

use foldback::command_handler::{CommandContext, HandleError, preview};
use foldback::domain::aggregates::Aggregates;
use foldback::domain::event::{GlobalPosition, StreamPosition};
use foldback::domain::provenance;
use foldback::read_model::engine::location::Location;
use foldback::runtime::log_worker::seeker::Seeker;
use foldback::store::folded_log::FoldedLog;
use foldback::store::sqlite::SqliteStore;
use foldback::store::{Appended, Conflict, EventStore};
use uuid::Uuid;

use crate::given::{command, conflict, context, expecting, given, handle_by_a_plain_fold, log, run, state};
use crate::overtaken::Overtaken;
use crate::support;
use crate::support::{TempStore, at, deposit, stream, write};

#[test]
fn the_same_command_sent_again_is_answered_and_not_done_again() {
    let mut temp = TempStore::new();
    given(&mut temp.store, &["open a", "open b", "deposit a 50"]);
    let wish = command("transfer a b 20");
    let first = run(&mut temp.store, &wish, &expecting(5, 2)).unwrap();
    given(&mut temp.store, &["deposit a 1"]);
    let later = CommandContext { now: at(1_800_000_000), ..expecting(5, 2) };
    let again = run(&mut temp.store, &wish, &later).unwrap();
    let head = GlobalPosition::new(6);
    assert_eq!(again, Appended { events: first.events, head, was_there: true });
    assert_eq!(log(&temp.store).len(), 6);
}

#[test]
fn an_id_that_belongs_to_something_else_is_an_error() {
    let mut temp = TempStore::new();
    given(&mut temp.store, &["open a"]);
    run(&mut temp.store, &command("deposit a 1"), &context(5)).unwrap();
    let before = log(&temp.store);
    let error = run(&mut temp.store, &command("deposit a 2"), &context(5)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the id 00000000-0000-0000-0000-000000000005 belongs to another command (deposit a 1); use a new one"
    );
    assert_eq!(log(&temp.store), before);
}

#[test]
fn the_second_id_of_a_transfer_that_belongs_to_something_else_leaves_no_half_transfer() {
    let mut temp = TempStore::new();
    given(&mut temp.store, &["open a", "open b", "deposit a 50"]);
    let taken = provenance::event_id(Uuid::from_u128(5), 1).to_string();
    temp.store.append(&[write("c", vec![support::with_id(&taken, deposit(1))])]).unwrap();
    let before = log(&temp.store);
    let error = run(&mut temp.store, &command("transfer a b 20"), &context(5)).unwrap_err();
    assert!(matches!(error, HandleError::IdReused { .. }), "{error}");
    assert_eq!(log(&temp.store), before);
}

#[test]
fn a_command_that_was_done_meanwhile_is_answered_and_not_refused() {
    let wish = command("withdraw a 50");
    for n_meanwhile in [0, 1] {
        let mut temp = TempStore::new();
        given(&mut temp.store, &["open a", "deposit a 50"]);
        let again = wish.clone();
        let mut overtaken = Overtaken::new(&mut temp.store, move |store| {
            for _ in 0..n_meanwhile {
                given(store, &["deposit a 1"]);
            }
            run(store, &again, &context(5)).unwrap();
        });
        let answered = handle_by_a_plain_fold(&mut overtaken, &wish, &context(5)).unwrap();
        assert!(answered.was_there);
        assert_eq!(answered.events, log(&temp.store)[2 + n_meanwhile..]);
    }
}

#[test]
fn a_command_that_was_done_after_a_conflict_is_answered_and_not_refused() {
    let mut temp = TempStore::new();
    given(&mut temp.store, &["open a", "deposit a 50"]);
    let wish = command("withdraw a 50");
    let mut overtaken =
        Overtaken::new(&mut temp.store, |store| given(store, &["withdraw a 1", "deposit a 1"]));
    let again = wish.clone();
    overtaken.after_append = Some(Box::new(move |store| _ = run(store, &again, &context(5)).unwrap()));
    let answered = handle_by_a_plain_fold(&mut overtaken, &wish, &context(5)).unwrap();
    assert!(answered.was_there);
    assert_eq!(answered.events, log(&temp.store)[4..]);
}

#[test]
fn a_change_of_the_receiver_is_not_a_conflict_with_the_senders_expected_version() {
    let mut temp = TempStore::new();
    given(&mut temp.store, &["open a", "open b", "deposit a 50"]);
    let wish = command("transfer a b 20");
    let mut overtaken = Overtaken::new(&mut temp.store, |store| given(store, &["deposit b 1"]));
    let appended = handle_by_a_plain_fold(&mut overtaken, &wish, &expecting(5, 2)).unwrap();
    assert_eq!(appended.head, GlobalPosition::new(6));
    let mut overtaken = Overtaken::new(&mut temp.store, |store| given(store, &["deposit a 1"]));
    let error = handle_by_a_plain_fold(&mut overtaken, &wish, &expecting(6, 3));
    let (expected, actual) = (StreamPosition::new(3), StreamPosition::new(4));
    assert_eq!(conflict(error), Conflict { stream: stream("a"), expected, actual });
}

#[test]
fn commands_of_many_threads_on_one_account_are_all_decided() {
    let n_each = support::rounds(100);
    let mut temp = TempStore::new();
    given(&mut temp.store, &["open a", "open b"]);
    let path = temp.path();
    std::thread::scope(|scope| {
        for from in ["a", "b", "a", "b"] {
            let path = &path;
            scope.spawn(move || {
                let mut store = SqliteStore::open(path, &Aggregates::bank()).unwrap();
                for n in 0..n_each {
                    let text = if n % 3 == 2 {
                        format!("transfer {from} {} 1", if from == "a" { "b" } else { "a" })
                    } else {
                        format!("deposit {from} 5")
                    };
                    given(&mut store, &[&text]);
                }
            });
        }
    });
    let n_transfers = n_each / 3 * 4;
    let n_deposits = (n_each - n_each / 3) * 4;
    assert_eq!(log(&temp.store).len() as u32, 2 + 2 * n_transfers + n_deposits);
    let sum = state(&temp.store, "a").balance + state(&temp.store, "b").balance;
    assert_eq!(sum, i64::from(n_deposits) * 5);
}

#[test]
fn a_preview_reads_no_event_twice_and_none_before_the_nearest_snapshot() {
    let mut temp = TempStore::new();
    given(&mut temp.store, &["open a", "open b"]);
    temp.store.append(&[write("a", (0..700).map(|_| deposit(1)).collect())]).unwrap();
    let location = Location::of(&temp.store.log_identity()).unwrap();
    let log = Overtaken::new(&mut temp.store, |_| {});
    let (aggregates, wish) = (Aggregates::bank(), command("transfer a b 7"));
    let mut seeker = Seeker::that_leaves_nothing(&location);
    let mut read_by_a_preview = || {
        let participants =
            seeker.participants(FoldedLog { log: &log, aggregates: &aggregates }, &wish).unwrap();
        assert_eq!(preview(&aggregates, &wish, None, &participants).unwrap().len(), 2);
        log.read.take()
    };
    let of_the_other = [1];
    let first: Vec<u64> = (1..=701).chain(of_the_other).collect();
    let again: Vec<u64> = (501..=701).chain(of_the_other).collect();
    assert_eq!([read_by_a_preview(), read_by_a_preview()], [first, again]);
}
