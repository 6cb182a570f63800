//! Each command leads to its events.

use foldback::domain::aggregates::account::refusal::Rule;
use foldback::domain::money::decimal::BadAmount;

use crate::scene::{A_CLOSED, A_FROZEN, A_HAS_50, OPEN_A, OPEN_B, currency, given};

#[test]
fn an_account_is_opened_with_owner_and_currency_or_with_neither() {
    given(&[]).when(r#"open a --owner "Ada Lovelace" --currency eur"#).then(&[(
        "a",
        "AccountOpened",
        r#"{"owner":"Ada Lovelace","currency":"EUR"}"#,
    )]);
    given(&[]).when("open a").then(&[("a", "AccountOpened", "{}")]);
}

#[test]
fn money_goes_in_and_out_in_the_currencys_minor_units() {
    given(&[OPEN_A]).when("deposit a 50.5 --note tea").then(&[(
        "a",
        "Deposited",
        r#"{"amount":5050,"note":"tea"}"#,
    )]);
    given(&[OPEN_A, A_HAS_50]).when("withdraw a 50").then(&[("a", "Withdrawn", r#"{"amount":5000}"#)]);
    for (code, amount) in [("JPY", 50), ("EUR", 5_000), ("KWD", 50_000)] {
        let (opened, deposited) =
            (format!(r#"{{"currency":"{code}"}}"#), format!(r#"{{"amount":{amount}}}"#));
        given(&[("a", "AccountOpened", &opened)]).when("deposit a 50").then(&[(
            "a",
            "Deposited",
            &deposited,
        )]);
    }
}

#[test]
fn an_account_without_a_currency_counts_in_plain_units() {
    given(&[("a", "deposit", r#"{"amount": 100}"#), ("a", "withdraw", r#"{"amount": 50}"#)])
        .when("withdraw a 50")
        .then(&[("a", "Withdrawn", r#"{"amount":50}"#)]);
    given(&[("a", "deposit", r#"{"amount": 100}"#)]).when("deposit a 1.00").then(&[(
        "a",
        "Deposited",
        r#"{"amount":1}"#,
    )]);
    let unit = "an account without a currency".to_owned();
    given(&[("a", "deposit", r#"{"amount": 100}"#)]).when("deposit a 0.5").then_refused(
        "a",
        Rule::BadAmount(BadAmount::TooManyDecimals { written: 1, allowed: 0, unit }),
        "1 decimal is too many: an account without a currency has 0",
    );
}

#[test]
fn a_transfer_is_two_legs_with_one_transfer_id() {
    given(&[OPEN_A, OPEN_B, A_HAS_50]).when("transfer a b 20 --note rent").then(&[
        ("a", "TransferSent", r#"{"to":"b","amount":2000,"transfer":"t-1","note":"rent"}"#),
        ("b", "TransferReceived", r#"{"from":"a","amount":2000,"transfer":"t-1","note":"rent"}"#),
    ]);
}

#[test]
fn an_overdraft_limit_lets_a_balance_go_that_far_below_zero_and_no_further() {
    let limit = ("a", "OverdraftLimitSet", r#"{"limit":10000}"#);
    given(&[OPEN_A]).when("overdraft a 100").then(&[limit]);
    given(&[OPEN_A, limit, A_HAS_50]).when("withdraw a 150").then(&[(
        "a",
        "Withdrawn",
        r#"{"amount":15000}"#,
    )]);
    given(&[OPEN_A, limit, A_HAS_50]).when("withdraw a 150.01").then_refused(
        "a",
        Rule::NotCovered { amount: 15_001, balance: 5_000, limit: 10_000, currency: currency("EUR") },
        "a has 50.00 EUR and an overdraft limit of 100.00 EUR: 150.01 EUR is more than that",
    );
}

#[test]
fn an_account_is_frozen_unfrozen_and_closed() {
    given(&[OPEN_A]).when("freeze a --reason 'card lost'").then(&[A_FROZEN]);
    given(&[OPEN_A]).when("freeze a").then(&[("a", "AccountFrozen", "{}")]);
    given(&[OPEN_A, A_FROZEN]).when("unfreeze a").then(&[("a", "AccountUnfrozen", "{}")]);
    given(&[OPEN_A, A_FROZEN, ("a", "AccountUnfrozen", "{}")]).when("close a").then(&[A_CLOSED]);
}
