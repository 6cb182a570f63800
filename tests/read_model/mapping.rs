//! Logs of other systems: rows follow the mapping, even when it changes later.

use std::fs;
use std::path::Path;

use foldback::domain::aggregates::account::fold::AccountFold;
use foldback::read_model::engine::catch_up::{CatchUp, CatchUpOptions, project_to_head};
use foldback::read_model::engine::generation::RebuildReason;
use foldback::read_model::questions::query::ReadModel;
use foldback::runtime::projector::messages::{ProjectorControl, ProjectorReport};
use foldback::store::EventReader;

use crate::laws::{answered, expected_by};
use crate::logs::{append_deposits, catch_up, dump, events_of, import_log, location_in, location_of};
use crate::support::TempStore;
use crate::threads::Running;

const LOG: &str = r#"{"stream":"a","type":"In","data":{"n":"10.00"}}
{"stream":"a","type":"Out","data":{"n":"2.50"}}
{"stream":"b","type":"In","data":{"n":"1.00"}}
"#;

/// A mapping in which `Out` means this event.
fn mapping(out: &str) -> String {
    format!(
        "[meaning]\ncurrency = \"EUR\"\n[meaning.events.In]\nmeans = \"Deposited\"\namount = \"n\"\n\
         [meaning.events.Out]\nmeans = \"{out}\"\namount = \"n\"\n"
    )
}

fn balances(temp: &TempStore) -> Vec<(String, i64)> {
    let mut read_model = ReadModel::open(&location_of(temp));
    let rows = read_model.reading().unwrap().streams("", 0, 9).unwrap().rows;
    rows.into_iter().map(|row| (row.stream.as_str().to_owned(), row.measured().unwrap().0)).collect()
}

fn of(a: i64, b: i64) -> Vec<(String, i64)> {
    vec![("a".to_owned(), a), ("b".to_owned(), b)]
}

#[test]
fn a_changed_mapping_makes_other_rows_of_the_same_events() {
    let mut temp = TempStore::new();
    let location = location_of(&temp);
    let first = mapping("Withdrawn");
    import_log(&mut temp, "log", LOG.into(), Some(&first));
    let begun = |temp: &TempStore| match project_to_head(
        &temp.store,
        &location,
        &CatchUpOptions::default(),
        &mut |_| {},
    )
    .unwrap()
    {
        CatchUp::Done { begun, .. } => begun,
        other => panic!("{other:?}"),
    };
    assert_eq!(begun(&temp), Some(RebuildReason::Missing));
    assert_eq!(balances(&temp), of(750, 100));
    // The same log with the same mapping, and another log with another one: neither changes what was read.
    import_log(&mut temp, "log", LOG.into(), Some(&first));
    import_log(&mut temp, "other", LOG.replace("10.00", "20.00").into(), Some(&mapping("Deposited")));
    assert_eq!(begun(&temp), None);
    assert_eq!(balances(&temp), of(750 + 2250, 200));
    import_log(&mut temp, "log", LOG.into(), Some(&mapping("Deposited")));
    assert_eq!(begun(&temp), Some(RebuildReason::OtherMapping));
    assert_eq!(balances(&temp), of(1250 + 2250, 200));
    assert_eq!(begun(&temp), None);
}

#[test]
fn a_mapping_that_comes_or_changes_while_it_projects_is_read_by() {
    let mut temp = TempStore::new();
    let location = location_of(&temp);
    append_deposits(&mut temp, 1);
    let running = Running::start(&temp, &location);
    running.wait_for_checkpoint(1);
    import_log(&mut temp, "log", LOG.into(), Some(&mapping("Withdrawn")));
    running.send(ProjectorControl::HeadMoved);
    running.wait_for_checkpoint(4);
    assert_eq!(
        balances(&temp)[..2],
        of(750, 0)[..1].iter().cloned().chain([("acc-0".to_owned(), 1)]).collect::<Vec<_>>()
    );
    import_log(&mut temp, "log", LOG.into(), Some(&mapping("Deposited")));
    running.send(ProjectorControl::HeadMoved);
    running.wait_for("a new read model", |report| {
        matches!(report, ProjectorReport::Restarted(RebuildReason::OtherMapping)).then_some(())
    });
    running.wait_for_checkpoint(4);
    let fresh = location_in(&temp.folder.path().join("fresh"));
    catch_up(&temp, &fresh);
    assert_eq!(dump(&location), dump(&fresh));
    assert_eq!(balances(&temp).first(), Some(&("a".to_owned(), 1250)));
}

#[test]
fn the_rows_of_a_real_bank_are_the_fold_of_its_log() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/berka.jsonl.gz");
    if !path.exists() {
        println!("skipped: {} is not here", path.display());
        return;
    }
    let mut temp = TempStore::new();
    import_log(&mut temp, "berka", fs::read(&path).unwrap(), Some(include_str!("../../assets/berka.toml")));
    let location = location_of(&temp);
    assert_eq!(catch_up(&temp, &location).position.number(), 50_369);
    let fold = AccountFold { mappings: temp.store.mappings().unwrap() };
    let answers = answered(&mut ReadModel::open(&location));
    assert!(answers == expected_by(&fold, &events_of(&temp)), "the read model has other rows than the fold");
}
