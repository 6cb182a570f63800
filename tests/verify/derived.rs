//! Data derived from the log: legs of transfers, snapshots, the read model.

use rusqlite::Connection;

use foldback::cancel::Cancel;
use foldback::domain::aggregates::Aggregates;
use foldback::domain::event::{GlobalPosition, StreamPosition};
use foldback::read_model::engine::catch_up::{CatchUpOptions, project_to_head};
use foldback::read_model::engine::location::Location;
use foldback::read_model::engine::snapshots::{FAR_EVENTS, KeptSnapshots};
use foldback::replay::reconstruct::{FoldFrom, Reconstruction};
use foldback::replay::snapshots::{SNAPSHOT_SPACING_EVENTS, Snapshots};
use foldback::runtime::log_worker::seeker::Seeker;
use foldback::store::folded_log::FoldedLog;
use foldback::store::proof::finding::{Check, Fault, Finding, Outcome};
use foldback::store::{EventReader, EventStore};

use crate::support::{TempStore, deposit, event, stream, write};
use crate::{faults, findings, position_of};

fn transferred(temp: &mut TempStore, legs: &[(&str, &str, &str, i64)]) {
    for (account, event_type, other, amount) in legs {
        let key = if *event_type == "TransferSent" { "to" } else { "from" };
        let data = format!(r#"{{"{key}":"{other}","amount":{amount},"transfer":"t-1"}}"#);
        temp.store.append(&[write(account, vec![event(event_type, &data)])]).unwrap();
    }
}

#[test]
fn a_transfer_that_lacks_a_leg_or_has_another_amount_is_found() {
    for (legs, expected) in [
        (&[("a", "TransferSent", "b", 5), ("b", "TransferReceived", "a", 5)][..], None),
        (&[("b", "TransferReceived", "a", 5), ("a", "TransferSent", "b", 5)], None),
        (&[("a", "TransferSent", "b", 5)], Some(1)),
        (&[("b", "TransferReceived", "a", 5)], Some(1)),
        (&[("a", "TransferSent", "b", 5), ("b", "TransferReceived", "a", 6)], Some(2)),
        (&[("a", "TransferSent", "b", 5), ("c", "TransferReceived", "a", 5)], Some(2)),
    ] {
        let mut temp = TempStore::new();
        transferred(&mut temp, legs);
        let found = faults(&temp.store, &[]);
        assert_eq!(
            position_of(&found, Check::Pairs("transfers")),
            expected.map(GlobalPosition::new),
            "{legs:?}: {found:?}"
        );
    }
}

#[test]
fn legs_of_commands_in_other_currencies_or_without_a_name_are_found() {
    let opened = |currency: &str| event("AccountOpened", &format!(r#"{{"currency":"{currency}"}}"#));
    let leg = |event_type: &str, key: &str, other: &str, transfer: &str| {
        event(event_type, &format!(r#"{{"{key}":"{other}","amount":5,"transfer":"{transfer}"}}"#))
    };
    for (currencies, transfer, expected) in [
        (["EUR", "EUR"], "t", None),
        (
            ["EUR", "USD"],
            "t",
            Some((4, "the other leg of 0.05 EUR between a and b, at 3", "0.05 USD between b and a")),
        ),
        (["EUR", "EUR"], "", Some((3, "a leg with a transfer name, between a and b", "no name"))),
    ] {
        let mut temp = TempStore::new();
        for (account, event) in [
            ("a", opened(currencies[0])),
            ("b", opened(currencies[1])),
            ("a", leg("TransferSent", "to", "b", transfer)),
            ("b", leg("TransferReceived", "from", "a", transfer)),
        ] {
            temp.store.append(&[write(account, vec![event])]).unwrap();
        }
        let found = faults(&temp.store, &[]);
        let odd = found
            .iter()
            .find(|(check, _)| *check == Check::Pairs("transfers"))
            .map(|(_, fault)| fault.clone());
        let expected = expected.map(|(position, expected, found): (u64, &str, &str)| {
            Fault::at(GlobalPosition::new(position), expected.to_owned(), found.to_owned())
        });
        assert_eq!(odd, expected, "{currencies:?} {transfer:?}");
    }
}

/// A store with an account long enough that a seek saves snapshots, projected up to its head.
fn long() -> (TempStore, Location) {
    let mut temp = TempStore::new();
    let n = usize::try_from(FAR_EVENTS + 2 * SNAPSHOT_SPACING_EVENTS).unwrap();
    temp.store.append(&[write("a", vec![deposit(1); n])]).unwrap();
    let location = Location::of(&temp.store.log_identity()).unwrap();
    project_to_head(&temp.store, &location, &CatchUpOptions::default(), &mut |_| {}).unwrap();
    (temp, location)
}

fn outcome(found: &[Finding], check: Check) -> Outcome {
    found.iter().find(|finding| finding.check == check).unwrap().outcome.clone()
}

#[test]
fn snapshots_are_compared_with_a_replay_and_one_that_lies_is_found() {
    let (temp, location) = long();
    let n_kept = FAR_EVENTS / SNAPSHOT_SPACING_EVENTS + 2;
    let holds = format!("{n_kept} are what a replay from the first event gives");
    assert_eq!(outcome(&findings(&temp.store, &[]), Check::Snapshots), Outcome::Holds(holds));
    // A wrong snapshot with a valid checksum.
    let aggregates = Aggregates::bank().read_by(temp.store.mappings().unwrap());
    let (name, at) = (stream("a"), temp.store.head().unwrap());
    let mut seeker = Seeker::that_leaves_nothing(&location);
    let sought = seeker.state_at(
        FoldedLog { log: &temp.store, aggregates: &aggregates },
        &name,
        at,
        FoldFrom::FirstEvent,
        &Cancel::never(),
    );
    let sought: Reconstruction = sought.unwrap();
    let mut lying = sought.trace.clone();
    lying.version = StreamPosition::new(SNAPSHOT_SPACING_EVENTS);
    lying.position = GlobalPosition::new(SNAPSHOT_SPACING_EVENTS);
    let mut snapshots = Snapshots::default();
    snapshots.put(&name, lying);
    KeptSnapshots::open(&location).leave(
        &snapshots,
        FoldedLog { log: &temp.store, aggregates: &aggregates },
        &sought,
    );
    let found = faults(&temp.store, &[]);
    assert_eq!(
        position_of(&found, Check::Snapshots),
        Some(GlobalPosition::new(SNAPSHOT_SPACING_EVENTS)),
        "{found:?}"
    );
}

#[test]
fn a_row_of_the_read_model_that_a_fresh_projection_does_not_make_is_found() {
    let (temp, location) = long();
    let same = format!("it has the rows of a fresh projection up to {}", temp.store.head().unwrap());
    assert_eq!(outcome(&findings(&temp.store, &[]), Check::ReadModel), Outcome::Holds(same));
    let current = location.current().unwrap().unwrap();
    let conn = Connection::open(location.generation_path(current.number)).unwrap();
    assert_eq!(conn.execute("UPDATE account_rows SET balance = balance + 1", []).unwrap(), 1);
    let found = faults(&temp.store, &[]);
    assert_eq!(found.iter().map(|(check, _)| *check).collect::<Vec<_>>(), [Check::ReadModel], "{found:?}");
}
