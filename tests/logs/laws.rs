//! Export and import of any log, and any bytes at all.

use foldback::domain::aggregates::account::fields::ReadEvent;
use foldback::domain::event::{NewEvent, StreamName};
use foldback::store::import::options::ImportOptions;
use foldback::store::sqlite::SqliteStore;
use foldback::store::{EventReader, EventStore, StreamWrite};
use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};

use crate::in_and_out::{all_events, exported, facts, import_text, import_with, piped, report_head, strict};
use crate::support::{TempStore, cases, stream};

/// Any JSON.
fn json() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        any::<i64>().prop_map(|n| n.to_string()),
        Just("12345678901234567890123.450".to_owned()),
        Just("-0.0e-7".to_owned()),
    ];
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just(r#""\ud800\u0000\/""#.to_owned()),
        number,
        text().prop_map(|text| serde_json::to_string(&text).unwrap()),
    ];
    let space = || prop_oneof![4 => Just(""), 1 => Just(" "), 1 => Just("\n\t"), 1 => Just("\r\n")];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let member = (text(), inner.clone(), space()).prop_map(|(key, value, space)| {
            format!("{}:{space}{value}", serde_json::to_string(&key).unwrap())
        });
        let items = (prop::collection::vec(inner, 0..4), space())
            .prop_map(|(items, space)| format!("[{space}{}]", items.join(&format!(",{space}"))));
        let members = (prop::collection::vec(member, 0..4), space())
            .prop_map(|(members, space)| format!("{{{}{space}}}", members.join(&format!("{space},"))));
        prop_oneof![items, members]
    })
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{1,12}",
        "[a-c]",
        Just("envelope".to_owned()),
        Just("stream".to_owned()),
        Just("\u{1b}]52;\n\0\u{202e}\u{2028}".to_owned()),
    ]
}

fn any_event() -> impl Strategy<Value = (String, NewEvent)> {
    let time = prop::option::of(-2_000_000_000_000_000_i64..4_000_000_000_000_000);
    let metadata = prop::option::of(json());
    (text(), text(), time, json(), any::<bool>(), metadata).prop_map(
        |(stream, event_type, time, data, has_id, metadata)| {
            let time =
                time.map(|micros| foldback::domain::event::Timestamp::from_microsecond(micros).unwrap());
            let id = has_id.then(String::new);
            (stream, NewEvent { id, event_type, time, data, metadata })
        },
    )
}

/// A store with these events, some of them appended and some from logs.
fn filled(events: Vec<(String, NewEvent)>, mapping: Option<&str>) -> TempStore {
    let mut t = TempStore::new();
    for (n, (name, mut event)) in events.into_iter().enumerate() {
        event.id = event.id.map(|_| format!("id \"{n}\""));
        match event.id {
            Some(_) => {
                let write = StreamWrite { stream: stream(&name), expected: None, events: vec![event] };
                t.store.append(&[write]).unwrap();
            }
            None => {
                let mut one = TempStore::new();
                let id = Some(format!("n {n}"));
                let write = StreamWrite {
                    stream: stream(&name),
                    expected: None,
                    events: vec![NewEvent { id, ..event }],
                };
                one.store.append(&[write]).unwrap();
                let line = exported(&one.store).replace(&format!(",\"id\":\"n {n}\""), "");
                let options = ImportOptions { mapping: mapping.map(str::to_owned), ..strict() };
                import_with(&mut t.store, piped(line.as_bytes()), &options).unwrap();
            }
        }
    }
    t
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn a_log_that_is_written_and_read_back_is_the_same_log(
        events in prop::collection::vec(any_event(), 1..12),
        has_mapping in any::<bool>(),
    ) {
        let t = filled(events, has_mapping.then_some("[meaning]\ncurrency = \"EUR\"\n"));
        let text = exported(&t.store);
        let mut back = TempStore::new();
        let report = import_with(&mut back.store, piped(text.as_bytes()), &strict()).unwrap();
        assert_eq!(report.n_events, report_head(&t.store));
        let one_line = |(stream, event): (StreamName, NewEvent)| {
            let strip = |json: String| json.replace(['\n', '\r'], "");
            (stream, NewEvent { data: strip(event.data), metadata: event.metadata.map(strip), ..event })
        };
        let expected: Vec<_> = facts(&t.store).into_iter().map(one_line).collect();
        assert_eq!(facts(&back.store), expected);
        assert_eq!(exported(&back.store), text);
        let meanings = |store: &SqliteStore| {
            let mappings = store.mappings().unwrap();
            all_events(store).iter().map(|event| mappings.read_account_event(event, None)).collect::<Vec<_>>()
        };
        let read = |(meaning, currency): &(Result<ReadEvent, _>, _)| (meaning.is_ok(), *currency);
        let (there, here) = (meanings(&t.store), meanings(&back.store));
        assert_eq!(there.iter().map(read).collect::<Vec<_>>(), here.iter().map(read).collect::<Vec<_>>());
    }

    #[test]
    fn whatever_bytes_are_read_the_store_stays_whole_and_knows_them_again(
        lines in prop::collection::vec(prop_oneof![
            any_event().prop_map(|(stream, e)| format!(
                "{{\"stream\":{},\"type\":{},\"data\":{}}}",
                serde_json::to_string(&stream).unwrap(),
                serde_json::to_string(&e.event_type).unwrap(),
                e.data.replace(['\n', '\r'], ""),
            )),
            json().prop_map(|json| json.replace(['\n', '\r'], "")),
            "[\\[\\]{}\",: a\\\\]{0,12}",
        ], 0..12),
        is_array in any::<bool>(),
        cut in 0..40_usize,
    ) {
        let mut text = if is_array { format!("[{}]", lines.join(",\n")) } else { lines.join("\n") };
        let end = (0..=text.len().saturating_sub(cut)).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        text.truncate(end);
        let mut t = TempStore::new();
        let first = import_text(&mut t.store, &text);
        assert_eq!(first.n_events, report_head(&t.store));
        assert_eq!(first.n_bad, first.bad.len() as u64);
        let again = import_text(&mut t.store, &text);
        assert_eq!((again.n_events, again.n_duplicates, again.bad), (0, first.n_events, first.bad));
    }
}
