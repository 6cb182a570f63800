//! The verb `domain`: the file that it writes, and what it learns from logs of real systems.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::desk::Desk;

/// A folder beside the project; `None`, with a line that says so, if it is not there.
pub(crate) fn shared(file: &str) -> Option<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared").join(file);
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    path.to_str().map(str::to_owned)
}

/// Two wallets, each event of which has the total after it.
pub(crate) fn wallets() -> String {
    let mut totals = [0_i64, 0];
    let mut log = String::new();
    for (nth, owner) in ["Ada", "Bo"].iter().enumerate() {
        log += &format!(
            "{{\"stream\":\"wallet-{nth}\",\"type\":\"Opened\",\"data\":{{\"Opened\":{{\"owner\":\"{owner}\"}}}}}}\n"
        );
    }
    for nth in 0..24 {
        let (wallet, amount) = (nth % 2, 100 + i64::try_from(nth * 37 % 59).unwrap());
        let (event_type, change) = if nth % 5 == 4 { ("PaidOut", -amount) } else { ("PaidIn", amount) };
        totals[wallet] += change;
        log += &format!(
            "{{\"stream\":\"wallet-{wallet}\",\"type\":\"{event_type}\",\"data\":{{\"amount\":{amount},\"total\":\"{}.00\"}}}}\n",
            totals[wallet]
        );
    }
    log
}

fn desk(log: &str) -> Desk {
    let desk = Desk::new();
    std::fs::write(desk.0.path().join("log.jsonl"), log).unwrap();
    desk
}

#[test]
fn the_file_has_the_totals_that_the_log_proves_with_their_evidence() {
    let left = desk(&wallets()).run(&["domain", "log.jsonl"]);
    assert_eq!((left.code, left.err.as_str()), (0, ""));
    let expected = r#"# A domain file to start from, learned from log.jsonl: 26 events in 2 streams.
#
# Texts, flags and lists keep their last value, as in a merged state. A number is folded where the log proves how.
# Where it proves nothing, the sum is all that is known of a number, and its line is a comment: it is for you to say
# what it means.
# The guide explains this: foldback guide learning, and foldback guide domain.

# wallet: 26 events in 2 streams
# total = + PaidIn.amount − PaidOut.amount
#   agrees with 22 of 22 changes from one total of a stream to the next
#   + PaidIn.amount: 18 of 18
#   − PaidOut.amount: 4 of 4
#   starts at 0, which explains the first figure in 2 of 2 streams
[aggregates.wallet]
streams = "wallet-*"
start = { total = 0 }

# Opened: 2 events, positions 1 to 2
#   owner: text, in all, such as "Ada"
#   the first one: {"Opened":{"owner":"Ada"}}
[aggregates.wallet.on.Opened]
owner = "data.owner"

# PaidIn: 20 events, positions 3 to 26
#   amount: number, in all, sum 2486, such as 100
#   total: numeric text, in all, a running total, such as "100.00"
#   the first one: {"amount":100,"total":"100.00"}
[aggregates.wallet.on.PaidIn]
total = "total + data.amount"

# PaidOut: 4 events, positions 7 to 22
#   amount: number, in all, sum 568, such as 130
#   total: numeric text, in all, a running total, such as "85.00"
#   the first one: {"amount":130,"total":"85.00"}
[aggregates.wallet.on.PaidOut]
total = "total - data.amount"

# The figures that the log itself has after an event. Without the #, each is compared with the fold.
# [aggregates.wallet.recorded]
# total = "data.total"
"#;
    assert_eq!(left.out, expected);
}

#[test]
fn a_log_that_proves_nothing_gives_sums_and_no_rule_for_a_number() {
    let log = "{\"stream\":\"a\",\"type\":\"Measured\",\"data\":{\"celsius\":20.5,\"by\":null}}\n\
               {\"stream\":\"a\",\"type\":\"Measured\",\"data\":{\"celsius\":-1.25,\"room\":\"R\"}}\n";
    let left = desk(log).run(&["domain", "log.jsonl"]);
    let rules = "# stream: 2 events in 1 stream\n\
                 # No field proves to be a running total.\n\
                 [aggregates.stream]\n\
                 \n\
                 # Measured: 2 events, positions 1 to 2\n\
                 #   celsius: number, in all, sum 19.25, such as 20.5\n\
                 #   by: null, in 1 of 2\n\
                 #   room: text, in 1 of 2, such as \"R\"\n\
                 #   the first one: {\"celsius\":20.5,\"by\":null}\n\
                 [aggregates.stream.on.Measured]\n\
                 # celsius = \"data.celsius\"\n\
                 # by = \"has(data.by) ? data.by : default(this, null)\"\n\
                 room = \"has(data.room) ? data.room : default(this, null)\"\n";
    assert!(left.out.ends_with(rules), "{}", left.out);
}

