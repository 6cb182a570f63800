//! The chart of an account's balance.

use foldback::cancel::Cancel;
use foldback::domain::event::GlobalPosition;
use foldback::domain::number::Number;
use foldback::read_model::engine::catch_up::{CatchUpOptions, project_to_head};
use foldback::read_model::engine::location::Location;
use foldback::runtime::shell::outbox::Job;
use foldback::store::EventStore;
use foldback::tui::message::Message;
use foldback::tui::questions::chart::{ChartQuestion, ChartValue};
use foldback::tui::questions::{Answer, LogQuestion};

use crate::bank::{Bank, worker_of};
use crate::support::{TempStore, deposit, stream, write};

fn number(amount: i64) -> ChartValue {
    ChartValue::Number(Number::from(amount))
}

#[test]
fn the_chart_goes_through_the_balance_after_every_event() {
    let mut bank = Bank::open();
    for stream in bank.accounts() {
        let question =
            ChartQuestion { stream: stream.clone(), field: None, head: GlobalPosition::new(bank.head()) };
        let Message::Answered(1, Answer::Chart(chart)) = bank.ask(LogQuestion::Chart(question)) else {
            panic!()
        };
        let positions = bank.log.iter().filter(|event| event.stream == stream).map(|event| event.position);
        let balance = |position: GlobalPosition| bank.folded(&stream, position.number()).0.balance;
        let expected: Vec<_> = positions.map(|position| (position, number(balance(position)))).collect();
        assert_eq!(chart.points, expected);
    }
}

#[test]
fn the_chart_of_a_long_account_has_its_first_and_newest_event_and_every_nth_between() {
    let mut temp = TempStore::new();
    let amounts: Vec<i64> = (1..=6_100).map(|n| (n * 7_919) % 1_000).collect();
    temp.store.append(&[write("acc-1", amounts.iter().map(|amount| deposit(*amount)).collect())]).unwrap();
    let question = ChartQuestion { stream: stream("acc-1"), field: None, head: GlobalPosition::new(6_100) };
    let chart = || match worker_of(&temp.path())
        .answer(Job::Ask(1, LogQuestion::Chart(question.clone())), &Cancel::never())
    {
        Some(Message::Answered(1, Answer::Chart(chart))) => *chart,
        other => panic!("{other:?}"),
    };
    let expected = |every: usize| {
        let versions = (1..=6_100).filter(|n| *n == 1 || n % every == 0 || *n == 6_100);
        versions
            .map(|n| (GlobalPosition::new(n as u64), number(amounts[..n].iter().sum())))
            .collect::<Vec<_>>()
    };
    let folded = chart();
    assert_eq!((folded.every, &folded.points), (8, &expected(8)));
    let location = Location::of(&temp.store.log_identity()).unwrap();
    project_to_head(&temp.store, &location, &CatchUpOptions::default(), &mut |_| {}).unwrap();
    let from_snapshots = chart();
    assert_eq!((from_snapshots.every, &from_snapshots.points), (500, &expected(500)));
}
