//! The log of a real bank adds up.

use std::collections::HashMap;
use std::path::Path;

use foldback::domain::aggregates::account::fold::AccountFold;
use foldback::domain::aggregates::account::state::AccountState;
use foldback::domain::event::{GlobalPosition, SourceId, StreamName};
use foldback::domain::fold::Meaning;
use foldback::store::EventReader;
use foldback::store::jsonl::input::LogInput;

use crate::in_and_out::{all_events, counts, exported, import_text, import_with, with_mapping};
use crate::support::TempStore;

#[test]
fn the_history_of_a_real_bank_adds_up_at_every_version() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/berka.jsonl.gz");
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return;
    }
    let mut t = TempStore::new();
    let options = with_mapping(include_str!("../../assets/berka.toml"));
    let report = import_with(&mut t.store, LogInput::at(&path).unwrap(), &options).unwrap();
    assert_eq!((counts(&report), report.head), ((50_369, 1_229, 0, 0), GlobalPosition::new(50_369)));
    let fold = AccountFold { mappings: t.store.mappings().unwrap() };
    let mut accounts: HashMap<StreamName, (AccountState, i64)> = HashMap::new();
    let mut n_granted = 0;
    for event in all_events(&t.store) {
        assert_eq!(event.source, Some(SourceId(1)));
        let (state, sum) = accounts.entry(event.stream.clone()).or_default();
        let data: serde_json::Value = serde_json::from_str(&event.data).unwrap();
        let hellers =
            |sign: i64| sign * data["amount"].as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
        *sum += match event.event_type.as_str() {
            "Credited" => hellers(1),
            "Debited" => hellers(-1),
            _ => 0,
        };
        let expected = match event.event_type.as_str() {
            "LoanGranted" => Meaning::NotUnderstood("the mapping names no such event".into()),
            _ => Meaning::Understood,
        };
        n_granted += u64::from(expected != Meaning::Understood);
        assert_eq!(
            fold.evolve_account(state, &event),
            expected,
            "{} at version {}",
            event.stream,
            event.version
        );
        assert_eq!(state.balance, *sum, "{} at version {}", event.stream, event.version);
    }
    assert!(n_granted > 0);
    assert_eq!(
        counts(&import_with(&mut t.store, LogInput::at(&path).unwrap(), &options).unwrap()),
        (0, 0, 50_369, 0)
    );
    let text = exported(&t.store);
    let mut back = TempStore::new();
    assert_eq!(counts(&import_text(&mut back.store, &text)), (50_369, 1_229, 0, 0));
    assert_eq!(exported(&back.store), text);
}
