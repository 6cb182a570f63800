//! Steps and counts over a log whose positions have gaps.

use foldback::store::EventStore;
use foldback::store::log::Log;

use crate::contract::counts_as_a_list_of_all_events;
use crate::gapped::GappedLog;
use crate::support::{TempStore, deposit, write};

#[test]
fn steps_and_counts_skip_the_gaps() {
    let mut temp = TempStore::new();
    counts_as_a_list_of_all_events(&*GappedLog::of(&temp.store).reader().unwrap());
    for n in 1..=5 {
        temp.store.append(&[write("a", vec![deposit(n)]), write("b", vec![deposit(n)])]).unwrap();
        counts_as_a_list_of_all_events(&*GappedLog::of(&temp.store).reader().unwrap());
    }
}
