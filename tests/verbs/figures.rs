//! Figures of verbs for logs with odd notations: each is exact, or its event is left out and counted.

use serde_json::{Value, json};

use crate::desk::Desk;

/// A mapping with only two types, `Opened` and `In`, a deposit of `sum` in EUR, and with these lines under `[meaning]`.
fn mapping(lines: &str) -> String {
    format!(
        "[envelope]\nstream = \"s\"\ntype = \"t\"\ndata = \"d\"\n[meaning]\ncurrency = \"EUR\"\n{lines}\n\
         [meaning.events.Opened]\nmeans = \"AccountOpened\"\n\
         [meaning.events.In]\nmeans = \"Deposited\"\namount = \"sum\"\ncurrency = \"cur\"\n"
    )
}

/// A desk with a log `log.jsonl`: each line is a type and its data, all of the account `a`.
pub(super) fn with_log(keys: [&str; 3], lines: &[(&str, &str)]) -> Desk {
    let desk = Desk::new();
    let [stream, event_type, data] = keys;
    let line =
        |(t, d): &(&str, &str)| format!("{{\"{stream}\":\"a\",\"{event_type}\":\"{t}\",\"{data}\":{d}}}\n");
    std::fs::write(desk.0.path().join("log.jsonl"), lines.iter().map(line).collect::<String>()).unwrap();
    desk
}

pub(super) fn ours(lines: &[(&str, &str)]) -> Desk {
    with_log(["stream", "type", "data"], lines)
}

/// The state of `a`, and the positions of the events that are left out.
pub(super) fn state(desk: &Desk, words: &[&str]) -> (Value, Vec<u64>) {
    let left = desk.run(&[&["state", "log.jsonl", "a", "--json"], words].concat());
    assert_eq!(left.code, 0, "{left:?}");
    let state: Value = serde_json::from_str(&left.out).unwrap();
    let map: &[&str] = if words.contains(&"--map") { &["--map", "log.toml"] } else { &[] };
    let sql = [
        "query",
        "log.jsonl",
        "--json",
        "SELECT position FROM not_understood WHERE reason NOT LIKE 'in part: %'",
    ];
    let lines = desk.run(&[&sql, map].concat());
    let position = |line: &str| serde_json::from_str::<Value>(line).unwrap()["position"].as_u64().unwrap();
    (state["state"].clone(), lines.out.lines().map(position).collect())
}

#[test]
fn amounts_are_read_exactly_or_their_events_are_left_out() {
    let sums = ["1E+2", "\"1E+2\"", "1.5e1", "0E-2", "10.10", "\"1,250.00\"", "-0.0", "1e-2", "\"12,50\""];
    let refused =
        ["\"1,2,3,4\"", "\"1.234,56\"", "\"1 234.56\"", "\"−5.00\"", "1e999999999", "0.30000000000000004"];
    let data: Vec<String> = sums.iter().chain(&refused).map(|sum| format!("{{\"sum\":{sum}}}")).collect();
    let lines: Vec<_> = data.iter().map(|data| ("In", data.as_str())).collect();
    let desk = with_log(["s", "t", "d"], &lines);
    std::fs::write(desk.0.path().join("log.toml"), mapping("")).unwrap();
    let (read, left_out) = state(&desk, &["--map", "log.toml"]);
    assert_eq!(read["balance"], 10_000 + 10_000 + 1500 + 1010 + 125_000 + 1);
    assert_eq!(left_out, [9, 10, 11, 12, 13, 14, 15]);
}

