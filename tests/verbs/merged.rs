//! A log that is no bank's: its states are merged, on the screen and in every verb, and say so.

use serde_json::{Value, json};

use crate::desk::Desk;

/// Two carts, whose events have names and data of their own.
const CARTS: &str = concat!(
    r#"{"stream":"cart-1","type":"CartOpened","time":"2024-03-14T10:00:00Z","data":{"owner":"Ada","ship":{"city":"Ulm","zip":"89073"}}}"#,
    "\n",
    r#"{"stream":"cart-1","type":"ItemAdded","time":"2024-03-14T10:01:00Z","data":{"sku":"S1","qty":2,"price":9.50}}"#,
    "\n",
    r#"{"stream":"cart-2","type":"CartOpened","time":"2024-03-14T10:02:00Z","data":{"CartOpened":{"owner":"Bo"}}}"#,
    "\n",
    r#"{"stream":"cart-1","type":"Moved","time":"2024-03-14T10:03:00Z","data":{"ship":{"city":"Kiel"},"price":null}}"#,
    "\n",
    r#"{"stream":"cart-1","type":"Noted","time":"2024-03-14T10:04:00Z","data":["a",1]}"#,
    "\n",
);

fn write(desk: &Desk, name: &str, text: &str) {
    std::fs::write(desk.0.path().join(name), text).unwrap();
}

fn desk() -> Desk {
    let desk = Desk::new();
    write(&desk, "carts.jsonl", CARTS);
    desk
}

#[test]
fn a_state_has_the_last_value_of_each_field_with_the_position_that_set_it() {
    let desk = desk();
    let text = "cart-1 v4 at 5\n\
                merged, not folded: the last value of each field of its events' data\n\
                owner            Ada  @1\n\
                ship.city        Kiel  @4\n\
                ship.zip         89073  @1\n\
                sku              S1  @2\n\
                qty              2  @2\n\
                data             [\"a\",1]  @5\n";
    assert_eq!(desk.run(&["state", "carts.jsonl", "cart-1"]).out, text);
    let read: Value = desk.run(&["state", "carts.jsonl", "cart-1", "--json", "--at", "2"]).json();
    assert_eq!(
        read,
        json!({
            "stream": "cart-1", "position": 2, "version": 2, "n_not_understood": 0, "n_partly_understood": 0,
            "fold": "merged",
            "state": {"owner": "Ada", "ship": {"city": "Ulm", "zip": "89073"}, "sku": "S1", "qty": 2, "price": 9.5},
            "n_late_left_out": 0, "n_lines_left_out": 0
        })
    );
}

#[test]
fn the_states_of_all_streams_name_each_field_and_say_that_they_are_merged() {
    let text = "merged, not folded: the last value of each field of its events' data\n\
                cart-1  v4        owner Ada  ship.city Kiel  ship.zip 89073  sku S1  qty 2  data [\"a\",1]\n\
                cart-2  v1        owner Bo\n";
    assert_eq!(desk().run(&["state", "carts.jsonl"]).out, text);
}

#[cfg(unix)]
#[test]
fn the_copy_of_a_log_can_be_read_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let desk = desk();
    desk.run(&["state", "carts.jsonl"]);
    let logs = desk.0.path().join("cache").join("logs");
    let folders: Vec<_> = std::fs::read_dir(&logs).unwrap().map(|entry| entry.unwrap()).collect();
    let modes = folders.iter().filter(|entry| entry.path().is_dir());
    let modes: Vec<u32> = modes.map(|entry| entry.metadata().unwrap().permissions().mode() & 0o777).collect();
    assert_eq!(modes, [0o700]);
}

#[test]
fn questions_are_answered_from_the_view_documents() {
    let desk = desk();
    let sql = "SELECT stream, version, state->>'$.ship.city' AS city FROM documents ORDER BY stream";
    assert_eq!(
        desk.run(&["query", "carts.jsonl", "--csv", sql]).out,
        "stream,version,city\r\ncart-1,4,Kiel\r\ncart-2,1,\r\n"
    );
    assert_eq!(
        desk.run(&["query", "carts.jsonl", "--csv", "--at", "1", sql]).out,
        "stream,version,city\r\ncart-1,1,Ulm\r\n"
    );
}

#[test]
fn the_screen_shows_the_fields_and_a_row_for_each_stream() {
    let desk = desk();
    let shown = desk.run(&["print", "carts.jsonl", "--at", "4", "--size", "120x36"]).out;
    for line in [
        "Merged at 4 · cart-1 v3",
        "│ ship.city Ulm → Kiel          @4 │",
        "│ price     9.50 → none         @4 │",
        "stream    owner  …city    …zip     sku",
        "cart-2    Bo   ",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
}

#[test]
fn a_store_is_read_as_a_banks_while_half_of_its_first_events_are() {
    let event = |event_type: &str| {
        format!("{{\"stream\":\"a\",\"type\":\"{event_type}\",\"data\":{{\"amount\":5}}}}\n")
    };
    for (n_deposits, n_others, fold) in [(3, 3, "typed"), (3, 4, "merged"), (0, 1, "merged"), (1, 0, "typed")]
    {
        let desk = Desk::new();
        write(&desk, "log.jsonl", &(event("Deposited").repeat(n_deposits) + &event("Paid").repeat(n_others)));
        let fold_of = |words: &[&str]| {
            let read = desk.run(&[&["state", "log.jsonl", "a", "--json"], words].concat()).json();
            read["fold"].as_str().unwrap().to_owned()
        };
        assert_eq!(fold_of(&[]), fold, "{n_deposits} deposits and {n_others} others");
        assert_eq!(fold_of(&["--domain", "bank"]), "typed");
        assert_eq!(fold_of(&["--domain", "none"]), "merged");
    }
}
