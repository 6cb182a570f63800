//! The chain: computed as documented, so that it can be checked without foldback, and covering everything.

use proptest::prelude::*;
use rusqlite::Connection;

use foldback::domain::event::GlobalPosition;
use foldback::domain::hash::ChainHash;
use foldback::store::sqlite::SqliteStore;
use foldback::store::sqlite::import::sources::NewSource;
use foldback::store::sqlite::import::{ImportedEvent, SourceProgress};
use foldback::store::{Direction, EventReader, EventStore};

use crate::documented::links_as_documented;
use crate::support::{TempStore, cases, deposit, event, stream, with_id, with_time, write};

/// A step in the life of a store.
#[derive(Clone, Debug)]
enum Step {
    Append { stream: u8, amount: i64, id: Option<u32>, second: Option<i64>, metadata: bool },
    Import { log: u8, streams: Vec<u8> },
    AddSource(Option<String>),
    SetMapping { source: u8, text: String },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let append =
        (0..4_u8, any::<i64>(), any::<Option<u32>>(), proptest::option::of(-9..9_i64), any::<bool>());
    let append = append.prop_map(|(stream, amount, id, second, metadata)| Step::Append {
        stream,
        amount,
        id,
        second,
        metadata,
    });
    let import = (0..3_u8, proptest::collection::vec(0..4_u8, 1..9))
        .prop_map(|(log, streams)| Step::Import { log, streams });
    let mapping = (0..3_u8, "[a-c]{1,2}").prop_map(|(source, text)| Step::SetMapping { source, text });
    let source = proptest::option::of("[a-c]{1,2}").prop_map(Step::AddSource);
    proptest::collection::vec(prop_oneof![4 => append, 2 => import, 2 => mapping, 1 => source], 0..24)
}

/// Takes the step, as far as possible.
fn take(store: &mut SqliteStore, step: Step) {
    let sources = store.sources().unwrap();
    let source = |n: u8| sources.get(usize::from(n)).map(|source| source.id);
    match step {
        Step::Append { stream, amount, id, second, metadata } => {
            let mut new = deposit(amount);
            new = id.map_or_else(|| new.clone(), |id| with_id(&id.to_string(), new.clone()));
            new = second.map_or_else(|| new.clone(), |second| with_time(second, new.clone()));
            new.metadata = metadata.then(|| r#"{"a":"ü"}"#.to_owned());
            // The id may exist already.
            _ = store.append(&[write(&format!("s{stream}"), vec![new])]);
        }
        Step::Import { log, streams } => {
            let Some(log) = source(log) else { return };
            let mut events = Vec::new();
            for (n, name) in (1..).zip(streams) {
                let stream = stream(&format!("s{name}"));
                let place = store.last_place(log, &stream).unwrap() + n;
                events.push(ImportedEvent { source: log, place, stream, event: event("T", "{}") });
            }
            let progress = SourceProgress { log, read_bytes: 1, read_hash: String::new(), read_lines: 1 };
            store.import(&events, &progress).unwrap();
        }
        Step::AddSource(mapping) => {
            let (name, beginning_hash) = ("bank.jsonl".to_owned(), "ab".to_owned());
            store
                .add_source(&NewSource { log: None, name, beginning_bytes: 7, beginning_hash, mapping })
                .unwrap();
        }
        Step::SetMapping { source: n, text } => {
            if let Some(source) = source(n) {
                store.set_mapping(source, &text).unwrap();
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn the_hashes_are_those_that_the_documentation_gives(steps in steps()) {
        let mut temp = TempStore::new();
        let mut receipts = vec![temp.store.receipt().unwrap()];
        for step in steps {
            take(&mut temp.store, step);
            receipts.push(temp.store.receipt().unwrap());
        }
        let links = links_as_documented(&Connection::open(temp.path()).unwrap());
        let of_events: Vec<_> = temp.store.read_all(GlobalPosition::START, Direction::Forward, usize::MAX).unwrap();
        for event in of_events {
            let position = i64::try_from(event.position.number()).unwrap();
            let documented = links.iter().find(|((at, _), _)| *at == position).unwrap().1;
            prop_assert_eq!(event.hash, ChainHash(documented), "at {}", position);
        }
        for receipt in receipts {
            let place = (receipt.place.position.number().cast_signed(), receipt.place.mapping.cast_signed());
            let documented = links.iter().find(|(at, _)| *at == place).unwrap().1;
            prop_assert_eq!(receipt.hash, ChainHash(documented), "{}", receipt.place);
        }
    }
}
