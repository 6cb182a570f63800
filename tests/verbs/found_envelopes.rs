//! Logs of other systems, opened without a mapping: what is taken for what, and what is said about it.

use crate::desk::Desk;

/// Ten shopping carts, three events each.
pub(crate) fn carts() -> String {
    let of_version = |version: usize| {
        let (event_type, data) = match version {
            1 => ("CartCreated", r#"{"customer":"c-7"}"#),
            2 => ("ItemAdded", r#"{"sku":"tea","qty":2,"price":"4.50"}"#),
            _ => ("CheckedOut", "{}"),
        };
        (1..=10)
            .map(|cart| {
                format!(
                    r#"{{"streamId":"cart-{cart}","type":"{event_type}","data":{data},"created":"2024-06-0{version}T12:00:00Z","version":{version}}}"#
                ) + "\n"
            })
            .collect::<String>()
    };
    (1..=3).map(of_version).collect()
}

const READ_AS: &str = "stream ← streamId, type ← type, data ← data, time ← created, version ← version";

#[test]
fn ten_carts_open_without_a_mapping_in_every_verb_and_each_says_what_was_taken_for_what() {
    let desk = Desk::new();
    std::fs::write(desk.0.path().join("carts.jsonl"), carts()).unwrap();
    let said = format!("carts.jsonl read as: {READ_AS}\n");
    for again in 0..2 {
        for verb in [
            &["state", "carts.jsonl"][..],
            &["state", "carts.jsonl", "cart-1"],
            &["events", "carts.jsonl"],
            &["export", "carts.jsonl"],
            &["query", "carts.jsonl", "SELECT 1"],
            &["verify", "carts.jsonl"],
            &["print", "carts.jsonl"],
        ] {
            let left = desk.run(verb);
            assert!(left.code == 0 && left.err.starts_with(&said), "{again} {verb:?}: {left:?}");
        }
    }
    let events = desk.run(&["events", "carts.jsonl", "--stream", "cart-3", "--json"]);
    let events: Vec<serde_json::Value> =
        events.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |key: &str| events.iter().map(|event| event[key].to_string()).collect::<Vec<_>>();
    assert_eq!(of("position"), ["3", "13", "23"]);
    assert_eq!(of("type"), [r#""CartCreated""#, r#""ItemAdded""#, r#""CheckedOut""#]);
    assert_eq!(of("data")[1], r#"{"price":"4.50","qty":2,"sku":"tea"}"#);
    assert_eq!(events[2]["time"], "2024-06-03T12:00:00Z");
    let state = desk.run(&["state", "carts.jsonl", "cart-3", "--at", "2024-06-02T13:00Z", "--json"]);
    let state: serde_json::Value = serde_json::from_str(&state.out).unwrap();
    assert_eq!((state["version"].as_u64(), state["stream"].as_str()), (Some(2), Some("cart-3")));
}

fn without_links(events: &str) -> String {
    events
        .lines()
        .filter_map(|event| event.split(r#","hash":"#).next())
        .map(|event| format!("{event}\n"))
        .collect()
}

#[test]
fn a_store_carries_the_envelope_that_was_found_and_imports_the_rest_of_the_log_with_it() {
    let desk = Desk::new();
    let all = carts();
    let (first, _) = all.split_at(all.match_indices('\n').nth(11).unwrap().0 + 1);
    let write = |text: &str| std::fs::write(desk.0.path().join("carts.jsonl"), text).unwrap();
    write(first);
    let said = format!("carts.jsonl read as: {READ_AS}\n");
    let made = desk.run(&["new", "carts.db", "--from", "carts.jsonl"]);
    assert_eq!((made.code, made.err.as_str()), (0, said.as_str()), "{made:?}");
    write(&all);
    let more = desk.run(&["import", "carts.db", "carts.jsonl"]);
    assert_eq!((more.code, more.err.as_str()), (0, said.as_str()), "{more:?}");
    assert!(more.out.contains("18 events of 10 streams added, 12 already there"), "{more:?}");
    let exported = desk.run(&["export", "carts.db"]).out;
    assert_eq!(desk.run_with(&["new", "copy.db", "--from", "-"], &exported).code, 0);
    // The links of the chain are the store's own.
    let events = |store: &str| without_links(&desk.run(&["events", store, "--json"]).out);
    assert_eq!(events("copy.db"), events("carts.db"));
    let pipe = desk.run_with(&["events", "-", "--json"], &all);
    assert_eq!(
        (without_links(&pipe.out), pipe.err),
        (events("carts.db"), format!("standard input read as: {READ_AS}\n"))
    );
}

#[test]
fn a_mapping_corrects_what_was_found_and_one_without_an_envelope_adds_meanings_to_it() {
    let desk = Desk::new();
    let write = |name: &str, text: &str| std::fs::write(desk.0.path().join(name), text).unwrap();
    let line = |account: &str, kind: &str| {
        format!(
            r#"{{"aggregate_id":"{account}","tenant":"t-1","event_type":"{kind}","payload":{{"sum":"2.50"}}}}"#
        ) + "\n"
    };
    write("log.jsonl", &[line("a-1", "In"), line("a-2", "In"), line("a-1", "In")].concat());
    write(
        "meaning.toml",
        "meaning.currency = \"EUR\"\n[meaning.events.In]\nmeans = \"Deposited\"\namount = \"sum\"\n",
    );
    let envelope =
        "[envelope]\nstream = [\"tenant\", \"aggregate_id\"]\ntype = \"event_type\"\ndata = \"payload\"\n";
    write("envelope.toml", envelope);
    let state = |log: &str, stream: &str, map: &[&str]| {
        let left = desk.run(&[&["state", log, stream, "--json"], map].concat());
        assert_eq!(left.code, 0, "{left:?}");
        let state: serde_json::Value = serde_json::from_str(&left.out).unwrap();
        let figure = ["balance", "sum"].map(|field| state["state"][field].to_string());
        (figure, left.err.lines().next().unwrap_or_default().to_owned())
    };
    let found = "log.jsonl read as: stream ← aggregate_id, type ← event_type, data ← payload";
    let merged = (["null".to_owned(), "\"2.50\"".to_owned()], found.to_owned());
    let account = (["500".to_owned(), "null".to_owned()], found.to_owned());
    assert_eq!(state("log.jsonl", "a-1", &[]), merged);
    assert_eq!(state("log.jsonl", "a-1", &["--map", "meaning.toml"]), account);
    assert_eq!(state("log.jsonl", "a-1", &[]), account, "the newest mapping stays");
    let (corrected, said) = state("log.jsonl", "t-1-a-1", &["--map", "envelope.toml"]);
    assert_eq!((corrected, said.contains("read as")), (merged.0, false), "{said}");
    std::fs::copy(desk.0.path().join("log.jsonl"), desk.0.path().join("same.jsonl")).unwrap();
    assert_eq!(desk.run(&["new", "log.db", "--from", "same.jsonl"]).code, 0);
    let other = desk.run(&["import", "log.db", "same.jsonl", "--map", "envelope.toml"]);
    assert!(other.code == 1 && other.err.contains("another [envelope]"), "{other:?}");
    assert_eq!(desk.run(&["import", "log.db", "same.jsonl", "--map", "meaning.toml"]).code, 0);
    assert_eq!(state("log.db", "a-1", &[]).0, account.0);
}

#[test]
fn a_time_that_cannot_be_read_leaves_its_event_without_one_and_is_counted() {
    let desk = Desk::new();
    let line = |time: &str| format!(r#"{{"streamId":"a","type":"T","data":{{}},"at":{time}}}"#) + "\n";
    let log = [line("\"2024-03-14 10:22:07\""), line("1710411727000"), line("\"soon\"")].concat();
    std::fs::write(desk.0.path().join("log.jsonl"), log).unwrap();
    let left = desk.run(&["events", "log.jsonl", "--json"]);
    let said = "log.jsonl read as: stream ← streamId, type ← type, data ← data, \
                time ← at (likely, without a zone: UTC is assumed)\n\
                log.jsonl: 1 event has a time that cannot be read, and counts without one\n";
    assert_eq!((left.code, left.err.as_str()), (0, said), "{left:?}");
    let times: Vec<String> = left
        .out
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["time"].to_string())
        .collect();
    assert_eq!(times, [r#""2024-03-14T10:22:07Z""#, r#""2024-03-14T10:22:07Z""#, "null"]);
}
