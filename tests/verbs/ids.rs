//! Ids of events that are UUIDs: one UUID is one event, however its log spells it.

use serde_json::{Value, json};

use crate::desk::{Desk, Left};

/// One UUID in the spellings of various systems.
const SPELLINGS: [&str; 6] = [
    "018CC255-F215-7CA5-85E7-BB0F12278575",
    "018cc255-f215-7ca5-85e7-bb0f12278575",
    "{018cc255-f215-7ca5-85e7-bb0f12278575}",
    "urn:uuid:018cc255-f215-7ca5-85e7-bb0f12278575",
    "018cc255f2157ca585e7bb0f12278575",
    "018CC255F2157CA585E7BB0F12278575",
];

fn write_log(desk: &Desk, name: &str, ids: &[&str]) {
    let line = |id: &&str| {
        format!("{{\"stream\":\"a\",\"type\":\"Deposited\",\"data\":{{\"amount\":100}},\"id\":\"{id}\"}}\n")
    };
    std::fs::write(desk.0.path().join(name), ids.iter().map(line).collect::<String>()).unwrap();
}

/// Number of events added, and of those that were there already.
fn counts(left: &Left) -> (u64, u64) {
    assert_eq!(left.code, 0, "{left:?}");
    let said: Value = serde_json::from_str(&left.out).unwrap();
    (said["events"].as_u64().unwrap(), said["duplicates"].as_u64().unwrap())
}

fn is_whole(desk: &Desk) {
    let left = desk.run(&["verify", "s.db"]);
    assert_eq!(left.code, 0, "{left:?}");
}

/// Stores the ids of the events at these positions as an earlier version did: as texts, except those in the canonical
/// form.
fn keep_as_texts(desk: &Desk, ids: &[(&str, i64)]) {
    let conn = rusqlite::Connection::open(desk.0.path().join("s.db")).unwrap();
    let sql = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'ids'";
    let mut select = conn.prepare(sql).unwrap();
    let triggers = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let triggers: Vec<(String, String)> = triggers.map(Result::unwrap).collect();
    for (name, _) in &triggers {
        conn.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
    }
    for (id, position) in ids.iter().filter(|(id, _)| *id != SPELLINGS[1]) {
        conn.execute("UPDATE ids SET id = ?1 WHERE position = ?2", (id, position)).unwrap();
    }
    for (_, sql) in &triggers {
        conn.execute_batch(sql).unwrap();
    }
}

#[test]
fn one_uuid_in_any_spelling_is_one_event() {
    for kept in SPELLINGS {
        let desk = Desk::new();
        let mut ids = vec![kept];
        ids.extend(SPELLINGS);
        write_log(&desk, "all.jsonl", &ids);
        assert_eq!(counts(&desk.run(&["new", "s.db", "--from", "all.jsonl", "--json"])), (1, 6), "{kept}");
        for id in SPELLINGS {
            write_log(&desk, "another.jsonl", &[id]);
            let left = desk.run(&["import", "s.db", "another.jsonl", "--json"]);
            assert_eq!(counts(&left), (0, 1), "{kept} {id}");
        }
        assert_eq!(counts(&desk.run(&["import", "s.db", "all.jsonl", "--json"])), (0, 7), "{kept}");
        let events = desk.run(&["events", "s.db", "--json"]).json_lines();
        assert_eq!(events.iter().map(|event| event["id"].clone()).collect::<Vec<_>>(), [json!(kept)]);
        is_whole(&desk);
    }
}

#[test]
fn an_id_that_is_not_a_uuid_is_the_text_that_it_is() {
    let desk = Desk::new();
    write_log(&desk, "log.jsonl", &["a", "A", "{a}", "018cc255-f215-7ca5-85e7-bb0f1227857", "a"]);
    assert_eq!(counts(&desk.run(&["new", "s.db", "--from", "log.jsonl", "--json"])), (4, 1));
    is_whole(&desk);
}

#[test]
fn a_store_that_kept_spellings_apart_stays_whole_and_takes_no_further_ones() {
    let other = "118CC255-F215-7CA5-85E7-BB0F12278575";
    for kept in SPELLINGS {
        let desk = Desk::new();
        write_log(&desk, "log.jsonl", &[kept, other, "text"]);
        assert_eq!(counts(&desk.run(&["new", "s.db", "--from", "log.jsonl", "--json"])), (3, 0));
        // An earlier version stored all ids like this that are not in the canonical form.
        keep_as_texts(&desk, &[(kept, 1), (other, 2)]);
        is_whole(&desk);
        write_log(&desk, "more.jsonl", &SPELLINGS);
        assert_eq!(counts(&desk.run(&["import", "s.db", "more.jsonl", "--json"])), (0, 6), "{kept}");
        write_log(&desk, "lower.jsonl", &[&other.to_lowercase(), "text", "new"]);
        assert_eq!(counts(&desk.run(&["import", "s.db", "lower.jsonl", "--json"])), (1, 2), "{kept}");
        is_whole(&desk);
    }
}

#[test]
fn the_legs_of_a_transfer_belong_together_in_whatever_spelling_they_name_it() {
    let desk = Desk::new();
    let leg = |event_type: &str, account: &str, other: &str, transfer: &str| {
        let data = format!("{{{other},\"amount\":5,\"transfer\":\"{transfer}\"}}");
        format!("{{\"stream\":\"{account}\",\"type\":\"{event_type}\",\"data\":{data}}}\n")
    };
    let log = leg("TransferSent", "a", "\"to\":\"x\"", SPELLINGS[0])
        + &leg("TransferReceived", "x", "\"from\":\"a\"", SPELLINGS[2]);
    std::fs::write(desk.0.path().join("log.jsonl"), log).unwrap();
    let sql = "SELECT transfer, sender, receiver, state FROM transfers";
    let left = desk.run(&["query", "log.jsonl", "--json", sql]);
    let row: Value = serde_json::from_str(&left.out).unwrap();
    let expected = json!({"transfer": SPELLINGS[0], "sender": "a", "receiver": "x", "state": "complete"});
    assert_eq!(row, expected);
}
