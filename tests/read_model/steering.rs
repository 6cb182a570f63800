//! Steering the projector: one event at a time, slowed down, from another process, past an event that cannot be
//! projected.

use std::fs;
use std::num::NonZeroU32;

use foldback::command_handler::{CommandContext, Participants, handle};
use foldback::domain::aggregates::Aggregates;
use foldback::domain::event::GlobalPosition;
use foldback::read_model::engine::batch::ApplyError;
use foldback::read_model::engine::catch_up::{CatchUp, CatchUpOptions, project_to_head};
use foldback::read_model::engine::location::Location;
use foldback::read_model::engine::orders;
use foldback::read_model::engine::rebuild::{RebuildOptions, rebuild};
use foldback::read_model::questions::query::ReadModel;
use foldback::read_model::questions::sql::limits::Limits;
use foldback::read_model::rows::steering::{Order, Pace};
use foldback::read_model::rows::{AsOf, FailedEvent, Failure, SkippedEvents, Value};
use foldback::runtime::projector::messages::{ProjectorControl, ProjectorReport};
use foldback::store::EventReader;
use proptest::prelude::{Just, Strategy, prop_assert_eq, prop_oneof};
use proptest::proptest;
use uuid::Uuid;

use crate::logs::{
    append_deposits, apply, catch_up, dump, events_of, location_in, location_of, projector_at, rebuilt,
    store_of_deposits,
};
use crate::support::{TempStore, at, cases};
use crate::threads::{Running, position, rows_of};

fn order(running: &Running, order: Order) {
    running.send(ProjectorControl::Order(order));
}

fn per_second(n: u32) -> Option<NonZeroU32> {
    NonZeroU32::new(n)
}

#[test]
fn held_it_takes_just_the_events_that_it_is_stepped_by() {
    let mut temp = store_of_deposits(3);
    let location = location_of(&temp);
    let running = Running::start(&temp, &location);
    running.wait_for_checkpoint(3);
    order(&running, Order::Hold);
    running.wait_until_held();
    append_deposits(&mut temp, 20);
    running.send(ProjectorControl::HeadMoved);
    let wait_for = |checkpoint: u64, n_queued: u64| {
        running.wait_for("the step", |report| match report {
            ProjectorReport::Status { checkpoint: at, status, .. } => {
                ((at.position.number(), status.n_queued) == (checkpoint, n_queued)).then_some(())
            }
            _ => None,
        });
    };
    wait_for(3, 20);
    order(&running, Order::Step(1));
    wait_for(4, 19);
    order(&running, Order::Step(5));
    wait_for(9, 14);
    assert_eq!(position(&location), 9);
    order(&running, Order::Release);
    running.wait_for_checkpoint(23);
    assert_eq!(dump(&location), rows_of(&temp));
}

#[test]
fn slowed_down_it_takes_few_events_at_a_time_and_let_go_the_rest_at_once() {
    let mut temp = store_of_deposits(3);
    let location = location_of(&temp);
    let running = Running::start(&temp, &location);
    running.wait_for_checkpoint(3);
    order(&running, Order::Speed(per_second(10)));
    append_deposits(&mut temp, 5_000);
    running.send(ProjectorControl::HeadMoved);
    let mut seen = Vec::new();
    running.wait_for("five events", |report| {
        let ProjectorReport::Status { checkpoint, status, .. } = report else { return None };
        let at = checkpoint.position.number();
        if at > 3 && seen.last() != Some(&at) {
            assert_eq!(status.pace, Pace { is_held: false, per_second: per_second(10) });
            seen.push(at);
        }
        (at >= 8).then_some(())
    });
    // Two at once only if the machine was slow.
    let steps: Vec<u64> = [3].iter().chain(&seen).zip(&seen).map(|(before, at)| at - before).collect();
    assert!(steps.iter().all(|step| (1..=2).contains(step)), "{seen:?}");
    order(&running, Order::Speed(None));
    running.wait_for_checkpoint(5_003);
    assert_eq!(dump(&location), rows_of(&temp));
}

#[test]
fn a_follower_steers_the_projector_and_takes_over_the_state_that_it_saw() {
    let mut temp = store_of_deposits(10);
    let location = location_of(&temp);
    let first = Running::start(&temp, &location);
    first.wait_for_checkpoint(10);
    let second = Running::start(&temp, &location);
    second.wait_for_role(false);
    order(&second, Order::Hold);
    first.wait_until_held();
    second.wait_until_held();
    append_deposits(&mut temp, 4);
    first.send(ProjectorControl::HeadMoved);
    order(&second, Order::Step(1));
    second.wait_for("the step", |report| match report {
        ProjectorReport::Status { checkpoint, is_here: false, .. } => {
            (checkpoint.position.number() == 11).then_some(())
        }
        _ => None,
    });
    assert!(orders::status(&location).unwrap().unwrap().pace.is_held);
    // A held projector stays held, even after the process that held it has ended.
    drop(first);
    second.wait_for("the queue of the one that projects now", |report| match report {
        ProjectorReport::Status { status, is_here: true, .. } => {
            (status.pace.is_held && status.n_queued == 3).then_some(())
        }
        _ => None,
    });
    assert_eq!(position(&location), 11);
    order(&second, Order::Release);
    second.wait_for_checkpoint(14);
}

