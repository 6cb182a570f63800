//! Each rule refuses a command, with its figures.

use foldback::domain::aggregates::account::refusal::Rule;
use foldback::domain::aggregates::account::state::Status;
use foldback::domain::money::decimal::BadAmount;

use crate::scene::{A_CLOSED, A_FROZEN, A_HAS_50, OPEN_A, OPEN_B, currency, given};

#[test]
fn only_an_account_that_exists_does_anything() {
    for command in [
        "deposit a 1",
        "withdraw a 1",
        "transfer a b 1",
        "overdraft a 1",
        "freeze a",
        "unfreeze a",
        "close a",
    ] {
        let text = "there is no account a; open it first";
        given(&[OPEN_B]).when(command).then_refused("a", Rule::NoSuchAccount, text);
    }
    let text = "there is no account b; open it first";
    given(&[OPEN_A, A_HAS_50]).when("transfer a b 1").then_refused("b", Rule::NoSuchAccount, text);
}

#[test]
fn an_account_is_opened_once() {
    let closed = [OPEN_A, A_CLOSED];
    for (events, status) in
        [(&[OPEN_A][..], Status::Open), (&[OPEN_A, A_FROZEN], Status::Frozen), (&closed, Status::Closed)]
    {
        let text = format!("a exists already and is {}", status.word());
        given(events).when("open a").then_refused("a", Rule::AlreadyExists { status }, &text);
    }
}

#[test]
fn nothing_but_unfreezing_is_done_with_a_frozen_account() {
    let text = "a is frozen: only unfreeze is allowed";
    for command in [
        "deposit a 1",
        "withdraw a 1",
        "transfer a b 1",
        "transfer b a 1",
        "overdraft a 1",
        "freeze a",
        "close a",
    ] {
        let b_has_50 = ("b", "Deposited", r#"{"amount":5000}"#);
        given(&[OPEN_A, OPEN_B, A_HAS_50, b_has_50, A_FROZEN]).when(command).then_refused(
            "a",
            Rule::Frozen,
            text,
        );
    }
    given(&[OPEN_A]).when("unfreeze a").then_refused("a", Rule::NotFrozen, "a is not frozen");
}

#[test]
fn nothing_is_done_with_a_closed_account() {
    let text = "a is closed: nothing is allowed any more";
    for command in [
        "deposit a 1",
        "withdraw a 1",
        "transfer a b 1",
        "transfer b a 1",
        "overdraft a 1",
        "freeze a",
        "unfreeze a",
        "close a",
    ] {
        let b_has_50 = ("b", "Deposited", r#"{"amount":5000}"#);
        given(&[OPEN_A, OPEN_B, b_has_50, A_CLOSED]).when(command).then_refused("a", Rule::Closed, text);
    }
}

#[test]
fn an_amount_is_more_than_zero() {
    for (amount, units, shown) in
        [("0", 0, "0.00"), ("-1", -100, "-1.00"), ("0.00", 0, "0.00"), ("-0.01", -1, "-0.01")]
    {
        for command in ["deposit a", "withdraw a", "transfer a b"] {
            given(&[OPEN_A, OPEN_B, A_HAS_50]).when(&format!("{command} {amount}")).then_refused(
                "a",
                Rule::NotPositive { amount: units, currency: currency("EUR") },
                &format!("an amount must be more than zero, and {shown} EUR is not"),
            );
        }
    }
}

#[test]
fn an_amount_with_more_decimals_than_the_currency_is_refused_not_rounded() {
    for (code, amount, written, allowed) in
        [("JPY", "0.5", 1, 0), ("EUR", "0.005", 3, 2), ("KWD", "0.0005", 4, 3)]
    {
        let opened = format!(r#"{{"currency":"{code}"}}"#);
        given(&[("a", "AccountOpened", &opened)]).when(&format!("deposit a {amount}")).then_refused(
            "a",
            Rule::BadAmount(BadAmount::TooManyDecimals { written, allowed, unit: code.to_owned() }),
            &match written {
                1 => format!("1 decimal is too many: {code} has {allowed}"),
                _ => format!("{written} decimals are too many: {code} has {allowed}"),
            },
        );
    }
}

#[test]
fn nothing_goes_out_beyond_balance_and_limit() {
    for command in ["withdraw a 50.01", "transfer a b 50.01"] {
        given(&[OPEN_A, OPEN_B, A_HAS_50]).when(command).then_refused(
            "a",
            Rule::NotCovered { amount: 5_001, balance: 5_000, limit: 0, currency: currency("EUR") },
            "a has 50.00 EUR and an overdraft limit of 0.00 EUR: 50.01 EUR is more than that",
        );
    }
}

#[test]
fn an_overdraft_limit_is_not_negative_and_covers_the_debt() {
    given(&[OPEN_A]).when("overdraft a -1").then_refused(
        "a",
        Rule::NegativeLimit { limit: -100, currency: currency("EUR") },
        "an overdraft limit cannot be below zero, and -1.00 EUR is",
    );
    let limit = ("a", "OverdraftLimitSet", r#"{"limit":10000}"#);
    let debt = ("a", "Withdrawn", r#"{"amount":8000}"#);
    given(&[OPEN_A, limit, debt]).when("overdraft a 79.99").then_refused(
        "a",
        Rule::LimitBelowDebt { limit: 7_999, balance: -8_000, currency: currency("EUR") },
        "a is at -80.00 EUR: an overdraft limit of 79.99 EUR would not cover it",
    );
    given(&[OPEN_A, limit, debt]).when("overdraft a 80").then(&[(
        "a",
        "OverdraftLimitSet",
        r#"{"limit":8000}"#,
    )]);
}

#[test]
fn only_an_account_at_zero_is_closed() {
    for (event, balance, shown) in [
        (("a", "Deposited", r#"{"amount":1}"#), 1, "0.01"),
        (("a", "Withdrawn", r#"{"amount":1}"#), -1, "-0.01"),
    ] {
        given(&[OPEN_A, event]).when("close a").then_refused(
            "a",
            Rule::BalanceNotZero { balance, currency: currency("EUR") },
            &format!("a still has {shown} EUR: only an account at zero is closed"),
        );
    }
}

#[test]
fn a_transfer_stays_in_one_currency_and_has_two_ends() {
    let yen = ("b", "AccountOpened", r#"{"currency":"JPY"}"#);
    given(&[OPEN_A, A_HAS_50, yen]).when("transfer a b 1").then_refused(
        "a",
        Rule::CurrencyMismatch { from: currency("EUR"), to: currency("JPY") },
        "a transfer stays in one currency: a counts in EUR, the receiver in JPY",
    );
    given(&[OPEN_A, A_HAS_50, ("b", "AccountOpened", "{}")]).when("transfer a b 1").then_refused(
        "a",
        Rule::CurrencyMismatch { from: currency("EUR"), to: None },
        "a transfer stays in one currency: a counts in EUR, the receiver in plain units",
    );
    let text = "a transfer from a to itself moves nothing";
    given(&[OPEN_A, A_HAS_50]).when("transfer a a 1").then_refused("a", Rule::SameAccount, text);
}

#[test]
fn a_currency_is_one_of_iso_4217() {
    for code in ["QQQ", "EURO", "E", "€", ""] {
        let text = format!("'{code}' is not a currency of ISO 4217, such as EUR");
        let rule = Rule::UnknownCurrency { code: code.to_owned() };
        given(&[]).when(&format!("open a --currency '{code}'")).then_refused("a", rule, &text);
    }
}
