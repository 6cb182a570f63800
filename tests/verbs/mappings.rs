//! A log that is opened again with another mapping: states and rows follow the new one at once.

use foldback::domain::aggregates::Aggregates;
use foldback::read_model::engine::location::{Location, LockOutcome};
use foldback::store::sqlite::SqliteStore;

use crate::desk::Desk;

const LOG: &str = r#"{"stream":"a","type":"In","data":{"n":"1,250"}}
{"stream":"a","type":"Out","data":{"n":"2"}}
"#;

fn mapping(out: &str, currency: &str) -> String {
    format!(
        "[meaning]\ncurrency = \"{currency}\"\n[meaning.events.In]\nmeans = \"Deposited\"\namount = \"n\"\n\
         [meaning.events.Out]\nmeans = \"{out}\"\namount = \"n\"\n"
    )
}

#[test]
fn another_mapping_gives_other_states_and_rows_at_once_and_without_one_the_newest_stays() {
    let desk = Desk::new();
    let write = |name: &str, text: &str| std::fs::write(desk.0.path().join(name), text).unwrap();
    write("log.jsonl", LOG);
    write("a.toml", &mapping("Withdrawn", "EUR"));
    write("b.toml", &mapping("Deposited", "EUR"));
    write("c.toml", &mapping("Deposited", "JPY"));
    let balances = |map: &[&str]| {
        let state = desk.run(&[&["state", "log.jsonl", "a", "--json"], map].concat()).json();
        let sql = "SELECT balance, currency FROM accounts";
        let rows = desk.run(&[&["query", "log.jsonl", "--json", sql], map].concat()).json_lines();
        let printed = desk.run(&[&["print", "log.jsonl"], map].concat());
        assert!(!printed.out.contains('✗') && !printed.out.contains('≠'), "{printed:?}");
        let of = |value: &serde_json::Value| format!("{} {}", value["balance"], value["currency"]);
        (of(&state["state"]), of(&rows[0]))
    };
    let both = |text: &str| (text.to_owned(), text.to_owned());
    assert_eq!(balances(&["--map", "a.toml"]), both("124800 \"EUR\""));
    assert_eq!(balances(&["--map", "b.toml"]), both("125200 \"EUR\""));
    assert_eq!(balances(&[]), both("125200 \"EUR\""));
    assert_eq!(balances(&["--map", "c.toml"]), both("1252 \"JPY\""));
    assert_eq!(balances(&["--map", "a.toml"]), both("124800 \"EUR\""));
}

#[test]
fn rows_of_an_older_mapping_are_not_given_without_a_word() {
    let desk = Desk::new();
    let write = |name: &str, text: &str| std::fs::write(desk.0.path().join(name), text).unwrap();
    write("log.jsonl", LOG);
    write("a.toml", &mapping("Withdrawn", "EUR"));
    write("b.toml", &mapping("Deposited", "EUR"));
    assert_eq!(desk.run(&["new", "bank.db"]).code, 0);
    let import = |map: &str| assert_eq!(desk.run(&["import", "bank.db", "log.jsonl", "--map", map]).code, 0);
    let sql = "SELECT balance FROM accounts";
    let query = |words: &[&str]| {
        let left = desk.run(&[&["query", "bank.db", "--csv"], words, &[sql]].concat());
        (left.code, left.out, left.err)
    };
    let rows = |balance: &str, err: &str| (0, format!("balance\r\n{balance}\r\n"), err.to_owned());
    import("a.toml");
    assert_eq!(query(&[]), rows("124800", ""));
    assert_eq!(query(&["--stale"]), rows("124800", ""));
    import("b.toml");
    let stale = "the rows were projected with an older mapping: new events were not projected first (--stale); ask without --stale\n";
    assert_eq!(query(&["--stale"]), rows("124800", stale));
    assert_eq!(query(&["--stale", "--at", "1"]), rows("125000", stale));
    let store = SqliteStore::open_read_only(&desk.0.path().join("bank.db"), &Aggregates::bank()).unwrap();
    let location = Location::of(&store.log_identity()).unwrap();
    let LockOutcome::Taken(lock) = location.try_lock().unwrap() else { panic!("nobody has it") };
    let held = format!(
        "the rows were projected with an older mapping: process {} runs the projector and makes no progress; wait for it, \
         or quit it\n",
        std::process::id()
    );
    assert_eq!(query(&[]), rows("124800", &held));
    drop(lock);
    assert_eq!(query(&[]), rows("125200", ""));
    assert_eq!(query(&["--stale"]), rows("125200", ""));
}