fn failure(position: u64, stream: &str) -> Failure {
    let (stream, event_type) = (stream.to_owned(), "Deposited".to_owned());
    let why = "it was made to fail by --fail-at".to_owned();
    Failure { event: Some(FailedEvent { position, stream, event_type }), why }
}

#[test]
fn a_failed_projection_stops_at_its_event_and_continues_after_a_retry() {
    let mut temp = store_of_deposits(9);
    let location = location_of(&temp);
    let running = Running::failing_at(&temp, &location, Some(6));
    assert_eq!(running.wait_for_failure_at(6), failure(6, "acc-5"));
    // The events before it are in the rows, and the log grows without the read side.
    assert_eq!(position(&location), 5);
    append_deposits(&mut temp, 1);
    running.send(ProjectorControl::HeadMoved);
    order(&running, Order::Release);
    assert_eq!(running.wait_for_failure_at(6), failure(6, "acc-5"));
    assert_eq!(position(&location), 5);
    // Only the event that failed can be skipped.
    order(&running, Order::Skip(7));
    order(&running, Order::Retry);
    running.wait_for("the end", |report| match report {
        ProjectorReport::Status { checkpoint, status, .. } => {
            (checkpoint.position.number() == 10 && status.failure.is_none()).then_some(())
        }
        _ => None,
    });
    drop(running);
    assert_eq!(dump(&location), rows_of(&temp));
}

/// The rows of a log some of whose events were skipped.
fn rows_without(temp: &TempStore, skipped: &[u64]) -> Vec<(String, Vec<Vec<rusqlite::types::Value>>)> {
    let fresh = tempfile::tempdir().unwrap();
    let location = location_in(&fresh.path().join("fresh"));
    let mut projector = projector_at(&location);
    let events = events_of(temp);
    for position in skipped {
        let of_failed = events.iter().find(|event| event.position.number() == *position).unwrap();
        let Failure { event, why } = failure(*position, of_failed.stream.as_str());
        let event = FailedEvent { event_type: of_failed.event_type.clone(), ..event.unwrap() };
        projector.skip(&event, &why).unwrap();
    }
    apply(&mut projector, GlobalPosition::START, &events, &Aggregates::bank()).unwrap();
    dump(&location)
}

#[test]
fn a_skipped_event_is_left_out_recorded_and_stays_visible() {
    let temp = store_of_deposits(9);
    let location = location_of(&temp);
    let running = Running::failing_at(&temp, &location, Some(6));
    running.wait_for_failure_at(6);
    order(&running, Order::Skip(6));
    running.wait_for("the end", |report| match report {
        ProjectorReport::Status { checkpoint, .. } => (checkpoint.position.number() == 9).then_some(()),
        _ => None,
    });
    drop(running);
    assert_eq!(dump(&location), rows_without(&temp, &[6]));
    let mut read_model = ReadModel::open(&location);
    let skipped =
        |read_model: &mut ReadModel, as_of| read_model.reading().unwrap().as_of(as_of).unwrap().skipped();
    let newest = vec![GlobalPosition::new(6)];
    assert_eq!(skipped(&mut read_model, AsOf::Checkpoint).unwrap(), SkippedEvents { n_events: 1, newest });
    let before = AsOf::Position(GlobalPosition::new(5));
    assert_eq!(skipped(&mut read_model, before).unwrap(), SkippedEvents::default());
    let table = read_model.table("SELECT * FROM skipped", AsOf::Checkpoint, 9, &Limits::default()).unwrap();
    let text = |text: &str| Value::Text(text.to_owned());
    let why = text("it was made to fail by --fail-at");
    assert_eq!(table.rows, [[Value::Integer(6), text("acc-5"), text("Deposited"), why]]);
}

#[test]
fn an_event_that_fails_only_at_the_end_of_its_batch_is_found_and_those_before_it_are_in_the_rows() {
    let temp = store_of_deposits(9);
    let location = location_of(&temp);
    let mut projector = projector_at(&location);
    // A row that somebody else has written in the place of the sixth event's: acc-5 is the sixth account.
    let file = location.generation_path(location.current().unwrap().unwrap().number);
    let stray = "INSERT INTO account_positions VALUES (0, 6, 6)";
    rusqlite::Connection::open(file).unwrap().execute_batch(stray).unwrap();
    let events = events_of(&temp);
    let applied = apply(&mut projector, GlobalPosition::START, &events, &Aggregates::bank());
    let Err(ApplyError::Event(stopped)) = applied else { panic!("{applied:?}") };
    assert_eq!(stopped.failure().event, failure(6, "acc-5").event);
    assert_eq!((projector.checkpoint().position.number(), position(&location)), (5, 5));
}