#[test]
fn a_mapping_can_say_that_decimals_come_after_a_comma() {
    let lines = [("In", r#"{"sum":"12,50"}"#), ("In", r#"{"sum":"1.250,00"}"#), ("In", r#"{"sum":"12.50"}"#)];
    let desk = with_log(["s", "t", "d"], &lines);
    std::fs::write(desk.0.path().join("log.toml"), mapping("decimal_mark = \",\"")).unwrap();
    let (read, left_out) = state(&desk, &["--map", "log.toml"]);
    assert_eq!((&read["balance"], left_out), (&json!(126_250), vec![3]));
}

#[test]
fn a_command_refuses_an_amount_whose_digits_are_not_in_groups_of_three() {
    let desk = Desk::with_bank();
    let balance = desk.state(&["acc-01"])["state"]["balance"].clone();
    for amount in ["12,50", "1,2,3,4", "1_2", "0,125", "1e999999999"] {
        let left = desk.run(&["do", "bank.db", &format!("deposit acc-01 {amount}")]);
        assert!(left.code != 0 && left.err.contains("amount"), "{left:?}");
    }
    assert_eq!(desk.state(&["acc-01"])["state"]["balance"], balance);
    assert_eq!(desk.run(&["do", "bank.db", "deposit acc-01 1,250.00"]).code, 0);
    assert_eq!(desk.run(&["do", "bank.db", "deposit acc-01 5E-1"]).code, 0);
    let after = balance.as_i64().unwrap() + 125_050;
    assert_eq!(desk.state(&["acc-01"])["state"]["balance"], after);
}

#[test]
fn no_other_field_of_an_event_takes_its_amount_or_its_status_away() {
    let deposits = [
        r#""from":{"iban":"X1"}"#,
        r#""note":5"#,
        r#""note":"cut \ud83d""#,
        r#""owner":7"#,
        r#""limit":"none""#,
        r#""reason":["x"],"reason":1"#,
        r#""currency":"eur""#,
        r#""currency":{"code":"EUR"}"#,
        r#""\ud83d":1"#,
    ];
    let data: Vec<String> = deposits.iter().map(|other| format!("{{\"amount\":100,{other}}}")).collect();
    let mut lines = vec![("AccountOpened", r#"{"owner":{"first":"Ada"},"currency":"EUR"}"#)];
    lines.extend(data.iter().map(|data| ("Deposited", data.as_str())));
    lines.push(("AccountFrozen", r#"{"reason":{"code":7}}"#));
    let desk = ours(&lines);
    let expected =
        json!({"status": "frozen", "owner": null, "currency": "EUR", "balance": 900, "overdraft_limit": 0});
    assert_eq!(state(&desk, &[]), (expected, vec![]));
    let left = desk.run(&["state", "log.jsonl", "a"]);
    let says =
        "its newest event is partly understood: its reason {\"code\":7} cannot be read and is left out\n";
    assert!(left.out.ends_with(says), "{left:?}");
}

#[test]
fn data_that_is_not_an_object_has_no_meaning() {
    let lines = [
        ("AccountOpened", r#"["Ada","EUR"]"#),
        ("Deposited", "[null,null,null,null,100]"),
        ("Withdrawn", "[1,2,3,4,5]"),
        ("AccountFrozen", "[]"),
        ("AccountClosed", "7"),
    ];
    let nothing =
        json!({"status": "none", "owner": null, "currency": null, "balance": 0, "overdraft_limit": 0});
    assert_eq!(state(&ours(&lines), &[]), (nothing, vec![1, 2, 3, 4, 5]));
}

#[test]
fn an_event_of_another_currency_than_the_accounts_is_left_out() {
    let lines = [
        ("AccountOpened", r#"{"currency":"usd"}"#),
        ("Deposited", r#"{"amount":500,"currency":"JPY"}"#),
        ("Deposited", r#"{"amount":100,"currency":"Usd"}"#),
        ("Withdrawn", r#"{"amount":1,"currency":"EUR"}"#),
        ("TransferReceived", r#"{"from":"b","amount":7,"currency":392}"#),
        ("OverdraftLimitSet", r#"{"limit":5,"currency":"EUR"}"#),
        ("Deposited", r#"{"amount":1,"currency":"US dollars"}"#),
        ("Deposited", r#"{"amount":20}"#),
    ];
    let desk = ours(&lines);
    let expected =
        json!({"status": "open", "owner": null, "currency": "USD", "balance": 120, "overdraft_limit": 0});
    assert_eq!(state(&desk, &[]), (expected, vec![2, 4, 5, 6, 7]));
    let why =
        desk.run(&["query", "log.jsonl", "--csv", "SELECT reason FROM not_understood WHERE position = 2"]);
    assert_eq!(why.out, "reason\r\nit is in JPY; the account counts in USD\r\n");
    let mapped = [
        ("Opened", "{}"),
        ("In", r#"{"sum":"500","cur":"JPY"}"#),
        ("In", r#"{"sum":"2.50","cur":"eur"}"#),
        ("In", r#"{"sum":"1","cur":{"x":1}}"#),
    ];
    let desk = with_log(["s", "t", "d"], &mapped);
    std::fs::write(desk.0.path().join("log.toml"), mapping("")).unwrap();
    let (read, left_out) = state(&desk, &["--map", "log.toml"]);
    assert_eq!((&read["balance"], left_out), (&json!(250), vec![2, 4]));
}

#[test]
fn an_account_without_a_currency_takes_over_that_of_its_first_money_and_no_other() {
    let lines = [
        ("AccountOpened", r#"{"owner":"Ada"}"#),
        ("Deposited", r#"{"amount":500,"currency":"JPY"}"#),
        ("Deposited", r#"{"amount":100,"currency":"USD"}"#),
    ];
    let (read, left_out) = state(&ours(&lines), &[]);
    assert_eq!((&read["currency"], &read["balance"], left_out), (&json!("JPY"), &json!(500), vec![3]));
    // Money that was counted in plain units is in no currency.
    let lines = [("Deposited", r#"{"amount":5}"#), ("Deposited", r#"{"amount":100,"currency":"USD"}"#)];
    let (read, left_out) = state(&ours(&lines), &[]);
    assert_eq!((&read["currency"], &read["balance"], left_out), (&json!(null), &json!(5), vec![2]));
}

#[test]
fn money_that_leaves_an_account_is_an_outflow_whatever_its_event_is_called() {
    let desk = ours(&[
        ("Deposited", r#"{"amount":100}"#),
        ("Deposited", r#"{"amount":-30}"#),
        ("Withdrawn", r#"{"amount":-7}"#),
        ("TransferSent", r#"{"to":"b","amount":-2,"transfer":"t"}"#),
    ]);
    let flows = "SELECT inflow, outflow, transferred_in, transferred_out, n_transactions FROM daily_flows";
    let left = desk.run(&["query", "log.jsonl", "--csv", flows]);
    assert_eq!(left.out, "inflow,outflow,transferred_in,transferred_out,n_transactions\r\n107,30,2,0,4\r\n");
    let left = desk.run(&["query", "log.jsonl", "--csv", "SELECT amount, balance FROM transactions"]);
    assert_eq!(left.out, "amount,balance\r\n100,100\r\n-30,70\r\n7,77\r\n2,79\r\n");
}

/// Every verb that takes a place, with the word of its option last.
const PLACES: [&[&str]; 6] = [
    &["state", "bank.db", "acc-03", "--at"],
    &["state", "bank.db", "--at"],
    &["query", "bank.db", "SELECT 1", "--at"],
    &["events", "bank.db", "--from"],
    &["events", "bank.db", "--to"],
    &["print", "bank.db", "--at"],
];

#[test]
fn a_number_beyond_the_head_is_not_a_place_and_asks_whether_a_date_was_meant() {
    let desk = Desk::with_bank();
    for (number, date) in
        [("20240314", "2024-03-14"), ("2024", "2024-12-31"), ("1710411727", "2024-03-14T10:22:07Z")]
    {
        let why = format!(
            "foldback: there is no position {number}: the head is 407; was a date meant? Write it like {date}\n"
        );
        for words in PLACES {
            let left = desk.run(&[words, &[number]].concat());
            assert_eq!((left.code, left.out.as_str(), left.err.as_str()), (2, "", why.as_str()), "{words:?}");
        }
    }
    for words in PLACES {
        assert_eq!(desk.run(&[words, &["407"]].concat()).code, 0, "{words:?}");
        assert_eq!(desk.run(&[words, &["81,12"]].concat()).code, 2, "{words:?}");
    }
    assert_eq!(desk.run(&["new", "empty.db"]).code, 0);
    let left = desk.run(&["state", "empty.db", "--at", "2024"]);
    let why = "foldback: there is no position 2024: there are no events yet; was a date meant? Write it like 2024-12-31\n";
    assert_eq!((left.code, left.err.as_str()), (2, why));
}

#[test]
fn a_time_is_that_of_the_zone_that_is_named() {
    let desk = Desk::with_bank();
    let at = |at: &str| desk.state(&["acc-03", "--at", at])["position"].clone();
    assert_eq!([at("2024-03-14T10:22:06Z"), at("2024-03-14T10:22:07Z")], [json!(150), json!(151)]);
    for (before, then) in [
        ("2024-03-14T11:22:06[Europe/Paris]", "2024-03-14T11:22:07[Europe/Paris]"),
        ("2024-03-14T11:22:06+01:00[Europe/Paris]", "2024-03-14T11:22:07+01:00[Europe/Paris]"),
        ("2024-03-14T15:52:06[Asia/Kolkata]", "2024-03-14T15:52:07[Asia/Kolkata]"),
    ] {
        assert_eq!([at(before), at(then)], [json!(150), json!(151)]);
    }
    for (place, why) in [
        ("2024-03-14T10:22:07[Europe/Pariis]", "'Europe/Pariis' is not a time zone"),
        (
            "2024-03-14T10:22:07+02:00[Europe/Paris]",
            "contradicts itself: Europe/Paris has another offset then",
        ),
    ] {
        for words in PLACES {
            let left = desk.run(&[words, &[place]].concat());
            assert!(left.code == 2 && left.err.contains(why), "{words:?} {left:?}");
        }
    }
}
