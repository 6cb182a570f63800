//! Transfers of imported logs whose legs have no id, or do not fit.

use serde_json::Value;

use crate::desk::Desk;

/// A desk with a log `log.jsonl` in which these accounts are opened, each in its currency, followed by these events.
fn with_log(accounts: &[(&str, &str)], events: &[(&str, &str, &str)]) -> Desk {
    let desk = Desk::new();
    let line =
        |s: &str, t: &str, d: &str| format!("{{\"stream\":\"{s}\",\"type\":\"{t}\",\"data\":{{{d}}}}}\n");
    let opened = |(account, currency): &(&str, &str)| {
        line(account, "AccountOpened", &format!("\"currency\":\"{currency}\""))
    };
    let log: String =
        accounts.iter().map(opened).chain(events.iter().map(|(s, t, d)| line(s, t, d))).collect();
    std::fs::write(desk.0.path().join("log.jsonl"), log).unwrap();
    desk
}

/// The rows of the view, and the finding of `verify` on transfers.
fn transfers(desk: &Desk) -> (Vec<String>, String) {
    let sql = "SELECT concat_ws(' ', ifnull(transfer, '-'), ifnull(sender, '-'), ifnull(receiver, '-'), \
               ifnull(money(amount, currency), '-'), ifnull(sent_position, '-'), ifnull(received_position, '-'), state) \
               AS row FROM transfers ORDER BY ifnull(sent_position, received_position)";
    let left = desk.run(&["query", "log.jsonl", "--json", sql]);
    assert_eq!((left.code, left.err.as_str()), (0, ""), "{left:?}");
    let row = |line: &str| serde_json::from_str::<Value>(line).unwrap()["row"].as_str().unwrap().to_owned();
    let verified = desk.run(&["verify", "log.jsonl"]);
    assert_eq!(verified.code, 0, "{verified:?}");
    let said = verified.out.lines().find_map(|line| line.strip_prefix("✔ transfers")).unwrap();
    (left.out.lines().map(row).collect(), said.trim().to_owned())
}

#[test]
fn legs_without_a_name_belong_to_no_other() {
    let desk = with_log(
        &[("a", "EUR"), ("b", "EUR"), ("c", "EUR"), ("d", "EUR")],
        &[
            ("a", "TransferSent", r#""to":"b","amount":5"#),
            ("d", "TransferReceived", r#""from":"c","amount":5"#),
            ("c", "TransferSent", r#""to":"d","amount":5,"transfer":null"#),
            ("b", "TransferReceived", r#""from":"a","amount":5,"transfer":"""#),
            ("a", "TransferSent", r#""to":"b","amount":5,"transfer":" ""#),
            ("b", "TransferReceived", r#""from":"a","amount":5,"transfer":" ""#),
            ("a", "TransferSent", r#""to":"b","amount":5,"transfer":"t""#),
            ("b", "TransferReceived", r#""from":"a","amount":5,"transfer":"t""#),
        ],
    );
    let rows = [
        "- a b 0.05 EUR 5 - unnamed",
        "- c d 0.05 EUR - 6 unnamed",
        "- c d 0.05 EUR 7 - unnamed",
        "- a b 0.05 EUR - 8 unnamed",
        "- a b 0.05 EUR 9 - unnamed",
        "- a b 0.05 EUR - 10 unnamed",
        "t a b 0.05 EUR 11 12 complete",
    ];
    let said = "1 transfer has both its legs; legs of imported logs without a transfer name: 6";
    assert_eq!(transfers(&desk), (rows.map(str::to_owned).to_vec(), said.to_owned()));
}

#[test]
fn legs_that_do_not_fit_are_no_complete_transfer() {
    let desk = with_log(
        &[("a", "EUR"), ("b", "JPY"), ("c", "EUR"), ("d", "JPY")],
        &[
            ("a", "TransferSent", r#""to":"b","amount":500,"transfer":"other""#),
            ("b", "TransferReceived", r#""from":"a","amount":500,"transfer":"other""#),
            ("a", "TransferReceived", r#""from":"b","amount":500,"transfer":"back""#),
            ("b", "TransferSent", r#""to":"a","amount":500,"transfer":"back""#),
            ("a", "TransferSent", r#""to":"b","amount":500,"transfer":"strangers""#),
            ("c", "TransferReceived", r#""from":"a","amount":500,"transfer":"strangers""#),
            ("a", "TransferSent", r#""to":"c","amount":500,"transfer":"less""#),
            ("c", "TransferReceived", r#""from":"a","amount":499,"transfer":"less""#),
            ("d", "TransferSent", r#""to":"b","amount":500,"transfer":"same""#),
            ("b", "TransferReceived", r#""from":"d","amount":500,"transfer":"same""#),
            ("d", "TransferSent", r#""to":"b","amount":500,"transfer":"open""#),
        ],
    );
    let rows = [
        "other a b 5.00 EUR 5 6 currencies differ",
        "back b a 500 JPY 8 7 currencies differ",
        "strangers a c 5.00 EUR 9 10 accounts differ",
        "less a c 5.00 EUR 11 12 amounts differ",
        "same d b 500 JPY 13 14 complete",
        "open d b 500 JPY 15 - not received",
    ];
    let said = "1 transfer has both its legs; transfers of imported logs with legs that do not fit: 4; \
                legs of imported logs without the other leg: 1";
    assert_eq!(transfers(&desk), (rows.map(str::to_owned).to_vec(), said.to_owned()));
}

#[test]
fn accounts_that_are_uuids_name_each_other_in_any_spelling() {
    let (upper, lower) = ("118CC255-F215-7CA5-85E7-BB0F12278575", "118cc255f2157ca585e7bb0f12278575");
    let sent = format!(r#""to":"{lower}","amount":5,"transfer":"t""#);
    let desk = with_log(
        &[("a", "EUR"), (upper, "EUR")],
        &[
            ("a", "TransferSent", &sent),
            (upper, "TransferReceived", r#""from":"a","amount":5,"transfer":"t""#),
        ],
    );
    let rows = vec![format!("t a {upper} 0.05 EUR 3 4 complete")];
    assert_eq!(transfers(&desk), (rows, "1 transfer has both its legs".to_owned()));
}
