//! Logs that lost a part, or were changed: reported each time, by every verb.

use serde_json::Value;

use crate::desk::Desk;
use crate::inputs::{gz, zst};

fn deposits(n: u64) -> String {
    let line = |n: u64| {
        let amount = n * 2_654_435_761 % 1_000_003;
        format!("{{\"stream\":\"a{}\",\"type\":\"Deposited\",\"data\":{{\"amount\":{amount}}}}}\n", n % 7)
    };
    (0..n).map(line).collect()
}

const MISSING: &str = "the packed data ends here: the rest of the log is missing";

#[test]
fn a_cut_archive_is_said_by_every_verb_each_time_until_the_whole_log_is_imported() {
    // zstd decompresses whole blocks of 128 KiB.
    let text = deposits(20_000);
    for (ending, bytes) in [("gz", gz(&text)), ("zst", zst(&text))] {
        let desk = Desk::new();
        let write = |name: &str, bytes: &[u8]| std::fs::write(desk.0.path().join(name), bytes).unwrap();
        let name = format!("cut.jsonl.{ending}");
        write(&name, &bytes[..bytes.len() / 2]);
        let made = desk.run(&["new", "c.db", "--from", &name]);
        assert!(made.code == 1 && made.err.contains(MISSING) && made.out.contains("1 bad line;"), "{made:?}");
        for _again in 0..2 {
            for opened in ["c.db", &name] {
                for verb in [
                    &["state", opened][..],
                    &["query", opened, "SELECT 1"],
                    &["verify", opened],
                    &["print", opened],
                ] {
                    let left = desk.run(verb);
                    assert!(
                        left.code == 0 && !left.out.is_empty() && left.err.contains(MISSING),
                        "{verb:?}: {left:?}"
                    );
                }
                let said: Value =
                    serde_json::from_str(&desk.run(&["state", opened, "a1", "--json"]).out).unwrap();
                assert_eq!(said["n_lines_left_out"], 1);
            }
        }
        write(&name, &bytes);
        let whole = desk.run(&["import", "c.db", &name]);
        assert!(whole.code == 0 && whole.err.is_empty() && whole.out.contains("head at 20000"), "{whole:?}");
        for opened in ["c.db", &name] {
            assert_eq!(desk.run(&["state", opened]).err, "");
        }
    }
}

#[test]
fn a_log_that_was_changed_or_comes_from_the_store_itself_is_said_where_events_are_added() {
    let desk = Desk::new();
    let write = |name: &str, text: &str| std::fs::write(desk.0.path().join(name), text).unwrap();
    let said = |err: &str| err.lines().map(str::to_owned).collect::<Vec<_>>();
    let text = deposits(4);
    write("grow.jsonl", &text);
    assert_eq!(desk.run(&["new", "b.db", "--from", "grow.jsonl"]).err, "");
    write("grow.jsonl", &(text.clone() + &deposits(2)));
    assert_eq!(desk.run(&["import", "b.db", "grow.jsonl"]).err, "", "it has grown");
    write("grow.jsonl", &text.replace("\"a1\"", "\"b1\""));
    let edited = desk.run(&["import", "b.db", "grow.jsonl"]);
    let other = "grow.jsonl is not the log of that name that was imported before (its beginning differs): its events were \
                 added as those of another log";
    assert_eq!((said(&edited.err), edited.code), (vec![other.to_owned()], 0), "{edited:?}");
    // The export of a store of two logs begins like the first of them.
    write("exported.jsonl", &desk.run(&["export", "b.db"]).out);
    let again = desk.run(&["import", "b.db", "exported.jsonl"]);
    let own = "exported.jsonl begins as a log that was imported before under another name: 4 events that follow were \
               added as its continuation; if exported.jsonl is an export of this store, they may be there twice";
    assert_eq!(said(&again.err), [own], "{again:?}");
    // If the log is written differently from an export, only its first event is recognised.
    write("k.jsonl", "{\"type\":\"Deposited\",\"stream\":\"a\",\"data\":{\"amount\":1}}\n");
    assert_eq!(desk.run(&["new", "k.db", "--from", "k.jsonl"]).err, "");
    write("exported.jsonl", &desk.run(&["export", "k.db"]).out);
    let again = desk.run(&["import", "k.db", "exported.jsonl"]);
    let own = "exported.jsonl begins with an event that is in the store and has no id: its events were added as those of \
               another log, and may be there twice";
    assert_eq!(said(&again.err), [own], "{again:?}");
    // An edit after the log's beginning does not change its identity.
    let long = deposits(500);
    write("long.jsonl", &long);
    assert_eq!(desk.run(&["new", "l.db", "--from", "long.jsonl"]).err, "");
    write(
        "long.jsonl",
        &(long.clone() + "\n").replace(long.lines().nth(400).unwrap(), "{\"stream\":\"a\",\"type\":\"T\"}"),
    );
    let edited = desk.run(&["import", "l.db", "long.jsonl"]);
    let differs = "long.jsonl differs from what was read of it before: it added 1 event to the store, and \
                   the earlier ones are still there";
    assert_eq!(said(&edited.err), [differs], "{edited:?}");
}