#[test]
fn projecting_up_to_the_head_reports_an_event_that_fails() {
    let temp = store_of_deposits(9);
    let location = location_of(&temp);
    let options = CatchUpOptions { fail_at: Some(GlobalPosition::new(4)), ..CatchUpOptions::default() };
    let caught_up = project_to_head(&temp.store, &location, &options, &mut |_| {});
    let CatchUp::Failed { checkpoint, failure: told } = caught_up.unwrap() else { panic!() };
    assert_eq!((checkpoint.position.number(), told.clone()), (3, failure(4, "acc-3")));
    let sentence = "Deposited of acc-3 at 4 could not be projected: it was made to fail by --fail-at";
    assert_eq!(told.to_string(), sentence);
}

#[test]
fn a_rebuild_that_fails_leaves_the_read_model_as_it_was_and_keeps_a_skip_that_is_still_needed() {
    let temp = store_of_deposits(9);
    let location = location_of(&temp);
    let running = Running::failing_at(&temp, &location, Some(6));
    running.wait_for_failure_at(6);
    let options = RebuildOptions { fail_at: Some(GlobalPosition::new(6)), ..RebuildOptions::default() };
    let before = dump(&location);
    let error = rebuild(&temp.store, &location, &options, &mut |_| {}).unwrap_err();
    let sentence = format!("{}; the read model is as it was", failure(6, "acc-5"));
    assert_eq!((error.to_string(), dump(&location)), (sentence, before));
    order(&running, Order::Skip(6));
    running.wait_for("the end", |report| match report {
        ProjectorReport::Status { checkpoint, .. } => (checkpoint.position.number() == 9).then_some(()),
        _ => None,
    });
    drop(running);
    rebuild(&temp.store, &location, &options, &mut |_| {}).unwrap();
    assert_eq!(dump(&location), rows_without(&temp, &[6]));
    // An event that can be projected again is no longer skipped.
    rebuilt(&temp, &location);
    assert_eq!(dump(&location), rows_of(&temp));
}

/// An action while a projector runs.
#[derive(Clone, Debug)]
enum Step {
    Order(Order),
    SkipFailed,
    Append(u64),
    /// A transfer of that amount between two of the accounts.
    Command(u64, u64, u64),
    Rebuild,
    Delete,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (1..40_u64).prop_map(Step::Append),
        3 => (0..7_u64, 0..7_u64, 1..5_u64).prop_map(|(from, to, amount)| Step::Command(from, to, amount)),
        2 => Just(Step::Order(Order::Hold)),
        2 => Just(Step::Order(Order::Release)),
        2 => (1..9_u64).prop_map(|n| Step::Order(Order::Step(n))),
        1 => (0..5_000_u32).prop_map(|n| Step::Order(Order::Speed(per_second(n)))),
        1 => Just(Step::Order(Order::Retry)),
        2 => Just(Step::SkipFailed),
        1 => Just(Step::Rebuild),
        1 => Just(Step::Delete),
    ]
}

fn head_of(temp: &TempStore) -> u64 {
    temp.store.head().unwrap().number()
}

/// Releases everything that delays it, and waits until the current read model is at the head.
fn let_go(running: &Running, temp: &TempStore, location: &Location) {
    order(running, Order::Retry);
    order(running, Order::Speed(None));
    order(running, Order::Release);
    running.send(ProjectorControl::HeadMoved);
    while position(location) != head_of(temp) {
        running.wait_for_report();
    }
}

proptest! {
    #![proptest_config(cases(8))]

    #[test]
    fn any_order_of_doing_ends_once_let_go_in_the_rows_of_a_rebuild(
        fail_at in proptest::option::of(1..60_u64),
        steps in proptest::collection::vec(step(), 1..20),
    ) {
        let mut temp = store_of_deposits(5);
        let location = location_of(&temp);
        let running = Running::failing_at(&temp, &location, fail_at);
        for step in steps {
            match step {
                Step::Order(to_do) => order(&running, to_do),
                Step::SkipFailed => order(&running, Order::Skip(fail_at.unwrap_or(1))),
                Step::Append(n) => {
                    append_deposits(&mut temp, n);
                    running.send(ProjectorControl::HeadMoved);
                }
                Step::Command(from, to, amount) => {
                    let command = Aggregates::bank().commands().parse(&format!("transfer acc-{from} acc-{to} {amount}")).unwrap();
                    let context = CommandContext { id: Uuid::now_v7(), now: at(9), expected: None };
                    let participants =
                        Participants::from_first_events(&temp.store, &Aggregates::bank(), &command).unwrap();
                    // A refused command appends nothing.
                    _ = handle(&mut temp.store, &Aggregates::bank(), &command, &context, participants);
                    running.send(ProjectorControl::HeadMoved);
                }
                Step::Rebuild => {
                    rebuilt(&temp, &location);
                }
                Step::Delete => drop(fs::remove_dir_all(location.folder())),
            }
        }
        let_go(&running, &temp, &location);
        drop(running);
        // If a folder was deleted last, that may be noticed only now, and lead to a new beginning, which also ends at
        // the head.
        catch_up(&temp, &location);
        let skipped = ReadModel::open(&location).reading().unwrap().skipped().unwrap();
        let skipped: Vec<u64> = skipped.newest.iter().map(|position| position.number()).collect();
        prop_assert_eq!(dump(&location), rows_without(&temp, &skipped));
    }
}
