//! Money is counted in one currency: an event that would bring it under another one, or that does not name one, is left
//! out and counted.

use serde_json::{Value, json};

use crate::figures::{ours, state, with_log};

/// The account `a`: currency, balance and the positions that are left out.
fn figures(lines: &[(&str, &str)]) -> (Value, Value, Vec<u64>) {
    let (read, left_out) = state(&ours(lines), &[]);
    (read["currency"].clone(), read["balance"].clone(), left_out)
}

const EARNS: (&str, &str) = ("Deposited", r#"{"amount":10000}"#);
const IN_USD: (&str, &str) = ("AccountOpened", r#"{"owner":"Ada","currency":"USD"}"#);
const IN_JPY: (&str, &str) = ("AccountOpened", r#"{"owner":"Bea","currency":"JPY"}"#);
const PLAIN: (&str, &str) = ("AccountOpened", r#"{"owner":"Cyd"}"#);

#[test]
fn an_opening_gives_no_other_currency_to_a_balance() {
    let (usd, plain) = (json!("USD"), Value::Null);
    for (lines, currency, why) in [
        ([IN_USD, EARNS, IN_JPY], &usd, "it is in JPY; the account counts in USD"),
        ([IN_USD, EARNS, PLAIN], &usd, "it is in plain units; the account counts in USD"),
        ([PLAIN, EARNS, IN_JPY], &plain, "it is in JPY; the account counts in plain units"),
    ] {
        assert_eq!(figures(&lines), (currency.clone(), json!(10_000), vec![3]), "{lines:?}");
        let sql = ["query", "log.jsonl", "--csv", "SELECT reason FROM not_understood"];
        assert_eq!(ours(&lines).run(&sql).out, format!("reason\r\n{why}\r\n"));
    }
    let debt = [IN_USD, ("Withdrawn", r#"{"amount":5}"#), IN_JPY];
    assert_eq!(figures(&debt), (usd, json!(-5), vec![3]));
}

#[test]
fn an_opening_again_is_understood_in_the_same_currency_or_without_a_balance() {
    let spends = ("Withdrawn", r#"{"amount":10000}"#);
    for (lines, currency, balance) in [
        (&[IN_USD, EARNS, IN_USD][..], json!("USD"), 10_000),
        (&[PLAIN, EARNS, PLAIN], Value::Null, 10_000),
        (&[IN_USD, IN_JPY, EARNS], json!("JPY"), 10_000),
        (&[PLAIN, IN_JPY, EARNS], json!("JPY"), 10_000),
        (&[IN_USD, PLAIN, EARNS], Value::Null, 10_000),
        (&[IN_USD, EARNS, spends, IN_JPY], json!("JPY"), 0),
    ] {
        assert_eq!(figures(lines), (currency, json!(balance), vec![]), "{lines:?}");
    }
}

#[test]
fn an_opening_of_a_mapped_log_is_in_the_mappings_currency_unless_it_names_its_own() {
    let opened = |data| [("Opened", data), ("In", r#"{"sum":"2.50"}"#), ("Opened", "{}"), ("Opened", data)];
    let mapping = "[envelope]\nstream = \"s\"\ntype = \"t\"\ndata = \"d\"\n[meaning]\ncurrency = \"EUR\"\n\
                   [meaning.events.Opened]\nmeans = \"AccountOpened\"\ncurrency = \"cur\"\n\
                   [meaning.events.In]\nmeans = \"Deposited\"\namount = \"sum\"\n";
    for (data, currency, left_out) in [
        ("{}", "EUR", vec![]),
        (r#"{"cur":"USD"}"#, "USD", vec![3]),
        (r#"{"cur":"EURO"}"#, "EUR", vec![1, 4]),
    ] {
        let desk = with_log(["s", "t", "d"], &opened(data));
        std::fs::write(desk.0.path().join("log.toml"), mapping).unwrap();
        let (read, positions) = state(&desk, &["--map", "log.toml"]);
        assert_eq!((&read["currency"], &read["balance"]), (&json!(currency), &json!(250)), "{data}");
        assert_eq!(positions, left_out, "{data}");
    }
}

#[test]
fn a_currency_that_cannot_be_read_leaves_its_event_out() {
    let unreadable =
        [r#"{"name":"JPY"}"#, "123", "true", "[\"EUR\"]", r#""EURO""#, r#""cut \ud83d""#, "\"€\""];
    for currency in unreadable {
        for (event_type, data) in [
            ("AccountOpened", format!("{{\"currency\":{currency},\"owner\":\"Bea\"}}")),
            ("Deposited", format!("{{\"currency\":{currency},\"amount\":100}}")),
            ("Withdrawn", format!("{{\"currency\":{currency},\"amount\":100}}")),
            ("TransferSent", format!("{{\"currency\":{currency},\"amount\":1,\"to\":\"b\"}}")),
            ("TransferReceived", format!("{{\"currency\":{currency},\"amount\":1,\"from\":\"b\"}}")),
            ("OverdraftLimitSet", format!("{{\"currency\":{currency},\"limit\":1}}")),
        ] {
            let (read, left_out) = state(&ours(&[IN_USD, (event_type, &data)]), &[]);
            let as_opened = json!({"status": "open", "owner": "Ada", "currency": "USD", "balance": 0, "overdraft_limit": 0});
            assert_eq!((read, left_out), (as_opened, vec![2]), "{event_type} {data}");
        }
    }
    for absent in ["null", "\"\"", "\" \""] {
        let data = format!("{{\"currency\":{absent},\"amount\":100}}");
        let lines = [IN_USD, ("Deposited", &data)];
        assert_eq!(figures(&lines), (json!("USD"), json!(100), vec![]), "{absent}");
    }
}
