//! A process that is killed while it projects.

use std::io::{BufRead, BufReader};
use std::path::Path;

use foldback::domain::aggregates::Aggregates;
use foldback::domain::event::GlobalPosition;
use foldback::read_model::engine::projector::{OpenedProjector, Projector};
use foldback::read_model::questions::query::ReadModel;
use foldback::store::sqlite::SqliteStore;
use foldback::store::{Direction, EventReader};

use crate::logs::{
    apply, catch_up, dump, events_of, location_in, location_of, project_in_batches, store_of_deposits,
};
use crate::support::{child, rounds};

/// The variable that names the store for the child.
const STORE: &str = "FOLDBACK_TEST_PROJECT";

/// Events per transaction of the child: many small transactions in which to be killed.
const N_BATCH: usize = 5;

#[test]
fn a_kill_while_projecting_leaves_rows_and_checkpoint_together() {
    let temp = store_of_deposits(600);
    let events = events_of(&temp);
    let location = location_of(&temp);
    let undisturbed = location_in(&temp.folder.path().join("undisturbed"));
    project_in_batches(&undisturbed, &events, &[]);
    let whole = dump(&undisturbed);
    let mut n_kills = 0;
    for round in 0..rounds(20) {
        if round % 4 == 0 {
            std::fs::remove_dir_all(location.folder()).unwrap();
        }
        // Each child may project a little further than the previous one.
        let acknowledged = kill_a_child_after(&temp.path(), 1 + (round * 7) % 23);
        let checkpoint =
            ReadModel::open(&location).reading().unwrap().checkpoint().unwrap().position.number();
        assert!(checkpoint >= acknowledged, "{acknowledged} was told, {checkpoint} is there");
        n_kills += u32::from(checkpoint < 600);
        let so_far = location_in(&temp.folder.path().join(format!("so far {round}")));
        project_in_batches(&so_far, &events[..usize::try_from(checkpoint).unwrap()], &[]);
        assert_eq!(dump(&location), dump(&so_far), "round {round}, at {checkpoint}");
    }
    assert!(n_kills >= rounds(10), "only {n_kills} were killed on their way");
    catch_up(&temp, &location);
    assert_eq!(dump(&location), whole);
}

/// Starts a child that projects, kills it after `n_batches` acknowledged batches, and returns the last acknowledged
/// position.
fn kill_a_child_after(store: &Path, n_batches: u32) -> u64 {
    let mut child = child("crash::the_child_projects", STORE, store);
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let told = lines.map_while(Result::ok).filter_map(|line| line.strip_prefix("at ")?.parse().ok());
    let last = told.take(usize::try_from(n_batches).unwrap()).last().expect("the child projects");
    child.kill().unwrap();
    child.wait().unwrap();
    last
}

/// Does something only as the child of the test above.
#[test]
fn the_child_projects() {
    let Some(path) = std::env::var_os(STORE) else { return };
    let store = SqliteStore::open_read_only(Path::new(&path), &Aggregates::bank()).unwrap();
    let location = foldback::read_model::engine::location::Location::of(&store.log_identity()).unwrap();
    let OpenedProjector::Ready(mut projector, _) = Projector::open(&location).unwrap() else {
        panic!("it is locked")
    };
    println!();
    loop {
        let after: GlobalPosition = projector.checkpoint().position;
        let events = store.read_all(after.plus(1), Direction::Forward, N_BATCH).unwrap();
        // At the end it goes on acknowledging, so as to be killed there.
        apply(&mut projector, after, &events, &Aggregates::bank()).unwrap();
        println!("at {}", projector.checkpoint().position);
    }
}
