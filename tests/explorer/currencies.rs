//! The currency of each amount in the event list is the account's currency at that event.

use foldback::cancel::Cancel;
use foldback::domain::aggregates::account::fold::AccountFold;
use foldback::domain::aggregates::account::state::AccountState;
use foldback::domain::event::{GlobalPosition, NewEvent, RecordedEvent};
use foldback::domain::money::Currency;
use foldback::replay::reconstruct::FoldFrom;
use foldback::runtime::log_worker::LogWorker;
use foldback::runtime::shell::outbox::Job;
use foldback::store::{Direction, EventReader, EventStore};
use foldback::tui::message::Message;
use foldback::tui::questions::look::{EventRow, LookQuestion};
use foldback::tui::questions::place::Place;
use foldback::tui::questions::{Answer, LogQuestion};
use proptest::prelude::*;

use crate::bank::worker_of;
use crate::support::{TempStore, cases, event, write};

/// The money in a row: whether the event is understood, and the change of the balance.
type Said = (bool, Option<(i64, Option<Currency>)>);

fn look(worker: &mut LogWorker, playhead: u64, n_rows: usize) -> Vec<EventRow> {
    let question = LookQuestion {
        at: Place::position(GlobalPosition::new(playhead)),
        head_in_sight: GlobalPosition::START,
        pinned: None,
        from: FoldFrom::Snapshot,
        n_before: n_rows,
        n_after: n_rows,
    };
    match worker.answer(Job::Ask(1, LogQuestion::Look(question)), &Cancel::never()) {
        Some(Message::Answered(1, Answer::Look(look))) => look.events,
        other => panic!("{other:?}"),
    }
}

/// The result of a plain fold for each event of a log.
fn folded(log: &[RecordedEvent]) -> Vec<Said> {
    let fold = AccountFold::default();
    let mut states = std::collections::HashMap::<_, AccountState>::new();
    let said = |event: &RecordedEvent| {
        let state = states.entry(event.stream.clone()).or_default();
        match fold.understand(state, event) {
            Ok(read) => (true, read.event.balance_change().map(|units| (units.unwrap(), state.currency))),
            Err(_) => (false, None),
        }
    };
    log.iter().map(said).collect()
}

/// Compares the rows around a playhead with the plain fold, part by part, until all amounts are there.
fn assert_right(worker: &mut LogWorker, expected: &[Said], playhead: u64, n_rows: usize) -> usize {
    for n_parts in 1..=100 {
        let rows = look(worker, playhead, n_rows);
        for row in rows.iter().filter(|row| !row.has_amount_to_come) {
            let nth = usize::try_from(row.position.number()).unwrap() - 1;
            assert_eq!((row.is_understood, row.amount), expected[nth], "{row:?} at {playhead}");
        }
        let to_come = |row: &&EventRow| row.has_amount_to_come;
        assert!(rows.iter().filter(to_come).all(|row| row.amount.is_none()), "{rows:?}");
        if rows.iter().find(to_come).is_none() {
            return n_parts;
        }
    }
    panic!("the amounts never come");
}

fn log_of(temp: &TempStore) -> Vec<RecordedEvent> {
    temp.store.read_all(GlobalPosition::new(1), Direction::Forward, usize::MAX).unwrap()
}

fn opened(currency: &str) -> NewEvent {
    event("AccountOpened", &format!(r#"{{"currency":"{currency}"}}"#))
}

fn deposited() -> NewEvent {
    event("Deposited", r#"{"amount":500}"#)
}

fn withdrawn(minor_units: i64) -> NewEvent {
    event("Withdrawn", &format!(r#"{{"amount":{minor_units}}}"#))
}

#[test]
fn an_account_that_is_opened_again_counts_in_its_new_currency_from_there_on() {
    let mut temp = TempStore::new();
    let unknown = || event("LoanGranted", "{}");
    let again = vec![opened("EUR"), deposited(), withdrawn(500), opened("JPY"), deposited(), opened("EUR")];
    temp.store.append(&[write("a", again)]).unwrap();
    let late = std::iter::repeat_with(unknown).take(40).chain([opened("KWD"), deposited()]).collect();
    temp.store.append(&[write("b", late)]).unwrap();
    temp.store.append(&[write("a", vec![deposited()])]).unwrap();
    let currency = Currency::from_code;
    let shown: Vec<_> =
        look(&mut worker_of(&temp.path()), 1, 100).iter().filter_map(|row| row.amount).collect();
    let expected = [(500, "EUR"), (-500, "EUR"), (500, "JPY"), (500, "KWD"), (500, "JPY")];
    assert_eq!(shown, expected.map(|(units, code)| (units, currency(code))));
    let rows = look(&mut worker_of(&temp.path()), 1, 5);
    let understood: Vec<_> = rows.iter().map(|row| row.is_understood).collect();
    assert_eq!(
        understood,
        [true, true, true, true, true, false],
        "an opening in EUR leaves 500 JPY as they are"
    );
}

#[test]
fn amounts_that_take_long_are_still_to_come_and_never_wrong() {
    let mut temp = TempStore::new();
    let mut events = vec![opened("EUR")];
    events.extend(std::iter::repeat_with(deposited).take(4_999));
    events.extend([withdrawn(4_999 * 500), opened("JPY"), withdrawn(0), opened("KWD"), deposited()]);
    events.extend(std::iter::repeat_with(deposited).take(3_000));
    for (account, events) in [("a", events.clone()), ("b", events)] {
        temp.store.append(&[write(account, events)]).unwrap();
    }
    let expected = folded(&log_of(&temp));
    let mut worker = worker_of(&temp.path());
    assert_eq!(assert_right(&mut worker, &expected, 1, 20), 1, "what is near comes at once");
    // After a look at the head, `b` is known there; positions before its last change of currency are found separately.
    for playhead in [16_010, 13_010, 10_000, 8_020, 8_000, 5_002, 4_000, 2] {
        assert_right(&mut worker, &expected, playhead, 20);
    }
    assert_eq!(
        assert_right(&mut worker_of(&temp.path()), &expected, 8_006, 1),
        1,
        "the state at the playhead helps"
    );
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn every_amount_is_in_the_currency_of_its_account_at_that_event(
        events in prop::collection::vec((0..3_usize, 0..9_usize), 1..300),
        looks in prop::collection::vec((any::<prop::sample::Index>(), 1..40_usize), 1..12),
    ) {
        let mut temp = TempStore::new();
        let happened = |kind| match kind {
            0 => opened("EUR"),
            1 => opened("JPY"),
            2 => event("AccountOpened", "{}"),
            3 => event("LoanGranted", "{}"),
            4 => event("Deposited", r#"{"amount":7,"currency":"EUR"}"#),
            5 => event("Withdrawn", r#"{"amount":0,"currency":"JPY"}"#),
            6 => withdrawn(500),
            _ => deposited(),
        };
        let of = |(account, kind): (usize, usize)| write(["a", "b", "c"][account], vec![happened(kind)]);
        temp.store.append(&events.into_iter().map(of).collect::<Vec<_>>()).unwrap();
        let expected = folded(&log_of(&temp));
        let mut worker = worker_of(&temp.path());
        for (playhead, n_rows) in looks {
            assert_right(&mut worker, &expected, playhead.index(expected.len()) as u64 + 1, n_rows);
        }
    }
}