#[test]
fn scripts_get_the_same_as_json() {
    let desk = desk(&(wallets() + "this is no line\n"));
    let left = desk.run(&["domain", "log.jsonl", "--json"]);
    let answer: Value = serde_json::from_str(&left.out).unwrap();
    let keys = ["position", "n_events", "n_streams", "n_lines_left_out"];
    assert_eq!(keys.map(|key| answer[key].as_u64().unwrap()), [26, 26, 2, 1]);
    assert_eq!(answer["aggregates"][0]["name"], "wallet");
    assert_eq!(
        answer["aggregates"][0]["totals"],
        json!([{
            "path": ["total"],
            "terms": [
                {"type": "PaidIn", "amount": ["amount"], "same_amounts": [], "sign": "plus", "n_changes": 18, "n_agreeing": 18},
                {"type": "PaidOut", "amount": ["amount"], "same_amounts": [], "sign": "minus", "n_changes": 4, "n_agreeing": 4}
            ],
            "unmoved": [], "stated": [], "n_changes": 22, "n_right": 22, "n_rounded": 0, "n_decimals": 0,
            "contradictions": {"n": 0, "first": []}, "n_first": 2, "first_unexplained": {"n": 0, "first": []}
        }])
    );
    assert_eq!(
        answer["aggregates"][0]["types"][2]["fields"][0],
        json!({"path": ["amount"], "kinds": {"number": 4}, "n_events": 4, "sum": 568, "example": 130})
    );
    let file = desk.run(&["domain", "log.jsonl"]).out;
    assert_eq!(answer["file"].as_str(), Some(file.as_str()));
    assert!(file.contains("\n# 1 line of the log left out: it could not be read\n"), "{file}");
}

#[test]
fn the_balance_of_a_real_bank_is_found_and_where_its_log_disagrees_with_itself() {
    let Some(log) = shared("data/berka.jsonl.gz") else { return };
    let desk = Desk::new();
    let map = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/berka.toml");
    for words in [&[][..], &["--map", map.to_str().unwrap()]] {
        let left = desk.run(&[&["domain", log.as_str(), "--json"], words].concat());
        let answer: Value = serde_json::from_str(&left.out).unwrap();
        let totals = answer["aggregates"][0]["totals"].as_array().unwrap();
        assert_eq!((answer["aggregates"].as_array().unwrap().len(), totals.len()), (1, 1));
        let total = &totals[0];
        assert_eq!(total["path"], json!(["balance"]));
        let terms = total["terms"].as_array().unwrap();
        let terms = terms.iter().map(|term| [&term["type"], &term["sign"], &term["amount"][0]]);
        let expected = [json!(["Credited", "plus", "amount"]), json!(["Debited", "minus", "amount"])];
        assert_eq!(terms.map(|term| json!(term)).collect::<Vec<_>>(), expected);
        let figures =
            ["n_changes", "n_right", "n_rounded", "n_first"].map(|key| total[key].as_u64().unwrap());
        assert_eq!(figures, [47_873, 45_516, 2_326, 1_229]);
        assert_eq!(total["contradictions"]["n"], 31);
        assert_eq!(total["contradictions"]["first"][0], 44_166);
        assert_eq!(total["first_unexplained"]["n"], 0);
    }
}

#[test]
fn the_balances_of_cqrs_es_are_found_and_nothing_is_found_where_no_total_is_recorded() {
    let Some(log) = shared("stores/cqrs_es.export.jsonl.gz") else { return };
    let desk = Desk::new();
    let learned = |log: &str| {
        let left = desk.run(&["domain", log, "--json"]);
        serde_json::from_str::<Value>(&left.out).unwrap()["aggregates"].clone()
    };
    let aggregates = learned(&log);
    let total = &aggregates[0]["totals"][0];
    let terms = total["terms"].as_array().unwrap();
    let terms = terms.iter().map(|term| [&term["type"], &term["sign"], &term["amount"][0]]);
    let expected = [
        json!(["CustomerDepositedMoney", "plus", "amount"]),
        json!(["CustomerWithdrewCash", "minus", "amount"]),
        json!(["CustomerWroteCheck", "minus", "amount"]),
    ];
    assert_eq!(terms.map(|term| json!(term)).collect::<std::collections::HashSet<_>>(), expected.into());
    let figures = ["n_changes", "n_right", "n_first"].map(|key| total[key].as_u64().unwrap());
    assert_eq!(figures, [1_960, 1_960, 20]);
    for store in ["emmett", "eventsourcing"] {
        let Some(log) = shared(&format!("stores/{store}.export.jsonl.gz")) else { return };
        for aggregate in learned(&log).as_array().unwrap() {
            assert_eq!(aggregate["totals"], json!([]), "{store}");
        }
    }
}
