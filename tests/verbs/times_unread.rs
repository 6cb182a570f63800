//! Events whose time cannot be read: every answer says how many there are.

use crate::desk::Desk;

fn log(times: &[&str]) -> String {
    let line = |(n, time): (usize, &&str)| {
        format!(
            "{{\"streamId\":\"cart-{}\",\"type\":\"Added\",\"data\":{{\"n\":{n}}},\"created\":{time}}}\n",
            n % 2
        )
    };
    times.iter().enumerate().map(line).collect()
}

const GOOD: &str = "\"2024-03-14T10:22:07Z\"";

#[test]
fn every_answer_says_how_many_times_cannot_be_read() {
    let desk = Desk::new();
    let write = |times: &[&str]| std::fs::write(desk.0.path().join("carts.jsonl"), log(times)).unwrap();
    let mut times = vec![GOOD; 120];
    (times[3], times[17]) = ("\"soon\"", "{}");
    write(&times);
    assert_eq!(desk.run(&["new", "carts.db", "--from", "carts.jsonl"]).code, 0);
    let words = "2 events have a time that cannot be read, and count without one\n";
    for (log, note) in [
        ("carts.jsonl", format!("carts.jsonl: {words}")),
        ("carts.db", format!("carts.db: carts.jsonl: {words}")),
    ] {
        for verb in [
            &["state", log][..],
            &["state", log, "cart-1"],
            &["state", log, "cart-1", "--json"],
            &["events", log],
            &["export", log],
            &["query", log, "SELECT 1"],
            &["verify", log],
        ] {
            for _again in 0..2 {
                let left = desk.run(verb);
                assert!(left.code == 0 && left.err.contains(&note), "{verb:?}: {left:?}");
            }
        }
        let state = desk.run(&["state", log, "cart-1", "--json"]).out;
        assert!(state.trim_end().ends_with(r#""n_lines_left_out":0,"n_times_unread":2}"#), "{state}");
        let screen = desk.run(&["print", log, "--size", "160x30"]).out;
        assert!(screen.contains("2 events without a readable time"), "{screen}");
    }
    // Each event is counted once, whatever is imported after it.
    times.push("\"later\"");
    write(&times);
    let more = desk.run(&["import", "carts.db", "carts.jsonl"]);
    assert!(more.err.contains("carts.jsonl: 3 events have a time that cannot be read"), "{more:?}");
    times[110] = "\"2024-03-15\"";
    write(&times);
    let edited = desk.run(&["import", "carts.db", "carts.jsonl"]);
    assert!(edited.out.contains("1 event of 1 stream added, 120 already there"), "{edited:?}");
    let state = desk.run(&["state", "carts.db", "cart-1", "--json"]);
    assert!(state.out.contains(r#""n_times_unread":3}"#), "{state:?}");
}

#[test]
fn where_all_times_can_be_read_nothing_is_said() {
    let desk = Desk::new();
    std::fs::write(desk.0.path().join("carts.jsonl"), log(&[GOOD, GOOD, "null"])).unwrap();
    let state = desk.run(&["state", "carts.jsonl", "cart-1", "--json"]);
    assert!(!state.err.contains("cannot be read") && !state.out.contains("n_times_unread"), "{state:?}");
}
