//! Rows of the aggregates that a log has: only these, and as of any position.

use foldback::domain::aggregates::Aggregates;
use foldback::domain::event::NewEvent;
use foldback::read_model::engine::catch_up::{CatchUp, CatchUpOptions, project_to_head};
use foldback::read_model::engine::generation::Unfit;
use foldback::read_model::engine::location::Location;
use foldback::store::EventStore;
use foldback::store::sqlite::SqliteStore;

use crate::support::{TempStore, write};
use crate::tally::tallies;

/// A log of two tallies, one of which has an event that is not understood.
fn counted() -> TempStore {
    let mut temp = TempStore::new();
    let event = |event_type: &str, data: &str| NewEvent {
        id: None,
        event_type: event_type.to_owned(),
        time: None,
        data: data.to_owned(),
        metadata: None,
    };
    temp.store.append(&[write("a", vec![event("Counted", "1"), event("Counted", "2")])]).unwrap();
    temp.store.append(&[write("b", vec![event("Counted", "10"), event("Lost", "3")])]).unwrap();
    temp.store.append(&[write("a", vec![event("Counted", "4")])]).unwrap();
    temp
}

/// Why a read model was begun, if it was.
fn begun(store: &SqliteStore) -> Option<Unfit> {
    let location = Location::of(&store.log_identity()).unwrap();
    match project_to_head(store, &location, &CatchUpOptions::default(), &mut |_| {}).unwrap() {
        CatchUp::Done { begun, .. } => begun,
        other => panic!("{other:?}"),
    }
}

#[test]
fn rows_that_other_aggregates_gave_are_projected_again() {
    let temp = counted();
    let open = |aggregates| SqliteStore::open_read_only(&temp.path()).unwrap().interpreted_by(aggregates);
    assert_eq!(begun(&open(Aggregates::bank())), Some(Unfit::Missing));
    assert_eq!(begun(&open(tallies(1))), Some(Unfit::OtherAggregates));
    assert_eq!(begun(&open(tallies(1))), None);
    assert_eq!(begun(&open(tallies(2))), Some(Unfit::OtherAggregates));
    assert_eq!(begun(&open(Aggregates::bank())), Some(Unfit::OtherAggregates));
}
