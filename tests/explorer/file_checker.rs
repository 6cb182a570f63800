//! Checking the read model's file in the background: damage is reported and rebuilt, and a file that passed is not
//! checked again.

use foldback::domain::aggregates::Aggregates;
use std::fs;
use std::sync::mpsc::channel;

use foldback::read_model::engine::catch_up::{CatchUpOptions, project_to_head};
use foldback::read_model::engine::location::Location;
use foldback::read_model::presentation_of;
use foldback::runtime::rows_worker::file_checker::FileChecker;
use foldback::store::sqlite::SqliteStore;
use foldback::tui::effect::{Deed, Effect};
use foldback::tui::message::Message;
use foldback::tui::model::Model;
use foldback::tui::model::size::Size;
use foldback::tui::model::store::{OpenStore, StoreKind};
use foldback::tui::update::update;

use crate::support::{flip_index_key, sample_store};

const WRONG: &str = "row 4 missing from index sqlite_autoindex_account_rows_1";

/// All messages of a check, once it has ended by itself.
fn told(location: &Location) -> Vec<Message> {
    let (inbox, messages) = channel();
    let checker = FileChecker::start(location, inbox);
    checker.beginning()();
    // The sender is dropped with the thread.
    let told = messages.iter().collect();
    checker.stop_and_wait();
    told
}

#[test]
fn damage_is_reported_and_a_file_that_passed_is_checked_again_after_a_write() {
    let folder = tempfile::tempdir().unwrap();
    let store =
        SqliteStore::open_read_only(&sample_store(folder.path(), "bank"), &Aggregates::bank()).unwrap();
    let location = Location::of(&store.log_identity()).unwrap();
    assert!(told(&location).is_empty(), "there is no read model");
    project_to_head(&store, &location, &CatchUpOptions::default(), &mut |_| {}).unwrap();
    let record = location.folder().join("checked");
    drop(fs::remove_file(&record));
    assert!(told(&location).is_empty());
    assert!(fs::read_to_string(&record).unwrap().contains(" whole "));
    let file = location.generation_path(location.current().unwrap().unwrap().number);
    flip_index_key(&file, "sqlite_autoindex_account_rows_1", b"acc-09");
    for _ in 0..2 {
        let told = told(&location);
        let [Message::ReadModelDamaged(wrong)] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!(wrong, WRONG);
    }
}

#[test]
fn a_read_model_that_is_damaged_is_rebuilt_once_and_that_is_said() {
    let store = OpenStore { name: "bank.db".to_owned(), kind: StoreKind::Own, takes_commands: true };
    let mut model = Model::new(store, presentation_of(&Aggregates::bank()), Size { width: 120, height: 36 });
    let damaged = || Message::ReadModelDamaged(WRONG.to_owned());
    assert!(update(&mut model, damaged()).contains(&Effect::Do(Deed::Rebuild)));
    let said = format!("the read model is damaged ({WRONG}): it is being rebuilt");
    assert_eq!(model.notice.as_ref().unwrap().text, said);
    assert!(!update(&mut model, damaged()).contains(&Effect::Do(Deed::Rebuild)), "one is under way");
    assert!(model.rebuild.is_some());
}
