//! Exports of real libraries and small logs of other systems, opened without a mapping.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::desk::Desk;

/// A folder beside the project; `None`, with a line that says so, if it is not there.
fn shared(folder: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared").join(folder);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not there", path.display());
    None
}

/// The events of a log: each stream, version, type and time; and what was said.
fn events(desk: &Desk, log: &str) -> (Vec<[String; 4]>, String) {
    let left = desk.run(&["events", log, "--json"]);
    assert_eq!(left.code, 0, "{log}: {}", left.err);
    let of_line = |line: &str| {
        let event: Value = serde_json::from_str(line).unwrap();
        ["stream", "version", "type", "time"].map(|key| event[key].to_string().trim_matches('"').to_owned())
    };
    (left.out.lines().map(of_line).collect(), left.err)
}

#[test]
fn the_exports_of_three_libraries_open_with_the_streams_that_they_have() {
    let Some(stores) = shared("stores") else { return };
    let answers: Value =
        serde_json::from_slice(&std::fs::read(stores.join("answers.json")).unwrap()).unwrap();
    let desk = Desk::new();
    for (store, system) in
        [("cqrs_es", "cqrs-es"), ("emmett", "Emmett"), ("eventsourcing", "Python eventsourcing")]
    {
        let log = stores.join(format!("{store}.export.jsonl.gz"));
        let (events, said) = events(&desk, log.to_str().unwrap());
        let mut versions: BTreeMap<String, u64> = BTreeMap::new();
        for [stream, version, _, _] in &events {
            let newest = versions.entry(stream.clone()).or_default();
            *newest += 1;
            assert_eq!(newest.to_string(), *version, "{store} {stream}");
        }
        let expected: BTreeMap<String, u64> = answers[store]
            .as_object()
            .unwrap()
            .iter()
            .map(|(stream, answer)| (stream.clone(), answer["version"].as_u64().unwrap()))
            .collect();
        assert_eq!(versions, expected, "{store}");
        assert_eq!((said.lines().count(), said.contains(&format!("from {system}"))), (1, true), "{said}");
        let n_without_time = events.iter().filter(|[_, _, _, time]| time == "null").count();
        assert!(n_without_time == 0 || store == "cqrs_es", "{store}: {n_without_time}");
    }
}

#[test]
fn small_logs_of_other_systems_open_with_their_events() {
    let Some(cases) = shared("cases") else { return };
    let desk = Desk::new();
    let of_ours = ["a 1 Deposited", "b 1 Deposited"];
    let expected: [(&str, &[&str]); 14] = [
        ("01-kcat-payload-string.jsonl", &["w-7 1 Opened", "w-7 2 In", "w-7 3 wallets"]),
        ("02-dotted-keys.jsonl", &["k-1 1 Opened", "k-1 2 In"]),
        ("05-json-seq.jsonl", &of_ours),
        ("05-json-seq.seq", &of_ours),
        ("08-concatenated.jsonl", &of_ours),
        ("09-pretty-docs.jsonl", &of_ours),
        ("09-pretty-single.json", &of_ours[..1]),
        ("18-object-events.json", &of_ours),
        (
            "24-nfc-nfd-streams.jsonl",
            &[
                "konto-\u{e9} 1 AccountOpened",
                "konto-\u{e9} 2 Deposited",
                "konto-e\u{301} 1 Deposited",
                "Konto-\u{c9} 1 Deposited",
            ],
        ),
        ("30-atom-newest-first.json", &["account-9 1 Opened", "account-9 2 In", "account-9 3 Closed"]),
        ("34-renamed-field.jsonl", &["a 1 Opened", "a 2 In", "a 3 In", "a 4 In, Bank, Version=1.0.0.0"]),
        ("38-docker-json-file.jsonl", &of_ours[..1]),
        ("39-debezium-outbox.jsonl", &["w-1 1 In"]),
        ("44-fractions.jsonl", &["a 1 Opened", "a 2 In", "a 3 In"]),
    ];
    for (name, expected) in expected {
        let (events, said) = events(&desk, cases.join(name).to_str().unwrap());
        let events: Vec<String> = events.iter().map(|event| event[..3].join(" ")).collect();
        assert_eq!(events, expected, "{name}: {said}");
    }
    let (times, said) = events(&desk, cases.join("19-times.jsonl").to_str().unwrap());
    let n_lines = std::fs::read_to_string(cases.join("19-times.jsonl")).unwrap().lines().count();
    assert_eq!(times.len(), n_lines, "no event is left out for its time: {said}");
    assert_eq!(times[0][3], "2024-03-14T10:22:07Z");
}
