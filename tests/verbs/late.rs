//! Late events: an answer by time says what it leaves out, and a range of time has all events of that time.

use serde_json::json;

use crate::desk::Desk;

/// A clock that was a century fast for one event: the log's clock stays there.
const AHEAD: &str = r#"{"stream":"w-1","type":"AccountOpened","time":"2024-01-01T00:00:00Z","data":{"owner":"Ada","currency":"EUR"}}
{"stream":"w-1","type":"Deposited","time":"2024-01-02T00:00:00Z","data":{"amount":1000}}
{"stream":"w-1","type":"Deposited","time":"2124-01-03T00:00:00Z","data":{"amount":200}}
{"stream":"w-1","type":"Deposited","data":{"amount":40}}
{"stream":"w-2","type":"Deposited","time":"2024-01-04T00:00:00Z","data":{"amount":8}}
{"stream":"w-1","type":"Withdrawn","time":"2024-01-05T00:00:00Z","data":{"amount":1}}
"#;

const SAID: &str = "2 late events are left out: they come after position 2, the last one before the log's clock passes \
                    2024-12-31T23:59:59.999999Z, but carry times no later than that\n";

fn desk() -> Desk {
    let desk = Desk::new();
    std::fs::write(desk.0.path().join("ahead.jsonl"), AHEAD).unwrap();
    assert_eq!(desk.run(&["new", "s.db", "--from", "ahead.jsonl"]).code, 0);
    desk
}

/// The positions of the events that are listed.
fn positions(desk: &Desk, words: &[&str]) -> Vec<u64> {
    let left = desk.run(&[&["events", "s.db", "--json"], words].concat());
    left.json_lines().iter().map(|event| event["position"].as_u64().unwrap()).collect()
}

#[test]
fn every_answer_as_of_a_time_says_how_many_late_events_it_leaves_out() {
    let desk = desk();
    let state = desk.run(&["state", "s.db", "w-1", "--at", "2024-12-31", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&state.out).unwrap();
    assert_eq!((json["state"]["balance"].clone(), json["n_late_left_out"].clone()), (json!(1000), json!(2)));
    assert_eq!(state.err, SAID);
    let asked: [&[&str]; 6] = [
        &["state", "s.db", "w-1"],
        &["state", "s.db"],
        &["state", "s.db", "--json"],
        &["query", "s.db", "SELECT account, balance FROM accounts"],
        &["query", "s.db", "SELECT account, balance FROM accounts", "--json"],
        &["query", "s.db", "SELECT account, balance FROM accounts", "--csv"],
    ];
    for words in asked {
        let left = desk.run(&[words, &["--at", "2024-12-31"]].concat());
        assert_eq!((left.code, left.err.as_str()), (0, SAID), "{words:?}");
        // A position, a share and a time that leaves nothing out need no note.
        for at in ["2", "50%", "2024-01-01", "2124-12-31"] {
            let left = desk.run(&[words, &["--at", at]].concat());
            assert_eq!((left.code, left.err.as_str()), (0, ""), "{words:?} {at}");
        }
    }
}

#[test]
fn the_screen_as_of_a_time_says_so_until_the_playhead_moves() {
    let desk = desk();
    let header = |words: &[&str]| {
        let left = desk.run(&[&["print", "s.db"], words].concat());
        left.out.lines().next().unwrap().to_owned()
    };
    for words in [
        ["--at", "2024-12-31", "--keys", ""],
        ["--at", "2024-12-31", "--keys", "<tab><tab>v"],
        ["--at", "6", "--keys", ":goto 2024-12-31<enter>"],
        ["--at", "6", "--keys", ":goto 2024-12-31<enter>v<esc>"],
    ] {
        assert!(header(&words).contains("2 of 6 · 2024-01-02 00:00:00 · 2 late left out"), "{words:?}");
    }
    for words in [
        ["--at", "2", "--keys", ""],
        ["--at", "2024-12-31", "--keys", ","],
        ["--at", "2024-12-31", "--keys", ".,"],
        ["--at", "2024-01-01", "--keys", ""],
    ] {
        assert!(!header(&words).contains("late"), "{words:?}");
    }
}

#[test]
fn a_stretch_of_time_has_every_event_of_that_time_wherever_it_is_in_the_log() {
    let desk = desk();
    assert_eq!(positions(&desk, &["--from", "2024-01-01", "--to", "2024-12-31"]), [1, 2, 5, 6]);
    assert_eq!(positions(&desk, &["--to", "2024-01-04"]), [1, 2, 5]);
    // An event without a time is shown, and so found, by the clock at its position.
    assert_eq!(positions(&desk, &["--from", "2124-01-01"]), [3, 4]);
    assert_eq!(positions(&desk, &["--from", "2024-01-03", "--stream", "w-1", "--type", "withdrawn"]), [6]);
    // Positions are a range of the log, as always; both may be mixed.
    assert_eq!(positions(&desk, &["--from", "2", "--to", "4"]), [2, 3, 4]);
    assert_eq!(positions(&desk, &["--from", "3", "--to", "2024-12-31"]), [5, 6]);
    let found = desk.run(&["print", "s.db", "--keys", "/from:2024-01-03 to:2024-12-31<enter>"]).out;
    assert!(found.contains("of 2"), "{found}");
}

#[test]
fn an_event_of_another_century_than_its_neighbours_says_which() {
    let desk = desk();
    let rows = |size: &str| -> Vec<String> {
        let shown = desk.run(&["print", "s.db", "--size", size]).out;
        let list = shown.lines().filter(|line| line.starts_with(['│', '╭']));
        list.map(|line| line.chars().take(42).collect()).collect()
    };
    let has = |rows: &[String], text: &str| rows.iter().any(|row| row.contains(text));
    let wide = rows("200x60");
    // The title has the year of the playhead's event.
    for text in ["Events · 2024", " 01-02 00:00:00 ", " 2124-01-03 ", " 01-04 00:00:00 "] {
        assert!(has(&wide, text), "{wide:#?}");
    }
    let narrow = rows("120x36");
    for text in ["Events · 2024", " 01-02 ", " 2124 ", " 01-04 "] {
        assert!(has(&narrow, text), "{narrow:#?}");
    }
}
